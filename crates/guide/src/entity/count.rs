//! How many items are asked for.

use crate::entity::numbers::value;
use crate::lexicon::{ITEM, ITEMS, SUGGESTION, SUGGESTIONS, USER};
use crate::text::Text;

/// How far a noun may stand from its number or article.
const REACH: usize = 6;
/// Nouns of a group: "a list of movies" is not one movie.
const GROUPS: &[&str] = &[
    "few", "list", "bunch", "number", "selection", "lot", "set", "variety", "handful", "series",
    "range", "some", "collection",
];
/// Counts that are no number word; the longest of those that begin alike comes first.
const SAID: &[(&str, i64)] = &[
    ("a couple of", 2),
    ("couple of", 2),
    ("a couple", 2),
    ("another couple", 2),
    ("a pair of", 2),
    ("a duo of", 2),
    ("a trio of", 3),
    ("a trio", 3),
    ("a quartet of", 4),
    ("half a dozen", 6),
    ("half - a - dozen", 6),
    ("half dozen", 6),
    ("half - dozen", 6),
    ("a dozen", 12),
    ("one or two", 2),
];
/// Words that end what an article can belong to.
const ENDS: &[&str] = &[
    "to", "for", "with", "that", "which", "where", "who", "about", "of", "on", "user", "is", "are",
    ".", "?", ",", "!", ":", "from", "in",
];

/// The number of items that is asked for, if any is. `is_genre` tells whether a
/// token ends a genre ("a comedy").
pub(crate) fn read(text: &mut Text<'_>, is_genre: impl Fn(usize) -> bool) -> Option<i64> {
    for at in 0..text.len() {
        if text.is_claimed(at) {
            continue;
        }
        if let Some((length, count)) =
            SAID.iter().find_map(|(said, count)| Some((text.phrase(at, said)?, *count)))
        {
            text.claim(at..at + length);
            return Some(count);
        }
        let of_people = USER.contains(&text.word(at + 2)) || USER.contains(&text.word(at + 3));
        if text.phrase(at, "one of").is_some() && !of_people {
            return Some(1);
        }
        if let Some((count, end)) = number(text, at, &is_genre) {
            text.claim(at..end);
            return Some(count);
        }
    }
    // "Which popular one should we show to user 4?"
    let which_one = (1..text.len()).any(|at| {
        text.is(at, &["one"])
            && text.is(at + 1, &["should", "could", "would", "can", "do", "fits", "suits"])
            && (at.saturating_sub(3)..at).any(|i| text.is(i, &["which", "what"]))
    });
    (0..text.len()).find_map(|at| one(text, at, &is_genre)).or(which_one.then_some(1))
}

fn number(text: &Text<'_>, at: usize, is_genre: &impl Fn(usize) -> bool) -> Option<(i64, usize)> {
    let (mut count, length) = value(text, at)?;
    let mut end = at + length;
    // "2 or 3 films", "4-6 films": as many as the second says.
    if text.is(end, &["or", "to", "-"])
        && let Some((most, length)) = value(text, end + 1).filter(|(most, _)| *most > count)
    {
        count = most;
        end += 1 + length;
    }
    if count.fract() != 0.0 || count.abs() > 1e9 {
        return None;
    }
    // In "top-10" the mark is a hyphen.
    let negative = text.before(at) == "-"
        && text.touches_next(at - 1)
        && !at.checked_sub(2).is_some_and(|before| text.touches_next(before));
    let count = if negative { -count as i64 } else { count as i64 };
    // "the one movie", "number one" and the like are no counts.
    let led = text.before_is(
        at,
        1,
        &["top", "best", "first", "last", "latest", "exactly", "only", "k", "="],
    ) || text.before_is(at, 2, &["make"])
        || text.before(at) == "-" && text.before_is(at, 2, &["top"])
        || text.before_is(at, 1, &["him", "her", "them", "me", "us"])
            && text.is(end, &["", ".", ",", ";", "?", "!", "please"])
        || at > 0 && crate::lexicon::RECOMMEND.contains(&text.before(at));
    // "No need for more than three."
    let at_most = text.before_is(at, 1, &["than", "most"])
        && (at.saturating_sub(5)..at).any(|i| text.is(i, &["no", "not", "at", "never"]))
        && text.is(end, &["", ".", ",", ";", "?", "!", "please"]);
    // "Name 4.", "show me 4 instead", "six please", "one is enough".
    let enough = text.phrases(end, &["is enough", "are enough", "will do", "would do", "suffices"]);
    let closes = text.is(end, &["", ".", ",", ";", "?", "!"]);
    let politely = text.is(end, &["please", "instead"]) || enough.is_some();
    // "He is just 18."
    let just = text.before_is(at, 1, &["just"]) && !text.before_is(at, 2, &["is", "am", "are"]);
    let asked = (closes || politely)
        && (just || text.before_is(at, 1, &["name", "show", "give", "pick", "list", "me"]))
        || politely && (at == 0 || text.before_is(at, 1, &[",", ".", "?", "!", "and"]));
    end += enough.filter(|_| asked).unwrap_or(0);
    let spelled_one = count == 1 && text.number(at).is_none();
    let noun =
        (end..end + REACH).take_while(|i| !text.is(*i, ENDS) || text.is(*i, &["of"])).find(|i| {
            text.is(*i, ITEMS)
                || text.is(*i, SUGGESTIONS)
                || is_genre(*i) && text.word(*i).ends_with('s')
                || text.is(*i, &["interactions", "ratings", "more"])
                || text.is(*i, &["of"]) && text.is(*i + 1, &["them", "these", "those"])
                || count == 1 && (text.is(*i, ITEM) || text.is(*i, SUGGESTION) || is_genre(*i))
        });
    (noun.is_some()
        || at_most
        || asked
        || led && !spelled_one && !text.is(end, &["st", "nd", "rd", "th"]))
    .then_some((count, end))
}

