//! Chat Completions, which most servers speak, each in its own way.

mod decode;
mod encode;

pub(crate) use decode::Chat;
pub(crate) use encode::{encode, tool};
