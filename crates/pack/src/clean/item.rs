use std::collections::HashSet;

use super::value::{self, known};
use super::{Item, text, title};
use crate::dataset::{Facts, RawItem};
use crate::report::{Log, Rule};

/// Sources whose years differ by more are about two films.
const SAME_FILM_YEARS: u16 = 1;

/// Joins what the sources say of an item and types it.
pub(super) fn clean(id: String, raw: RawItem, has_table: bool, log: &mut Log) -> Item {
    let RawItem { listed, table } = raw;
    if listed.is_none() && table.is_none() {
        log.cleaned(Rule::ItemAdded, &id);
    }
    if has_table && table.is_none() {
        log.cleaned(Rule::NoTableRow, &id);
    }
    let (listed, mut table) = (listed.unwrap_or_default(), table.unwrap_or_default());
    let (listed_year, table_year) = (year_of(&listed), year_of(&table));
    if let (Some(a), Some(b)) = (listed_year, table_year)
        && a.abs_diff(b) > SAME_FILM_YEARS
    {
        log.cleaned(Rule::AnotherFilm, &id);
        table = Facts { genres: table.genres, ..Facts::default() };
    }
    let facts = join(listed, table);
    let mut item = typed(&facts, &id, log);
    item.year = listed_year.or(table_year);
    item.id = id;
    item
}

/// The year, or else the one behind the title.
fn year_of(facts: &Facts) -> Option<u16> {
    value::year(&facts.date).or_else(|| title::clean(&facts.title).year)
}

/// What the first source says, and where it says nothing, the second.
fn join(first: Facts, second: Facts) -> Facts {
    let text = |a: String, b: String| if known(&a).is_some() || b.is_empty() { a } else { b };
    let list = |a: Vec<String>, b: Vec<String>| {
        if a.iter().any(|part| known(part).is_some()) || b.is_empty() { a } else { b }
    };
    Facts {
        title: text(first.title, second.title),
        date: text(first.date, second.date),
        month: text(first.month, second.month),
        genres: list(first.genres, second.genres),
        directors: list(first.directors, second.directors),
        producers: list(first.producers, second.producers),
        actors: list(first.actors, second.actors),
        country: text(first.country, second.country),
        duration: text(first.duration, second.duration),
        age_rating: text(first.age_rating, second.age_rating),
        imdb_rating: text(first.imdb_rating, second.imdb_rating),
        imdb_num_reviews: text(first.imdb_num_reviews, second.imdb_num_reviews),
        description: text(first.description, second.description),
        storyline: text(first.storyline, second.storyline),
    }
}

/// What is noticed while the values of one item are typed.
#[derive(Default)]
struct Noticed {
    missing_word: bool,
    impossible: bool,
    placeholder: bool,
}

impl Noticed {
    /// The value, unless it is a word for a missing one.
    fn known<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let value = known(text);
        self.missing_word |= value.is_none() && !text.is_empty();
        value
    }

    /// The value typed, unless it is missing or impossible.
    fn typed<'t, T>(&mut self, text: &'t str, parse: impl Fn(&'t str) -> Option<T>) -> Option<T> {
        let text = self.known(text)?;
        let value = parse(text);
        self.impossible |= value.is_none();
        value
    }

    /// The parts that are known, each once.
    fn list(&mut self, parts: &[String]) -> Vec<String> {
        let mut seen = HashSet::new();
        let parts = parts.iter().filter_map(|part| self.known(part));
        parts.filter(|part| seen.insert(*part)).map(str::to_owned).collect()
    }

    /// A long text without placeholders, on one line.
    fn text(&mut self, text: &str) -> String {
        let Some(text) = self.known(text) else { return String::new() };
        let rest = text::after_notice(text);
        self.placeholder |= rest.is_some();
        text::one_line(rest.unwrap_or(text))
    }
}

/// Types everything but the year.
fn typed(facts: &Facts, id: &str, log: &mut Log) -> Item {
    let mut noticed = Noticed::default();
    // "Unknown" with a capital is a title.
    let is_title = !matches!(facts.title.as_str(), "" | "nan" | "unknown" | "unkonwn");
    noticed.missing_word |= !is_title && !facts.title.is_empty();
    let title = title::clean(if is_title { &facts.title } else { "" });
    let storyline = noticed.text(&facts.storyline);
    let before_author = text::before_author(&storyline);
    let month = noticed.typed(&facts.month, value::month);
    noticed.typed(&facts.date, value::year);
    let item = Item {
        id: String::new(),
        title: title.text,
        year: None,
        month: month.or_else(|| value::month_of_date(&facts.date)),
        duration_minutes: noticed.typed(&facts.duration, value::minutes),
        imdb_rating_hundredths: noticed.typed(&facts.imdb_rating, value::rating_hundredths),
        imdb_num_reviews: noticed.typed(&facts.imdb_num_reviews, value::count),
        genres: noticed.list(&facts.genres),
        directors: noticed.list(&facts.directors),
        producers: noticed.list(&facts.producers),
        actors: noticed.list(&facts.actors),
        country: noticed.known(&facts.country).map(str::to_owned),
        age_rating: noticed.typed(&facts.age_rating, value::age_rating).map(str::to_owned),
        description: noticed.text(&facts.description),
        storyline: before_author.unwrap_or(&storyline).to_owned(),
    };
    for (rule, applied) in [
        (Rule::NoTitle, item.title.is_empty()),
        (Rule::TitleTurned, title.turned),
        (Rule::YearOffTitle, title.year.is_some()),
        (Rule::MissingWord, noticed.missing_word),
        (Rule::PlaceholderText, noticed.placeholder),
        (Rule::ImpossibleValue, noticed.impossible),
        (Rule::AttributionOff, before_author.is_some()),
    ] {
        if applied {
            log.cleaned(rule, id);
        }
    }
    item
}
