mod hidden;
mod parts;
mod split;
mod trial;
mod truth;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use usher_recommender::models::Kind;

/// The four things that the command does, each with what it needs.
const USAGE: &str =
    "usher eval rank --train FILE --valid FILE --test FILE [--model NAME] [--out FILE] [--json]
       usher eval rank --split random|last|time --input DIR --out DIR
       usher eval rank --hide-items SHARE --input DIR [--json]
       usher eval rank --truth FILE [--bundle DIR] [--k N] [--json]";

/// What `--k` is where it is not given.
const PLACES: u32 = 10;

/// Fits models to a split and measures them, makes such a split, or compares a bundle's
/// ranking with the tastes of a simulated audience.
#[derive(Debug, Args)]
#[command(override_usage = USAGE)]
pub(crate) struct Rank {
    /// What models are fitted on: TAB-separated, with a header of user_id, item_id and
    /// perhaps rating and timestamp
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present_any = ["truth", "split", "hide_items"],
        conflicts_with_all = ["truth", "bundle", "k", "split", "input"],
        requires_all = ["valid", "test"]
    )]
    train: Option<PathBuf>,
    /// What settings are chosen on
    #[arg(long, value_name = "FILE", requires = "train")]
    valid: Option<PathBuf>,
    /// What is only measured on
    #[arg(long, value_name = "FILE", requires = "train")]
    test: Option<PathBuf>,
    /// The model; auto: of those that a bundle can hold, the best on --valid
    #[arg(long, value_name = "NAME", default_value = "auto", value_parser = Model::parse, requires = "train")]
    model: Model,
    /// Write each user's twenty best items here: user<TAB>item,item,…, an id with a comma in
    /// quotation marks; with --split, the folder of train.tsv, valid.tsv and test.tsv
    #[arg(long, value_name = "FILE", conflicts_with = "truth")]
    out: Option<PathBuf>,
    /// What everything random comes from
    #[arg(long, default_value_t = 42, conflicts_with = "truth")]
    seed: u64,
    /// Split the dataset in --input into three files in --out, and end
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        conflicts_with_all = ["truth", "json"],
        requires_all = ["input", "out"]
    )]
    split: Option<parts::By>,
    /// Hide this share of the items of the dataset in --input, 0.1 say, and measure how they
    /// are ranked by their texts for the users who took them
    #[arg(
        long,
        value_name = "SHARE",
        value_parser = hidden::share,
        conflicts_with_all = ["truth", "split", "train", "out"],
        requires = "input"
    )]
    hide_items: Option<usize>,
    /// Folder of the dataset to split or to hide items of, in any form that `usher pack` reads
    #[arg(long, value_name = "DIR", conflicts_with = "truth")]
    input: Option<PathBuf>,
    /// How much each user would like each item, as `usher simulate --truth` writes it
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Folder of the bundle that is compared with --truth; without it, the demo
    #[arg(long, value_name = "DIR", requires = "truth")]
    bundle: Option<PathBuf>,
    /// Places of a ranking that are compared with --truth; 10 if absent
    #[arg(long, value_name = "N", requires = "truth", value_parser = clap::value_parser!(u32).range(1..))]
    k: Option<u32>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Which models are compared: one, or all that a bundle can hold.
#[derive(Debug, Clone, Copy)]
struct Model(Option<Kind>);

impl Model {
    fn parse(name: &str) -> Result<Self, String> {
        let names = || Kind::ALL.map(Kind::name).join(", ");
        match Kind::ALL.into_iter().find(|kind| kind.name() == name) {
            Some(kind) => Ok(Self(Some(kind))),
            None if name == "auto" => Ok(Self(None)),
            None => Err(format!("the models are auto, {}", names())),
        }
    }
}

impl Rank {
    pub(crate) fn run(self) -> Result<ExitCode> {
        if let Some(truth) = self.truth {
            let k = self.k.unwrap_or(PLACES);
            return truth::Against { bundle: self.bundle, truth, k, json: self.json }.run();
        }
        if let Some((of, input)) = self.hide_items.zip(self.input.as_ref()) {
            return hidden::run(input, of, self.seed, self.json);
        }
        if let Some(((by, input), out)) = self.split.zip(self.input).zip(self.out.as_ref()) {
            return parts::write(by, self.seed, &input, out);
        }
        let files = self.train.zip(self.valid).zip(self.test);
        let ((train, valid), test) =
            files.context("--train, --valid and --test belong together")?;
        // Told before the work, not after it.
        let folder = self.out.as_deref().and_then(Path::parent);
        if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty())
            && !folder.is_dir()
        {
            bail!("there is no folder {}. Make it, or write --out elsewhere", folder.display());
        }
        let split = split::read(&train, &valid, &test)?;
        let trial = trial::Trial { split: &split, seed: self.seed };
        let outcome = trial.run(self.model.0, self.out.as_deref())?;
        outcome.print(self.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
