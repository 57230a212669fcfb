//! Years, decades and months.

use super::compare::{Op, before, compared, range_from};
use super::{Notes, add};
use crate::lexicon::MONTHS;
use crate::request::{Comparison, Conditions, Scale};
use crate::text::Text;

const FIRST_YEAR: f64 = 1870.0;
const LAST_YEAR: f64 = 2100.0;

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

/// "Eighties".
pub(crate) fn is_decade(word: &str) -> bool {
    DECADE_WORDS.iter().any(|(decade, _)| *decade == word)
}

pub(super) fn decades(text: &mut Text<'_>, conditions: &mut Conditions, notes: &mut Notes) {
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
        add(text, &mut conditions.release_date, read, (Scale::Whole, true), notes);
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

pub(super) fn years(text: &mut Text<'_>, conditions: &mut Conditions, notes: &mut Notes) {
    for at in 0..text.len() {
        let Some(first) = year(text, at) else { continue };
        // "1500 movies" are many; "1995 movies" are of a year, said with an article.
        if let Some((second, start)) = range_from(text, at, at + 1)
            && let Some(last) = year(text, second)
            && first <= last
        {
            let read = (Comparison::Between(first, last), start..second + 1);
            add(text, &mut conditions.release_date, read, (Scale::Whole, true), notes);
            continue;
        }
        let read = compared(text, first, (at, at + 1), 2.0);
        add(text, &mut conditions.release_date, read, (Scale::Whole, true), notes);
    }
}

/// "In summer", "in the autumn months".
fn seasons(text: &mut Text<'_>, conditions: &mut Conditions, notes: &mut Notes) {
    const SEASONS: &[(&str, f64, f64)] =
        &[("spring", 3.0, 5.0), ("summer", 6.0, 8.0), ("autumn", 9.0, 11.0), ("fall", 9.0, 11.0)];
    for at in 1..text.len() {
        let led = text.before_is(at, 1, &["in", "during", "the", "this", "over", "last", "next"]);
        if !led || text.is_claimed(at) {
            continue;
        }
        if let Some((_, first, last)) = SEASONS.iter().find(|(name, ..)| *name == text.word(at)) {
            conditions.release_month = Some(Comparison::Between(*first, *last));
            text.claim(at..at + 1 + usize::from(text.is(at + 1, &["months", "season"])));
        } else if text.is(at, &["winter"]) {
            // It begins in one year and ends in the next: no comparison says so.
            notes.unused.push("winter (give a month, such as: in January)".to_owned());
            text.claim(at..at + 1);
        }
    }
}

/// "Between July and August", "from June to August".
fn month_ranges(text: &mut Text<'_>, conditions: &mut Conditions) {
    let month = |word: &str| MONTHS.iter().find(|(name, _)| *name == word).map(|(_, month)| *month);
    for at in 0..text.len() {
        let Some(first) = month(text.word(at)).filter(|_| !text.is_claimed(at)) else { continue };
        let Some((second, start)) = range_from(text, at, at + 1) else { continue };
        if let Some(last) = month(text.word(second))
            && first < last
        {
            let months = Comparison::Between(first.into(), last.into());
            conditions.release_month = Some(months);
            text.claim(start..second + 1);
        }
    }
}

pub(super) fn months(text: &mut Text<'_>, conditions: &mut Conditions, notes: &mut Notes) {
    const LEADS: &[&str] =
        &["in", "during", "around", "at", "over", "on", "of", "for", "the", "month"];
    month_ranges(text, conditions);
    for at in 0..text.len() {
        let Some((name, month)) = MONTHS.iter().find(|(name, _)| *name == text.word(at)) else {
            continue;
        };
        // "may" and "march" are words of their own.
        let plain = matches!(*name, "may" | "march")
            && !text.is_proper(at)
            && !text.before_is(at, 1, &["in", "during"]);
        let led = at > 0 && text.before_is(at, 1, LEADS) && !text.before_is(at, 1, &["the"])
            || at > 1 && text.before_is(at, 1, &["the"]) && text.before_is(at, 2, LEADS);
        if !text.is_claimed(at) && text.is(at + 1, &["release", "releases", "premieres"]) {
            conditions.release_month = Some(Comparison::Exact((*month).into()));
            text.claim(at..at + 2);
            continue;
        }
        if text.is_claimed(at) || plain || !led {
            continue;
        }
        // "a movie for Christmas evening" is of that month as much as any.
        conditions.release_month = Some(Comparison::Exact((*month).into()));
        let start = if text.before_is(at, 1, &["the"]) { at - 2 } else { at - 1 };
        let end =
            at + 1
                + usize::from(text.is(
                    at + 1,
                    &["holidays", "holiday", "season", "time", "day", "period", "month"],
                ));
        text.claim(start..end);
    }
    // "In summer, in July say" has its month.
    if conditions.release_month.is_none() {
        seasons(text, conditions, notes);
    }
}
