//! Lengths of time.

use std::ops::Range;

use super::compare::{compared, range_from};
use super::{Notes, add, value};
use crate::lexicon::is_item_noun;
use crate::request::{Comparison, Conditions, Scale};
use crate::text::Text;

pub(super) fn durations(text: &mut Text<'_>, conditions: &mut Conditions, notes: &mut Notes) {
    let mut at = 0;
    while at < text.len() {
        let Some((minutes, end)) = duration(text, at).filter(|_| !text.is_claimed(at)) else {
            at += 1;
            continue;
        };
        at = end.end.max(at + 1);
        add(text, &mut conditions.duration, (minutes, end), (Scale::Whole, false), notes);
    }
}

fn duration(text: &Text<'_>, at: usize) -> Option<(Comparison, Range<usize>)> {
    if let Some((from, length)) = value(text, at)
        && let Some((second, start)) = range_from(text, at, at + length)
        && let Some((to, end)) = minutes(text, second)
    {
        // "1 to 2 hours" are hours both.
        let from = if from < 10.0 && to >= 60.0 { from * 60.0 } else { from };
        let from = minutes(text, at).map_or(from, |(minutes, _)| minutes);
        return (from <= to).then_some((Comparison::Between(from, to), start..end));
    }
    if let Some((from, end)) = minutes(text, at) {
        if let Some((second, start)) = range_from(text, at, end)
            && let Some((to, end)) = minutes(text, second)
            && from <= to
        {
            return Some((Comparison::Between(from, to), start..end));
        }
        let (comparison, range) = compared(text, from, (at, end), 10.0);
        // In a time that somebody has, any shorter movie fits.
        let at_most = matches!(comparison, Comparison::Exact(_))
            && (text.is(range.start, &["in"]) || is_time_left(text, at));
        return Some((if at_most { Comparison::AtMost(from) } else { comparison }, range));
    }
    // A number of minutes without its unit: "shorter than 100", "duration under 100".
    let (number, length) = value(text, at).filter(|(number, _)| (10.0..1000.0).contains(number))?;

    let by_noun =
        (at.saturating_sub(5)..at).any(|i| text.is(i, &["duration", "length", "runtime"]));
    let by_comparison = at >= 2
        && text.before_is(at, 1, &["than"])
        && text.before_is(at, 2, &["shorter", "longer"]);
    // "The ideal length of dramas from the 80s".
    let decade = text.touches_next(at) && text.is(at + 1, &["s", "'", "’"]);
    let counted = is_item_noun(text.word(at + length)) || decade;
    ((by_noun || by_comparison) && !counted)
        .then(|| compared(text, number, (at, at + length), 10.0))
}

/// "has 90 minutes", "I only have an hour", "90 minutes left".
fn is_time_left(text: &Text<'_>, at: usize) -> bool {
    const FILLERS: &[&str] = &["only", "just", "about", "got", "exactly", "at", "a", "free"];
    let mut start = at;
    while start > 0 && text.before_is(start, 1, FILLERS) {
        start -= 1;
    }
    text.before_is(start, 1, &["has", "have", "had", "i've", "he's", "she's", "got", "spare"])
        || (at..at + 6).any(|i| text.is(i, &["left", "free", "available", "spare"]))
}

/// A length of time in minutes, and where it ends.
fn minutes(text: &Text<'_>, at: usize) -> Option<(f64, usize)> {
    const HOURS: &[&str] = &["hours", "hour", "hrs", "hr", "h"];
    const MINUTES: &[&str] = &["minutes", "minute", "mins", "min", "m"];
    if text.is(at, &["an", "a", "half"]) {
        if let Some(length) = text.phrases(at, &["half an hour", "a half hour", "half hour"]) {
            return Some((30.0, at + length));
        }
        let length = text.phrases(at, &["an hour"])?;
        return Some(and_a_half(text, 60.0, at + length));
    }
    let (number, length) = value(text, at)?;
    let mut unit = at + length;
    let mut number = number;
    if let Some(half) = text.phrases(unit, &["and a half"]) {
        number += 0.5;
        unit += half;
    }
    if text.is(unit, &["-"]) {
        unit += 1;
    }
    if text.is(unit, MINUTES) {
        return Some((number, unit + 1));
    }
    if !text.is(unit, HOURS) {
        return None;
    }
    let (minutes, end) = and_a_half(text, number * 60.0, unit + 1);
    let more = if text.is(end, &["and"]) { end + 1 } else { end };
    match value(text, more) {
        Some((rest, length)) if rest < 60.0 && text.is(more + length, MINUTES) => {
            Some((minutes + rest, more + length + 1))
        }
        // "1h30"
        Some((rest, length)) if rest < 60.0 && more == end && text.touches_next(end - 1) => {
            Some((minutes + rest, more + length))
        }
        // "1h 30"
        Some((rest, 1)) if rest < 60.0 && more == end && text.word(unit) == "h" => {
            Some((minutes + rest, more + 1))
        }
        _ => Some((minutes, end)),
    }
}

fn and_a_half(text: &Text<'_>, minutes: f64, at: usize) -> (f64, usize) {
    match text.phrase(at, "and a half") {
        Some(length) => (minutes + 30.0, at + length),
        None => (minutes, at),
    }
}
