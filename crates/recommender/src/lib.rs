//! Matrix factors: scoring and top-k, training, ranking metrics.
//!
//! A user's score for an item is the dot product of their factors plus the
//! item's bias. The order of all additions is fixed, so native code and wasm
//! give the same ranking.

#[cfg(feature = "train")]
pub mod beyond_accuracy;
#[cfg(feature = "train")]
pub mod bpr;
#[cfg(feature = "train")]
mod choose;
#[cfg(feature = "train")]
pub mod ease;
#[cfg(feature = "train")]
mod fitted;
#[cfg(feature = "train")]
pub mod ials;
#[cfg(feature = "train")]
mod interactions;
#[cfg(feature = "train")]
pub mod item_knn;
#[cfg(feature = "train")]
pub mod metrics;
#[cfg(feature = "train")]
pub mod models;
#[cfg(feature = "train")]
pub mod new_items;
mod ranker;
mod ranking;
#[cfg(feature = "train")]
pub mod spectral;

#[cfg(feature = "train")]
pub use choose::{Comparing, Tried, choose};
#[cfg(feature = "train")]
pub use fitted::Fitted;
#[cfg(feature = "train")]
pub use interactions::Interactions;
#[cfg(feature = "train")]
pub use new_items::Filled;
pub use ranker::{ItemFactors, Ranker};
pub use ranking::{fit_percent, top_k};
