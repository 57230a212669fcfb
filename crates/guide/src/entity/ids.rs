//! Users and items by their ids.

use usher_protocol::Id;

use crate::entity::negation;
use crate::entity::numbers::value;
use crate::lexicon::{ITEM, ITEMS, NAMED_USER, PLAIN, SOMETHING, USER, is_item_noun};
use crate::text::Text;

/// What may stand between "user" and the id.
const AFTER_USER: &[&str] = &[
    "id", "ids", "number", "no", "nr", "num", "#", "with", "is", "=", ":", "the", "whose", "_", "(",
];
/// What may stand between "movie" and the id.
const AFTER_ITEM: &[&str] =
    &["id", "ids", "number", "no", "nr", "num", "#", "with", "=", ":", "the"];
/// Nouns of a time or a measure: a number before one is no id.
const UNITS: &[&str] = &[
    "minutes", "minute", "mins", "min", "hours", "hour", "hrs", "hr", "h", "years", "year",
    "stars", "star", "percent", "%", "people", "users",
];

/// The users that are named, in order, each once.
pub(crate) fn users(text: &mut Text<'_>) -> Vec<Id> {
    let mut users = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some(id) = written_together(text.word(at)) {
            push(&mut users, id);
            text.claim(at..at + 1);
        }
        let noun = if text.is(at, USER) {
            if let Some((id, end)) = quoted_id(text, at + 1) {
                push(&mut users, id);
                text.claim(at..end);
                at = end;
                continue;
            }
            Some(at + 1)
        } else if text.is(at, &["user's", "customer's", "viewer's"]) {
            None
        } else {
            my_id(text, at)
        };
        if let Some(next) = noun
            && let Some(end) = ids_after(text, next, AFTER_USER, &mut users)
        {
            // "4 user 88": the number is said for "for".
            let said = at.checked_sub(1).filter(|before| text.is(*before, &["2", "4"]));
            text.claim(said.unwrap_or(at)..end);
            at = end;
            continue;
        }
        if let Some(id) = named_user(text, at) {
            push(&mut users, id);
            text.claim(at..at + 2);
        }
        at += 1;
    }
    users
}

/// "user42".
fn written_together(word: &str) -> Option<Id> {
    let digits = USER.iter().find_map(|noun| word.strip_prefix(noun))?;
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    number.then(|| Id(digits.to_owned()))
}

/// `user "john smith"`: an id may be any text.
fn quoted_id(text: &Text<'_>, at: usize) -> Option<(Id, usize)> {
    const MOST_TOKENS: usize = 8;
    let at = if text.is(at, &["id"]) { at + 1 } else { at };
    let close = match text.word(at) {
        "\"" => "\"",
        "“" => "”",
        "«" => "»",
        "'" => "'",
        _ => return None,
    };
    let end = (at + 2..at + MOST_TOKENS).find(|end| text.word(*end) == close)?;
    Some((Id(text.slice(&(at + 1..end)).to_owned()), end + 1))
}

/// "to user alice", "has user alice watched": an id without a digit.
fn named_user(text: &Text<'_>, at: usize) -> Option<Id> {
    const LEADS: &[&str] = &["to", "for", "of", "has", "did", "does", "is", "was", "about"];
    let name = at + 1;
    let led = text.is(at, NAMED_USER) && text.before_is(at, 1, LEADS);
    let plain = PLAIN.contains(&text.word(name))
        || SOMETHING.contains(&text.word(name))
        || is_item_noun(text.word(name));
    (led && text.is_word(name) && !plain && ends_clause(text, name + 1))
        .then(|| Id(text.slice(&(name..name + 1)).to_owned()))
}

/// "my id is", "his id is", "id 9", "my number is 9": where the id stands.
fn my_id(text: &Text<'_>, at: usize) -> Option<usize> {
    let own = text.before_is(at, 1, &["my", "our", "his", "her"]);
    let id = text.is(at, &["id"]) && !is_item_noun(text.before(at))
        || own && text.is(at, &["number", "no", "nr", "code", "login"]);
    let with_item = (2..=3).any(|back| {
        at >= back
            && is_item_noun(text.word(at - back))
            && (at + 1 - back..at).all(|i| text.is(i, &["with", "number", "has", "having", "the"]))
    });
    (id && !with_item).then_some(at + 1)
}

/// Reads one id or a list of them; gives where they end.
fn ids_after(text: &Text<'_>, mut at: usize, between: &[&str], ids: &mut Vec<Id>) -> Option<usize> {
    let from = at;
    let abbreviates =
        |at: usize| text.is(at, &["."]) && at > from && text.before_is(at, 1, &["no", "nr", "num"]);
    while at < from + 4 && (text.is(at, between) || abbreviates(at)) {
        at += 1;
    }
    let (first, mut end) = id_at(text, at).or_else(|| in_words(text, at))?;
    let is_in_words = text.is_word(at);
    // "A person 30 years old", "movies 18-year-olds like".
    if text.is(end, &["years", "year"]) || first.0.contains("-year") {
        return None;
    }
    if let Some(range) = range(&first.0) {
        range.for_each(|number| push(ids, Id(number.to_string())));
    } else {
        // "7a3f" is one id, and so is "-1".
        push(ids, first);
    }
    loop {
        let joined = match text.word(end) {
            "," if text.is(end + 1, &["and", "&"]) => end + 2,
            "," | "and" | "&" | "or" | "/" | "+" => end + 1,
            _ => return Some(end),
        };
        // "for user 9 and 3 comedies" counts comedies.
        // "User 630, one that …" and "user 4, six please" count.
        let word = || in_words(text, joined).filter(|_| is_in_words);
        match id_at(text, joined).or_else(word) {
            Some((next, after)) if ends_clause(text, after) => {
                push(ids, next);
                end = after;
            }
            _ => return Some(end),
        }
    }
}

