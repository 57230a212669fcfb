use usher_bundle::{ItemRow, Quality, UserRow};
use usher_recommender::bpr::{self, Settings};
use usher_recommender::metrics::{best_unseen, measure};
use usher_recommender::models::Model;
use usher_recommender::{Fitted, Interactions};

use crate::Options;
use crate::clean::Catalogue;
use crate::progress::{Phase, Progress};

/// With fewer interactions the split says nothing.
const FEWEST_TO_MEASURE: usize = 500;
/// One interaction in so many of a user is held out to measure with.
const HELD_OUT_OF_EACH: usize = 10;

/// Factors fitted on everything, and how good their settings are.
pub(crate) struct Trained {
    pub(crate) fitted: Fitted,
    pub(crate) quality: Option<Quality>,
}

/// Fits the ranking model. All ratings count as positive.
pub(crate) fn train(
    catalogue: &Catalogue,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Trained {
    let mut fit = |phase: Phase, interactions: &Interactions| {
        bpr::fit(interactions, &options.training, options.seed, &mut |done, total| {
            progress(Progress { phase: phase.clone(), done, total });
        })
    };
    let all = catalogue.pairs();
    let quality = (all.len() >= FEWEST_TO_MEASURE).then(|| {
        let (fit_on, held_out) = all.hold_out(HELD_OUT_OF_EACH, options.seed);
        quality(fit(Phase::Measuring, &fit_on), &fit_on, &held_out)
    });
    Trained { fitted: fit(Phase::Training, &all), quality }
}

fn quality(fitted: Fitted, fit_on: &Interactions, held_out: &Interactions) -> Quality {
    let measured = |model: &Model| {
        measure(10, held_out, |user| {
            best_unseen(&model.scores(user, fit_on.of(user)), user, fit_on, 10)
        })
    };
    let model = measured(&Model::of_factors(fitted));
    let popular = measured(&Model::most_popular(fit_on));
    Quality {
        split: format!(
            "fitted without a tenth of each user's interactions, drawn at random, and measured on it ({} users)",
            model.users
        ),
        ndcg_at_10: rounded(model.ndcg),
        recall_at_10: rounded(model.recall),
        most_popular_ndcg_at_10: rounded(popular.ndcg),
    }
}

/// Four decimals: what a quality is compared by.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// The model and its settings, in words.
pub(crate) fn describe(settings: &Settings) -> String {
    format!(
        "BPR matrix factorisation: {} factors, {} epochs, learning rate {}, regularisation {} (biases {})",
        settings.dim,
        settings.epochs,
        settings.learning_rate,
        settings.regularization,
        settings.bias_regularization,
    )
}

impl Catalogue {
    fn pairs(&self) -> Interactions {
        let pairs = self
            .interactions
            .iter()
            .map(|interaction| (UserRow(interaction.user), ItemRow(interaction.item)));
        Interactions::new(self.users.len(), self.items.len(), pairs)
    }
}
