//! Datasets on disk.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use usher_pack::InputFile;

/// Files above this size are no dataset for one machine's memory.
const MOST_BYTES: u64 = 4 << 30;

/// The files of a dataset's folder, by name; not those of folders within it.
pub(crate) fn read(folder: &Path) -> Result<Vec<InputFile>> {
    let unreadable = || format!("the folder {} cannot be read", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        if !path.is_file() {
            continue;
        }
        files.push(file(&path)?);
    }
    // A folder has no order of its own.
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// One file, under its name without the folders.
pub(crate) fn file(path: &Path) -> Result<InputFile> {
    let unreadable = || format!("{} cannot be read", path.display());
    let bytes = fs::metadata(path).with_context(unreadable)?.len();
    if bytes > MOST_BYTES {
        bail!("{} has {bytes} bytes, and up to {MOST_BYTES} are read", path.display());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(InputFile { name, bytes: fs::read(path).with_context(unreadable)? })
}
