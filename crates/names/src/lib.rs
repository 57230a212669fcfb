//! Names as people write them, found in the catalogue's dictionaries: people,
//! titles, genres, countries, age ratings.
//!
//! Case, accents, punctuation and word order do not matter. Known other names
//! ("USA", "sci-fi", "French") are the same name. A near name is corrected, but
//! only where one name is clearly meant: a wrong correction is worse than none.

mod dictionary;
mod field;
mod mention;
mod near;
mod normalise;
mod other_names;
mod people;
mod titles;

use std::collections::HashMap;

use usher_bundle::sections::ArchivedCatalog;
use usher_bundle::{ArchivedColumn, ItemRow};

use crate::dictionary::Dictionary;
use crate::normalise::normalise;
use crate::titles::Titles;

pub use field::Field;
pub use mention::{How, Mention, TitleMention};
pub use titles::Titled;

/// How many names are offered where one is unknown.
const NEAREST: usize = 3;
/// Longer names are not looked up: nobody is called that.
const MOST_CHARS: usize = 200;
/// What stands for a missing value; never found in running text.
const NO_NAME: &[&str] = &["unknown", "nan", "none", "n a"];

/// What a name was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The name itself, or a known other name of it. More than one where one word
    /// stands for several values ("rom-com").
    Known(Vec<String>),
    /// No such name, but one very near it.
    Corrected(String),
    /// No such name. The nearest few, nearest first (at most three).
    Unknown {
        /// The nearest names of the catalogue.
        nearest: Vec<String>,
    },
}

/// The names of one field, and the other names for them.
#[derive(Debug, Default)]
struct Vocabulary {
    dictionary: Dictionary,
    other_names: HashMap<String, Vec<String>>,
    /// Normalised other names, as a dictionary of their own for near ones.
    near_other_names: Dictionary,
}

/// The dictionaries of one catalogue.
#[derive(Debug, Default)]
pub struct Names {
    fields: HashMap<Field, Vocabulary>,
    titles: Titles,
    most_words: usize,
}

impl Names {
    /// Makes the dictionaries from a catalogue.
    #[must_use]
    pub fn from_catalog(catalog: &ArchivedCatalog) -> Self {
        let titles = catalog.rows().map(|row| Titled {
            id: catalog.item_id(row).to_owned(),
            title: catalog.title(row).unwrap_or_default().to_owned(),
            year: catalog.year(row),
            n_ratings: catalog.n_ratings(row),
        });
        let fields = [
            (Field::Actor, names_of(&catalog.actors)),
            (Field::Director, names_of(&catalog.directors)),
            (Field::Producer, names_of(&catalog.producers)),
            (Field::Genre, names_of(&catalog.genres)),
            (Field::Country, names_of(&catalog.countries)),
            (Field::AgeRating, names_of(&catalog.age_ratings)),
        ];
        Self::from_dictionaries(fields, titles.collect())
    }

    /// Makes the dictionaries from each field's names with the number of items
    /// that bear them, and from the items' titles in the order of their rows.
    #[must_use]
    pub fn from_dictionaries(
        fields: impl IntoIterator<Item = (Field, Vec<(String, u32)>)>,
        titles: Vec<Titled>,
    ) -> Self {
        let fields: HashMap<Field, Vocabulary> = fields
            .into_iter()
            .map(|(field, names)| {
                let dictionary = Dictionary::new(names);
                let other_names = other_names::other_names(field, &dictionary);
                let near_other_names =
                    Dictionary::new(other_names.keys().map(|name| (name.clone(), 1)));
                (field, Vocabulary { dictionary, other_names, near_other_names })
            })
            .collect();
        let words = |name: &str| name.split(' ').count();
        let most_words = fields
            .values()
            .flat_map(|vocabulary| {
                let own = vocabulary.dictionary.entries().iter().map(|entry| words(&entry.normal));
                own.chain(vocabulary.other_names.keys().map(|name| words(name)))
            })
            .max()
            .unwrap_or_default();
        Self { fields, titles: Titles::new(titles), most_words }
    }

