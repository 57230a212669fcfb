//! Ages of people, as the groups that users are sorted into.

use std::ops::Range;

use crate::entity::numbers::value;
use crate::text::Text;

/// The groups with the ages that they span.
const GROUPS: [(&str, u32, u32); 5] = [
    ("kid", 0, 12),
    ("teenager", 13, 19),
    ("young_adult", 20, 30),
    ("adult", 31, 60),
    ("senior", 61, 99),
];
const OLDEST: u32 = 99;

/// Decades of a life.
const DECADES: &[(&str, u32)] = &[
    ("twenties", 20),
    ("thirties", 30),
    ("forties", 40),
    ("fifties", 50),
    ("sixties", 60),
    ("seventies", 70),
    ("eighties", 80),
];

/// Whom an age may be of.
const PEOPLE: &[&str] = &[
    "women", "men", "woman", "man", "people", "users", "user", "girls", "boys", "viewers",
    "customers", "females", "males", "female", "male", "those", "everyone", "persons", "ladies",
    "audience", "guys", "anyone", "kids", "children", "somebody", "someone", "person", "fans",
];

/// Ages that begin at a token, and where they end.
pub(crate) fn ages_at(text: &Text<'_>, at: usize) -> Option<(Vec<&'static str>, Range<usize>)> {
    let (from, to, range) = years_old(text, at)
        .or_else(|| decade(text, at))
        .or_else(|| compared(text, at))
        .or_else(|| spanned(text, at))?;
    let groups = groups(from, to);
    (!groups.is_empty()).then_some((groups, range))
}

/// The groups that mostly lie in a span of ages, or that a span mostly lies in.
fn groups(from: u32, to: u32) -> Vec<&'static str> {
    GROUPS
        .iter()
        .filter(|(_, first, last)| {
            let (start, end) = (from.max(*first), to.min(*last));
            let shared = (end + 1).saturating_sub(start);
            let half = |years: u32| shared * 2 >= years && shared > 0;
            start <= end && (half(last - first + 1) || half((to + 1).saturating_sub(from)))
        })
        .map(|(group, ..)| *group)
        .collect()
}

/// "18-year-olds", "25 years old".
fn years_old(text: &Text<'_>, at: usize) -> Option<(u32, u32, Range<usize>)> {
    let (age, next) = age(text, at)?;
    let unit = next + usize::from(text.is(next, &["-"]));
    if !text.is(unit, &["year", "years"]) {
        return None;
    }
    let old = unit + 1 + usize::from(text.is(unit + 1, &["-"]));
    text.is(old, &["old", "olds"]).then_some((age, age, at..old + 1))
}

/// "in their twenties", "in his late 30s", "in their teens".
fn decade(text: &Text<'_>, at: usize) -> Option<(u32, u32, Range<usize>)> {
    if !text.is(at, &["in"]) || !text.is(at + 1, &["their", "his", "her", "the"]) {
        return None;
    }
    let own = !text.is(at + 1, &["the"]);
    let start = at + 2 + usize::from(text.is(at + 2, &["early", "mid", "late"]));
    if own && text.is(start, &["teens"]) {
        return Some((13, 19, at..start + 1));
    }
    // "In the twenties" is a time, unless it is said of people.
    if !own {
        return None;
    }
    let by_word = DECADES.iter().find(|(word, _)| text.is(start, &[word]));
    let (first, end) = match by_word {
        Some((_, first)) => (*first, start + 1),
        None => {
            let (first, next) = age(text, start)?;
            let apostrophe = usize::from(text.is(next, &["'", "’"]));
            let plural = text.is(next + apostrophe, &["s"]) && first % 10 == 0;
            plural.then_some((first, next + apostrophe + 1))?
        }
    };
    Some((first, first + 9, at..end))
}

/// "people over 60", "girls under 12", "aged 25", "aged 20 to 30".
fn compared(text: &Text<'_>, at: usize) -> Option<(u32, u32, Range<usize>)> {
    const OVER: &[&str] = &["over", "above", "older than", "past", "aged over", "who are over"];
    const UNDER: &[&str] = &["under", "below", "younger than", "aged under", "who are under"];
    let of_people = text.before_is(at, 1, PEOPLE) || text.is(at, &["aged"]);
    if !of_people || text.is_claimed(at) && !text.before_is(at, 1, PEOPLE) {
        return None;
    }
    let over = text.phrases(at, OVER);
    let under = text.phrases(at, UNDER);
    let aged = text.phrases(at, &["aged", "of age", "aged between", "between"]);
    let length = over.or(under).or(aged)?;
    let (first, end) = age(text, at + length)?;
    // "over 90 minutes" is no age.
    if text.is(end, &["minutes", "minute", "min", "mins", "hours", "h", "movies", "films"]) {
        return None;
    }
    if over.is_some() {
        return Some((first + 1, OLDEST, at..end));
    }
    if under.is_some() {
        return Some((0, first.saturating_sub(1), at..end));
    }
    if text.is(end, &["and", "to", "-", "–"])
        && let Some((last, end)) = age(text, end + 1)
        && first <= last
    {
        return Some((first, last, at..end));
    }
    text.is(at, &["aged", "of"]).then_some((first, first, at..end))
}

/// "20 to 30 year olds".
fn spanned(text: &Text<'_>, at: usize) -> Option<(u32, u32, Range<usize>)> {
    let (first, next) = age(text, at)?;
    if !text.is(next, &["to", "-", "–"]) {
        return None;
    }
    let (_, last, range) = years_old(text, next + 1)?;
    (first <= last).then_some((first, last, at..range.end))
}

fn age(text: &Text<'_>, at: usize) -> Option<(u32, usize)> {
    let (number, length) = value(text, at)?;
    let whole = number.fract() == 0.0 && (1.0..=f64::from(OLDEST)).contains(&number);
    whole.then_some((number as u32, at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_groups() {
        for (raw, expected) in [
            ("women in their twenties", vec!["young_adult"]),
            ("men in their forties", vec!["adult"]),
            ("a man in his late 30s", vec!["adult"]),
            ("boys in their teens", vec!["teenager"]),
            ("people over 60", vec!["senior"]),
            ("girls under 12", vec!["kid"]),
            ("18-year-olds", vec!["teenager"]),
            ("70 year olds", vec!["senior"]),
            ("people under 30", vec!["kid", "teenager", "young_adult"]),
            ("women between 20 and 30", vec!["young_adult"]),
            ("users aged 25 to 30", vec!["young_adult"]),
            ("users aged 45", vec!["adult"]),
            ("13 to 19 year olds", vec!["teenager"]),
            ("movies from the twenties", vec![]),
            ("in the sixties", vec![]),
            ("movies over 60 minutes", vec![]),
            ("users over 90 minutes", vec![]),
        ] {
            let text = Text::new(raw);
            let found = (0..text.len()).find_map(|at| ages_at(&text, at));
            assert_eq!(found.map(|(groups, _)| groups).unwrap_or_default(), expected, "{raw}");
        }
    }
}
