use std::rc::Rc;

use usher_bundle::{Bundle, ItemRow, UserRow};
use usher_recommender::Ranker;

use crate::ports::{Ranking, Unavailable};

/// The matrix factors of an open bundle.
#[derive(Debug)]
pub struct BundleRanking {
    bundle: Rc<Bundle>,
    ranker: Ranker,
}

impl BundleRanking {
    /// The matrix factors of an open bundle.
    #[must_use]
    pub fn new(bundle: Rc<Bundle>) -> Self {
        Self { ranker: Ranker::from_factors(bundle.factors()), bundle }
    }
}

impl Ranking for BundleRanking {
    async fn scores(&self, user: UserRow) -> Result<Vec<f32>, Unavailable> {
        Ok(self.ranker.scores(&self.bundle.taste(user).await?))
    }

    async fn scores_liking(&self, items: &[ItemRow]) -> Result<Vec<f32>, Unavailable> {
        Ok(self.ranker.scores(&self.ranker.taste(items)))
    }

    async fn because(
        &self,
        item: ItemRow,
        history: &[ItemRow],
        n: usize,
    ) -> Result<Vec<ItemRow>, Unavailable> {
        Ok(self.ranker.because(item, history, n))
    }
}
