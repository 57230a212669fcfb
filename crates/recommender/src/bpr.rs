//! Bayesian personalised ranking by matrix factorisation.
//!
//! Rendle, Freudenthaler, Gantner, Schmidt-Thieme: "BPR: Bayesian Personalized
//! Ranking from Implicit Feedback", UAI 2009. Each step takes a pair (user, item
//! they took) and an item they did not take, drawn uniformly, and moves the
//! factors so that the first scores higher: gradient ascent on
//! ln σ(x̂ᵤᵢ − x̂ᵤⱼ) − λ‖Θ‖².

use std::fmt;

use fastrand::Rng;
use usher_bundle::{ItemRow, UserRow};

use crate::{Fitted, Interactions, ItemFactors};

/// What a fit can be told. The defaults were chosen on MovieLens-100k (80 % to fit
/// on, 10 % to choose with).
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Length of each factor.
    pub dim: usize,
    /// How often each pair is visited.
    pub epochs: u32,
    /// Length of a step in the first epoch; falls linearly to a tenth.
    pub learning_rate: f32,
    /// λ of the factors of users and items.
    pub regularization: f32,
    /// λ of the item biases.
    pub bias_regularization: f32,
    /// The factors begin uniform within ± this.
    pub init_range: f32,
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} factors, {} epochs, learning rate {}, regularisation {} (biases {})",
            self.dim,
            self.epochs,
            self.learning_rate,
            self.regularization,
            self.bias_regularization,
        )
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dim: 64,
            epochs: 150,
            learning_rate: 0.05,
            regularization: 0.016,
            bias_regularization: 0.003,
            init_range: 0.1,
        }
    }
}

/// How often a negative is drawn again before the pair is passed over: only where
/// a user took nearly everything.
const DRAWS: usize = 64;

/// Fits factors. One thread; the same input and seed give the same numbers.
/// `progress` hears of each epoch: how many are done, and of how many.
///
/// A user without items gets zeros.
pub fn fit(
    interactions: &Interactions,
    settings: &Settings,
    seed: u64,
    progress: &mut dyn FnMut(u32, u32),
) -> Fitted {
    let dim = settings.dim.max(1);
    let mut rng = Rng::with_seed(seed);
    let range = settings.init_range;
    let mut uniform = |rows: usize| -> Vec<f32> {
        (0..rows * dim).map(|_| (rng.f32() * 2.0 - 1.0) * range).collect()
    };
    let mut users = uniform(interactions.n_users());
    let mut items = uniform(interactions.n_items());
    for user in interactions.users().filter(|user| interactions.of(*user).is_empty()) {
        users[user.index() * dim..][..dim].fill(0.0);
    }
    let mut bias = vec![0.0; interactions.n_items()];
    let mut pairs: Vec<(UserRow, ItemRow)> = interactions.pairs().collect();
    for epoch in 0..settings.epochs {
        let done = epoch as f32 / settings.epochs as f32;
        let rate = settings.learning_rate * (1.0 - 0.9 * done);
        rng.shuffle(&mut pairs);
        for &(user, positive) in &pairs {
            let Some(negative) = draw_negative(interactions, user, &mut rng) else { continue };
            step(
                Step {
                    user: &mut users[user.index() * dim..][..dim],
                    items: two_rows(&mut items, dim, positive.index(), negative.index()),
                    bias: two_rows(&mut bias, 1, positive.index(), negative.index()),
                },
                rate,
                settings,
            );
        }
        progress(epoch + 1, settings.epochs);
    }
    Fitted { items: ItemFactors { dim, factors: items, bias, history_weights: Vec::new() }, users }
}

fn draw_negative(interactions: &Interactions, user: UserRow, rng: &mut Rng) -> Option<ItemRow> {
    let n_items = interactions.n_items() as u32;
    (0..DRAWS).map(|_| ItemRow(rng.u32(..n_items))).find(|item| !interactions.contains(user, *item))
}

