//! The eight tools: what a model may do with a catalogue.
//!
//! Each tool is one file in `tool/`: its arguments, the text that tells a model
//! when to use it, and what it computes. [`Registry`] lists them, checks what a
//! model wrote against the tool's schema, runs it, and says what was executed.
//! Tools read through [`Ports`]; [`BundlePorts`] is the port over a bundle.

mod arguments;
mod bundle;
mod filter;
mod items;
mod names;
mod outcome;
mod ports;
mod registry;
mod sets;
mod tool;

pub use arguments::{Misfit, normalise_and_check, schema_of};
pub use bundle::{
    BundleCatalogue, BundlePorts, BundleRanking, BundleSearch, known_items, known_users,
};
pub use filter::{Bounds, Conditions, Match};
pub use items::{Found, Items, id_schema};
pub use outcome::{Failure, Outcome, Success, failure, success};
pub use ports::{
    Catalogue, Group, ItemFacts, Likes, Nearest, Ports, Ranking, Search, Unavailable, UserFacts,
};
pub use registry::{Called, Registry, Tool};
pub use sets::Sets;
