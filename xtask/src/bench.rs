//! `cargo xtask bench`: how long each tool takes, in a browser and natively, and the
//! guide's planning in a browser.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use comfy_table::{CellAlignment, Table};
use serde::Deserialize;

use crate::command::{built_program, cargo, run, target_folder};
use crate::phases::Phases;
use crate::{page, requirements};

/// Medians of the Python tools that the idea comes from, in microseconds, on the
/// same data.
const PYTHON_US: [(&str, f64); 8] = [
    ("item_filter", 4_600.0),
    ("get_top_k_recommendations", 550.0),
    ("get_popular_items", 3_300.0),
    ("get_user_metadata", 420.0),
    ("get_item_metadata", 1_100.0),
    ("get_interacted_items", 400.0),
    ("get_like_percentage", 74_000.0),
    ("vector_store_search", 38_000.0),
];

/// Items of the made-up catalogue.
const LARGE_ITEMS: usize = 100_000;

/// How long the calls of one tool took.
#[derive(Deserialize)]
struct Times {
    calls: usize,
    median_us: f64,
    p95_us: f64,
}

/// Times the tools over MovieLens-100k and prints a table.
///
/// # Errors
/// The dataset is not found, something cannot be built or run, or the browser
/// gives another result than native code.
pub(crate) fn bench(root: &Path, phases: &mut Phases) -> Result<()> {
    let folder = target_folder()?.join("bench");
    let bundle = pack(root, &folder, phases)?;
    phases.run("native", || {
        run(cargo(root, &["bench", "-p", "usher-engine", "--bench", "tools", "--"])
            .arg(&bundle)
            .arg(&folder))
    })?;
    phases.run("browser", || run(in_the_browser(root, "bench.js")?.arg(&bundle).arg(&folder)))?;
    phases.run("page", || opening(root, &bundle))?;
    phases.summary();
    let browser = times(&folder, "browser")?;
    println!("{}", table(&browser, &times(&folder, "native")?));
    for (key, what) in [
        ("likes", "get_top_k_recommendations for somebody known by 1 to 100 liked items"),
        ("guide", "the guide, from a question or a result to its next step"),
    ] {
        if let Some(Times { calls, median_us, p95_us }) = browser.get(key) {
            println!(
                "{what}, in the browser: median {median_us:.0} µs, p95 {p95_us:.0} µs, {calls} times"
            );
        }
    }
    Ok(())
}

/// Opens the page over MovieLens-100k, and prints how long that takes, its longest task
/// and its memory.
///
/// # Errors
/// The dataset is not found, or something cannot be built or run.
pub(crate) fn opening_alone(root: &Path, phases: &mut Phases) -> Result<()> {
    let bundle = pack(root, &target_folder()?.join("bench"), phases)?;
    opening(root, &bundle)
}

/// Builds page and program, and packs MovieLens-100k; gives the bundle's folder.
fn pack(root: &Path, folder: &Path, phases: &mut Phases) -> Result<PathBuf> {
    let dataset = dataset(root)?;
    let bundle = folder.join("ml-100k");
    page::build(root, phases)?;
    phases.run("program", || run(&mut cargo(root, &["build", "-p", "usher"])))?;
    phases.run("pack", || {
        run(Command::new(built_program("usher")?)
            .arg("pack")
            .arg("--input")
            .arg(&dataset)
            .arg("--out")
            .arg(&bundle))
    })?;
    Ok(bundle)
}

fn opening(root: &Path, bundle: &Path) -> Result<()> {
    run(in_the_browser(root, "bench-page.js")?.arg(bundle))
}

/// A script that drives Chromium.
fn in_the_browser(root: &Path, script: &str) -> Result<Command> {
    let mut command = Command::new("node");
    command
        .arg(script)
        .current_dir(root.join("tests/browser"))
        .env("USHER_PROGRAM", built_program("usher")?)
        .env("USHER_CHROMIUM", requirements::browser());
    Ok(command)
}

/// Times searches of texts over a made-up catalogue and the page that opens it, and
/// prints how long they took.
///
/// # Errors
/// Something cannot be built or run.
pub(crate) fn large(root: &Path, phases: &mut Phases) -> Result<()> {
    page::build(root, phases)?;
    phases.run("program", || run(&mut cargo(root, &["build", "-p", "usher"])))?;
    let folder = target_folder()?.join("bench/large");
    run(in_the_browser(root, "bench-large.js")?.arg(&folder).arg(LARGE_ITEMS.to_string()))?;
    opening(root, &folder.join("bundle"))
}

fn dataset(root: &Path) -> Result<PathBuf> {
    let folder =
        env::var_os("USHER_ML100K").map_or_else(|| root.join("data/ml-100k"), PathBuf::from);
    if !folder.join("ml-100k.inter").is_file() {
        bail!("there is no MovieLens-100k in {}: set USHER_ML100K to its folder", folder.display());
    }
    Ok(folder)
}

fn times(folder: &Path, what: &str) -> Result<BTreeMap<String, Times>> {
    let path = folder.join(format!("{what}.json"));
    let json = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(serde_json::from_slice(&json)?)
}

fn table(browser: &BTreeMap<String, Times>, native: &BTreeMap<String, Times>) -> Table {
    let mut table = Table::new();
    table.set_header([
        "tool, µs",
        "calls",
        "browser median",
        "browser p95",
        "native median",
        "native p95",
        "Python median",
        "Python / browser",
    ]);
    for (tool, python_us) in PYTHON_US {
        let (Some(browser), Some(native)) = (browser.get(tool), native.get(tool)) else { continue };
        table.add_row([
            tool.to_owned(),
            browser.calls.to_string(),
            format!("{:.0}", browser.median_us),
            format!("{:.0}", browser.p95_us),
            format!("{:.0}", native.median_us),
            format!("{:.0}", native.p95_us),
            format!("{python_us:.0}"),
            // The browser's clock has steps of 5 µs.
            format!("{:.0} ×", python_us / browser.median_us.max(5.0)),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
