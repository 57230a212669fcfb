use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use usher_bundle::{Counts, Quality};

use crate::error::PackError;

/// Broken rows of one file that are told in full.
const TOLD_A_FILE: u64 = 20;
/// Examples told for each rule.
const EXAMPLES: usize = 5;

/// What was read, cleaned and left out. Shown as plain text.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The files that were read.
    pub read: Vec<FileRead>,
    /// What was done to the values.
    pub cleaned: Vec<Cleaned>,
    /// The rows that were left out: of each file the first twenty.
    pub broken: Vec<BrokenRow>,
    /// The files that were left out.
    pub left_out: Vec<LeftOut>,
    /// What the bundle holds.
    pub counts: Counts,
    /// How well the ranking model does; absent if there was too little to measure on.
    pub quality: Option<Quality>,
    /// By what texts become vectors, and why.
    pub embedder: String,
}

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRead {
    /// Its name.
    pub file: String,
    /// What its rows are: "items".
    pub what: &'static str,
    /// Rows that were taken.
    pub rows: u64,
    /// Rows that were broken and left out.
    pub broken: u64,
}

/// What one rule of cleaning did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cleaned {
    /// The rule.
    pub rule: Rule,
    /// How often it applied.
    pub count: u64,
    /// Ids of the first few.
    pub examples: Vec<String>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenRow {
    /// Its file.
    pub file: String,
    /// The line at which it begins, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its name.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// The rules of cleaning, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// An item occurs in the interactions alone.
    ItemAdded,
    /// A user occurs in the interactions alone.
    UserAdded,
    /// An item has no row in the metadata table.
    NoTableRow,
    /// An item has two rows in one file: the first counts.
    RepeatedItem,
    /// A user has two rows: the first counts.
    RepeatedUser,
    /// A user has two interactions with an item: the latest counts.
    RepeatedInteraction,
    /// The table's row is another film: its year differs by more than one.
    AnotherFilm,
    /// An item has no title.
    NoTitle,
    /// Another item before it has the same title and year: both stay.
    SameTitle,
    /// An item has no description.
    NoDescription,
    /// An article was put before its title ("Godfather, The").
    TitleTurned,
    /// A year was taken off the end of a title ("Heat (1995)").
    YearOffTitle,
    /// A value is a word for missing ("nan", "unknown").
    MissingWord,
    /// A text is a site's notice that there is none.
    PlaceholderText,
    /// A value cannot be what its column says (a duration of 1983).
    ImpossibleValue,
    /// A text lost its author's name at the end.
    AttributionOff,
    /// A user's age cannot be one.
    ImpossibleAge,
    /// A user has no row in the factors that were given: every item scores 0.
    UserWithoutFactors,
    /// An item has no row in the factors that were given: it scores 0 for every user.
    ItemWithoutFactors,
    /// A row of the factors that were given has an id that no user has: it is not used.
    FactorsOfUnknownUser,
    /// A row of the factors that were given has an id that no item has: it is not used.
    FactorsOfUnknownItem,
}

impl Rule {
    /// The rule as a line of the report, before a count.
    fn describe(self) -> &'static str {
        match self {
            Self::ItemAdded => "items only in the interactions, added without facts",
            Self::UserAdded => "users only in the interactions, added without facts",
            Self::NoTableRow => "items without a row in the metadata table",
            Self::RepeatedItem => "further rows of an item, not used",
            Self::RepeatedUser => "further rows of a user, not used",
            Self::RepeatedInteraction => {
                "earlier interactions of a user with the same item, not used"
            }
            Self::AnotherFilm => {
                "table rows of another film (years differ by more than one), not used"
            }
            Self::NoTitle => "items without a title",
            Self::SameTitle => "items with the title and year of another one, kept beside it",
            Self::NoDescription => "items without a description",
            Self::TitleTurned => "titles with the article put before",
            Self::YearOffTitle => "titles with the year taken off",
            Self::MissingWord => "items with a word for a missing value",
            Self::PlaceholderText => "items with a placeholder for a text",
            Self::ImpossibleValue => "items with an impossible value, taken as missing",
            Self::AttributionOff => "storylines with the author's name taken off",
            Self::ImpossibleAge => "users with an impossible age, taken as missing",
            Self::UserWithoutFactors => "users without factors, who get what is popular",
            Self::ItemWithoutFactors => "items without factors, which score 0 for every user",
            Self::FactorsOfUnknownUser => "rows of factors whose id no user has, not used",
            Self::FactorsOfUnknownItem => "rows of factors whose id no item has, not used",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Read")?;
        let width = self.read.iter().map(|read| read.file.chars().count()).max().unwrap_or(0);
        for FileRead { file, what, rows, broken } in &self.read {
            write!(f, "  {file:width$}  {:>10} {what}", grouped(*rows))?;
            match broken {
                0 => writeln!(f)?,
                1 => writeln!(f, ", 1 broken row")?,
                _ => writeln!(f, ", {} broken rows", grouped(*broken))?,
            }
        }
        if !self.cleaned.is_empty() {
            writeln!(f, "Cleaned")?;
        }
        for Cleaned { rule, count, examples } in &self.cleaned {
            let more = if *count > examples.len() as u64 { ", …" } else { "" };
            let examples = examples.join(", ");
            writeln!(f, "  {}: {} ({examples}{more})", rule.describe(), grouped(*count))?;
        }
        if !self.broken.is_empty() || !self.left_out.is_empty() {
            writeln!(f, "Left out")?;
        }
        for BrokenRow { file, line, reason } in &self.broken {
            writeln!(f, "  {file}, line {line}: {reason}")?;
        }
        let told = self.broken.len() as u64;
        let all: u64 = self.read.iter().map(|read| read.broken).sum();
        if all > told {
            writeln!(f, "  … and {} more broken rows", grouped(all - told))?;
        }
        for LeftOut { file, reason } in &self.left_out {
            writeln!(f, "  {file}: {reason}")?;
        }
        let Counts { items, users, interactions } = self.counts;
        let (items, users, interactions) = (grouped(items), grouped(users), grouped(interactions));
        writeln!(f, "Packed\n  {items} items, {users} users, {interactions} interactions")?;
        if let Some(quality) = &self.quality {
            writeln!(
                f,
                "  NDCG@10 {:.4}, recall@10 {:.4} (most popular: NDCG@10 {:.4}), {}",
                quality.ndcg_at_10,
                quality.recall_at_10,
                quality.most_popular_ndcg_at_10,
                quality.split,
            )?;
        }
        writeln!(f, "  search by meaning: {}", self.embedder)
    }
}

