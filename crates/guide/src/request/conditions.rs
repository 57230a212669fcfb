//! Conditions on items, as `item_filter` takes them.

use serde_json::{Map, Number, Value, json};

use super::ItemField;
use crate::results::names_of;

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
    pub(crate) release_month: Option<Comparison>,
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

    /// Whether they hold of an item; `None` if what is known of it does not tell.
    pub(crate) fn hold(&self, item: &Value) -> Option<bool> {
        let mut all = Some(true);
        let mut and = |holds: Option<bool>| {
            all = match (all, holds) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        };
        let one = |name: &Option<String>| name.iter().cloned().collect::<Vec<String>>();
        for (field, wanted) in [
            (ItemField::Actors, self.actors.clone()),
            (ItemField::Genres, self.genres.clone()),
            (ItemField::Director, self.director.clone()),
            (ItemField::Producer, self.producer.clone()),
            (ItemField::Country, one(&self.country)),
            (ItemField::AgeRating, one(&self.age_rating)),
        ] {
            if wanted.is_empty() {
                continue;
            }
            let has = names_of(item, field.name());
            let is = |name: &String| has.iter().any(|own| own.eq_ignore_ascii_case(name));
            let holds = if self.any { wanted.iter().any(is) } else { wanted.iter().all(is) };
            and((!has.is_empty()).then_some(holds));
        }
        for (field, wanted) in [
            (ItemField::ImdbRating, self.imdb_rating),
            (ItemField::Duration, self.duration),
            (ItemField::ReleaseDate, self.release_date),
            (ItemField::ReleaseMonth, self.release_month),
        ] {
            if let Some(wanted) = wanted {
                and(item.get(field.name()).and_then(Value::as_f64).map(|x| wanted.holds(x)));
            }
        }
        all
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
        if let Some(months) = self.release_month {
            let months = match months {
                Comparison::Exact(month) => json!(month as u8),
                several => several.argument(Scale::Whole),
            };
            arguments.insert("release_month".to_owned(), months);
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

    /// Both comparisons at once; `None` if no number fulfils them.
    pub(crate) fn and(self, other: Self, scale: Scale) -> Option<Self> {
        let tighter =
            |bound: fn(Self, Scale) -> Option<f64>, is_tighter: fn(f64, f64) -> bool| match (
                bound(self, scale),
                bound(other, scale),
            ) {
                (Some(mine), Some(others)) if is_tighter(others, mine) => Some((others, other)),
                (Some(mine), _) => Some((mine, self)),
                (None, bound) => bound.map(|bound| (bound, other)),
            };
        let from = tighter(Self::least, |x, y| x > y);
        let to = tighter(Self::most, |x, y| x < y);
        match (from, to) {
            (Some((from, _)), Some((to, _))) => (from <= to).then_some(Self::Between(from, to)),
            (Some((_, comparison)), None) | (None, Some((_, comparison))) => Some(comparison),
            (None, None) => None,
        }
    }

    /// Whether a number fulfils it.
    pub(crate) fn holds(self, x: f64) -> bool {
        match self {
            Self::Higher(than) => x > than,
            Self::AtLeast(least) => x >= least,
            Self::Lower(than) => x < than,
            Self::AtMost(most) => x <= most,
            Self::Exact(y) => (x - y).abs() < 1e-9,
            Self::Between(from, to) => (from..=to).contains(&x),
        }
    }

    /// Either comparison: the numbers that span both, `None` for all, and those
    /// between them that fulfil neither.
    pub(crate) fn or(self, other: Self, scale: Scale) -> (Option<Self>, Option<Self>) {
        let step = scale.step();
        let (mine, others) =
            ((self.least(scale), self.most(scale)), (other.least(scale), other.most(scale)));
        let (low, high) = if mine.1.is_some_and(|most| others.0.is_some_and(|least| most < least)) {
            (mine, others)
        } else {
            (others, mine)
        };
        let gap = low.1.zip(high.0).map(|(from, to)| (tidy(from + step), tidy(to - step)));
        let gap = gap.filter(|(from, to)| from <= to).map(|(from, to)| Self::Between(from, to));
        let least = mine.0.zip(others.0).map(|(a, b)| a.min(b));
        let most = mine.1.zip(others.1).map(|(a, b)| a.max(b));
        let span = match (least, most) {
            (Some(from), Some(to)) => Some(Self::Between(from, to)),
            (Some(from), None) => Some(Self::AtLeast(from)),
            (None, Some(to)) => Some(Self::AtMost(to)),
            (None, None) => None,
        };
        (span, gap)
    }

    /// The numbers that do not fulfil it, if one comparison tells them.
    pub(crate) fn opposite(self) -> Option<Self> {
        match self {
            Self::Higher(x) => Some(Self::AtMost(x)),
            Self::AtLeast(x) => Some(Self::Lower(x)),
            Self::Lower(x) => Some(Self::AtLeast(x)),
            Self::AtMost(x) => Some(Self::Higher(x)),
            Self::Exact(_) | Self::Between(..) => None,
        }
    }

    /// The least number that fulfils it.
    fn least(self, scale: Scale) -> Option<f64> {
        match self {
            Self::Higher(x) => Some(tidy(x + scale.step())),
            Self::AtLeast(x) | Self::Exact(x) | Self::Between(x, _) => Some(x),
            Self::Lower(_) | Self::AtMost(_) => None,
        }
    }

    /// The largest number that fulfils it.
    fn most(self, scale: Scale) -> Option<f64> {
        match self {
            Self::Lower(x) => Some(tidy(x - scale.step())),
            Self::AtMost(x) | Self::Exact(x) | Self::Between(_, x) => Some(x),
            Self::Higher(_) | Self::AtLeast(_) => None,
        }
    }
}

impl Scale {
    /// What lies between two neighbouring numbers.
    fn step(self) -> f64 {
        match self {
            Self::Whole => 1.0,
            Self::Rating => 0.01,
        }
    }
}

/// Without this, 6 + 0.01 would carry a tail of digits.
fn tidy(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// A number as JSON, whole where it is.
fn number(x: f64) -> Value {
    if x.fract() == 0.0 && x.abs() < 1e15 {
        Value::from(x as i64)
    } else {
        Number::from_f64(x).map_or(Value::Null, Value::Number)
    }
}
