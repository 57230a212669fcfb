//! OpenAI's Responses.

mod decode;
mod encode;

pub(crate) use decode::Responses;
pub(crate) use encode::encode;
