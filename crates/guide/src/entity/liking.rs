//! Somebody of whom only items are told that they like: "someone who liked 50 and 98".

use usher_names::Names;
use usher_protocol::Id;

use crate::entity::ids;
use crate::lexicon::{USER, is_item_noun};
use crate::text::Text;

/// Items that somebody likes, and how titles among them were corrected.
#[derive(Debug, Default)]
pub(crate) struct Liking {
    pub(crate) items: Vec<Id>,
    pub(crate) corrections: Vec<String>,
}

/// The items that somebody likes who is not named otherwise. Claims the words.
/// `by_id` are those that are called items by id.
pub(crate) fn read(text: &mut Text<'_>, names: &Names, by_id: &[Id]) -> Liking {
    const SOMEBODY: &[&str] = &[
        "someone", "somebody", "anyone", "anybody", "friend", "people", "those", "guest", "guests",
    ];
    const LIKED: &[&str] = &[
        "liked", "loved", "enjoyed", "adored", "likes", "loves", "enjoys", "adores", "like",
        "love", "enjoy", "adore", "watched", "saw", "seen",
    ];
    for who in 1..text.len() {
        let noun = who - 1;
        let somebody = text.is(noun, SOMEBODY) || text.is(noun, USER);
        let asked_for = text.before_is(noun, 1, &["which", "what", "many", "of", "about"]);
        if !text.is(who, &["who", "that"]) || !somebody || asked_for || text.is_claimed(noun) {
            continue;
        }
        let mut verb = who + 1;
        while text.is(verb, &["just", "really", "also", "only", "already", "has", "have"]) {
            verb += 1;
        }
        if !text.is(verb, LIKED) {
            continue;
        }
        let (liking, end) = list(text, names, by_id, verb + 1);
        if !liking.items.is_empty() {
            let article = text.before_is(noun, 1, &["a", "the", "any", "some"]);
            text.claim(noun - usize::from(article)..end);
            return liking;
        }
    }
    Liking::default()
}

/// The items that are listed from a token on, and where the list ends.
fn list(text: &Text<'_>, names: &Names, by_id: &[Id], start: usize) -> (Liking, usize) {
    const BETWEEN: &[&str] = &[
        ",", "and", "&", "or", "both", "the", "\"", "“", "”", "(", ")", "#", "as", "well", "also",
        "item", "id", "ids", "number", "numbers",
    ];
    let titles = names.title_mentions(text.raw);
    let others = names.mentions(text.raw);
    let mut liking = Liking::default();
    let (mut at, mut end) = (start, start);
    while at < text.len() {
        let titled = titles.iter().find(|mention| {
            let range = text.tokens_of(&mention.span);
            // A word in small letters, a name or a genre is mostly no title.
            let meant = range.len() > 2 || range.clone().any(|at| text.is_proper(at));
            let other = others.iter().any(|other| text.tokens_of(&other.span) == range);
            range.start == at && meant && !other && text.is_free(&range)
        });
        if let Some(mention) = titled {
            liking.items.extend(mention.items.first().cloned().map(Id));
            at = text.tokens_of(&mention.span).end;
        } else if text.is_claimed(at) && !by_id.is_empty() {
            // "Movies 50 and 98" are read already.
            while text.is_claimed(at) {
                at += 1;
            }
            liking.items.extend_from_slice(by_id);
        } else if let Some((id, after)) = ids::item_at(text, at) {
            liking.items.push(id);
            at = after;
        } else if text.is(at, BETWEEN) || is_item_noun(text.word(at)) {
            at += 1;
            continue;
        } else if let Some((title, items, after)) = misspelt(text, names, at) {
            liking.corrections.push(format!("{} → {title}", text.slice(&(at..after))));
            liking.items.extend(items.into_iter().next().map(Id));
            at = after;
        } else {
            break;
        }
        end = at;
    }
    (liking, end)
}

/// A title with a slip, up to the next one.
fn misspelt(text: &Text<'_>, names: &Names, start: usize) -> Option<(String, Vec<String>, usize)> {
    let ends = |at: &usize| !text.is_word(*at) || text.is(*at, &["and", "or", "like", "enjoy"]);
    let end = (start..text.len()).find(ends).unwrap_or(text.len());
    let phrase = text.slice(&(start..end));
    let looks = (start..end).all(|at| text.is_proper(at)) && names.mentions(phrase).is_empty();
    let (title, items) = names.near_title(phrase).filter(|_| looks && start < end)?;
    Some((title, items, end))
}
