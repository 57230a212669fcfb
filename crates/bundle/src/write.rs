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
use crate::sections::{Audience, Catalog, Factors, History, Search, Text};

/// The content of a bundle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sections {
    /// Items and users.
    pub catalog: Catalog,
    /// Factors.
    pub factors: Factors,
    /// What each user rated.
    pub history: History,
    /// Who rated each item.
    pub audience: Audience,
    /// Postings.
    pub search: Search,
    /// Long texts.
    pub text: Text,
}

/// One file of a bundle's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// File name.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Makes the files of a bundle: each section plain, brotli and gzip, and last the
/// manifest, so that a folder with a manifest is complete. `manifest.sections`
/// is filled in here. `progress` hears of each section before it is compressed.
///
/// # Errors
/// A section is too large for its archive (over 2 GiB).
pub fn write_bundle(
    mut manifest: Manifest,
    sections: &Sections,
    mut progress: impl FnMut(SectionKind),
) -> Result<Vec<BundleFile>, BundleError> {
    let mut files = Vec::new();
    manifest.sections.clear();
    for kind in SectionKind::ALL {
        progress(kind);
        let bytes = match kind {
            SectionKind::Catalog => section_file(kind, &sections.catalog),
            SectionKind::Factors => section_file(kind, &sections.factors),
            SectionKind::History => section_file(kind, &sections.history),
            SectionKind::Audience => section_file(kind, &sections.audience),
            SectionKind::Search => section_file(kind, &sections.search),
            SectionKind::Text => section_file(kind, &sections.text),
        }?;
        let sha256 = sha256_hex(&bytes);
        let name = format!("{}-{}.bin", kind.name(), &sha256[..16]);
        let failed = |error: std::io::Error| BundleError::Damaged {
            file: name.clone(),
            reason: format!("it cannot be compressed ({error})"),
        };
        let brotli = brotli_bytes(&bytes).map_err(failed)?;
        let gzip = gzip_bytes(&bytes).map_err(failed)?;
        manifest.sections.push(SectionEntry {
            kind,
            file: name.clone(),
            bytes: bytes.len() as u64,
            sha256,
            brotli_bytes: brotli.len() as u64,
            gzip_bytes: gzip.len() as u64,
        });
        files.push(BundleFile { name: format!("{name}.br"), bytes: brotli });
        files.push(BundleFile { name: format!("{name}.gz"), bytes: gzip });
        files.push(BundleFile { name, bytes });
    }
    let mut json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| BundleError::Manifest { reason: error.to_string() })?;
    json.push(b'\n');
    files.push(BundleFile { name: MANIFEST_FILE.to_owned(), bytes: json });
    Ok(files)
}

fn section_file<T>(kind: SectionKind, content: &T) -> Result<Vec<u8>, BundleError>
where
    T: for<'a> Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, ArchiveError>>,
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

fn brotli_bytes(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    // Quality 9: within a few percent of 11, and ten times as fast.
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 9, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn gzip_bytes(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}
