//! Genres, countries and age ratings.

use std::ops::Range;

use usher_names::{Field, How, Mention, Names, Resolution};

use crate::entity::negation;
use crate::entity::numbers::{Notes, value};
use crate::lexicon::{GENRE_ADJECTIVES, LIKES, PLAIN, RECOMMEND, USER, is_item_noun};
use crate::request::{Conditions, Exclusion, ItemField};
use crate::text::Text;

/// The tokens of the genres in a text.
pub(crate) fn genre_tokens(text: &Text<'_>, mentions: &[Mention]) -> Vec<Range<usize>> {
    mentions
        .iter()
        .filter(|mention| mention.field == Field::Genre)
        .map(|mention| text.tokens_of(&mention.span))
        .collect()
}

/// Reads genres, countries and age ratings, and claims their tokens.
pub(crate) fn read(
    text: &mut Text<'_>,
    mentions: &[Mention],
    conditions: &mut Conditions,
    notes: &mut Notes,
) {
    let mut last_genre: Option<Range<usize>> = None;
    let mut last_negated: Option<Range<usize>> = None;
    for mention in mentions {
        let range = text.tokens_of(&mention.span);
        if mention.field.is_person() || range.is_empty() || !text.is_free(&range) {
            continue;
        }
        if mention.field == Field::AgeRating && !is_age_rating(text, &range) {
            continue;
        }
        if mention.field == Field::Country
            && text.before_is(range.start, 1, &["in"])
            && mention.how == How::OtherName
            && text.is(range.start, &["english", "french", "german", "italian", "spanish"])
            && (!text.is_word(range.end)
                || text.is(range.end, &["to", "for", "and", "with", "please", "from", "that"]))
        {
            // A language.
            continue;
        }
        if let Some(start) = negation::before(text, &range, last_negated.as_ref()) {
            let field = match mention.field {
                Field::Country => ItemField::Country,
                Field::AgeRating => ItemField::AgeRating,
                _ => ItemField::Genres,
            };
            notes.without.push(Exclusion::Names(field, mention.names.clone()));
            last_negated = Some(start..range.end);
            text.claim(start..range.end);
            continue;
        }
        match mention.field {
            Field::Genre => {
                if let Some(last) = &last_genre
                    && last.end < range.start
                    && (last.end..range.start).all(|at| {
                        text.is(at, &["or", ",", "either", "a", "an"])
                            || is_item_noun(text.word(at))
                    })
                    && (last.end..range.start).any(|at| text.is(at, &["or"]))
                {
                    conditions.any = true;
                }
                for name in &mention.names {
                    if !conditions.genres.contains(name) {
                        conditions.genres.push(name.clone());
                    }
                }
                last_genre = Some(range.clone());
            }
            Field::Country => {
                one(
                    &mut conditions.country, mention, &mut notes.unused,
                    "only one country at a time",
                );
            }
            Field::AgeRating => {
                one(
                    &mut conditions.age_rating,
                    mention,
                    &mut notes.unused,
                    "only one age rating at a time",
                );
            }
            Field::Actor | Field::Director | Field::Producer => continue,
        }
        text.claim(range);
    }
    unknown_age_rating(text, conditions);
}

fn one(slot: &mut Option<String>, mention: &Mention, unused: &mut Vec<String>, why: &str) {
    let Some(name) = mention.names.first() else { return };
    match slot {
        None => *slot = Some(name.clone()),
        Some(known) if known == name => {}
        Some(_) => unused.push(format!("{name} ({why})")),
    }
}

/// "PG-13 movies", "rated R", "R-rated": letters that are an age rating, and no
/// other word.
fn is_age_rating(text: &Text<'_>, range: &Range<usize>) -> bool {
    let written = text.slice(range);
    let capitals = written.chars().all(|c| !c.is_lowercase());
    let cued = (range.start.saturating_sub(3)..range.start)
        .any(|at| text.is(at, &["rated", "rating", "certificate", "certification", "ratings"]))
        || text.is(range.end, &["rated"])
        || text.is(range.end, &["-"]) && text.is(range.end + 1, &["rated"])
        || text.is(range.end, &["rating"]);
    // "Popular G rated content": of the item, not of what a user did.
    let adjoins = text.before_is(range.start, 1, &["rated", "certificate"])
        || text.is(range.end, &["rated"])
        || text.is(range.end, &["-"]) && text.is(range.end + 1, &["rated"]);
    let plain_words = written.chars().filter(|c| c.is_lowercase()).count() > 2;
    match () {
        () if plain_words => (range.start.saturating_sub(4)..range.start)
            .any(|at| text.phrase(at, "age rating").is_some()),
        () if written.len() >= 4 || adjoins => true,
        () if written.len() >= 2 => capitals && (cued || is_item_noun(text.word(range.end))),
        () => capitals && cued,
    }
}

