//! A linear filter over the leading eigenvectors of the items' co-occurrences.
//!
//! The interactions, with the pull of busy users and of popular items weakened, are
//! X̂ = Dᵤ^−a X Dᵢ^−b. An item's factors are its row of the leading eigenvectors of X̂ᵀX̂,
//! each damped by a power of σ² / (σ² + λ); a user's factors are the weighted sum of the
//! factors of their items. So a score is an exact sum over the user's history, and who
//! comes later gets factors without a fit.
//!
//! Eigenvectors of scaled co-occurrences: Nikolakopoulos, Kalantzis, Gallopoulos,
//! Garofalakis: "EigenRec", Knowledge and Information Systems 2019. Such filters as
//! low-pass filters of a graph: Shen et al., "How Powerful is Graph Convolution for
//! Recommendation?", CIKM 2021. With all eigenvectors, power 1 and a = b = 0, an item's
//! scores are in the order of EASE's, but for a factor an item (Steck, "Embarrassingly
//! Shallow Autoencoders", WWW 2019), since EASE's matrix is (XᵀX + λI)⁻¹ with scaled
//! columns. The eigenvectors are found by subspace iteration from a random start: Halko,
//! Martinsson, Tropp: "Finding Structure with Randomness", SIAM Review 2011. Memory is
//! linear in interactions and items.

use std::fmt;

use fastrand::Rng;
use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::{Fitted, Interactions, ItemFactors};

/// What a fit can be told. The defaults were chosen on MovieLens-100k, without its test
/// part.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Length of each factor: how many eigenvectors are kept.
    pub dim: usize,
    /// a: how much a user's activity is weakened, from 0 to 0.5.
    pub user_scaling: f64,
    /// b: how much an item's popularity is weakened, from 0 to 0.5.
    pub item_scaling: f64,
    /// λ, on the scale of an X̂ that is as large as X: what an eigenvector must carry to
    /// count half.
    pub regularization: f64,
    /// The power of the filter: 1 for ridge regression, larger for one that falls
    /// more steeply.
    pub steepness: f64,
    /// The power of an item's popularity that its scores are multiplied by.
    pub popularity: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dim: 128,
            user_scaling: 0.4,
            item_scaling: 0.2,
            regularization: 300.0,
            steepness: 2.0,
            popularity: 0.1,
        }
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} factors, scaling {} (users) and {} (items), regularisation {}, steepness {}, popularity {}",
            self.dim,
            self.user_scaling,
            self.item_scaling,
            self.regularization,
            self.steepness,
            self.popularity,
        )
    }
}

/// Rounds of the subspace iteration: the leading eigenvectors are then found to well
/// below what a ranking notices.
const ROUNDS: u32 = 16;
/// The same where a round takes seconds: the last eigenvectors are found more roughly.
const ROUNDS_OF_MANY: u32 = 8;
/// From more interactions on there are many.
const MANY: usize = 2_000_000;
/// So many more vectors are iterated than kept: the last ones converge slowly.
const MORE: usize = 16;

/// Fits factors. One thread; the same input and seed give the same numbers.
/// `progress` hears of each round: how many are done, and of how many.
///
/// A user or an item without interactions gets zeros.
pub fn fit(
    interactions: &Interactions,
    settings: &Settings,
    seed: u64,
    progress: &mut dyn FnMut(u32, u32),
) -> Fitted {
    Spectrum::of(interactions, settings, seed, progress).filtered(interactions, settings)
}

/// The leading eigenvectors of some interactions, which take nearly all the time of a fit:
/// settings that filter them in different ways share them.
#[derive(Debug)]
pub struct Spectrum {
    dim: usize,
    scaling: [f64; 2],
    values: DVector<f64>,
    /// kept × items.
    vectors: DMatrix<f64>,
    /// ‖X̂‖².
    squares: f64,
    /// Dᵢ^−b.
    items: Vec<f64>,
}

