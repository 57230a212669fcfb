//! One file per tool; the file's name is the tool's name.

mod get_interacted_items;
mod get_item_metadata;
mod get_like_percentage;
mod get_popular_items;
mod get_top_k_recommendations;
mod get_user_metadata;
mod item_filter;
mod vector_store_search;

pub(crate) use get_interacted_items::GetInteractedItems;
pub(crate) use get_item_metadata::GetItemMetadata;
pub(crate) use get_like_percentage::GetLikePercentage;
pub(crate) use get_popular_items::GetPopularItems;
pub(crate) use get_top_k_recommendations::GetTopKRecommendations;
pub(crate) use get_user_metadata::GetUserMetadata;
pub(crate) use item_filter::ItemFilter;
pub(crate) use vector_store_search::VectorStoreSearch;

use serde::Serialize;
use usher_bundle::{ItemRow, UserRow};
use usher_protocol::{ErrorKind, Id};

use crate::outcome::{Failure, failure};
use crate::ports::Ports;

/// An item where only its id is told.
#[derive(Debug, Serialize)]
struct JustId {
    item_id: Id,
}

fn find_user<P: Ports>(id: &Id, ports: &P) -> Result<UserRow, Failure> {
    ports.user(id).ok_or_else(|| {
        let id = crate::arguments::shortened(&id.0);
        failure(ErrorKind::UnknownUser, format!("There is no user {id}."), ports.known_users())
    })
}

/// Sorts items by a count, highest first, ties by id.
fn by_count(items: &[ItemRow], counts: &[u32]) -> Vec<(ItemRow, u32)> {
    let mut ranked: Vec<(ItemRow, u32)> =
        items.iter().copied().zip(counts.iter().copied()).collect();
    ranked.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

/// "1 item", "2 items".
fn count_of(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// Two decimals.
fn hundredths(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}
