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

    /// Its values are people.
    #[must_use]
    pub fn is_person(self) -> bool {
        matches!(self, Self::Actor | Self::Director | Self::Producer)
    }
}
