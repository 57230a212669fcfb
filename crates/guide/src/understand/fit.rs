//! Whether a certain item suits a user: "Recommend Toy Story to user 4", "Would he
//! like Fargo?"

use std::ops::Range;

use usher_names::Names;
use usher_protocol::Id;

use super::Entities;
use super::selecting::further;
use crate::context::Context;
use crate::entity::similar::{Model, titled, to_ids};
use crate::intent;
use crate::lexicon::{ITEM, PLAIN, PRONOUN_OF_USER, RECOMMEND, SOMETHING, is_item_noun};
use crate::request::{Request, Task};
use crate::text::Text;

/// What asks whether somebody likes what follows.
const LIKES: &[&str] = &[
    "like", "enjoy", "love", "watch", "see", "appreciate", "likes", "enjoys", "loves", "rate",
    "think of", "interested in", "be interested in", "hate", "dislike",
];
/// What an item is for a user.
const SUITS: &[&str] = &[
    "a good", "a great", "a nice", "a fair", "a bad", "a suitable", "a fine", "a fit", "a match",
    "the right", "a perfect", "good", "right", "suitable", "something", "worth", "suit", "suits",
    "fit", "fits", "match", "matches", "appeal", "appeals", "appropriate", "recommendable", "ok",
    "okay", "fine", "interest", "please", "recommended", "be",
];
/// What opens a question for yes or no.
const OPENS: &[&str] =
    &["is", "would", "will", "does", "do", "could", "might", "should", "can", "may", "how"];
/// How many tokens a title and the words before it may have.
const MOST_TOKENS: usize = 16;
const FILLERS: &[&str] = &[
    "the", "movie", "film", "me", "please", "watching", "well", "\"", "“", "”", "'", "title", ",",
];

/// The request, if the question is one whether certain items suit a user.
pub(super) fn fit(
    text: &Text<'_>,
    entities: &Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    if entities.similar.is_some() {
        return None;
    }
    let opens = text.is(0, OPENS) || text.is(0, &["what"]) && text.has(&["think"]);
    let of_user = !entities.users.is_empty() || text.has(PRONOUN_OF_USER) && context.user.is_some();
    let recommends = text.find(RECOMMEND);
    let mut corrections = Vec::new();
    let items = if entities.items.is_empty() {
        let by_verb = recommends.and_then(|verb| object(text, names, verb + 1, Verb::Recommends));
        let model = by_verb.or_else(|| {
            (opens && of_user).then(|| liked(text, names).or_else(|| suiting(text, names)))?
        })?;
        match model {
            Model::Titled { items, correction } => {
                corrections.extend(correction);
                items
            }
            _ => return None,
        }
    } else {
        let alone = entities.selection.is_empty() && entities.k.is_none_or(|k| k == 1);
        let asks = recommends.is_some() || opens && (0..text.len()).any(|at| asked(text, at));
        if !(alone && asks && of_user && !intent::asks_for_history(text)) {
            return None;
        }
        entities.items.clone()
    };
    let mut unused = Vec::new();
    let mut users = entities.users.iter().cloned();
    let user = users.next().or_else(|| context.user.clone());
    let also = further(users, &mut unused);
    Some(Request { corrections, unused, also, ..Request::from(Task::Fit { user, items }) })
}

/// What leads to a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    /// "Recommend …".
    Recommends,
    /// "Would he like …?"
    Asks,
}

fn asked(text: &Text<'_>, at: usize) -> bool {
    text.phrases(at, LIKES).or_else(|| text.phrases(at, SUITS)).is_some()
}

/// What stands between a verb and the end, without the user, is a title and nothing
/// else.
fn object(text: &Text<'_>, names: &Names, from: usize, verb: Verb) -> Option<Model> {
    let mut start = from;
    // "Recommend to user 4 Toy Story".
    if let Some(end) = user_at(text, start) {
        start = end;
    }
    let end = (start..text.len())
        .find(|at| user_at(text, *at).is_some() || text.is(*at, &["?", "!", ";"]))
        .unwrap_or(text.len());
    title(text, names, start..end, verb)
}

