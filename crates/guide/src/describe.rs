//! What is asked for, in words.

use serde_json::Value;

use crate::lexicon::month_name;
use crate::markdown::{escape, line};
use crate::request::{Comparison, Conditions, Exclusion, ItemField, Popular, Search, Selection};
use crate::results::id_of;

/// "1 movie", "5 movies".
pub(crate) fn movies(n: usize) -> String {
    if n == 1 { "1 movie".to_owned() } else { format!("{} movies", thousands(n as u64)) }
}

/// A count with its thousands apart: "1,447".
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut apart = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
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
        parts.push(format!("of these {}", what.shown.len()));
    }
    parts.extend(what.without.iter().map(exclusion));
    parts.join(", ")
}

/// What is not wanted, in words.
pub(crate) fn exclusion(exclusion: &Exclusion) -> String {
    match exclusion {
        Exclusion::Names(field, names) => {
            let lead = match field {
                ItemField::Director => "not directed by ",
                ItemField::Producer => "not produced or written by ",
                ItemField::Country => return format!("not {}", from(names.first())),
                ItemField::AgeRating => "not rated ",
                _ => "without ",
            };
            let names: Vec<String> = names.iter().map(|name| escape(name)).collect();
            format!("{lead}{}", joined(&names, "and"))
        }
        Exclusion::Years(years) => format!("not {}", released(*years)),
        Exclusion::Items(_, title) => format!("without {}", escape(title)),
    }
}

/// "From France", "from the United States".
fn from(country: Option<&String>) -> String {
    let name = country.map_or_else(String::new, |name| escape(name));
    let article = if name.starts_with("United ") { "the " } else { "" };
    format!("from {article}{name}")
}

fn released(years: Comparison) -> String {
    let (lead, x) = match years {
        Comparison::Higher(x) => ("after", x),
        Comparison::AtLeast(x) => ("since", x),
        Comparison::Lower(x) => ("before", x),
        Comparison::AtMost(x) => ("until", x),
        Comparison::Exact(x) => ("in", x),
        Comparison::Between(..) => return format!("released from {}", compared(years)),
    };
    format!("released {lead} {}", number(x))
}

/// The rating that a user gave, in words.
pub(crate) fn rated(rating: Comparison) -> String {
    format!("rated {}", compared(rating))
}

/// A comparison in words.
fn compared(comparison: Comparison) -> String {
    match comparison {
        Comparison::Higher(x) => format!("above {}", number(x)),
        Comparison::AtLeast(x) => format!("at least {}", number(x)),
        Comparison::Lower(x) => format!("below {}", number(x)),
        Comparison::AtMost(x) => format!("at most {}", number(x)),
        Comparison::Exact(x) => number(x),
        Comparison::Between(from, to) => format!("{} to {}", number(from), number(to)),
    }
}

/// A number with at most two decimals, and none that says nothing.
pub(crate) fn number(x: f64) -> String {
    let written = decimal(x, 2);
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number with so many decimals, by whole numbers: the formatter of floats is
/// large, and the page would carry it.
pub(crate) fn decimal(x: f64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals.min(9));
    let scaled = (x * scale as f64).round() as i64;
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, rest) =
        (scaled.unsigned_abs() / scale as u64, scaled.unsigned_abs() % scale as u64);
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{rest:0width$}", width = decimals as usize)
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
    parts.extend(conditions.country.as_ref().map(|name| from(Some(name))));
    parts.extend(conditions.age_rating.as_ref().map(|name| format!("rated {}", escape(name))));
    parts.extend(conditions.imdb_rating.map(|rating| format!("IMDb rating {}", compared(rating))));
    parts.extend(conditions.duration.map(|minutes| match minutes {
        Comparison::Higher(x) => format!("longer than {} minutes", number(x)),
        Comparison::Lower(x) => format!("shorter than {} minutes", number(x)),
        other => format!("{} minutes long", compared(other)),
    }));
    parts.extend(conditions.release_date.map(released));
    parts.extend(conditions.release_month.map(released_in_months));
    parts
}

/// "released in May", "released from June to August".
fn released_in_months(months: Comparison) -> String {
    let name = |month: f64| month_name(month as u8);
    match months {
        Comparison::Between(from, to) => format!("released from {} to {}", name(from), name(to)),
        Comparison::Exact(month) => format!("released in {}", name(month)),
        Comparison::Higher(month) => format!("released after {}", name(month)),
        Comparison::AtLeast(month) => format!("released in {} or later", name(month)),
        Comparison::Lower(month) => format!("released before {}", name(month)),
        Comparison::AtMost(month) => format!("released in {} or before", name(month)),
    }
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
