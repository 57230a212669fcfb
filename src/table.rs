//! The token table that the program carries, by which English texts become vectors.

use anyhow::{Context, Result};
use usher_bundle::Section;
use usher_bundle::sections::Embedder;

static TABLE: &[u8] = include_bytes!("../assets/embedder/english.table");

/// The token table.
pub(crate) fn table() -> Result<Section<Embedder>> {
    Section::from_archive(TABLE, "english.table").context("this program is damaged; build it again")
}
