use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use usher_protocol::ErrorKind;
use usher_tools::{Catalogue, Items, Outcome, Ports, Tool, failure, success};

/// `get_decades`: how many of some items came out in each decade.
pub(crate) struct GetDecades;

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    items: Items,
    /// Leave out decades with fewer items; 1 if absent
    #[schemars(range(min = 1, max = 1000))]
    #[serde(default = "one")]
    at_least: u32,
}

fn one() -> u32 {
    1
}

impl Tool for GetDecades {
    type Arguments = Arguments;
    const NAME: &'static str = "get_decades";
    const DESCRIPTION: &'static str = "Tells how many of some items came out in each decade, the \
        earliest first. Use it for questions on when items were made.";
    const SCHEMA: &'static str = include_str!("get_decades.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        // Unknown ids, and handles of other conversations, are refused here.
        let found = arguments.items.find(ports)?;
        let facts = ports.catalogue().item_facts(&found.rows, false).await?;
        let mut decades: BTreeMap<u16, u32> = BTreeMap::new();
        for year in facts.iter().filter_map(|facts| facts.year) {
            *decades.entry(year / 10 * 10).or_default() += 1;
        }
        decades.retain(|_, count| *count >= arguments.at_least);
        if decades.is_empty() {
            return Err(failure(
                ErrorKind::NoMatch,
                format!("No decade has {} of these items.", arguments.at_least),
                "Ask for a smaller at_least, or about more items.",
            ));
        }
        let decades: Vec<_> = decades
            .iter()
            .map(|(decade, count)| json!({"decade": decade, "count": count}))
            .collect();
        success(
            format!("The years of {} items by decade.", found.rows.len()),
            &json!({"decades": decades, "unknown": found.unknown}),
        )
    }
}
