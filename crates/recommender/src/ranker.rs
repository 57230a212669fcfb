use nalgebra::{DMatrix, DVector, DVectorView};
use usher_bundle::ItemRow;
use usher_bundle::sections::{ArchivedFactors, Factors};

use crate::ranking::top_k;

/// The items' factors of one bundle, ready to score.
#[derive(Debug, Clone)]
pub struct Ranker {
    /// dim × items.
    items: DMatrix<f32>,
    /// One number an item.
    bias: DVector<f32>,
    /// Euclidean length of each item's factors.
    norms: Vec<f32>,
}

impl Ranker {
    /// Takes the factors out of a section.
    #[must_use]
    pub fn from_factors(factors: &ArchivedFactors) -> Self {
        Self::new(Factors {
            dim: factors.dim.to_native(),
            items: factors.items.iter().map(|x| x.to_native()).collect(),
            item_bias: factors.item_bias.iter().map(|x| x.to_native()).collect(),
        })
    }

    /// Takes factors as they were fitted. A last row that is cut short is left out.
    #[must_use]
    pub fn new(factors: Factors) -> Self {
        let Factors { dim, mut items, item_bias: mut bias } = factors;
        let dim = dim as usize;
        let n_items = items.len().checked_div(dim).unwrap_or(0).min(bias.len());
        items.truncate(n_items * dim);
        bias.truncate(n_items);
        let items = DMatrix::from_vec(dim, n_items, items);
        let norms = items.column_iter().map(|factors| factors.norm()).collect();
        Self { bias: DVector::from_vec(bias), items, norms }
    }

    /// The score of each item for a user with these factors. Factors of another
    /// length are no taste: the scores are the biases.
    #[must_use]
    pub fn scores(&self, taste: &[f32]) -> Vec<f32> {
        let mut scores = self.bias.clone();
        if taste.len() == self.items.nrows() && !taste.is_empty() {
            let taste = DVectorView::from_slice(taste, taste.len());
            scores.gemv_tr(1.0, &self.items, &taste, 1.0);
        }
        scores.data.into()
    }

    /// The items of a user's history that carry the score of `item`, most first,
    /// at most `n`: those whose factors point the same way (cosine above zero).
    /// Equal ones by row; never the item itself.
    #[must_use]
    pub fn because(&self, item: ItemRow, history: &[ItemRow], n: usize) -> Vec<ItemRow> {
        let carrying = history.iter().filter(|seen| **seen != item).filter_map(|seen| {
            // A length of zero makes this NaN, which is not above zero.
            self.cosine(item, *seen).filter(|cosine| *cosine > 0.0).map(|cosine| (*seen, cosine))
        });
        top_k(carrying, n).into_iter().map(|(seen, _)| seen).collect()
    }

    fn cosine(&self, a: ItemRow, b: ItemRow) -> Option<f32> {
        let lengths = self.norms.get(a.index())? * self.norms.get(b.index())?;
        Some(self.items.column(a.index()).dot(&self.items.column(b.index())) / lengths)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranker(dim: u32, items: Vec<f32>, item_bias: Vec<f32>) -> Ranker {
        Ranker::new(Factors { dim, items, item_bias })
    }

    fn rows(items: &[u32]) -> Vec<ItemRow> {
        items.iter().copied().map(ItemRow).collect()
    }

    #[test]
    fn a_score_is_the_dot_product_and_the_bias() {
        let items = vec![1.0, 0.0, 0.0, 1.0, 3.0, 4.0];
        let ranker = ranker(2, items, vec![0.5, 0.0, -1.0]);
        assert_eq!(ranker.scores(&[1.0, 2.0]), [1.5, 2.0, 10.0]);
        assert_eq!(ranker.scores(&[0.0, 0.0]), [0.5, 0.0, -1.0]);
        assert_eq!(ranker.scores(&[]), [0.5, 0.0, -1.0]);
        assert_eq!(ranker.scores(&[1.0, 2.0, 3.0]), [0.5, 0.0, -1.0]);
    }

    #[test]
    fn reasons_are_the_history_items_that_point_the_same_way() {
        let items = vec![1.0, 0.0, 1.0, 0.1, -1.0, 0.0, 0.0, 0.0, 1.0, 0.5, 2.0, 0.2];
        let ranker = ranker(2, items, vec![0.0; 6]);
        // 1 and 5 point the same way exactly; 2 points away; 3 has no direction.
        let all = rows(&[4, 5, 3, 2, 1, 0, 77]);
        assert_eq!(ranker.because(ItemRow(0), &all, 9), rows(&[1, 5, 4]));
        assert_eq!(ranker.because(ItemRow(0), &all, 1), rows(&[1]));
        assert_eq!(ranker.because(ItemRow(3), &all, 9), rows(&[]));
        assert_eq!(ranker.because(ItemRow(99), &all, 9), rows(&[]));
    }

    proptest! {
        #[test]
        fn factors_of_any_shape_are_taken(
            dim in 0u32..4, taste in 0usize..9, items in 0usize..9, bias in 0usize..5,
        ) {
            let ranker = ranker(dim, vec![1.0; items], vec![1.0; bias]);
            prop_assert!(ranker.scores(&vec![1.0; taste]).len() <= bias);
            let _ = ranker.because(ItemRow(0), &rows(&[0, 1, 2]), 2);
        }
    }
}
