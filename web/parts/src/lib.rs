//! What the page's WebAssembly files draw and write alike.

pub mod genre;
pub mod item;
pub mod poster;
pub mod quantity;
pub mod words;
