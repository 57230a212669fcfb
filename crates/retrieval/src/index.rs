use std::collections::BTreeMap;

use usher_bundle::Lists;
use usher_bundle::sections::Search;

use crate::tokens::{Stems, words};

/// Between a term and one of the words that it stands for, in the list of terms. It is
/// in no word, and sorts before every letter: a term's words follow it.
pub(crate) const WORD_OF: char = '=';
/// A term that stands in more than half of this many documents or more says nothing.
const FEW_DOCUMENTS: usize = 40;

/// Per term, the rows that hold it and how often, rising.
type Postings = BTreeMap<String, Vec<(u32, u16)>>;

/// Indexes documents. The first one belongs to item row 0, the next to row 1.
///
/// Words stand under their stem, and where a stem stands for several words, once more
/// under each of these: a document counts for more if it has the very word. What
/// stands in most documents has no postings, so that no list of stop words is needed and
/// any language has its own; it is kept as a term, so that it can be told from a word
/// that no document has.
#[must_use]
pub fn index(documents: impl Iterator<Item = impl AsRef<str>>) -> Search {
    let stems = Stems::new();
    let mut lengths = Vec::new();
    let mut by_stem: BTreeMap<String, (Vec<(u32, u16)>, Postings)> = BTreeMap::new();
    for (document, row) in documents.zip(0..) {
        let mut length: u32 = 0;
        for word in words(document.as_ref()) {
            length = length.saturating_add(1);
            let (postings, by_word) = by_stem.entry(stems.of(word.clone())).or_default();
            count(postings, row);
            count(by_word.entry(word).or_default(), row);
        }
        lengths.push(length);
    }
    let most = lengths.len().max(FEW_DOCUMENTS) / 2;
    let mut terms = Postings::new();
    for (stem, (postings, by_word)) in by_stem {
        if postings.len() > most {
            terms.insert(stem, Vec::new());
            continue;
        }
        if by_word.len() > 1 {
            let words = by_word.into_iter();
            terms.extend(words.map(|(word, rows)| (format!("{stem}{WORD_OF}{word}"), rows)));
        }
        terms.insert(stem, postings);
    }
    let rows =
        |postings: &Vec<(u32, u16)>| -> Vec<u32> { postings.iter().map(|(row, _)| *row).collect() };
    Search {
        postings: terms.values().map(rows).collect::<Lists>(),
        frequencies: terms.values().flatten().map(|(_, frequency)| *frequency).collect(),
        terms: terms.into_keys().collect(),
        lengths,
    }
}

fn count(postings: &mut Vec<(u32, u16)>, row: u32) {
    match postings.last_mut() {
        Some((last, frequency)) if *last == row => *frequency = frequency.saturating_add(1),
        _ => postings.push((row, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_sorted_and_postings_count_them() {
        let search = index(["wolf and fox", "", "Fox, fox!"].iter());
        assert_eq!(search.terms, ["and", "fox", "wolf"]);
        assert_eq!(search.postings.offsets, [0, 1, 3, 4]);
        assert_eq!(search.postings.values, [0, 0, 2, 0]);
        assert_eq!(search.frequencies, [1, 1, 2, 1]);
        assert_eq!(search.lengths, [3, 0, 2]);
    }

    #[test]
    fn the_words_of_a_stem_follow_it() {
        let search = index(["dream dreaming", "dreams dream", "dreamt"].iter());
        assert_eq!(
            search.terms,
            ["dream", "dream=dream", "dream=dreaming", "dream=dreams", "dreamt"]
        );
        assert_eq!(search.frequencies, [2, 2, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn what_stands_in_most_documents_has_no_postings() {
        let documents = (0..60).map(|n| format!("the {}", if n < 30 { "owl" } else { "fox" }));
        let search = index(documents);
        assert_eq!(search.terms, ["fox", "owl", "the"]);
        assert_eq!(search.postings.offsets, [0, 30, 60, 60]);
    }
}
