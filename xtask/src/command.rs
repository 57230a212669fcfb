//! Other programs, run to their end.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// The target folder that this program was built into.
///
/// # Errors
/// The program does not know where it is.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let program = env::current_exe().context("cannot find this program's own file")?;
    let folder = program.ancestors().nth(2);
    Ok(folder.context("this program does not lie in a target folder")?.to_owned())
}

/// A program of the workspace that `cargo build` or `cargo test` makes.
///
/// # Errors
/// The target folder is not known.
pub(crate) fn built_program(name: &str) -> Result<PathBuf> {
    Ok(target_folder()?.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// Cargo with these arguments, in the project's folder.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root);
    command
}

/// Runs a command to its end; its output goes where ours goes.
///
/// # Errors
/// It cannot be started, or does not end well.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("$ {line}");
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// What a command prints to standard output, trimmed; `None` if it cannot be run
/// or does not end well.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words = words.map(|word| {
        let word = word.to_string_lossy();
        // Cargo calls itself by its full path.
        word.strip_suffix("/bin/cargo").map_or_else(|| word.to_string(), |_| "cargo".to_owned())
    });
    words.collect::<Vec<_>>().join(" ")
}
