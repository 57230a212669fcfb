//! Conditions on numbers: years, lengths, ratings, months.

mod compare;
mod date;
mod duration;
mod rating;

use std::ops::Range;

use crate::entity::negation;
use crate::lexicon::NUMBERS;
use crate::request::{Comparison, Conditions, Exclusion, Scale};
use crate::text::Text;

pub(crate) use date::is_decade;
use date::{decades, months, years};
use duration::durations;
use rating::ratings;

/// Reads all conditions on numbers, and claims their tokens.
pub(crate) fn read(text: &mut Text<'_>, conditions: &mut Conditions, notes: &mut Notes) {
    durations(text, conditions, notes);
    decades(text, conditions, notes);
    years(text, conditions, notes);
    ratings(text, conditions, notes);
    months(text, conditions, notes);
}

/// What is to be said of the conditions beside using them.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Conditions that cannot be asked of the tools together with the others.
    pub(crate) unused: Vec<String>,
    /// Conditions that nothing can fulfil together.
    pub(crate) contradiction: Option<String>,
    /// What is not wanted.
    pub(crate) without: Vec<Exclusion>,
    /// The condition that was read last.
    last: Range<usize>,
}

/// Adds a comparison over some tokens. Of two that are joined by "or", all that they
/// span is asked of the tools, and what lies between is left out.
fn add(
    text: &mut Text<'_>,
    slot: &mut Option<Comparison>,
    (comparison, range): (Comparison, Range<usize>),
    (scale, is_year): (Scale, bool),
    notes: &mut Notes,
) {
    let (mut comparison, mut range) = (comparison, range);
    if let Some(start) = negation::lead(text, range.start) {
        range.start = start;
        let opposite = comparison.opposite();
        match opposite {
            Some(opposite) => comparison = opposite,
            None => {
                if is_year {
                    notes.without.push(Exclusion::Years(comparison));
                } else {
                    notes.unused.push(text.slice(&range).to_owned());
                }
                text.claim(range);
                return;
            }
        }
    }
    let both = slot.map_or(Some(comparison), |earlier| earlier.and(comparison, scale));
    let alternative = (notes.last.end..range.start).any(|at| text.is(at, &["or"]));
    match both {
        _ if alternative && let Some(earlier) = *slot => {
            let (span, gap) = earlier.or(comparison, scale);
            match gap {
                Some(_) if !is_year => notes.unused.push(text.slice(&range).to_owned()),
                gap => {
                    *slot = span;
                    notes.without.extend(gap.map(Exclusion::Years));
                }
            }
        }
        Some(both) => *slot = Some(both),
        None => {
            let start = notes.last.start.min(range.start);
            notes.contradiction = Some(text.slice(&(start..range.end)).to_owned());
        }
    }
    notes.last = range.clone();
    text.claim(range);
}

/// A number in digits or words, with the tokens it takes.
pub(crate) fn value(text: &Text<'_>, at: usize) -> Option<(f64, usize)> {
    if let Some(number) = text.number(at) {
        return Some((number, 1));
    }
    let word = |at: usize| NUMBERS.iter().find(|(name, _)| *name == text.word(at)).map(|(_, n)| *n);
    let first = word(at)?;
    if text.is(at + 1, &["hundred"]) && (1.0..10.0).contains(&first) {
        let more = at + 2 + usize::from(text.is(at + 2, &["and"]));
        // "Two hundred and five"; not "two hundred and movies".
        let rest = value(text, more).filter(|(rest, _)| *rest < 100.0 && text.is_word(more));
        return Some(match rest {
            Some((rest, length)) => (first * 100.0 + rest, more + length - at),
            None => (first * 100.0, 2),
        });
    }
    if text.is(at + 1, &["dozen"]) {
        return Some((first * 12.0, 2));
    }
    if (20.0..100.0).contains(&first) {
        let unit = if text.is(at + 1, &["-"]) { at + 2 } else { at + 1 };
        if let Some(small) = word(unit).filter(|small| (1.0..10.0).contains(small)) {
            return Some((first + small, unit + 1 - at));
        }
    }
    Some((first, 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn conditions(raw: &str) -> Conditions {
        let mut conditions = Conditions::default();
        read(&mut Text::new(raw), &mut conditions, &mut Notes::default());
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
            ("1995 or 1996", Between(1995.0, 1996.0)),
            ("from the 1980s or 1990s", Between(1980.0, 1999.0)),
            ("not before 1990", AtLeast(1990.0)),
            ("not released after 1990", AtMost(1990.0)),
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
            ("during the Christmas holidays", Some(12.0)),
            ("released in May", Some(5.0)),
            ("you may recommend", None),
            ("in october", Some(10.0)),
            ("around Halloween", Some(10.0)),
            ("Christmas movies", None),
        ] {
            let expected = expected.map(Comparison::Exact);
            assert_eq!(conditions(raw).release_month, expected, "{raw}");
        }
        for (raw, first, last) in [
            ("between July and August", 7.0, 8.0),
            ("from March to May", 3.0, 5.0),
            ("in the summer months", 6.0, 8.0),
            ("in autumn", 9.0, 11.0),
        ] {
            let expected = Comparison::Between(first, last);
            assert_eq!(conditions(raw).release_month, Some(expected), "{raw}");
        }
        assert_eq!(conditions("in winter").release_month, None);
    }

    proptest! {
        #[test]
        fn no_text_panics(raw in "[a-z0-9 .,'+<>=-]{0,50}") {
            conditions(&raw);
        }
    }
}
