//! Text search over the catalogue: tokens, BM25.
//!
//! [`index`] makes the section that a bundle holds, [`Bm25`] searches it; both
//! read text through [`tokens`]. No I/O, and no number that differs between
//! native code and wasm.

mod bm25;
mod few;
mod index;
pub mod nearest;
mod tokens;

pub use bm25::Bm25;
pub use few::nearest_of;
pub use index::index;
pub use tokens::tokens;
