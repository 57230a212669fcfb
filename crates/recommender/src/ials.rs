//! Matrix factorisation by alternating least squares, for implicit feedback.
//!
//! Hu, Koren, Volinsky: "Collaborative Filtering for Implicit Feedback Datasets", ICDM
//! 2008, in the form of Rendle, Krichene, Zhang, Koren: "Revisiting the Performance of
//! iALS on Item Recommendation Benchmarks", RecSys 2022: what was not observed has a weight
//! α₀, and the regulariser of a user or an item grows with how often it occurs,
//! λ (|observed| + α₀ |all|)^ν.

use std::fmt;

use fastrand::Rng;
use nalgebra::{DMatrix, DVector};

use crate::{Fitted, Interactions, ItemFactors};

/// What a fit can be told. The defaults were chosen on MovieLens-100k, without its test
/// part.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Length of each factor.
    pub dim: usize,
    /// How often users and items are solved.
    pub epochs: u32,
    /// α₀: the weight of what was not observed.
    pub unobserved_weight: f64,
    /// λ.
    pub regularization: f64,
    /// ν: how the regulariser grows with frequency.
    pub frequency_scaling: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dim: 64,
            epochs: 8,
            unobserved_weight: 0.3,
            regularization: 0.016,
            frequency_scaling: 1.0,
        }
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} factors, {} epochs, unobserved weight {}, regularisation {}",
            self.dim, self.epochs, self.unobserved_weight, self.regularization,
        )
    }
}

/// Fits factors. One thread; the same input and seed give the same numbers.
/// `progress` hears of each epoch: how many are done, and of how many.
///
/// A user or an item without interactions gets zeros.
pub fn fit(
    interactions: &Interactions,
    settings: &Settings,
    seed: u64,
    progress: &mut dyn FnMut(u32, u32),
) -> Fitted {
    let dim = settings.dim.max(1);
    let of_users: Vec<Vec<usize>> = interactions
        .users()
        .map(|user| interactions.of(user).iter().map(|item| item.index()).collect())
        .collect();
    let of_items: Vec<Vec<usize>> = interactions
        .by_item()
        .iter()
        .map(|users| users.iter().map(|user| user.index()).collect())
        .collect();
    let mut rng = Rng::with_seed(seed);
    let range = 0.1 / libm::sqrt(dim as f64);
    // dim × items.
    let mut items = DMatrix::from_fn(dim, of_items.len(), |_, _| (rng.f64() * 2.0 - 1.0) * range);
    let mut users = DMatrix::zeros(dim, of_users.len());
    for epoch in 0..settings.epochs {
        solve(&mut users, &of_users, &items, settings);
        solve(&mut items, &of_items, &users, settings);
        progress(epoch + 1, settings.epochs);
    }
    solve(&mut users, &of_users, &items, settings);
    let single = |factors: DMatrix<f64>| factors.iter().map(|x| *x as f32).collect();
    Fitted {
        items: ItemFactors {
            dim,
            factors: single(items),
            bias: vec![0.0; of_items.len()],
            history_weights: Vec::new(),
        },
        users: single(users),
    }
}

/// Solves one side with the other held fast: for each row u with observed columns S,
/// (α₀ VVᵀ + Σ_S v vᵀ + λᵤ I) u = Σ_S v.
fn solve(
    side: &mut DMatrix<f64>,
    observed: &[Vec<usize>],
    other: &DMatrix<f64>,
    settings: &Settings,
) {
    let everywhere = other * other.transpose() * settings.unobserved_weight;
    for (mut row, observed) in side.column_iter_mut().zip(observed) {
        row.fill(0.0);
        if observed.is_empty() {
            continue;
        }
        let seen = other.select_columns(observed);
        let frequency = observed.len() as f64 + settings.unobserved_weight * other.ncols() as f64;
        let lambda = settings.regularization * libm::pow(frequency, settings.frequency_scaling);
        let mut matrix = everywhere.clone();
        matrix.gemm(1.0, &seen, &seen.transpose(), 1.0);
        for place in 0..matrix.nrows() {
            matrix[(place, place)] += lambda;
        }
        let sum: DVector<f64> = seen.column_sum();
        // Without a regulariser it may have no inverse: then zeros.
        if let Some(cholesky) = matrix.cholesky() {
            row.copy_from(&cholesky.solve(&sum));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use usher_bundle::{ItemRow, UserRow};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_users_factors_are_where_the_loss_is_flat(
            pairs in prop::collection::btree_set((0u32..5, 0u32..7), 1..20),
        ) {
            let pairs = pairs.into_iter().map(|(user, item)| (UserRow(user), ItemRow(item)));
            let taken = Interactions::new(5, 7, pairs);
            let settings = Settings { dim: 3, epochs: 2, ..Settings::default() };
            let fitted = fit(&taken, &settings, 1, &mut |_, _| {});
            for user in taken.users().filter(|user| !taken.of(*user).is_empty()) {
                let taste = fitted.of(user.index());
                let frequency = taken.of(user).len() as f64 + settings.unobserved_weight * 7.0;
                let lambda = settings.regularization * frequency;
                let mut slope: Vec<f64> = taste.iter().map(|x| lambda * f64::from(*x)).collect();
                for (item, v) in fitted.items.factors.chunks_exact(3).enumerate() {
                    let score: f64 = taste.iter().zip(v).map(|(u, v)| f64::from(u * v)).sum();
                    let mut pull = settings.unobserved_weight * score;
                    if taken.contains(user, ItemRow(item as u32)) {
                        pull += score - 1.0;
                    }
                    slope.iter_mut().zip(v).for_each(|(slope, v)| *slope += pull * f64::from(*v));
                }
                prop_assert!(slope.iter().all(|slope| slope.abs() < 1e-5), "{:?}", slope);
            }
        }
    }
}
