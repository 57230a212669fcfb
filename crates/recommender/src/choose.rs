use usher_bundle::UserRow;

use crate::Interactions;
use crate::metrics::{best_unseen, measure};
use crate::models::{Model, Settings};

/// Settings that were tried, and how well.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The model and its settings.
    pub settings: Settings,
    /// NDCG@10 on the part to choose with.
    pub ndcg_at_10: f64,
}

/// Fits each of the candidates on one part and measures it on another. `on_fit` hears of
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
        let ndcg_at_10 = ndcg_at_10(&model, fit_on, valid);
        let tried = Tried { settings, ndcg_at_10 };
        on_fit(&tried);
        if best.as_ref().is_none_or(|best| tried.ndcg_at_10 > best.ndcg_at_10) {
            best = Some(tried);
        }
    }
    best
}

fn ndcg_at_10(model: &Model, fit_on: &Interactions, valid: &Interactions) -> f64 {
    let ranking =
        |user: UserRow| best_unseen(&model.scores(user, fit_on.of(user)), user, fit_on, 10);
    measure(10, valid, ranking).ndcg
}
