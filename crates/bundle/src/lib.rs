//! The files a browser loads: a manifest and sections beside it.
//!
//! `manifest.json` names the sections with their sizes and hashes. A section is
//! one file: a 16-byte header and an rkyv archive, named by its hash. Reading
//! checks the hash, the header, the archive's structure (bytecheck) and every
//! index inside it, so that whoever reads an open bundle needs no check of its
//! own and cannot be made to panic by a damaged file.
//!
//! What concerns one user or one item stands in *shards*: files of some rows each,
//! so that a question fetches what it needs of a large catalogue.
//!
//! No I/O: [`Files`] says where bytes come from.

mod error;
mod files;
mod ids;
mod lists;
mod manifest;
mod open;
mod section;
pub mod sections;
mod shards;
#[cfg(feature = "write")]
mod write;

pub use error::BundleError;
pub use files::{Files, InMemory, Reading};
pub use ids::{ItemRow, UserRow, compare_ids};
pub use lists::{ArchivedColumn, ArchivedLists, Column, Lists};
pub use manifest::{Compared, Counts, FORMAT, Made, Manifest, Quality, SectionEntry, SectionKind};
pub use open::{Bundle, Texts};
pub use section::{Check, Section};
#[cfg(feature = "write")]
pub use write::{BundleFile, Sections, write_bundle};

/// Name of the manifest within a bundle's folder.
pub const MANIFEST_FILE: &str = "manifest.json";
