//! Ollama's own format.

mod decode;
mod encode;

pub(crate) use decode::Ollama;
pub(crate) use encode::encode;
