use serde::Serialize;

use crate::readable;
use crate::tool::{Step, ToolCall};

/// A conversation so far, oldest message first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Conversation {
    /// The messages.
    pub messages: Vec<Message>,
}

readable!(struct Conversation { messages });

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(
    clippy::large_enum_variant,
    reason = "most messages of a conversation are of the large kind"
)]
pub enum Message {
    /// The person asked something.
    User {
        /// What was typed.
        text: String,
    },
    /// The model planned and called tools.
    Calls {
        /// The plan in plain words, told before the calls are run.
        #[serde(skip_serializing_if = "Option::is_none")]
        plan: Option<String>,
        /// The calls, to be run in order.
        calls: Vec<ToolCall>,
    },
    /// A call was run.
    Tool {
        /// The id of the call.
        call: String,
        /// What was run and what came of it.
        step: Step,
    },
    /// The model answered, or asked for something that it lacks.
    Assistant {
        /// Markdown.
        text: String,
    },
    /// What the run tells the model: what was wrong with what it said last. Only
    /// within a run.
    Note {
        /// Plain words.
        text: String,
    },
}

readable!(enum Message {
    user => User { text },
    calls => Calls { plan, calls },
    tool => Tool { call, step },
    assistant => Assistant { text },
    note => Note { text },
});
