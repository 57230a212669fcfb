//! How popular certain items are in a group.

use super::list::what;
use crate::describe::{self, titled};
use crate::plan::{Progress, group_of_user};
use crate::request::Task;
use crate::results::id_of;

pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let Task::Popularity { what: asked } = &progress.request.task else { return None };
    let popular = asked.popular.as_ref()?;
    let found = group_of_user(popular, &progress.results);
    let group = if found.is_empty() { describe::among(popular) } else { describe::groups(&found) };
    let lines: Vec<String> = progress
        .results
        .items("get_popular_items")
        .iter()
        .filter_map(|item| {
            let id = id_of(item.get("item_id")?)?;
            let ratings = describe::thousands(item.get("n_ratings")?.as_u64()?);
            let known = progress.results.metadata(&id)?;
            let all = known.get("n_ratings").and_then(serde_json::Value::as_u64);
            let all = all.map_or_else(String::new, |all| {
                format!(", of {} in all", describe::thousands(all))
            });
            let title = titled(known);
            Some(format!("{title} (id {}): **{ratings}** ratings by {group}{all}.", id.0))
        })
        .collect();
    if lines.is_empty() {
        return Some(format!("Nobody has rated it: {}.", what(progress)));
    }
    Some(lines.join("\n\n"))
}
