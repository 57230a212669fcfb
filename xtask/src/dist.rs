//! `dist/`: the folder of the built page. Assembled elsewhere and swapped in
//! whole, with brotli and gzip forms beside each file worth compressing.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Names what the folder was made from; by it an unchanged page is known.
const MADE_FROM: &str = ".made-from";

/// The folder of the built page.
pub(crate) struct Dist {
    folder: PathBuf,
    /// On the same disk, so that a rename swaps it in.
    next: PathBuf,
    previous: PathBuf,
}

impl Dist {
    /// `dist/` at `folder`, assembled within `workshop` on the same disk.
    pub(crate) fn at(folder: PathBuf, workshop: &Path) -> Self {
        Self { folder, next: workshop.join("dist-next"), previous: workshop.join("dist-previous") }
    }

    /// A hash over the names and contents of files and folders.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn fingerprint(&self, sources: &[&Path]) -> Result<String> {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        for source in sources {
            for file in files_below(source)? {
                add(file.strip_prefix(source)?.as_os_str().as_encoded_bytes());
                add(&read(&file)?);
            }
        }
        Ok(hexadecimal(&hash.finalize()))
    }

    /// Whether the folder was made from just this.
    pub(crate) fn is_made_from(&self, fingerprint: &str) -> bool {
        fs::read_to_string(self.folder.join(MADE_FROM)).is_ok_and(|known| known == fingerprint)
    }

    /// Has the folder filled anew, compresses what is in it, and swaps it in.
    ///
    /// # Errors
    /// Filling fails, or a file cannot be written.
    pub(crate) fn replace(
        &self,
        fingerprint: &str,
        fill: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        remove(&self.next)?;
        fs::create_dir_all(&self.next)
            .with_context(|| format!("cannot create {}", self.next.display()))?;
        fill(&self.next)?;
        for file in files_below(&self.next)? {
            compress(&file)?;
        }
        write(&self.next.join(MADE_FROM), fingerprint.as_bytes())?;
        remove(&self.previous)?;
        if self.folder.exists() {
            rename(&self.folder, &self.previous)?;
        }
        rename(&self.next, &self.folder)?;
        remove(&self.previous)
    }
}

/// All files in a folder and below, sorted; the path itself if it is a file.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    for entry in entries {
        files.extend(files_below(&entry?.path())?);
    }
    files.sort();
    Ok(files)
}

/// Copies all files of a folder into another, with the folders between.
///
/// # Errors
/// A file cannot be read or written.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        // What is a file itself goes where it is told to.
        let copy = if file == from { to.to_owned() } else { to.join(file.strip_prefix(from)?) };
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, &copy).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// Whether a file shrinks: text and WebAssembly do, pictures are packed already.
fn is_compressible(file: &Path) -> bool {
    let kinds = ["css", "csv", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];
    file.extension().and_then(OsStr::to_str).is_some_and(|kind| kinds.contains(&kind))
}

/// Writes the `.br` and `.gz` forms beside a file.
fn compress(file: &Path) -> Result<()> {
    if !is_compressible(file) {
        return Ok(());
    }
    let bytes = read(file)?;
    // Which mode suits a file best is found by trying.
    let mut smallest: Option<Vec<u8>> = None;
    for mode in [BrotliEncoderMode::BROTLI_MODE_GENERIC, BrotliEncoderMode::BROTLI_MODE_FONT] {
        let best =
            BrotliEncoderParams { quality: 11, lgwin: 22, mode, ..BrotliEncoderParams::default() };
        let mut brotli = Vec::new();
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut brotli, &best)
            .with_context(|| format!("cannot compress {}", file.display()))?;
        if smallest.as_ref().is_none_or(|smallest| brotli.len() < smallest.len()) {
            smallest = Some(brotli);
        }
    }
    write(&with_suffix(file, ".br"), &smallest.unwrap_or_default())?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    write(&with_suffix(file, ".gz"), &gzip.finish()?)
}

/// `usher.js` and `.br` give `usher.js.br`.
pub(crate) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The SHA-256 of some bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to)
        .with_context(|| format!("cannot move {} to {}", from.display(), to.display()))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
