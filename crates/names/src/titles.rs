//! Titles of items, in the forms in which people write them.

use std::collections::HashMap;
use std::ops::Range;

use crate::near::{letters, name_changes};
use crate::normalise::{Word, join, normalise};

/// Articles that a catalogue puts at the end of a title ("Godfather, The").
const ARTICLES: &[&str] = &[
    "a", "an", "the", "le", "la", "les", "l", "il", "lo", "i", "gli", "el", "los", "las", "der",
    "die", "das", "det", "den", "o", "os", "as", "un", "une", "una", "ein", "eine",
];
/// Articles that people leave out.
const LEFT_OUT: &[&str] = &["a", "an", "the"];
/// A near title must have at least this many letters: short ones are near to too much.
const LEAST_LETTERS: usize = 5;

/// One item's title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    /// The item's external id.
    pub id: String,
    /// The title; alternative titles may stand behind it in brackets.
    pub title: String,
    /// Year of release.
    pub year: Option<u16>,
    /// How many ratings the item has.
    pub n_ratings: u32,
}

/// The titles of a catalogue.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    items: Vec<Titled>,
    /// Whole titles, normalised, to the items that bear them.
    whole: HashMap<String, Vec<u32>>,
    /// Titles without a leading article.
    bare: HashMap<String, Vec<u32>>,
    /// Titles without what follows a colon.
    short: HashMap<String, Vec<u32>>,
    most_words: usize,
}

impl Titles {
    /// Of items in the order of their rows.
    pub(crate) fn new(items: Vec<Titled>) -> Self {
        let mut titles = Self { items, ..Self::default() };
        for (row, item) in titles.items.iter().enumerate() {
            for form in forms(&item.title) {
                let words = form.split(' ').count();
                titles.most_words = titles.most_words.max(words);
                if let Some(bare) = without_article(&form) {
                    add(&mut titles.bare, bare.to_owned(), row);
                } else {
                    add(&mut titles.bare, form.clone(), row);
                }
                add(&mut titles.whole, form, row);
            }
            if let Some((head, _)) = item.title.split_once(':') {
                add(&mut titles.short, normalise(head), row);
            }
        }
        for rows in titles
            .whole
            .values_mut()
            .chain(titles.bare.values_mut())
            .chain(titles.short.values_mut())
        {
            let rated =
                |row: &u32| titles.items.get(*row as usize).map_or(0, |item| item.n_ratings);
            rows.sort_by_key(|row| (std::cmp::Reverse(rated(row)), *row));
        }
        titles
    }

    pub(crate) fn item(&self, row: u32) -> Option<&Titled> {
        self.items.get(row as usize)
    }

    /// The rows of a title in any of its forms, with or without a year behind it.
    pub(crate) fn rows(&self, title: &str) -> Vec<u32> {
        let normal = normalise(title);
        let rows = self.by_form(&normal);
        if !rows.is_empty() {
            return rows.to_vec();
        }
        let form = forms(title);
        if let Some(rows) = form.iter().map(|form| self.by_form(form)).find(|rows| !rows.is_empty())
            && !ends_in_year(&normal)
        {
            return rows.to_vec();
        }
        let Some((head, year)) = normal.rsplit_once(' ') else { return Vec::new() };
        let Some(year) = as_year(year) else { return Vec::new() };
        let head = forms(head_of(title)).into_iter().next().unwrap_or_else(|| head.to_owned());
        self.of_year(self.by_form(&head), year)
    }

    fn of_year(&self, rows: &[u32], year: u16) -> Vec<u32> {
        let of = |row: &u32| self.item(*row).and_then(|item| item.year);
        let exact: Vec<u32> = rows.iter().copied().filter(|row| of(row) == Some(year)).collect();
        if !exact.is_empty() {
            return exact;
        }
        // Sources differ by a year, depending on what they call the release.
        rows.iter()
            .copied()
            .filter(|row| of(row).is_none_or(|known| known.abs_diff(year) <= 1))
            .collect()
    }

    fn by_form(&self, normal: &str) -> &[u32] {
        let bare = without_article(normal).unwrap_or(normal);
        self.whole
            .get(normal)
            .or_else(|| self.bare.get(bare))
            .or_else(|| self.short.get(normal))
            .map_or(&[], Vec::as_slice)
    }

