//! What the whole test needs besides Rust, and how to come by it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{cargo, output, run};
use crate::page;

/// Folders with packages of npm.
const PACKAGES: [&str; 4] = ["worker", "tests/browser", "tests/widget", "tests/worker"];

/// Sees to it that everything is there; with `install`, installs what can be.
///
/// # Errors
/// Something is missing: each thing with the way to get it, one a line.
pub(crate) fn ensure(root: &Path, install: bool) -> Result<()> {
    page::ensure_target(root)?;
    if install {
        install_missing(root)?;
    }
    let missing = missing(root);
    if missing.is_empty() {
        return Ok(());
    }
    bail!("these are missing:\n  {}", missing.join("\n  "))
}

fn missing(root: &Path) -> Vec<String> {
    let answers = |command: &mut Command| output(command).is_some();
    let (browser, firefox) = (browser(), firefox());
    let needed = [
        (answers(&mut cargo(root, &["fmt", "--version"])), "rustfmt: rustup component add rustfmt"),
        (
            answers(&mut cargo(root, &["clippy", "--version"])),
            "clippy: rustup component add clippy",
        ),
        (answers(Command::new("node").arg("--version")), "Node.js 20 or newer: https://nodejs.org"),
        (
            browser.is_file(),
            "Chromium: `cargo xtask test --install` as root on Debian, or name one in USHER_CHROMIUM",
        ),
        (
            firefox.is_file(),
            "Firefox: `cargo xtask test --install` as root on Debian, or name one in USHER_FIREFOX",
        ),
        (
            mariadb().is_file(),
            "MariaDB: `cargo xtask test --install` as root on Debian, or install mariadb-server, or name mariadbd in USHER_MARIADBD",
        ),
        (
            has_pip(),
            "Python with pip: `cargo xtask test --install` as root on Debian, or install python3-pip",
        ),
    ];
    let lacking = needed.into_iter().filter(|(there, _)| !there).map(|(_, how)| how.to_owned());
    let folders = PACKAGES.iter().filter(|folder| !packages_are_current(&root.join(folder)));
    let packages = folders.map(|folder| {
        format!("packages of {folder}: `cargo xtask test --install`, or `npm ci` in {folder}")
    });
    lacking.chain(packages).collect()
}

fn install_missing(root: &Path) -> Result<()> {
    let wanted = [
        (browser().is_file(), "chromium"),
        (firefox().is_file(), "firefox-esr"),
        (has_pip(), "python3-pip"),
        (mariadb().is_file(), "mariadb-server"),
    ];
    let lacking = wanted.iter().filter(|(there, _)| !there);
    let lacking: Vec<&str> = lacking.map(|(_, package)| *package).collect();
    if !lacking.is_empty() && is_root() && Path::new("/usr/bin/apt-get").is_file() {
        apt_get(&["update"])?;
        let install = ["install", "--yes", "--no-install-recommends"];
        apt_get(&[&install, lacking.as_slice()].concat())?;
    }
    PACKAGES.iter().try_for_each(|folder| ensure_packages(&root.join(folder)))
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    run(Command::new("apt-get").arg("-q").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Whether Python can fetch the library whose factors a test packs.
fn has_pip() -> bool {
    output(Command::new("python3").args(["-m", "pip", "--version"])).is_some()
}

/// The second browser, for the flows that matter most.
pub(crate) fn firefox() -> PathBuf {
    env::var_os("USHER_FIREFOX").unwrap_or_else(|| "/usr/bin/firefox-esr".into()).into()
}

/// The database server of which tests start one of their own.
pub(crate) fn mariadb() -> PathBuf {
    if let Some(named) = env::var_os("USHER_MARIADBD") {
        return named.into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let programs = folders.map(|folder| folder.join("mariadbd"));
    programs.into_iter().find(|program| program.is_file()).unwrap_or_default()
}

/// The browser that the tests drive.
pub(crate) fn browser() -> PathBuf {
    env::var_os("USHER_CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into()).into()
}

/// Installs what a folder's lock file asks for, where it is not there.
///
/// # Errors
/// npm fails.
pub(crate) fn ensure_packages(folder: &Path) -> Result<()> {
    if packages_are_current(folder) {
        return Ok(());
    }
    run(Command::new("npm").arg("ci").current_dir(folder))
}

/// Whether npm has installed what a folder's lock file asks for now.
fn packages_are_current(folder: &Path) -> bool {
    let written = |file| fs::metadata(folder.join(file)).and_then(|data| data.modified());
    match (written("node_modules/.package-lock.json"), written("package-lock.json")) {
        (Ok(installed), Ok(asked)) => installed >= asked,
        _ => false,
    }
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}
