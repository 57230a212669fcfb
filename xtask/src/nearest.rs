//! `cargo xtask bench nearest`: how long searches by nearest vectors take in a browser,
//! all vectors against a graph, and from how many items the graph pays.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::{built_program, cargo, run, target_folder};
use crate::phases::Phases;
use crate::{page, requirements};

const PACKAGE: &str = "usher-nearest-bench";
/// Items in the made-up catalogues. The last two are the ones that lines are drawn
/// through.
const ITEMS: [usize; 3] = [1_700, 10_000, 50_000];
/// Larger catalogues, whose times are only estimated.
const LARGER: [usize; 2] = [100_000, 1_000_000];

/// What the native program and the browser measured.
#[derive(Deserialize)]
struct Measured {
    items: usize,
    /// Seconds to build the graph, natively, on one thread.
    build_s: f64,
    vectors_bytes: u64,
    vectors_brotli_bytes: u64,
    index_bytes: u64,
    index_brotli_bytes: u64,
    /// Without vector instructions.
    scalar: Times,
    /// With them.
    simd: Times,
    graph: Times,
    /// Of the ten nearest items, the share that the graph's search finds.
    recall_at_10: f64,
    /// Milliseconds to open the sections: hash, checks, and handing to the library.
    open_vectors_ms: f64,
    open_graph_ms: f64,
}

#[derive(Deserialize)]
struct Times {
    median_us: f64,
    p95_us: f64,
}

/// Times searches and prints the tables of `docs/nearest.md`.
///
/// # Errors
/// Something cannot be built or run, or the browser finds other items than native code.
pub(crate) fn bench(root: &Path, phases: &mut Phases) -> Result<()> {
    let folder = target_folder()?.join("bench/nearest");
    phases.run("program", || run(&mut cargo(root, &["build", "-p", PACKAGE])))?;
    phases.run("graphs", || {
        let items = ITEMS.map(|items| items.to_string());
        run(Command::new(built_program(PACKAGE)?).arg(&folder).args(items))
    })?;
    for (name, vector_instructions) in [("simd", true), ("scalar", false)] {
        phases.run(name, || {
            page::build_for_browser(root, PACKAGE, vector_instructions, &folder.join(name))
        })?;
    }
    phases.run("browser", || {
        run(Command::new("node")
            .arg("bench-nearest.js")
            .arg(&folder)
            .args(ITEMS.map(|items| items.to_string()))
            .current_dir(root.join("tests/browser"))
            .env("USHER_CHROMIUM", requirements::browser()))
    })?;
    phases.summary();
    let measured: Vec<Measured> = ITEMS
        .iter()
        .map(|items| {
            let path = folder.join(items.to_string()).join("browser.json");
            let json =
                fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            Ok(serde_json::from_slice(&json)?)
        })
        .collect::<Result<_>>()?;
    print_tables(&measured);
    Ok(())
}

fn print_tables(measured: &[Measured]) {
    println!("| items | all, plain: median (p95), µs | all, simd128 | graph | graph's recall@10 |");
    println!("|---:|---:|---:|---:|---:|");
    let times = |times: &Times| format!("{:.0} ({:.0})", times.median_us, times.p95_us);
    for of in measured {
        let (scalar, simd, graph) = (times(&of.scalar), times(&of.simd), times(&of.graph));
        println!("| {} | {scalar} | {simd} | {graph} | {:.3} |", of.items, of.recall_at_10);
    }
    if let [.., last] = measured {
        for items in LARGER {
            // A look at all takes as long as there are items; a search of a graph about
            // as long as the logarithm of their number.
            let times_as_many = items as f64 / last.items as f64;
            let longer = (items as f64).log10() / (last.items as f64).log10();
            let [scalar, simd] = [&last.scalar, &last.simd].map(|t| t.median_us * times_as_many);
            let graph = last.graph.median_us * longer;
            println!("| {items}, estimated | {scalar:.0} | {simd:.0} | {graph:.0} | |");
        }
    }
    println!();
    println!(
        "| items | vectors, bytes (brotli) | graph, bytes (brotli) | building the graph, s | opening vectors, ms | opening the graph, ms |"
    );
    println!("|---:|---:|---:|---:|---:|---:|");
    for of in measured {
        println!(
            "| {} | {} ({}) | {} ({}) | {:.1} | {:.1} | {:.1} |",
            of.items,
            of.vectors_bytes,
            of.vectors_brotli_bytes,
            of.index_bytes,
            of.index_brotli_bytes,
            of.build_s,
            of.open_vectors_ms,
            of.open_graph_ms
        );
    }
}
