//! Parts of people's names: a surname alone, a middle name left out.

use crate::dictionary::{Dictionary, Entry};
use crate::near::word_changes;

/// The person meant by a part of a name, if only one can be.
pub(crate) fn by_part<'a>(people: &'a Dictionary, normal: &str) -> Option<&'a Entry> {
    let words: Vec<&str> = normal.split(' ').filter(|word| !is_suffix(word)).collect();
    match words.as_slice() {
        [] => None,
        [word] => by_word(people, word),
        words => by_words(people, words),
    }
}

/// By one word: a surname that one person bears, or one much more often than any
/// other; or a first name that nobody else bears.
fn by_word<'a>(people: &'a Dictionary, word: &str) -> Option<&'a Entry> {
    if word.chars().count() < 3 {
        return None;
    }
    let known = people.with_word(word).next().is_some();
    let nearest = if known { None } else { Some(nearest_word(people, word)?) };
    let word = nearest.unwrap_or(word);
    let (named, others): (Vec<&Entry>, Vec<&Entry>) =
        people.with_word(word).partition(|entry| surname(entry) == Some(word));
    match (named.as_slice(), others.as_slice()) {
        ([], [only]) if nearest.is_none() && word.chars().count() >= 5 => Some(only),
        ([first, rest @ ..], others) => {
            let next = rest.iter().chain(others).map(|entry| entry.items).max();
            stands_out(first, next).then_some(*first)
        }
        _ => None,
    }
}

/// By several words of a longer name, the surname among them; initials that the
/// catalogue's name lacks do not matter.
fn by_words<'a>(people: &'a Dictionary, words: &[&str]) -> Option<&'a Entry> {
    let telling: Vec<&str> = words.iter().copied().filter(|word| word.len() > 1).collect();
    let rarest = telling.iter().min_by_key(|word| people.with_word(word).count())?;
    let mut matching = people.with_word(rarest).filter(|entry| {
        let has = |word: &&str| entry.normal.split(' ').any(|own| own == *word);
        telling.len() > 1
            && telling.iter().all(has)
            && surname(entry).is_some_and(|surname| telling.contains(&surname))
    });
    let first = matching.next()?;
    stands_out(first, matching.map(|entry| entry.items).max()).then_some(first)
}

/// Whether the first is clearly the one meant: the only one, or with at least
/// three items and three times as many as the next.
fn stands_out(first: &Entry, next: Option<u32>) -> bool {
    next.is_none_or(|next| first.items >= 3 && first.items >= next.saturating_mul(3))
}

fn surname(entry: &Entry) -> Option<&str> {
    entry.normal.contains(' ').then(|| entry.normal.rsplit(' ').find(|word| !is_suffix(word)))?
}

fn is_suffix(word: &str) -> bool {
    matches!(word, "jr" | "sr" | "ii" | "iii" | "iv")
}

/// The one word of all names that this is a slip of the pen for.
fn nearest_word<'a>(people: &'a Dictionary, word: &str) -> Option<&'a str> {
    // A short word is near to too many others.
    if word.chars().count() < 6 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for known in people.words() {
        let Some(changes) = word_changes(word, known) else { continue };
        match best {
            Some((least, _)) if changes > least => {}
            Some((least, _)) if changes == least => tied = true,
            _ => {
                best = Some((changes, known));
                tied = false;
            }
        }
    }
    best.filter(|_| !tied).map(|(_, known)| known)
}
