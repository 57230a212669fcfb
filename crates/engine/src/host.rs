use serde_json::Value;
use usher_agent::Waiting;
use usher_protocol::{ToolCall, ToolResult, ToolSpec};

/// What surrounds an engine, such as the page that embeds it: it may add tools of its
/// own, and be asked before any tool is called.
pub trait Host {
    /// Its own tools. One of a built-in tool's name is left out.
    fn tools(&self) -> &[ToolSpec];

    /// Runs a tool of its own. The arguments were checked against the tool's schema.
    fn call<'a>(&'a self, name: &'a str, arguments: &'a Value) -> Waiting<'a, ToolResult>;

    /// Whether a call may be made, of a built-in tool as of its own.
    fn allows<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Permission>;
}

/// What a [`Host`] says to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Permission {
    /// It may be made.
    Granted {
        /// With these arguments: those of the call, or others.
        arguments: Value,
    },
    /// It may not.
    Refused {
        /// Why; may be empty.
        reason: String,
    },
}
