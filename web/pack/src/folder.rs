//! What was dropped, as one folder of files.

use usher_bundle::MANIFEST_FILE;
use usher_pack::InputFile;

use crate::archive::{self, ArchiveError};

/// Most bytes that are taken in all, unpacked: packing takes several times as much
/// memory, and a tab has 4 GiB.
pub(crate) const MOST_BYTES: u64 = 1 << 30;
/// Most files that are taken.
pub(crate) const MOST_FILES: usize = 20_000;

/// Files by their paths, `/` between folders.
#[derive(Default)]
pub(crate) struct Folder {
    /// The files.
    pub(crate) files: Vec<InputFile>,
    bytes: u64,
    /// The name of the archive, or of the innermost folder that held everything.
    name: Option<String>,
}

impl Folder {
    /// Adds a file, or the files of an archive.
    pub(crate) fn add(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), ArchiveError> {
        let is_archive = bytes.starts_with(b"PK\x03\x04")
            || bytes.starts_with(b"PK\x05\x06")
            || path.to_lowercase().ends_with(".zip");
        if !is_archive {
            return self.take(path, bytes);
        }
        let stem = path.rsplit('/').next().unwrap_or_default();
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        self.name = Some(stem.to_owned());
        let left = MOST_BYTES.saturating_sub(self.bytes);
        for InputFile { name, bytes } in archive::unpack(path, &bytes, left)? {
            self.take(&name, bytes)?;
        }
        Ok(())
    }

    fn take(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), ArchiveError> {
        let path = path.replace('\\', "/");
        // What systems put into folders and archives for themselves.
        let is_system = |part: &str| part.starts_with('.') || part == "__MACOSX";
        if path.split('/').any(is_system) {
            return Ok(());
        }
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST_BYTES || self.files.len() >= MOST_FILES {
            return Err(ArchiveError::TooMuch);
        }
        self.files.push(InputFile { name: path.trim_start_matches('/').to_owned(), bytes });
        Ok(())
    }

    /// Takes off the folders that hold everything. Gives the name of the innermost one, or
    /// else of the archive.
    pub(crate) fn enter(&mut self) -> Option<String> {
        while let Some(outer) = self.only_folder() {
            for file in &mut self.files {
                file.name = file.name.split_off((outer.len() + 1).min(file.name.len()));
            }
            self.name = Some(outer);
        }
        self.name.clone().filter(|name| !name.trim().is_empty())
    }

    /// Whether it is a bundle, rather than a dataset.
    pub(crate) fn is_bundle(&self) -> bool {
        self.files.iter().any(|file| file.name == MANIFEST_FILE)
    }

    fn only_folder(&self) -> Option<String> {
        let (folder, _) = self.files.first()?.name.split_once('/')?;
        let within = |file: &InputFile| {
            file.name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        self.files.iter().all(within).then(|| folder.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> (Option<String>, Vec<String>) {
        let mut folder = Folder::default();
        for path in paths {
            folder.add(path, vec![1]).unwrap();
        }
        let name = folder.enter();
        (name, folder.files.into_iter().map(|file| file.name).collect())
    }

    #[test]
    fn folders_that_hold_everything_are_taken_off() {
        let (name, files) =
            names(&["a/b/items.csv", "a/b/more/x.csv", "a/b/.git/x", "a/.DS_Store"]);
        assert_eq!(
            (name.as_deref(), files),
            (Some("b"), vec!["items.csv".into(), "more/x.csv".into()])
        );
        let (name, files) = names(&["a/items.csv", "ab/users.csv", "__MACOSX/a/items.csv"]);
        assert_eq!((name, files.len()), (None, 2));
        assert_eq!(names(&["items.csv"]).1, ["items.csv"]);
        assert_eq!(names(&["/", "//a"]).1.len(), 2);
    }
}
