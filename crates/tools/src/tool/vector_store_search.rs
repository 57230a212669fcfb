use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use usher_protocol::{ErrorKind, Id, readable};

use super::{count_of, hundredths};
use crate::items::{Items, about_unknown, with_unknown};
use crate::outcome::{Outcome, failure, success};
use crate::ports::{Catalogue, Ports, Search};
use crate::registry::Tool;

/// `vector_store_search`: items by what their texts say.
pub(crate) struct VectorStoreSearch;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// What to look for: a storyline, a mood, a theme
    #[schemars(length(min = 1, max = 10_000))]
    query: String,
    /// Look among these items only: the handle of a set that an earlier call returned (set:…), or a list of ids
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Items>,
    /// How many items; 10 if absent
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "ten")]
    k: u32,
}

readable!(struct Arguments { query, items, k: ten });

fn ten() -> u32 {
    10
}

#[derive(Debug, Serialize)]
struct Hit {
    item_id: Id,
    score: f64,
}

impl Tool for VectorStoreSearch {
    type Arguments = Arguments;
    const NAME: &'static str = "vector_store_search";
    const DESCRIPTION: &'static str = "Finds the items whose title, description and storyline are \
        nearest to a text, best first: for storylines, moods, themes and items like another one \
        (with its text as the query). When recommendations follow, take k of at least 50, so that \
        enough unseen items remain.";
    const SCHEMA: &'static str = include_str!("../../schemas/vector_store_search.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let within = arguments.items.as_ref().map(|items| items.find(ports)).transpose()?;
        let rows = within.as_ref().map(|found| {
            let mut rows = found.rows.clone();
            rows.sort_unstable();
            rows
        });
        let found =
            ports.search().nearest(&arguments.query, rows.as_deref(), arguments.k as usize).await?;
        let alone = found.words_alone.map_or_else(String::new, |why| {
            format!(
                " Only the words of the texts were compared, not their meaning. {} {}",
                why.what, why.next
            )
        });
        if found.items.is_empty() {
            return Err(failure(
                ErrorKind::NoMatch,
                format!("No item's text is near to this query.{alone}"),
                "Describe it in other words.",
            ));
        }
        let hits: Vec<Hit> = found
            .items
            .iter()
            .map(|(item, score)| Hit {
                item_id: ports.catalogue().item_id(*item),
                score: hundredths(f64::from(*score)),
            })
            .collect();
        let set = ports.sets().keep(found.items.iter().map(|(item, _)| *item));
        let unknown = within.map(|found| found.unknown).unwrap_or_default();
        success(
            format!(
                "The {} nearest to the text.{alone}{}",
                count_of(hits.len(), "item"),
                about_unknown(&unknown)
            ),
            &with_unknown(json!({"items": hits, "set": set, "count": hits.len()}), &unknown),
        )
    }
}
