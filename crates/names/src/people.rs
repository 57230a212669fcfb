//! Parts of people's names: a surname alone, a middle name left out, initials.

use std::cmp::Reverse;

use itertools::Itertools;

use crate::dictionary::{Dictionary, Name};
use crate::near::Slips;

/// The person meant by a part of a name, if only one can be.
pub(crate) fn by_part(people: &Dictionary, normal: &str, slips: Slips) -> Option<Name> {
    let words: Vec<&str> = normal.split(' ').filter(|word| !is_suffix(word)).collect();
    match words.as_slice() {
        [] => None,
        [word] => by_word(people, word, slips),
        words => by_words(people, words, slips),
    }
}

/// By one word: a surname that one person bears, or one much more often than any
/// other; or a first name that nobody else bears.
fn by_word(people: &Dictionary, word: &str, slips: Slips) -> Option<Name> {
    if word.chars().count() < 3 {
        return None;
    }
    let known = people.with_word(word).next().is_some();
    let nearest = if known { None } else { Some(nearest_word(people, word, slips)?) };
    let word = nearest.unwrap_or(word);
    let (named, others): (Vec<Name>, Vec<Name>) =
        people.with_word(word).partition(|name| surname(people, *name) == Some(word));
    match (named.as_slice(), others.as_slice()) {
        ([], [only]) if nearest.is_none() && word.chars().count() >= 5 => Some(*only),
        ([first, rest @ ..], others) => {
            let next = rest.iter().chain(others).map(|name| people.items(*name)).max();
            slips.stands_out(people.items(*first), next).then_some(*first)
        }
        _ => None,
    }
}

/// By several words of a longer name, the surname among them, the others whole or
/// as initials.
fn by_words(people: &Dictionary, words: &[&str], slips: Slips) -> Option<Name> {
    let mut best = words
        .iter()
        .flat_map(|word| {
            people.with_word(word).filter(move |name| surname(people, *name) == Some(*word))
        })
        .filter(|name| agree(words, &people.words_of(*name).collect::<Vec<&str>>()))
        .k_smallest_by_key(2, |name| (Reverse(people.items(*name)), *name));
    let first = best.next()?;
    let next = best.next().map(|name| people.items(name));
    slips.stands_out(people.items(first), next).then_some(first)
}

/// Whether each word is another one of the name's, or its initial, or a word of
/// which the name has the initial. Initials tell somebody only with the first name:
/// one that the name lacks, or the middle one alone, is of someone else.
fn agree(words: &[&str], name: &[&str]) -> bool {
    let mut left: Vec<&str> = name.to_vec();
    let mut take = |same: &dyn Fn(&str) -> bool| {
        left.iter().position(|own| same(own)).map(|at| left.remove(at)).is_some()
    };
    let others: Vec<&&str> = words.iter().filter(|word| !take(&|own| own == **word)).collect();
    let initials = others.iter().all(|word| {
        let initial = |a: &str, b: &str| a.chars().count() == 1 && b.starts_with(a);
        take(&|own| initial(own, word) || initial(word, own))
    });
    initials && (others.is_empty() || left.first() != name.first())
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
fn nearest_word<'a>(people: &'a Dictionary, word: &str, slips: Slips) -> Option<&'a str> {
    // A short word is near to too many others.
    (word.chars().count() >= slips.alone).then(|| people.near_word(word))?
}
