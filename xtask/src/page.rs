//! Building the page: `web` to WebAssembly, its JavaScript glue, the static
//! files, compressed forms.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, output, run, target_folder};
use crate::dist::{Dist, files_below, sha256};
use crate::phases::Phases;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Builds `dist/`; leaves it alone where nothing changed.
///
/// # Errors
/// The toolchain lacks the target, `web` does not compile, or a file cannot be written.
pub(crate) fn build(root: &Path, phases: &mut Phases) -> Result<()> {
    let parts = phases.run("page: compile", || compile(root))?;
    phases.run("page: assemble", || assemble(root, &parts))
}

/// The page's WebAssembly files: package, library, and the name in `dist/`. The first
/// is the page and its engine; the others are loaded when they are needed.
const PARTS: [(&str, &str, &str); 5] = [
    ("usher-web", "usher_web", "usher"),
    ("usher-web-browse", "usher_web_browse", "browse"),
    ("usher-web-models", "usher_web_models", "models"),
    ("usher-web-pack", "usher_web_pack", "pack"),
    ("usher-web-engine", "usher_web_engine", "widget/engine"),
];

/// What lies beside the page, as it is: where it stands, and its folder in `dist/`.
const BESIDE: [(&str, &str); 5] = [
    ("web/widget", "widget"),
    ("web/engine/package/fault.js", "widget/fault.js"),
    ("web/engine/package/host-tools.js", "widget/host-tools.js"),
    ("web/examples/dashboard", "dashboard"),
    ("assets/demo", "dashboard/data"),
];

/// The token table, which packing in the page fetches.
const TABLE: &str = "assets/embedder/english.table";

/// Compiles each part as the page takes it, and tells where its WebAssembly file is.
/// One after the other: what a part does not use is not in it.
fn compile(root: &Path) -> Result<Vec<PathBuf>> {
    ensure_target(root)?;
    let target = wasm_target_folder()?;
    PARTS
        .iter()
        .map(|(package, library, _)| {
            run(cargo(root, &["build", "-p", package, "--lib", "--profile", "page"])
                .args(["--target", TARGET, "--target-dir"])
                .arg(&target)
                .args(features(package))
                .env("RUSTFLAGS", flags(root, true)))?;
            Ok(target.join(TARGET).join(format!("page/{library}.wasm")))
        })
        .collect()
}

/// What a part has that the others that it is a part of do not carry.
fn features(package: &str) -> &'static [&'static str] {
    if package == "usher-web-engine" { &["--features", "embed"] } else { &[] }
}

/// Compiler flags of the page. Vector instructions, which every browser of the last
/// years has: scoring is several times as fast. And no folders of this machine: a
/// panic would name them, and the page would carry them.
pub(crate) fn flags(root: &Path, vector_instructions: bool) -> String {
    let mut flags = env::var("RUSTFLAGS").unwrap_or_default();
    if vector_instructions {
        flags += " -C target-feature=+simd128";
    }
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"))?;
        Some(PathBuf::from(home).join(".cargo"))
    });
    for (folder, name) in [(cargo_home, "cargo"), (Some(root.to_owned()), "usher")] {
        if let Some(folder) = folder.filter(|folder| !folder.to_string_lossy().contains(' ')) {
            flags += &format!(" --remap-path-prefix={}={name}", folder.display());
        }
    }
    flags
}

