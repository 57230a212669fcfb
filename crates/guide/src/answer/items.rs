//! What is known of items.

use serde_json::Value;

use crate::describe::{joined, titled};
use crate::lexicon::month_name;
use crate::markdown::escape;
use crate::plan::{LISTED, Progress};
use crate::request::{Conditions, ItemField, Task};
use crate::results::{id_of, names_of};

/// How many actors are named where nobody asked for one of them.
const ACTORS: usize = 10;

/// Each item with the fields asked for.
pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let Task::Items { order, whether, .. } = &progress.request.task else { return None };
    let data = progress.results.data("get_item_metadata")?;
    let mut items: Vec<&Value> = progress.results.items("get_item_metadata").iter().collect();
    if let Some(order) = order {
        order.sort(&mut items);
    }
    let mut parts: Vec<String> = items
        .iter()
        .take(LISTED)
        .map(|item| {
            let id =
                item.get("item_id").and_then(id_of).map_or_else(String::new, |id| escape(&id.0));
            let head = match titled(item) {
                title if title.starts_with("item ") => format!("{title}, of unknown title"),
                title => format!("{title}, id {id}"),
            };
            let verdict = verdict(whether, item);
            let lines: Vec<String> = progress
                .request
                .show
                .iter()
                .filter(|field| **field != ItemField::Title)
                .map(|field| match value(item, *field) {
                    Some(value) => format!("- {}: **{value}**", field.label()),
                    None => format!("- {}: not known", field.label()),
                })
                .collect();
            let head = format!("{verdict}{head}");
            if lines.is_empty() { head } else { format!("{head}\n\n{}", lines.join("\n")) }
        })
        .collect();
    if items.len() > LISTED {
        parts.push(format!("These are {LISTED} of {}.", items.len()));
    }
    let titles: Vec<Option<&str>> =
        items.iter().map(|item| item.get("title").and_then(Value::as_str)).collect();
    if let [Some(first), rest @ ..] = titles.as_slice()
        && !rest.is_empty()
        && rest.iter().all(|other| *other == Some(first))
    {
        parts.push(format!("{} movies have this title.", titles.len()));
    }
    parts.extend(unknown(data));
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The ids that were asked for and nobody knows.
pub(super) fn unknown(data: &Value) -> Option<String> {
    let unknown: Vec<String> =
        data.get("unknown")?.as_array()?.iter().filter_map(id_of).map(|id| escape(&id.0)).collect();
    match unknown.as_slice() {
        [] => None,
        [id] => Some(format!("There is no item {id}.")),
        ids => Some(format!("There are no items {}.", joined(ids, "and"))),
    }
}

/// Whether it holds what is asked.
fn verdict(whether: &Conditions, item: &Value) -> &'static str {
    match whether.hold(item) {
        _ if whether.is_empty() => "",
        Some(true) => "**Yes.** ",
        Some(false) => "**No.** ",
        None => "What is known does not tell. ",
    }
}

/// The value of a field in words.
pub(crate) fn value(item: &Value, field: ItemField) -> Option<String> {
    let value = item.get(field.name())?;
    match field {
        ItemField::Duration => Some(format!("{} minutes", value.as_u64()?)),
        ItemField::ReleaseMonth => {
            u8::try_from(value.as_u64()?).ok().map(|month| month_name(month).to_owned())
        }
        _ => match value {
            Value::Array(_) => {
                let names: Vec<String> = names_of(item, field.name())
                    .into_iter()
                    .take(if field == ItemField::Actors { ACTORS } else { usize::MAX })
                    .map(escape)
                    .collect();
                (!names.is_empty()).then(|| names.join(", "))
            }
            Value::String(text) if !text.trim().is_empty() => Some(escape(text)),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
    }
}

/// A field beside others in a list, in bold; `None` where the list shows it anyway.
/// Of people, those that a condition asked for.
pub(crate) fn fact(item: &Value, field: ItemField, conditions: Option<&Value>) -> Option<String> {
    let lead = match field {
        ItemField::Title
        | ItemField::Genres
        | ItemField::Description
        | ItemField::Storyline
        | ItemField::ReleaseDate => return None,
        ItemField::Actors => "with ",
        ItemField::Director => "directed by ",
        ItemField::Producer => "produced or written by ",
        ItemField::AgeRating => "rated ",
        ItemField::ImdbRating => "IMDb rating ",
        ItemField::ReleaseMonth => "released in ",
        ItemField::ImdbNumReviews => "IMDb reviews ",
        ItemField::NRatings => "ratings ",
        ItemField::Duration | ItemField::Country => "",
    };
    let asked: Vec<&str> = conditions.map(|all| names_of(all, field.name())).unwrap_or_default();
    let matching: Vec<String> = names_of(item, field.name())
        .into_iter()
        .filter(|name| asked.contains(name))
        .map(escape)
        .collect();
    let shown = if matching.is_empty() {
        let Some(value) = value(item, field) else {
            return Some(format!(
                "{} not known",
                field.label().to_lowercase().replace("imdb", "IMDb")
            ));
        };
        value
    } else {
        matching.join(", ")
    };
    Some(format!("{lead}**{shown}**"))
}
