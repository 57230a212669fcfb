use std::rc::Rc;

use usher_bundle::{Bundle, ItemRow};
use usher_retrieval::Bm25;

use crate::ports::{Search, Unavailable};

/// Text search over the postings of an open bundle.
#[derive(Debug)]
pub struct BundleSearch {
    bundle: Rc<Bundle>,
}

impl BundleSearch {
    pub(super) fn new(bundle: Rc<Bundle>) -> Self {
        Self { bundle }
    }
}

impl Search for BundleSearch {
    async fn nearest(
        &self,
        query: &str,
        items: Option<&[ItemRow]>,
        k: usize,
    ) -> Result<Vec<(ItemRow, f32)>, Unavailable> {
        let within = |item: ItemRow| items.is_none_or(|items| items.binary_search(&item).is_ok());
        let postings = self.bundle.search().await?;
        let mut found = Bm25::new(postings.get()).search(query, Some(&within), k);
        // BM25 has no upper end; its best becomes 1.
        let best = found.first().map_or(1.0, |(_, score)| *score);
        for (_, score) in &mut found {
            *score /= best;
        }
        Ok(found)
    }
}
