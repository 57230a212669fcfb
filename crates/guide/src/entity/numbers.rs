//! Conditions on numbers: years, lengths, ratings, months.

use std::ops::Range;

use crate::lexicon::{MONTHS, NUMBERS, is_item_noun};
use crate::request::{Comparison, Conditions, Scale};
use crate::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Higher,
    AtLeast,
    Lower,
    AtMost,
    Exact,
    Around,
}

/// What stands before a number.
const BEFORE: &[(&str, Op)] = &[
    ("no less than", Op::AtLeast),
    ("not less than", Op::AtLeast),
    ("no shorter than", Op::AtLeast),
    ("not shorter than", Op::AtLeast),
    ("no earlier than", Op::AtLeast),
    ("not lower than", Op::AtLeast),
    ("no lower than", Op::AtLeast),
    ("not before", Op::AtLeast),
    ("at least", Op::AtLeast),
    ("at minimum", Op::AtLeast),
    ("a minimum of", Op::AtLeast),
    ("minimum", Op::AtLeast),
    ("min", Op::AtLeast),
    ("starting from", Op::AtLeast),
    ("starting in", Op::AtLeast),
    ("since", Op::AtLeast),
    ("from", Op::Exact),
    ("> =", Op::AtLeast),
    ("≥", Op::AtLeast),
    ("no more than", Op::AtMost),
    ("not more than", Op::AtMost),
    ("no longer than", Op::AtMost),
    ("not longer than", Op::AtMost),
    ("no later than", Op::AtMost),
    ("not later than", Op::AtMost),
    ("no higher than", Op::AtMost),
    ("not higher than", Op::AtMost),
    ("not after", Op::AtMost),
    ("at most", Op::AtMost),
    ("a maximum of", Op::AtMost),
    ("maximum", Op::AtMost),
    ("max", Op::AtMost),
    ("not exceeding", Op::AtMost),
    ("up to", Op::AtMost),
    ("until", Op::AtMost),
    ("till", Op::AtMost),
    ("within", Op::AtMost),
    ("by", Op::AtMost),
    ("< =", Op::AtMost),
    ("≤", Op::AtMost),
    ("higher than", Op::Higher),
    ("greater than", Op::Higher),
    ("more than", Op::Higher),
    ("better than", Op::Higher),
    ("bigger than", Op::Higher),
    ("larger than", Op::Higher),
    ("longer than", Op::Higher),
    ("later than", Op::Higher),
    ("newer than", Op::Higher),
    ("more recent than", Op::Higher),
    ("superior to", Op::Higher),
    ("exceeding", Op::Higher),
    ("that exceeds", Op::Higher),
    ("exceeds", Op::Higher),
    ("above", Op::Higher),
    ("over", Op::Higher),
    ("beyond", Op::Higher),
    ("past", Op::Higher),
    ("after", Op::Higher),
    (">", Op::Higher),
    ("lower than", Op::Lower),
    ("less than", Op::Lower),
    ("fewer than", Op::Lower),
    ("smaller than", Op::Lower),
    ("shorter than", Op::Lower),
    ("worse than", Op::Lower),
    ("earlier than", Op::Lower),
    ("older than", Op::Lower),
    ("inferior to", Op::Lower),
    ("prior to", Op::Lower),
    ("before", Op::Lower),
    ("below", Op::Lower),
    ("beneath", Op::Lower),
    ("under", Op::Lower),
    ("<", Op::Lower),
    ("equal to", Op::Exact),
    ("exactly", Op::Exact),
    ("precisely", Op::Exact),
    ("equals", Op::Exact),
    ("=", Op::Exact),
    ("is", Op::Exact),
    ("of", Op::Exact),
    ("in", Op::Exact),
    ("during", Op::Exact),
    ("around", Op::Around),
    ("about", Op::Around),
    ("approximately", Op::Around),
    ("roughly", Op::Around),
    ("circa", Op::Around),
    ("nearly", Op::Around),
];

