//! Lists of items: recommended ones and selected ones.

use serde_json::Value;
use usher_protocol::Id;

use super::failure::remarks;
use super::items::fact;
use crate::describe;
use crate::markdown::{escape, line};
use crate::plan::{LISTED, Progress, group_of_user, selection};
use crate::request::{ItemField, Order, Search, Task};
use crate::results::{id_of, names_of};

/// The recommended items, best first.
pub(crate) fn recommended(progress: &Progress<'_>) -> Option<String> {
    let Task::Recommend { user, skip, k, .. } = &progress.request.task else { return None };
    let user = escape(&user.as_ref()?.0);
    let ids: Vec<Id> =
        progress.results.ids("get_top_k_recommendations").into_iter().skip(*skip).collect();
    progress.results.step("get_top_k_recommendations")?;
    if ids.is_empty() {
        return Some(format!("There is nothing more to recommend to user {user}."));
    }
    let most = usize::try_from(k.unwrap_or(0)).unwrap_or(LISTED).max(LISTED);
    let shown: Vec<&Id> = ids.iter().take(most).collect();
    let words = what(progress);
    let about = if words.is_empty() { String::new() } else { format!(": {words}") };
    let mut count = counted(ids.len());
    if *skip > 0 {
        count = count.replacen(' ', " more ", 1);
    }
    let best_first = if ids.len() > 1 { ", best first" } else { "" };
    let mut answer = format!("{count} for user {user}{about}{best_first}.\n\n");
    answer += &entries(progress, &shown);
    if shown.len() < ids.len() {
        answer += &format!("\n\nThese are {} of {}.", shown.len(), ids.len());
    }
    if let Some(remarks) = remarks(&progress.results, "get_top_k_recommendations") {
        answer += &format!("\n\n{remarks}");
    }
    Some(answer)
}

fn counted(n: usize) -> String {
    describe::movies(n)
}

/// What was selected, in words, as it was executed.
pub(crate) fn what(progress: &Progress<'_>) -> String {
    let Some(what) = selection(&progress.request.task) else { return String::new() };
    let executed = progress.results.step("item_filter").map(|step| &step.arguments);
    let titles: Vec<String> = match &what.search {
        Some(Search::Similar(items)) => items
            .iter()
            .filter_map(|id| progress.results.metadata(id))
            .map(describe::titled)
            .collect(),
        _ => Vec::new(),
    };
    let mut what = what.clone();
    if let Some(popular) = &mut what.popular {
        let found = group_of_user(popular, &progress.results);
        if !found.is_empty() {
            // The group itself, now that it is known.
            popular.groups.extend(found);
            popular.like_user = None;
        }
    }
    describe::selection(&what, executed, &titles)
}

/// The selected items.
pub(crate) fn listed(progress: &Progress<'_>) -> Option<String> {
    let Task::List { k, skip, order, what: selected } = &progress.request.task else {
        return None;
    };
    let tool = ["vector_store_search", "get_popular_items", "item_filter"]
        .into_iter()
        .find(|tool| progress.results.step(tool).is_some())?;
    let mut ids = progress.results.ids("get_item_metadata");
    if let Some(Search::Similar(models)) = &selected.search {
        ids.retain(|id| !models.contains(id));
    }
    if ids.is_empty() {
        ids = progress.results.ids(tool);
    }
    let read = ids.len();
    if let Some(order) = order {
        let mut items: Vec<&Value> =
            ids.iter().filter_map(|id| progress.results.metadata(id)).collect();
        order.sort(&mut items);
        ids = items.into_iter().filter_map(|item| id_of(item.get("item_id")?)).collect();
    }
    // Of a whole set, those shown before are left out here.
    let whole = progress
        .results
        .step("get_item_metadata")
        .is_some_and(|step| step.arguments.get("items").is_some_and(Value::is_string));
    if whole || order.is_some() {
        ids.drain(..(*skip).min(ids.len()));
    }
    let asked = k.and_then(|k| usize::try_from(k).ok());
    let nearest = tool == "vector_store_search";
    let count = progress.results.count(tool).and_then(|count| usize::try_from(count).ok());
    let total = if nearest { skip + ids.len() } else { count.unwrap_or(skip + ids.len()) };
    let shown: Vec<&Id> = ids.iter().take(asked.unwrap_or(LISTED)).collect();
    if shown.is_empty() {
        return Some("There are no more.".to_owned());
    }
    let words = what(progress);
    let more = if *skip > 0 { " next" } else { "" };
    let many = if shown.len() == 1 { String::new() } else { format!(" {}", shown.len()) };
    let mut answer = match order {
        Some(order) => {
            let of =
                if read < total { format!(" of the {read} most rated") } else { String::new() };
            format!("{}: {words}. The{more}{many} {}{of}:", counted(total), ordered(*order))
        }
        None if nearest => format!("{}: {words}, nearest first.", counted(shown.len())),
        None if total > shown.len() => {
            format!("{}: {words}. The{more}{many} most rated:", counted(total))
        }
        None => format!("{}: {words}.", counted(total)),
    };
    answer += "\n\n";
    answer += &entries(progress, &shown);
    if asked.is_some_and(|asked| asked > shown.len()) {
        answer += if skip + shown.len() < total {
            "\n\nNo more than 50 are shown at once."
        } else {
            "\n\nThese are all."
        };
    }
    Some(answer)
}

/// What an order puts first.
fn ordered(order: Order) -> &'static str {
    match (order.field, order.descending) {
        (ItemField::Duration, true) => "longest",
        (ItemField::Duration, false) => "shortest",
        (ItemField::ReleaseDate, true) => "newest",
        (ItemField::ReleaseDate, false) => "oldest",
        (_, true) => "with the highest IMDb rating",
        (_, false) => "with the lowest IMDb rating",
    }
}

/// A numbered list with id, title, year, genres, the facts asked for, description.
fn entries(progress: &Progress<'_>, ids: &[&Id]) -> String {
    let conditions = progress.results.step("item_filter").map(|step| &step.arguments);
    let lines: Vec<String> = ids
        .iter()
        .enumerate()
        .map(|(place, id)| {
            let Some(item) = progress.results.metadata(id) else {
                return format!("{}. item {}", place + 1, escape(&id.0));
            };
            entry(progress, item, conditions, place + 1)
        })
        .collect();
    lines.join("\n")
}

fn entry(
    progress: &Progress<'_>,
    item: &Value,
    conditions: Option<&Value>,
    place: usize,
) -> String {
    let id = item.get("item_id").and_then(id_of).map_or_else(String::new, |id| escape(&id.0));
    let mut head = vec![describe::titled(item), format!("id {id}")];
    let genres: Vec<String> = names_of(item, "genres").into_iter().map(escape).collect();
    if !genres.is_empty() {
        head.push(genres.join(", "));
    }
    head.extend(progress.request.show.iter().filter_map(|field| fact(item, *field, conditions)));
    let mut entry = format!("{place}. {}", head.join(" · "));
    let told =
        item.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    // Two spaces at the end of a line break it within the entry.
    entry +=
        &format!("  \n   {}", told.map_or_else(|| "No description is known.".to_owned(), line));
    if progress.request.show.contains(&ItemField::Storyline)
        && let Some(story) = item.get("storyline").and_then(Value::as_str)
    {
        entry += &format!("  \n   **Storyline**: {}", escape(story));
    }
    entry
}