/// A count as people write it: 100,000.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Gathers the report while packing goes on.
#[derive(Debug)]
pub(crate) struct Log {
    strict: bool,
    read: Vec<FileRead>,
    cleaned: BTreeMap<Rule, Cleaned>,
    broken: Vec<BrokenRow>,
    left_out: Vec<LeftOut>,
}

impl Log {
    pub(crate) fn new(strict: bool) -> Self {
        Self {
            strict,
            read: Vec::new(),
            cleaned: BTreeMap::new(),
            broken: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// A file is begun.
    pub(crate) fn file(&mut self, file: &str, what: &'static str) {
        self.read.push(FileRead { file: file.to_owned(), what, rows: 0, broken: 0 });
    }

    /// A row of the file begun last was taken.
    pub(crate) fn row(&mut self) {
        if let Some(read) = self.read.last_mut() {
            read.rows += 1;
        }
    }

    /// A row of the file begun last is broken.
    pub(crate) fn broken(&mut self, line: u64, reason: String) -> Result<(), PackError> {
        let Some(read) = self.read.last_mut() else { return Ok(()) };
        let file = read.file.clone();
        if self.strict {
            return Err(PackError::BrokenRow { file, line, reason });
        }
        read.broken += 1;
        if read.broken <= TOLD_A_FILE {
            self.broken.push(BrokenRow { file, line, reason });
        }
        Ok(())
    }

    /// A file is left out.
    pub(crate) fn left_out(&mut self, file: String, reason: &str) {
        self.left_out.push(LeftOut { file, reason: reason.to_owned() });
    }

    /// A rule applied to an id.
    pub(crate) fn cleaned(&mut self, rule: Rule, id: &str) {
        let cleaned =
            self.cleaned.entry(rule).or_insert(Cleaned { rule, count: 0, examples: Vec::new() });
        cleaned.count += 1;
        if cleaned.examples.len() < EXAMPLES {
            cleaned.examples.push(id.to_owned());
        }
    }

    /// The files whose rows are these, for people.
    pub(crate) fn files_of(&self, what: &str) -> String {
        let files = self.read.iter().filter(|read| read.what == what);
        files.map(|read| read.file.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The first broken row of files whose rows are these.
    pub(crate) fn first_broken(&self, what: &str) -> Option<&BrokenRow> {
        let files = self.read.iter().filter(|read| read.what == what);
        files.flat_map(|read| self.broken.iter().find(|row| row.file == read.file)).next()
    }

    pub(crate) fn into_report(self, counts: Counts, quality: Option<Quality>) -> Report {
        Report {
            read: self.read,
            cleaned: self.cleaned.into_values().collect(),
            broken: self.broken,
            left_out: self.left_out,
            counts,
            quality,
            embedder: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let counts = [0, 999, 1_000, 100_000, 1_234_567];
        assert_eq!(counts.map(grouped), ["0", "999", "1,000", "100,000", "1,234,567"]);
    }

    #[test]
    fn of_many_broken_rows_all_are_counted_and_twenty_told() {
        let mut log = Log::new(false);
        log.file("a.csv", "items");
        for line in 2..=31 {
            log.broken(line, "no".to_owned()).unwrap();
        }
        let report = log.into_report(Counts::default(), None);
        assert_eq!((report.broken.len(), report.read[0].broken), (20, 30));
        let text = report.to_string();
        assert!(text.contains("a.csv, line 2: no\n"), "{text}");
        assert!(text.contains("… and 10 more broken rows\n"), "{text}");
    }
}
