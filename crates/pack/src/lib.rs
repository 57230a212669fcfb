//! Dataset bytes in, bundle bytes out: readers, cleaning, training.
//!
//! A folder of files comes in as names and bytes. One of the readers turns it
//! into a dataset; cleaning turns that into rows with typed values, and counts
//! what it did; then factors are fitted, the text is indexed, and the bundle is
//! written. No I/O, no clock, no randomness but the seed: the same input gives
//! the same bytes.
//!
//! # What is read
//!
//! **RecBole atomic files**: `*.inter` (`user_id`, `item_id`, `rating`,
//! `timestamp`), `*.item` (`item_id`, a title, a year, `class` or `genre`) and
//! `*.user` (`user_id`, `age`, `gender`, `occupation`); TAB-separated, with a
//! header of `name:type`. Beside them a **metadata table**: any `.csv`, `.tsv`
//! or `.txt` with an `item_id` column and no `user_id` column, whose columns are
//! those of `items.csv` below. Its lists are written for people ("A, B, and C"),
//! or, in columns such as `actors_list`, as Python writes them.
//!
//! **Generic CSV** (comma, semicolon or TAB; fields in quotes may span lines):
//!
//! | file | columns (those in bold are needed) |
//! |---|---|
//! | `items.csv` | **`item_id`**, `title`, `release_date` (a year or an ISO date), `release_month` (1–12), `genres`, `director`, `producer`, `actors`, `country`, `duration` (minutes, or "1h 41min"), `age_rating`, `imdb_rating` (0–10), `imdb_num_reviews` (also "139K"), `description`, `storyline` |
//! | `users.csv`, may be absent | **`user_id`**, `age`, `gender`, `occupation` |
//! | `interactions.csv` | **`user_id`**, **`item_id`**, `rating` (without this column every interaction is a like), `timestamp` (Unix seconds or an ISO date) |
//!
//! Lists (`genres`, `director`, `producer`, `actors`) are separated by `|`.
//!
//! **MovieLens as published**: 100K (`u.data`, `u.item`, `u.user`), 1M and 10M (`ratings.dat`,
//! `movies.dat`, `users.dat`), and those since (`ratings.csv`, `movies.csv`). A metadata table
//! may stand beside them, as above.
//!
//! **`mapping.toml`** says what files and columns are called, where these are not ours:
//!
//! ```toml
//! [items]                        # and [interactions], and [users] if there are any
//! file = "products.csv"
//! item_id = "sku"                # our name = the file's; those not told have our name
//! title = "product"
//! country = ""                   # the file has no such column, whatever bears its name
//! list_separator = ";"           # between the parts of a list; | if not told
//! separator = "::"               # between fields; if not told, it is found out
//! quoted = false                 # no field stands in quotes
//! encoding = "latin-1"           # or "utf-8"
//! columns = ["sku", "product"]   # of a file whose first line is a row already
//! genre_flags = ["Drama"]        # columns that say by 1 that an item is of this genre
//! [items.words.genres]           # the file's words = ours
//! misc = ""
//! ```
//!
//! Beside any form may stand **`about.toml`** with a `name` for the catalogue and a
//! `note` on the data, and **`tour.jsonl`** with questions to begin with, one a line:
//! `{"question": "…", "kind": "…"}`, the kind in a few words or left out; at most 20
//! questions, of 200 characters, and kinds of 40. A bundle's manifest carries both.

mod assemble;
mod clean;
mod dataset;
mod error;
mod given;
mod hidden;
mod items;
mod matrix;
mod npy;
mod progress;
mod read;
mod report;
mod split;
mod train;

pub use clean::Item;
pub use error::PackError;
pub use given::{FactorTable, GivenFactors};
pub use hidden::{Hidden, Way, hide_items};
pub use items::{ItemsRead, items_csv, read_items};
pub use progress::{Phase, Progress};
pub use report::{BrokenRow, Cleaned, FileRead, LeftOut, Report, Rule};
pub use split::{Split, SplitBy, split};
use usher_bundle::sections::Embedder;
use usher_bundle::{BundleFile, FORMAT, Made, Manifest, Section, write_bundle};
/// How the ranking model is fitted.
pub use usher_recommender::models::Settings as TrainingSettings;

