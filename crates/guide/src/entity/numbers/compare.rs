//! Comparisons with a number: "at least", "shorter than", "between".

use std::ops::Range;

use crate::request::Comparison;
use crate::text::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
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
    ("not older than", Op::AtLeast),
    ("no older than", Op::AtLeast),
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
    ("not newer than", Op::AtMost),
    ("no newer than", Op::AtMost),
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

pub(super) fn before(text: &Text<'_>, at: usize) -> Option<(Op, usize)> {
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
            return Some(none_so(text, op, start).unwrap_or((op, start)));
        }
        end = end.checked_sub(1).filter(|filler| text.is(*filler, FILLERS))?;
    }
    None
}

/// "None of them longer than", "none newer than": the opposite of what follows.
fn none_so(text: &Text<'_>, op: Op, start: usize) -> Option<(Op, usize)> {
    const BETWEEN: &[&str] = &["of", "them", "which", "these", "those", "is", "are", "be", "made"];
    let opposite = match op {
        Op::Higher => Op::AtMost,
        Op::Lower => Op::AtLeast,
        Op::AtLeast => Op::Lower,
        Op::AtMost => Op::Higher,
        Op::Exact | Op::Around => return None,
    };
    let mut end = start;
    for _ in 0..4 {
        let before = end.checked_sub(1)?;
        if text.is(before, &["none"]) {
            return Some((opposite, before));
        }
        end = before;
        if !text.is(before, BETWEEN) {
            return None;
        }
    }
    None
}

fn after(text: &Text<'_>, at: usize) -> Option<(Op, usize)> {
    AFTER.iter().find_map(|(phrase, op)| Some((*op, at + text.phrase(at, phrase)?)))
}

/// A comparison with one number, over the tokens from `start` to `end`. `around`
/// is how far "around" goes.
pub(super) fn compared(
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
pub(super) fn range_from(
    text: &Text<'_>,
    first: usize,
    after_first: usize,
) -> Option<(usize, usize)> {
    let joined = text.is(after_first, &["and", "to", "-", "–", "—", "until", "till", "through"]);
    let lead = first.checked_sub(1).filter(|lead| text.is(*lead, &["between", "from"]));
    let bare = text.is(after_first, &["to", "-", "–", "—", "through"]);
    (joined && (lead.is_some() || bare)).then(|| (after_first + 1, lead.unwrap_or(first)))
}
