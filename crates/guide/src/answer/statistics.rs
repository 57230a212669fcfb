//! What popular items have in common.

use serde_json::Value;

use crate::describe::{self, joined, titled};
use crate::markdown::escape;
use crate::plan::{Progress, group_of_user, selection};
use crate::request::{ItemField, Measure, Task};
use crate::results::names_of;

/// How many of the best are named.
const NAMED: usize = 3;

/// What is typical of the popular items.
pub(crate) fn answer(progress: &Progress<'_>, measure: Measure) -> Option<String> {
    let items = progress.results.items("get_item_metadata");
    let total = progress
        .results
        .count("get_popular_items")
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(items.len());
    let words = selected(progress);
    let ratings = |item: &Value| item.get("n_ratings").and_then(Value::as_u64).unwrap_or(0);
    let finding = match measure {
        Measure::Length => length(items),
        Measure::Names(field) => best(items, field, ratings, "ratings"),
    };
    let finding = finding.unwrap_or_else(|| nothing_known(measure));
    let basis = if total > items.len() {
        format!("the {} most rated of {}", items.len(), popular_of(total, &words))
    } else {
        popular_of(total, &words)
    };
    let first: Vec<String> = progress
        .results
        .ids("get_popular_items")
        .iter()
        .take(3)
        .map(|id| {
            progress.results.metadata(id).map_or_else(
                || format!("item {}", escape(&id.0)),
                |item| format!("{} (id {})", titled(item), escape(&id.0)),
            )
        })
        .collect();
    let mut answer = format!("{finding}\n\nThis is computed over {basis}.");
    if !first.is_empty() {
        answer += &format!(" The most popular: {}.", joined(&first, "and"));
    }
    Some(answer)
}

fn popular_of(total: usize, words: &str) -> String {
    let noun = if total == 1 { "movie" } else { "movies" };
    if words.is_empty() {
        format!("{total} popular {noun}")
    } else {
        format!("{total} popular {noun} ({words})")
    }
}

/// What was selected, and among whom, as it was executed.
fn selected(progress: &Progress<'_>) -> String {
    let Some(what) = selection(&progress.request.task) else { return String::new() };
    let executed = progress.results.step("item_filter").map(|step| &step.arguments);
    let mut without = what.clone();
    without.popular = None;
    let mut parts = vec![describe::selection(&without, executed, &[])];
    if let Some(popular) = &what.popular {
        let groups = group_of_user(popular, &progress.results);
        let among =
            if groups.is_empty() { describe::among(popular) } else { describe::groups(&groups) };
        if !among.is_empty() {
            parts.push(format!("among {among}"));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// What is typical of what a user has rated.
pub(crate) fn favourite(progress: &Progress<'_>, measure: Measure) -> Option<String> {
    let Task::Favourite { user, .. } = &progress.request.task else { return None };
    let items = progress.results.items("get_item_metadata");
    let finding = match measure {
        Measure::Length => length(items),
        Measure::Names(field) => best(items, field, |_| 1, "movies"),
    };
    let finding = finding.unwrap_or_else(|| nothing_known(measure));
    let user = escape(&user.as_ref()?.0);
    let of = progress.results.count("get_interacted_items").unwrap_or(items.len() as u64);
    let basis = if of > items.len() as u64 {
        format!("the {} newest of {of} ratings of user {user}", items.len())
    } else {
        format!("the {of} ratings of user {user}")
    };
    Some(format!("{finding}\n\nThis is computed over {basis}."))
}

fn nothing_known(measure: Measure) -> String {
    let field = measure.field().label().to_lowercase().replace("imdb", "IMDb");
    format!("Of none of these movies the {field} is known.")
}

/// Median and middle half of the lengths.
fn length(items: &[Value]) -> Option<String> {
    let mut minutes: Vec<u64> =
        items.iter().filter_map(|item| item.get("duration").and_then(Value::as_u64)).collect();
    minutes.sort_unstable();
    let (low, median, high) =
        (quantile(&minutes, 0.25)?, quantile(&minutes, 0.5)?, quantile(&minutes, 0.75)?);
    let known = if minutes.len() < items.len() {
        format!(" The length of {} of {} is known.", minutes.len(), items.len())
    } else {
        String::new()
    };
    Some(format!(
        "About **{median} minutes**: the median. The middle half is {low} to {high} minutes long.{known}"
    ))
}

/// A quantile by linear interpolation (Hyndman and Fan's type 7), rounded.
fn quantile(sorted: &[u64], q: f64) -> Option<u64> {
    let place = q * (sorted.len().checked_sub(1)? as f64);
    let at = |place: f64| sorted.get(place as usize).map(|x| *x as f64);
    let (below, above) = (at(place.floor())?, at(place.ceil())?);
    Some((below + (above - below) * place.fract()).round() as u64)
}

/// The names with the largest sums.
fn best(
    items: &[Value],
    field: ItemField,
    weight: impl Fn(&Value) -> u64,
    unit: &str,
) -> Option<String> {
    let mut sums: Vec<(String, u64, usize)> = Vec::new();
    for item in items {
        for name in values(item, field) {
            match sums.iter_mut().find(|(known, ..)| *known == name) {
                Some((_, sum, count)) => {
                    *sum = sum.saturating_add(weight(item));
                    *count += 1;
                }
                None => sums.push((name, weight(item), 1)),
            }
        }
    }
    // Sorting is stable: of equal sums the one met first, in the more rated item.
    sums.sort_by_key(|(_, sum, _)| std::cmp::Reverse(*sum));
    let told = |(name, sum, count): &(String, u64, usize)| {
        if unit == "ratings" {
            format!("{} ({sum} ratings, {})", escape(name), describe::movies(*count))
        } else {
            format!("{} ({})", escape(name), describe::movies(*count))
        }
    };
    let (first, rest) = sums.split_first()?;
    let rest: Vec<String> = rest.iter().take(NAMED - 1).map(told).collect();
    let (name, sum, count) = first;
    let counted = if unit == "ratings" {
        format!("{sum} ratings of {}", describe::movies(*count))
    } else {
        describe::movies(*count)
    };
    let then =
        if rest.is_empty() { String::new() } else { format!(" Then {}.", joined(&rest, "and")) };
    Some(format!("**{}**, with {counted}.{then}", escape(name)))
}

fn values(item: &Value, field: ItemField) -> Vec<String> {
    if field == ItemField::ReleaseMonth {
        let month =
            item.get("release_month").and_then(Value::as_u64).and_then(|m| u8::try_from(m).ok());
        return month
            .map(|month| crate::lexicon::month_name(month).to_owned())
            .into_iter()
            .collect();
    }
    names_of(item, field.name()).into_iter().map(str::to_owned).collect()
}