/// What stands after a number.
const AFTER: &[(&str, Op)] = &[
    ("or more", Op::AtLeast),
    ("and more", Op::AtLeast),
    ("or higher", Op::AtLeast),
    ("and higher", Op::AtLeast),
    ("or above", Op::AtLeast),
    ("and above", Op::AtLeast),
    ("or better", Op::AtLeast),
    ("or longer", Op::AtLeast),
    ("and longer", Op::AtLeast),
    ("or later", Op::AtLeast),
    ("and later", Op::AtLeast),
    ("or newer", Op::AtLeast),
    ("or after", Op::AtLeast),
    ("and up", Op::AtLeast),
    ("or up", Op::AtLeast),
    ("onwards", Op::AtLeast),
    ("onward", Op::AtLeast),
    ("at least", Op::AtLeast),
    ("+", Op::AtLeast),
    ("or less", Op::AtMost),
    ("and less", Op::AtMost),
    ("or lower", Op::AtMost),
    ("or below", Op::AtMost),
    ("or shorter", Op::AtMost),
    ("and shorter", Op::AtMost),
    ("or under", Op::AtMost),
    ("or earlier", Op::AtMost),
    ("and earlier", Op::AtMost),
    ("or before", Op::AtMost),
    ("or older", Op::AtMost),
    ("at most", Op::AtMost),
    ("max", Op::AtMost),
    ("maximum", Op::AtMost),
];

/// May stand between a comparison and its number.
const FILLERS: &[&str] = &["the", "year", "years", "a", "an", "of", "score"];

const FIRST_YEAR: f64 = 1870.0;
const LAST_YEAR: f64 = 2100.0;

/// Reads all conditions on numbers, and claims their tokens.
pub(crate) fn read(text: &mut Text<'_>, conditions: &mut Conditions, unused: &mut Vec<String>) {
    durations(text, conditions, unused);
    decades(text, conditions, unused);
    years(text, conditions, unused);
    ratings(text, conditions, unused);
    months(text, conditions);
}

/// Adds a comparison over some tokens. Two that are no range together cannot both
/// be asked of the tools: the later one is told as not used.
fn add(
    text: &mut Text<'_>,
    slot: &mut Option<Comparison>,
    (comparison, range): (Comparison, Range<usize>),
    scale: Scale,
    unused: &mut Vec<String>,
) {
    let both = slot.map_or(Some(comparison), |earlier| earlier.and(comparison, scale));
    match both {
        Some(both) => *slot = Some(both),
        None => unused.push(text.slice(&range).to_owned()),
    }
    text.claim(range);
}

/// A number in digits or words, with the tokens it takes.
pub(crate) fn value(text: &Text<'_>, at: usize) -> Option<(f64, usize)> {
    if let Some(number) = text.number(at) {
        return Some((number, 1));
    }
    let word = |at: usize| NUMBERS.iter().find(|(name, _)| *name == text.word(at)).map(|(_, n)| *n);
    let first = word(at)?;
    if (20.0..100.0).contains(&first) {
        let unit = if text.is(at + 1, &["-"]) { at + 2 } else { at + 1 };
        if let Some(small) = word(unit).filter(|small| (1.0..10.0).contains(small)) {
            return Some((first + small, unit + 1 - at));
        }
    }
    Some((first, 1))
}

fn before(text: &Text<'_>, at: usize) -> Option<(Op, usize)> {
    // The longest phrase that ends right before the number, or before fillers.
    let mut end = at;
    for _ in 0..4 {
        let found = BEFORE
            .iter()
            .filter_map(|(phrase, op)| {
                let length = phrase.split(' ').count();
                let start = end.checked_sub(length)?;
                text.phrase(start, phrase).map(|_| (length, *op, start))
            })
            .max_by_key(|(length, _, _)| *length);
        if let Some((_, op, start)) = found {
            return Some((op, start));
        }
        end = end.checked_sub(1).filter(|filler| text.is(*filler, FILLERS))?;
    }
    None
}

fn after(text: &Text<'_>, at: usize) -> Option<(Op, usize)> {
    AFTER.iter().find_map(|(phrase, op)| Some((*op, at + text.phrase(at, phrase)?)))
}

/// A comparison with one number, over the tokens from `start` to `end`. `around`
/// is how far "around" goes.
fn compared(
    text: &Text<'_>,
    number: f64,
    (start, end): (usize, usize),
    around: f64,
) -> (Comparison, Range<usize>) {
    let (op, range) = match (before(text, start), after(text, end)) {
        (Some((Op::Exact, from)), Some((op, to))) | (Some((op, from)), Some((Op::Exact, to))) => {
            (op, from..to)
        }
        (Some((op, from)), _) => (op, from..end),
        (None, Some((op, to))) => (op, start..to),
        (None, None) => (Op::Exact, start..end),
    };
    let comparison = match op {
        Op::Higher => Comparison::Higher(number),
        Op::AtLeast => Comparison::AtLeast(number),
        Op::Lower => Comparison::Lower(number),
        Op::AtMost => Comparison::AtMost(number),
        Op::Exact => Comparison::Exact(number),
        Op::Around => Comparison::Between((number - around).max(0.0), number + around),
    };
    (comparison, range)
}