impl Spectrum {
    /// Finds them. See [`fit`].
    pub fn of(
        interactions: &Interactions,
        settings: &Settings,
        seed: u64,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Self {
        let counts = interactions.item_counts();
        let items: Vec<f64> =
            counts.iter().map(|count| power(f64::from(*count), -settings.item_scaling)).collect();
        let users: Vec<f64> = interactions
            .users()
            .map(|user| power(interactions.of(user).len() as f64, -2.0 * settings.user_scaling))
            .collect();
        let scaled = Scaled { interactions, users, items };
        let (values, vectors) = scaled.leading(settings.dim.max(1), seed, progress);
        let squares = scaled.squares();
        let Settings { dim, user_scaling, item_scaling, .. } = *settings;
        let scaling = [user_scaling, item_scaling];
        Self { dim, scaling, values, vectors, squares, items: scaled.items }
    }

    /// These settings differ only in how the eigenvectors are filtered.
    #[must_use]
    pub fn serves(&self, settings: &Settings) -> bool {
        let Settings { dim, user_scaling, item_scaling, .. } = *settings;
        self.dim == dim && self.scaling == [user_scaling, item_scaling]
    }

    /// The factors by these settings, of the interactions that it was made of.
    #[must_use]
    pub fn filtered(&self, interactions: &Interactions, settings: &Settings) -> Fitted {
        let Self { values, vectors, items, .. } = self;
        // A small table has fewer; no factors at all is no factor.
        let dim = values.len().max(1);
        let mean = self.squares / (interactions.len().max(1) as f64);
        let lambda = settings.regularization * mean;
        let filter = values.map(|value| match value + lambda {
            sum if sum > 0.0 => libm::pow(libm::sqrt(value / sum), settings.steepness),
            _ => 0.0,
        });
        let mut factors = vec![0.0; interactions.n_items() * dim];
        let mut tastes = vec![0.0; interactions.n_users() * dim];
        let mut history_weights = Vec::with_capacity(interactions.n_items());
        let filtered = |item: usize| vectors.column(item).component_mul(&filter);
        let counts = interactions.item_counts();
        for ((item, count), row) in counts.iter().enumerate().zip(factors.chunks_exact_mut(dim)) {
            let times = power(f64::from(*count), settings.popularity);
            for (to, from) in row.iter_mut().zip(filtered(item).iter()) {
                *to = (from * times) as f32;
            }
            history_weights.push((items.get(item).copied().unwrap_or_default() / times) as f32);
        }
        for (user, row) in interactions.users().zip(tastes.chunks_exact_mut(dim)) {
            let mut sum = DVector::zeros(filter.len());
            for item in interactions.of(user) {
                let weight = items.get(item.index()).copied().unwrap_or_default();
                sum.axpy(weight, &filtered(item.index()), 1.0);
            }
            for (to, from) in row.iter_mut().zip(sum.iter()) {
                *to = *from as f32;
            }
        }
        let bias = vec![0.0; interactions.n_items()];
        Fitted { items: ItemFactors { dim, factors, bias, history_weights }, users: tastes }
    }
}

/// A count to a power; one counts as much as none.
fn power(count: f64, power: f64) -> f64 {
    libm::pow(count.max(1.0), power)
}

/// X̂, never written out.
struct Scaled<'a> {
    interactions: &'a Interactions,
    /// Dᵤ^−2a: a user's weight in X̂ᵀX̂.
    users: Vec<f64>,
    /// Dᵢ^−b.
    items: Vec<f64>,
}

impl Scaled<'_> {
    /// The eigenvalues of X̂ᵀX̂, largest first, and the eigenvectors (kept × items): `dim`
    /// of them, or as many as there are.
    fn leading(
        &self,
        dim: usize,
        seed: u64,
        progress: &mut dyn FnMut(u32, u32),
    ) -> (DVector<f64>, DMatrix<f64>) {
        let n_items = self.items.len();
        let mut rng = Rng::with_seed(seed);
        let start = (dim + MORE).min(n_items).min(self.interactions.n_users());
        let mut basis = DMatrix::from_fn(start, n_items, |_, _| rng.f64() - 0.5);
        let rounds = if self.interactions.len() > MANY { ROUNDS_OF_MANY } else { ROUNDS };
        for round in 0..rounds {
            basis = orthonormal(&self.times(&orthonormal(&basis)));
            progress(round + 1, rounds);
        }
        // Rayleigh and Ritz: the eigenvectors within the space that was found.
        let (values, within) = eigen(&self.times(&basis) * basis.transpose());
        let kept = dim.min(values.len());
        (values.rows(0, kept).into_owned(), within.columns(0, kept).transpose() * basis)
    }

    /// B X̂ᵀX̂ of a matrix B (vectors × items).
    fn times(&self, basis: &DMatrix<f64>) -> DMatrix<f64> {
        let mut product = DMatrix::zeros(basis.nrows(), basis.ncols());
        let mut sum = DVector::zeros(basis.nrows());
        for (user, weight) in self.interactions.users().zip(&self.users) {
            let items = || {
                let of_user = self.interactions.of(user).iter().map(|item| item.index());
                of_user.filter_map(|item| Some((item, *self.items.get(item)?)))
            };
            sum.fill(0.0);
            for (item, scale) in items() {
                sum.axpy(scale, &basis.column(item), 1.0);
            }
            for (item, scale) in items() {
                product.column_mut(item).axpy(scale * weight, &sum, 1.0);
            }
        }
        product
    }

    /// ‖X̂‖².
    fn squares(&self) -> f64 {
        let of = |user| -> f64 {
            let items = self.interactions.of(user).iter();
            items.filter_map(|item| self.items.get(item.index())).map(|scale| scale * scale).sum()
        };
        self.interactions.users().zip(&self.users).map(|(user, weight)| of(user) * weight).sum()
    }
}

