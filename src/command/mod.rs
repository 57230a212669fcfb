//! One file per subcommand.
//!
//! Standard output carries the result and nothing else; everything that is said
//! on the way goes to standard error.

pub(crate) mod ask;
#[cfg(feature = "distil")]
pub(crate) mod distil;
pub(crate) mod eval;
pub(crate) mod inspect;
pub(crate) mod load;
pub(crate) mod pack;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod tool;

use std::fmt::Arguments;
use std::io::{Read, Write};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

/// Prints a line of the result. A reader that has gone away (`| head`) is no error.
pub(crate) fn print(line: Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints a line for the person at the terminal.
pub(crate) fn log(line: Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A bar on standard error; nothing where that is no terminal.
pub(crate) fn progress_bar(length: u64) -> ProgressBar {
    ProgressBar::new(length).with_style(
        ProgressStyle::with_template("{bar:30} {pos:>4}/{len:<4} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    )
}

/// The argument itself, or for `-` all of standard input.
pub(crate) fn argument_or_input(argument: &str) -> Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input).context("standard input cannot be read")?;
    String::from_utf8(input).context("standard input is not UTF-8 text")
}
