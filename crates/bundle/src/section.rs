use std::marker::PhantomData;
use std::rc::Rc;

use rkyv::api::high::HighValidator;
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error as ArchiveError;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Portable};
use sha2::{Digest, Sha256};

use crate::error::BundleError;
use crate::manifest::{FORMAT, SectionEntry, SectionKind};

/// Size of the header before the archive, in bytes; keeps the archive aligned.
pub(crate) const HEADER_BYTES: usize = 16;
const MAGIC: &[u8; 4] = b"USHR";

/// What an archive's structure cannot say of itself: that rows match and every
/// index has something to point at.
pub trait Check {
    /// Checks the content.
    ///
    /// # Errors
    /// Says what is wrong.
    fn check(&self) -> Result<(), String>;
}

/// A section in memory: its bytes, checked once, read in place ever after. A
/// clone shares them.
pub struct Section<T> {
    archive: Rc<AlignedVec>,
    content: PhantomData<T>,
}

impl<T> Clone for Section<T> {
    fn clone(&self) -> Self {
        Self { archive: Rc::clone(&self.archive), content: PhantomData }
    }
}

impl<T> std::fmt::Debug for Section<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Section({} bytes)", self.archive.len())
    }
}

impl<T> Section<T>
where
    T: Archive,
    T::Archived: Portable + Check + for<'a> CheckBytes<HighValidator<'a, ArchiveError>>,
{
    /// Checks a section file against its entry in the manifest and opens it.
    ///
    /// # Errors
    /// Another size or hash, another kind or format, an invalid archive, or an
    /// index inside that points nowhere.
    pub fn open(entry: &SectionEntry, file: &[u8]) -> Result<Self, BundleError> {
        let damaged = |reason: String| BundleError::Damaged { file: entry.file.clone(), reason };
        if file.len() as u64 != entry.bytes {
            return Err(damaged(format!("it has {} bytes, not {}", file.len(), entry.bytes)));
        }
        if sha256_hex(file) != entry.sha256 {
            return Err(damaged("its hash is not the one in the manifest".into()));
        }
        let (header, archive) = file
            .split_at_checked(HEADER_BYTES)
            .ok_or_else(|| damaged("it is shorter than its header".into()))?;
        if header != section_header(entry.kind) {
            return Err(damaged(format!("it is not a {} section", entry.kind.name())));
        }
        Self::checked(archive).map_err(damaged)
    }

    /// Archives content and opens it, without a file between.
    ///
    /// # Errors
    /// As of [`Self::open`]; says what is wrong with the content.
    #[cfg(feature = "write")]
    pub fn of(content: &T) -> Result<Self, BundleError>
    where
        T: for<'a> rkyv::Serialize<crate::write::Archiver<'a>>,
    {
        let damaged = |reason: String| BundleError::Damaged { file: "memory".into(), reason };
        let archive =
            rkyv::to_bytes::<ArchiveError>(content).map_err(|error| damaged(error.to_string()))?;
        Self::from_archive(&archive, "memory")
    }

    /// Opens an archive that stands by itself, outside a bundle; `name` is for errors.
    ///
    /// # Errors
    /// As of [`Self::open`].
    #[cfg(feature = "write")]
    pub fn from_archive(archive: &[u8], name: &str) -> Result<Self, BundleError> {
        Self::checked(archive).map_err(|reason| BundleError::Damaged { file: name.into(), reason })
    }

    /// The bytes of the archive.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn archive(&self) -> &[u8] {
        &self.archive
    }

    fn checked(archive: &[u8]) -> Result<Self, String> {
        let mut aligned = AlignedVec::with_capacity(archive.len());
        aligned.extend_from_slice(archive);
        let content = rkyv::access::<T::Archived, ArchiveError>(&aligned)
            .map_err(|error| format!("its structure is invalid ({error})"))?;
        content.check()?;
        Ok(Self { archive: Rc::new(aligned), content: PhantomData })
    }

    /// Size in memory, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.archive.len()
    }

    /// The content, in place.
    #[must_use]
    #[allow(unsafe_code)]
    pub fn get(&self) -> &T::Archived {
        // SAFETY: `checked` is the only constructor and validated these very bytes
        // as a `T::Archived`; nothing can change them since.
        unsafe { rkyv::access_unchecked::<T::Archived>(&self.archive) }
    }
}

/// The 16 bytes before an archive: magic, kind, format, and zeros.
pub(crate) fn section_header(kind: SectionKind) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..4].copy_from_slice(MAGIC);
    header[4..6].copy_from_slice(&kind.code().to_le_bytes());
    header[6..10].copy_from_slice(&FORMAT.to_le_bytes());
    header
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
