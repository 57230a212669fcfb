//! The items that a question is about, by their titles.

use std::ops::Range;

use usher_names::{Mention, Names};
use usher_protocol::Id;

use crate::entity::negation;
use crate::entity::similar::{Model, titled, to_ids, with_roman_numeral};
use crate::lexicon::{ITEM, is_item_noun};
use crate::text::Text;

/// Words of a question about an item that are not its title, before it…
const LEADING: &[&str] = &[
    "who", "what", "what's", "which", "how", "when", "where", "is", "are", "was", "were", "did",
    "does", "do", "tell", "me", "us", "give", "provide", "show", "please", "can", "could", "you",
    "i", "want", "to", "know", "about", "of", "for", "the", "a", "an", "in", "director",
    "directors", "directed", "direct", "cast", "actors", "actor", "stars", "star", "starred",
    "starring", "plays", "played", "acts", "acted", "wrote", "written", "produced", "producer",
    "producers", "writer", "writers", "plot", "story", "storyline", "summary", "synopsis",
    "description", "genre", "genres", "length", "duration", "runtime", "running", "time", "long",
    "old", "good", "popular", "year", "date", "release", "month", "country", "rating", "imdb",
    "score", "age", "number", "reviews", "ratings", "title", "and", ",", ":", "details",
    "information", "info", "metadata", "everything", "on", "has", "have", "much", "many",
    "describe", "happens", "made", "filmed", "data", "its", "id", "with", "describe", "find",
    "out", "-",
];
/// … and after it.
const TRAILING: &[&str] = &[
    "?", ".", "!", "about", "released", "made", "directed", "produced", "please", "movie", "film",
    "out", "come", "came", "last", "run", "long", "filmed", "shot", "by", "in", "on", "imdb",
    "have", "get", "got", "rated", "written", "is", "was", "belong", "to", "the", "genre", "star",
    "cast", "'", "s", "director", "plot", "length", "duration", "rating", "for", "me", "year",
    "kids", "children", "suitable",
];

/// What a question is about.
pub(crate) fn asked(text: &Text<'_>, names: &Names) -> Option<Model> {
    placed(text, names).map(|(model, _)| model)
}

/// What a question is about, and the tokens that say so.
pub(crate) fn placed(text: &Text<'_>, names: &Names) -> Option<(Model, Range<usize>)> {
    if let Some((quoted, range)) = quoted_at(text) {
        return Some((titled(names, quoted), range));
    }
    let (mut start, mut end) = (0, text.len());
    while start < end && text.is(start, LEADING) {
        start += 1;
    }
    while end > start && text.before_is(end, 1, TRAILING) {
        end -= 1;
    }
    if start < end && (ITEM.contains(&text.word(start)) || text.is(start, &["item"])) {
        start += 1;
    }
    let phrase = possessive(text.slice(&(start..end)));
    let roman = with_roman_numeral(phrase);
    for phrase in std::iter::once(phrase).chain(roman.as_deref()).filter(|p| !p.is_empty()) {
        let items = names.ids_titled(phrase);
        if !items.is_empty() {
            return Some((Model::Titled { items: to_ids(items), correction: None }, start..end));
        }
    }
    if let Some((items, range)) = mentioned(text, names) {
        // "Back to the Future 2" is not "Back to the Future".
        let sequel = text.number(range.end).is_some_and(|n| (2.0..10.0).contains(&n));
        if sequel && !is_item_noun(text.word(range.end + 1)) {
            return Some((
                Model::Unknown(text.slice(&(range.start..range.end + 1)).to_owned()),
                range.start..range.end + 1,
            ));
        }
        return Some((Model::Titled { items, correction: None }, range));
    }
    if phrase.chars().count() < 3 || (start..end).any(|at| is_item_noun(text.word(at))) {
        return None;
    }
    let words = end - start;
    let model = match names.near_title(phrase) {
        Some((title, items)) => Model::Titled {
            items: to_ids(items),
            correction: Some(format!("{phrase} → {title}")),
        },
        // A title is short, and has a capital letter somewhere.
        None if words <= 8 && (start..end).any(|at| text.is_proper(at)) => {
            Model::Unknown(phrase.to_owned())
        }
        None => return None,
    };
    Some((model, start..end))
}

