//! What popular items have in common.

use serde_json::Value;

use crate::describe::{self, joined, number, thousands, titled};
use crate::markdown::{cell, escape};
use crate::plan::{Progress, group_of_user, selection};
use crate::request::{ItemField, Measure, Task};
use crate::results::names_of;

/// How many names a distribution shows.
const NAMED: usize = 8;

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
        Measure::Number(field) => typical(items, field),
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
    if matches!(measure, Measure::Names(_)) && words.contains("among ") {
        // No tool tells a group's own ratings of each of many movies.
        answer +=
            " The movies are those popular in the group; the ratings counted are everybody's.";
    }
    if !first.is_empty() {
        answer += &format!(" The most popular: {}.", joined(&first, "and"));
    }
    Some(answer)
}

fn popular_of(total: usize, words: &str) -> String {
    let noun = if total == 1 { "movie" } else { "movies" };
    if words.is_empty() {
        format!("{} popular {noun}", thousands(total as u64))
    } else {
        format!("{} popular {noun} ({words})", thousands(total as u64))
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
        Measure::Number(field) => typical(items, field),
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

/// Median and middle half of a number, and how it is distributed.
fn typical(items: &[Value], field: ItemField) -> Option<String> {
    let mut numbers: Vec<f64> =
        items.iter().filter_map(|item| item.get(field.name()).and_then(Value::as_f64)).collect();
    numbers.sort_unstable_by(f64::total_cmp);
    let unit = unit(field);
    let at = |q: f64| quantile(&numbers, q).map(|x| in_steps(x, unit.step));
    let (low, median, high) = (at(0.25)?, at(0.5)?, at(0.75)?);
    let known = if numbers.len() < items.len() {
        let what = field.label().to_lowercase().replace("imdb", "IMDb");
        format!(" The {what} of {} of {} is known.", numbers.len(), items.len())
    } else {
        String::new()
    };
    let rows = bins(&numbers, unit.bin).into_iter().map(|(from, count)| {
        let to = in_steps(from + unit.bin - unit.step, unit.step);
        [format!("{}–{}", number(from), number(to)), count.to_string()]
    });
    let table = table(&[unit.head, "Movies"], rows);
    Some(format!(
        "About **{}{}**: the median. The middle half is {} to {}{}.{known}\n\n{table}",
        number(median),
        unit.after,
        number(low),
        number(high),
        unit.besides
    ))
}

/// How a number is written, and how coarsely its distribution is shown.
struct Unit {
    after: &'static str,
    besides: &'static str,
    head: &'static str,
    step: f64,
    bin: f64,
}

fn unit(field: ItemField) -> Unit {
    match field {
        ItemField::Duration => Unit {
            after: " minutes",
            besides: " minutes long",
            head: "Minutes",
            step: 1.0,
            bin: 15.0,
        },
        _ => Unit { after: "", besides: "", head: "IMDb rating", step: 0.1, bin: 0.5 },
    }
}

/// A number rounded to a step, without a tail of digits.
fn in_steps(x: f64, step: f64) -> f64 {
    let per_unit = (1.0 / step).round();
    (x * per_unit).round() / per_unit
}

/// A quantile by linear interpolation (Hyndman and Fan's type 7).
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let place = q * (sorted.len().checked_sub(1)? as f64);
    let at = |place: f64| sorted.get(place as usize).copied();
    let (below, above) = (at(place.floor())?, at(place.ceil())?);
    Some(below + (above - below) * place.fract())
}

/// How many of sorted numbers lie in each bin, by where the bin begins. Bins between
/// others that hold nothing are given too.
fn bins(sorted: &[f64], width: f64) -> Vec<(f64, usize)> {
    const MOST_BINS: usize = 60;
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let start = (first / width).floor();
    let count = ((last / width).floor() - start) as usize + 1;
    let mut bins: Vec<(f64, usize)> = (0..count.min(MOST_BINS))
        .map(|place| (in_steps((start + place as f64) * width, 0.1), 0))
        .collect();
    for number in sorted {
        let place = ((number / width).floor() - start) as usize;
        if let Some((_, count)) = bins.get_mut(place) {
            *count += 1;
        }
    }
    bins
}

/// A Markdown table; all columns but the first are numbers.
fn table<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let mut lines = vec![line(&head.map(str::to_owned))];
    let marks: Vec<String> =
        (0..N).map(|column| if column == 0 { "---" } else { "---:" }.to_owned()).collect();
    lines.push(line(&marks));
    lines.extend(rows.map(|row| line(&row)));
    lines.join("\n")
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
    let (name, sum, count) = sums.first()?;
    let rated = unit == "ratings";
    let counted = if rated {
        format!("{} ratings of {}", thousands(*sum), describe::movies(*count))
    } else {
        describe::movies(*count)
    };
    let shown = sums.iter().take(NAMED);
    let label = field.label();
    let table = if rated {
        let row = |(name, sum, count): &(String, u64, usize)| {
            [cell(name), thousands(*sum), count.to_string()]
        };
        table(&[label, "Ratings", "Movies"], shown.map(row))
    } else {
        let row = |(name, _, count): &(String, u64, usize)| [cell(name), count.to_string()];
        table(&[label, "Movies"], shown.map(row))
    };
    Some(format!("**{}**, with {counted}.\n\n{table}", escape(name)))
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
