//! What is asked for, in words.

use serde_json::Value;

use crate::lexicon::month_name;
use crate::markdown::{escape, line};
use crate::request::{Comparison, Conditions, Popular, Search, Selection};
use crate::results::id_of;

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
/// run, if it was, and `titles` those of the items that others are to be like.
pub(crate) fn selection(what: &Selection, executed: Option<&Value>, titles: &[String]) -> String {
    let mut parts = match executed {
        Some(executed) => condition_parts(&what.conditions.executed(executed)),
        None => condition_parts(&what.conditions),
    };
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
    if !what.shown.is_empty() {
        parts.push("of those shown before".to_owned());
    }
    parts.join(", ")
}

/// Conditions in words.
pub(crate) fn conditions(conditions: &Conditions) -> String {
    condition_parts(conditions).join(", ")
}

fn condition_parts(conditions: &Conditions) -> Vec<String> {
    let word = if conditions.any { "or" } else { "and" };
    let mut parts = Vec::new();
    for (names, lead) in [
        (&conditions.genres, ""),
        (&conditions.actors, "with "),
        (&conditions.director, "directed by "),
        (&conditions.producer, "produced or written by "),
    ] {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| escape(name)).collect();
            parts.push(format!("{lead}{}", joined(&names, word)));
        }
    }
    parts.extend(conditions.country.as_ref().map(|name| format!("from {}", escape(name))));
    parts.extend(conditions.age_rating.as_ref().map(|name| format!("rated {}", escape(name))));
    parts.extend(conditions.imdb_rating.map(|rating| match rating {
        Comparison::Higher(x) => format!("IMDb rating above {x}"),
        Comparison::AtLeast(x) => format!("IMDb rating at least {x}"),
        Comparison::Lower(x) => format!("IMDb rating below {x}"),
        Comparison::AtMost(x) => format!("IMDb rating at most {x}"),
        Comparison::Exact(x) => format!("IMDb rating {x}"),
        Comparison::Between(from, to) => format!("IMDb rating from {from} to {to}"),
    }));
    parts.extend(conditions.duration.map(|minutes| match minutes {
        Comparison::Higher(x) => format!("longer than {x} minutes"),
        Comparison::AtLeast(x) => format!("at least {x} minutes long"),
        Comparison::Lower(x) => format!("shorter than {x} minutes"),
        Comparison::AtMost(x) => format!("at most {x} minutes long"),
        Comparison::Exact(x) => format!("{x} minutes long"),
        Comparison::Between(from, to) => format!("{from} to {to} minutes long"),
    }));
    parts.extend(conditions.release_date.map(|year| match year {
        Comparison::Higher(x) => format!("released after {x}"),
        Comparison::AtLeast(x) => format!("released since {x}"),
        Comparison::Lower(x) => format!("released before {x}"),
        Comparison::AtMost(x) => format!("released until {x}"),
        Comparison::Exact(x) => format!("released in {x}"),
        Comparison::Between(from, to) => format!("released from {from} to {to}"),
    }));
    parts
        .extend(conditions.release_month.map(|month| format!("released in {}", month_name(month))));
    parts
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
        let users =
            if popular.groups.is_empty() { "users".to_owned() } else { groups(&popular.groups) };
        return format!("{users} of the {what} of {of}");
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
        Some(year) => format!("{} ({year})", line(title)),
        None => line(title),
    }
}
