//! `cargo xtask fuzz`: each fuzz target for a while, with libFuzzer.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, output, run, target_folder};

/// What the tool is installed with.
const INSTALL: &str = "cargo install cargo-fuzz@0.13.2 --locked";
/// An input that takes longer is a fault, in seconds.
const MOST_SECONDS: u64 = 10;
/// More memory than this is a fault, in MiB.
const MOST_MEMORY_MIB: u64 = 4096;

/// Runs one target, or all of them one after the other, for so many seconds each.
///
/// # Errors
/// The tool is missing, there is no such target, or an input was found on which the
/// target fails.
pub(crate) fn fuzz(root: &Path, target: Option<String>, seconds: u64) -> Result<()> {
    if output(&mut cargo(root, &["fuzz", "--version"])).is_none() {
        bail!("cargo-fuzz is missing: {INSTALL}");
    }
    let known = targets(root)?;
    let wanted = match target {
        None => known,
        Some(target) if known.contains(&target) => vec![target],
        Some(target) => bail!("there is no target {target}: they are {}", known.join(", ")),
    };
    for target in wanted {
        one(root, &target, seconds)?;
    }
    Ok(())
}

/// The targets, in the order of their names.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("fuzz/fuzz_targets");
    let entries = folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))?;
    let mut targets = Vec::new();
    for entry in entries {
        targets.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

fn one(root: &Path, target: &str, seconds: u64) -> Result<()> {
    let corpus = root.join("fuzz/corpus").join(target);
    std::fs::create_dir_all(&corpus)?;
    let mut command = cargo(root, &["fuzz", "run", "--fuzz-dir", "fuzz"]);
    // No sanitizer: they need a nightly compiler, and look for faults that safe code
    // does not have. No traced comparisons: they take two thirds of the time, and
    // the inputs know the words that matter.
    command
        .args(["--sanitizer", "none", "--no-trace-compares", "--target-dir"])
        .arg(target_folder()?.join("fuzz"));
    command.arg(target).arg(corpus);
    let seeds = root.join("fuzz/seeds").join(target);
    if seeds.is_dir() {
        command.arg(seeds);
    }
    command.arg("--");
    if target.starts_with("section_") || target == "manifest" {
        // A few edits of eight bytes each, from the start.
        command.args(["-max_len=96", "-len_control=0"]);
    }
    run(command.args([
        format!("-max_total_time={seconds}"),
        format!("-timeout={MOST_SECONDS}"),
        format!("-rss_limit_mb={MOST_MEMORY_MIB}"),
        "-print_final_stats=1".to_owned(),
    ]))
    .with_context(|| {
        format!("the input that it failed on is in fuzz/artifacts/{target}: mend what is at fault, and keep it as a test")
    })
}
