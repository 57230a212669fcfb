use fixedbitset::FixedBitSet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
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

/// `get_top_k_recommendations`: the best unseen items for a user, or for somebody of whom
/// only some items are known that they like.
pub(crate) struct GetTopKRecommendations;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Id of the user; without it, `likes` is needed
    #[schemars(schema_with = "id_schema")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<Id>,
    /// Instead of `user`: ids of items that somebody likes who is not among the users
    #[schemars(schema_with = "likes_schema")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    likes: Option<Vec<Id>>,
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

readable!(struct Arguments { user, likes, k: five, items, exclude_seen: yes });

/// Some ids in a schema, fewer than in `items`: they are what a person can tell.
fn likes_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": {"type": ["integer", "string"]},
        "minItems": 1,
        "maxItems": 100,
    })
}

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
        items or among `items`; or, with `likes` instead of `user`, for somebody who likes these. \
        What the user has rated or likes is left out. Each comes with its score, its fit (the \
        percentage of the user's unseen items that score lower) and the ids of the rated or liked \
        items that it comes from. Needs a user id or liked items: if there are none, ask.";
    const SCHEMA: &'static str = include_str!("../../schemas/get_top_k_recommendations.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let k = arguments.k as usize;
        let mut unknown = Vec::new();
        let (user, history) = match (&arguments.user, &arguments.likes) {
            (Some(id), None) => {
                let user = find_user(id, ports)?;
                let history = ports.catalogue().history(user).await?;
                (Some(user), history.iter().map(|interaction| interaction.item).collect())
            }
            (None, Some(likes)) => {
                let found = Items::Ids(likes.clone()).find(ports)?;
                unknown = found.unknown;
                (None, found.rows)
            }
            (given, _) => {
                let problem = match given {
                    Some(_) => "`user` and `likes` are given, and only one of them can be.",
                    None => "`user` is missing, and so is `likes`: one of them is needed.",
                };
                let hint = "Give `user`, the id of a user, or `likes`, ids of items that somebody likes who is not among the users. If neither was told, ask for it.";
                return Err(failure(ErrorKind::InvalidArguments, problem, hint));
            }
        };
        let within = arguments.items.as_ref().map(|items| items.find(ports)).transpose()?;
        let n_items = ports.catalogue().n_items();
        let mut seen = FixedBitSet::with_capacity(n_items);
        seen.extend(history.iter().map(|item| item.index()));
        let all = || (0..n_items as u32).map(ItemRow);
        let may_come = |item: &ItemRow| !arguments.exclude_seen || !seen.contains(item.index());
        let mut asked: Vec<ItemRow> = match &within {
            Some(found) => found.rows.clone(),
            None => all().collect(),
        };
        let before = asked.len();
        asked.retain(|item| !ports.sets().keeps_out(*item));
        let kept_out = before - asked.len();
        if asked.is_empty() && kept_out > 0 {
            let problem = "All items asked about are kept out of this conversation.";
            return Err(failure(ErrorKind::NoMatch, problem, "Widen the conditions."));
        }
        let candidates: Vec<ItemRow> = asked.iter().copied().filter(may_come).collect();
        let left_out = asked.len() - candidates.len();
        let (who, knows) = match &arguments.user {
            Some(id) => (format!("User {id}"), "has already rated"),
            None => ("The person".to_owned(), "already likes"),
        };
        if candidates.is_empty() {
            return Err(failure(
                ErrorKind::NoMatch,
                format!(
                    "{who} {knows} {}.",
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
        let mut scores = match user {
            _ if history.is_empty() => Vec::new(),
            Some(user) => ports.ranking().scores(user).await?,
            None => ports.ranking().scores_liking(&history).await?,
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

        let mut message = match &arguments.user {
            Some(id) => format!("{} for user {id}.", count_of(best.len(), "item")),
            None => format!(
                "{} for somebody who likes {}.",
                count_of(best.len(), "item"),
                count_of(history.len(), "item"),
            ),
        };
        if cold {
            message += match user {
                Some(_) if history.is_empty() => " The user has no history",
                Some(_) => " The model knows nothing of the user",
                None => " The model knows nothing of what is liked",
            };
            message += ", so these are the most popular.";
        }
        if within.is_some() && left_out > 0 {
            message += &format!(
                " {} asked about {} left out, since the {} {knows} {}.",
                count_of(left_out, "item"),
                if left_out == 1 { "was" } else { "were" },
                if user.is_some() { "user" } else { "person" },
                if left_out == 1 { "it" } else { "them" },
            );
        }
        if kept_out > 0 {
            let are = if kept_out == 1 { "is" } else { "are" };
            message +=
                &format!(" {} {are} kept out of this conversation.", count_of(kept_out, "item"));
        }
        if best.len() < k {
            message += " These are all that there are.";
        }
        unknown.extend(within.into_iter().flat_map(|found| found.unknown));
        message += &about_unknown(&unknown);
        let set = ports.sets().keep(best.iter().map(|(item, _)| *item));
        success(
            message,
            &with_unknown(json!({"items": recommended, "set": set, "count": best.len()}), &unknown),
        )
    }
}