/// "rated PG-14": what stands where an age rating stands.
fn unknown_age_rating(text: &mut Text<'_>, conditions: &mut Conditions) {
    if conditions.age_rating.is_some() {
        return;
    }
    for at in 0..text.len() {
        let Some(length) =
            text.phrases(at, &["age rating", "age rating of", "age rating is", "rated"])
        else {
            continue;
        };
        let start = at + length;
        let mut end = start;
        while end < text.len()
            && (text.token(end).is_some_and(|token| token.capital)
                || end > start && (text.number(end).is_some() || text.is(end, &["-"])))
        {
            end += 1;
            if !text.touches_next(end - 1) {
                break;
            }
        }
        let longest = (start..text.len())
            .filter_map(|at| {
                text.phrases(at, &["age rating", "age rating of", "age rating is"]).map(|n| at + n)
            })
            .max();
        if end > start
            && longest.is_none_or(|longest| longest <= start)
            && text.is_free(&(start..end))
        {
            conditions.age_rating = Some(text.slice(&(start..end)).to_owned());
            text.claim(at..end);
            return;
        }
    }
}

/// Reads the words that describe items and are no names: "comdy movies",
/// "mind-bending films", "something relaxing". Gives what is left as a text to
/// search for, and the tokens of misspelled genres.
pub(crate) fn adjectives(
    text: &mut Text<'_>,
    names: &Names,
    conditions: &mut Conditions,
    notes: &mut Notes,
) -> (Option<String>, Vec<Range<usize>>) {
    let mut rest: Vec<String> = Vec::new();
    let mut slips = Vec::new();
    for Description { range, free } in descriptions(text) {
        let word = text.slice(&range).to_owned();
        let lower = word.to_lowercase();
        if let Some(start) = negation::lead(text, range.start) {
            match excluded_genre(names, &lower) {
                Some(genres) => notes.without.push(Exclusion::Names(ItemField::Genres, genres)),
                None if free => notes.unused.push(text.slice(&(start..range.end)).to_owned()),
                None => continue,
            }
            text.claim(start..range.end);
            continue;
        }
        if let Some((_, genre)) = GENRE_ADJECTIVES.iter().find(|(word, _)| *word == lower)
            && let Resolution::Known(known) = names.resolve(Field::Genre, genre)
        {
            for name in known {
                if !conditions.genres.contains(&name) {
                    conditions.genres.push(name);
                }
            }
        } else if is_slip(names, Field::Genre, &lower, 4) {
            conditions.any |=
                !conditions.genres.is_empty() && text.before_is(range.start, 1, &["or"]);
            conditions.genres.push(word);
            slips.push(range.clone());
        } else if conditions.country.is_none() && is_slip(names, Field::Country, &lower, 5) {
            conditions.country = Some(word);
        } else if free {
            rest.push(word);
        } else {
            continue;
        }
        text.claim(range);
    }
    ((!rest.is_empty()).then(|| rest.join(" ")), slips)
}

/// The genres that a word means, by another word or with a slip of the pen.
fn excluded_genre(names: &Names, lower: &str) -> Option<Vec<String>> {
    let other = GENRE_ADJECTIVES.iter().find(|(word, _)| *word == lower).map(|(_, genre)| *genre);
    match names.resolve(Field::Genre, other.unwrap_or(lower)) {
        Resolution::Known(known) => Some(known),
        Resolution::Corrected(name) if is_slip(names, Field::Genre, lower, 4) => Some(vec![name]),
        Resolution::Corrected(_) | Resolution::Unknown { .. } => None,
    }
}

/// A slip of the pen for one name, with the same first letter.
fn is_slip(names: &Names, field: Field, lower: &str, least: usize) -> bool {
    if lower.chars().count() < least {
        return false;
    }
    match names.resolve(field, lower) {
        Resolution::Corrected(name) => name.to_lowercase().chars().next() == lower.chars().next(),
        Resolution::Known(_) | Resolution::Unknown { .. } => false,
    }
}

