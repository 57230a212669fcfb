#[cfg(feature = "compress")]
use std::io::Write;

use rkyv::Serialize;
use rkyv::api::high::HighSerializer;
use rkyv::rancor::Error as ArchiveError;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;

use crate::MANIFEST_FILE;
use crate::error::BundleError;
use crate::manifest::{Manifest, SectionEntry, SectionKind};
use crate::section::{HEADER_BYTES, section_header, sha256_hex};
use crate::sections::{
    Audience, Catalog, Embedder, Factors, Groups, History, Index, NameIndex, Search, Tastes, Text,
    Vectors,
};
use crate::shards::Sharded;

/// What an archive is written with.
pub(crate) type Archiver<'a> = HighSerializer<AlignedVec, ArenaHandle<'a>, ArchiveError>;

/// A shard is about so large, uncompressed, in bytes: small enough to be fetched
/// for one row, large enough to compress well.
const SHARD_BYTES: usize = 128 << 10;

/// The content of a bundle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sections {
    /// Items and users.
    pub catalog: Catalog,
    /// How names and titles are found.
    pub names: NameIndex,
    /// Factors of the items.
    pub factors: Factors,
    /// Factors of the users.
    pub tastes: Tastes,
    /// What each user rated.
    pub history: History,
    /// Long texts.
    pub text: Text,
    /// Counts by group of users.
    pub groups: Groups,
    /// Who rated each item.
    pub audience: Audience,
    /// Postings.
    pub search: Search,
    /// What the texts mean, if there are any.
    pub vectors: Option<Vectors>,
    /// A graph over the vectors, if there is one.
    pub index: Option<Index>,
    /// How a question becomes a vector, if there are any.
    pub embedder: Option<Embedder>,
}

/// One file of a bundle's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// File name.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Makes the files of a bundle: each section plain and, with the feature `compress`, as
/// brotli and gzip; last the manifest, so that a folder with a manifest is complete. `manifest.sections`
/// is filled in here. `progress` hears of each section before it is compressed.
///
/// # Errors
/// A section is too large for its archive (over 2 GiB).
pub fn write_bundle(
    mut manifest: Manifest,
    sections: &Sections,
    mut progress: impl FnMut(SectionKind),
) -> Result<Vec<BundleFile>, BundleError> {
    manifest.sections.clear();
    let items = sections.catalog.item_ids.len();
    let users = sections.catalog.users.ids.len();
    let mut writer = Writer { manifest: &mut manifest, files: Vec::new() };
    for kind in SectionKind::ALL {
        progress(kind);
        match kind {
            SectionKind::Catalog => writer.whole(kind, items, &sections.catalog),
            SectionKind::Names => writer.whole(kind, items, &sections.names),
            SectionKind::Factors => writer.whole(kind, items, &sections.factors),
            SectionKind::Tastes => writer.shards(kind, users, &sections.tastes),
            SectionKind::History => writer.shards(kind, users, &sections.history),
            SectionKind::Text => writer.shards(kind, items, &sections.text),
            SectionKind::Groups => writer.shards(kind, items, &sections.groups),
            SectionKind::Audience => writer.shards(kind, items, &sections.audience),
            SectionKind::Search => writer.shards(kind, items, &sections.search),
            SectionKind::Vectors => writer.optional(kind, items, sections.vectors.as_ref()),
            SectionKind::Index => writer.optional(kind, items, sections.index.as_ref()),
            SectionKind::Embedder => writer.optional(kind, items, sections.embedder.as_ref()),
        }?;
    }
    let mut files = writer.files;
    let mut json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| BundleError::Manifest { reason: error.to_string() })?;
    json.push(b'\n');
    files.push(BundleFile { name: MANIFEST_FILE.to_owned(), bytes: json });
    Ok(files)
}

struct Writer<'a> {
    manifest: &'a mut Manifest,
    files: Vec<BundleFile>,
}

