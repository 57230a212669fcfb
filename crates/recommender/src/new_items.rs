//! Factors for items that nobody took yet, from their texts: ridge regression from text
//! vectors to the factors of the items that were fitted.
//!
//! Hoerl and Kennard: "Ridge Regression", Technometrics 1970. Content in the place of factors
//! that interactions cannot give: Gantner, Drumond, Freudenthaler, Rendle, Schmidt-Thieme:
//! "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", ICDM 2010.

use fastrand::Rng;
use nalgebra::{Cholesky, DMatrix, DVector};
use usher_bundle::ItemRow;
use usher_bundle::sections::LARGEST_FACTOR;

use crate::{Fitted, Interactions};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filled {
    /// How many items were given factors.
    pub items: usize,
    /// The λ that was chosen, in means of the diagonal of what is solved.
    pub regularization: f64,
}

/// The λ that are tried.
const REGULARIZATIONS: [f64; 7] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
/// One item in so many is held out to choose λ on.
const HELD_OUT_OF: usize = 5;
/// With fewer items there is nothing to learn from.
const FEWEST: usize = 50;
/// So many users took an item that is learned from, or more.
const FEWEST_TAKEN: u32 = 3;
/// Columns that are multiplied at once, so that memory does not grow with the items.
const AT_ONCE: usize = 512;

/// Gives factors to those of `new` that have a text. All other items are left as they are.
///
/// `new` rises. `text` is the vector of an item's text, always of the same length, if it
/// has one. Chosen is the λ at which the scores of items put aside are nearest to those
/// fitted, over all users. `None` where too few items have been taken and have a text.
pub fn fill(
    fitted: &mut Fitted,
    interactions: &Interactions,
    new: &[ItemRow],
    text: impl Fn(ItemRow) -> Option<Vec<f32>>,
    seed: u64,
) -> Option<Filled> {
    let counts = interactions.item_counts();
    let mut known: Vec<Known> = (0..)
        .map(ItemRow)
        .zip(&counts)
        .filter(|(item, count)| **count >= FEWEST_TAKEN && new.binary_search(item).is_err())
        .filter_map(|(item, count)| {
            // Each interaction counts once: as rare as most items are, all would score low.
            let weight = f64::from(*count);
            Some(Known { text: vector(&text(item)?), target: target(fitted, item)?, weight })
        })
        .collect();
    if known.len() < FEWEST {
        return None;
    }
    Rng::with_seed(seed).shuffle(&mut known);
    let (held_out, learned) = known.split_at(known.len() / HELD_OUT_OF);
    let users = users(fitted);
    let part = Sums::of(learned);
    let error = |regularization: f64| {
        let map = part.solved(regularization)?;
        let wrong = |known: &Known| {
            let wrong = map.apply(&known.text) - &known.target;
            (&users * &wrong).dot(&wrong) * known.weight
        };
        Some(held_out.iter().map(wrong).sum::<f64>())
    };
    let (regularization, _) = REGULARIZATIONS
        .into_iter()
        .filter_map(|regularization| Some((regularization, error(regularization)?)))
        .min_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let sums = Sums::of(&known);
    let map = sums.solved(regularization)?;
    let mut items = 0;
    for item in new {
        let Some(text) = text(*item) else { continue };
        let factors: Vec<f32> = map.apply(&vector(&text)).iter().map(|x| *x as f32).collect();
        items += usize::from(
            factors.iter().all(|x| x.abs() <= LARGEST_FACTOR) && set(fitted, *item, &factors),
        );
    }
    Some(Filled { items, regularization })
}

/// An item that is learned from.
struct Known {
    /// The vector of its text.
    text: DVector<f64>,
    /// Its factors, and its bias.
    target: DVector<f64>,
    /// How much it counts.
    weight: f64,
}

fn vector(numbers: &[f32]) -> DVector<f64> {
    DVector::from_iterator(numbers.len(), numbers.iter().map(|x| f64::from(*x)))
}

/// The factors of an item, and its bias.
fn target(fitted: &Fitted, item: ItemRow) -> Option<DVector<f64>> {
    let dim = fitted.items.dim;
    let factors = fitted.items.factors.get(item.index() * dim..(item.index() + 1) * dim)?;
    let bias = fitted.items.bias.get(item.index())?;
    Some(vector(&[factors, &[*bias]].concat()))
}

fn set(fitted: &mut Fitted, item: ItemRow, numbers: &[f32]) -> bool {
    let dim = fitted.items.dim;
    let row = fitted.items.factors.get_mut(item.index() * dim..(item.index() + 1) * dim);
    let (Some(row), Some(bias), Some((last, factors))) =
        (row, fitted.items.bias.get_mut(item.index()), numbers.split_last())
    else {
        return false;
    };
    row.copy_from_slice(factors);
    *bias = *last;
    true
}

/// The sum of u uᵀ over the users, their factors with a 1 for the bias behind them.
fn users(fitted: &Fitted) -> DMatrix<f64> {
    let dim = fitted.items.dim;
    let mut sum = DMatrix::zeros(dim + 1, dim + 1);
    for some in fitted.users.chunks(dim * AT_ONCE) {
        let columns: Vec<DVector<f64>> =
            some.chunks_exact(dim).map(|user| vector(&[user, &[1.0]].concat())).collect();
        let columns = DMatrix::from_columns(&columns);
        sum.gemm(1.0, &columns, &columns.transpose(), 1.0);
    }
    sum
}