/// "user twenty-one".
fn in_words(text: &Text<'_>, at: usize) -> Option<(Id, usize)> {
    let (number, length) = value(text, at).filter(|_| text.is_word(at))?;
    Some((Id((number as u32).to_string()), at + length))
}

/// "1-5" are five ids.
fn range(id: &str) -> Option<std::ops::RangeInclusive<u32>> {
    const MOST: u32 = 50;
    let (first, last) = id.split_once('-')?;
    let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    (first < last && last - first < MOST).then_some(first..=last)
}

fn push(ids: &mut Vec<Id>, id: Id) {
    if !ids.contains(&id) {
        ids.push(id);
    }
}

pub(crate) fn ends_clause(text: &Text<'_>, at: usize) -> bool {
    at >= text.len()
        || !text.is_word(at) && text.number(at).is_none()
        || text.is(
            at,
            &[
                "and", "or", "to", "for", "with", "in", "please", "by", "who", "is", "are", "was",
                "were", "have", "has", "on", "from", "at", "that", "which", "released", "directed",
                "watched", "watch", "seen", "see", "rated", "rate", "liked", "like", "interacted",
                "the", "both", "together", "enjoy", "interested", "can", "should", "could",
                "would", "want", "wants", "something", "anything", "what", "which", "each", "some",
                "any", "a", "an", "need", "needs", "deserve", "asked", "might", "may", "will",
                "next", "tonight", "today", "as", "respectively", "but", "too", "though", "yet",
                "how", "i", "suggest", "recommend", "instead", "also", "if", "then", "fit", "fits",
                "suit", "suits", "match", "matches", "best",
            ],
        )
}

/// An id that begins here: it holds a digit.
fn id_at(text: &Text<'_>, at: usize) -> Option<(Id, usize)> {
    let mut start = at;
    if text.is(at, &["-", "\"", "'", "“"]) && text.touches_next(at) {
        start = at + 1;
    }
    // "4" may be meant as "for".
    if text.is_word(start) && text.is(start, &["for"]) {
        return None;
    }
    // In "user-9" the mark is a hyphen.
    let hyphen = at.checked_sub(1).is_some_and(|before| text.touches_next(before));
    let minus = start > at && text.word(at) == "-" && !hyphen;
    // The rest of what is written without a space: "7a3f", "u-12", "tt0111161".
    let mut end = start;
    while end < text.len() {
        let wordlike = text.is_word(end) || text.number(end).is_some();
        let inner_mark = text.is(end, &["-", "_"]) && end > start && text.touches_next(end);
        if !wordlike && !inner_mark || text.is(end, &["s"]) && end > start {
            break;
        }
        end += 1;
        if !text.touches_next(end - 1) {
            break;
        }
    }
    let id = text.slice(&(start..end));
    let sign = if minus { "-" } else { "" };
    (id.bytes().any(|byte| byte.is_ascii_digit()) && id.len() <= 64)
        .then(|| (Id(format!("{sign}{}", id.trim_end_matches(['.', ',']))), end))
}

/// The items that are named by id, in order, each once.
pub(crate) fn items(text: &mut Text<'_>) -> Vec<Id> {
    let mut items = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let plural = text.is(at, ITEMS);
        // "Show 4 films" counts films.
        let shows = text.is(at, &["show"])
            && !text.is(at + 2, &["", "?", ".", "!"])
            && !text.before_is(at, 1, &["the", "this", "that", "tv", "of", "to", "like"]);
        if (text.is(at, ITEM) || plural) && !shows && !text.is_claimed(at) {
            let has = text.is(at + 1, &["has", "having"]);
            let next = at + 1 + usize::from(has && (at + 2..at + 4).any(|i| text.is(i, &["id"])));
            let with_id = text.is(next, AFTER_ITEM);
            // Of "movies 1995" and "movie from 1995" the number is a year.
            let year = text.number(at + 1).is_some_and(|n| plural && (1870.0..2100.0).contains(&n));
            if (with_id || !year)
                && let Some(end) = ids_after(text, next, AFTER_ITEM, &mut items)
                && text.is_free(&(next..end))
            {
                text.claim(at..end);
                at = end;
                continue;
            }
        }
        at += 1;
    }
    items
}

