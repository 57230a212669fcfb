//! What is asked for, in words.

use serde_json::{Map, Value};

use crate::lexicon::month_name;
use crate::markdown::escape;
use crate::request::{Popular, Search, Selection};
use crate::results::{id_of, names_of};

/// "1 movie", "5 movies".
pub(crate) fn movies(n: usize) -> String {
    if n == 1 { "1 movie".to_owned() } else { format!("{n} movies") }
}

/// Names as one phrase: "A, B and C".
pub(crate) fn joined<S: AsRef<str>>(names: &[S], last: &str) -> String {
    match names {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [before @ .., end] => {
            let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", before.join(", "), end.as_ref())
        }
    }
}

/// What is selected; `executed` are the arguments of `item_filter` as they were
/// run, if it was.
pub(crate) fn selection(what: &Selection, executed: Option<&Value>, titles: &[String]) -> String {
    let planned = what.conditions.arguments();
    let conditions = executed.and_then(Value::as_object).unwrap_or(&planned);
    let mut parts = condition_parts(conditions);
    if let Some(popular) = &what.popular {
        parts.push(popularity(popular));
    }
    match &what.search {
        Some(Search::Text(text)) => parts.push(format!("near to “{}”", escape(&shortened(text)))),
        Some(Search::Mood { mood, .. }) => parts.push(format!("for someone who is {mood}")),
        Some(Search::Similar(items)) => {
            let named: Vec<String> = if titles.is_empty() {
                items.iter().map(|id| format!("item {}", escape(&id.0))).collect()
            } else {
                titles.to_vec()
            };
            parts.push(format!("like {}", joined(&named, "and")));
        }
        None => {}
    }
    parts.join(", ")
}

/// Conditions in words, from the arguments of `item_filter`.
pub(crate) fn conditions(arguments: &Map<String, Value>) -> String {
    condition_parts(arguments).join(", ")
}

fn condition_parts(arguments: &Map<String, Value>) -> Vec<String> {
    let value = Value::Object(arguments.clone());
    let any = arguments.get("match").and_then(Value::as_str) == Some("any");
    let word = if any { "or" } else { "and" };
    let names = |field: &str| -> Option<String> {
        let names: Vec<String> = names_of(&value, field).into_iter().map(escape).collect();
        (!names.is_empty()).then(|| joined(&names, word))
    };
    let text = |field: &str| value.get(field).and_then(Value::as_str).map(escape);
    let mut parts = Vec::new();
    parts.extend(names("genres"));
    parts.extend(names("actors").map(|names| format!("with {names}")));
    parts.extend(names("director").map(|names| format!("directed by {names}")));
    parts.extend(names("producer").map(|names| format!("produced or written by {names}")));
    parts.extend(text("country").map(|name| format!("from {name}")));
    parts.extend(text("age_rating").map(|name| format!("rated {name}")));
    parts.extend(comparison(value.get("imdb_rating")).map(|[above, below, exact, between]| {
        format!(
            "IMDb rating {}",
            pick(
                value.get("imdb_rating"),
                format!("above {above}"),
                format!("below {below}"),
                exact,
                format!("from {between}")
            )
        )
    }));
    parts.extend(comparison(value.get("duration")).map(|[above, below, exact, between]| {
        pick(
            value.get("duration"),
            format!("longer than {above} minutes"),
            format!("shorter than {below} minutes"),
            format!("{exact} minutes long"),
            format!("{between} minutes long"),
        )
    }));
    parts.extend(comparison(value.get("release_date")).map(|[above, below, exact, between]| {
        pick(
            value.get("release_date"),
            format!("released after {above}"),
            format!("released before {below}"),
            format!("released in {exact}"),
            format!("released from {between}"),
        )
    }));
    let month = value.get("release_month").and_then(Value::as_u64);
    parts.extend(
        month
            .and_then(|month| u8::try_from(month).ok())
            .map(|month| format!("released in {}", month_name(month))),
    );
    parts
}

fn pick(
    comparison: Option<&Value>,
    higher: String,
    lower: String,
    exact: String,
    between: String,
) -> String {
    match comparison.and_then(|comparison| comparison.get("request")).and_then(Value::as_str) {
        Some("higher") => higher,
        Some("lower") => lower,
        Some("between") => between,
        _ => exact,
    }
}

/// The numbers of a comparison, for each way of saying it.
fn comparison(value: Option<&Value>) -> Option<[String; 4]> {
    let value = value?;
    let threshold = value.get("threshold").filter(|number| number.is_number())?.to_string();
    let upper = value.get("upper").map_or_else(String::new, ToString::to_string);
    Some([
        threshold.clone(),
        threshold.clone(),
        threshold.clone(),
        format!("{threshold} to {upper}"),
    ])
}

/// "popular", "popular among female teenagers".
pub(crate) fn popularity(popular: &Popular) -> String {
    let whom = among(popular);
    if whom.is_empty() { "popular".to_owned() } else { format!("popular among {whom}") }
}

/// The group in words; empty for everyone.
pub(crate) fn among(popular: &Popular) -> String {
    if let Some(like) = &popular.like_user {
        let of = like
            .user
            .as_ref()
            .map_or_else(|| "that user".to_owned(), |user| format!("user {}", escape(&user.0)));
        let what = match (like.age, like.gender) {
            (true, true) => "age group and gender",
            (false, true) => "gender",
            _ => "age group",
        };
        return format!("users of the {what} of {of}");
    }
    groups(&popular.groups)
}

/// Groups in words: "female teenagers".
pub(crate) fn groups<S: AsRef<str>>(groups: &[S]) -> String {
    let of = |wanted: &[&str]| -> Vec<&str> {
        groups.iter().map(AsRef::as_ref).filter(|group| wanted.contains(group)).collect()
    };
    let ages: Vec<&str> = of(&["kid", "teenager", "young_adult", "adult", "senior"])
        .into_iter()
        .map(|group| match group {
            "kid" => "kids",
            "teenager" => "teenagers",
            "young_adult" => "young adults",
            "adult" => "adults",
            _ => "seniors",
        })
        .collect();
    let genders = of(&["female", "male"]);
    match (genders.is_empty(), ages.is_empty()) {
        (true, _) => joined(&ages, "and"),
        (false, true) => format!("{} users", joined(&genders, "and")),
        (false, false) => format!("{} {}", joined(&genders, "and"), joined(&ages, "and")),
    }
}

/// At most a hundred characters of a text.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    let mut short: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

/// An item as "Fargo (1996)"; its id where it has no title.
pub(crate) fn titled(item: &Value) -> String {
    let id = item.get("item_id").and_then(id_of).map_or_else(String::new, |id| escape(&id.0));
    let Some(title) =
        item.get("title").and_then(Value::as_str).filter(|title| !title.trim().is_empty())
    else {
        return format!("item {id}");
    };
    match item.get("release_date").and_then(Value::as_u64) {
        Some(year) => format!("{} ({year})", escape(title)),
        None => escape(title),
    }
}
