use std::cmp::Ordering;
use std::collections::BTreeMap;

use itertools::Itertools;
use usher_bundle::ItemRow;
use usher_bundle::sections::ArchivedSearch;

use crate::tokens::tokens;

/// How soon more of the same term stops to count.
const K1: f32 = 1.2;
/// How much a long document must repeat a term to count like a short one.
const B: f32 = 0.75;
/// Distinct terms of a query that count: far more than anyone types.
const MOST_TERMS: usize = 1_024;

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

    /// The `k` best items for a query among those allowed (`None`: all), best
    /// first, equal scores by row. Items that share no term with the query are
    /// not found.
    #[must_use]
    pub fn search(
        &self,
        query: &str,
        allowed: Option<&dyn Fn(ItemRow) -> bool>,
        k: usize,
    ) -> Vec<(ItemRow, f32)> {
        let mut scores = vec![0.0f32; self.search.lengths.len()];
        // By term, so that the order of words does not change the last digit.
        for (term, repeats) in self.query_terms(query) {
            self.add_term(term, repeats as f32, &mut scores);
        }
        let found = (0..)
            .map(ItemRow)
            .zip(scores)
            .filter(|(item, score)| *score > 0.0 && allowed.is_none_or(|allowed| allowed(*item)));
        found.k_smallest_by(k, better_first).collect()
    }

    /// The places of the query's terms, and how often each stands in the query.
    fn query_terms(&self, query: &str) -> BTreeMap<usize, u32> {
        let mut terms = BTreeMap::new();
        for term in tokens(query).filter_map(|term| self.search.term(&term)) {
            if terms.len() < MOST_TERMS || terms.contains_key(&term) {
                *terms.entry(term).or_default() += 1;
            }
        }
        terms
    }

    fn add_term(&self, term: usize, repeats: f32, scores: &mut [f32]) {
        let postings = self.search.postings.range(term);
        let n = postings.len() as f64;
        let rest = self.search.lengths.len() as f64 - n;
        let weight = repeats * libm::log(1.0 + (rest + 0.5) / (n + 0.5)) as f32;
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

fn better_first((a, score_a): &(ItemRow, f32), (b, score_b): &(ItemRow, f32)) -> Ordering {
    score_b.total_cmp(score_a).then_with(|| a.cmp(b))
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
        Bm25::new(section)
            .search(query, None, k)
            .into_iter()
            .map(|(item, score)| (item.0, score))
            .collect()
    }

    fn rows(found: &[(u32, f32)]) -> Vec<u32> {
        found.iter().map(|(row, _)| *row).collect()
    }

    #[test]
    fn a_score_is_the_formula() {
        // N = 2, n = 1, both documents of mean length: ln(1 + 1.5 / 1.5) = ln 2,
        // times 2.2 / (1 + 1.2).
        let found = search(&["wolf snow", "fox snow"], "wolves wolf", 9);
        assert_eq!(rows(&found), [0]);
        // "wolves" is stemmed to another word than "wolf".
        assert!((found[0].1 - core::f32::consts::LN_2).abs() < 1e-6, "{found:?}");
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
        assert_eq!(search(&["owl"], "the fox", 9), []);
        assert_eq!(search(&[], "owl", 9), []);
        assert_eq!(search(&["owl"], "owl", 0), []);
    }

    #[test]
    fn only_allowed_items_are_found() {
        let bytes = archive(&["owl", "owl", "owl"]);
        let section = rkyv::access::<ArchivedSearch, Error>(&bytes).unwrap();
        let found = Bm25::new(section).search("owl", Some(&|item| item.0 != 1), 9);
        assert_eq!(found.iter().map(|(item, _)| item.0).collect::<Vec<_>>(), [0, 2]);
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