    /// The titles in running text, the longest at each place.
    pub(crate) fn mentions(&self, words: &[Word]) -> Vec<(Range<usize>, Vec<u32>)> {
        let mut found = Vec::new();
        let mut start = 0;
        while start < words.len() {
            let longest = (1..=self.most_words.min(words.len() - start)).rev().find_map(|length| {
                let taken = words.get(start..start + length)?;
                let rows = self.by_form(&join(taken.iter().map(|word| word.text.as_str())));
                let rows = match rows {
                    [] => self.by_form(&possessive(taken)?),
                    rows => rows,
                };
                (!rows.is_empty()).then(|| (length, rows.to_vec()))
            });
            let Some((mut length, mut rows)) = longest else {
                start += 1;
                continue;
            };
            // A year behind the title says which item is meant.
            if let Some(year) = words.get(start + length).and_then(|word| as_year(&word.text)) {
                let of_year = self.of_year(&rows, year);
                if !of_year.is_empty() {
                    rows = of_year;
                    length += 1;
                }
            }
            if let (Some(first), Some(last)) = (words.get(start), words.get(start + length - 1)) {
                found.push((first.span.start..last.span.end, rows));
            }
            start += length;
        }
        found
    }

    /// The one title that this is a slip of the pen for, or the beginning of.
    pub(crate) fn near(&self, title: &str) -> Option<&[u32]> {
        let normal = normalise(title);
        let asked = without_article(&normal).unwrap_or(&normal);
        self.slip(asked).or_else(|| self.beginning(asked))
    }

    fn slip(&self, asked: &str) -> Option<&[u32]> {
        if asked.chars().count() < LEAST_LETTERS {
            return None;
        }
        let asked_letters = letters(asked);
        let mut best: Option<(usize, &[u32])> = None;
        let mut tied = false;
        for (form, rows) in &self.bare {
            if form.len().abs_diff(asked.len()) > 4
                || (asked_letters ^ letters(form)).count_ones() > 8
            {
                continue;
            }
            let Some(changes) = name_changes(asked, form) else { continue };
            match best {
                Some((least, _)) if changes > least => {}
                Some((least, same)) if changes == least => tied |= same != rows.as_slice(),
                _ => {
                    best = Some((changes, rows));
                    tied = false;
                }
            }
        }
        best.filter(|_| !tied).map(|(_, rows)| rows)
    }

    fn beginning(&self, asked: &str) -> Option<&[u32]> {
        if asked.is_empty() || LEFT_OUT.contains(&asked) {
            return None;
        }
        let mut longer = self
            .bare
            .iter()
            .filter(|(form, _)| form.strip_prefix(asked).is_some_and(|rest| rest.starts_with(' ')))
            .map(|(_, rows)| rows.as_slice());
        let first = longer.next()?;
        longer.all(|rows| rows == first).then_some(first)
    }
}

fn add(forms: &mut HashMap<String, Vec<u32>>, form: String, row: usize) {
    if !form.is_empty() {
        let rows = forms.entry(form).or_default();
        if rows.last() != Some(&(row as u32)) {
            rows.push(row as u32);
        }
    }
}

/// The words with the possessive ending of the last one left out ("Fargo's").
fn possessive(words: &[Word]) -> Option<String> {
    let (last, before) = words.split_last()?;
    last.possessive.then(|| {
        join(before.iter().map(|word| word.text.as_str()).chain(std::iter::once(last.base())))
    })
}

/// The forms of a title: as it is, without brackets, and each alternative title,
/// with its article in front.
fn forms(title: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut rest = title.trim();
    let mut alternatives = Vec::new();
    while let Some((head, last)) = rest.strip_suffix(')').and_then(|inside| inside.rsplit_once('('))
    {
        if as_year(last.trim()).is_none() {
            alternatives.push(last);
        }
        rest = head.trim();
    }
    for part in std::iter::once(rest).chain(alternatives) {
        forms.push(normalise(&article_in_front(part)));
    }
    forms.push(normalise(title));
    forms.retain(|form| !form.is_empty());
    forms.dedup();
    forms
}

/// "Godfather, The" as "The Godfather".
fn article_in_front(title: &str) -> String {
    match title.rsplit_once(',') {
        Some((head, last)) if ARTICLES.contains(&normalise(last).as_str()) => {
            format!("{} {head}", last.trim())
        }
        _ => title.to_owned(),
    }
}

