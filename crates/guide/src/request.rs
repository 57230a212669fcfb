//! What a question asks for.

use serde_json::{Map, Number, Value, json};
use usher_protocol::Id;

use crate::results::names_of;

/// A question, understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) task: Task,
    /// What to show of items beside title, genres and description.
    pub(crate) show: Vec<ItemField>,
    /// Corrections that the guide made itself, such as of a title.
    pub(crate) corrections: Vec<String>,
    /// What was read and could not be used.
    pub(crate) unused: Vec<String>,
}

impl From<Task> for Request {
    fn from(task: Task) -> Self {
        Self { task, show: Vec::new(), corrections: Vec::new(), unused: Vec::new() }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Task {
    /// The best items for a user.
    Recommend {
        user: Option<Id>,
        /// How many; 5 if not said.
        k: Option<i64>,
        /// How many of the best were shown before ("more").
        skip: usize,
        what: Selection,
    },
    /// Items that are selected, for nobody in particular.
    List { k: Option<i64>, what: Selection },
    /// What is known of items.
    Items { items: Vec<Id> },
    /// What is known of a user.
    User { user: Option<Id>, get: Vec<UserField> },
    /// What a user has rated; whether some items are among it.
    History { user: Option<Id>, k: Option<i64>, about: Vec<Id> },
    /// What is typical of popular items.
    Statistics { measure: Measure, what: Selection },
    /// What is typical of what a user has rated.
    Favourite { user: Option<Id>, measure: Measure },
    /// How many users like any of some items.
    Share { items: Vec<Id>, what: Selection },
    /// Why the last recommendations were made.
    Explain,
    /// Which tools were used for the last answer.
    Steps,
    /// What needs no tool.
    Say(Saying),
}

/// An answer that needs no tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Saying {
    Hello,
    Help,
    StartOver,
    Thanks,
    NoThanks,
    NothingToExplain,
    NoSteps,
    UnknownTitle(String),
    WhichItem,
    NotUnderstood,
}

/// Which items are meant: conditions, popularity and text must all hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Selection {
    pub(crate) conditions: Conditions,
    pub(crate) popular: Option<Popular>,
    pub(crate) search: Option<Search>,
    /// Items shown before ("recommend one of these"); only where nothing else is asked.
    pub(crate) shown: Vec<Id>,
}

impl Selection {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Popular among whom.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Popular {
    /// Groups of users; none and no `like_user`: everyone.
    pub(crate) groups: Vec<&'static str>,
    /// The group that a user belongs to.
    pub(crate) like_user: Option<LikeUser>,
}

/// The group of users that are like one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LikeUser {
    /// The user; the one recommended to if `None`.
    pub(crate) user: Option<Id>,
    pub(crate) age: bool,
    pub(crate) gender: bool,
}

/// Items by their texts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Search {
    /// Near to a text.
    Text(String),
    /// Suiting a mood; the text that is searched for.
    Mood { mood: String, query: &'static str },
    /// Like some items.
    Similar(Vec<Id>),
}

/// Conditions as `item_filter` takes them, names as they were written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Conditions {
    pub(crate) actors: Vec<String>,
    pub(crate) genres: Vec<String>,
    pub(crate) director: Vec<String>,
    pub(crate) producer: Vec<String>,
    /// Any name of a list is enough.
    pub(crate) any: bool,
    pub(crate) country: Option<String>,
    pub(crate) age_rating: Option<String>,
    pub(crate) imdb_rating: Option<Comparison>,
    pub(crate) duration: Option<Comparison>,
    pub(crate) release_date: Option<Comparison>,
    pub(crate) release_month: Option<u8>,
}

