use usher_bundle::UserRow;

use crate::Interactions;
use crate::metrics::{Measured, best_unseen, measure};
use crate::models::Settings;

/// Settings that were tried, and how well.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The model and its settings.
    pub settings: Settings,
    /// The first ten places on the part to choose with.
    pub measured: Measured,
}

/// Fits each of the candidates on one part and measures it on another by
/// NDCG@10. `on_fit` hears of
/// each as it is measured. Returns the best (of equal ones the first), or nothing where
/// there are no candidates.
pub fn choose(
    candidates: impl IntoIterator<Item = Settings>,
    fit_on: &Interactions,
    valid: &Interactions,
    seed: u64,
    on_fit: &mut dyn FnMut(&Tried),
) -> Option<Tried> {
    let mut best: Option<Tried> = None;
    for settings in candidates {
        let model = settings.fit(fit_on, seed, &mut |_, _| {});
        let ranking =
            |user: UserRow| best_unseen(&model.scores(user, fit_on.of(user)), user, fit_on, 10);
        let tried = Tried { settings, measured: measure(10, valid, ranking) };
        on_fit(&tried);
        if best.as_ref().is_none_or(|best| tried.measured.ndcg > best.measured.ndcg) {
            best = Some(tried);
        }
    }
    best
}