/// What ridge regression is solved from.
struct Sums {
    text_mean: DVector<f64>,
    target_mean: DVector<f64>,
    /// Σ x xᵀ and Σ x yᵀ of texts x and targets y without their means.
    texts: DMatrix<f64>,
    both: DMatrix<f64>,
}

impl Sums {
    fn of(items: &[Known]) -> Self {
        let weights: f64 = items.iter().map(|known| known.weight).sum();
        let mean = |of: fn(&Known) -> &DVector<f64>| {
            let mut sum = DVector::zeros(items.first().map_or(0, |known| of(known).len()));
            items.iter().for_each(|known| sum.axpy(known.weight / weights, of(known), 1.0));
            sum
        };
        let (text_mean, target_mean) = (mean(|known| &known.text), mean(|known| &known.target));
        let mut texts = DMatrix::zeros(text_mean.len(), text_mean.len());
        let mut both = DMatrix::zeros(text_mean.len(), target_mean.len());
        for some in items.chunks(AT_ONCE) {
            let x: Vec<_> = some.iter().map(|known| &known.text - &text_mean).collect();
            let y: Vec<_> = some.iter().map(|known| &known.target - &target_mean).collect();
            let weighted: Vec<_> = some.iter().zip(&x).map(|(known, x)| x * known.weight).collect();
            let weighted = DMatrix::from_columns(&weighted);
            texts.gemm(1.0, &weighted, &DMatrix::from_columns(&x).transpose(), 1.0);
            both.gemm(1.0, &weighted, &DMatrix::from_columns(&y).transpose(), 1.0);
        }
        Self { text_mean, target_mean, texts, both }
    }

    fn solved(&self, regularization: f64) -> Option<Map<'_>> {
        let lambda = regularization * self.texts.trace() / self.texts.nrows().max(1) as f64;
        let identity = DMatrix::identity(self.texts.nrows(), self.texts.nrows());
        let weights = Cholesky::new(&self.texts + identity * lambda)?.solve(&self.both);
        Some(Map { sums: self, weights })
    }
}

/// From a text to factors and bias.
struct Map<'a> {
    sums: &'a Sums,
    weights: DMatrix<f64>,
}

impl Map<'_> {
    fn apply(&self, text: &DVector<f64>) -> DVector<f64> {
        self.weights.tr_mul(&(text - &self.sums.text_mean)) + &self.sums.target_mean
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use usher_bundle::UserRow;

    use super::*;
    use crate::ItemFactors;

    /// 100 items whose factors and bias are linear in their texts, each taken by three users.
    fn linear() -> (Fitted, Interactions, Vec<Vec<f32>>) {
        let mut rng = fastrand::Rng::with_seed(1);
        let texts: Vec<Vec<f32>> = (0..100).map(|_| vec![rng.f32(), rng.f32(), 1.0]).collect();
        let factors = texts.iter().flat_map(|t| [2.0 * t[0] - t[1] + 0.3, t[1] - 0.5]).collect();
        let bias = texts.iter().map(|t| t[0] + t[1]).collect();
        let items = ItemFactors { dim: 2, factors, bias, history_weights: Vec::new() };
        let users = (0..6).map(|_| rng.f32()).collect();
        let all = (0..3).flat_map(|user| (0..100).map(move |item| (UserRow(user), ItemRow(item))));
        (Fitted { items, users }, Interactions::new(3, 100, all), texts)
    }

    #[test]
    fn what_is_linear_in_the_text_is_found_again_and_nothing_else_is_changed() {
        let (before, taken, texts) = linear();
        let mut fitted = before.clone();
        let new = [ItemRow(3), ItemRow(50), ItemRow(99)];
        for item in new {
            set(&mut fitted, item, &[0.0; 3]);
        }
        let text = |item: ItemRow| texts.get(item.index()).filter(|_| item != ItemRow(99)).cloned();
        let filled = fill(&mut fitted, &taken, &new, text, 1).unwrap();
        assert_eq!((filled.items, filled.regularization), (2, 0.1));
        for (item, (found, meant)) in
            fitted.items.factors.chunks(2).zip(before.items.factors.chunks(2)).enumerate()
        {
            match item {
                // Without a text nothing is known of it.
                99 => assert_eq!(found, [0.0, 0.0]),
                3 | 50 => found.iter().zip(meant).for_each(|(x, y)| assert!((x - y).abs() < 0.1)),
                _ => assert_eq!(found, meant),
            }
        }
        assert!((fitted.items.bias[3] - before.items.bias[3]).abs() < 0.1);
        assert_eq!(fitted.users, before.users);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn whatever_the_texts_are_every_factor_is_a_number(
            numbers in prop::collection::vec(prop_oneof![Just(0.0f32), -1.0f32..1.0], 4),
            same: bool,
            seed: u64,
        ) {
            let (mut fitted, taken, texts) = linear();
            let text = |item: ItemRow| {
                let text = texts.get(item.index())?;
                Some(if same { numbers.clone() } else { [&numbers[1..], &text[..1]].concat() })
            };
            let new = [ItemRow(0), ItemRow(1), ItemRow(100)];
            let _ = fill(&mut fitted, &taken, &new, text, seed);
            prop_assert!(fitted.fits_a_bundle());
            let too_few = Interactions::new(3, 100, [(UserRow(0), ItemRow(5))]);
            prop_assert_eq!(fill(&mut fitted, &too_few, &new, text, seed), None);
        }
    }
}
