use std::cell::OnceCell;

use nalgebra::{DMatrix, DVector, DVectorView};
use usher_bundle::ItemRow;
use usher_bundle::sections::ArchivedFactors;

use crate::ranking::top_k;

/// Factors of the items, and what belongs to them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemFactors {
    /// Length of each factor.
    pub dim: usize,
    /// Items × dim, row after row.
    pub factors: Vec<f32>,
    /// One number an item, added to every score.
    pub bias: Vec<f32>,
    /// One number an item, if a user's factors are the sum over their history of each
    /// item's factors, so many times; else empty.
    pub history_weights: Vec<f32>,
}

/// The items' factors of one bundle, ready to score.
#[derive(Debug, Clone)]
pub struct Ranker {
    /// dim × items.
    items: DMatrix<f32>,
    /// One number an item.
    bias: DVector<f32>,
    /// One number an item: what its factors count in a user's history.
    weights: Vec<f32>,
    /// A user's factors are the sum over their history, by these weights.
    is_sum: bool,
    /// The factors times their transpose, dim × dim: what is solved with where users'
    /// factors are no sum. Made when it is first needed.
    gram: OnceCell<Vec<f32>>,
}

/// Fold-in where users' factors are no sum: what an item counts that is not liked.
const UNOBSERVED_WEIGHT: f32 = 0.3;
/// The regulariser, in means of the diagonal of αVVᵀ: about what iALS is fitted with.
const REGULARIZATION: f32 = 3.0;
/// What a liked item is to score where items have biases: only the scores of BPR do, which
/// are on the scale of a logistic function.
const LIKED_BESIDE_BIAS: f32 = 10.0;
/// The most rounds of the solver, which mostly ends far before.
const ROUNDS: usize = 64;

impl Ranker {
    /// Takes the factors out of a section.
    #[must_use]
    pub fn from_factors(section: &ArchivedFactors) -> Self {
        Self::new(ItemFactors {
            dim: section.dim.to_native() as usize,
            factors: section.numbers().collect(),
            bias: section.item_bias.iter().map(|x| x.to_native()).collect(),
            history_weights: section.history_weights.iter().map(|x| x.to_native()).collect(),
        })
    }

