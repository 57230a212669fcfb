//! Lists of items: recommended ones and selected ones.

use serde_json::Value;
use usher_protocol::Id;

use super::failure::remarks;
use super::items::{fact, unknown};
use crate::describe;
use crate::markdown::{escape, line};
use crate::plan::{Progress, excludes, found_by, group_of_user, selection, shown};
use crate::request::{ItemField, Order, Search, Task, Whom};
use crate::results::{id_of, names_of};

/// The recommended items, best first.
pub(crate) fn recommended(progress: &Progress<'_>) -> Option<String> {
    let Task::Recommend { whom, skip, seen, .. } = &progress.request.task else { return None };
    let whom = person(progress, whom.as_ref()?);
    progress.results.step("get_top_k_recommendations")?;
    let found = shown(&progress.request.task, &progress.results)?;
    if found.items.is_empty() {
        return Some(if found.left_out > 0 {
            format!("Of the {} best for {whom} none is left: {}.", found.read, what(progress))
        } else {
            format!("There is nothing more to recommend to {whom}.")
        });
    }
    let shown: Vec<&Id> = found.items.iter().collect();
    let words = what(progress);
    let about = if words.is_empty() { String::new() } else { format!(": {words}") };
    let mut count = counted(found.total);
    if *skip > 0 {
        count = count.replacen(' ', " more ", 1);
    }
    let best_first = if found.total > 1 { ", best first" } else { "" };
    let mut answer = format!("{count} for {whom}{about}{best_first}.\n\n");
    answer += &entries(progress, &shown);
    if shown.len() < found.total {
        answer += &format!("\n\nThese are the first {} of {}.", shown.len(), found.total);
    }
    if found.left_out > 0 {
        answer += &format!("\n\n{}", left_out(found.left_out, found.read, "best"));
    }
    if *seen {
        answer += &format!("\n\nWhat {whom} has rated already may be among these.");
    }
    if excludes(&progress.request.task) {
        // How many are left and why is told above.
        let unknown = unknown(progress.results.data("get_top_k_recommendations")?);
        answer.extend(unknown.map(|told| format!("\n\n{told}")));
    } else if let Some(remarks) = remarks(&progress.results, "get_top_k_recommendations") {
        // What the tool was asked about are those that were selected.
        let remarks = remarks
            .replace("item asked about", "matching movie")
            .replace("items asked about", "matching movies")
            .replace("the user", &whom);
        answer += &format!("\n\n{remarks}");
    }
    Some(answer)
}

/// Whom items are recommended to, in words.
fn person(progress: &Progress<'_>, whom: &Whom) -> String {
    /// How many titles are told.
    const NAMED: usize = 5;
    let items = match whom {
        Whom::User(user) => return format!("user {}", escape(&user.0)),
        Whom::Liking(items) => items,
    };
    let known = items.iter().filter_map(|id| progress.results.metadata(id));
    let mut titles: Vec<String> = known.map(describe::titled).collect();
    if titles.len() > NAMED {
        let more = titles.split_off(NAMED - 1).len();
        titles.push(format!("{more} more"));
    }
    format!("somebody who likes {}", describe::joined(&titles, "and"))
}

/// What was found and is not wanted.
fn left_out(n: usize, of: usize, which: &str) -> String {
    let were = if n == 1 { "was" } else { "were" };
    format!("No tool can exclude: {n} of the {of} {which} {were} left out here.")
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
    let tool = found_by(&progress.results)?;
    let found = shown(&progress.request.task, &progress.results)?;
    let asked = k.and_then(|k| usize::try_from(k).ok());
    let nearest = tool == "vector_store_search";
    let count = progress.results.count(tool).and_then(|count| usize::try_from(count).ok());
    let total = if nearest { skip + found.total } else { count.unwrap_or(skip + found.total) };
    let shown: Vec<&Id> = found.items.iter().collect();
    if shown.is_empty() {
        return Some("There are no more.".to_owned());
    }
    let words = what(progress);
    let more = if *skip > 0 { " next" } else { "" };
    let many = match (shown.len(), order.map(ordered)) {
        (1, Some(first)) if first.starts_with("with ") => " one".to_owned(),
        (1, _) => String::new(),
        (n, _) => format!(" {n}"),
    };
    let of = if found.read < total && !nearest {
        format!(" of the {} most rated", found.read)
    } else {
        String::new()
    };
    let mut answer = match order {
        Some(order) => {
            format!("{}: {words}. The{more}{many} {}{of}:", counted(total), ordered(*order))
        }
        None if !selected.without.is_empty() => {
            // How many there are without those nobody has counted.
            let first = if nearest { "nearest" } else { "most rated" };
            format!("Movies: {words}. The{more}{many} {first}:")
        }
        None if nearest => format!("{}: {words}, nearest first.", counted(shown.len())),
        None if total > shown.len() => {
            format!("{}: {words}. The{more}{many} most rated:", counted(total))
        }
        None => format!("{}: {words}.", counted(total)),
    };
    answer += "\n\n";
    answer += &entries(progress, &shown);
    if !selected.without.is_empty() {
        let which = if nearest { "nearest" } else { "most rated" };
        answer += &format!("\n\n{}", left_out(found.left_out, found.read, which));
    } else if asked.is_some_and(|asked| asked > shown.len()) {
        answer += if skip + shown.len() < total {
            "\n\nAsk for more to go on."
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
