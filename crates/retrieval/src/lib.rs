//! Text search over the catalogue, as a pipeline: [`tokens`] of a text, words scored by
//! [`Bm25`], meaning by [`embed`] and [`nearest`], and [`search`] which brings the two
//! together and keeps to a filter.
//!
//! [`index()`], [`embed::lsa`] and [`nearest::vectors`] make what a bundle holds. No I/O,
//! and no number that differs between native code and wasm.

mod bm25;
pub mod embed;
mod few;
mod fuse;
mod index;
pub mod nearest;
#[cfg(feature = "prepare")]
mod prepare;
mod search;
mod sentences;
mod tokens;

pub use bm25::Bm25;
pub use few::nearest_of;
pub use index::index;
#[cfg(feature = "prepare")]
pub use prepare::{Chosen, EmbedderChoice, Prepared, prepare};
pub use search::{Meaning, Words, by_meaning, search};
pub use sentences::sentences;
pub use tokens::tokens;