/// Compiles a package as the page's parts are compiled, and writes it with its
/// JavaScript into a folder. Without vector instructions it lies in a target folder of
/// its own.
///
/// # Errors
/// It does not compile, or a file cannot be written.
pub(crate) fn build_for_browser(
    root: &Path,
    package: &str,
    vector_instructions: bool,
    folder: &Path,
) -> Result<()> {
    ensure_target(root)?;
    let target = match vector_instructions {
        true => wasm_target_folder()?,
        false => target_folder()?.join("wasm-plain"),
    };
    run(cargo(root, &["build", "-p", package, "--lib", "--profile", "page"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&target)
        .env("RUSTFLAGS", flags(root, vector_instructions)))?;
    let library = package.replace('-', "_");
    fs::create_dir_all(folder)?;
    bind(&target.join(TARGET).join(format!("page/{library}.wasm")), folder, package)
}

/// Where WebAssembly is compiled: apart from native code, so that neither waits
/// for the other's lock.
///
/// # Errors
/// The target folder is not known.
pub(crate) fn wasm_target_folder() -> Result<PathBuf> {
    Ok(target_folder()?.join("wasm"))
}

/// Sees to it that the toolchain can compile to WebAssembly.
///
/// # Errors
/// It cannot, and rustup cannot change that.
pub(crate) fn ensure_target(root: &Path) -> Result<()> {
    let mut query = Command::new("rustc");
    query.args(["--print", "target-libdir", "--target", TARGET]).current_dir(root);
    if output(&mut query).is_some_and(|folder| Path::new(&folder).exists()) {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(root)).with_context(
        || format!("the Rust toolchain lacks the target {TARGET}; install it, then try again"),
    )
}

/// Puts `dist/` together from the WebAssembly files and `web/static`. They do not go through
/// Binaryen's `wasm-opt -Oz`: the page's file was 15 % smaller by it, and 8 % larger
/// compressed, which is how it travels.
fn assemble(root: &Path, parts: &[PathBuf]) -> Result<()> {
    let fixed_files = root.join("web/static");
    let dist = Dist::at(root.join("dist"), &root.join("target"));
    let table = root.join(TABLE);
    let beside = BESIDE.map(|(from, _)| root.join(from));
    let sources = parts.iter().chain([&fixed_files, &table]).chain(&beside);
    let sources: Vec<&Path> = sources.map(PathBuf::as_path).collect();
    let made_from = dist.fingerprint(&sources)?;
    if dist.is_made_from(&made_from) {
        eprintln!("dist/ is up to date");
        return Ok(());
    }
    dist.replace(&made_from, |folder| {
        for (wasm, (_, _, name)) in parts.iter().zip(PARTS) {
            bind(wasm, folder, name)?;
        }
        crate::dist::copy_folder(&fixed_files, folder)?;
        for (from, (_, to)) in beside.iter().zip(BESIDE) {
            crate::dist::copy_folder(from, &folder.join(to))?;
        }
        fs::copy(&table, folder.join("english.table")).context(TABLE)?;
        files_below(folder)?
            .iter()
            .filter(|file| file.extension().is_some_and(|kind| kind == "js" || kind == "css"))
            .try_for_each(|file| strip(file))?;
        describe(folder)
    })
}

/// The service worker, which keeps the page's other files.
const SERVICE_WORKER: &str = "sw.js";

/// Writes at the head of the service worker what the page is: the SHA-256 of each of its
/// files, and a version made of these and of the worker. By its bytes a browser knows a
/// new page.
fn describe(folder: &Path) -> Result<()> {
    let worker = folder.join(SERVICE_WORKER);
    let mut files = BTreeMap::new();
    for file in files_below(folder)? {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
        files.insert(name, sha256(&bytes));
    }
    let version = sha256(serde_json::to_string(&files)?.as_bytes());
    let version = version.get(..16).unwrap_or_default();
    files.remove(SERVICE_WORKER);
    // Large, and of use to few: packing wants a connection. The rest is no part of the page.
    let is_apart = ["pack", "english.table", "widget/", "dashboard/"];
    files.retain(|name, _| !is_apart.iter().any(|apart| name.starts_with(apart)));
    let page = serde_json::json!({ "version": version, "files": files });
    let code = fs::read_to_string(&worker).with_context(|| worker.display().to_string())?;
    fs::write(&worker, format!("const PAGE = {page};\n{code}"))
        .with_context(|| worker.display().to_string())
}

/// Writes `NAME.js` and `NAME_bg.wasm`. The page passes the address of the
/// WebAssembly file itself, so the glue holds none.
fn bind(wasm: &Path, folder: &Path, name: &str) -> Result<()> {
    let path = folder.join(name);
    let (folder, name) = (path.parent().unwrap_or(folder), name.rsplit('/').next().unwrap_or(name));
    fs::create_dir_all(folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    // Its errors say how to bring the two versions of wasm-bindgen together.
    bindgen.web(true).and_then(|bindgen| bindgen.generate(folder))?;
    Ok(())
}

/// Leaves the comments out of a script or a style sheet.
fn strip(file: &Path) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    fs::write(file, without_comments(&text)).with_context(|| file.display().to_string())
}

/// Code without its comments and indents: each comment stands on lines of its own, as
/// wasm-bindgen and we write it.
fn without_comments(code: &str) -> String {
    let mut in_comment = false;
    let mut kept = String::with_capacity(code.len());
    for line in code.lines().map(str::trim) {
        let comment = in_comment || line.starts_with("/*") || line.starts_with("//");
        in_comment = (in_comment || line.starts_with("/*")) && !line.ends_with("*/");
        if !comment && !line.is_empty() {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