/// Two different rows of a table, in the order asked.
fn two_rows(table: &mut [f32], dim: usize, a: usize, b: usize) -> (&mut [f32], &mut [f32]) {
    let (before, after) = table.split_at_mut(a.max(b) * dim);
    let low = &mut before[a.min(b) * dim..][..dim];
    let high = &mut after[..dim];
    if a < b { (low, high) } else { (high, low) }
}

/// What one step changes: a user, and of a positive and a negative item factors
/// and bias.
struct Step<'a> {
    user: &'a mut [f32],
    items: (&'a mut [f32], &'a mut [f32]),
    bias: (&'a mut [f32], &'a mut [f32]),
}

fn step(step: Step<'_>, rate: f32, settings: &Settings) {
    let Step { user, items: (positive, negative), bias: (positive_bias, negative_bias) } = step;
    let difference = difference(user, positive, negative) + positive_bias[0] - negative_bias[0];
    // σ(−x̂): how wrong the order is, from 1 (wrong) to 0 (right beyond doubt).
    let pull = rate / (1.0 + libm::expf(difference));
    let keep = 1.0 - rate * settings.regularization;
    for ((user, positive), negative) in user.iter_mut().zip(positive).zip(negative) {
        let (u, p, n) = (*user, *positive, *negative);
        *user = keep * u + pull * (p - n);
        *positive = keep * p + pull * u;
        *negative = keep * n - pull * u;
    }
    let keep_bias = 1.0 - rate * settings.bias_regularization;
    positive_bias[0] = keep_bias * positive_bias[0] + pull;
    negative_bias[0] = keep_bias * negative_bias[0] - pull;
}

/// user · (positive − negative), in eight sums side by side, which the processor
/// can add at once and whose order is the same everywhere.
fn difference(user: &[f32], positive: &[f32], negative: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let chunks = user.chunks(LANES).zip(positive.chunks(LANES)).zip(negative.chunks(LANES));
    for ((user, positive), negative) in chunks {
        for (((sum, u), p), n) in sums.iter_mut().zip(user).zip(positive).zip(negative) {
            *sum += u * (p - n);
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::metrics::best_unseen;
    use crate::models::Model;

    /// Two kinds of user and of item; each user took about half of the items of
    /// their own kind. The last user took nothing.
    fn two_tastes() -> Interactions {
        let mut rng = fastrand::Rng::with_seed(1);
        let pairs = (0..20).flat_map(|user| (0..20).map(move |item| (user, item)));
        let taken = pairs.filter(|(user, item)| user % 2 == item % 2 && rng.bool());
        Interactions::new(21, 20, taken.map(|(user, item)| (UserRow(user), ItemRow(item))))
    }

    #[test]
    fn users_are_recommended_what_others_of_their_taste_took() {
        let taken = two_tastes();
        let settings = Settings { dim: 8, ..Settings::default() };
        let ranker = Model::of_factors(fit(&taken, &settings, 1, &mut |_, _| {}));
        for user in (0..20).map(UserRow) {
            for item in best_unseen(&ranker.scores(user, taken.of(user)), user, &taken, 2) {
                assert_eq!(item.0 % 2, user.0 % 2, "{user:?} was given {item:?}");
            }
        }
    }

    #[test]
    fn a_user_without_items_has_zeros() {
        let fitted = fit(&two_tastes(), &Settings::default(), 1, &mut |_, _| {});
        assert!(fitted.users.iter().rev().take(64).all(|x| *x == 0.0));
        assert!(fitted.users.iter().take(64).all(|x| *x != 0.0));
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_progress_reaches_the_end() {
        let settings = Settings { epochs: 3, ..Settings::default() };
        let mut heard = Vec::new();
        let first = fit(&two_tastes(), &settings, 7, &mut |done, total| heard.push((done, total)));
        assert_eq!(heard, [(1, 3), (2, 3), (3, 3)]);
        assert_eq!(first, fit(&two_tastes(), &settings, 7, &mut |_, _| {}));
        assert_ne!(first, fit(&two_tastes(), &settings, 8, &mut |_, _| {}));
    }
}
