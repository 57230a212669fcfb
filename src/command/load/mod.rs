mod mysql;
mod qdrant;

use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use futures::executor::block_on;
use futures::future::{Either, select};
use usher_bundle::{Bundle, InMemory, MANIFEST_FILE, Manifest};
use usher_pack::{Options, Progress};

use super::{log, progress_bar};
use crate::table::table;
use crate::{bundle_folder, dataset_folder};

/// What Ctrl-C ends with, as a shell counts.
const INTERRUPTED: u8 = 130;

#[derive(Debug, Args)]
pub(crate) struct Load {
    #[command(subcommand)]
    into: Into,
}

#[derive(Debug, Subcommand)]
enum Into {
    /// Load a catalogue into MySQL or MariaDB
    Mysql(mysql::Mysql),
    /// Load what a catalogue's texts mean into Qdrant
    Qdrant(qdrant::Qdrant),
}

impl Load {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.into {
            Into::Mysql(mysql) => mysql.run(),
            Into::Qdrant(qdrant) => qdrant.run(),
        }
    }
}

/// The catalogue that is loaded. A worker must be given the same bundle: it is known by
/// its files.
#[derive(Debug, Args)]
struct Catalogue {
    /// Folder of the bundle; without it, the demo
    #[arg(long, value_name = "DIR", conflicts_with = "input")]
    bundle: Option<PathBuf>,
    /// Folder of a dataset, which is packed first as `usher pack --input` does
    #[arg(long, value_name = "DIR")]
    input: Option<PathBuf>,
}

impl Catalogue {
    fn open(&self) -> Result<Bundle> {
        let Some(folder) = &self.input else { return bundle_folder::open(self.bundle.as_deref()) };
        let options = Options { table: Some(table()?), ..Options::default() };
        let bar = progress_bar(0);
        let packed =
            usher_pack::pack(dataset_folder::read(folder)?, &options, &mut |progress: Progress| {
                bar.set_length(u64::from(progress.total));
                bar.set_position(u64::from(progress.done));
                bar.set_message(progress.phase.to_string());
            });
        bar.finish_and_clear();
        let packed = packed.with_context(|| format!("{} cannot be packed", folder.display()))?;
        let manifest = packed.files.iter().find(|file| file.name == MANIFEST_FILE);
        let manifest = Manifest::parse(manifest.map_or(&[], |file| &file.bytes))?;
        let files: InMemory =
            packed.files.into_iter().map(|file| (file.name, file.bytes)).collect();
        Ok(block_on(Bundle::open(manifest, Rc::new(files)))?)
    }
}

/// Runs a load to its end or to Ctrl-C. What is in the middle then is undone by the
/// server, and what was brought in before stays.
fn run<T>(loading: impl Future<Output = Result<T>>) -> Result<Option<T>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let loaded = runtime.block_on(async {
        match select(pin!(loading), pin!(tokio::signal::ctrl_c())).await {
            Either::Left((loaded, _)) => loaded.map(Some),
            Either::Right(_) => Ok(None),
        }
    })?;
    if loaded.is_none() {
        log(format_args!(
            "Stopped. What is loaded by now stays; the same command goes on from there."
        ));
    }
    Ok(loaded)
}