    /// Takes factors as they were fitted. A last row that is cut short is left out.
    #[must_use]
    pub fn new(items: ItemFactors) -> Self {
        let ItemFactors { dim, mut factors, mut bias, history_weights: mut weights } = items;
        let n_items = factors.len().checked_div(dim).unwrap_or(0).min(bias.len());
        factors.truncate(n_items * dim);
        bias.truncate(n_items);
        let items = DMatrix::from_vec(dim, n_items, factors);
        let is_sum = !weights.is_empty();
        if !is_sum {
            // Of equal lengths the items count by their direction alone.
            weights.extend(items.column_iter().map(|factors| 1.0 / factors.norm()));
        }
        Self { bias: DVector::from_vec(bias), items, weights, is_sum, gram: OnceCell::new() }
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

    /// The factors of somebody of whom only some items are known that they like, each
    /// named once: dim numbers, all zero if nothing is known of any of the items.
    ///
    /// Where users' factors are a sum over their history, this is that sum. Otherwise it
    /// is where the least squares of implicit feedback are least, with the items as they
    /// are (Hu, Koren, Volinsky: "Collaborative Filtering for Implicit Feedback Datasets",
    /// ICDM 2008): (αVVᵀ + Σ v vᵀ + λI) u = Σ v, the sums over the liked items, solved by
    /// conjugate gradients (Hestenes, Stiefel, 1952).
    #[must_use]
    pub fn taste(&self, likes: &[ItemRow]) -> Vec<f32> {
        let dim = self.items.nrows();
        let row = |item: &ItemRow| {
            let start = item.index().checked_mul(dim)?;
            self.items.as_slice().get(start..)?.get(..dim)
        };
        let mut sum = vec![0.0; dim];
        for (item, factors) in likes.iter().filter_map(|item| Some((item, row(item)?))) {
            let weight = self.weights.get(item.index()).copied().unwrap_or_default();
            add(if self.is_sum { weight } else { 1.0 }, factors, &mut sum);
        }
        if self.is_sum {
            return sum;
        }
        let gram = self.gram.get_or_init(|| {
            let mut gram = vec![0.0; dim * dim];
            for factors in self.items.as_slice().chunks_exact(dim.max(1)) {
                for (x, row) in factors.iter().zip(gram.chunks_exact_mut(dim.max(1))) {
                    add(UNOBSERVED_WEIGHT * x, factors, row);
                }
            }
            gram
        });
        let trace: f32 = gram.iter().step_by(dim + 1).sum();
        if self.bias.iter().any(|bias| *bias != 0.0) {
            sum.iter_mut().for_each(|x| *x *= LIKED_BESIDE_BIAS);
        }
        let times = |vector: &[f32], product: &mut [f32]| {
            product.fill(0.0);
            add(REGULARIZATION * trace / dim as f32, vector, product);
            for (x, row) in vector.iter().zip(gram.chunks_exact(dim.max(1))) {
                add(*x, row, product);
            }
            for factors in likes.iter().filter_map(row) {
                add(dot(factors, vector), factors, product);
            }
        };
        conjugate_gradients(times, sum)
    }

    /// The items of a user's history that carry the score of `item`, most first, at most
    /// `n`: those that raise it. Where users' factors are a sum over their history, each
    /// raises it by exactly its part of the sum; otherwise the items whose factors point
    /// the same way as this one's are those nearest by cosine. Equal ones by row; never
    /// the item itself.
    #[must_use]
    pub fn because(&self, item: ItemRow, history: &[ItemRow], n: usize) -> Vec<ItemRow> {
        let carrying = history.iter().filter(|seen| **seen != item).filter_map(|seen| {
            // What has no direction has an endless weight: not a number, nor above zero.
            let part = self.part(item, *seen)?;
            (part > 0.0).then_some((*seen, part))
        });
        top_k(carrying, n).into_iter().map(|(seen, _)| seen).collect()
    }

    /// What one item of a history adds to the score of another item.
    fn part(&self, item: ItemRow, seen: ItemRow) -> Option<f32> {
        let weight = self.weights.get(seen.index())?;
        let known = item.index() < self.items.ncols() && seen.index() < self.items.ncols();
        known
            .then(|| weight * self.items.column(item.index()).dot(&self.items.column(seen.index())))
    }
}

/// y + a x, in y. Not inlined: the page carries it once.
#[inline(never)]
fn add(a: f32, x: &[f32], y: &mut [f32]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

/// x · y. Not inlined, likewise.
#[inline(never)]
fn dot(x: &[f32], y: &[f32]) -> f32 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// The x of A x = b, for a symmetric A that is above zero.
fn conjugate_gradients(times: impl Fn(&[f32], &mut [f32]), b: Vec<f32>) -> Vec<f32> {
    /// The square of the residual, as a share of that of b, at which it is good enough.
    const ENOUGH: f32 = 1e-10;
    let (mut x, mut product) = (vec![0.0; b.len()], vec![0.0; b.len()]);
    let mut direction = b.clone();
    let mut residual = b;
    let first = dot(&residual, &residual);
    let mut square = first;
    for _ in 0..ROUNDS {
        times(&direction, &mut product);
        let step = square / dot(&direction, &product);
        // Nothing is left to go, or nothing to go by.
        if !(square > first * ENOUGH && step.is_finite()) {
            break;
        }
        add(step, &direction, &mut x);
        add(-step, &product, &mut residual);
        let next = dot(&residual, &residual);
        // The residual and a part of the last direction.
        product.clone_from(&residual);
        add(next / square, &direction, &mut product);
        std::mem::swap(&mut direction, &mut product);
        square = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranker(dim: usize, factors: Vec<f32>, bias: Vec<f32>) -> Ranker {
        Ranker::new(ItemFactors { dim, factors, bias, history_weights: Vec::new() })
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
        fn without_its_first_reason_a_score_falls_most(
            factors in prop::collection::vec(-1.0f32..1.0, 24),
            weights in prop::collection::vec(0.1f32..2.0, 8),
            history in prop::collection::btree_set(1u32..8, 1..8),
        ) {
            let items = ItemFactors {
                dim: 3,
                factors: factors.clone(),
                bias: vec![0.0; 8],
                history_weights: weights.clone(),
            };
            let ranker = Ranker::new(items);
            let history: Vec<ItemRow> = history.into_iter().map(ItemRow).collect();
            let score_without = |left_out: Option<ItemRow>| {
                let mut taste = [0.0; 3];
                for item in history.iter().filter(|item| Some(**item) != left_out) {
                    let of_item = factors.chunks_exact(3).nth(item.index()).unwrap();
                    for (sum, x) in taste.iter_mut().zip(of_item) {
                        *sum += weights[item.index()] * x;
                    }
                }
                ranker.scores(&taste)[0]
            };
            let falls = |item: ItemRow| score_without(None) - score_without(Some(item));
            match ranker.because(ItemRow(0), &history, 3).first() {
                Some(first) => {
                    let most = history.iter().map(|item| falls(*item)).fold(f32::MIN, f32::max);
                    prop_assert!(falls(*first) >= most - 1e-5);
                }
                None => prop_assert!(history.iter().all(|item| falls(*item) <= 1e-5)),
            }
        }

        #[test]
        fn folded_in_without_a_sum_the_least_squares_are_flat(
            factors in prop::collection::vec(-1.0f32..1.0, 24),
            likes in prop::collection::btree_set(0u32..8, 1..8),
        ) {
            let ranker = ranker(3, factors.clone(), vec![0.0; 8]);
            let likes: Vec<ItemRow> = likes.into_iter().map(ItemRow).collect();
            let taste = ranker.taste(&likes);
            let squares: f32 = factors.iter().map(|x| x * x).sum();
            let lambda = REGULARIZATION * UNOBSERVED_WEIGHT * squares / 3.0;
            let mut slope: Vec<f32> = taste.iter().map(|x| lambda * x).collect();
            for (item, v) in factors.chunks_exact(3).enumerate() {
                let score: f32 = taste.iter().zip(v).map(|(u, v)| u * v).sum();
                let mut pull = UNOBSERVED_WEIGHT * score;
                if likes.contains(&ItemRow(item as u32)) {
                    pull += score - 1.0;
                }
                slope.iter_mut().zip(v).for_each(|(slope, v)| *slope += pull * v);
            }
            prop_assert!(slope.iter().all(|slope| slope.abs() < 1e-3), "{:?}", slope);
        }

        #[test]
        fn factors_of_any_shape_are_taken(
            dim in 0usize..4, taste in 0usize..9, items in 0usize..9, bias in 0usize..5,
        ) {
            let ranker = ranker(dim, vec![1.0; items], vec![1.0; bias]);
            prop_assert!(ranker.scores(&vec![1.0; taste]).len() <= bias);
            let _ = ranker.because(ItemRow(0), &rows(&[0, 1, 2]), 2);
            let folded = ranker.taste(&rows(&[0, 1, 77]));
            prop_assert!(folded.len() == dim && folded.iter().all(|x| x.is_finite()));
        }
    }
}