/// "to user 4", "for him", "user 4": where it ends, if it begins here.
fn user_at(text: &Text<'_>, at: usize) -> Option<usize> {
    let led = at + usize::from(text.is(at, &["to", "for"]));
    if led > at && text.is(led, PRONOUN_OF_USER) {
        return Some(led + 1);
    }
    let mut end = led + usize::from(text.is(led, &["the"]));
    if !(crate::lexicon::USER.contains(&text.word(end)) && text.is_claimed(end)) {
        return None;
    }
    while text.is_claimed(end) {
        end += 1;
    }
    Some(end)
}

/// "Would user 4 like Toy Story?"
fn liked(text: &Text<'_>, names: &Names) -> Option<Model> {
    (1..text.len()).find_map(|at| {
        let length = text.phrases(at, LIKES)?;
        let after_user = text.is_claimed(at - 1)
            || text.before_is(at, 1, PRONOUN_OF_USER)
            || text.before_is(at, 1, &["be", "really", "probably", "s"]);
        after_user.then(|| object(text, names, at + length, Verb::Asks))?
    })
}

/// "Is Fargo a good choice for user 12?"
fn suiting(text: &Text<'_>, names: &Names) -> Option<Model> {
    let to_user = (0..text.len()).any(|at| user_at(text, at).is_some());
    if !to_user {
        return None;
    }
    let start = (0..text.len()).find(|at| {
        !text.is(*at, OPENS) && !text.is(*at, FILLERS) && !text.is(*at, PLAIN)
            || names_begin(text, *at)
    })?;
    (start + 1..text.len()).find_map(|end| {
        text.phrases(end, SUITS)?;
        title(text, names, start..end, Verb::Asks)
    })
}

fn names_begin(text: &Text<'_>, at: usize) -> bool {
    text.is_proper(at)
}

/// The title that some tokens are, if they are one.
fn title(text: &Text<'_>, names: &Names, range: Range<usize>, verb: Verb) -> Option<Model> {
    let Range { mut start, mut end } = range;
    let whole = |start: usize, end: usize| -> Option<Model> {
        let phrase = text.slice(&(start..end));
        let items = if phrase.is_empty() { Vec::new() } else { names.ids_titled(phrase) };
        (!items.is_empty()).then(|| Model::Titled { items: to_ids(items), correction: None })
    };
    while end > start && (text.before_is(end, 1, FILLERS) || text.before_is(end, 1, &["."])) {
        end -= 1;
    }
    // No title is as long as a whole text.
    if end.saturating_sub(start) > MOST_TOKENS {
        return None;
    }
    let proper = |start: usize, end: usize| (start..end).any(|at| text.is_proper(at));
    let words = |start: usize, end: usize| (start..end).filter(|at| text.is_word(*at)).count();
    loop {
        // One word in small letters is mostly no title: "recommend cinema".
        let quoted = text.before_is(start, 1, &["\"", "“"]);
        let asked = verb == Verb::Asks && !text.is(start, PLAIN);
        let named = proper(start, end) || words(start, end) > 1 || quoted || asked;
        let known = names
            .mentions(text.slice(&(start..end)))
            .iter()
            .any(|mention| mention.span.len() == text.slice(&(start..end)).len());
        if named
            && !known
            && let Some(model) = whole(start, end)
        {
            return Some(model);
        }
        if start < end && (text.is(start, FILLERS) || text.is(start, ITEM)) {
            start += 1;
            continue;
        }
        break;
    }
    // A slip in a title: only where it looks like one.
    let looks = proper(start, end)
        && words(start, end) > 1
        && (start..end).all(|at| {
            !text.is_claimed(at) && !is_item_noun(text.word(at)) && !text.is(at, SOMETHING)
        })
        && (start..end).any(|at| text.is_word(at) && !text.is(at, PLAIN))
        && names.mentions(text.slice(&(start..end))).is_empty();
    looks
        .then(|| titled(names, text.slice(&(start..end))))
        .filter(|model| matches!(model, Model::Titled { .. }))
}

/// The items of a title that stands in the text, for a question on popularity.
pub(super) fn spoken_of(text: &Text<'_>, entities: &Entities, names: &Names) -> Vec<Id> {
    if !entities.items.is_empty() {
        return entities.items.clone();
    }
    match crate::entity::titles::asked(text, names) {
        Some(Model::Titled { items, .. }) => items,
        _ => Vec::new(),
    }
}