impl Conditions {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self { any: self.any, ..Self::default() }
    }

    /// These conditions, and where they say nothing, earlier ones.
    pub(crate) fn over(self, earlier: &Self) -> Self {
        let list = |now: Vec<String>, before: &Vec<String>| {
            if now.is_empty() { before.clone() } else { now }
        };
        Self {
            any: self.any || (self.genres.is_empty() && self.actors.is_empty() && earlier.any),
            actors: list(self.actors, &earlier.actors),
            genres: list(self.genres, &earlier.genres),
            director: list(self.director, &earlier.director),
            producer: list(self.producer, &earlier.producer),
            country: self.country.or_else(|| earlier.country.clone()),
            age_rating: self.age_rating.or_else(|| earlier.age_rating.clone()),
            imdb_rating: self.imdb_rating.or(earlier.imdb_rating),
            duration: self.duration.or(earlier.duration),
            release_date: self.release_date.or(earlier.release_date),
            release_month: self.release_month.or(earlier.release_month),
        }
    }

    /// The arguments of `item_filter`.
    pub(crate) fn arguments(&self) -> Map<String, Value> {
        let mut arguments = Map::new();
        for (name, names) in [
            ("actors", &self.actors),
            ("genres", &self.genres),
            ("director", &self.director),
            ("producer", &self.producer),
        ] {
            if !names.is_empty() {
                arguments.insert(name.to_owned(), json!(names));
            }
        }
        for (name, value) in [("country", &self.country), ("age_rating", &self.age_rating)] {
            if let Some(value) = value {
                arguments.insert(name.to_owned(), json!(value));
            }
        }
        for (name, comparison, scale) in [
            ("imdb_rating", self.imdb_rating, Scale::Rating),
            ("duration", self.duration, Scale::Whole),
            ("release_date", self.release_date, Scale::Whole),
        ] {
            if let Some(comparison) = comparison {
                arguments.insert(name.to_owned(), comparison.argument(scale));
            }
        }
        if let Some(month) = self.release_month {
            arguments.insert("release_month".to_owned(), json!(month));
        }
        if self.any {
            arguments.insert("match".to_owned(), json!("any"));
        }
        arguments
    }

    /// The same conditions with the names that a tool executed.
    pub(crate) fn executed(&self, arguments: &Value) -> Self {
        let list = |field: &str, asked: &Vec<String>| {
            let names = names_of(arguments, field);
            if names.is_empty() {
                asked.clone()
            } else {
                names.into_iter().map(str::to_owned).collect()
            }
        };
        let one = |field: &str, asked: &Option<String>| {
            arguments
                .get(field)
                .and_then(Value::as_str)
                .map(str::to_owned)
                .or_else(|| asked.clone())
        };
        Self {
            actors: list("actors", &self.actors),
            genres: list("genres", &self.genres),
            director: list("director", &self.director),
            producer: list("producer", &self.producer),
            country: one("country", &self.country),
            age_rating: one("age_rating", &self.age_rating),
            ..self.clone()
        }
    }

    /// The fields that are asked about.
    pub(crate) fn fields(&self) -> Vec<ItemField> {
        [
            (ItemField::Actors, !self.actors.is_empty()),
            (ItemField::Director, !self.director.is_empty()),
            (ItemField::Producer, !self.producer.is_empty()),
            (ItemField::Country, self.country.is_some()),
            (ItemField::AgeRating, self.age_rating.is_some()),
            (ItemField::ImdbRating, self.imdb_rating.is_some()),
            (ItemField::Duration, self.duration.is_some()),
            (ItemField::ReleaseMonth, self.release_month.is_some()),
        ]
        .into_iter()
        .filter_map(|(field, asked)| asked.then_some(field))
        .collect()
    }
}

/// Which numbers are wanted. Higher and lower are strict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Comparison {
    Higher(f64),
    AtLeast(f64),
    Lower(f64),
    AtMost(f64),
    Exact(f64),
    Between(f64, f64),
}

/// What kind of numbers a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Whole numbers: years, minutes.
    Whole,
    /// Ratings from 0 to 10 in hundredths.
    Rating,
}

impl Comparison {
    /// The comparison as `item_filter` takes it.
    pub(crate) fn argument(self, scale: Scale) -> Value {
        let one = |request: &str, x: f64| json!({"request": request, "threshold": number(x)});
        let between = |from: f64, to: f64| json!({"request": "between", "threshold": number(from), "upper": number(to)});
        match (self, scale) {
            (Self::Higher(x), _) => one("higher", x),
            (Self::Lower(x), _) => one("lower", x),
            (Self::Exact(x), _) => one("exact", x),
            (Self::Between(from, to), _) => between(from, to),
            (Self::AtLeast(x), Scale::Whole) => one("higher", x - 1.0),
            (Self::AtMost(x), Scale::Whole) => one("lower", x + 1.0),
            (Self::AtLeast(x), Scale::Rating) => between(x, 10.0),
            (Self::AtMost(x), Scale::Rating) => between(0.0, x),
        }
    }

    /// Both comparisons at once, if together they are a range.
    pub(crate) fn and(self, other: Self, scale: Scale) -> Option<Self> {
        let step = match scale {
            Scale::Whole => 1.0,
            Scale::Rating => 0.01,
        };
        // Without this, 6 + 0.01 would carry a tail of digits.
        let tidy = |x: f64| (x * 100.0).round() / 100.0;
        let least = |comparison: Self| match comparison {
            Self::Higher(x) => Some(tidy(x + step)),
            Self::AtLeast(x) => Some(x),
            _ => None,
        };
        let most = |comparison: Self| match comparison {
            Self::Lower(x) => Some(tidy(x - step)),
            Self::AtMost(x) => Some(x),
            _ => None,
        };
        let from = least(self).or(least(other))?;
        let to = most(self).or(most(other))?;
        (from <= to).then_some(Self::Between(from, to))
    }
}

/// A number as JSON, whole where it is.
fn number(x: f64) -> Value {
    if x.fract() == 0.0 && x.abs() < 1e15 {
        Value::from(x as i64)
    } else {
        Number::from_f64(x).map_or(Value::Null, Value::Number)
    }
}

/// Something that popular items have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// How long they are.
    Length,
    /// A field with names in it.
    Names(ItemField),
}

impl Measure {
    pub(crate) fn field(self) -> ItemField {
        match self {
            Self::Length => ItemField::Duration,
            Self::Names(field) => field,
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
