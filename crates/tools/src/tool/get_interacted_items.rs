use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use usher_bundle::sections::Interaction;
use usher_protocol::{ErrorKind, Id, readable};

use super::{count_of, find_user, hundredths};
use crate::items::id_schema;
use crate::outcome::{Outcome, failure, success};
use crate::ports::{Catalogue, Ports};
use crate::registry::Tool;

/// `get_interacted_items`: what a user has rated.
pub(crate) struct GetInteractedItems;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Id of the user
    #[schemars(schema_with = "id_schema")]
    user: Id,
    /// How many items, newest first; 20 if absent
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "twenty")]
    k: u32,
}

readable!(struct Arguments { user, k: twenty });

fn twenty() -> u32 {
    20
}

#[derive(Debug, Serialize)]
struct Interacted {
    item_id: Id,
    rating: Value,
    date: Option<String>,
}

impl Tool for GetInteractedItems {
    type Arguments = Arguments;
    const NAME: &'static str = "get_interacted_items";
    const DESCRIPTION: &'static str = "Lists what a user has rated, newest first, with rating and \
        date. Use it for a user's history, and to explain recommendations.";
    const SCHEMA: &'static str = include_str!("../../schemas/get_interacted_items.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let user = find_user(&arguments.user, ports)?;
        let history = ports.catalogue().history(user).await?;
        if history.is_empty() {
            return Err(failure(
                ErrorKind::NoMatch,
                format!("User {} has not rated anything.", arguments.user),
                "Recommendations for such a user are the most popular items.",
            ));
        }
        let total = history.len();
        let items: Vec<Interacted> = history
            .into_iter()
            .take(arguments.k as usize)
            .map(|interaction| Interacted {
                item_id: ports.catalogue().item_id(interaction.item),
                rating: rating(&interaction),
                date: interaction.time.and_then(date),
            })
            .collect();
        let message = if items.len() < total {
            format!("The {} newest of {total} ratings of user {}.", items.len(), arguments.user)
        } else {
            format!("{} of user {}.", count_of(total, "rating"), arguments.user)
        };
        success(message, &json!({"items": items, "count": total}))
    }
}

fn rating(interaction: &Interaction) -> Value {
    let rating = f64::from(interaction.rating);
    if rating.fract() == 0.0 && rating.abs() < 1e9 {
        Value::from(rating as i64)
    } else {
        Value::from(hundredths(rating))
    }
}

/// The day of a Unix time in seconds, in UTC, as `1998-03-31`.
fn date(unix_seconds: i64) -> Option<String> {
    let day = OffsetDateTime::from_unix_timestamp(unix_seconds).ok()?.date();
    Some(format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day()))
}
