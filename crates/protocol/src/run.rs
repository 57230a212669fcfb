use serde::{Deserialize, Serialize};

use crate::tool::{Step, ToolCall};

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is an answer. "Nothing matches" is one.
    Answered,
    /// The person must say something first, such as a user id.
    NeedsInput,
    /// The run could not be finished.
    Failed,
}

/// A question and all that came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// What was asked.
    pub question: String,
    /// How it ended.
    pub status: Status,
    /// The tool calls that were run, in order.
    pub steps: Vec<Step>,
    /// The answer in Markdown; of a failed turn, what went wrong and what to do.
    pub answer: String,
    /// The model that planned and answered.
    pub model: String,
}

/// What happens in a run, as it happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEvent {
    /// The model told its plan and calls tools.
    Planned {
        /// The plan in plain words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<String>,
        /// The calls that will be run, in order.
        calls: Vec<ToolCall>,
    },
    /// A tool begins.
    ToolStarted {
        /// The call.
        call: ToolCall,
    },
    /// A tool ended.
    ToolFinished {
        /// The id of the call.
        call: String,
        /// What was run and what came of it.
        step: Step,
    },
    /// The turn is over.
    Finished {
        /// All of it.
        turn: Turn,
    },
}
