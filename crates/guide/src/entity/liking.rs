//! Somebody of whom only items are told that they like: "someone who liked 50 and 98",
//! "my favourite films are Fargo and Heat".

use std::ops::Range;

use usher_names::{Mention, Names};
use usher_protocol::Id;

use crate::entity::similar::{Model, titled, to_ids, with_roman_numeral};
use crate::entity::{ids, negation};
use crate::intent;
use crate::lexicon::{PLAIN, SOMETHING, USER, is_item_noun};
use crate::request::Exclusion;
use crate::text::Text;

/// Items that somebody likes and does not like, and what is to be told of how they were read.
#[derive(Debug, Default)]
pub(crate) struct Liking {
    pub(crate) items: Vec<Id>,
    pub(crate) unliked: Vec<Exclusion>,
    pub(crate) corrections: Vec<String>,
    /// Titles that the catalogue lacks.
    pub(crate) unknown: Vec<String>,
    /// It goes on from what was told before: "I also liked 100".
    pub(crate) also: bool,
    /// It is "he" or "she" who likes it.
    pub(crate) theirs: bool,
}

const LIKED: &[&str] = &[
    "liked", "loved", "enjoyed", "adored", "likes", "loves", "enjoys", "adores", "like", "love",
    "enjoy", "adore", "favourited", "appreciated", "fan of", "fans of", "fond of", "keen on",
    "into", "mad about", "crazy about",
];
/// What leads to what is liked, whoever likes it, where a recommendation is asked for.
const GIVEN: &[&str] = &[
    "based on", "given", "going by", "judging by", "fan of", "fans of", "lover of", "lovers of",
    "admirers of", "after watching", "after seeing", "after finishing",
];
/// What is liked only where more of it is asked for.
const SEEN: &[&str] = &["watched", "saw", "seen", "bought", "rented", "finished"];
/// What may stand between somebody and what they do.
const ADVERBS: &[&str] = &[
    "just", "really", "also", "only", "already", "has", "have", "had", "absolutely", "always",
    "recently", "both", "is", "am", "are", "was", "a", "an", "big", "huge", "great", "the",
    "especially", "particularly", "mostly", "usually", "quite", "very", "much", "new", "seen",
    "watched", "and",
];
/// What may stand between the items of a list.
const BETWEEN: &[&str] = &[
    ",", "and", "&", "or", "both", "the", "\"", "“", "”", "(", ")", "#", "as", "well", "also",
    "item", "id", "ids", "number", "numbers", ":", "+", "plus", ";", "too", "all", "of",
];
/// What may lead on from what is liked to what is not, or back.
const TURNS: &[&str] = &[
    ",", ";", "and", "but", "yet", "though", "although", "however", "i", "he", "she", "they", "we",
    "who", "has", "have", "really", "also",
];
/// Small words within a title.
const SMALL: &[&str] = &["of", "the", "a", "an", "in", "to", "on", "for", "with", "at", "'", "s"];

/// The items that somebody likes who is not named otherwise. Claims the words.
pub(crate) fn read(text: &mut Text<'_>, names: &Names, mentions: &[Mention]) -> Liking {
    for at in 0..text.len() {
        let told_by =
            somebody(text, at).or_else(|| favourites(text, at)).or_else(|| given(text, at));
        let Some((from, start, likes)) = told_by else { continue };
        let (mut liking, end) = told(text, names, mentions, start, likes);
        if !liking.items.is_empty() {
            text.claim(from..end);
        }
        if !liking.items.is_empty() || !liking.unknown.is_empty() {
            let own = text.is(from, OWN) && intent::recommends(text).is_none();
            liking.theirs = text.is(from, THEY);
            liking.also = own || (from..end + 2).any(|i| text.is(i, &["also", "too"]));
            return liking;
        }
    }
    Liking::default()
}

/// Who is spoken of.
const THEY: &[&str] = &["he", "she", "they", "his", "her", "their"];
/// Who speaks of themselves.
const OWN: &[&str] = &["i", "we", "i've", "we've", "i'm", "we're"];