fn without_article(normal: &str) -> Option<&str> {
    let (first, rest) = normal.split_once(' ')?;
    LEFT_OUT.contains(&first).then_some(rest)
}

fn ends_in_year(normal: &str) -> bool {
    normal.rsplit_once(' ').is_some_and(|(_, last)| as_year(last).is_some())
}

/// A title without the year behind it.
fn head_of(title: &str) -> &str {
    title.trim_end_matches(|c: char| c.is_ascii_digit() || c == ')').trim_end_matches('(')
}

fn as_year(text: &str) -> Option<u16> {
    let year: u16 = (text.len() == 4).then(|| text.parse().ok())??;
    (1870..2100).contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::words;

    fn titles() -> Titles {
        let items = [
            ("1", "Godfather, The", Some(1972)),
            ("2", "Seven (Se7en)", Some(1995)),
            ("3", "Heat", Some(1995)),
            ("4", "Heat", Some(1986)),
            ("5", "The Net", Some(1995)),
            ("6", "Double vie de Véronique, La (Double Life of Veronique, The)", Some(1991)),
            ("7", "2001: A Space Odyssey", Some(1968)),
            ("8", "Terminator 2: Judgment Day", Some(1991)),
            ("9", "Fargo", None),
            ("10", "Pulp Fiction", Some(1994)),
        ];
        Titles::new(
            items
                .into_iter()
                .map(|(id, title, year)| Titled {
                    id: id.into(),
                    title: title.into(),
                    year,
                    n_ratings: 10,
                })
                .collect(),
        )
    }

    fn ids(titles: &Titles, rows: &[u32]) -> Vec<String> {
        rows.iter().filter_map(|row| titles.item(*row)).map(|item| item.id.clone()).collect()
    }

    #[test]
    fn a_title_is_found_in_each_of_its_forms() {
        let titles = titles();
        for (asked, expected) in [
            ("The Godfather", vec!["1"]),
            ("Godfather, The", vec!["1"]),
            ("Godfather, The (1972)", vec!["1"]),
            ("godfather", vec!["1"]),
            ("The Godfather 1972", vec!["1"]),
            ("The Godfather (1973)", vec!["1"]),
            ("The Godfather (1990)", vec![]),
            ("Seven", vec!["2"]),
            ("Se7en", vec!["2"]),
            ("Seven (Se7en) (1995)", vec!["2"]),
            ("Heat", vec!["3", "4"]),
            ("Heat (1986)", vec!["4"]),
            ("heat 1995", vec!["3"]),
            ("net", vec!["5"]),
            ("The Double Life of Véronique", vec!["6"]),
            ("La double vie de Veronique", vec!["6"]),
            ("2001", vec!["7"]),
            ("Terminator 2", vec!["8"]),
            ("Fargo (1996)", vec!["9"]),
            ("", vec![]),
            ("(", vec![]),
            ("1995", vec![]),
        ] {
            assert_eq!(ids(&titles, &titles.rows(asked)), expected, "{asked}");
        }
    }

    #[test]
    fn titles_are_found_in_running_text() {
        let titles = titles();
        let text = "Who directed Heat (1986), The Godfather, and what is Fargo's length?";
        let found: Vec<(&str, Vec<String>)> = titles
            .mentions(&words(text))
            .into_iter()
            .map(|(span, rows)| (text.get(span).unwrap(), ids(&titles, &rows)))
            .collect();
        assert_eq!(
            found,
            [
                ("Heat (1986", vec!["4".to_owned()]),
                ("The Godfather", vec!["1".to_owned()]),
                ("Fargo's", vec!["9".to_owned()]),
            ]
        );
    }

    #[test]
    fn a_slip_of_the_pen_is_forgiven() {
        let titles = titles();
        assert_eq!(titles.near("Pulp Ficton"), Some([9].as_slice()));
        assert_eq!(titles.near("The Godfater"), Some([0].as_slice()));
        assert_eq!(titles.near("Double Life"), Some([5].as_slice()));
        assert_eq!(titles.near("Purple Fiction"), None);
        assert_eq!(titles.near("Hear"), None);
    }
}
