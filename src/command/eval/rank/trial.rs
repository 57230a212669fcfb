//! Models fitted to a split, and measured.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use comfy_table::{CellAlignment, Table, presets};
use serde::{Serialize, Serializer};
use usher_bundle::{ItemRow, UserRow};
use usher_recommender::beyond_accuracy::{BeyondAccuracy, beyond_accuracy};
use usher_recommender::metrics::{Measured, best_unseen, measure};
use usher_recommender::models::{Kind, Settings};
use usher_recommender::{Comparing, Interactions, Tried, choose, ease};

use super::split::Split;
use crate::command::{log, print, progress_bar};

/// Places of a ranking that are looked at; as many as the last are written.
const PLACES: [usize; 3] = [5, 10, 20];
/// Where what a list is worth besides its hits is looked at.
const BEYOND: usize = 10;

/// Chooses a model's settings on one part of a split and measures on another.
#[derive(Debug)]
pub(super) struct Trial<'a> {
    pub(super) split: &'a Split,
    pub(super) seed: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    users: usize,
    items: usize,
    seed: u64,
    model: &'static str,
    settings: String,
    /// What of the parts makes the measurement say less than it seems to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// The best of each model that was compared.
    compared: Vec<Compared>,
    /// The chosen settings, fitted and measured.
    rows: Vec<Row>,
    /// The most that the process has held; absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Compared {
    model: &'static str,
    settings: String,
    #[serde(rename = "valid_ndcg@10")]
    valid_ndcg_at_10: f64,
    /// Of all fits on the way.
    seconds: f64,
}

/// A fit, measured on the test part.
#[derive(Debug, Serialize)]
struct Row {
    fit_on: &'static str,
    users: usize,
    #[serde(flatten, serialize_with = "by_name")]
    accuracy: Vec<(usize, Measured)>,
    #[serde(rename = "coverage@10")]
    coverage: f64,
    #[serde(rename = "intra_list_diversity@10")]
    intra_list_diversity: f64,
    #[serde(rename = "novelty_bits@10")]
    novelty_bits: f64,
    #[serde(rename = "average_popularity@10")]
    average_popularity: f64,
    #[serde(rename = "popularity_lift@10")]
    popularity_lift: f64,
    fit_seconds: f64,
}

type Lists = Vec<(UserRow, Vec<ItemRow>)>;

impl Trial<'_> {
    /// Tries the settings of one model, or of all that a bundle can hold, and writes the
    /// chosen one's lists.
    pub(super) fn run(&self, model: Option<Kind>, out: Option<&Path>) -> Result<Outcome> {
        let Split { train, valid, users, items, .. } = self.split;
        let warnings = self.split.warnings();
        for warning in &warnings {
            log(format_args!("Warning: {warning}."));
        }
        let mut compared = Vec::new();
        let mut best = None;
        let bar = progress_bar(0);
        for kind in model.map_or_else(|| Kind::candidates(train), |kind| vec![kind]) {
            if kind.is_dense() && items.len() > ease::MOST_ITEMS {
                bail!(
                    "{} keeps a number for every pair of items, which is too much for {} of them. \
                     It takes at most {}: choose another model",
                    kind.name(),
                    items.len(),
                    ease::MOST_ITEMS
                );
            }
            let since = Instant::now();
            let highest = best.as_ref().map(|best: &Tried| best.measured.ndcg);
            let mut heard = |heard: Comparing<'_>| match heard {
                Comparing::Measured(Tried { settings, measured }) => bar.suspend(|| {
                    let (kind, ndcg) = (kind.name(), measured.ndcg);
                    log(format_args!("{kind}: {settings}: NDCG@10 on valid {ndcg:.4}"));
                }),
                Comparing::Fitting { done, total, best: of_kind, .. } => {
                    bar.set_length(u64::from(total));
                    bar.set_position(u64::from(done));
                    let best = highest.into_iter().chain(of_kind).reduce(f64::max);
                    let best = best.map_or_else(String::new, |x| format!(" · best NDCG@10 {x:.3}"));
                    bar.set_message(format!("{}{best}", kind.name()));
                }
            };
            let tried = choose(kind.grid(), train, valid, self.seed, &mut heard)
                .context("the model has no settings to try")?;
            compared.push(Compared {
                model: kind.name(),
                settings: tried.settings.to_string(),
                valid_ndcg_at_10: tried.measured.ndcg,
                seconds: since.elapsed().as_secs_f64(),
            });
            let better = |best: &Tried| tried.measured.ndcg > best.measured.ndcg;
            if best.as_ref().is_none_or(better) {
                best = Some(tried);
            }
        }
        bar.finish_and_clear();
        let settings = best.context("no model was tried")?.settings;

        let both = train.with(valid);
        let (row, lists) = self.measured("train", train, &both, &settings);
        if let Some(path) = out {
            fs::write(path, self.text(&lists)?)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
        let (refitted, _) = self.measured("train+valid", &both, &both, &settings);
        Ok(Outcome {
            users: users.len(),
            items: items.len(),
            seed: self.seed,
            warnings,
            model: settings.kind().name(),
            settings: settings.to_string(),
            compared,
            rows: vec![row, refitted],
            peak_memory_bytes: peak_memory_bytes(),
        })
    }

    fn measured(
        &self,
        fit_on: &'static str,
        fitted_on: &Interactions,
        seen: &Interactions,
        settings: &Settings,
    ) -> (Row, Lists) {
        let test = &self.split.test;
        let since = Instant::now();
        let model = settings.fit(fitted_on, self.seed, &mut |_, _| {});
        let fit_seconds = since.elapsed().as_secs_f64();
        let most = PLACES.into_iter().max().unwrap_or(BEYOND);
        let measured_users = test.users().filter(|user| !test.of(*user).is_empty());
        let lists: Lists = measured_users
            .map(|user| {
                let scores = model.scores(user, fitted_on.of(user));
                (user, best_unseen(&scores, user, seen, most))
            })
            .collect();
        let accuracy: Vec<(usize, Measured)> = PLACES
            .map(|k| {
                // In the order in which the users come.
                let mut lists = lists.iter();
                (k, measure(k, test, |_| lists.next().map_or(Vec::new(), |(_, list)| list.clone())))
            })
            .into();
        let BeyondAccuracy {
            coverage,
            intra_list_diversity,
            novelty_bits,
            average_popularity,
            popularity_lift,
        } = beyond_accuracy(BEYOND, fitted_on, &lists);
        let row = Row {
            fit_on,
            users: lists.len(),
            accuracy,
            coverage,
            intra_list_diversity,
            novelty_bits,
            average_popularity,
            popularity_lift,
            fit_seconds,
        };
        (row, lists)
    }

    /// A line a user: the id, a TAB, and the ids of the items, best first.
    fn text(&self, lists: &Lists) -> Result<String> {
        let Split { users, items, .. } = self.split;
        let mut text = String::new();
        for (user, list) in lists {
            let ids = list.iter().filter_map(|item| items.get(item.index()));
            let user = users.get(user.index()).map_or("", String::as_str);
            // Writing to a text does not fail.
            let _ = write!(text, "{user}\t");
            text += &listed(ids)?;
        }
        Ok(text)
    }
}

