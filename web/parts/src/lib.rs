//! What the page's WebAssembly files draw alike.

pub mod genre;
pub mod poster;