/// Orthonormal rows that span the rows of a matrix; fewer where those depend on each other.
fn orthonormal(rows: &DMatrix<f64>) -> DMatrix<f64> {
    /// Below this share of the largest, a square of a length is a rounding error.
    const NOTHING: f64 = 1e-13;
    let (values, vectors) = eigen(rows * rows.transpose());
    let largest = values.iter().copied().next().unwrap_or_default();
    let kept = values.iter().take_while(|value| **value > largest * NOTHING).count();
    let mut turned = vectors.columns(0, kept).transpose();
    for (mut row, value) in turned.row_iter_mut().zip(values.iter()) {
        row /= libm::sqrt(*value);
    }
    turned * rows
}

/// Eigenvalues of a symmetric matrix, none below zero, largest first, and the vectors in
/// columns.
fn eigen(symmetric: DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {
    if symmetric.is_empty() {
        return (DVector::zeros(0), symmetric);
    }
    let SymmetricEigen { eigenvalues, eigenvectors } = symmetric.symmetric_eigen();
    let mut order: Vec<usize> = (0..eigenvalues.len()).collect();
    order.sort_by(|a, b| eigenvalues[*b].total_cmp(&eigenvalues[*a]));
    let values = order.iter().map(|place| eigenvalues[*place].max(0.0));
    (DVector::from_iterator(order.len(), values), eigenvectors.select_columns(&order))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use usher_bundle::{ItemRow, UserRow};

    use super::*;
    use crate::Ranker;
    use crate::models::Model;

    fn table(n_users: usize, n_items: usize, pairs: &[(u32, u32)]) -> Interactions {
        let pairs = pairs.iter().map(|(user, item)| (UserRow(*user), ItemRow(*item)));
        Interactions::new(n_users, n_items, pairs)
    }

    #[test]
    fn with_all_eigenvectors_it_is_ridge_regression() {
        let pairs = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 1), (2, 3), (3, 2), (3, 3)];
        let taken = table(4, 4, &pairs);
        let settings = Settings {
            dim: 4,
            user_scaling: 0.0,
            item_scaling: 0.0,
            regularization: 0.7,
            steepness: 1.0,
            popularity: 0.0,
        };
        let model = Model::of_factors(fit(&taken, &settings, 1, &mut |_, _| {}));
        let x = DMatrix::from_fn(4, 4, |user, item| {
            f64::from(u8::from(taken.contains(UserRow(user as u32), ItemRow(item as u32))))
        });
        let gram = x.transpose() * &x;
        let ridge = (&gram + DMatrix::identity(4, 4) * 0.7).try_inverse().unwrap() * gram;
        let expected = x * ridge;
        for user in 0..4 {
            let scores = model.scores(UserRow(user), taken.of(UserRow(user)));
            for (item, score) in scores.iter().enumerate() {
                let expected = expected[(user as usize, item)];
                assert!((f64::from(*score) - expected).abs() < 1e-5, "{score} is not {expected}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn folded_in_by_their_history_users_have_the_factors_that_were_fitted(
            pairs in prop::collection::btree_set((0u32..6, 0u32..9), 1..30),
            dim in 1usize..7,
        ) {
            let taken = table(6, 9, &pairs.into_iter().collect::<Vec<_>>());
            let fitted = fit(&taken, &Settings { dim, ..Settings::default() }, 1, &mut |_, _| {});
            let ranker = Ranker::new(fitted.items.clone());
            for user in taken.users() {
                let folded = ranker.taste(taken.of(user));
                for (folded, fitted) in folded.iter().zip(fitted.of(user.index())) {
                    prop_assert!((folded - fitted).abs() < 1e-5, "{} is not {}", folded, fitted);
                }
                prop_assert_eq!(folded.len(), fitted.items.dim);
            }
        }
    }
}
