//! What goes over the wire, and what comes back over it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod failures;
mod requests;
mod streams;
mod support;
