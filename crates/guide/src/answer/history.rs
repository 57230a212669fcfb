//! What a user has rated.

use serde_json::Value;
use usher_protocol::Id;

use crate::describe::titled;
use crate::markdown::escape;
use crate::plan::{LISTED, Progress};
use crate::request::Task;
use crate::results::id_of;

pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let Task::History { user, k, about } = &progress.request.task else { return None };
    let user = escape(&user.as_ref()?.0);
    let rated = progress.results.items("get_interacted_items");
    let total = progress.results.count("get_interacted_items").unwrap_or(rated.len() as u64);
    if !about.is_empty() {
        return Some(whether(progress, &user, about, rated, total));
    }
    let most = k.and_then(|k| usize::try_from(k).ok()).unwrap_or(LISTED);
    let lines: Vec<String> = rated
        .iter()
        .take(most)
        .enumerate()
        .map(|(place, item)| format!("{}. {}", place + 1, line(progress, item)))
        .collect();
    if lines.is_empty() {
        return None;
    }
    let head = if (lines.len() as u64) < total {
        format!("User {user} has rated {total} movies. The {} newest:", lines.len())
    } else {
        format!("User {user} has rated {total} movies, newest first:")
    };
    Some(format!("{head}\n\n{}", lines.join("\n")))
}

fn line(progress: &Progress<'_>, item: &Value) -> String {
    let Some(id) = item.get("item_id").and_then(id_of) else { return "an item".to_owned() };
    let title =
        progress.results.metadata(&id).map_or_else(|| format!("item {}", escape(&id.0)), titled);
    let mut parts = vec![title, format!("id {}", escape(&id.0))];
    if let Some(rating) = item.get("rating").filter(|rating| rating.is_number()) {
        parts.push(format!("rated **{rating}**"));
    }
    if let Some(date) = item.get("date").and_then(Value::as_str) {
        parts.push(escape(date));
    }
    parts.join(" · ")
}

/// Whether certain items are in the history.
fn whether(
    progress: &Progress<'_>,
    user: &str,
    about: &[Id],
    rated: &[Value],
    total: u64,
) -> String {
    let of = |id: &Id| {
        rated.iter().find(|item| item.get("item_id").and_then(id_of).as_ref() == Some(id))
    };
    if let Some(item) = about.iter().find_map(of) {
        return format!("Yes. User {user} has rated it: {}.", line(progress, item));
    }
    let read = rated.len();
    if (read as u64) < total {
        format!("It is not among the {read} newest of the {total} ratings of user {user}.")
    } else {
        format!("No. It is not among the {total} ratings of user {user}.")
    }
}
