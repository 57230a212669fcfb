//! Why items were recommended, from evidence that the tools returned.

use std::collections::HashSet;

use itertools::Itertools;
use serde_json::Value;
use usher_protocol::Id;

use crate::context::RecommendedItem;
use crate::describe::{joined, titled};
use crate::lexicon::PLAIN;
use crate::markdown::escape;
use crate::plan::{LISTED, Progress};
use crate::request::Task;
use crate::results::{id_of, names_of};

/// How many names of one kind are told.
const NAMED: usize = 3;

pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let only = match progress.request.task {
        Task::Explain { only, .. } => only,
        _ => None,
    };
    let recommended = progress.recommended()?;
    let history = progress.compared(&recommended);
    let (from, others) = match recommended.whom.user().map(|user| escape(&user.0)) {
        Some(user) => {
            progress.results.data("get_interacted_items")?;
            (format!("user {user} has rated"), format!("what user {user} has not seen"))
        }
        None => ("is liked".to_owned(), "everything else".to_owned()),
    };
    let lines: Vec<String> = recommended
        .items
        .iter()
        .skip(only.unwrap_or(0))
        .take(if only.is_some() { 1 } else { LISTED })
        .map(|item| format!("- {}", reasons(progress, item, &history, &others)))
        .collect();
    if lines.is_empty() {
        return Some(format!("There were {} recommendations.", recommended.items.len()));
    }
    let come = if recommended.items.len() == 1 || only.is_some() {
        "The recommendation comes"
    } else {
        "The recommendations come"
    };
    let mut answer = format!("{come} from what {from}.\n\n{}", lines.join("\n"));
    if let Some(taste) = taste(progress, &history).filter(|_| recommended.whom.user().is_some()) {
        answer += &format!("\n\n{taste}");
    }
    Some(answer)
}

fn reasons(
    progress: &Progress<'_>,
    item: &RecommendedItem,
    history: &[Id],
    others: &str,
) -> String {
    let Some(known) = progress.results.metadata(&item.id) else {
        return format!("item {}: nothing is known of it.", escape(&item.id.0));
    };
    let mut parts = Vec::new();
    let because: Vec<String> = item
        .because
        .iter()
        .take(NAMED)
        .filter_map(|id| {
            let title = titled(progress.results.metadata(id)?);
            Some(match rating(progress, id) {
                Some(rating) => format!("{title} (rated {rating})"),
                None => title,
            })
        })
        .collect();
    if !because.is_empty() {
        parts.push(format!("the score comes from {}", joined(&because, "and")));
    }
    // What it shares with the items it comes from, or else with the whole history.
    let compared: &[Id] = if item.because.is_empty() { history } else { &item.because };
    let genres = shared(progress, known, "genres", compared);
    if !genres.is_empty() {
        parts.push(format!("in common: {}", joined(&genres, "and")));
    }
    parts.extend(people(progress, known, "director", "also directed", (&item.id, history)));
    parts.extend(people(progress, known, "actors", "is also in", (&item.id, history)));
    let themes = themes(progress, known, compared);
    if !themes.is_empty() {
        parts.push(format!("told of in both: {}", joined(&themes, "and")));
    }
    if let Some(fit) = item.fit {
        parts.push(format!("it scores higher than {fit} % of {others}"));
    }
    if parts.is_empty() {
        parts.push("the model gives no reason".to_owned());
    }
    format!("**{}** (id {}): {}.", titled(known), escape(&item.id.0), parts.join("; "))
}

/// Who of an item has made or played in another one of the history.
fn people(
    progress: &Progress<'_>,
    item: &Value,
    field: &str,
    did: &str,
    (own, history): (&Id, &[Id]),
) -> Vec<String> {
    names_of(item, field)
        .into_iter()
        .filter_map(|name| {
            let other = history
                .iter()
                .filter(|id| *id != own)
                .filter_map(|id| progress.results.metadata(id))
                .find(|other| names_of(other, field).contains(&name))?;
            Some(format!("{} {did} {}", escape(name), titled(other)))
        })
        .take(NAMED)
        .collect()
}

/// Names of a field that an item shares with others, in the item's order.
fn shared(progress: &Progress<'_>, item: &Value, field: &str, with: &[Id]) -> Vec<String> {
    names_of(item, field)
        .into_iter()
        .filter(|name| {
            with.iter()
                .filter_map(|id| progress.results.metadata(id))
                .any(|other| names_of(other, field).contains(name))
        })
        .take(NAMED)
        .map(escape)
        .collect()
}

/// Words that the descriptions of an item and of any of some others have in common,
/// and few other descriptions have.
fn themes(progress: &Progress<'_>, item: &Value, with: &[Id]) -> Vec<String> {
    const LEAST_CHARS: usize = 5;
    let all: Vec<HashSet<String>> =
        progress.results.items("get_item_metadata").iter().map(words).collect();
    let rare = all.len() / 10 + 2;
    let others: HashSet<String> =
        with.iter().filter_map(|id| progress.results.metadata(id)).flat_map(words).collect();
    let shared = words(item)
        .into_iter()
        .filter(|word| word.chars().count() >= LEAST_CHARS && others.contains(word))
        .filter(|word| all.iter().filter(|words| words.contains(word)).count() <= rare)
        .filter(|word| !PLAIN.contains(&word.as_str()));
    let longest_first = |word: &String| (std::cmp::Reverse(word.chars().count()), word.clone());
    shared.k_smallest_by_key(NAMED, longest_first).collect()
}

/// The words of a description that begin with a small letter: no names.
fn words(item: &Value) -> HashSet<String> {
    let told = item.get("description").and_then(Value::as_str).unwrap_or_default();
    told.split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().next().is_some_and(char::is_lowercase))
        .map(str::to_owned)
        .collect()
}

fn rating(progress: &Progress<'_>, id: &Id) -> Option<String> {
    progress
        .results
        .items("get_interacted_items")
        .iter()
        .find(|item| item.get("item_id").and_then(id_of).as_ref() == Some(id))
        .and_then(|item| item.get("rating"))
        .filter(|rating| rating.is_number())
        .map(ToString::to_string)
}

/// The genres that occur most in the part of the history that was read.
fn taste(progress: &Progress<'_>, history: &[Id]) -> Option<String> {
    let known: Vec<&Value> =
        history.iter().filter_map(|id| progress.results.metadata(id)).collect();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for genre in known.iter().flat_map(|item| names_of(item, "genres")) {
        match counts.iter_mut().find(|(name, _)| *name == genre) {
            Some((_, count)) => *count += 1,
            None => counts.push((genre, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named: Vec<String> = counts
        .iter()
        .take(NAMED)
        .map(|(genre, count)| format!("{} ({count})", escape(genre)))
        .collect();
    (!named.is_empty()).then(|| {
        format!(
            "Of the {} rated movies that were compared, most are {}.",
            known.len(),
            joined(&named, "and")
        )
    })
}
