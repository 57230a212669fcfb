//! Matrix factors: scoring and top-k, training, ranking metrics.
//!
//! A user's score for an item is the dot product of their factors plus the
//! item's bias. The order of all additions is fixed, so native code and wasm
//! give the same ranking.

#[cfg(feature = "train")]
pub mod bpr;
#[cfg(feature = "train")]
mod interactions;
#[cfg(feature = "train")]
pub mod metrics;
mod ranker;
mod ranking;

#[cfg(feature = "train")]
pub use interactions::Interactions;
pub use ranker::Ranker;
pub use ranking::{fit_percent, top_k};
