//! Items whose texts mean nearly what a query means: unit vectors of small integers,
//! and their dot products.
//!
//! [`vectors`] makes the section that a bundle holds, [`score`] tells how near an item
//! is, exactly. Of a large catalogue [`index_of`] makes a graph besides, in which
//! [`Graph`] finds the nearest items while it looks at few.

mod dot;
mod graph;
mod index;
mod parts;
mod scan;
mod vectors;

pub use graph::Graph;
pub use index::{INDEX_FROM, IndexChoice, index_of};
pub use scan::{ItemScore, score};
pub use vectors::{Query, vectors};
