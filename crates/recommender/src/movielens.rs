//! MovieLens-100k as RecBole splits it, for tests.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests alone use it")]

use std::path::{Path, PathBuf};

use usher_bundle::{ItemRow, UserRow};

use crate::Interactions;
use crate::metrics::{Measured, best_unseen, measure};

/// The split. Ids stand for rows: they begin at 1.
pub(crate) struct MovieLens {
    pub(crate) train: Interactions,
    pub(crate) seen: Interactions,
    pub(crate) test: Interactions,
}

/// Reads it where it is found; says so where it is not.
pub(crate) fn movielens() -> Option<MovieLens> {
    let folder = std::env::var_os("USHER_ML100K").map(PathBuf::from);
    let Some(folder) = folder.filter(|folder| folder.join("split").is_dir()) else {
        eprintln!(
            "SKIPPED: fitting RecBole's split of MovieLens-100k; set USHER_ML100K to a folder with split/train.tsv, valid.tsv and test.tsv"
        );
        return None;
    };
    let [train, valid, test] = ["train", "valid", "test"].map(|part| table(&folder, part));
    Some(MovieLens { seen: train.with(&valid), train, test })
}

fn table(folder: &Path, part: &str) -> Interactions {
    let text = std::fs::read_to_string(folder.join(format!("split/{part}.tsv"))).unwrap();
    let pair = |line: &str| {
        let mut ids = line.split('\t').take(2).map(|id| id.parse().unwrap());
        (UserRow(ids.next().unwrap()), ItemRow(ids.next().unwrap()))
    };
    Interactions::new(944, 1683, text.lines().skip(1).map(pair))
}

impl MovieLens {
    /// The first k places on the test part.
    pub(crate) fn measure(&self, k: usize, scores: impl Fn(UserRow) -> Vec<f32>) -> Measured {
        measure(k, &self.test, |user| best_unseen(&scores(user), user, &self.seen, k))
    }
}
