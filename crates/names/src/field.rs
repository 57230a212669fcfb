use usher_bundle::ArchivedColumn;
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

impl Field {
    /// All fields.
    pub const ALL: [Self; 6] =
        [Self::Actor, Self::Director, Self::Producer, Self::Genre, Self::Country, Self::AgeRating];

    /// The column of a catalogue that holds its names.
    #[must_use]
    pub fn column(self, catalog: &ArchivedCatalog) -> &ArchivedColumn {
        match self {
            Self::Actor => &catalog.actors,
            Self::Director => &catalog.directors,
            Self::Producer => &catalog.producers,
            Self::Genre => &catalog.genres,
            Self::Country => &catalog.countries,
            Self::AgeRating => &catalog.age_ratings,
        }
    }

    /// Its values are people.
    #[must_use]
    pub fn is_person(self) -> bool {
        matches!(self, Self::Actor | Self::Director | Self::Producer)
    }
}
