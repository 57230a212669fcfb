//! Calls that a model writes as text, as open-weight models do.

mod calls;
mod json;

pub(crate) use calls::{Found, Rescued, looks_like_a_call, opened, rescue};
pub(crate) use json::read as read_json;