/// Somebody before a verb of liking: where that begins, where what is liked begins, and
/// whether it is liked.
fn somebody(text: &Text<'_>, verb: usize) -> Option<(usize, usize, bool)> {
    const SOMEBODY: &[&str] = &[
        "someone", "somebody", "anyone", "anybody", "friend", "people", "those", "guest", "guests",
        "newcomer", "stranger", "visitor", "them",
    ];
    const ASKED: &[&str] = &["which", "what", "many", "of"];
    const ASKS: &[&str] =
        &["do", "does", "did", "would", "will", "should", "could", "can", "might", "may", "which"];
    const MORE: &[&str] = &["else", "next", "now", "similar", "same", "kind", "more", "then"];
    let asks = intent::recommends(text).is_some() || text.has(MORE);
    let seen = text.is(verb, SEEN);
    let (length, likes) = match text.phrases(verb, LIKED).or(seen.then_some(1)) {
        Some(length) => (length, true),
        None => (negation::at(text, verb)?, false),
    };
    let mut at = verb;
    while at > 0 && text.is(at - 1, ADVERBS) {
        at -= 1;
    }
    let subject = at.checked_sub(1);
    let is = |at: usize| {
        (text.is(at, SOMEBODY) || text.is(at, USER)) && !text.before_is(at, 1, ASKED)
            // "Films about someone who …", but "what about someone who …".
            && (!text.before_is(at, 1, &["about"]) || text.before_is(at, 2, &["what", "how"]))
    };
    let new = |at: usize| {
        let before = 1 + usize::from(text.before_is(at, 1, &["new", "certain", "fresh"]));
        let told = text.before_is(at, before, &["a", "an", "one", "our", "my", "the", "this"]);
        let from = at.saturating_sub(before);
        (told || text.word(at).starts_with("some")) && !text.before_is(from, 1, ASKS)
    };
    let from = match subject {
        // "Liked 50 and 98, what next?"
        None if likes && text.word(verb).ends_with(['d', 's']) && verb == 0 => 0,
        None => return None,
        Some(who) if text.is(who, &["who", "that"]) => match who.checked_sub(1)? {
            user if text.is_claimed(user) => who,
            noun if is(noun) => noun - usize::from(text.before_is(noun, 1, &["a", "the", "any"])),
            _ => return None,
        },
        // "User 9 loved Fargo, what else?"
        Some(user) if text.is_claimed(user) => {
            let tells = text.word(verb).ends_with(['d', 's']) || seen;
            (asks && tells).then_some(at)?
        }
        Some(own) if text.is(own, OWN) || text.is(own, THEY) => {
            // "The films (that) I liked".
            let that = own.saturating_sub(usize::from(text.before_is(own, 1, &["that"])));
            let of_items = is_item_noun(text.before(that)) || text.before_is(that, 1, SOMETHING);
            (!(of_items || text.before_is(own, 1, ASKS) || seen && !asks)).then_some(own)?
        }
        Some(noun) if is(noun) && new(noun) && (!seen || asks) => noun,
        Some(_) => return None,
    };
    text.is_free(&(from..verb)).then_some((from, verb + length, likes))
}

/// "Based on Fargo and Heat, what should I watch?", "for a fan of Fargo".
fn given(text: &Text<'_>, at: usize) -> Option<(usize, usize, bool)> {
    let start = at + text.phrases(at, GIVEN)?;
    // "A film based on Emma" is another thing.
    let of_items = is_item_noun(text.before(at)) || text.before_is(at, 1, &["story", "is", "are"]);
    let asks =
        intent::recommends(text).is_some() || intent::wishes(text) || intent::speaks_of_items(text);
    (asks && !of_items && negation::lead(text, at).is_none()).then_some((at, start, true))
}

/// "My favourite films are", "whose favourites include".
fn favourites(text: &Text<'_>, at: usize) -> Option<(usize, usize, bool)> {
    const FAVOURITE: &[&str] = &["favourite", "favourites", "favorite", "favorites", "top"];
    const WHOSE: &[&str] = &["my", "our", "whose", "his", "her", "their"];
    const ARE: &[&str] = &["are", "is", "were", "was", "include", "includes", ":", "=", "being"];
    let from = (1..4).find_map(|back| at.checked_sub(back).filter(|i| text.is(*i, WHOSE)))?;
    let mut end = at + 1;
    while is_item_noun(text.word(end)) || text.is(end, &["of", "all", "time", "ever", "so", "far"])
    {
        end += 1;
    }
    (text.is(at, FAVOURITE) && text.is(end, ARE)).then_some((from, end + 1, true))
}

/// What is said from a token on to be liked, or not, and where that ends.
pub(crate) fn told(
    text: &Text<'_>,
    names: &Names,
    mentions: &[Mention],
    start: usize,
    mut likes: bool,
) -> (Liking, usize) {
    let mut liking = Liking::default();
    let (mut at, mut end) = (start, start);
    loop {
        let (list, after) = list(text, names, mentions, at);
        if after == at {
            return (liking, end);
        }
        end = after;
        liking.corrections.extend(list.corrections);
        liking.unknown.extend(list.unknown);
        for (items, written) in list.items {
            if !likes {
                liking.unliked.push(Exclusion::Items(items, written));
            } else if let Some(item) = items.into_iter().next()
                && !liking.items.contains(&item)
            {
                liking.items.push(item);
            }
        }
        // "…, but hated Alien", "not 181".
        at = end;
        let turn = loop {
            match (negation::at(text, at), text.phrases(at, LIKED)) {
                (Some(length), _) => break Some((length, false)),
                // "Would someone who liked Fargo like Heat?"
                (None, Some(_)) if at == end => break None,
                (None, Some(length)) => break Some((length, true)),
                (None, None) if text.is(at, TURNS) => at += 1,
                (None, None) => break None,
            }
        };
        let Some((length, liked)) = turn else { return (liking, end) };
        (at, likes) = (at + length, liked);
    }
}

