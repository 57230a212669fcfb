use fastrand::Rng;
use serde::Serialize;
use usher_bundle::{ItemRow, UserRow};
use usher_recommender::metrics::{Measured, best_unseen, measure};
use usher_recommender::models::{Kind, Model};
use usher_recommender::{Filled, Interactions, new_items};

use crate::progress::{Phase, Progress};
use crate::read::Wanted;
use crate::report::Log;
use crate::train::whole_text;
use crate::{InputFile, Options, PackError, assemble, clean, read};

/// Where rankings are looked at.
const PLACES: usize = 10;

/// How items that nobody took yet are ranked, measured by hiding some of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hidden {
    /// Items that were hidden.
    pub items: usize,
    /// Users who took any of them, and have other items.
    pub users: usize,
    /// λ of the regression from texts to factors, in means of the diagonal.
    pub regularization: f64,
    /// The ways to rank them.
    pub ways: Vec<Way>,
}

/// One way to rank the hidden items for the users who took some of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Way {
    /// What it goes by.
    pub name: &'static str,
    /// NDCG@10 among the hidden items.
    pub ndcg_at_10: f64,
    /// Recall@10 among the hidden items.
    pub recall_at_10: f64,
    /// The share of the first ten places among all unseen items that hidden ones take;
    /// absent where the others have no score of the same kind.
    pub share_of_places: Option<f64>,
}

/// Hides one item in `of` of a dataset: fits the ranking model without its interactions,
/// gives it factors by its text, and ranks the hidden items for the users who took them.
///
/// # Errors
/// As packing; or there is too little text to learn from.
pub fn hide_items(
    files: Vec<InputFile>,
    options: &Options,
    of: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Hidden, PackError> {
    let mut log = Log::new(options.strict);
    let dataset = read::read(files, Wanted::Everything, &mut log, progress)?;
    let catalogue = clean::clean(dataset, options.like_threshold, &mut log);
    progress(Progress { phase: Phase::Indexing, done: 0, total: 1 });
    let documents: Vec<String> = catalogue.items.iter().map(assemble::document).collect();
    let prepared = usher_retrieval::prepare(
        &documents,
        options.table.as_ref(),
        options.embedder,
        options.index,
    )?;
    let vectors = prepared.vectors.ok_or(PackError::TooLittleText)?;
    let texts: Vec<Option<Vec<f32>>> =
        (0..catalogue.items.len()).map(|row| whole_text(&vectors, ItemRow(row as u32))).collect();

    let all = catalogue.pairs();
    let counts = all.item_counts();
    let hidden = drawn(&counts, of, options.seed);
    let is_hidden = |item: ItemRow| hidden.binary_search(&item).is_ok();
    let part = |wanted: bool| {
        let pairs = all.pairs().filter(|(_, item)| is_hidden(*item) == wanted);
        Interactions::new(all.n_users(), all.n_items(), pairs)
    };
    let (fit_on, held_out) = (part(false), part(true));
    // Of whom nothing else is known there is no taste.
    let known = held_out.pairs().filter(|(user, _)| !fit_on.of(*user).is_empty());
    let held_out = Interactions::new(all.n_users(), all.n_items(), known);

    let settings = options
        .training
        .as_ref()
        .and_then(|training| training.first().cloned())
        .or_else(|| Kind::Spectral.grid().into_iter().next());
    let mut fitted = settings
        .and_then(|settings| {
            settings.factors(&fit_on, options.seed, &mut |done, total| {
                progress(Progress { phase: Phase::Training, done, total });
            })
        })
        .ok_or(PackError::NoModel)?;
    let text = |item: ItemRow| texts.get(item.index()).cloned().flatten();
    let Filled { regularization, .. } =
        new_items::fill(&mut fitted, &fit_on, &hidden, text, options.seed)
            .ok_or(PackError::TooLittleText)?;

    let model = Model::of_factors(fitted);
    let by_factors = |user| model.scores(user, fit_on.of(user));
    let similar = |user| similarity(&texts, fit_on.of(user));
    let popular: Vec<f32> = counts.iter().map(|count| *count as f32).collect();
    let unseen = |scores: Vec<f32>, user| best_unseen(&scores, user, &fit_on, PLACES);
    let among_hidden = |mut scores: Vec<f32>, user| {
        for (row, score) in (0..).zip(&mut scores) {
            if !is_hidden(ItemRow(row)) {
                *score = f32::NEG_INFINITY;
            }
        }
        unseen(scores, user)
    };
    let way = |name, scores: &dyn Fn(UserRow) -> Vec<f32>, same_kind: bool| {
        let Measured { ndcg, recall, .. } =
            measure(PLACES, &held_out, |user| among_hidden(scores(user), user));
        let share_of_places = same_kind.then(|| {
            let users: Vec<UserRow> =
                held_out.users().filter(|user| !held_out.of(*user).is_empty()).collect();
            let lists = users.iter().map(|user| unseen(scores(*user), *user));
            let taken = lists.flatten().filter(|item| is_hidden(*item)).count();
            taken as f64 / (users.len() * PLACES).max(1) as f64
        });
        Way { name, ndcg_at_10: ndcg, recall_at_10: recall, share_of_places }
    };
    let ways = vec![
        way("factors from their texts", &by_factors, true),
        way("texts like those of the user's items", &similar, true),
        way("popularity, known only afterwards", &|_| popular.clone(), false),
        way("chance", &|user| by_chance(counts.len(), options.seed ^ u64::from(user.0)), false),
    ];
    let users = held_out.users().filter(|user| !held_out.of(*user).is_empty()).count();
    Ok(Hidden { items: hidden.len(), users, regularization, ways })
}

/// Of the items that anybody took one in `of`, rising.
fn drawn(counts: &[u32], of: usize, seed: u64) -> Vec<ItemRow> {
    let taken = (0..).map(ItemRow).zip(counts).filter(|(_, count)| **count > 0);
    let mut items: Vec<ItemRow> = taken.map(|(item, _)| item).collect();
    Rng::with_seed(seed).shuffle(&mut items);
    items.truncate(items.len() / of.max(1));
    items.sort_unstable();
    items
}

/// A number for each item that says nothing.
fn by_chance(n_items: usize, seed: u64) -> Vec<f32> {
    let mut rng = Rng::with_seed(seed);
    (0..n_items).map(|_| rng.f32()).collect()
}

/// For each item, how near its text is to the mean of those of a history.
fn similarity(texts: &[Option<Vec<f32>>], history: &[ItemRow]) -> Vec<f32> {
    let length = texts.iter().flatten().map(Vec::len).next().unwrap_or_default();
    let mut mean = vec![0.0; length];
    for text in history.iter().filter_map(|item| texts.get(item.index())?.as_ref()) {
        mean.iter_mut().zip(text).for_each(|(sum, x)| *sum += x);
    }
    let near = |text: &Vec<f32>| text.iter().zip(&mean).map(|(x, y)| x * y).sum();
    texts.iter().map(|text| text.as_ref().map_or(f32::MIN, near)).collect()
}
