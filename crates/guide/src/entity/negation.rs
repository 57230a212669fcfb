//! What is not wanted: "no horror", "anything but comedies", "without Tom Cruise".

use std::ops::Range;

use crate::lexicon::is_item_noun;
use crate::text::Text;

/// What turns round what follows it.
const NEGATORS: &[&str] = &[
    "no", "not", "non", "without", "except", "except for", "excluding", "exclude", "excludes",
    "never", "isn't", "aren't", "wasn't", "weren't", "don't", "doesn't", "neither", "nor", "avoid",
    "avoiding", "skip", "minus", "nothing", "hate", "hates", "dislike", "dislikes", "unlike",
    "other than", "apart from", "aside from", "anything but", "everything but", "all but",
    "anyone but", "instead of", "doesn't like", "don't like", "does not like", "do not like",
    "didn't like", "can't stand", "cannot stand", "doesn't want", "don't want", "does not want",
    "do not want", "tired of", "sick of", "fed up with", "bored of", "bored with", "leave out",
    "leaving out", "free of", "but no", "but not", "not interested in", "not into", "not a fan of",
    "allergic to", "enough of", "can't be", "must not be", "should not be", "not to be",
    "rather than", "hated", "disliked", "loathes", "loathed", "detests", "detested",
    "didn't enjoy", "did not like", "did not enjoy", "doesn't enjoy", "couldn't stand",
];
/// What may stand between.
const FILLERS: &[&str] = &[
    "a", "an", "any", "the", "-", "from", "in", "of", "watch", "see", "ones", "one", "that",
    "which", "are", "is", "were", "was", "with", "by", "rated", "released", "made", "starring",
    "directed", "featuring", "more", "another", "too", "so", "very", "really", "overly", "much",
    "anything", "something", "be", "for", "about", "\"", "“",
];
/// What goes on with it.
const JOINS: &[&str] = &["or", "nor", "and", "&"];

/// Where the negation of what begins at a token begins, if it is negated. `last` is
/// what was negated before: "no horror or comedies" wants neither.
pub(crate) fn before(
    text: &Text<'_>,
    range: &Range<usize>,
    last: Option<&Range<usize>>,
) -> Option<usize> {
    lead(text, range.start).or_else(|| {
        let between = last?.end..range.start;
        let comma = between.clone().any(|at| text.is(at, &[","]));
        let goes_on = between.clone().all(|at| {
            text.is(at, JOINS)
                || text.is(at, &[",", "any", "the", "a", "an"])
                || is_item_noun(text.word(at))
        });
        let joined = between.clone().any(|at| text.is(at, JOINS))
            // "No horror, thrillers or comedies"; not "no horror, comedies please".
            || comma && (range.end..range.end + 4).any(|at| text.is(at, JOINS));
        (goes_on && joined && between.start <= between.end).then_some(between.start)
    })
}

/// Where a negation that leads to a token begins.
pub(crate) fn lead(text: &Text<'_>, start: usize) -> Option<usize> {
    let mut end = start;
    for _ in 0..6 {
        if let Some(at) = ending_at(text, end) {
            // "Why not horror?", "whether or not".
            return (!text.before_is(at, 1, &["why", "or", "if"])
                || text.before_is(at, 1, &["or"]) && text.is(at, &["no"]))
            .then_some(at);
        }
        let filler = |at: &usize| text.is(*at, FILLERS) || is_item_noun(text.word(*at));
        end = end.checked_sub(1).filter(filler)?;
    }
    None
}

/// The longest negation that begins at a token, in tokens.
pub(crate) fn at(text: &Text<'_>, start: usize) -> Option<usize> {
    text.phrases(start, NEGATORS)
}

/// Where the longest of the negations that end at a token begins.
fn ending_at(text: &Text<'_>, end: usize) -> Option<usize> {
    NEGATORS
        .iter()
        .filter_map(|phrase| {
            let start = end.checked_sub(phrase.split(' ').count())?;
            text.phrase(start, phrase).map(|_| start)
        })
        .min()
}

/// Negations of which nothing was made, with what they are of: to be told.
pub(crate) fn left_over(text: &Text<'_>) -> Vec<String> {
    const MOST_TOKENS: usize = 6;
    const PLAIN: &[&str] =
        &["no", "not", "without", "except", "excluding", "exclude", "avoid", "unlike", "nothing"];
    const ENDS: &[&str] =
        &["to", "for", "and", "but", "that", "which", "please", ".", "?", ",", "!"];
    // What these say is no condition.
    const OWN: &[&str] = &[
        "seen", "watched", "rated", "yet", "see", "watch", "matter", "idea", "problem", "only",
        "just", "sure", "more", "less", "know", "one",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        at += 1;
        if !text.is(start, PLAIN) || text.is_claimed(start) {
            continue;
        }
        while at < start + MOST_TOKENS
            && at < text.len()
            && !text.is(at, ENDS)
            && !text.is_claimed(at)
        {
            at += 1;
        }
        let own = (start + 1..at).any(|i| text.is(i, OWN));
        if at > start + 1 && !own {
            found.push(text.slice(&(start..at)).to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negations_are_found_before_what_they_are_of() {
        for (raw, word, negated) in [
            ("no horror", "horror", true),
            ("anything but horror", "horror", true),
            ("nothing but horror", "horror", false),
            ("not only horror", "horror", false),
            ("why not horror", "horror", false),
            ("no movies with blood", "blood", true),
            ("he doesn't like horror", "horror", true),
            ("user 4 hates horror", "horror", true),
            ("non-horror films", "horror", true),
            ("not seen, horror", "horror", false),
            ("no drama but horror", "horror", false),
            ("other than horror", "horror", true),
        ] {
            let text = Text::new(raw);
            let at = text.find(&[word]).unwrap();
            assert_eq!(lead(&text, at).is_some(), negated, "{raw}");
        }
    }

    #[test]
    fn what_is_joined_to_it_is_negated_too() {
        for (raw, negated) in [
            ("no horror or comedies", true),
            ("no horror, thrillers or comedies", true),
            ("no horror movies and comedies", true),
            ("no horror but comedies", false),
            ("no horror, comedies please", false),
        ] {
            let text = Text::new(raw);
            let (horror, comedies) =
                (text.find(&["horror"]).unwrap(), text.find(&["comedies"]).unwrap());
            let last = if let Some(at) = text.find(&["thrillers"]) {
                at..at + 1
            } else {
                horror..horror + 1
            };
            let found = before(&text, &(comedies..comedies + 1), Some(&last));
            assert_eq!(found.is_some(), negated, "{raw}");
        }
    }

    #[test]
    fn what_nothing_was_made_of_is_told() {
        for (raw, told) in [
            ("movies without dinosaurs to user 4", vec!["without dinosaurs"]),
            ("movies that he has not seen yet", vec![]),
        ] {
            assert_eq!(left_over(&Text::new(raw)), told, "{raw}");
        }
    }
}
