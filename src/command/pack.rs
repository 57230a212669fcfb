use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use usher_pack::{FactorTable, GivenFactors, Options, Progress};
use usher_retrieval::EmbedderChoice;
use usher_retrieval::nearest::IndexChoice;

use super::{log, progress_bar};
use crate::table::table;
use crate::{bundle_folder, dataset_folder, demo, factor_files};

#[derive(Debug, Args)]
pub(crate) struct Pack {
    /// Folder of the dataset: items.csv, users.csv, interactions.csv; MovieLens; RecBole atomic files
    #[arg(long, value_name = "DIR", required_unless_present = "demo", conflicts_with = "demo")]
    input: Option<PathBuf>,
    /// Write the demo bundle that this program carries
    #[arg(long)]
    demo: bool,
    /// Folder of the bundle; an old bundle there is replaced when the new one is complete
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What everything random comes from: the same seed gives the same bytes
    #[arg(long, default_value_t = 42, conflicts_with = "demo")]
    seed: u64,
    /// The catalogue's name, for people; without it, the dataset's
    #[arg(long, conflicts_with = "demo")]
    name: Option<String>,
    /// By what texts become vectors: the token table knows English, LSA the catalogue's own text
    #[arg(long, value_enum, default_value_t, conflicts_with = "demo")]
    embedder: Embedder,
    /// Whether to make a graph over the vectors, by which a large catalogue is searched
    #[arg(long, value_enum, default_value_t, conflicts_with = "demo")]
    index: Index,
    /// Users' factors that were trained elsewhere, a row for each user: .npy, .parquet, or a
    /// folder of the latter. Nothing is fitted then
    #[arg(long, value_name = "FILE", requires = "item_factors", conflicts_with = "demo")]
    user_factors: Option<PathBuf>,
    /// Items' factors of the same model: a score is the dot product of two rows
    #[arg(long, value_name = "FILE", requires = "user_factors", conflicts_with = "demo")]
    item_factors: Option<PathBuf>,
    /// The id of each row of --user-factors, one a line, where no column of Parquet holds them;
    /// without it, those in a file of the same name but .txt; without that, rows are in the order of the dataset's ids: whole numbers by
    /// value, then other texts
    #[arg(long, value_name = "FILE", requires = "user_factors")]
    user_ids: Option<PathBuf>,
    /// The id of each row of --item-factors, likewise
    #[arg(long, value_name = "FILE", requires = "item_factors")]
    item_ids: Option<PathBuf>,
    /// Stop at the first row that cannot be read
    #[arg(long, conflicts_with = "demo")]
    strict: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Embedder {
    /// The table if the catalogue is English enough, else LSA
    #[default]
    Auto,
    Table,
    Lsa,
    /// Compare words alone
    None,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Index {
    /// For catalogues so large that it is faster
    #[default]
    Auto,
    Always,
    Never,
}

impl Pack {
    pub(crate) fn run(self) -> Result<ExitCode> {
        // Told before the work, not after it.
        bundle_folder::check_target(&self.out)?;
        match &self.input {
            Some(folder) => self.pack(folder)?,
            None => bundle_folder::write(&self.out, demo::FILES.iter().copied())?,
        }
        let counts = bundle_folder::manifest(Some(&self.out))?.counts;
        log(format_args!(
            "{} holds {} items, {} users and {} interactions.",
            self.out.display(),
            counts.items,
            counts.users,
            counts.interactions
        ));
        Ok(ExitCode::SUCCESS)
    }

    /// The factors that were trained elsewhere, if any are given.
    fn factors(&self) -> Result<Option<GivenFactors>> {
        let Some((users, items)) = self.user_factors.as_ref().zip(self.item_factors.as_ref())
        else {
            return Ok(None);
        };
        let users = with_ids(users, self.user_ids.as_deref())?;
        let items = with_ids(items, self.item_ids.as_deref())?;
        Ok(Some(GivenFactors::new(users, items)?))
    }

    fn pack(&self, folder: &Path) -> Result<()> {
        let options = Options {
            seed: self.seed,
            strict: self.strict,
            name: self.name.clone(),
            factors: self.factors()?,
            table: Some(table()?),
            embedder: match self.embedder {
                Embedder::Auto => EmbedderChoice::Auto,
                Embedder::Table => EmbedderChoice::Table,
                Embedder::Lsa => EmbedderChoice::Lsa,
                Embedder::None => EmbedderChoice::None,
            },
            index: match self.index {
                Index::Auto => IndexChoice::Auto,
                Index::Always => IndexChoice::Always,
                Index::Never => IndexChoice::Never,
            },
            ..Options::default()
        };
        let bar = progress_bar(0);
        let packed =
            usher_pack::pack(dataset_folder::read(folder)?, &options, &mut |progress: Progress| {
                bar.set_length(u64::from(progress.total));
                bar.set_position(u64::from(progress.done));
                bar.set_message(progress.phase.to_string());
            });
        bar.finish_and_clear();
        let packed = packed.with_context(|| format!("{} cannot be packed", folder.display()))?;
        let files = packed.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
        bundle_folder::write(&self.out, files)?;
        log(format_args!("{}", packed.report));
        Ok(())
    }
}

/// A file's factors with the ids of its rows, if there are any.
fn with_ids(factors: &Path, ids: Option<&Path>) -> Result<FactorTable> {
    let table = factor_files::read(factors)?;
    let (rows, columns) = table.size();
    let with_ids = if table.has_ids() { ", with their ids" } else { "" };
    log(format_args!("{} holds {rows} rows of {columns} factors{with_ids}.", factors.display()));
    // Ids that lie beside are not left out by forgetting an option.
    let beside = || {
        let path = Some(factors.with_extension("txt"));
        let path = path.filter(|path| !table.has_ids() && path.is_file())?;
        log(format_args!(
            "{} is taken for the ids of the rows of {}.",
            path.display(),
            factors.display()
        ));
        Some(path)
    };
    match ids.map(Path::to_owned).or_else(beside) {
        Some(ids) => Ok(table.with_ids(dataset_folder::file(&ids)?)?),
        None => Ok(table),
    }
}