/// Items one after another, with their words.
#[derive(Debug, Default)]
struct List {
    items: Vec<(Vec<Id>, String)>,
    corrections: Vec<String>,
    unknown: Vec<String>,
}

/// The items that are listed from a token on, and where the list ends.
fn list(text: &Text<'_>, names: &Names, mentions: &[Mention], start: usize) -> (List, usize) {
    let titles = names.title_mentions(text.raw);
    let mut list = List::default();
    let (mut at, mut end) = (start, start);
    while at < text.len() {
        let title = titles.iter().find_map(|mention| {
            let range = text.tokens_of(&mention.span);
            // A word in small letters is mostly no title, but where it is all of an entry.
            let meant = range.len() > 2
                || range.clone().any(|at| text.is_proper(at))
                || range.clone().any(|at| text.is_word(at) && !text.is(at, PLAIN))
                    && ends(text, range.end);
            let other = mentions.iter().any(|other| text.tokens_of(&other.span) == range);
            (range.start == at && meant && !other && text.is_free(&range))
                .then(|| (range.end, mention.items.clone()))
        });
        let written = |to: usize| text.slice(&(at..to)).to_owned();
        at = if let Some((after, items)) = title {
            // "Toy Story 2" is not "Toy Story".
            let sequel = text.number(after).is_some_and(|n| (2.0..10.0).contains(&n));
            if sequel {
                match with_roman_numeral(&written(after + 1)).map(|title| names.ids_titled(&title))
                {
                    Some(items) if !items.is_empty() => {
                        list.items.push((to_ids(items), written(after + 1)));
                    }
                    _ => list.unknown.push(written(after + 1)),
                }
                after + 1
            } else {
                list.items.push((to_ids(items), written(after)));
                after
            }
        } else if let Some((ids, after)) = ids::listed_at(text, at) {
            list.items.extend(ids.into_iter().map(|id| (vec![id.clone()], format!("item {id}"))));
            after
        } else if let Some(range) = unheard(text, mentions, at) {
            match titled(names, text.slice(&range)) {
                Model::Titled { items, correction } => {
                    list.corrections.extend(correction);
                    list.items.push((items, written(range.end)));
                }
                _ => list.unknown.push(text.slice(&range).to_owned()),
            }
            range.end
        } else if text.is(at, BETWEEN) || is_item_noun(text.word(at)) {
            at += 1;
            continue;
        } else {
            break;
        };
        end = at;
    }
    (list, end)
}

/// What stands where a title stands, and is none that is known: in quotation marks, with
/// capitals, or as the whole of an entry.
fn unheard(text: &Text<'_>, mentions: &[Mention], at: usize) -> Option<Range<usize>> {
    const MOST_TOKENS: usize = 10;
    const MOST_WORDS: usize = 3;
    let marks = (0..at).filter(|i| text.is(*i, &["\""])).count();
    if text.before_is(at, 1, &["“"]) || text.before_is(at, 1, &["\""]) && marks % 2 == 1 {
        let close = (at + 1..at + MOST_TOKENS).find(|end| text.is(*end, &["\"", "”"]));
        return close.map(|close| at..close);
    }
    let word = |i: usize| {
        text.is_word(i)
            && !text.is(i, PLAIN)
            && !text.is(i, SEEN)
            && text.phrases(i, LIKED).is_none()
            && negation::at(text, i).is_none()
    };
    let within = |i: usize| {
        text.is_proper(i)
            || i > at && text.number(i).is_some()
            || i > at && text.is(i, SMALL) && (i + 1..i + 3).any(|next| text.is_proper(next))
    };
    let begins = text.is_proper(at) && (word(at) || text.is_proper(at + 1));
    let mut end = at;
    if begins {
        end += (at..text.len()).take_while(|i| within(*i)).count();
    } else if text.before_is(at, 1, &["and", "&"]) {
        end += (at..at + MOST_WORDS).take_while(|i| word(*i)).count();
    }
    let known = mentions.iter().any(|mention| {
        let named = text.tokens_of(&mention.span);
        named.start < end && named.end > at
    });
    (end > at && ends(text, end) && !known).then_some(at..end)
}

/// An entry of a list ends before a token.
fn ends(text: &Text<'_>, at: usize) -> bool {
    ids::ends_clause(text, at) || text.number(at).is_some() || negation::at(text, at).is_some()
}
