use std::collections::HashMap;

use crate::tokens::tokens;

/// Which of a few documents share most with a query: the places of up to `k` of
/// them, best first. Terms weigh by BM25's inverse document frequency, each once;
/// nothing is kept, so this is for tens of documents. Those that share no term are
/// not given.
#[must_use]
pub fn nearest_of(query: &str, documents: &[&str], k: usize) -> Vec<usize> {
    let terms_of: Vec<Vec<String>> = documents
        .iter()
        .map(|document| {
            let mut terms: Vec<String> = tokens(document).collect();
            terms.sort_unstable();
            terms.dedup();
            terms
        })
        .collect();
    let mut frequencies: HashMap<&str, u32> = HashMap::new();
    for term in terms_of.iter().flatten() {
        *frequencies.entry(term).or_default() += 1;
    }
    let mut query: Vec<String> = tokens(query).collect();
    query.sort_unstable();
    query.dedup();
    let mut scores: Vec<(usize, f64)> = terms_of
        .iter()
        .map(|terms| {
            let shared = query.iter().filter(|term| terms.binary_search(term).is_ok());
            let weight = |term: &String| {
                let n = f64::from(frequencies.get(term.as_str()).copied().unwrap_or_default());
                libm::log(1.0 + (documents.len() as f64 - n + 0.5) / (n + 0.5))
            };
            // The root of the length, so that long documents do not win by length.
            shared.map(weight).sum::<f64>() / libm::sqrt(terms.len().max(1) as f64)
        })
        .enumerate()
        .filter(|(_, score)| *score > 0.0)
        .collect();
    scores.sort_unstable_by(|(a, score_a), (b, score_b)| score_b.total_cmp(score_a).then(a.cmp(b)));
    scores.into_iter().map(|(place, _)| place).take(k).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_share_rare_terms_come_first() {
        let documents = ["Recommend a comedy", "What is the ideal length?", "Recommend a western"];
        assert_eq!(nearest_of("Recommend westerns", &documents, 9), [2, 0]);
        assert_eq!(nearest_of("ideal length for a comedy", &documents, 1), [1]);
        assert_eq!(nearest_of("nothing of that", &documents, 3), [0; 0]);
        assert_eq!(nearest_of("", &[], 3), [0; 0]);
    }
}