    /// Finds a name.
    #[must_use]
    pub fn resolve(&self, field: Field, name: &str) -> Resolution {
        let unknown = Resolution::Unknown { nearest: Vec::new() };
        if name.chars().nth(MOST_CHARS).is_some() {
            return unknown;
        }
        let Some(vocabulary) = self.fields.get(&field) else { return unknown };
        let words = normalise::words(name);
        let Some((last, before)) = words.split_last() else { return unknown };
        let normal = normalise(name);
        if let Some(known) = vocabulary.known(&normal) {
            return Resolution::Known(known);
        }
        let bare = other_names::bare(field, &normal).map(str::to_owned);
        let own = last.possessive.then(|| {
            let before = before.iter().map(|word| word.text.as_str());
            normalise::join(before.chain(std::iter::once(last.base())))
        });
        for form in bare.iter().chain(&own) {
            if let Some(known) = vocabulary.known(form) {
                return Resolution::Known(known);
            }
        }
        let asked = bare.or(own).unwrap_or(normal);
        match vocabulary.near(field, &asked) {
            Some(near) => Resolution::Corrected(near),
            None => Resolution::Unknown { nearest: vocabulary.dictionary.nearest(&asked, NEAREST) },
        }
    }

    /// How many items bear a name, as the catalogue spells it.
    #[must_use]
    pub fn n_items(&self, field: Field, name: &str) -> u32 {
        self.fields
            .get(&field)
            .and_then(|vocabulary| vocabulary.dictionary.spelled(name))
            .unwrap_or_default()
    }

    /// The items of a title, in either form ("The Godfather", "Godfather, The (1972)"),
    /// the most rated first.
    #[must_use]
    pub fn items_titled(&self, title: &str) -> Vec<ItemRow> {
        self.titles.rows(title).into_iter().map(ItemRow).collect()
    }

    /// External ids of the items of a title, as [`Self::items_titled`].
    #[must_use]
    pub fn ids_titled(&self, title: &str) -> Vec<String> {
        self.ids(&self.titles.rows(title))
    }

    /// The one title that this is a slip of the pen for, or the beginning of, as the
    /// catalogue spells it, and external ids of the items that bear it.
    #[must_use]
    pub fn near_title(&self, title: &str) -> Option<(String, Vec<String>)> {
        if title.chars().nth(MOST_CHARS).is_some() {
            return None;
        }
        let rows = self.titles.near(title)?;
        let spelled = self.titles.item(*rows.first()?)?.title.clone();
        Some((spelled, self.ids(rows)))
    }

    /// The names in running text, the longest at each place. Names of people,
    /// genres, countries and age ratings; one span may be several kinds.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        mention::longest(text, &normalise::words(text), self.most_words, |normal| {
            Field::ALL
                .iter()
                .filter(|_| !NO_NAME.contains(&normal))
                .filter_map(|field| {
                    let vocabulary = self.fields.get(field)?;
                    if let Some(name) = vocabulary.dictionary.named(normal) {
                        return Some((*field, vec![name.to_owned()], How::Exact));
                    }
                    let names = vocabulary.other_names.get(normal)?;
                    Some((*field, names.clone(), How::OtherName))
                })
                .collect()
        })
    }

    /// The titles in running text, the longest at each place. Many titles are
    /// ordinary words: whether a title is meant is for the caller to judge.
    #[must_use]
    pub fn title_mentions(&self, text: &str) -> Vec<TitleMention> {
        self.titles
            .mentions(&normalise::words(text))
            .into_iter()
            .map(|(span, rows)| TitleMention { span, items: self.ids(&rows) })
            .collect()
    }

    fn ids(&self, rows: &[u32]) -> Vec<String> {
        rows.iter().filter_map(|row| self.titles.item(*row)).map(|item| item.id.clone()).collect()
    }
}

impl Vocabulary {
    fn known(&self, normal: &str) -> Option<Vec<String>> {
        if let Some(name) = self.dictionary.exact(normal) {
            return Some(vec![name.to_owned()]);
        }
        self.other_names.get(normal).cloned()
    }

    fn near(&self, field: Field, normal: &str) -> Option<String> {
        if let Some(name) = self.dictionary.near(normal) {
            return Some(name.to_owned());
        }
        if field.is_person() {
            return people::by_part(&self.dictionary, normal).map(|entry| entry.name.clone());
        }
        match self.other_names.get(self.near_other_names.near(normal)?)?.as_slice() {
            [name] => Some(name.clone()),
            _ => None,
        }
    }
}

/// The names of a column, each with the number of items that bear it.
fn names_of(column: &ArchivedColumn) -> Vec<(String, u32)> {
    let mut items = vec![0; column.names.len()];
    for name in column.rows.values.iter() {
        if let Some(count) = items.get_mut(name.to_native() as usize) {
            *count += 1;
        }
    }
    column.names.iter().map(|name| name.as_str().to_owned()).zip(items).collect()
}

#[cfg(test)]
mod tests;