/// Words that stand where a description stands: before a noun for items, after
/// "something", or where the noun itself should be ("some comdies").
fn descriptions(text: &Text<'_>) -> Vec<Description> {
    let mut found: Vec<Description> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let free = text.is_word(at)
            && !text.is_claimed(at)
            && !text.is(at, PLAIN)
            && !text.is(at, RECOMMEND)
            && !text.is(at, USER)
            && !text.is(at, LIKES)
            && !is_item_noun(text.word(at))
            && value(text, at).is_none();
        if !free {
            at += 1;
            continue;
        }
        // A hyphenated word is one.
        let mut end = at + 1;
        while text.is(end, &["-"]) && text.touches_next(end - 1) && text.is_word(end + 1) {
            end += 2;
        }
        let goes_on = found
            .last()
            .is_some_and(|last| (last.range.end..at).all(|i| text.is(i, &[",", "and", "but"])));
        let describes =
            (led(text, at) || goes_on) && leads_to_noun(text, end) || after_something(text, at);
        if describes || stands_alone(text, at, end) {
            found.push(Description { range: at..end, free: describes });
        }
        at = end;
    }
    found
}

/// A word that may describe items.
struct Description {
    range: Range<usize>,
    /// It may be any word; else only a slip for a name.
    free: bool,
}

/// What stands before it lets a word be a description, and not a verb.
fn led(text: &Text<'_>, at: usize) -> bool {
    const DETERMINERS: &[&str] = &[
        "some", "any", "a", "an", "the", "few", "more", "other", "good", "great", "nice", "best",
        "new", "old", "really", "very", "most", "me", "him", "her", "them", "these", "those",
        "which", "what", "all", "many", "several", "of", "find", "show", "list", "give", "watch",
        "see", "and",
    ];
    let Some(before) = at.checked_sub(1) else { return false };
    // After "user 12" a word in -s is a verb: "user 12 loves …".
    let verb = text.word(at).ends_with('s') && text.number(before).is_some();
    let leads = text.is(before, DETERMINERS)
        || text.is(before, RECOMMEND)
        || text.is_claimed(before)
        || text.number(before).is_some();
    leads && !verb
}

/// Only words that describe go on to a noun.
fn leads_to_noun(text: &Text<'_>, mut at: usize) -> bool {
    for _ in 0..5 {
        if is_item_noun(text.word(at)) {
            return true;
        }
        let goes_on = text.is(at, &[",", "-", "and", "but"])
            || text.is_claimed(at) && text.number(at).is_none()
            || text.is_word(at) && !text.is(at, PLAIN)
            || text.is(at, &["old", "new", "good", "popular", "short", "long"]);
        if !goes_on {
            return false;
        }
        at += 1;
    }
    false
}

/// "something relaxing", "anything really dark".
fn after_something(text: &Text<'_>, at: usize) -> bool {
    (1..=3).any(|back| {
        at.checked_sub(back).is_some_and(|lead| {
            text.is(lead, &["something", "anything"])
                && (lead + 1..at).all(|i| {
                    text.is(i, &["really", "very", "more", "a", "bit", "and", ","])
                        || text.is_claimed(i)
                })
        })
    })
}

/// "some comdies to user 3", "recommend comdies", "recommend som comdies",
/// "westerns or comdies", "which comdies could user 3 …".
fn stands_alone(text: &Text<'_>, at: usize, end: usize) -> bool {
    const LEADS: &[&str] = &[
        "some", "any", "a", "an", "good", "best", "list", "find", "the", "or", "and", ",", "which",
        "what", "more", "many", "all", "new", "for", ":", "few", "of", "show", "any",
    ];
    const ENDS: &[&str] = &[
        "to", "for", ".", "?", "!", ",", ";", ":", "from", "with", "released", "could", "would",
        "should", "can", "might", "may", "will", "do", "does", "did", "is", "are", "user", "that",
        "which", "who", "about", "by", "on", "starring", "directed", "please", "and", "or", "in",
        "of", "made", "after", "before", "like", "has",
    ];
    let led = at == 0
        || text.before_is(at, 1, LEADS)
        || text.before_is(at, 1, RECOMMEND)
        || text.before_is(at, 2, RECOMMEND)
        || at
            .checked_sub(1)
            .is_some_and(|before| text.number(before).is_some() || text.is_claimed(before));
    led && (end >= text.len() || text.is(end, ENDS))
}