use usher_retrieval::EmbedderChoice;
use usher_retrieval::nearest::IndexChoice;

use crate::read::Wanted;
use crate::report::Log;

/// One file of a dataset's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Name within the folder; one with a slash is in a sub-folder.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What packing can be told.
#[derive(Debug, Clone)]
pub struct Options {
    /// What everything random comes from.
    pub seed: u64,
    /// The first broken row ends the packing.
    pub strict: bool,
    /// The catalogue's name, for people; `None`: taken from the files.
    pub name: Option<String>,
    /// A rating at or above this is a like; `None`: 0.8 of the highest rating.
    pub like_threshold: Option<f32>,
    /// The ranking models that are compared; the first is taken where there is too little
    /// to compare on. `None`: all that a bundle can hold.
    pub training: Option<Vec<TrainingSettings>>,
    /// Factors that were trained elsewhere: nothing is fitted, nothing measured.
    pub factors: Option<GivenFactors>,
    /// The token table, by which English texts become vectors.
    pub table: Option<Section<Embedder>>,
    /// Which embedder the bundle has.
    pub embedder: EmbedderChoice,
    /// Whether the bundle has a graph over its vectors.
    pub index: IndexChoice,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 42,
            strict: false,
            name: None,
            like_threshold: None,
            training: None,
            factors: None,
            table: None,
            embedder: EmbedderChoice::default(),
            index: IndexChoice::default(),
        }
    }
}

/// What packing gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    /// The files of the bundle's folder, the manifest last.
    pub files: Vec<BundleFile>,
    /// What was read, cleaned and left out.
    pub report: Report,
}

/// Packs a dataset. `progress` hears of every step.
///
/// # Errors
/// No dataset among the files, a file that is needed is missing or has no usable
/// rows, no model to fit, factors of another dataset, or, if [`Options::strict`], a broken row.
pub fn pack(
    files: Vec<InputFile>,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Packed, PackError> {
    let mut log = Log::new(options.strict);
    let dataset = read::read(files, Wanted::Everything, &mut log, progress)?;
    let (name, from, note) = (dataset.name.clone(), dataset.from, dataset.note.clone());
    let examples = dataset.examples.clone();
    progress(Progress { phase: Phase::Cleaning, done: 0, total: 1 });
    let catalogue = clean::clean(dataset, options.like_threshold, &mut log);
    let mut trained = match &options.factors {
        Some(given) => given.trained(&catalogue, &mut log)?,
        None => train::train(&catalogue, options, progress)?,
    };
    progress(Progress { phase: Phase::Indexing, done: 0, total: 1 });
    let counts = catalogue.counts();
    let like_threshold = catalogue.like_threshold;
    let documents: Vec<String> = catalogue.items.iter().map(assemble::document).collect();
    let prepared = usher_retrieval::prepare(
        &documents,
        options.table.as_ref(),
        options.embedder,
        options.index,
    )?;
    trained.add_new_items(&catalogue, prepared.vectors.as_ref(), options.seed);
    let embedder = prepared.chosen.to_string();
    let sections = assemble::assemble(catalogue, trained.fitted, prepared);
    let manifest = Manifest {
        format: FORMAT,
        name: options.name.clone().unwrap_or(name),
        counts,
        like_threshold,
        made: Made {
            by: format!("usher {}", env!("CARGO_PKG_VERSION")),
            from: from.to_owned(),
            seed: options.seed,
            model: trained.model,
            note,
        },
        quality: trained.quality.clone(),
        examples,
        sections: Vec::new(),
    };
    let mut done = 0;
    let files = write_bundle(manifest, &sections, |section| {
        let phase = Phase::Writing { section: section.name() };
        progress(Progress { phase, done, total: usher_bundle::SectionKind::ALL.len() as u32 });
        done += 1;
    })?;
    let report = Report { embedder, ..log.into_report(counts, trained.quality) };
    Ok(Packed { files, report })
}

#[cfg(test)]
mod tests;
