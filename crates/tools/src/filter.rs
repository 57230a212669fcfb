//! Conditions on items, with names as the catalogue spells them.

use usher_bundle::ItemRow;
use usher_bundle::sections::ArchivedCatalog;
use usher_bundle::{ArchivedColumn, ArchivedLists};

/// Whether an item must have all names of a list, or any of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Match {
    /// All of them.
    #[default]
    All,
    /// At least one of them.
    Any,
}

/// Which numbers are wanted. A missing number is never wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bounds {
    /// Greater than this.
    Higher(f64),
    /// Less than this.
    Lower(f64),
    /// This number.
    Exact(f64),
    /// From the first to the second, both included.
    Between(f64, f64),
}

impl Bounds {
    /// Whether a number is wanted.
    #[must_use]
    pub fn hold(self, x: f64) -> bool {
        match self {
            Self::Higher(threshold) => x > threshold,
            Self::Lower(threshold) => x < threshold,
            // Ratings are hundredths: half a hundredth is no difference.
            Self::Exact(threshold) => (x - threshold).abs() < 0.005,
            Self::Between(from, to) => (from..=to).contains(&x),
        }
    }
}

/// Conditions that an item must fulfil, all of them. An empty list or `None` is
/// no condition.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conditions {
    /// How the names within one list are joined.
    pub matching: Match,
    /// Actors.
    pub actors: Vec<String>,
    /// Genres.
    pub genres: Vec<String>,
    /// Directors.
    pub directors: Vec<String>,
    /// Producers or writers.
    pub producers: Vec<String>,
    /// Country.
    pub country: Option<String>,
    /// Age rating.
    pub age_rating: Option<String>,
    /// IMDb rating, 0–10.
    pub imdb_rating: Option<Bounds>,
    /// Length in minutes.
    pub duration_minutes: Option<Bounds>,
    /// Year of release.
    pub year: Option<Bounds>,
    /// Month of release, 1–12.
    pub month: Option<u8>,
}

impl Conditions {
    /// The items of a catalogue that fulfil all conditions, rising.
    #[must_use]
    pub fn select(&self, catalog: &ArchivedCatalog) -> Vec<ItemRow> {
        let names = [
            Wanted::of(&catalog.actors, &self.actors, self.matching),
            Wanted::of(&catalog.genres, &self.genres, self.matching),
            Wanted::of(&catalog.directors, &self.directors, self.matching),
            Wanted::of(&catalog.producers, &self.producers, self.matching),
            Wanted::of(&catalog.countries, self.country.as_slice(), Match::All),
            Wanted::of(&catalog.age_ratings, self.age_rating.as_slice(), Match::All),
        ];
        let number = |bounds: Option<Bounds>, value: Option<f64>| {
            bounds.is_none_or(|bounds| value.is_some_and(|value| bounds.hold(value)))
        };
        catalog
            .rows()
            .filter(|&row| {
                number(self.year, catalog.year(row).map(f64::from))
                    && number(self.duration_minutes, catalog.duration_minutes(row).map(f64::from))
                    && number(self.imdb_rating, catalog.imdb_rating(row))
                    && self.month.is_none_or(|month| catalog.month(row) == Some(month))
                    && names.iter().all(|wanted| wanted.fulfilled(row))
            })
            .collect()
    }
}

/// Names wanted of one column, as places in its dictionary.
struct Wanted<'a> {
    rows: &'a ArchivedLists,
    names: Vec<Option<u32>>,
    matching: Match,
}

impl<'a> Wanted<'a> {
    fn of(column: &'a ArchivedColumn, names: &[String], matching: Match) -> Self {
        let place = |name: &String| {
            column.names.iter().position(|known| known.as_str() == name).map(|at| at as u32)
        };
        Self { rows: &column.rows, names: names.iter().map(place).collect(), matching }
    }

    fn fulfilled(&self, row: ItemRow) -> bool {
        let held = self.rows.row(row.index());
        let has = |name: &Option<u32>| name.is_some_and(|name| held.iter().any(|h| *h == name));
        match self.matching {
            Match::All => self.names.iter().all(has),
            Match::Any => self.names.is_empty() || self.names.iter().any(has),
        }
    }
}
