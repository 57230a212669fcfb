use usher_bundle::{Compared, ItemRow, Quality, UserRow};
use usher_recommender::metrics::{best_unseen, measure};
use usher_recommender::models::{Kind, Model, Settings};
use usher_recommender::{Fitted, Interactions, Tried, choose};

use crate::clean::Catalogue;
use crate::progress::{Phase, Progress};
use crate::{Options, PackError};

/// With fewer interactions the split says nothing.
const FEWEST_TO_MEASURE: usize = 500;
/// One interaction in so many of a user is held out to choose and measure with.
const HELD_OUT_OF_EACH: usize = 10;

/// Factors fitted on everything, and how good their settings are.
pub(crate) struct Trained {
    pub(crate) fitted: Fitted,
    /// The model and its settings, in words.
    pub(crate) model: String,
    pub(crate) quality: Option<Quality>,
}

/// Chooses a ranking model on a part and fits it on everything. All ratings count as
/// positive.
///
/// # Errors
/// The fit gave what is not a number.
pub(crate) fn train(
    catalogue: &Catalogue,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Trained, PackError> {
    let all = catalogue.pairs();
    let candidates = options
        .training
        .clone()
        .unwrap_or_else(|| Kind::candidates(&all).into_iter().rev().flat_map(Kind::grid).collect());
    let chosen = (all.len() >= FEWEST_TO_MEASURE)
        .then(|| chosen(&candidates, &all, options.seed, progress))
        .flatten();
    let (settings, quality) = match chosen {
        Some((settings, quality)) => (settings, Some(quality)),
        None => (candidates.into_iter().next().ok_or(PackError::NoModel)?, None),
    };
    let fitted = settings.factors(&all, options.seed, &mut |done, total| {
        progress(Progress { phase: Phase::Training, done, total });
    });
    let fitted = fitted.ok_or(PackError::NoModel)?;
    let model = describe(&settings);
    match fitted.fits_a_bundle() {
        true => Ok(Trained { fitted, model, quality }),
        false => Err(PackError::NotANumber { model }),
    }
}

/// The best of the candidates, and how good it is.
fn chosen(
    candidates: &[Settings],
    all: &Interactions,
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Option<(Settings, Quality)> {
    let (fit_on, held_out) = all.hold_out(HELD_OUT_OF_EACH, seed);
    let total = candidates.len() as u32;
    let mut done = 0;
    let mut tried: Vec<Tried> = Vec::new();
    progress(Progress { phase: Phase::Measuring, done, total });
    let best = choose(candidates.iter().cloned(), &fit_on, &held_out, seed, &mut |one| {
        let same = |other: &&mut Tried| other.settings.kind() == one.settings.kind();
        match tried.iter_mut().find(same) {
            Some(other) if other.measured.ndcg >= one.measured.ndcg => {}
            Some(other) => *other = one.clone(),
            None => tried.push(one.clone()),
        }
        done += 1;
        progress(Progress { phase: Phase::Measuring, done, total });
    })?;
    let popular = Model::most_popular(&fit_on);
    let popular = measure(10, &held_out, |user| {
        best_unseen(&popular.scores(user, fit_on.of(user)), user, &fit_on, 10)
    });
    let compared = |tried: &Tried| Compared {
        model: describe(&tried.settings),
        ndcg_at_10: rounded(tried.measured.ndcg),
    };
    let quality = Quality {
        split: format!(
            "fitted without a tenth of each user's interactions, drawn at random; chosen and measured on it ({} users)",
            best.measured.users
        ),
        ndcg_at_10: rounded(best.measured.ndcg),
        recall_at_10: rounded(best.measured.recall),
        most_popular_ndcg_at_10: rounded(popular.ndcg),
        compared: tried.iter().map(compared).collect(),
    };
    Some((best.settings, quality))
}

/// Four decimals: what a quality is compared by.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// The model and its settings, in words.
fn describe(settings: &Settings) -> String {
    format!("{}: {settings}", settings.kind().name())
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
