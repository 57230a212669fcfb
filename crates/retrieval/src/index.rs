use std::collections::BTreeMap;

use usher_bundle::Lists;
use usher_bundle::sections::Search;

use crate::tokens::tokens;

/// Indexes documents. The first one belongs to item row 0, the next to row 1.
#[must_use]
pub fn index(documents: impl Iterator<Item = impl AsRef<str>>) -> Search {
    let mut lengths = Vec::new();
    // Per term, the rows that hold it and how often, rising.
    let mut terms: BTreeMap<String, Vec<(u32, u16)>> = BTreeMap::new();
    for (document, row) in documents.zip(0..) {
        let mut length: u32 = 0;
        for term in tokens(document.as_ref()) {
            length = length.saturating_add(1);
            let postings = terms.entry(term).or_default();
            match postings.last_mut() {
                Some((last, frequency)) if *last == row => {
                    *frequency = frequency.saturating_add(1);
                }
                _ => postings.push((row, 1)),
            }
        }
        lengths.push(length);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_sorted_and_postings_count_them() {
        let search = index(["wolf and fox", "", "Fox, fox!"].iter());
        assert_eq!(search.terms, ["fox", "wolf"]);
        assert_eq!(search.postings.offsets, [0, 2, 3]);
        assert_eq!(search.postings.values, [0, 2, 0]);
        assert_eq!(search.frequencies, [1, 2, 1]);
        assert_eq!(search.lengths, [2, 0, 2]);
    }
}
