use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use usher_protocol::{ErrorKind, readable};

use super::{by_count, count_of};
use crate::items::{Items, about_unknown};
use crate::outcome::{Outcome, failure, success};
use crate::ports::{Catalogue, ItemFacts, Ports};
use crate::registry::Tool;

/// How many items are told of at once.
const MOST: usize = 50;

/// `get_item_metadata`: what is known of items.
pub(crate) struct GetItemMetadata;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    items: Items,
    /// What to tell of each item
    #[schemars(length(min = 1, max = 15))]
    get: Vec<ItemField>,
}

readable!(struct Arguments { items, get });

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ItemField {
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

readable!(enum ItemField {
    title => Title,
    description => Description,
    genres => Genres,
    director => Director,
    producer => Producer,
    duration => Duration,
    release_date => ReleaseDate,
    release_month => ReleaseMonth,
    country => Country,
    actors => Actors,
    age_rating => AgeRating,
    imdb_rating => ImdbRating,
    imdb_num_reviews => ImdbNumReviews,
    storyline => Storyline,
    n_ratings => NRatings,
});

impl ItemField {
    fn is_text(self) -> bool {
        matches!(self, Self::Description | Self::Storyline)
    }

    fn entry(self, facts: &ItemFacts) -> (&'static str, Value) {
        // A missing list is null, like every missing value.
        let list = |names: &Vec<String>| if names.is_empty() { Value::Null } else { json!(names) };
        match self {
            Self::Title => ("title", json!(facts.title)),
            Self::Description => ("description", json!(facts.description)),
            Self::Genres => ("genres", list(&facts.genres)),
            Self::Director => ("director", list(&facts.directors)),
            Self::Producer => ("producer", list(&facts.producers)),
            Self::Duration => ("duration", json!(facts.duration_minutes)),
            Self::ReleaseDate => ("release_date", json!(facts.year)),
            Self::ReleaseMonth => ("release_month", json!(facts.month)),
            Self::Country => ("country", json!(facts.country)),
            Self::Actors => ("actors", list(&facts.actors)),
            Self::AgeRating => ("age_rating", json!(facts.age_rating)),
            Self::ImdbRating => ("imdb_rating", json!(facts.imdb_rating)),
            Self::ImdbNumReviews => ("imdb_num_reviews", json!(facts.imdb_num_reviews)),
            Self::Storyline => ("storyline", json!(facts.storyline)),
            Self::NRatings => ("n_ratings", json!(facts.n_ratings)),
        }
    }
}

impl Tool for GetItemMetadata {
    type Arguments = Arguments;
    const NAME: &'static str = "get_item_metadata";
    const DESCRIPTION: &'static str = "Tells what is known of items, in the order asked: title, \
        description, genres, director, producer, duration (minutes), release_date (year), \
        release_month, country, actors, age_rating, imdb_rating, imdb_num_reviews, storyline, \
        n_ratings. What is not known is null. Takes up to 50 ids; of a set, the 50 most rated.";
    const SCHEMA: &'static str = include_str!("../../schemas/get_item_metadata.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        if let Items::Ids(ids) = &arguments.items
            && ids.len() > MOST
        {
            return Err(failure(
                ErrorKind::InvalidArguments,
                format!("`items` must be a list of at most {MOST} ids here, not {}.", ids.len()),
                "Ask for fewer items, or pass the handle of their set.",
            ));
        }
        let found = arguments.items.find(ports)?;
        let total = found.rows.len();
        let mut rows = found.rows;
        let mut message = format!("What is known of {}.", count_of(total, "item"));
        if found.from_handle {
            let counts = ports.catalogue().n_ratings(&rows, None).await?;
            rows = by_count(&rows, &counts, MOST).into_iter().map(|(row, _)| row).collect();
            if total > MOST {
                message = format!("The {MOST} most rated of {total} items.");
            }
        }
        message += &about_unknown(&found.unknown);
        let texts = arguments.get.iter().any(|field| field.is_text());
        let facts = ports.catalogue().item_facts(&rows, texts).await?;
        let items: Vec<Map<String, Value>> = rows
            .iter()
            .zip(&facts)
            .map(|(row, facts)| {
                let mut item = Map::new();
                item.insert("item_id".to_owned(), json!(ports.catalogue().item_id(*row)));
                for field in &arguments.get {
                    let (name, value) = field.entry(facts);
                    item.insert(name.to_owned(), value);
                }
                item
            })
            .collect();
        let count = items.len();
        success(message, &json!({"items": items, "unknown": found.unknown, "count": count}))
    }
}
