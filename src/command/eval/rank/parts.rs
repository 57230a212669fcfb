//! A dataset, written in the parts that models are fitted to and measured on.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use usher_pack::{Progress, SplitBy};

use crate::command::{log, progress_bar};
use crate::dataset_folder;

/// By what interactions go to the parts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum By {
    /// Of each user 8 in 10 to train, 1 to valid and 1 to test, drawn at random
    Random,
    /// Of each user the last to test and the last but one to valid
    Last,
    /// The last tenth of all to test, the tenth before to valid
    Time,
}

/// Writes train.tsv, valid.tsv and test.tsv into a folder.
pub(super) fn write(how: By, seed: u64, input: &Path, out: &Path) -> Result<ExitCode> {
    let by = match how {
        By::Random => SplitBy::Random,
        By::Last => SplitBy::Last,
        By::Time => SplitBy::Time,
    };
    let files = dataset_folder::read(input)?;
    let bar = progress_bar(0);
    let split = usher_pack::split(files, by, seed, &mut |progress: Progress| {
        bar.set_length(u64::from(progress.total));
        bar.set_position(u64::from(progress.done));
        bar.set_message(progress.phase.to_string());
    });
    bar.finish_and_clear();
    let split = split.with_context(|| format!("{} cannot be split", input.display()))?;
    if let Some((file, _)) = split.files.iter().zip(split.interactions).find(|(_, n)| *n == 0) {
        let n: usize = split.interactions.iter().sum();
        bail!(
            "{} would be empty: the {n} interactions of {} are too few for --split {}. {}",
            file.name,
            input.display(),
            how.to_possible_value().map_or_else(String::new, |how| how.get_name().to_owned()),
            match how {
                By::Time => "It takes ten, and with random or last fewer where a user has three",
                By::Random | By::Last => {
                    "A user with three interactions is needed: fewer do not reach valid"
                }
            }
        );
    }
    for file in &split.files {
        let path = out.join(&file.name);
        ensure!(
            !path.exists(),
            "{} is there already: name another folder with --out",
            path.display()
        );
    }
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    for (file, interactions) in split.files.iter().zip(split.interactions) {
        let path = out.join(&file.name);
        fs::write(&path, &file.bytes)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        log(format_args!("{} holds {interactions} interactions.", path.display()));
    }
    let broken: u64 = split.report.read.iter().map(|read| read.broken).sum();
    if broken > 0 {
        log(format_args!("{broken} rows of the dataset cannot be read and are in none of them."));
    }
    Ok(ExitCode::SUCCESS)
}
