use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use usher_pack::retrieval::EmbedderChoice;
use usher_pack::retrieval::nearest::IndexChoice;
use usher_pack::{InputFile, Options, Progress};

use super::log;
use crate::table::table;
use crate::{bundle_folder, demo};

/// Files above this size are no dataset for one machine's memory.
const MOST_BYTES: u64 = 4 << 30;

#[derive(Debug, Args)]
pub(crate) struct Pack {
    /// Folder of the dataset: RecBole atomic files, or items.csv, users.csv, interactions.csv
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

    fn pack(&self, folder: &Path) -> Result<()> {
        let options = Options {
            seed: self.seed,
            strict: self.strict,
            name: self.name.clone(),
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
        let bar = ProgressBar::new(0).with_style(
            ProgressStyle::with_template("{bar:30} {pos:>4}/{len:<4} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        let packed = usher_pack::pack(read(folder)?, &options, &mut |progress: Progress| {
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

/// The files of a dataset's folder, by name; not those of folders within it.
fn read(folder: &Path) -> Result<Vec<InputFile>> {
    let unreadable = || format!("the folder {} cannot be read", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        if !path.is_file() {
            continue;
        }
        let unreadable = || format!("{} cannot be read", path.display());
        let bytes = fs::metadata(&path).with_context(unreadable)?.len();
        if bytes > MOST_BYTES {
            bail!("{} has {bytes} bytes, and up to {MOST_BYTES} are read", path.display());
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push(InputFile { name, bytes: fs::read(&path).with_context(unreadable)? });
    }
    // A folder has no order of its own.
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}
