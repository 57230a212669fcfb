use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Error, Number, Value, json};
use usher_names::Field;
use usher_protocol::{ErrorKind, Fields, FromJson, readable};

use super::{JustId, by_count, count_of};
use crate::filter::{Bounds, Conditions, Match};
use crate::names::Resolver;
use crate::outcome::{Failure, Outcome, failure, success};
use crate::ports::{Catalogue, Ports};
use crate::registry::Tool;

/// How many of the found items are named.
const SHOWN: usize = 10;

/// `item_filter`: items that fulfil conditions.
pub(crate) struct ItemFilter;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Actors, as full names
    #[schemars(length(min = 1, max = 50))]
    #[serde(skip_serializing_if = "Option::is_none")]
    actors: Option<Vec<String>>,
    /// Genres, such as Comedy or Drama
    #[schemars(length(min = 1, max = 50))]
    #[serde(skip_serializing_if = "Option::is_none")]
    genres: Option<Vec<String>>,
    /// Directors, as full names
    #[schemars(length(min = 1, max = 50))]
    #[serde(skip_serializing_if = "Option::is_none")]
    director: Option<Vec<String>>,
    /// Producers or writers, as full names
    #[schemars(length(min = 1, max = 50))]
    #[serde(skip_serializing_if = "Option::is_none")]
    producer: Option<Vec<String>>,
    /// Country of production, in English
    #[schemars(length(max = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    /// Age rating, such as PG-13
    #[schemars(length(max = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    age_rating: Option<String>,
    /// IMDb rating, 0 to 10, decimals allowed
    #[serde(skip_serializing_if = "Option::is_none")]
    imdb_rating: Option<Comparison>,
    /// Length in minutes
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Comparison>,
    /// Year of release
    #[serde(skip_serializing_if = "Option::is_none")]
    release_date: Option<Comparison>,
    /// Month of release, 1 (January) to 12 (December), or a comparison
    #[serde(skip_serializing_if = "Option::is_none")]
    release_month: Option<Months>,
    /// Whether an item must have all names of a list or any of them; all if absent
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    matching: Option<Matching>,
}

impl FromJson for Arguments {
    fn from_json(value: Value) -> Result<Self, Error> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            actors: fields.take("actors")?,
            genres: fields.take("genres")?,
            director: fields.take("director")?,
            producer: fields.take("producer")?,
            country: fields.take("country")?,
            age_rating: fields.take("age_rating")?,
            imdb_rating: fields.take("imdb_rating")?,
            duration: fields.take("duration")?,
            release_date: fields.take("release_date")?,
            release_month: fields.take("release_month")?,
            // The one name that Rust keeps for itself.
            matching: fields.take("match")?,
        })
    }
}

readable!(Arguments);

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Matching {
    All,
    Any,
}

readable!(enum Matching {
    all => All,
    any => Any,
});

/// A month, or those that a comparison holds of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
enum Months {
    One(#[schemars(range(min = 1, max = 12))] u8),
    Compared(Comparison),
}

impl FromJson for Months {
    fn from_json(value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(_) => Comparison::from_json(value).map(Self::Compared),
            month => u8::from_json(month).map(Self::One),
        }
    }
}

readable!(Months);

impl Months {
    fn bounds(&self) -> Result<Bounds, Failure> {
        match self {
            Self::One(month) => Ok(Bounds::Exact(f64::from(*month))),
            Self::Compared(comparison) => comparison.bounds("release_month", 12),
        }
    }
}

/// A comparison: higher and lower are strict, between includes both ends
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Comparison {
    request: Request,
    /// The number to compare with; for between, the lower end
    #[schemars(with = "f64")]
    threshold: Number,
    /// For between only: the upper end
    #[schemars(with = "Option<f64>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    upper: Option<Number>,
}

readable!(struct Comparison { request, threshold, upper });

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Request {
    Higher,
    Lower,
    Exact,
    Between,
}

readable!(enum Request {
    higher => Higher,
    lower => Lower,
    exact => Exact,
    between => Between,
});

impl Comparison {
    /// `most`: the greatest number that makes sense for the field.
    fn bounds(&self, field: &str, most: u32) -> Result<Bounds, Failure> {
        let misfit = |problem: String| {
            failure(
                ErrorKind::InvalidArguments,
                format!("`{field}` {problem}."),
                format!(
                    "`{field}` takes numbers from 0 to {most}; `upper` goes with between alone and is not below `threshold`."
                ),
            )
        };
        let number = |name: &str, number: &Number| {
            number.as_f64().filter(|x| (0.0..=f64::from(most)).contains(x)).ok_or_else(|| {
                misfit(format!("has the {name} {number}, which is not from 0 to {most}"))
            })
        };
        let threshold = number("threshold", &self.threshold)?;
        let upper = self.upper.as_ref().map(|upper| number("upper end", upper)).transpose()?;
        match (self.request, upper) {
            (Request::Higher, None) => Ok(Bounds::Higher(threshold)),
            (Request::Lower, None) => Ok(Bounds::Lower(threshold)),
            (Request::Exact, None) => Ok(Bounds::Exact(threshold)),
            (Request::Between, Some(upper)) if upper >= threshold => {
                Ok(Bounds::Between(threshold, upper))
            }
            (Request::Between, Some(_)) => {
                Err(misfit("has its upper end below its threshold".into()))
            }
            (Request::Between, None) => Err(misfit("is between, and `upper` is missing".into())),
            (_, Some(_)) => Err(misfit("has an upper end and is not between".into())),
        }
    }
}