/// Ids as a line of CSV: one that holds a comma or a quotation mark stands in such marks. No
/// id holds a TAB or the end of a line, since none could be read from the parts.
fn listed<'a>(ids: impl Iterator<Item = &'a String>) -> Result<String> {
    let mut ids = ids.peekable();
    let mut line = csv::Writer::from_writer(Vec::new());
    if ids.peek().is_none() {
        // CSV writes an empty line as an empty field.
        return Ok("\n".to_owned());
    }
    line.write_record(ids)?;
    Ok(String::from_utf8(line.into_inner()?)?)
}

fn by_name<S: Serializer>(at: &[(usize, Measured)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(at.iter().flat_map(|(k, measured)| {
        metrics(measured).map(|(name, value)| (format!("{name}@{k}"), value))
    }))
}

fn metrics(measured: &Measured) -> [(&'static str, f64); 5] {
    let Measured { ndcg, recall, mrr, hit, precision, .. } = *measured;
    [("ndcg", ndcg), ("recall", recall), ("mrr", mrr), ("hit", hit), ("precision", precision)]
}

/// The most memory that this process has held at once, where the system tells.
fn peak_memory_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

impl Outcome {
    pub(super) fn print(&self, json: bool) -> Result<()> {
        if json {
            print(format_args!("{}", serde_json::to_string(self)?));
        } else {
            print(format_args!("{self}"));
        }
        Ok(())
    }

    fn compared(&self) -> Table {
        let mut table = plain(["model", "settings", "NDCG@10 on valid", "seconds"]);
        for Compared { model, settings, valid_ndcg_at_10, seconds } in &self.compared {
            let (ndcg, seconds) = (format!("{valid_ndcg_at_10:.4}"), format!("{seconds:.1}"));
            table.add_row([model, settings.as_str(), &ndcg, &seconds]);
        }
        table
    }

    fn accuracy(&self) -> Table {
        let mut table = plain(["fitted on", "k", "NDCG", "recall", "MRR", "hit", "precision"]);
        for row in &self.rows {
            for (k, measured) in &row.accuracy {
                let values = metrics(measured).map(|(_, value)| format!("{value:.4}"));
                table.add_row([row.fit_on.to_owned(), k.to_string()].into_iter().chain(values));
            }
        }
        right(&mut table);
        table
    }

    fn beyond(&self) -> Table {
        let mut table = plain([
            "fitted on",
            "coverage",
            "diversity",
            "novelty (bits)",
            "popularity",
            "popularity lift",
            "fitted in (s)",
        ]);
        for row in &self.rows {
            table.add_row([
                row.fit_on.to_owned(),
                format!("{:.4}", row.coverage),
                format!("{:.4}", row.intra_list_diversity),
                format!("{:.2}", row.novelty_bits),
                format!("{:.1}", row.average_popularity),
                format!("{:+.2}", row.popularity_lift),
                format!("{:.2}", row.fit_seconds),
            ]);
        }
        right(&mut table);
        table
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { users, items, seed, model, settings, .. } = self;
        writeln!(f, "{users} users, {items} items, seed {seed}\n")?;
        writeln!(f, "{}\n", self.compared())?;
        writeln!(f, "Chosen on valid: {model}, {settings}. Measured on test:\n")?;
        writeln!(f, "{}\n\n{}", self.accuracy(), self.beyond())?;
        match self.peak_memory_bytes {
            Some(bytes) => write!(f, "\npeak memory {} MB", bytes / 1_000_000),
            None => Ok(()),
        }
    }
}

fn plain<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table
}

fn right(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_with_commas_can_be_read_back() {
        let ids = ["7", "a,b", "say \"hi\"", "c d"].map(str::to_owned);
        let line = listed(ids.iter()).unwrap();
        assert_eq!(line, "7,\"a,b\",\"say \"\"hi\"\"\",c d\n");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let read: Vec<String> = reader.deserialize().next().unwrap().unwrap();
        assert_eq!(read, ids);
    }
}
