use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use usher_protocol::readable;

use super::{count_of, hundredths, written};
use crate::items::{Items, about_unknown, with_unknown};
use crate::outcome::{Outcome, success};
use crate::ports::{Catalogue, Ports};
use crate::registry::Tool;

/// `get_like_percentage`: how many users like any of some items.
pub(crate) struct GetLikePercentage;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    items: Items,
}

readable!(struct Arguments { items });

impl Tool for GetLikePercentage {
    type Arguments = Arguments;
    const NAME: &'static str = "get_like_percentage";
    const DESCRIPTION: &'static str = "Tells what percentage of all users liked any of the items, \
        and what percentage rated any of them. Each user counts once. Use it to estimate the \
        interest in a storyline (with the items of vector_store_search) or in a kind of item (with \
        the set of item_filter).";
    const SCHEMA: &'static str = include_str!("../../schemas/get_like_percentage.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let found = arguments.items.find(ports)?;
        let likes = ports.catalogue().likes(&found.rows).await?;
        let users = ports.catalogue().n_users();
        let percentage = |n: usize| {
            if users == 0 { 0.0 } else { hundredths(n as f64 / users as f64 * 100.0) }
        };
        let threshold = f64::from(ports.catalogue().like_threshold());
        let threshold = if threshold.fract() == 0.0 {
            Value::from(threshold as i64)
        } else {
            Value::from(hundredths(threshold))
        };
        success(
            format!(
                "{} % of {users} users rated any of {} at least {threshold}.{}",
                written(percentage(likes.liked)),
                count_of(found.rows.len(), "item"),
                about_unknown(&found.unknown),
            ),
            &with_unknown(
                json!({
                    "like_percentage": percentage(likes.liked),
                    "interacted_percentage": percentage(likes.interacted),
                    "users": users,
                    "like_threshold": threshold,
                }),
                &found.unknown,
            ),
        )
    }
}