fn possessive(phrase: &str) -> &str {
    phrase.strip_suffix("'s").or_else(|| phrase.strip_suffix("’s")).unwrap_or(phrase)
}

/// What stands in quotation marks, and its tokens.
pub(crate) fn quoted_at<'a>(text: &Text<'a>) -> Option<(&'a str, Range<usize>)> {
    let quoted = quoted(text)?;
    let start = quoted.as_ptr() as usize - text.raw.as_ptr() as usize;
    Some((quoted, text.tokens_of(&(start..start + quoted.len()))))
}

/// What stands in quotation marks.
pub(crate) fn quoted<'a>(text: &Text<'a>) -> Option<&'a str> {
    for (open, close) in [('"', '"'), ('“', '”'), ('«', '»'), ('‘', '’')] {
        if let Some((_, rest)) = text.raw.split_once(open)
            && let Some((inside, _)) = rest.split_once(close)
            && !inside.trim().is_empty()
        {
            return Some(inside.trim());
        }
    }
    None
}

/// The titles that stand in the text and can be nothing else: several words, or one
/// with a capital letter within a sentence.
fn mentioned(text: &Text<'_>, names: &Names) -> Option<(Vec<Id>, Range<usize>)> {
    let mut found: Vec<(Range<usize>, bool, Vec<String>)> = names
        .title_mentions(text.raw)
        .into_iter()
        .filter_map(|mention| {
            let range = text.tokens_of(&mention.span);
            let words =
                range.clone().filter(|at| text.is_word(*at) || text.number(*at).is_some()).count();
            let proper = range.clone().any(|at| text.is_proper(at));
            let meant = match words {
                0 => false,
                1 => proper,
                2 => proper || mention.span.len() >= 8,
                _ => true,
            };
            meant.then_some((range, proper, mention.items))
        })
        .collect();
    // Several only where all look like names.
    if found.len() > 1 && !found.iter().all(|(_, proper, _)| *proper) {
        // The longest, and of equally long ones the first.
        found = found.into_iter().rev().max_by_key(|(range, ..)| range.len()).into_iter().collect();
    }
    let range = found.first()?.0.start..found.last()?.0.end;
    Some((to_ids(found.into_iter().flat_map(|(_, _, items)| items).collect()), range))
}

/// Titles that are not wanted: "not Toy Story", "except Fargo". Claims them.
pub(crate) fn unwanted(
    text: &mut Text<'_>,
    names: &Names,
    mentions: &[Mention],
) -> Vec<(Vec<Id>, String)> {
    let mut found = Vec::new();
    let mut last: Option<Range<usize>> = None;
    for mention in names.title_mentions(text.raw) {
        let range = text.tokens_of(&mention.span);
        let name = mentions.iter().any(|other| {
            let named = text.tokens_of(&other.span);
            named.start <= range.start && named.end >= range.end
        });
        let meant = range.clone().any(|at| text.is_proper(at))
            || range.clone().filter(|at| text.is_word(*at)).count() > 1;
        if name || !meant || !text.is_free(&range) {
            continue;
        }
        if let Some(start) = negation::before(text, &range, last.as_ref()) {
            found.push((to_ids(mention.items), text.slice(&range).to_owned()));
            text.claim(start..range.end);
            last = Some(start..range.end);
        }
    }
    found
}

/// Titles of several words that are written with capitals, and are nobody's name:
/// their words mean nothing else.
pub(crate) fn capitalised(
    text: &Text<'_>,
    names: &Names,
    mentions: &[Mention],
) -> Vec<Range<usize>> {
    const SMALL: &[&str] = &["of", "the", "and", "a", "an", "in", "to", "on", "for", "with", "at"];
    names
        .title_mentions(text.raw)
        .into_iter()
        .map(|mention| text.tokens_of(&mention.span))
        .filter(|range| {
            let words = range.clone().filter(|at| text.is_word(*at) && !text.is(*at, SMALL));
            let somebody = mentions
                .iter()
                .filter(|mention| mention.field.is_person())
                .any(|mention| text.tokens_of(&mention.span) == *range);
            words.clone().count() >= 2
                && words.clone().all(|at| text.is_proper(at))
                && text.is_free(range)
                && !somebody
        })
        .collect()
}