impl Writer<'_> {
    /// Writes content as one file, if there is any.
    fn optional<T>(
        &mut self,
        kind: SectionKind,
        rows: usize,
        content: Option<&T>,
    ) -> Result<(), BundleError>
    where
        T: for<'a> Serialize<Archiver<'a>>,
    {
        content.map_or(Ok(()), |content| self.whole(kind, rows, content))
    }

    /// Writes content as one file.
    fn whole<T>(&mut self, kind: SectionKind, rows: usize, content: &T) -> Result<(), BundleError>
    where
        T: for<'a> Serialize<Archiver<'a>>,
    {
        self.file(kind, 0..rows, content)
    }

    /// Writes content in shards of equally many rows.
    fn shards<T>(&mut self, kind: SectionKind, rows: usize, content: &T) -> Result<(), BundleError>
    where
        T: Sharded + for<'a> Serialize<Archiver<'a>>,
    {
        let shards = content.bytes().div_ceil(SHARD_BYTES).clamp(1, rows.max(1));
        let rows_each = rows.div_ceil(shards).max(1);
        if shards == 1 {
            return self.whole(kind, rows, content);
        }
        for first in (0..rows).step_by(rows_each) {
            let some = first..(first + rows_each).min(rows);
            self.file(kind, some.clone(), &content.slice(some))?;
        }
        Ok(())
    }

    fn file<T>(
        &mut self,
        kind: SectionKind,
        rows: std::ops::Range<usize>,
        content: &T,
    ) -> Result<(), BundleError>
    where
        T: for<'a> Serialize<Archiver<'a>>,
    {
        let bytes = section_file(kind, content)?;
        let sha256 = sha256_hex(&bytes);
        let name = format!("{}-{}.bin", kind.name(), sha256.get(..16).unwrap_or(&sha256));
        let failed = |reason: String| BundleError::Damaged { file: name.clone(), reason };
        let compressed =
            |error: std::io::Error| failed(format!("it cannot be compressed ({error})"));
        let row = |row: usize| {
            u32::try_from(row).map_err(|_| failed("it has more than 2^32 rows".to_owned()))
        };
        let forms = compressed_forms(&bytes).map_err(compressed)?;
        let bytes_of = |suffix: &str| {
            let form = forms.iter().find(|(of, _)| *of == suffix);
            form.map_or(bytes.len(), |(_, bytes)| bytes.len()) as u64
        };
        self.manifest.sections.push(SectionEntry {
            kind,
            first_row: row(rows.start)?,
            rows: row(rows.len())?,
            file: name.clone(),
            bytes: bytes.len() as u64,
            sha256,
            brotli_bytes: bytes_of(".br"),
            gzip_bytes: bytes_of(".gz"),
        });
        // Equal shards are one file.
        if self.files.iter().all(|file| file.name != name) {
            for (suffix, bytes) in forms {
                self.files.push(BundleFile { name: format!("{name}{suffix}"), bytes });
            }
            self.files.push(BundleFile { name, bytes });
        }
        Ok(())
    }
}

fn section_file<T>(kind: SectionKind, content: &T) -> Result<Vec<u8>, BundleError>
where
    T: for<'a> Serialize<Archiver<'a>>,
{
    let archive =
        rkyv::to_bytes::<ArchiveError>(content).map_err(|error| BundleError::Damaged {
            file: kind.name().to_owned(),
            reason: format!("it cannot be archived ({error})"),
        })?;
    let mut file = Vec::with_capacity(HEADER_BYTES + archive.len());
    file.extend_from_slice(&section_header(kind));
    file.extend_from_slice(&archive);
    Ok(file)
}

/// The compressed forms by the ends of their names. None without the feature `compress`:
/// a bundle that is not served has no use for them.
#[cfg(not(feature = "compress"))]
fn compressed_forms(_: &[u8]) -> std::io::Result<Vec<(&'static str, Vec<u8>)>> {
    Ok(Vec::new())
}

/// The compressed forms by the ends of their names.
#[cfg(feature = "compress")]
fn compressed_forms(bytes: &[u8]) -> std::io::Result<Vec<(&'static str, Vec<u8>)>> {
    Ok(vec![(".br", brotli_bytes(bytes)?), (".gz", gzip_bytes(bytes)?)])
}

#[cfg(feature = "compress")]
fn brotli_bytes(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    // Quality 9: within a few percent of 11, and ten times as fast.
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 9, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

#[cfg(feature = "compress")]
fn gzip_bytes(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}
