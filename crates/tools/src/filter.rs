//! Conditions on items, with names as the catalogue spells them.

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
    pub month: Option<Bounds>,
}
