//! Whether items suit a user.

use crate::context::{RecommendedItem, recommended_items};
use crate::describe::{joined, titled};
use crate::markdown::escape;
use crate::plan::Progress;
use crate::request::Task;

/// How many items of the history are named.
const NAMED: usize = 3;

pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let Task::Fit { user, items } = &progress.request.task else { return None };
    let user = escape(&user.as_ref()?.0);
    let mut told: Vec<String> = recommended_items(&progress.request.task, &progress.results)
        .iter()
        .map(|item| judged(progress, item, &user))
        .collect();
    if items.len() > 1 {
        told.push(format!("{} movies have this title.", items.len()));
    }
    (!told.is_empty()).then(|| told.join("\n\n"))
}

/// What the score of an item tells.
fn judged(progress: &Progress<'_>, item: &RecommendedItem, user: &str) -> String {
    /// From which share of what is unseen on an item is called a choice.
    const GOOD: u64 = 90;
    const FAIR: u64 = 60;
    let title = progress
        .results
        .metadata(&item.id)
        .map_or_else(|| "It".to_owned(), |known| format!("**{}**", titled(known)));
    let id = escape(&item.id.0);
    let Some(fit) = item.fit else {
        return format!("{title} (id {id}) can be recommended to user {user}.");
    };
    let verdict = match fit {
        GOOD.. => "a good choice",
        FAIR.. => "a fair choice",
        _ => "not among the best choices",
    };
    let because: Vec<String> = item
        .because
        .iter()
        .take(NAMED)
        .filter_map(|id| progress.results.metadata(id).map(titled))
        .collect();
    let because = if because.is_empty() {
        String::new()
    } else {
        format!(" The score comes from {}.", joined(&because, "and"))
    };
    format!(
        "{title} (id {id}) is {verdict} for user {user}: it scores higher than {fit} % of what user {user} has not seen.{because}"
    )
}
