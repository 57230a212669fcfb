//! What the parts of Usher say to each other: conversations, tool calls and
//! their results, run events, and the messages between a page and its engine.
//!
//! Plain data with serde and nothing else. Everything here can cross a thread,
//! a socket or a disk as JSON.

mod conversation;
mod engine;
mod id;
mod model;
mod moods;
mod read;
mod run;
mod strict;
mod tool;

pub use conversation::{Conversation, Message};
pub use engine::{About, Counts, Example, FromEngine, Problem, ToEngine};
pub use id::Id;
pub use model::{
    Api, Key, ListedModel, Mode, ModelError, ModelErrorKind, ModelEvent, ModelReply, ModelRequest,
    ModelSettings, StopReason, Usage,
};
pub use moods::{Mood, moods};
pub use read::{Fields, FromJson, unknown_variant};
pub use run::{Cost, RunEvent, Status, Turn};
pub use strict::strict_schema;
pub use tool::{ErrorKind, Step, ToolCall, ToolError, ToolResult, ToolSpec};
