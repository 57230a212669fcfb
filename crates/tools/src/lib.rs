//! The eight tools: what a model may do with a catalogue.
//!
//! Each tool is one file in `tool/`: its arguments, the text that tells a model
//! when to use it, and what it computes. [`Registry`] lists them, checks what a
//! model wrote against the tool's schema, runs it, and says what was executed.
//! Tools read through [`Ports`]; [`BundlePorts`] is the port over a bundle.

mod arguments;
mod bundle_ports;
mod filter;
mod items;
mod names;
mod outcome;
mod ports;
mod registry;
mod sets;
mod tool;

pub use bundle_ports::BundlePorts;
pub use filter::{Bounds, Conditions, Match};
pub use ports::{Group, ItemFacts, Likes, Ports, Unavailable, UserFacts};
pub use registry::{Called, Registry};
pub use sets::Sets;
