//! Bundles on disk: reading one, and writing one so that a reader sees all of it
//! or nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use futures::executor::block_on;
use usher_bundle::{Bundle, BundleError, Files, MANIFEST_FILE, Manifest, Reading, SectionEntry};

use crate::demo;

/// Opens the bundle of a folder; without one, the demo.
pub(crate) fn open(folder: Option<&Path>) -> Result<Bundle> {
    let manifest = manifest(folder)?;
    let files = Folder(folder.map(Path::to_owned));
    Ok(block_on(Bundle::open(manifest, Rc::new(files)))?)
}

/// The files of a folder's bundle; without a folder, the demo's.
struct Folder(Option<PathBuf>);

impl Files for Folder {
    fn read<'a>(&'a self, entry: &'a SectionEntry) -> Reading<'a> {
        let read = read(self.0.as_deref(), &entry.file).map_err(|error| {
            let what = format!("The bundle's file {} cannot be read: {error:#}.", entry.file);
            BundleError::Unreadable { what, next: COPY_AGAIN.to_owned() }
        });
        Box::pin(std::future::ready(read))
    }
}

/// Reads the manifest of a folder's bundle; without a folder, the demo's.
pub(crate) fn manifest(folder: Option<&Path>) -> Result<Manifest> {
    if let Some(folder) = folder
        && !folder.join(MANIFEST_FILE).is_file()
    {
        bail!(
            "there is no bundle in {}: {MANIFEST_FILE} is missing. Make one with `usher pack --input DATASET --out {}`",
            folder.display(),
            folder.display(),
        );
    }
    Ok(Manifest::parse(&read(folder, MANIFEST_FILE)?)?)
}

const COPY_AGAIN: &str = "Copy the whole bundle folder again, or pack it again with `usher pack`.";

fn read(folder: Option<&Path>, name: &str) -> Result<Vec<u8>> {
    match folder {
        Some(folder) => {
            let path = folder.join(name);
            fs::read(&path).with_context(|| path.display().to_string())
        }
        None => demo::FILES
            .iter()
            .find(|(file, _)| *file == name)
            .map(|(_, bytes)| bytes.to_vec())
            .with_context(|| format!("the demo bundle has no {name}")),
    }
}

/// Writes a bundle: first into a folder beside `out`, which then takes its place.
pub(crate) fn write<'a>(
    out: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<()> {
    check_target(out)?;
    let name =
        out.file_name().with_context(|| format!("{} is not a folder name", out.display()))?;
    let beside = |suffix: &str| -> PathBuf {
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{suffix}-{}", std::process::id()));
        out.with_file_name(hidden)
    };
    let (new, old) = (beside("new"), beside("old"));
    fs::create_dir_all(&new).with_context(|| format!("{} cannot be made", new.display()))?;
    let written = files.into_iter().try_for_each(|(file, bytes)| {
        let path = new.join(file);
        fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
    });
    let swapped = written.and_then(|()| {
        if out.exists() {
            fs::rename(out, &old)
                .with_context(|| format!("{} cannot be replaced", out.display()))?;
        }
        fs::rename(&new, out).with_context(|| format!("{} cannot be made", out.display()))
    });
    if swapped.is_err() {
        // What was there before stays, or comes back.
        let _ = fs::remove_dir_all(&new);
        if old.exists() && !out.exists() {
            fs::rename(&old, out)?;
        }
        return swapped;
    }
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

/// Refuses to replace a folder that holds anything but a bundle.
pub(crate) fn check_target(out: &Path) -> Result<()> {
    if out.is_file() {
        bail!("{} is a file: name a folder for the bundle", out.display());
    }
    if out.is_dir() && !out.join(MANIFEST_FILE).is_file() && fs::read_dir(out)?.next().is_some() {
        bail!(
            "{} holds other files and no bundle: name a new or empty folder, so that nothing is lost",
            out.display()
        );
    }
    Ok(())
}
