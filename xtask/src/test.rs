//! `cargo xtask test`: everything that must hold, cheapest first.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result, ensure};

use crate::command::{built_program, cargo, run, target_folder};
use crate::phases::Phases;
use crate::{package, page, requirements, sizes, worker};

/// Runs all checks; stops at the first that fails.
///
/// # Errors
/// A check fails.
pub(crate) fn test(root: &Path, install: bool, phases: &mut Phases) -> Result<()> {
    phases.run("requirements", || requirements::ensure(root, install))?;
    phases.run("format", || format(root))?;
    let qdrant_build = QdrantBuild::start(root)?;
    // The same packages in one go for lints and tests: the same features of what
    // they stand on, so that macros and build scripts are compiled once.
    phases.run("lints", || {
        run(cargo(root, &["clippy", "--workspace", "--all-targets"]).args(["--", "-D", "warnings"]))
    })?;
    phases.run("lints of the page", || {
        run(cargo(root, &["clippy", "-p", "usher-web", "-p", "usher-web-browse"])
            .args(["-p", "usher-web-models", "-p", "usher-web-pack", "-p", "usher-worker"])
            .args(["-p", "usher-web-engine", "--features", "usher-web-engine/embed"])
            .args(["--target", "wasm32-unknown-unknown"])
            .arg("--target-dir")
            .arg(page::wasm_target_folder()?)
            .args(["--", "-D", "warnings"])
            .env("CLIPPY_CONF_DIR", root.join("clippy/wasm")))
    })?;
    phases.run("types of the widget", || {
        let compiler = "node_modules/typescript/bin/tsc";
        run(Command::new("node")
            .args([compiler, "--noEmit"])
            .current_dir(root.join("tests/widget")))
    })?;
    phases.run("Qdrant's engine", || qdrant_build.finish())?;
    phases.run("tests", || {
        run(cargo(root, &["test", "--workspace"]).env("USHER_QDRANT_ENGINE", qdrant(root)))
    })?;
    page::build(root, phases)?;
    phases.run("size of the page", || sizes::check(root))?;
    phases.run("package", || package::assemble(root))?;
    worker::build(root, worker::Files::Demo, phases)?;
    phases.run("tests of the worker", || of_the_worker(root))?;
    phases.run("tests in the browser", || in_the_browser(root))?;
    phases.run("tests in Firefox", || in_firefox(root))?;
    phases.summary();
    eprintln!("everything holds");
    Ok(())
}

/// The server for tests is a workspace of its own, with a target folder of its own: it is
/// built once and rarely again. Most of that is one crate, on one core: it goes on beside the
/// lints.
struct QdrantBuild(Child);

impl QdrantBuild {
    fn start(root: &Path) -> Result<Self> {
        let manifest = ["--manifest-path", "tests/qdrant/Cargo.toml"];
        let child = cargo(root, &["build", "--quiet", "--locked"])
            .args(manifest)
            .arg("--target-dir")
            .arg(root.join("target/qdrant"))
            .spawn()
            .context("cannot run cargo")?;
        Ok(Self(child))
    }

    fn finish(mut self) -> Result<()> {
        let status = self.0.wait()?;
        ensure!(status.success(), "building tests/qdrant ended with {status}");
        Ok(())
    }
}

impl Drop for QdrantBuild {
    fn drop(&mut self) {
        // It has ended already unless something else failed before.
        let _ = self.0.kill();
    }
}

/// The program that [`QdrantBuild`] makes.
fn qdrant(root: &Path) -> PathBuf {
    root.join(format!("target/qdrant/debug/qdrant-engine{}", std::env::consts::EXE_SUFFIX))
}

/// `cargo fmt` does not follow modules that a macro names: the tools' files are
/// given to rustfmt by name.
fn format(root: &Path) -> Result<()> {
    run(&mut cargo(root, &["fmt", "--all", "--check"]))?;
    let of_qdrant = ["--manifest-path", "tests/qdrant/Cargo.toml"];
    run(&mut cargo(root, &[&["fmt", "--check"], of_qdrant.as_slice()].concat()))?;
    let mut tools = Vec::new();
    for entry in std::fs::read_dir(root.join("crates/tools/src/tool"))? {
        tools.push(entry?.path());
    }
    tools.sort();
    run(Command::new("rustfmt")
        .args(["--edition", "2024", "--check"])
        .args(tools)
        .current_dir(root))
}

/// The worker in workerd, with what it talks to on this machine, and with clients that
/// others have written.
fn of_the_worker(root: &Path) -> Result<()> {
    let client = root.join("tests/mcp");
    let built = target_folder()?.join("mcp");
    run(cargo(&client, &["build", "--locked", "--target-dir"]).arg(&built))?;
    run(Command::new(worker::node(root)?)
        .args(["--test", "--test-force-exit"])
        .current_dir(root.join("tests/worker"))
        .env("USHER_MCP_CLIENT", built.join("debug/usher-mcp-client"))
        .env("USHER_PROGRAM", built_program("usher")?)
        .env("USHER_PRIVATE_MARIADB", built_program("private-mariadb")?)
        .env("USHER_QDRANT_ENGINE", qdrant(root))
        .env("USHER_SCRIPTED_LLM", built_program("scripted-llm")?))
}

/// Playwright, against the programs that the tests have built and the built page.
fn in_the_browser(root: &Path) -> Result<()> {
    run(Command::new("npx")
        .args(["--no-install", "playwright", "test"])
        .current_dir(root.join("tests/browser"))
        .env("USHER_PROGRAM", built_program("usher")?)
        .env("USHER_SCRIPTED_LLM", built_program("scripted-llm")?)
        .env("USHER_PRIVATE_MARIADB", built_program("private-mariadb")?)
        .env("USHER_QDRANT_ENGINE", qdrant(root))
        .env("USHER_CHROMIUM", requirements::browser()))
}

/// The flows that matter most, in the second browser.
fn in_firefox(root: &Path) -> Result<()> {
    run(Command::new("node")
        .args(["--test", "firefox.test.js"])
        .current_dir(root.join("tests/browser"))
        .env("USHER_PROGRAM", built_program("usher")?)
        .env("USHER_FIREFOX", requirements::firefox()))
}