/// "a Tom Cruise movie", "one comedy", "the best film": one item.
fn one(text: &Text<'_>, at: usize, is_genre: &impl Fn(usize) -> bool) -> Option<i64> {
    let the_best = text.is(at, &["the"])
        && text.is(
            at + 1,
            &[
                "best", "top", "most", "single", "one", "perfect", "right", "longest", "shortest",
                "newest", "oldest", "latest", "worst", "earliest",
            ],
        );
    // "Next best movie for user 7".
    let opens = at == 0 && text.is(at, &["best", "next", "top", "perfect"]);
    let led = text.is(at, &["a", "an", "one", "another", "single"]) || the_best || opens;
    if text.is_claimed(at) || !led {
        return None;
    }
    let mut genre_ended = false;
    for i in at + 1..=at + REACH {
        if text.is(i, GROUPS) || text.is(i, ITEMS) || text.is(i, SUGGESTIONS) {
            return None;
        }
        let genre = is_genre(i) && !text.word(i).ends_with('s');
        if text.is(i, ITEM) || text.is(i, SUGGESTION) {
            // "The best film noirs".
            let genres_follow = is_genre(i + 1) && text.word(i + 1).ends_with('s');
            let plural_follows =
                text.is(i + 1, ITEMS) || text.is(i + 1, SUGGESTIONS) || genres_follow;
            return (!plural_follows).then_some(1);
        }
        if i >= text.len() || text.is(i, ENDS) {
            return (genre_ended && !the_best).then_some(1);
        }
        if genre && !the_best && !goes_on(text, i + 1, is_genre) {
            return Some(1);
        }
        genre_ended = genre;
    }
    None
}

/// A genre goes on to a noun or another genre: "a comedy movie".
fn goes_on(text: &Text<'_>, at: usize, is_genre: &impl Fn(usize) -> bool) -> bool {
    text.is(at, ITEM)
        || text.is(at, ITEMS)
        || text.is(at, SUGGESTION)
        || text.is(at, SUGGESTIONS)
        || text.is(at, &["and", "or", "-", ",", "genre"])
        || (at..at + 2).any(is_genre)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::ids;

    #[test]
    fn counts_are_understood() {
        for (raw, expected) in [
            ("Recommend 3 comedy movies to user 98", Some(3)),
            ("Recommend to user 9 8 comedy movies", Some(8)),
            ("Recommend a Tom Cruise movie to user 9", Some(1)),
            ("Recommend some movies to user 4", None),
            ("Suggest ten films", Some(10)),
            ("top 10 movies for user 3", Some(10)),
            ("Recommend an action comedy to user 3", Some(1)),
            ("Recommend a comedy", Some(1)),
            ("Recommend a few movies", None),
            ("Give a list of horror movies", None),
            ("a couple of films", Some(2)),
            ("5 recommendations", Some(5)),
            ("Recommend 4 to user 3", Some(4)),
            ("Can you give user 4 a movie recommendation?", Some(1)),
            ("one thriller for user 1", Some(1)),
            ("twenty five movies", Some(25)),
            ("Recommend 0 movies", Some(0)),
            ("Recommend -3 movies", Some(-3)),
            ("What is the best movie for user 4?", Some(1)),
            ("something good to watch", None),
            ("another one", None),
            ("half a dozen picks", Some(6)),
            ("a dozen films, please", Some(12)),
            ("one or two thrillers", Some(2)),
            ("3 or 4 titles", Some(4)),
            ("4-6 films", Some(6)),
            ("a pair of movies", Some(2)),
            ("a top-10 for user 3", Some(10)),
            ("a handful of films", None),
            ("films about a war. No need for more than three.", Some(3)),
            ("next best movie for user 4", Some(1)),
            ("best movies for user 4", None),
            ("War films could interest user 4. Name 4.", Some(4)),
            ("Show me 4 instead.", Some(4)),
            ("comedies for user 4, six please", Some(6)),
            ("Films like Titanic for user 4. One is enough.", Some(1)),
            ("which popular one should we recommend?", Some(1)),
            ("User 4, and four are enough.", Some(4)),
            ("Two are enough.", Some(2)),
            ("One of our customers called. Pick three of them.", Some(3)),
            ("I am 4.", None),
            ("He is just 18. Recommend films.", None),
            ("Just 2.", Some(2)),
            ("the best film comedies", None),
        ] {
            let mut text = Text::new(raw);
            ids::users(&mut text);
            let genres: Vec<bool> = (0..text.len())
                .map(|at| text.is(at, &["comedy", "comedies", "action", "horror", "thriller"]))
                .collect();
            let found = read(&mut text, |at| genres.get(at).copied().unwrap_or(false));
            assert_eq!(found, expected, "{raw}");
        }
    }
}
