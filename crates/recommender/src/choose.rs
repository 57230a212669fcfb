use usher_bundle::UserRow;

use crate::Interactions;
use crate::metrics::{Measured, best_unseen, measure};
use crate::models::{Model, Settings};
use crate::spectral::Spectrum;

/// Settings that were tried, and how well.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The model and its settings.
    pub settings: Settings,
    /// The first ten places on the part to choose with.
    pub measured: Measured,
}

/// What is heard of while models are compared.
#[derive(Debug, Clone, Copy)]
pub enum Comparing<'a> {
    /// A candidate is being fitted.
    Fitting {
        /// The candidate.
        settings: &'a Settings,
        /// How many rounds of its fit are done.
        done: u32,
        /// Of how many.
        total: u32,
        /// The highest NDCG@10 so far on the part to choose with, if any was measured.
        best: Option<f64>,
    },
    /// A candidate was fitted and measured.
    Measured(&'a Tried),
}

/// Fits each of the candidates on one part and measures it on another by NDCG@10.
/// `progress` hears of each round of a fit, and of each candidate as it is measured.
/// Returns the best (of equal ones the first), or nothing where there are no candidates.
pub fn choose(
    candidates: impl IntoIterator<Item = Settings>,
    fit_on: &Interactions,
    valid: &Interactions,
    seed: u64,
    progress: &mut dyn FnMut(Comparing<'_>),
) -> Option<Tried> {
    let mut best: Option<Tried> = None;
    let mut spectrum: Option<Spectrum> = None;
    for settings in candidates {
        let highest = best.as_ref().map(|best| best.measured.ndcg);
        let mut on_round = |done, total| {
            progress(Comparing::Fitting { settings: &settings, done, total, best: highest });
        };
        let model = match &settings {
            Settings::Spectral(settings) => {
                let known = spectrum.take().filter(|known| known.serves(settings));
                let known =
                    known.unwrap_or_else(|| Spectrum::of(fit_on, settings, seed, &mut on_round));
                let fitted = known.filtered(fit_on, settings);
                spectrum = Some(known);
                Model::fitted(fitted, fit_on)
            }
            other => other.fit(fit_on, seed, &mut on_round),
        };
        let ranking =
            |user: UserRow| best_unseen(&model.scores(user, fit_on.of(user)), user, fit_on, 10);
        let tried = Tried { settings, measured: measure(10, valid, ranking) };
        progress(Comparing::Measured(&tried));
        if best.as_ref().is_none_or(|best| tried.measured.ndcg > best.measured.ndcg) {
            best = Some(tried);
        }
    }
    best
}
