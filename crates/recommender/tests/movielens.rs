//! Models and metrics over MovieLens-100k as RecBole splits it.
#![cfg(feature = "train")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use usher_bundle::{ItemRow, Section, UserRow};
use usher_recommender::metrics::{Measured, best_unseen, measure};
use usher_recommender::models::Model;
use usher_recommender::{Interactions, Ranker, bpr, ials, spectral};

/// The split. Ids stand for rows: they begin at 1.
struct Split {
    train: Interactions,
    seen: Interactions,
    test: Interactions,
}

impl Split {
    /// Reads it where it is found; says so where it is not.
    fn found() -> Option<Self> {
        let folder = env::var_os("USHER_ML100K").map(PathBuf::from);
        let Some(folder) = folder.filter(|folder| folder.join("split").is_dir()) else {
            eprintln!(
                "SKIPPED: fitting RecBole's split of MovieLens-100k; set USHER_ML100K to a folder with split/train.tsv, valid.tsv and test.tsv"
            );
            return None;
        };
        let [train, valid, test] = ["train", "valid", "test"].map(|part| table(&folder, part));
        Some(Self { seen: train.with(&valid), train, test })
    }

    /// The first k places on the test part.
    fn measure(&self, k: usize, scores: impl Fn(UserRow) -> Vec<f32>) -> Measured {
        measure(k, &self.test, |user| best_unseen(&scores(user), user, &self.seen, k))
    }
}

fn table(folder: &Path, part: &str) -> Interactions {
    let text = fs::read_to_string(folder.join(format!("split/{part}.tsv"))).unwrap();
    let pair = |line: &str| {
        let mut ids = line.split('\t').take(2).map(|id| id.parse().unwrap());
        (UserRow(ids.next().unwrap()), ItemRow(ids.next().unwrap()))
    };
    Interactions::new(944, 1683, text.lines().skip(1).map(pair))
}

#[test]
fn every_metric_of_the_most_popular_is_recboles_to_four_decimals() {
    let Some(split) = Split::found() else { return };
    let popular = Model::most_popular(&split.train);
    for (k, golden) in [
        (5, [0.1347, 0.0784, 0.2443, 0.4136, 0.1171]),
        (10, [0.1418, 0.1278, 0.2664, 0.5769, 0.1032]),
        (20, [0.1500, 0.1792, 0.2736, 0.6787, 0.0803]),
    ] {
        let measured = split.measure(k, |user| popular.scores(user, &[]));
        let Measured { ndcg, recall, mrr, hit, precision, .. } = measured;
        for (value, golden) in [ndcg, recall, mrr, hit, precision].into_iter().zip(golden) {
            assert!((value - golden).abs() < 5.1e-5, "at {k}: {measured:?}, not {golden}");
        }
    }
}

#[test]
fn bpr_ranks_as_well_as_recboles() {
    let Some(split) = Split::found() else { return };
    let fitted = bpr::fit(&split.train, &bpr::Settings::default(), 42, &mut |_, _| {});
    let model = Model::of_factors(fitted);
    let Measured { ndcg, .. } = split.measure(10, |user| model.scores(user, split.train.of(user)));
    assert!(ndcg > 0.2931, "NDCG@10 is {ndcg}");
}

#[test]
fn the_filter_ranks_better_than_ease_and_few_bits_lose_nearly_nothing() {
    let Some(split) = Split::found() else { return };
    let fitted = spectral::fit(&split.train, &spectral::Settings::default(), 42, &mut |_, _| {});
    let whole = Ranker::new(fitted.items.clone());
    let whole = split.measure(10, |user| whole.scores(fitted.of(user.index()))).ndcg;
    assert!(whole > 0.3309, "NDCG@10 is {whole}");
    let (factors, tastes) = fitted.into_sections();
    let (factors, tastes) = (Section::of(&factors).unwrap(), Section::of(&tastes).unwrap());
    let packed = Ranker::from_factors(factors.get());
    let packed = split
        .measure(10, |user| packed.scores(&tastes.get().of(user.index()).collect::<Vec<f32>>()));
    assert!((whole - packed.ndcg).abs() < 5e-4, "{whole} became {}", packed.ndcg);
}

/// With the factors as a bundle holds them; each user by their items in train.
#[test]
fn folded_in_by_their_history_users_are_ranked_nearly_as_by_their_factors() {
    let Some(split) = Split::found() else { return };
    let (train, quiet) = (&split.train, &mut |_, _| {});
    for (fitted, least) in [
        (spectral::fit(train, &spectral::Settings::default(), 42, quiet), 0.998),
        (ials::fit(train, &ials::Settings::default(), 42, quiet), 0.99),
        (bpr::fit(train, &bpr::Settings::default(), 42, quiet), 0.9),
    ] {
        let shipped = Model::of_factors(fitted.clone());
        let shipped = split.measure(10, |user| shipped.scores(user, train.of(user))).ndcg;
        let packed = Section::of(&fitted.into_sections().0).unwrap();
        let ranker = Ranker::from_factors(packed.get());
        let folded = split.measure(10, |user| ranker.scores(&ranker.taste(train.of(user)))).ndcg;
        assert!(folded >= least * shipped, "{shipped} became {folded}");
    }
}
