//! Which of the items found are shown, in which order.

use serde_json::Value;
use usher_protocol::Id;

use super::{LISTED, selection};
use crate::request::{Search, Task};
use crate::results::{Results, id_of};

/// Items to show, and what of the rest is to be told.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) items: Vec<Id>,
    /// How many there were to show.
    pub(crate) total: usize,
    /// How many were looked through: found, and their details read.
    pub(crate) read: usize,
    /// How many of those are not wanted.
    pub(crate) left_out: usize,
}

impl Shown {
    /// Leaves out those shown before.
    fn pass(&mut self, skip: usize) {
        self.items.drain(..skip.min(self.items.len()));
    }
}

/// How many of so many items an answer shows: all of a few, and the first of many.
pub(crate) fn told(n: usize) -> usize {
    const FEW: usize = 20;
    if n > FEW { LISTED } else { n }
}

/// The items that the answer to a task shows; `None` if it shows no list.
pub(crate) fn shown(task: &Task, results: &Results<'_>) -> Option<Shown> {
    match task {
        Task::Fit { .. } => {
            let items = results.ids("get_top_k_recommendations");
            Some(Shown { read: items.len(), total: items.len(), left_out: 0, items })
        }
        Task::Recommend { k, skip, .. } => {
            let ids = results.ids("get_top_k_recommendations");
            let excluding = excludes(task);
            let mut shown = wanted(task, results, ids);
            shown.pass(*skip);
            if excluding {
                shown.items.truncate(usize::try_from(k.unwrap_or(super::K)).unwrap_or(LISTED));
            }
            shown.total = shown.items.len();
            shown.items.truncate(told(shown.total));
            Some(shown)
        }
        Task::List { k, skip, order, what } => {
            let tool = found_by(results)?;
            let mut ids = results.ids("get_item_metadata");
            if let Some(Search::Similar(models)) = &what.search {
                ids.retain(|id| !models.contains(id));
            }
            if ids.is_empty() {
                ids = results.ids(tool);
            }
            let mut shown = wanted(task, results, ids);
            if let Some(order) = order {
                let mut items: Vec<&Value> =
                    shown.items.iter().filter_map(|id| results.metadata(id)).collect();
                order.sort(&mut items);
                shown.items =
                    items.into_iter().filter_map(|item| id_of(item.get("item_id")?)).collect();
            }
            // Of what was read whole, those shown before are passed over here.
            let whole = results
                .step("get_item_metadata")
                .is_some_and(|step| step.arguments.get("items").is_some_and(Value::is_string));
            if whole || order.is_some() || excludes(task) {
                shown.pass(*skip);
            }
            shown.total = shown.items.len();
            shown.items.truncate(k.and_then(|k| usize::try_from(k).ok()).map_or(LISTED, told));
            Some(shown)
        }
        _ => None,
    }
}

/// The tool that found the items of a list.
pub(crate) fn found_by(results: &Results<'_>) -> Option<&'static str> {
    ["vector_store_search", "get_popular_items", "item_filter"]
        .into_iter()
        .find(|tool| results.step(tool).is_some())
}

/// Whether a task says what is not wanted.
pub(crate) fn excludes(task: &Task) -> bool {
    selection(task).is_some_and(|what| !what.without.is_empty())
}

fn wanted(task: &Task, results: &Results<'_>, mut items: Vec<Id>) -> Shown {
    let read = items.len();
    if let Some(what) = selection(task).filter(|what| !what.without.is_empty()) {
        // What nothing was read of cannot be told to be wanted.
        items.retain(|id| {
            results
                .metadata(id)
                .is_some_and(|item| !what.without.iter().any(|exclusion| exclusion.holds(item)))
        });
    }
    Shown { left_out: read - items.len(), read, total: items.len(), items }
}
