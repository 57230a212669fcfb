//! A model's server for tests of other programs: prints its address, and ends when
//! its standard input does, so that no test leaves it behind.

#![allow(clippy::print_stdout, reason = "a program for tests")]

use std::error::Error;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::Parser;
use usher_testkit::llm::{Fault, Script, ScriptedLlm};

/// A scripted model's server on 127.0.0.1
#[derive(Debug, Parser)]
struct Arguments {
    /// Port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// What it says, as JSON; without it, nothing of sense
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// List the faults, one a line: name, formats, what happens
    #[arg(long)]
    faults: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if arguments.faults {
        for fault in Fault::EVERY {
            let formats = fault.formats().iter().map(serde_json::to_value);
            let formats: Result<Vec<_>, _> = formats.collect();
            let formats = formats?;
            let formats: Vec<&str> = formats.iter().filter_map(|api| api.as_str()).collect();
            println!("{fault}\t{}\t{}", formats.join(" "), fault.sentence());
        }
        return Ok(());
    }
    let script = match &arguments.script {
        Some(file) => Script::parse(&std::fs::read_to_string(file)?)
            .map_err(|error| format!("{} is not a script: {error}", file.display()))?,
        None => Script::default(),
    };
    let server = ScriptedLlm::start_at(script, arguments.port)?;
    println!("{}", server.address());
    io::stdout().flush()?;
    // Whoever started it holds the other end.
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
