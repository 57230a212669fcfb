use std::collections::BTreeMap;

use usher_bundle::sections::ArchivedSearch;

use crate::index::WORD_OF;
use crate::tokens::{Stems, words};

/// How soon more of the same term stops to count.
const K1: f32 = 0.9;
/// How much a long document must repeat a term to count like a short one.
const B: f32 = 0.9;
/// Distinct terms of a query that count: far more than anyone types.
const MOST_TERMS: usize = 1_024;
/// How much the very word counts beside its stem.
const SAME_WORD: f32 = 0.4;

/// BM25 search over a bundle's postings.
///
/// Robertson and Spärck Jones' weighting as in Robertson and Zaragoza, "The
/// Probabilistic Relevance Framework: BM25 and Beyond" (2009), with Lucene's
/// inverse document frequency ln(1 + (N − n + ½) / (n + ½)), which is never
/// negative. A term that the query repeats counts as often as it stands there.
#[derive(Clone, Copy)]
pub struct Bm25<'a> {
    search: &'a ArchivedSearch,
    mean_length: f32,
}

impl<'a> Bm25<'a> {
    /// Searches this section.
    #[must_use]
    pub fn new(search: &'a ArchivedSearch) -> Self {
        let total: u64 = search.lengths.iter().map(|length| u64::from(length.to_native())).sum();
        Self { search, mean_length: total as f32 / search.lengths.len().max(1) as f32 }
    }

    /// The score of every item, by row; 0 for those that share no term with the query.
    #[must_use]
    pub fn scores(&self, query: &str) -> Vec<f32> {
        self.scored(query).0
    }

    /// The score of every item, and how much of the query's words the catalogue has, by how
    /// rare they are: from 0, none that says anything, to 1, all of them. A word that no
    /// document has is the rarest.
    #[must_use]
    pub fn scored(&self, query: &str) -> (Vec<f32>, f32) {
        let mut scores = vec![0.0f32; self.search.lengths.len()];
        let Terms { weights, known, all } = self.terms(query);
        // By term, so that the order of words does not change the last digit.
        for (term, weight) in weights {
            self.add_term(term, weight, &mut scores);
        }
        (scores, if all > 0.0 { known / all } else { 0.0 })
    }

    fn terms(&self, query: &str) -> Terms {
        let n = self.search.lengths.len();
        let mut found = Terms::default();
        let stems = Stems::new();
        for word in words(query) {
            let mut term = stems.of(word.clone());
            let Some(stem) = self.search.term(&term) else {
                found.all += rarity(0, n);
                continue;
            };
            let documents = self.search.postings.range(stem).len();
            if documents == 0 {
                // It stands in most documents.
                continue;
            }
            found.known += rarity(documents, n);
            found.all += rarity(documents, n);
            found.add(stem, 1.0);
            term.push(WORD_OF);
            let next = self.search.terms.get(stem + 1);
            let very_word = if next.is_some_and(|next| next.starts_with(&term)) {
                term.push_str(&word);
                self.search.term(&term)
            } else {
                // The stem stands for one word.
                Some(stem)
            };
            if let Some(very_word) = very_word {
                found.add(very_word, SAME_WORD);
            }
        }
        found
    }

    fn add_term(&self, term: usize, times: f32, scores: &mut [f32]) {
        let postings = self.search.postings.range(term);
        let weight = times * rarity(postings.len(), self.search.lengths.len());
        let rows = self.search.postings.values.get(postings.clone()).unwrap_or_default();
        let frequencies = self.search.frequencies.get(postings).unwrap_or_default();
        for (row, frequency) in rows.iter().zip(frequencies) {
            let row = row.to_native() as usize;
            let (Some(score), Some(length)) = (scores.get_mut(row), self.search.lengths.get(row))
            else {
                continue;
            };
            let relative = length.to_native() as f32 / self.mean_length;
            let frequency = f32::from(frequency.to_native());
            *score += weight * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * relative));
        }
    }
}

/// What a query says.
#[derive(Default)]
struct Terms {
    /// The places of its terms, and how much each counts.
    weights: BTreeMap<usize, f32>,
    /// How rare its words are, added up: those that documents have, and all.
    known: f32,
    all: f32,
}

impl Terms {
    fn add(&mut self, term: usize, weight: f32) {
        if self.weights.len() < MOST_TERMS || self.weights.contains_key(&term) {
            *self.weights.entry(term).or_default() += weight;
        }
    }
}

