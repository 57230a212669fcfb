//! The content of each section.

mod audience;
mod catalog;
mod factors;
mod history;
mod search;
mod text;

pub use audience::{ArchivedAudience, Audience};
pub use catalog::{
    ArchivedCatalog, ArchivedUsers, Catalog, Gender, MISSING_U8, MISSING_U16, MISSING_U32, Users,
};
pub use factors::{ArchivedFactors, Factors};
pub use history::{ArchivedHistory, History, Interaction, NO_TIME};
pub use search::{ArchivedSearch, Search};
pub use text::{ArchivedText, Text};

/// Checks that a column has one entry for each row.
fn same_rows(what: &str, rows: usize, expected: usize) -> Result<(), String> {
    if rows == expected { Ok(()) } else { Err(format!("{what} has {rows} rows, not {expected}")) }
}
