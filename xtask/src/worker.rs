//! `cargo xtask worker`: the edge worker, built, run on this machine, and deployed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{built_program, cargo, output, run};
use crate::dist::{copy_folder, files_below};
use crate::phases::Phases;
use crate::{page, requirements};

/// The oldest Node.js that wrangler takes.
const NODE_MAJOR: u32 = 22;

/// What `cargo xtask worker` does.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// Builds it into worker/build
    Build,
    /// Builds it and runs it in workerd on this machine
    Run,
    /// Builds it and deploys it to Cloudflare
    Deploy,
}

/// What anybody can read of the worker: the page, and a bundle.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Files<'a> {
    Demo,
    Bundle(&'a Path),
    /// Neither: the bundle lies in a bucket, which the worker alone reads.
    None,
}

/// Builds the worker and does with it what is asked; `rest` goes on to wrangler.
///
/// # Errors
/// A build fails, or wrangler cannot be run.
pub(crate) fn worker(
    root: &Path,
    what: What,
    files: Files<'_>,
    rest: &[String],
    phases: &mut Phases,
) -> Result<()> {
    page::build(root, phases)?;
    phases.run("usher: compile, pack the demo", || {
        run(&mut cargo(root, &["build", "-p", "usher", "--bin", "usher"]))
    })?;
    build(root, files, phases)?;
    phases.summary();
    if what == What::Build {
        return Ok(());
    }
    requirements::ensure_packages(&root.join("worker"))?;
    let arguments: &[&str] = match what {
        What::Deploy => &["deploy"],
        // Anybody on this machine may ask; no request goes to Cloudflare.
        _ => &["dev", "--local", "--ip", "127.0.0.1", "--port", "8787", "--var", "USHER_OPEN:true"],
    };
    run(wrangler(root)?.args(arguments).args(rest))
}

/// Times the worker, over the bundle and over MariaDB.
///
/// # Errors
/// A build fails, or a part of it cannot be started.
pub(crate) fn bench(root: &Path, phases: &mut Phases) -> Result<()> {
    page::build(root, phases)?;
    phases.run("programs", || {
        let features = ["--features", "usher-testkit/llm,usher-testkit/servers"];
        run(cargo(root, &["build", "-p", "usher", "-p", "usher-testkit", "--bins"]).args(features))
    })?;
    build(root, Files::Demo, phases)?;
    phases.summary();
    requirements::ensure_packages(&root.join("worker"))?;
    run(Command::new(node(root)?)
        .arg("bench.js")
        .current_dir(root.join("tests/worker"))
        .env("USHER_PROGRAM", built_program("usher")?)
        .env("USHER_PRIVATE_MARIADB", built_program("private-mariadb")?))
}

/// Wrangler, by a Node.js that is new enough, in the worker's folder.
///
/// # Errors
/// There is no such Node.js.
pub(crate) fn wrangler(root: &Path) -> Result<Command> {
    let folder = root.join("worker");
    let mut command = Command::new(node(root)?);
    command
        .arg("node_modules/wrangler/bin/wrangler.js")
        .current_dir(folder)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_SEND_ERROR_REPORTS", "false")
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    Ok(command)
}

/// The machine's Node.js, or the one from npm where that is too old.
///
/// # Errors
/// Neither is there.
pub(crate) fn node(root: &Path) -> Result<PathBuf> {
    let ours = root.join("worker/node_modules/node/bin/node");
    [PathBuf::from("node"), ours]
        .into_iter()
        .find(|node| major(node).is_some_and(|major| major >= NODE_MAJOR))
        .with_context(|| {
            format!("there is no Node.js {NODE_MAJOR} or newer: run `npm ci` in worker/")
        })
}

fn major(node: &Path) -> Option<u32> {
    let version = output(Command::new(node).arg("--version"))?;
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Makes `worker/build`: the worker's code, and the files that it serves.
///
/// # Errors
/// It does not compile, or a file cannot be written.
pub(crate) fn build(root: &Path, files: Files<'_>, phases: &mut Phases) -> Result<()> {
    let folder = root.join("worker/build");
    let wasm = phases.run("worker: compile", || compile(root))?;
    phases.run("worker: assemble", || {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        fs::create_dir_all(&folder)?;
        bind(&wasm, &folder)?;
        fs::copy(root.join("worker/index.js"), folder.join("index.js"))?;
        let public = folder.join("files");
        fs::create_dir_all(&public)?;
        if files != Files::None {
            copy_folder(&root.join("dist"), &public)?;
        }
        match files {
            Files::None => {}
            Files::Bundle(bundle) => copy_folder(bundle, &public.join("bundle"))?,
            Files::Demo => run(Command::new(built_program("usher")?)
                .args(["pack", "--demo", "--out"])
                .arg(public.join("bundle")))?,
        }
        // Cloudflare compresses what it serves.
        for file in files_below(&public)? {
            let kind = file.extension().and_then(|kind| kind.to_str());
            if matches!(kind, Some("br" | "gz")) || file.ends_with(".made-from") {
                fs::remove_file(&file)?;
            }
        }
        fs::write(public.join("_headers"), HEADERS)?;
        Ok(())
    })
}

/// Headers of the files. The page's own policy stands in its document.
const HEADERS: &str = "\
/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Content-Security-Policy: frame-ancestors 'self'
";

fn compile(root: &Path) -> Result<PathBuf> {
    page::ensure_target(root)?;
    let target = page::wasm_target_folder()?;
    run(cargo(root, &["build", "-p", "usher-worker", "--lib", "--profile", "page"])
        .args(["--target", page::TARGET, "--target-dir"])
        .arg(&target)
        .env("RUSTFLAGS", page::flags(root, true)))?;
    let wasm = target.join(page::TARGET).join("page/usher_worker.wasm");
    if !wasm.is_file() {
        bail!("{} was not built", wasm.display());
    }
    Ok(wasm)
}

fn bind(wasm: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("usher_worker").typescript(false);
    bindgen.omit_default_module_path(true).reset_state_function(true);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(folder))?;
    Ok(())
}
