//! A search of texts in Qdrant, over its REST interface.
//!
//! An item with text is a point, its row is the point's id. It has two named vectors:
//! `whole`, of its whole text, and `sentences`, of which the nearest counts.
//!
//! Source: <https://api.qdrant.tech/api-reference>.

mod error;
mod fetch;
mod load;
mod search;

pub use error::QdrantError;
pub use fetch::{Fetch, Method, Unreachable};
pub use load::{Load, Loaded, load};
pub use search::QdrantSearch;

/// The collection's name where no other is said.
pub const COLLECTION: &str = "usher";

/// Names of the vectors of a point.
const WHOLE: &str = "whole";
const SENTENCES: &str = "sentences";

/// What is searched: an alias, which is there once all points are.
fn searched(collection: &str, version: &str) -> String {
    format!("{collection}-{version}")
}

/// What is filled: the collection behind the alias.
fn filled(collection: &str, version: &str) -> String {
    format!("{collection}-points-{version}")
}
