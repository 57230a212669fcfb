use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use futures::executor::block_on;
use serde::Serialize;
use usher_audience::closeness;
use usher_bundle::{Bundle, ItemRow, UserRow};
use usher_recommender::{Ranker, top_k};

use crate::bundle_folder;
use crate::command::print;

/// Compares a bundle's rankings with the best possible ones, of an audience whose tastes
/// are known because it was simulated. What a user has rated is not ranked.
#[derive(Debug)]
pub(super) struct Against {
    /// The bundle's folder; without it, the demo.
    pub(super) bundle: Option<PathBuf>,
    pub(super) truth: PathBuf,
    /// Places of a ranking that are looked at.
    pub(super) k: u32,
    pub(super) json: bool,
}

/// Means over users of how close the first places come to the best possible ones: the
/// liking found, as a share of the most that could be.
#[derive(Debug, Serialize)]
struct Outcome {
    users: usize,
    k: u32,
    /// The bundle's ranking.
    ranking: f64,
    /// The items that most users have rated.
    most_popular: f64,
    /// The items in the order of the catalogue, which says nothing of anyone's taste.
    catalogue_order: f64,
}

impl Against {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let bundle = bundle_folder::open(self.bundle.as_deref())?;
        let truth = read(&self.truth, &bundle)?;
        let outcome = self.measured(&bundle, &truth)?;
        if self.json {
            print(format_args!("{}", serde_json::to_string(&outcome)?));
        } else {
            print(format_args!("{outcome}"));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn measured(&self, bundle: &Bundle, truth: &Truth) -> Result<Outcome> {
        let catalog = bundle.catalog();
        let ranker = Ranker::from_factors(bundle.factors());
        let popular: Vec<f32> = catalog.rows().map(|row| catalog.n_ratings(row) as f32).collect();
        let in_order = vec![0.0; catalog.n_items()];
        let mut sums = [0.0; 3];
        let mut users = 0;
        for (user, likings) in truth {
            let history = block_on(bundle.history(*user))?;
            let seen: Vec<usize> = history.iter().map(|rated| rated.item.index()).collect();
            let rated: HashSet<usize> = seen.iter().copied().collect();
            let scores = ranker.scores(&block_on(bundle.taste(*user))?);
            let close = |scores: &[f32]| {
                let open = (0..).map(ItemRow).zip(scores.iter().copied());
                let open = open.filter(|(item, _)| !rated.contains(&item.index()));
                let ranking: Vec<usize> = top_k(open, self.k as usize)
                    .into_iter()
                    .map(|(item, _)| item.index())
                    .collect();
                closeness(likings, &seen, &ranking, self.k as usize)
            };
            // Who has rated everything, or likes nothing, has no best ranking.
            let Some(ranked) = close(&scores) else { continue };
            users += 1;
            let others = [&popular, &in_order].map(|scores| close(scores).unwrap_or_default());
            for (sum, close) in sums.iter_mut().zip([ranked, others[0], others[1]]) {
                *sum += close;
            }
        }
        let [ranking, most_popular, catalogue_order] = sums.map(|sum| sum / users.max(1) as f64);
        Ok(Outcome { users, k: self.k, ranking, most_popular, catalogue_order })
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { users, k, ranking, most_popular, catalogue_order } = self;
        writeln!(
            f,
            "The first {k} places, as a share of the best possible, mean of {users} users:"
        )?;
        writeln!(f, "  the bundle's ranking   {:.1} %", ranking * 100.0)?;
        writeln!(f, "  most popular items     {:.1} %", most_popular * 100.0)?;
        write!(f, "  order of the catalogue {:.1} %", catalogue_order * 100.0)
    }
}

/// Per user, how much they would like each item, by row.
type Truth = Vec<(UserRow, Vec<f64>)>;

/// Reads the truth about the users of a bundle.
fn read(path: &Path, bundle: &Bundle) -> Result<Truth> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .flexible(true)
        .from_path(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let catalog = bundle.catalog();
    let mut truth: Truth = Vec::new();
    let mut places: HashMap<UserRow, usize> = HashMap::new();
    for row in reader.records() {
        let row = row.with_context(|| path.display().to_string())?;
        let line = row.position().map_or(0, csv::Position::line);
        let at = || format!("{}, line {line}", path.display());
        let fields: Vec<&str> = row.iter().collect();
        let [user, item, liking] = fields[..] else {
            bail!("{}: {} fields, not user, item and liking, TAB-separated", at(), fields.len());
        };
        let liking = liking.parse().ok().filter(|liking: &f64| liking.is_finite());
        let liking = liking.with_context(|| {
            format!("{}, column 3: {:?} is not a number", at(), row.get(2).unwrap_or_default())
        })?;
        let user = catalog.users.user(user).with_context(|| {
            format!("{}: the bundle has no user {user}: is it another audience?", at())
        })?;
        let item = catalog.item(item).with_context(|| {
            format!("{}: the bundle has no item {item}: is it another catalogue?", at())
        })?;
        let place = *places.entry(user).or_insert_with(|| {
            truth.push((user, vec![0.0; catalog.n_items()]));
            truth.len() - 1
        });
        if let Some(known) = truth.get_mut(place).and_then(|(_, all)| all.get_mut(item.index())) {
            *known = liking;
        }
    }
    if truth.is_empty() {
        bail!("{} names no user: `usher simulate --truth` writes it", path.display());
    }
    Ok(truth)
}
