use usher_bundle::sections::Vectors;
use usher_bundle::{Compared, ItemRow, Quality, UserRow};
use usher_recommender::metrics::{best_unseen, measure};
use usher_recommender::models::{Kind, Model, Settings};
use usher_recommender::{Comparing, Fitted, Interactions, ItemFactors, Tried, choose, new_items};

use crate::clean::Catalogue;
use crate::progress::{Phase, Progress};
use crate::{Options, PackError};

/// With fewer interactions the split says nothing.
const FEWEST_TO_MEASURE: usize = 500;
/// One interaction in so many of a user is held out to choose and measure with.
const HELD_OUT_OF_EACH: usize = 10;

/// Of more users only so many are ranked to measure with: it says as much in less time.
const MOST_MEASURED: usize = 10_000;
/// A model's fit, in units of progress.
const WHOLE: u32 = 100;

/// Factors fitted on everything, and how good their settings are.
pub(crate) struct Trained {
    pub(crate) fitted: Fitted,
    /// The model and its settings, in words.
    pub(crate) model: String,
    pub(crate) quality: Option<Quality>,
    /// The factors were trained elsewhere.
    pub(crate) is_given: bool,
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
        true => Ok(Trained { fitted, model, quality, is_given: false }),
        false => Err(PackError::NotANumber { model }),
    }
}

impl Trained {
    /// Gives the items that nobody took factors from their texts, and says so.
    pub(crate) fn add_new_items(
        &mut self,
        catalogue: &Catalogue,
        vectors: Option<&Vectors>,
        seed: u64,
    ) {
        let all = catalogue.pairs();
        let counts = all.item_counts();
        let new: Vec<ItemRow> = (0..)
            .map(ItemRow)
            .zip(counts)
            .filter(|(item, count)| *count == 0 && !self.is_given(*item))
            .map(|(item, _)| item)
            .collect();
        let Some(vectors) = vectors.filter(|_| !new.is_empty()) else { return };
        let text = |item| whole_text(vectors, item);
        if let Some(filled) = new_items::fill(&mut self.fitted, &all, &new, text, seed) {
            self.model += &format!(
                "; {} new items by their texts, regularisation {}",
                filled.items, filled.regularization
            );
        }
    }

    /// The item has factors that were trained elsewhere.
    fn is_given(&self, item: ItemRow) -> bool {
        let ItemFactors { dim, factors, .. } = &self.fitted.items;
        let row = factors.get(item.index() * dim..(item.index() + 1) * dim).unwrap_or_default();
        self.is_given && row.iter().any(|x| *x != 0.0)
    }
}

/// The vector of an item's whole text, if it has one.
pub(crate) fn whole_text(vectors: &Vectors, item: ItemRow) -> Option<Vec<f32>> {
    let ends = (vectors.offsets.get(item.index())?, vectors.offsets.get(item.index() + 1)?);
    let first = *ends.0 as usize;
    let dimensions = vectors.dimensions as usize;
    let values = vectors.values.get(first * dimensions..(first + 1) * dimensions)?;
    let scale = vectors.scales.get(first).filter(|_| ends.0 < ends.1)?;
    Some(values.iter().map(|x| f32::from(*x) * scale).collect())
}

/// The best of the candidates, and how good it is.
fn chosen(
    candidates: &[Settings],
    all: &Interactions,
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Option<(Settings, Quality)> {
    let (fit_on, held_out) = all.hold_out(HELD_OUT_OF_EACH, seed);
    let held_out = held_out.of_some_users(MOST_MEASURED, seed);
    let total = WHOLE * candidates.len() as u32;
    let mut fits = 0;
    let mut best = None;
    let mut tried: Vec<Tried> = Vec::new();
    progress(Progress { phase: Phase::Measuring { best }, done: 0, total });
    let chosen = choose(candidates.iter().cloned(), &fit_on, &held_out, seed, &mut |heard| {
        let one = match heard {
            Comparing::Measured(one) => one,
            Comparing::Fitting { done, total: rounds, .. } => {
                let done = WHOLE * fits + WHOLE * done / rounds.max(1);
                return progress(Progress { phase: Phase::Measuring { best }, done, total });
            }
        };
        let same = |other: &&mut Tried| other.settings.kind() == one.settings.kind();
        match tried.iter_mut().find(same) {
            Some(other) if other.measured.ndcg >= one.measured.ndcg => {}
            Some(other) => *other = one.clone(),
            None => tried.push(one.clone()),
        }
        let measured = ((one.measured.ndcg * 1e4).round() as u32, one.settings.kind().name());
        best = best.max(Some(measured));
        fits += 1;
        progress(Progress { phase: Phase::Measuring { best }, done: WHOLE * fits, total });
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
            chosen.measured.users
        ),
        ndcg_at_10: rounded(chosen.measured.ndcg),
        recall_at_10: rounded(chosen.measured.recall),
        most_popular_ndcg_at_10: rounded(popular.ndcg),
        compared: tried.iter().map(compared).collect(),
    };
    Some((chosen.settings, quality))
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
    pub(crate) fn pairs(&self) -> Interactions {
        let pairs = self
            .interactions
            .iter()
            .map(|interaction| (UserRow(interaction.user), ItemRow(interaction.item)));
        Interactions::new(self.users.len(), self.items.len(), pairs)
    }
}
