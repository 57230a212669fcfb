//! What can be asked of items and users.

/// Something that popular items have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A field with a number in it, such as the length.
    Number(ItemField),
    /// A field with names in it.
    Names(ItemField),
}

impl Measure {
    pub(crate) fn field(self) -> ItemField {
        match self {
            Self::Number(field) | Self::Names(field) => field,
        }
    }
}

/// What can be asked of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemField {
    Title,
    Description,
    Genres,
    Director,
    Producer,
    Duration,
    ReleaseDate,
    ReleaseMonth,
    Country,
    Actors,
    AgeRating,
    ImdbRating,
    ImdbNumReviews,
    Storyline,
    NRatings,
}

impl ItemField {
    /// The name as `get_item_metadata` takes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Genres => "genres",
            Self::Director => "director",
            Self::Producer => "producer",
            Self::Duration => "duration",
            Self::ReleaseDate => "release_date",
            Self::ReleaseMonth => "release_month",
            Self::Country => "country",
            Self::Actors => "actors",
            Self::AgeRating => "age_rating",
            Self::ImdbRating => "imdb_rating",
            Self::ImdbNumReviews => "imdb_num_reviews",
            Self::Storyline => "storyline",
            Self::NRatings => "n_ratings",
        }
    }

    /// The name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Description => "Description",
            Self::Genres => "Genres",
            Self::Director => "Director",
            Self::Producer => "Producers and writers",
            Self::Duration => "Length",
            Self::ReleaseDate => "Year",
            Self::ReleaseMonth => "Month of release",
            Self::Country => "Country",
            Self::Actors => "Actors",
            Self::AgeRating => "Age rating",
            Self::ImdbRating => "IMDb rating",
            Self::ImdbNumReviews => "IMDb reviews",
            Self::Storyline => "Storyline",
            Self::NRatings => "Ratings here",
        }
    }
}

/// What can be asked of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserField {
    Age,
    AgeCategory,
    Gender,
    Occupation,
}

impl UserField {
    pub(crate) const ALL: [Self; 4] =
        [Self::Age, Self::AgeCategory, Self::Gender, Self::Occupation];

    /// The name as `get_user_metadata` takes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::AgeCategory => "age_category",
            Self::Gender => "gender",
            Self::Occupation => "occupation",
        }
    }

    /// The name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Age => "Age",
            Self::AgeCategory => "Age category",
            Self::Gender => "Gender",
            Self::Occupation => "Occupation",
        }
    }
}
