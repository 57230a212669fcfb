//! The content of each section.

mod audience;
mod catalog;
mod embedder;
mod factors;
mod groups;
mod history;
mod index;
mod names;
mod search;
mod text;
mod vectors;

pub use audience::{ArchivedAudience, Audience};
pub use catalog::{
    ArchivedCatalog, ArchivedUsers, Catalog, Gender, MISSING_U8, MISSING_U16, MISSING_U32, Users,
};
pub use embedder::{ArchivedEmbedder, Embedder, Pieces};
pub use factors::{
    ArchivedFactors, ArchivedTastes, Factors, LARGEST_FACTOR, MOST_FACTORS, Tastes, in_eight_bits,
    in_sixteen_bits,
};
pub use groups::{AgeGroup, ArchivedGroups, Groups};
pub use history::{ArchivedHistory, History, Interaction, NO_TIME};
pub use index::{ArchivedIndex, Index};
pub use names::{
    ArchivedNameIndex, ArchivedNameWords, ArchivedTitleForms, NameIndex, NameWords, TitleForms,
};
pub use search::{ArchivedSearch, Search};
pub use text::{ArchivedText, Text};
pub use vectors::{ArchivedVectors, Vectors};

/// What rows of other sections there are to point at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Items in the catalogue.
    pub(crate) items: usize,
    /// Users.
    pub(crate) users: usize,
    /// Length of each factor.
    pub(crate) dim: usize,
}

/// Checks that a column has one entry for each row.
fn same_rows(what: &str, rows: usize, expected: usize) -> Result<(), String> {
    if rows == expected { Ok(()) } else { Err(format!("{what} has {rows} rows, not {expected}")) }
}
