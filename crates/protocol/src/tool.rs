use serde::Serialize;
use serde_json::{Error, Value};

use crate::read::{Fields, FromJson, unknown_variant};
use crate::readable;

/// What a model is told about a tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolSpec {
    /// The name that a call uses.
    pub name: String,
    /// What the tool does and when to use it, for the model.
    pub description: String,
    /// JSON Schema (2020-12) of the arguments object.
    pub parameters: Value,
}

readable!(struct ToolSpec { name, description, parameters });

/// A model's wish that a tool be run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolCall {
    /// Ties the result to the call; unique within a conversation.
    pub id: String,
    /// Name of the tool.
    pub name: String,
    /// The arguments as the model wrote them: unchecked.
    pub arguments: Value,
    /// What the call is for, in a few words for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

readable!(struct ToolCall { id, name, arguments, why });

/// What a tool answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ToolResult {
    /// The tool did what was asked.
    Success {
        /// One or two sentences for the model.
        message: String,
        /// The result, in the shape that the tool's documentation gives.
        data: Value,
    },
    /// The tool could not do what was asked.
    Failure {
        /// One or two sentences for the model.
        message: String,
        /// What kind of failure, and what may help.
        error: ToolError,
    },
}

impl FromJson for ToolResult {
    fn from_json(value: Value) -> Result<Self, Error> {
        let mut fields = Fields::of(value)?;
        let status: String = fields.take("status")?;
        let message = fields.take("message")?;
        match status.as_str() {
            // A missing field is the same as `null` here.
            "success" => {
                Ok(Self::Success { message, data: fields.take_or("data", Value::default)? })
            }
            "failure" => Ok(Self::Failure { message, error: fields.take("error")? }),
            other => Err(unknown_variant(other)),
        }
    }
}

readable!(ToolResult);

impl ToolResult {
    /// The sentence for the model.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Success { message, .. } | Self::Failure { message, .. } => message,
        }
    }

    /// The data of a success.
    #[must_use]
    pub fn data(&self) -> Option<&Value> {
        match self {
            Self::Success { data, .. } => Some(data),
            Self::Failure { .. } => None,
        }
    }

    /// The error of a failure.
    #[must_use]
    pub fn error(&self) -> Option<&ToolError> {
        match self {
            Self::Success { .. } => None,
            Self::Failure { error, .. } => Some(error),
        }
    }
}

/// The machine-readable part of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// What to change so that it works.
    pub hint: String,
}

readable!(struct ToolError { kind, retryable, hint });

/// Kinds of tool failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The arguments do not fit the schema.
    InvalidArguments,
    /// No tool has this name.
    UnknownTool,
    /// No user has this id.
    UnknownUser,
    /// No item has any of these ids.
    UnknownItem,
    /// A name in a condition is not in the catalogue.
    UnknownValue,
    /// Everything was understood and nothing fits.
    NoMatch,
    /// No set of this handle in this conversation.
    UnknownSet,
    /// The data behind the tool cannot be reached now.
    Unavailable,
    /// The person did not allow it.
    Refused,
}

readable!(enum ErrorKind {
    invalid_arguments => InvalidArguments,
    unknown_tool => UnknownTool,
    unknown_user => UnknownUser,
    unknown_item => UnknownItem,
    unknown_value => UnknownValue,
    no_match => NoMatch,
    unknown_set => UnknownSet,
    unavailable => Unavailable,
    refused => Refused,
});

/// A tool call that was run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Name of the tool.
    pub tool: String,
    /// The arguments as executed: names resolved, numbers normalised.
    pub arguments: Value,
    /// The arguments as asked, where they differ from those executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested: Option<Value>,
    /// What the call was for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What the tool answered.
    pub result: ToolResult,
    /// How long the tool took, in microseconds.
    pub elapsed_us: u64,
}

readable!(struct Step { tool, arguments, requested, why, result, elapsed_us });
