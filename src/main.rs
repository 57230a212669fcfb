//! The command line of Usher: pack a catalogue, look into a bundle, call a tool,
//! ask a question, serve the page.

mod bundle_folder;
mod clock;
mod command;
mod dataset_folder;
mod demo;
mod factor_files;
mod judged;
mod known_items;
mod model;
mod network;
mod parquet_rows;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A recommender agent that opens like a web page.
#[derive(Debug, Parser)]
#[command(name = "usher", version, about)]
struct Usher {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a bundle from a dataset
    Pack(command::pack::Pack),
    /// Show what a bundle holds
    Inspect(command::inspect::Inspect),
    /// Call one tool and print its result
    Tool(command::tool::Tool),
    /// Ask a question
    Ask(command::ask::Ask),
    /// Measure the answers against what is expected of them
    Eval(command::eval::Eval),
    /// Make the token table again, by which texts become vectors
    #[cfg(feature = "distil")]
    Distil(command::distil::Distil),
    /// Load a catalogue into a database or a search service
    Load(command::load::Load),
    /// Serve the page and its bundle on this machine
    Serve(command::serve::Serve),
    /// Invent an audience for a catalogue, and write it as a dataset
    Simulate(command::simulate::Simulate),
}

fn main() -> ExitCode {
    let outcome = match Usher::parse().command {
        Command::Pack(pack) => pack.run(),
        Command::Inspect(inspect) => inspect.run(),
        Command::Tool(tool) => tool.run(),
        Command::Ask(ask) => ask.run(),
        Command::Eval(eval) => eval.run(),
        #[cfg(feature = "distil")]
        Command::Distil(distil) => distil.run(),
        Command::Load(load) => load.run(),
        Command::Serve(serve) => serve.run(),
        Command::Simulate(simulate) => simulate.run(),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            command::log(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
