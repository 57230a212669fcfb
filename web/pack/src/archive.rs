//! Zip archives from anywhere: unpacked within limits, since a small archive can hold
//! more than any memory does.

use std::io::{Cursor, Read};

use usher_pack::InputFile;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::folder::{MOST_BYTES, MOST_FILES};

/// So much may come out of any archive, in bytes.
const ALWAYS_BYTES: u64 = 32 << 20;
/// A larger archive gives at most so many times its own size: tables of numbers shrink to
/// a tenth, and rarely to less than a thirtieth.
const MOST_TIMES: u64 = 100;

/// Why files cannot be taken. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// It is no archive, or a damaged one.
    #[error(
        "{file} cannot be unpacked: {reason}. Make the archive again, or choose the files in it."
    )]
    Damaged {
        /// The archive.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It would become far larger than it is.
    #[error(
        "{file} unpacks to more than {MOST_TIMES} times its size, which no catalogue does, so it was not unpacked. Choose the files in it."
    )]
    Bomb {
        /// The archive.
        file: String,
    },
    /// More than one tab can pack.
    #[error(
        "This is more than a tab packs: at most {} MiB in {MOST_FILES} files. Choose the catalogue's files alone, or pack it with `usher pack`.",
        MOST_BYTES >> 20
    )]
    TooMuch,
}

/// Unpacks an archive into at most `left` bytes.
pub(crate) fn unpack(
    archive: &str,
    bytes: &[u8],
    left: u64,
) -> Result<Vec<InputFile>, ArchiveError> {
    let damaged = |reason: String| ArchiveError::Damaged { file: archive.to_owned(), reason };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(reason(&error)))?;
    if zip.len() > MOST_FILES {
        return Err(ArchiveError::TooMuch);
    }
    let most = (bytes.len() as u64).saturating_mul(MOST_TIMES).max(ALWAYS_BYTES);
    let mut unpacked = 0_u64;
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).map_err(|error| damaged(reason(&error)))?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(|error| damaged(reason(&error)))?.into_owned();
        // What an archive says of its sizes need not be true: what comes out counts.
        let allowed = most.min(left).saturating_sub(unpacked);
        let mut content = Vec::new();
        (&mut entry)
            .take(allowed.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|error| damaged(format!("{name} in it is damaged ({error})")))?;
        unpacked += content.len() as u64;
        if unpacked > left {
            return Err(ArchiveError::TooMuch);
        }
        if unpacked > most {
            return Err(ArchiveError::Bomb { file: archive.to_owned() });
        }
        files.push(InputFile { name, bytes: content });
    }
    Ok(files)
}

fn reason(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(what) if what.contains("assword") => {
            "it is locked with a password".to_owned()
        }
        ZipError::UnsupportedArchive(what) => {
            format!("it is packed in a way that is not read ({what})")
        }
        error => format!("it is no whole zip archive ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    pub(crate) fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let bytes = packed(&[("a/items.csv", b"x"), ("b.csv", &[7; 1000])]);
        let files = unpack("t.zip", &bytes, MOST_BYTES).unwrap();
        assert_eq!(files.len(), 2);
        assert_eq!((files[0].name.as_str(), files[1].bytes.len()), ("a/items.csv", 1000));
    }

    #[test]
    fn what_grows_a_hundredfold_is_refused_before_it_fills_the_memory() {
        let zeros = vec![0; 40 << 20];
        let bytes = packed(&[("zeros", &zeros)]);
        let error = unpack("t.zip", &bytes, MOST_BYTES).unwrap_err().to_string();
        assert!(error.starts_with("t.zip unpacks to more than 100 times its size"), "{error}");
        let error = unpack("t.zip", &bytes, 1000).unwrap_err().to_string();
        assert!(error.starts_with("This is more than a tab packs: at most 1024 MiB"), "{error}");
    }

    #[test]
    fn a_damaged_archive_is_named() {
        let whole = packed(&[("b.csv", &[7; 1000])]);
        for bytes in [b"PK\x03\x04".to_vec(), whole[..whole.len() / 2].to_vec()] {
            let error = unpack("t.zip", &bytes, MOST_BYTES).unwrap_err().to_string();
            assert!(error.starts_with("t.zip cannot be unpacked: it is no whole zip"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_archive_or_not(
            at in 0_usize..200,
            with in any::<u8>(),
            cut in 0_usize..200,
        ) {
            let mut bytes = packed(&[("a.csv", b"id\n1\n"), ("b.csv", b"id\n2\n")]);
            let place = at % bytes.len();
            bytes[place] = with;
            bytes.truncate(bytes.len() - cut % bytes.len());
            let _ = unpack("t.zip", &bytes, MOST_BYTES);
        }
    }
}
