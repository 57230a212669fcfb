//! `cargo xtask start`: from a clone to an address to open.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::{built_program, cargo, run};
use crate::page;
use crate::phases::Phases;

/// Builds the page and the program, and serves until stopped.
///
/// # Errors
/// A build fails, or the server ends with an error.
pub(crate) fn start(root: &Path, arguments: &[String], phases: &mut Phases) -> Result<()> {
    page::build(root, phases)?;
    phases.run("usher: compile, pack the demo", || {
        run(&mut cargo(root, &["build", "-p", "usher", "--bin", "usher"]))
    })?;
    phases.summary();
    // Run from where the person stands: paths among the arguments are relative to that.
    let mut serve = Command::new(built_program("usher")?);
    serve.arg("serve").arg("--page").arg(root.join("dist")).args(arguments);
    serve_until_stopped(&mut serve)
}

/// Becomes the server, so that Ctrl-C reaches it and nothing is left behind.
#[cfg(unix)]
fn serve_until_stopped(serve: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = serve.exec();
    Err(anyhow::Error::new(error).context("cannot start `usher serve`"))
}

#[cfg(not(unix))]
fn serve_until_stopped(serve: &mut Command) -> Result<()> {
    run(serve)
}
