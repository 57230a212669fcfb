//! Names as people write them, found in the catalogue's dictionaries: people,
//! titles, genres, countries, age ratings.

use usher_bundle::ItemRow;
use usher_bundle::sections::ArchivedCatalog;

/// What kind of name is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// An actor.
    Actor,
    /// A director.
    Director,
    /// A producer or writer.
    Producer,
    /// A genre.
    Genre,
    /// A country.
    Country,
    /// An age rating, such as PG-13.
    AgeRating,
}

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

/// The dictionaries of one catalogue.
#[derive(Debug, Default)]
pub struct Names {}

impl Names {
    /// Makes the dictionaries from a catalogue.
    #[must_use]
    pub fn from_catalog(_catalog: &ArchivedCatalog) -> Self {
        Self {}
    }

    /// Finds a name.
    #[must_use]
    pub fn resolve(&self, _field: Field, _name: &str) -> Resolution {
        Resolution::Unknown { nearest: Vec::new() }
    }

    /// The items of a title, in either form ("The Godfather", "Godfather, The (1972)").
    #[must_use]
    pub fn items_titled(&self, _title: &str) -> Vec<ItemRow> {
        Vec::new()
    }
}
