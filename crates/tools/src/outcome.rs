//! What a tool's computation gives back, before it becomes a result on the wire.

use serde::Serialize;
use serde_json::Value;
use usher_protocol::{ErrorKind, ToolError, ToolResult};

use crate::ports::Unavailable;

/// A success: a sentence for the model, and the data.
#[derive(Debug)]
pub struct Success {
    pub(crate) message: String,
    pub(crate) data: Value,
}

/// A failure: a sentence for the model, what kind, and what to change.
#[derive(Debug)]
pub struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) hint: String,
    pub(crate) retryable: bool,
}

/// What a tool computes.
pub type Outcome = Result<Success, Failure>;

/// A success.
pub fn success(message: impl Into<String>, data: &impl Serialize) -> Outcome {
    match serde_json::to_value(data) {
        Ok(data) => Ok(Success { message: message.into(), data }),
        Err(error) => Err(failure(
            ErrorKind::Unavailable,
            format!("The result cannot be written as JSON: {error}."),
            "Report this; another call may work.",
        )),
    }
}

/// A failure; see [`ErrorKind`] for the kinds.
pub fn failure(kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure { kind, message: message.into(), hint: hint.into(), retryable: false }
}

impl From<Unavailable> for Failure {
    fn from(unavailable: Unavailable) -> Self {
        Self {
            retryable: unavailable.retryable,
            ..failure(ErrorKind::Unavailable, unavailable.what, unavailable.next)
        }
    }
}

impl From<Success> for ToolResult {
    fn from(success: Success) -> Self {
        Self::Success { message: success.message, data: success.data }
    }
}

impl From<Failure> for ToolResult {
    fn from(failure: Failure) -> Self {
        Self::Failure {
            message: failure.message,
            error: ToolError {
                kind: failure.kind,
                retryable: failure.retryable,
                hint: failure.hint,
            },
        }
    }
}
