//! Parts of people's names: a surname alone, a middle name left out.

use crate::dictionary::{Dictionary, Name};

/// The person meant by a part of a name, if only one can be.
pub(crate) fn by_part(people: &Dictionary, normal: &str) -> Option<Name> {
    let words: Vec<&str> = normal.split(' ').filter(|word| !is_suffix(word)).collect();
    match words.as_slice() {
        [] => None,
        [word] => by_word(people, word),
        words => by_words(people, words),
    }
}

/// By one word: a surname that one person bears, or one much more often than any
/// other; or a first name that nobody else bears.
fn by_word(people: &Dictionary, word: &str) -> Option<Name> {
    if word.chars().count() < 3 {
        return None;
    }
    let known = people.with_word(word).next().is_some();
    let nearest = if known { None } else { Some(nearest_word(people, word)?) };
    let word = nearest.unwrap_or(word);
    let (named, others): (Vec<Name>, Vec<Name>) =
        people.with_word(word).partition(|name| surname(people, *name) == Some(word));
    match (named.as_slice(), others.as_slice()) {
        ([], [only]) if nearest.is_none() && word.chars().count() >= 5 => Some(*only),
        ([first, rest @ ..], others) => {
            let next = rest.iter().chain(others).map(|name| people.items(*name)).max();
            stands_out(people.items(*first), next).then_some(*first)
        }
        _ => None,
    }
}

/// By several words of a longer name, the surname among them; initials that the
/// catalogue's name lacks do not matter.
fn by_words(people: &Dictionary, words: &[&str]) -> Option<Name> {
    let telling: Vec<&str> = words.iter().copied().filter(|word| word.len() > 1).collect();
    let rarest = telling.iter().min_by_key(|word| people.with_word(word).count())?;
    let mut matching = people.with_word(rarest).filter(|name| {
        let has = |word: &&str| people.words_of(*name).any(|own| own == *word);
        telling.len() > 1
            && telling.iter().all(has)
            && surname(people, *name).is_some_and(|surname| telling.contains(&surname))
    });
    let first = matching.next()?;
    let next = matching.map(|name| people.items(name)).max();
    stands_out(people.items(first), next).then_some(first)
}

/// Whether the first is clearly the one meant: the only one, or with at least
/// three items and three times as many as the next.
fn stands_out(first: u32, next: Option<u32>) -> bool {
    next.is_none_or(|next| first >= 3 && first >= next.saturating_mul(3))
}

/// The last word of a name of several, but for "Jr." and the like.
fn surname(people: &Dictionary, name: Name) -> Option<&str> {
    let words = people.words_of(name);
    (words.clone().count() > 1).then(|| words.rev().find(|word| !is_suffix(word)))?
}

fn is_suffix(word: &str) -> bool {
    matches!(word, "jr" | "sr" | "ii" | "iii" | "iv")
}

/// The one word of all names that this is a slip of the pen for.
fn nearest_word<'a>(people: &'a Dictionary, word: &str) -> Option<&'a str> {
    // A short word is near to too many others.
    (word.chars().count() >= 6).then(|| people.near_word(word))?
}
