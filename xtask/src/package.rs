//! The engine as an npm package, of what the built page holds.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::dist::{copy_folder, files_below};
use crate::page;
use crate::phases::Phases;

/// What the package takes from `dist/`.
const BUILT: [(&str, &str); 5] = [
    ("widget/engine.js", "engine.js"),
    ("widget/engine_bg.wasm", "engine_bg.wasm"),
    ("models.js", "models.js"),
    ("models_bg.wasm", "models_bg.wasm"),
    ("remote.js", "remote.js"),
];

/// Where the package lies, below the project's folder.
pub(crate) const FOLDER: &str = "target/npm/engine";

/// Builds the page, and puts the package together.
///
/// # Errors
/// The page cannot be built, or a file cannot be written.
pub(crate) fn build(root: &Path, phases: &mut Phases) -> Result<()> {
    page::build(root, phases)?;
    phases.run("package", || assemble(root))
}

/// Puts the package together from the built page.
///
/// # Errors
/// There is no built page, or a file cannot be written.
pub(crate) fn assemble(root: &Path) -> Result<()> {
    let folder = root.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    copy_folder(&root.join("web/engine/package"), &folder)?;
    for (from, to) in BUILT {
        let from = root.join("dist").join(from);
        fs::copy(&from, folder.join(to)).with_context(|| from.display().to_string())?;
    }
    for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(root.join(license), folder.join(license)).context(license)?;
    }
    eprintln!("{} files in {FOLDER}", files_below(&folder)?.len());
    Ok(())
}