/// A bare number that can only be a user: "for 12", "9", "it's 9".
pub(crate) fn bare_user(text: &Text<'_>) -> Option<(Id, usize)> {
    (0..text.len()).find_map(|at| {
        let (id, end) = id_at(text, at)?;
        let counted = text.is(end, UNITS)
            || is_item_noun(text.word(end))
            || text.is(end, crate::lexicon::SUGGESTIONS);
        (text.is_free(&(at..end)) && !counted).then_some((id, end))
    })
}

/// A number after "to" or "for" at the end of a clause: "Recommend comedies to 9",
/// "for #9"; or what opens a question: "#9: comedies".
pub(crate) fn user_after_preposition(text: &mut Text<'_>) -> Option<Id> {
    let found = (1..text.len()).find_map(|at| {
        let (id, end) = id_at(text, at)?;
        let sign = usize::from(text.before_is(at, 1, &["#"]));
        let year = sign == 0 && text.number(at).is_some_and(|n| (1870.0..2100.0).contains(&n));
        let opens = at == 1 && sign == 1 && end < text.len() && !is_item_noun(text.word(end));
        ((text.before_is(at, 1 + sign, &["to", "for"]) && ends_clause(text, end) || opens)
            && text.is_free(&(at..end))
            && !year)
            .then_some((id, at - sign..end))
    });
    let (id, range) = found?;
    text.claim(range);
    Some(id)
}

/// "Tom Cruise movies for 87": a number after "for" that ends the question.
pub(crate) fn is_last(text: &Text<'_>) -> bool {
    let number = (0..text.len()).rfind(|at| text.is_word(*at) || text.number(*at).is_some());
    number.is_some_and(|at| {
        text.number(at).is_some()
            && text.before_is(at, 1, &["for"])
            && at.checked_sub(2).is_some_and(|noun| is_item_noun(text.word(noun)))
    })
}

/// A number right after "similar to" or "like": an item.
pub(crate) fn item_at(text: &Text<'_>, at: usize) -> Option<(Id, usize)> {
    id_at(text, at).filter(|(_, end)| ends_clause(text, *end))
}

/// Ids of items that begin here, in a list: "50", or "50,98,127" without a space.
pub(crate) fn listed_at(text: &Text<'_>, at: usize) -> Option<(Vec<Id>, usize)> {
    let (ids, end) = id_at(text, at)?;
    let ends =
        ends_clause(text, end) || id_at(text, end).is_some() || negation::at(text, end).is_some();
    ends.then(|| (ids.0.split(',').map(|id| Id(id.to_owned())).collect(), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(list: Vec<Id>) -> Vec<String> {
        list.into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn users_are_found_however_they_are_written() {
        for (raw, expected) in [
            ("Recommend to user 9 8 comedy movies", vec!["9"]),
            ("user #9", vec!["9"]),
            ("User ID: 12, please", vec!["12"]),
            ("the user with id 7", vec!["7"]),
            ("customer no. 3", vec!["3"]),
            ("users 3, 4 and 5", vec!["3", "4", "5"]),
            ("a film for user 3, one that girls like", vec!["3"]),
            ("my user id is 44.", vec!["44"]),
            ("my id is 44", vec!["44"]),
            ("user -1", vec!["-1"]),
            ("user u12b", vec!["u12b"]),
            ("user 7's history", vec!["7"]),
            ("for user 9 and 3 comedies", vec!["9"]),
            ("for user42", vec!["42"]),
            ("User_88, then user-89", vec!["88", "89"]),
            ("userid 7", vec!["7"]),
            ("user \"john smith\" likes", vec!["john smith"]),
            ("movie with id 9", vec![]),
            ("user nine", vec!["9"]),
            ("users two and twenty-one", vec!["2", "21"]),
            ("for user nine and three comedies", vec!["9"]),
            ("user one hundred and five?", vec!["105"]),
            ("female users", vec![]),
            ("recs for uid 585", vec!["585"]),
            ("my account is 912; two films", vec!["912"]),
            ("my customer number is 5", vec!["5"]),
            ("my number is 5", vec!["5"]),
            ("profile (77)", vec!["77"]),
            ("Give users 58 and 61 something new", vec!["58", "61"]),
            ("users 58/61: ages", vec!["58", "61"]),
            ("a person 30 years old", vec![]),
            ("a person interested in war", vec![]),
        ] {
            assert_eq!(ids(users(&mut Text::new(raw))), expected, "{raw}");
        }
    }

    #[test]
    fn items_are_found_however_they_are_written() {
        for (raw, expected) in [
            ("similar to movie 9", vec!["9"]),
            ("the film with id 9", vec!["9"]),
            ("items 9, 10 and 12", vec!["9", "10", "12"]),
            ("items 1-3", vec!["1", "2", "3"]),
            ("which movie has the id 5", vec!["5"]),
            ("movie #9", vec!["9"]),
            ("movies 1995", vec![]),
            ("3 movies", vec![]),
            ("a movie from 1995", vec![]),
            ("item 99999?", vec!["99999"]),
            ("show 4 similar films", vec![]),
            ("show 9", vec!["9"]),
            ("similar to show 4", vec!["4"]),
        ] {
            assert_eq!(ids(items(&mut Text::new(raw))), expected, "{raw}");
        }
    }
}