/// The inverse document frequency of a term that `n` of `all` documents have.
fn rarity(n: usize, all: usize) -> f32 {
    let (n, rest) = (n as f64, all.saturating_sub(n) as f64);
    libm::log(1.0 + (rest + 0.5) / (n + 0.5)) as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rkyv::rancor::Error;
    use rkyv::util::AlignedVec;

    use super::*;
    use crate::index::index;

    fn archive(documents: &[&str]) -> AlignedVec {
        rkyv::to_bytes::<Error>(&index(documents.iter())).unwrap()
    }

    fn search(documents: &[&str], query: &str, k: usize) -> Vec<(u32, f32)> {
        let bytes = archive(documents);
        let section = rkyv::access::<ArchivedSearch, Error>(&bytes).unwrap();
        let scored = (0..).zip(Bm25::new(section).scores(query));
        let mut found: Vec<(u32, f32)> = scored.filter(|(_, score)| *score > 0.0).collect();
        found.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        found.truncate(k);
        found
    }

    fn rows(found: &[(u32, f32)]) -> Vec<u32> {
        found.iter().map(|(row, _)| *row).collect()
    }

    #[test]
    fn a_score_is_the_formula() {
        // N = 2, n = 1, both documents of mean length: ln(1 + 1.5 / 1.5) = ln 2,
        // times (1 + K1) / (1 + K1), once for the stem and a part of it for the word.
        let found = search(&["wolf snow", "fox snow"], "wolves wolf", 9);
        assert_eq!(rows(&found), [0]);
        // "wolves" is stemmed to another word than "wolf".
        assert!((found[0].1 - 1.4 * core::f32::consts::LN_2).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn a_word_that_no_document_has_is_what_matters_most() {
        let documents: Vec<String> =
            (0..60).map(|n| format!("the {}", if n < 6 { "owl" } else { "fox" })).collect();
        let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
        let bytes = archive(&documents);
        let words = Bm25::new(rkyv::access::<ArchivedSearch, Error>(&bytes).unwrap());
        assert_eq!(words.scored("the owl").1, 1.0);
        // What stands in most documents neither helps nor harms.
        assert_eq!(words.scored("the the").1, 0.0);
        assert!(words.scored("an owl heist").1 < 0.4);
        assert_eq!(words.scored("heist").1, 0.0);
    }

    #[test]
    fn rare_terms_repeated_terms_and_short_documents_weigh_more() {
        let documents = ["snow snow fox", "snow wolf owl", "snow hare owl tree lake"];
        assert_eq!(rows(&search(&documents, "snow wolf", 9)), [1, 0, 2]);
        assert_eq!(rows(&search(&documents, "snow", 9)), [0, 1, 2]);
    }

    #[test]
    fn equal_scores_come_by_row_and_what_shares_no_term_is_not_found() {
        assert_eq!(rows(&search(&["owl", "fox", "owl", ""], "owl", 9)), [0, 2]);
        assert_eq!(search(&["owl"], "fox", 9), []);
        assert_eq!(search(&[], "owl", 9), []);
        assert_eq!(search(&["owl"], "owl", 0), []);
    }

    #[test]
    fn the_very_word_counts_beside_its_stem() {
        let documents = ["the dreams of owls", "the dreaming of owls", "no dream of owls"];
        assert_eq!(rows(&search(&documents, "dreaming", 9))[0], 1);
        assert_eq!(search(&documents, "dreamer", 9).len(), 0);
        assert_eq!(search(&documents, "dreamed", 9).len(), 3);
    }

    #[test]
    fn a_query_of_any_length_is_answered() {
        let query = "owl and fox, ".repeat(10_000);
        assert_eq!(rows(&search(&["owl", "fox", "hare"], &query, 9)), [0, 1]);
    }

    proptest! {
        #[test]
        fn the_order_of_the_query_does_not_matter(
            documents in prop::collection::vec("[a-e ]{0,20}", 0..8),
            mut query in prop::collection::vec("[a-e]{1,2}", 0..6),
        ) {
            let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
            let found = search(&documents, &query.join(" "), 20);
            query.reverse();
            prop_assert_eq!(&found, &search(&documents, &query.join(" "), 20));
            prop_assert!(found.iter().all(|(_, score)| *score > 0.0 && score.is_finite()));
        }
    }
}