impl Tool for ItemFilter {
    type Arguments = Arguments;
    const NAME: &'static str = "item_filter";
    const DESCRIPTION: &'static str = "Finds the items that fulfil conditions on actors, genres, \
        directors, producers, country, age rating, IMDb rating, length, year or month of release. \
        Conditions on different fields must all hold. Give only conditions that were asked for. \
        Returns a set handle to pass on as `items`, how many there are, and the ten most rated.";
    const SCHEMA: &'static str = include_str!("../../schemas/item_filter.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let (conditions, corrections) = conditions(arguments, ports)?;
        if conditions == (Conditions { matching: conditions.matching, ..Conditions::default() }) {
            return Err(failure(
                ErrorKind::InvalidArguments,
                "There is no condition.",
                "Give at least one of actors, genres, director, producer, country, age_rating, imdb_rating, duration, release_date, release_month.",
            ));
        }
        let found = ports.catalogue().filter(&conditions).await?;
        if found.is_empty() {
            return Err(failure(
                ErrorKind::NoMatch,
                format!("{corrections}No item fulfils all conditions."),
                nearest_misses(&conditions, ports).await?,
            ));
        }
        let ranked = by_count(&found, &ports.catalogue().n_ratings(&found, None).await?, SHOWN);
        let shown: Vec<JustId> = ranked
            .iter()
            .map(|(row, _)| JustId { item_id: ports.catalogue().item_id(*row) })
            .collect();
        let count = found.len();
        success(
            format!("{corrections}{} found.", count_of(count, "item")),
            &json!({"set": ports.sets().keep(found), "count": count, "items": shown}),
        )
    }
}

fn conditions<P: Ports>(
    arguments: &mut Arguments,
    ports: &P,
) -> Result<(Conditions, String), Failure> {
    let mut resolver = Resolver::new(ports);
    resolver.resolve_all(Field::Actor, &mut arguments.actors)?;
    resolver.resolve_all(Field::Genre, &mut arguments.genres)?;
    resolver.resolve_all(Field::Director, &mut arguments.director)?;
    resolver.resolve_all(Field::Producer, &mut arguments.producer)?;
    resolver.resolve_one(Field::Country, &mut arguments.country)?;
    resolver.resolve_one(Field::AgeRating, &mut arguments.age_rating)?;
    let bounds = |comparison: &Option<Comparison>, field: &str, most: u32| {
        comparison.as_ref().map(|comparison| comparison.bounds(field, most)).transpose()
    };
    let conditions = Conditions {
        matching: match arguments.matching {
            Some(Matching::Any) => Match::Any,
            Some(Matching::All) | None => Match::All,
        },
        actors: arguments.actors.clone().unwrap_or_default(),
        genres: arguments.genres.clone().unwrap_or_default(),
        directors: arguments.director.clone().unwrap_or_default(),
        producers: arguments.producer.clone().unwrap_or_default(),
        country: arguments.country.clone(),
        age_rating: arguments.age_rating.clone(),
        imdb_rating: bounds(&arguments.imdb_rating, "imdb_rating", 10)?,
        duration_minutes: bounds(&arguments.duration, "duration", 100_000)?,
        year: bounds(&arguments.release_date, "release_date", 9_999)?,
        month: arguments.release_month.as_ref().map(Months::bounds).transpose()?,
    };
    Ok((conditions, resolver.corrections()))
}

/// How many items fulfil each condition alone, of a list each name, so that it is
/// seen which one is too much.
async fn nearest_misses<P: Ports>(conditions: &Conditions, ports: &P) -> Result<String, Failure> {
    let all = conditions.clone();
    let none = || Conditions { matching: all.matching, ..Conditions::default() };
    let mut alone: Vec<(String, Conditions)> = Vec::new();
    type Put = fn(&mut Conditions, Vec<String>);
    let lists: [(&str, &Vec<String>, Put); 4] = [
        ("actors", &all.actors, |conditions, names| conditions.actors = names),
        ("genres", &all.genres, |conditions, names| conditions.genres = names),
        ("director", &all.directors, |conditions, names| conditions.directors = names),
        ("producer", &all.producers, |conditions, names| conditions.producers = names),
    ];
    for (field, names, put) in lists {
        for name in names {
            let mut one = none();
            put(&mut one, vec![name.clone()]);
            alone.push((format!("{field} {name}"), one));
        }
    }
    for (field, asked, condition) in [
        ("country", all.country.is_some(), Conditions { country: all.country.clone(), ..none() }),
        (
            "age_rating",
            all.age_rating.is_some(),
            Conditions { age_rating: all.age_rating.clone(), ..none() },
        ),
        (
            "imdb_rating",
            all.imdb_rating.is_some(),
            Conditions { imdb_rating: all.imdb_rating, ..none() },
        ),
        (
            "duration",
            all.duration_minutes.is_some(),
            Conditions { duration_minutes: all.duration_minutes, ..none() },
        ),
        ("release_date", all.year.is_some(), Conditions { year: all.year, ..none() }),
        ("release_month", all.month.is_some(), Conditions { month: all.month, ..none() }),
    ] {
        if asked {
            alone.push((field.to_owned(), condition));
        }
    }
    let mut counts = Vec::new();
    for (what, condition) in alone {
        counts.push(format!("{what}: {}", ports.catalogue().filter(&condition).await?.len()));
    }
    Ok(format!("Items that fulfil each condition alone: {}.", counts.join(", ")))
}
