//! What a user has rated.

use serde_json::Value;
use usher_protocol::Id;

use crate::describe::{self, titled};
use crate::markdown::escape;
use crate::plan::{LISTED, Progress, told};
use crate::request::{Rated, Task};
use crate::results::id_of;

pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let Task::History { user, k, about, only } = &progress.request.task else { return None };
    let user = escape(&user.as_ref()?.0);
    progress.results.data("get_interacted_items")?;
    let rated = progress.results.items("get_interacted_items");
    let total = progress.results.count("get_interacted_items").unwrap_or(rated.len() as u64);
    if !about.is_empty() {
        return Some(whether(progress, &user, (about, only.liked), rated, total));
    }
    let most = k.and_then(|k| usize::try_from(k).ok());
    if !only.is_all() {
        return Some(some(progress, only, &user, (rated, total), most.unwrap_or(LISTED)));
    }
    let shown = rated.get(..most.map_or(LISTED, told).min(rated.len())).unwrap_or_default();
    if shown.is_empty() {
        return None;
    }
    let movies = describe::movies(usize::try_from(total).unwrap_or(usize::MAX));
    let newest = match shown.len() {
        n if n as u64 >= total => ", newest first:".to_owned(),
        1 => ". The newest:".to_owned(),
        n => format!(". The {n} newest:"),
    };
    Some(format!("User {user} has rated {movies}{newest}\n\n{}", lines(progress, shown.iter())))
}

fn lines<'a>(progress: &Progress<'_>, items: impl Iterator<Item = &'a Value>) -> String {
    let lines: Vec<String> = items
        .enumerate()
        .map(|(place, item)| format!("{}. {}", place + 1, line(progress, item)))
        .collect();
    lines.join("\n")
}

/// Those of the history that are asked for, and how they were rated.
fn some(
    progress: &Progress<'_>,
    only: &Rated,
    user: &str,
    (rated, total): (&[Value], u64),
    most: usize,
) -> String {
    let as_rated = |item: &&Value| {
        let given = item.get("rating").and_then(Value::as_f64);
        only.rating.is_none_or(|wanted| given.is_some_and(|x| wanted.holds(x)))
    };
    let known = |item: &&Value| {
        item.get("item_id").and_then(id_of).and_then(|id| progress.results.metadata(&id))
    };
    // Conditions on items can be told of only where the item was read.
    let with_conditions = !only.conditions.is_empty();
    let read: Vec<&Value> = rated
        .iter()
        .filter(|item| as_rated(item))
        .filter(|item| !with_conditions || known(item).is_some())
        .collect();
    let found: Vec<&Value> = read
        .iter()
        .copied()
        .filter(|item| {
            !with_conditions
                || known(item).and_then(|known| only.conditions.hold(known)) == Some(true)
        })
        .collect();
    let mut words: Vec<String> = only.rating.map(describe::rated).into_iter().collect();
    if with_conditions {
        words.push(describe::conditions(&only.conditions));
    }
    let words = words.join(", ");
    let of = if with_conditions { read.len() } else { rated.len() };
    let newest = if (of as u64) < total { " newest" } else { "" };
    if found.is_empty() {
        return format!("Of the {of}{newest} ratings of user {user} none is: {words}.");
    }
    let mean = |items: &[&Value]| -> Option<String> {
        let given: Vec<f64> =
            items.iter().filter_map(|item| item.get("rating").and_then(Value::as_f64)).collect();
        let sum: f64 = given.iter().sum();
        (!given.is_empty()).then(|| describe::decimal(sum / given.len() as f64, 1))
    };
    let all: Vec<&Value> = rated.iter().collect();
    let shown = found.get(..told(found.len()).min(most).min(found.len())).unwrap_or_default();
    if only.mean
        && let Some(mean) = mean(&found)
    {
        let newest_of = if newest.is_empty() { "all" } else { "the newest" };
        return format!(
            "User {user} gives **{mean}** on average, in {newest_of} {of} ratings. The newest:\n\n{}",
            lines(progress, shown.iter().copied())
        );
    }
    let means = match (with_conditions, mean(&found), mean(&all)) {
        (true, Some(mean), Some(average)) => {
            let all = all.len();
            format!(" Their average rating is **{mean}**; that of all {all} is {average}.")
        }
        _ => String::new(),
    };
    let head =
        format!("{} of the {of}{newest} ratings of user {user}: {words}.{means}", found.len());
    let more = if shown.len() < found.len() {
        format!("\n\nThese are the first {} of {}.", shown.len(), found.len())
    } else {
        String::new()
    };
    format!("{head}\n\n{}{more}", lines(progress, shown.iter().copied()))
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
    (about, liked): (&[Id], bool),
    rated: &[Value],
    total: u64,
) -> String {
    let of = |id: &Id| {
        rated.iter().find(|item| item.get("item_id").and_then(id_of).as_ref() == Some(id))
    };
    if let Some(item) = about.iter().find_map(of) {
        // From which rating on somebody likes it, the history does not tell.
        let yes = if liked { "" } else { "Yes. " };
        return format!("{yes}User {user} has rated it: {}.", line(progress, item));
    }
    let read = rated.len();
    if (read as u64) < total {
        format!("It is not among the {read} newest of the {total} ratings of user {user}.")
    } else {
        format!("No. It is not among the {total} ratings of user {user}.")
    }
}
