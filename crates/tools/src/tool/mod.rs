//! One file per tool; the file's name is the tool's name.

use itertools::Itertools;
use serde::Serialize;
use usher_bundle::{ItemRow, UserRow};
use usher_protocol::{ErrorKind, Id};

use crate::outcome::{Failure, failure};
use crate::ports::{Catalogue, Ports};
use crate::registry::{Entry, entry};

/// The list of tools: each line is a file and the tool in it.
macro_rules! tools {
    ($($file:ident::$tool:ident),* $(,)?) => {
        $(mod $file;)*

        /// Every tool, in the order in which a model is told of them.
        pub(crate) fn entries<P: Ports>() -> Vec<Entry<P>> {
            vec![$(entry::<$file::$tool, P>()),*]
        }
    };
}

tools! {
    item_filter::ItemFilter,
    get_top_k_recommendations::GetTopKRecommendations,
    get_popular_items::GetPopularItems,
    get_user_metadata::GetUserMetadata,
    get_item_metadata::GetItemMetadata,
    get_interacted_items::GetInteractedItems,
    get_like_percentage::GetLikePercentage,
    vector_store_search::VectorStoreSearch,
}

/// An item where only its id is told.
#[derive(Debug, Serialize)]
struct JustId {
    item_id: Id,
}

fn find_user<P: Ports>(id: &Id, ports: &P) -> Result<UserRow, Failure> {
    ports.catalogue().user(id).ok_or_else(|| {
        let id = crate::arguments::shortened(&id.0);
        failure(
            ErrorKind::UnknownUser,
            format!("There is no user {id}."),
            ports.catalogue().known_users(),
        )
    })
}

/// The `most` items with the highest counts, highest first, ties by id.
fn by_count(items: &[ItemRow], counts: &[u32], most: usize) -> Vec<(ItemRow, u32)> {
    items
        .iter()
        .copied()
        .zip(counts.iter().copied())
        .k_smallest_by(most, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)))
        .collect()
}

/// "1 item", "2 items".
fn count_of(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// A number as a message writes it.
fn written(x: f64) -> String {
    crate::arguments::written(&serde_json::Value::from(x))
}

/// Two decimals.
fn hundredths(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}
