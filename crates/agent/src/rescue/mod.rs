//! Calls that a model writes as text, as open-weight models do.

mod calls;
mod json;

pub(crate) use calls::{Rescued, call_amid_words, may_begin_a_call, opened, rescue};
pub(crate) use json::read as read_json;
