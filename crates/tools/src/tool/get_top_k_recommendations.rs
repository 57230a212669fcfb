use fixedbitset::FixedBitSet;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use usher_bundle::ItemRow;
use usher_protocol::{ErrorKind, Id, readable};
use usher_recommender::{fit_percent, top_k};

use super::{count_of, find_user};
use crate::items::{Items, about_unknown, id_schema, with_unknown};
use crate::outcome::{Outcome, failure, success};
use crate::ports::{Catalogue, Ports, Ranking};
use crate::registry::Tool;

/// How many items of the history are named as the reason for one recommendation.
const REASONS: usize = 3;

/// `get_top_k_recommendations`: the best unseen items for a user.
pub(crate) struct GetTopKRecommendations;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Id of the user
    #[schemars(schema_with = "id_schema")]
    user: Id,
    /// How many items; 5 if absent
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "five")]
    k: u32,
    /// Recommend among these items only: the handle of a set that an earlier call returned (set:…), or a list of ids
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Items>,
    /// Leave out what the user has already rated; true if absent
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    exclude_seen: bool,
}

readable!(struct Arguments { user, k: five, items, exclude_seen: yes });

fn five() -> u32 {
    5
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_yes(value: &bool) -> bool {
    *value
}

#[derive(Debug, Serialize)]
struct Recommended {
    item_id: Id,
    score: f64,
    fit: u8,
    because: Vec<Id>,
}

impl Tool for GetTopKRecommendations {
    type Arguments = Arguments;
    const NAME: &'static str = "get_top_k_recommendations";
    const DESCRIPTION: &'static str = "Recommends the k best items for a user, best first, among all \
        items or among `items`. What the user has rated is left out. Each comes with its score, its \
        fit (the percentage of the user's unseen items that score lower) and the ids of the rated \
        items that it comes from. Needs a user id: if there is none, ask for it.";
    const SCHEMA: &'static str = include_str!("../../schemas/get_top_k_recommendations.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let user = find_user(&arguments.user, ports)?;
        let k = arguments.k as usize;
        let within = arguments.items.as_ref().map(|items| items.find(ports)).transpose()?;
        let history = ports.catalogue().history(user).await?;
        let history: Vec<ItemRow> = history.iter().map(|interaction| interaction.item).collect();
        let n_items = ports.catalogue().n_items();
        let mut seen = FixedBitSet::with_capacity(n_items);
        seen.extend(history.iter().map(|item| item.index()));
        let all = || (0..n_items as u32).map(ItemRow);
        let may_come = |item: &ItemRow| !arguments.exclude_seen || !seen.contains(item.index());
        let (asked, candidates): (usize, Vec<ItemRow>) = match &within {
            Some(found) => {
                (found.rows.len(), found.rows.iter().copied().filter(may_come).collect())
            }
            None => (n_items, all().filter(may_come).collect()),
        };
        let left_out = asked - candidates.len();
        let id = &arguments.user;
        if candidates.is_empty() {
            return Err(failure(
                ErrorKind::NoMatch,
                format!(
                    "User {id} has already rated {}.",
                    match left_out {
                        1 => "the only item asked about".to_owned(),
                        n => format!("all {n} items asked about"),
                    }
                ),
                "Widen the conditions, or set exclude_seen to false.",
            ));
        }

        // Without a history, or with factors that say nothing of any item, there is no taste
        // to go by: what most people watch is the best guess.
        let mut scores = match history.is_empty() {
            true => Vec::new(),
            false => ports.ranking().scores(user).await?,
        };
        let cold = scores.iter().all(|score| *score == 0.0);
        if cold {
            let all: Vec<ItemRow> = all().collect();
            let counts = ports.catalogue().n_ratings(&all, None).await?;
            scores = counts.into_iter().map(|count| count as f32).collect();
        }
        let score = |item: ItemRow| scores.get(item.index()).copied().unwrap_or(f32::MIN);
        let best = top_k(candidates.iter().map(|item| (*item, score(*item))), k);
        let best_scores: Vec<f32> = best.iter().map(|(_, score)| *score).collect();
        let unseen = all().filter(|item| !seen.contains(item.index()));
        let fits = fit_percent(&best_scores, unseen.map(score));
        let mut recommended = Vec::with_capacity(best.len());
        for ((item, score), fit) in best.iter().zip(fits) {
            let because = match cold {
                true => Vec::new(),
                false => ports.ranking().because(*item, &history, REASONS).await?,
            };
            recommended.push(Recommended {
                item_id: ports.catalogue().item_id(*item),
                score: (f64::from(*score) * 1e4).round() / 1e4,
                fit,
                because: because.into_iter().map(|item| ports.catalogue().item_id(item)).collect(),
            });
        }

        let mut message = format!("{} for user {id}.", count_of(best.len(), "item"));
        if cold {
            message += match history.is_empty() {
                true => " The user has no history, so these are the most popular.",
                false => " The model knows nothing of the user, so these are the most popular.",
            };
        }
        if within.is_some() && left_out > 0 {
            message += &format!(
                " {} asked about {} left out, since the user has already rated {}.",
                count_of(left_out, "item"),
                if left_out == 1 { "was" } else { "were" },
                if left_out == 1 { "it" } else { "them" },
            );
        }
        if best.len() < k {
            message += " These are all that there are.";
        }
        let unknown = within.map(|found| found.unknown).unwrap_or_default();
        message += &about_unknown(&unknown);
        let set = ports.sets().keep(best.iter().map(|(item, _)| *item));
        success(
            message,
            &with_unknown(json!({"items": recommended, "set": set, "count": best.len()}), &unknown),
        )
    }
}
