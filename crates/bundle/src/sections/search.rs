use rkyv::{Archive, Serialize};

use crate::lists::Lists;
use crate::section::Check;
use crate::sections::Bounds;
use crate::shards::Sharded;

/// Postings of the catalogue's text, for BM25. A document is an item.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Search {
    /// The terms, in rising byte order.
    pub terms: Vec<String>,
    /// Per term, the item rows that hold it, rising.
    pub postings: Lists,
    /// Beside each posting, how often the term stands there.
    pub frequencies: Vec<u16>,
    /// Per item, its number of terms.
    pub lengths: Vec<u32>,
}

impl ArchivedSearch {
    /// The place of a term.
    #[must_use]
    pub fn term(&self, term: &str) -> Option<usize> {
        self.terms.binary_search_by(|probe| probe.as_str().cmp(term)).ok()
    }
}

impl Check for ArchivedSearch {
    fn check(&self) -> Result<(), String> {
        if !self.terms.is_sorted_by(|a, b| a.as_str() < b.as_str()) {
            return Err("its terms are out of order".into());
        }
        self.postings.check("postings", self.terms.len(), self.lengths.len())?;
        super::same_rows("frequencies", self.frequencies.len(), self.postings.values.len())
    }
}

impl Sharded for Search {
    fn check_rows(archived: &ArchivedSearch, rows: usize, _: Bounds) -> Result<(), String> {
        super::same_rows("lengths", archived.lengths.len(), rows)
    }

    /// It stays in one piece.
    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        0
    }

    #[cfg(feature = "write")]
    fn slice(&self, _: std::ops::Range<usize>) -> Self {
        self.clone()
    }
}
