//! The project's chores: `cargo xtask start`, `cargo xtask test`, and what they
//! are made of. What a person runs here is what continuous integration runs.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks to a terminal"
)]

mod bench;
mod command;
mod dist;
mod fuzz;
mod nearest;
mod package;
mod page;
mod phases;
mod requirements;
mod sizes;
mod start;
mod test;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use crate::command::root;
use crate::phases::Phases;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Usher's chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build the page and serve it with a bundle on 127.0.0.1
    Start {
        /// Passed on to `usher serve`: --port N, --bundle DIR
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        serve: Vec<String>,
    },
    /// Check everything: format, lints, tests, the page, its size, the page in a browser
    Test {
        /// Install what is missing: browsers (as root on Debian) and the browser tests' packages
        #[arg(long)]
        install: bool,
    },
    /// Build the page into dist/
    Web,
    /// Build the engine as an npm package, in target/npm/engine
    Package,
    /// Build the edge worker, and run it on this machine or deploy it
    Worker {
        #[arg(default_value = "run")]
        what: worker::What,
        /// The bundle that it serves; the demo if absent
        #[arg(long)]
        bundle: Option<PathBuf>,
        /// Serve neither page nor bundle: the tools read a bundle in a bucket of R2
        #[arg(long, conflicts_with = "bundle")]
        private: bool,
        /// Passed on to wrangler
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Show what the built page weighs, against its budget
    Sizes,
    /// Time each tool in a browser and natively, and the page, over MovieLens-100k
    Bench {
        /// `worker`: the edge worker, over the bundle and over MariaDB; `page`: the page alone; `nearest`: searches by nearest vectors instead, in a browser, over made-up vectors;
        /// `large`: searches of texts and the page, in a browser, over a made-up catalogue of
        /// 100,000 items
        what: Option<Benchmark>,
    },
    /// Look for inputs that make the product fail, with cargo-fuzz
    Fuzz {
        /// One of fuzz/fuzz_targets; all of them if absent
        target: Option<String>,
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
}

/// What is timed besides the tools.
#[derive(Clone, Copy, ValueEnum)]
enum Benchmark {
    Worker,
    Page,
    Nearest,
    Large,
}

fn main() -> ExitCode {
    let mut phases = Phases::new();
    let outcome = run(Arguments::parse().chore, &mut phases);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            phases.summary();
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore, phases: &mut Phases) -> Result<()> {
    let root = root();
    match chore {
        Chore::Start { serve } => start::start(&root, &serve, phases),
        Chore::Test { install } => test::test(&root, install, phases),
        Chore::Web => {
            page::build(&root, phases)?;
            phases.summary();
            Ok(())
        }
        Chore::Package => {
            package::build(&root, phases)?;
            phases.summary();
            Ok(())
        }
        Chore::Worker { what, bundle, private, rest } => {
            let files = match &bundle {
                Some(bundle) => worker::Files::Bundle(bundle),
                None if private => worker::Files::None,
                None => worker::Files::Demo,
            };
            worker::worker(&root, what, files, &rest, phases)
        }
        Chore::Sizes => sizes::check(&root),
        Chore::Bench { what: None } => bench::bench(&root, phases),
        Chore::Bench { what: Some(Benchmark::Worker) } => worker::bench(&root, phases),
        Chore::Bench { what: Some(Benchmark::Page) } => bench::opening_alone(&root, phases),
        Chore::Bench { what: Some(Benchmark::Nearest) } => nearest::bench(&root, phases),
        Chore::Bench { what: Some(Benchmark::Large) } => bench::large(&root, phases),
        Chore::Fuzz { target, seconds } => fuzz::fuzz(&root, target, seconds),
    }
}
