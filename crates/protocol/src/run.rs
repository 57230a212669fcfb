use serde::Serialize;

use crate::engine::Problem;
use crate::model::Usage;
use crate::readable;
use crate::tool::{Step, ToolCall};

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is an answer. "Nothing matches" is one.
    Answered,
    /// The person must say something first, such as a user id.
    NeedsInput,
    /// The run could not be finished.
    Failed,
    /// The person stopped it. What had been said by then is kept.
    Stopped,
}

readable!(enum Status {
    answered => Answered,
    needs_input => NeedsInput,
    failed => Failed,
    stopped => Stopped,
});

/// A question and all that came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Why the chosen model did not answer, where another did in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// What the model's requests cost; nothing of one that costs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

readable!(struct Turn { question, status, steps, answer, model, problem, cost });

/// What a turn cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// How often a model was called.
    pub requests: u64,
    /// What its server counted.
    pub usage: Usage,
}

readable!(struct Cost { requests, usage });

/// What happens in a run, as it happens.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEvent {
    /// The model told its plan and calls tools.
    Planned {
        /// The plan in plain words.
        #[serde(skip_serializing_if = "Option::is_none")]
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
    /// More of the answer, as the model writes it.
    Said {
        /// The next piece of the text.
        text: String,
    },
    /// More of what the model thinks before it speaks.
    Thought {
        /// The next piece of the text.
        text: String,
    },
    /// What was said so far is not the answer: the model writes it again.
    Withdrawn,
    /// The model's server failed in a way that may pass; it is asked again.
    Retrying {
        /// What happened.
        problem: Problem,
        /// How long it is waited first, in milliseconds.
        wait_ms: u64,
    },
    /// The chosen model cannot answer: another begins this turn anew.
    FellBack {
        /// What happened, and what to do about it.
        problem: Problem,
        /// The model that answers now.
        model: String,
    },
    /// The turn is over.
    Finished {
        /// All of it.
        turn: Turn,
    },
}

readable!(enum RunEvent {
    planned => Planned { plan, calls },
    tool_started => ToolStarted { call },
    tool_finished => ToolFinished { call, step },
    said => Said { text },
    thought => Thought { text },
    withdrawn => Withdrawn,
    retrying => Retrying { problem, wait_ms },
    fell_back => FellBack { problem, model },
    finished => Finished { turn },
});
