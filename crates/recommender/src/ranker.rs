use nalgebra::{DMatrix, DVector, DVectorView};
use usher_bundle::sections::{ArchivedFactors, Factors};
use usher_bundle::{ItemRow, UserRow};

use crate::ranking::top_k;

/// The factors of one bundle, ready to score.
#[derive(Debug, Clone)]
pub struct Ranker {
    /// dim × items.
    items: DMatrix<f32>,
    /// dim × users.
    users: DMatrix<f32>,
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
            users: factors.users.iter().map(|x| x.to_native()).collect(),
            items: factors.items.iter().map(|x| x.to_native()).collect(),
            item_bias: factors.item_bias.iter().map(|x| x.to_native()).collect(),
        })
    }

    /// Takes factors as they were fitted. A last row that is cut short is left out.
    #[must_use]
    pub fn new(factors: Factors) -> Self {
        let Factors { dim, mut users, mut items, item_bias: mut bias } = factors;
        let dim = dim as usize;
        let rows = |numbers: &[f32]| numbers.len().checked_div(dim).unwrap_or(0);
        let n_users = rows(&users);
        let n_items = rows(&items).min(bias.len());
        users.truncate(n_users * dim);
        items.truncate(n_items * dim);
        bias.truncate(n_items);
        let items = DMatrix::from_vec(dim, n_items, items);
        let norms = items.column_iter().map(|factors| factors.norm()).collect();
        Self {
            users: DMatrix::from_vec(dim, n_users, users),
            bias: DVector::from_vec(bias),
            items,
            norms,
        }
    }

    /// A user's score for each item. A user outside the factors has no taste: the
    /// scores are the biases.
    #[must_use]
    pub fn scores(&self, user: UserRow) -> Vec<f32> {
        let mut scores = self.bias.clone();
        if let Some(taste) = self.taste(user) {
            scores.gemv_tr(1.0, &self.items, &taste, 1.0);
        }
        scores.data.into()
    }

    /// A user's scores for some items, in their order; NaN for an item outside
    /// the factors.
    #[must_use]
    pub fn scores_of(&self, user: UserRow, items: &[ItemRow]) -> Vec<f32> {
        let taste = self.taste(user);
        let score = |item: &ItemRow| {
            let bias = *self.bias.get(item.index())?;
            Some(match &taste {
                Some(taste) => self.items.column(item.index()).dot(taste) + bias,
                None => bias,
            })
        };
        items.iter().map(|item| score(item).unwrap_or(f32::NAN)).collect()
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

    fn taste(&self, user: UserRow) -> Option<DVectorView<'_, f32>> {
        (user.index() < self.users.ncols()).then(|| self.users.column(user.index()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranker(dim: u32, users: Vec<f32>, items: Vec<f32>, item_bias: Vec<f32>) -> Ranker {
        Ranker::new(Factors { dim, users, items, item_bias })
    }

    fn rows(items: &[u32]) -> Vec<ItemRow> {
        items.iter().copied().map(ItemRow).collect()
    }

    #[test]
    fn a_score_is_the_dot_product_and_the_bias() {
        let ranker = ranker(
            2,
            vec![1.0, 2.0, 0.0, 0.0],
            vec![1.0, 0.0, 0.0, 1.0, 3.0, 4.0],
            vec![0.5, 0.0, -1.0],
        );
        assert_eq!(ranker.scores(UserRow(0)), [1.5, 2.0, 10.0]);
        assert_eq!(ranker.scores(UserRow(1)), [0.5, 0.0, -1.0]);
        assert_eq!(ranker.scores(UserRow(7)), [0.5, 0.0, -1.0]);
        let some = ranker.scores_of(UserRow(0), &rows(&[2, 0, 9]));
        assert_eq!(some[..2], [10.0, 1.5]);
        assert!(some[2].is_nan());
    }

    #[test]
    fn reasons_are_the_history_items_that_point_the_same_way() {
        let items = vec![1.0, 0.0, 1.0, 0.1, -1.0, 0.0, 0.0, 0.0, 1.0, 0.5, 2.0, 0.2];
        let ranker = ranker(2, Vec::new(), items, vec![0.0; 6]);
        // 1 and 5 point the same way exactly; 2 points away; 3 has no direction.
        let all = rows(&[4, 5, 3, 2, 1, 0, 77]);
        assert_eq!(ranker.because(ItemRow(0), &all, 9), rows(&[1, 5, 4]));
        assert_eq!(ranker.because(ItemRow(0), &all, 1), rows(&[1]));
        assert_eq!(ranker.because(ItemRow(3), &all, 9), rows(&[]));
        assert_eq!(ranker.because(ItemRow(99), &all, 9), rows(&[]));
    }

    proptest! {
        #[test]
        fn scores_of_some_items_are_the_scores_of_all(
            factors in prop::collection::vec(-1.0f32..1.0, 19 * 7..=19 * 7),
            bias in prop::collection::vec(-1.0f32..1.0, 6..=6),
        ) {
            let (user, items) = factors.split_at(19);
            let ranker = ranker(19, user.to_vec(), items.to_vec(), bias);
            let all = ranker.scores(UserRow(0));
            prop_assert_eq!(ranker.scores_of(UserRow(0), &rows(&[0, 1, 2, 3, 4, 5])), all);
        }

        #[test]
        fn factors_of_any_shape_are_taken(
            dim in 0u32..4, users in 0usize..9, items in 0usize..9, bias in 0usize..5,
        ) {
            let ranker = ranker(dim, vec![1.0; users], vec![1.0; items], vec![1.0; bias]);
            prop_assert!(ranker.scores(UserRow(1)).len() <= bias);
            let _ = ranker.because(ItemRow(0), &rows(&[0, 1, 2]), 2);
        }
    }
}