/// "between A and B", "from A to B", "A to B", "A-B": where B stands and what leads in.
fn range_from(text: &Text<'_>, first: usize, after_first: usize) -> Option<(usize, usize)> {
    let joined = text.is(after_first, &["and", "to", "-", "–", "—", "until", "till", "through"]);
    let lead = first.checked_sub(1).filter(|lead| text.is(*lead, &["between", "from"]));
    let bare = text.is(after_first, &["to", "-", "–", "—", "through"]);
    (joined && (lead.is_some() || bare)).then(|| (after_first + 1, lead.unwrap_or(first)))
}

fn durations(text: &mut Text<'_>, conditions: &mut Conditions, unused: &mut Vec<String>) {
    let mut at = 0;
    while at < text.len() {
        let Some((minutes, end)) = duration(text, at).filter(|_| !text.is_claimed(at)) else {
            at += 1;
            continue;
        };
        at = end.end.max(at + 1);
        add(text, &mut conditions.duration, (minutes, end), Scale::Whole, unused);
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
        return Some(compared(text, from, (at, end), 10.0));
    }
    // A number of minutes without its unit: "shorter than 100", "duration under 100".
    let (number, length) = value(text, at).filter(|(number, _)| (10.0..1000.0).contains(number))?;

    let by_noun =
        (at.saturating_sub(5)..at).any(|i| text.is(i, &["duration", "length", "runtime"]));
    let by_comparison = at >= 2
        && text.before_is(at, 1, &["than"])
        && text.before_is(at, 2, &["shorter", "longer"]);
    let counted = is_item_noun(text.word(at + length));
    ((by_noun || by_comparison) && !counted)
        .then(|| compared(text, number, (at, at + length), 10.0))
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

const DECADE_WORDS: &[(&str, f64)] = &[
    ("twenties", 1920.0),
    ("thirties", 1930.0),
    ("forties", 1940.0),
    ("fifties", 1950.0),
    ("sixties", 1960.0),
    ("seventies", 1970.0),
    ("eighties", 1980.0),
    ("nineties", 1990.0),
];

fn decades(text: &mut Text<'_>, conditions: &mut Conditions, unused: &mut Vec<String>) {
    for at in 0..text.len() {
        if text.is_claimed(at) {
            continue;
        }
        let by_word = DECADE_WORDS.iter().find(|(word, _)| *word == text.word(at));
        let Some((first, end)) =
            by_word.map(|(_, first)| (*first, at + 1)).or_else(|| decade_in_digits(text, at))
        else {
            continue;
        };
        let mut start = at;
        if start > 0 && text.before_is(start, 1, &["'", "’"]) {
            start -= 1;
        }
        if start > 0 && text.before_is(start, 1, &["-"]) {
            start -= 1;
        }
        let part = start.checked_sub(1).map_or("", |part| text.word(part));
        let (from, to) = match part {
            "early" => (first, first + 3.0),
            "mid" | "middle" => (first + 4.0, first + 6.0),
            "late" => (first + 7.0, first + 9.0),
            _ => (first, first + 9.0),
        };
        if matches!(part, "early" | "mid" | "middle" | "late") {
            start -= 1;
        }
        let (comparison, start) = match before(text, start) {
            Some((Op::Lower, start)) => (Comparison::Lower(from), start),
            Some((Op::Higher, start)) => (Comparison::Higher(to), start),
            Some((Op::AtLeast, start)) => (Comparison::AtLeast(from), start),
            Some((Op::AtMost, start)) => (Comparison::AtMost(to), start),
            Some((Op::Exact | Op::Around, start)) => (Comparison::Between(from, to), start),
            None => (Comparison::Between(from, to), start),
        };
        let read = (comparison, start..end);
        add(text, &mut conditions.release_date, read, Scale::Whole, unused);
    }
}

fn decade_in_digits(text: &Text<'_>, at: usize) -> Option<(f64, usize)> {
    let number = text.number(at).filter(|number| number % 10.0 == 0.0)?;
    if !text.touches_next(at) {
        return None;
    }
    let end = match (text.word(at + 1), text.word(at + 2)) {
        ("s", _) => at + 2,
        ("'" | "’", "s") => at + 3,
        _ => return None,
    };
    let first = match number as i64 {
        0 | 10 => 2000.0 + number,
        20..=90 => 1900.0 + number,
        1870..=2090 => number,
        _ => return None,
    };
    Some((first, end))
}

fn year(text: &Text<'_>, at: usize) -> Option<f64> {
    text.number(at).filter(|number| {
        number.fract() == 0.0
            && (FIRST_YEAR..LAST_YEAR).contains(number)
            && text.word(at).len() == 4
            && !text.is_claimed(at)
    })
}

fn years(text: &mut Text<'_>, conditions: &mut Conditions, unused: &mut Vec<String>) {
    for at in 0..text.len() {
        let Some(first) = year(text, at) else { continue };
        // "1500 movies" are many; "1995 movies" are of a year, said with an article.
        if let Some((second, start)) = range_from(text, at, at + 1)
            && let Some(last) = year(text, second)
            && first <= last
        {
            let read = (Comparison::Between(first, last), start..second + 1);
            add(text, &mut conditions.release_date, read, Scale::Whole, unused);
            continue;
        }
        let read = compared(text, first, (at, at + 1), 2.0);
        add(text, &mut conditions.release_date, read, Scale::Whole, unused);
    }
}

fn ratings(text: &mut Text<'_>, conditions: &mut Conditions, unused: &mut Vec<String>) {
    const CUES: &[&str] =
        &["imdb", "rating", "ratings", "rated", "score", "scored", "scores", "scoring"];
    const OUT_OF: &[&str] =
        &["/ 10", "out of 10", "out of ten", "stars", "on imdb", "imdb", "points"];
    // Where the last condition on a rating ended.
    let mut last = None;
    for at in 0..text.len() {
        let Some((number, length)) = value(text, at) else { continue };
        if !(0.0..=10.0).contains(&number) || text.is_claimed(at) {
            continue;
        }
        let mut end = at + length;
        let mut cued = (at.saturating_sub(7)..at)
            .rev()
            .take_while(|i| !is_item_noun(text.word(*i)) && !text.is(*i, &[".", "?", "user"]))
            .find(|i| text.is(*i, CUES));
        if let Some(length) = text.phrases(end, OUT_OF) {
            end += length;
            cued = cued.or(Some(at));
            if let Some(length) = text.phrase(end, "on imdb") {
                end += length;
            }
        }
        // "over 6 and under 8": the second number is of what the first is of.
        let opens = before(text, at).map_or(at, |(_, start)| start);
        if last.is_some_and(|last: usize| {
            last < opens && (last..opens).all(|i| text.is(i, &["and", "but", ","]))
        }) {
            cued = Some(at);
        }
        let Some(mut cue) = cued else { continue };
        if text.is_claimed(cue) && cue != at
            || is_item_noun(text.word(end))
            || text.is(end, crate::lexicon::SUGGESTIONS)
            || text.is(end, &["users", "user", "people"])
        {
            continue;
        }
        if cue > 0 && text.before_is(cue, 1, &["imdb", "average"]) {
            cue -= 1;
        }
        if let Some((second, start)) = range_from(text, at, at + length)
            && let Some((upper, length)) = value(text, second)
            && (number..=10.0).contains(&upper)
        {
            let both = Comparison::Between(number, upper);
            let read = (both, cue.min(start)..second + length);
            add(text, &mut conditions.imdb_rating, read, Scale::Rating, unused);
            last = Some(second + length);
            continue;
        }
        let (comparison, range) = compared(text, number, (at, end), 0.5);
        let comparison = match comparison {
            Comparison::Between(from, to) => Comparison::Between(from, to.min(10.0)),
            other => other,
        };
        last = Some(range.end);
        let read = (comparison, cue.min(range.start)..range.end);
        add(text, &mut conditions.imdb_rating, read, Scale::Rating, unused);
    }
}

fn months(text: &mut Text<'_>, conditions: &mut Conditions) {
    const LEADS: &[&str] = &["in", "during", "around", "at", "over", "of", "for", "the", "month"];
    for at in 0..text.len() {
        let Some((name, month)) = MONTHS.iter().find(|(name, _)| *name == text.word(at)) else {
            continue;
        };
        // "may" and "march" are words of their own.
        let plain = matches!(*name, "may" | "march") && !text.is_proper(at);
        let led = at > 0 && text.before_is(at, 1, LEADS) && !text.before_is(at, 1, &["the"])
            || at > 1 && text.before_is(at, 1, &["the"]) && text.before_is(at, 2, LEADS);
        if text.is_claimed(at) || plain || !led {
            continue;
        }
        // "a movie for Christmas evening" is of that month as much as any.
        conditions.release_month = Some(*month);
        let start = if text.before_is(at, 1, &["the"]) { at - 2 } else { at - 1 };
        let end =
            at + 1
                + usize::from(text.is(
                    at + 1,
                    &["holidays", "holiday", "season", "time", "day", "period", "month"],
                ));
        text.claim(start..end);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn conditions(raw: &str) -> Conditions {
        let mut conditions = Conditions::default();
        read(&mut Text::new(raw), &mut conditions, &mut Vec::new());
        conditions
    }

    #[test]
    fn years_are_understood() {
        use Comparison::{AtLeast, AtMost, Between, Exact, Higher, Lower};
        for (raw, expected) in [
            ("released after 1990", Higher(1990.0)),
            ("prior to 1997 to user 9", Lower(1997.0)),
            ("before the year 1997", Lower(1997.0)),
            ("in 1995", Exact(1995.0)),
            ("1995 comedies", Exact(1995.0)),
            ("between 1990 and 1995", Between(1990.0, 1995.0)),
            ("from 1990 to 1995", Between(1990.0, 1995.0)),
            ("1990-1995", Between(1990.0, 1995.0)),
            ("since 1990", AtLeast(1990.0)),
            ("from 1990 onwards", AtLeast(1990.0)),
            ("up to 1990", AtMost(1990.0)),
            ("from the 80s", Between(1980.0, 1989.0)),
            ("of the 1980s", Between(1980.0, 1989.0)),
            ("from the '90s", Between(1990.0, 1999.0)),
            ("in the late eighties", Between(1987.0, 1989.0)),
            ("before the 80s", Lower(1980.0)),
            ("newer than 1995", Higher(1995.0)),
            ("after 1980 and before 1990", Between(1981.0, 1989.0)),
            ("before 1980 or after 1995", Lower(1980.0)),
        ] {
            assert_eq!(conditions(raw).release_date, Some(expected), "{raw}");
        }
        assert_eq!(conditions("Recommend 3 movies").release_date, None);
    }

    #[test]
    fn lengths_are_understood() {
        use Comparison::{AtLeast, AtMost, Between, Higher, Lower};
        for (raw, expected) in [
            ("shorter than 90 minutes", Lower(90.0)),
            ("under two hours", Lower(120.0)),
            ("at least 1h 30", AtLeast(90.0)),
            ("at least 1h30", AtLeast(90.0)),
            ("longer than an hour and a half", Higher(90.0)),
            ("less than 1 hour and 45 minutes long", Lower(105.0)),
            ("two and a half hours or more", AtLeast(150.0)),
            ("between 90 and 120 minutes", Between(90.0, 120.0)),
            ("1 to 2 hours", Between(60.0, 120.0)),
            ("about 90 minutes", Between(80.0, 100.0)),
            ("90 minutes or less", AtMost(90.0)),
            ("a duration lower than 100", Lower(100.0)),
            ("shorter than 100", Lower(100.0)),
            ("no longer than 95 min", AtMost(95.0)),
            ("a 90-minute film", Comparison::Exact(90.0)),
        ] {
            assert_eq!(conditions(raw).duration, Some(expected), "{raw}");
        }
    }

    #[test]
    fn ratings_are_understood() {
        use Comparison::{AtLeast, Between, Exact, Higher, Lower};
        for (raw, expected) in [
            ("with an IMDb rating higher than 6", Higher(6.0)),
            ("rating of at least 7.5", AtLeast(7.5)),
            ("rated above 8", Higher(8.0)),
            ("rated 8 or higher", AtLeast(8.0)),
            ("with a score below 5", Lower(5.0)),
            ("rating between 6 and 8", Between(6.0, 8.0)),
            ("over 7 on IMDb", Higher(7.0)),
            ("more than 7/10", Higher(7.0)),
            ("an IMDb rating of 8", Exact(8.0)),
            ("rating > 7.2", Higher(7.2)),
            ("a rating over 6 and under 8", Between(6.01, 7.99)),
        ] {
            assert_eq!(conditions(raw).imdb_rating, Some(expected), "{raw}");
        }
        assert_eq!(conditions("which user rated 5 movies").imdb_rating, None);
    }

    #[test]
    fn months_need_a_preposition() {
        for (raw, expected) in [
            ("during the Christmas holidays", Some(12)),
            ("released in May", Some(5)),
            ("you may recommend", None),
            ("in october", Some(10)),
            ("around Halloween", Some(10)),
            ("Christmas movies", None),
        ] {
            assert_eq!(conditions(raw).release_month, expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(raw in "[a-z0-9 .,'+<>=-]{0,50}") {
            conditions(&raw);
        }
    }
}
