//! How many users are interested.

use serde_json::Value;

use super::list;
use crate::describe;
use crate::plan::Progress;
use crate::request::{Search, Task};

pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let Task::Share { items, what } = &progress.request.task else { return None };
    let data = progress.results.data("get_like_percentage")?;
    let number = |field: &str| data.get(field).filter(|value| value.is_number());
    let liked = number("like_percentage")?;
    let of = match number("users") {
        Some(users) => match users.as_u64() {
            Some(users) => format!(" of {} users", describe::thousands(users)),
            None => format!(" of {users} users"),
        },
        None => " of the users".to_owned(),
    };
    let threshold = number("like_threshold")
        .map_or_else(String::new, |threshold| format!(" (rated at least {threshold})"));
    let found = ["vector_store_search", "get_popular_items", "item_filter"]
        .into_iter()
        .find_map(|tool| progress.results.count(tool));
    // What others are to be like is not among them.
    let models = match &what.search {
        Some(Search::Similar(models)) => models.len() as u64,
        _ => 0,
    };
    let found = found.map(|count| count.saturating_sub(models));
    let which = match (&what.search, found) {
        _ if !items.is_empty() => {
            let ids: Vec<String> =
                items.iter().map(|id| format!("item {}", crate::markdown::escape(&id.0))).collect();
            describe::joined(&ids, "or")
        }
        (Some(Search::Text(_)), Some(count)) => {
            format!("at least one of the {count} movies nearest to this text")
        }
        (_, Some(count)) => {
            let of = if count == 1 {
                "the only movie".to_owned()
            } else {
                format!("at least one of {} movies", describe::thousands(count))
            };
            format!("{of} ({})", list::what(progress))
        }
        (_, None) => "at least one of them".to_owned(),
    };
    let seen = number("interacted_percentage").map_or_else(String::new, |seen| {
        format!(" {seen} % have rated {} at all.", if items.len() == 1 { "it" } else { "one" })
    });
    let sentence = format!("About **{liked} %**{of} liked{threshold} {which}.{seen}");
    let Value::Object(_) = data else { return None };
    Some(sentence)
}
