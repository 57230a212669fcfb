use std::pin::Pin;

use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};
use usher_protocol::{
    Conversation, Fields, FromJson, Problem, RunEvent, Step, ToolCall, ToolSpec, Turn, readable,
    unknown_variant,
};

use crate::stop::Stop;

/// A future on one thread.
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A model that answers whole turns in the guide's place. An engine declares what it
/// needs of one here; a face supplies it.
pub trait Answerer {
    /// The model's name, for the person.
    fn name(&self) -> &str;

    /// Answers a question, telling each event but the last as it happens.
    fn answer<'a>(
        &'a self,
        task: Task,
        tools: &'a dyn Tools,
        stop: &'a Stop,
        on_event: &'a mut dyn FnMut(RunEvent),
    ) -> Waiting<'a, Answered>;
}

/// Runs tools for a model.
pub trait Tools {
    /// Runs one tool.
    fn call<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Step>;
}

/// Runs one tool, and tells when it begins and ends.
pub async fn run_tool(
    tools: &dyn Tools,
    call: &ToolCall,
    on_event: &mut dyn FnMut(RunEvent),
) -> Step {
    on_event(RunEvent::ToolStarted { call: call.clone() });
    let step = tools.call(call).await;
    on_event(RunEvent::ToolFinished { call: call.id.clone(), step: step.clone() });
    step
}

/// What an [`Answerer`] is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What was asked.
    pub question: String,
    /// The conversation before it.
    pub conversation: Conversation,
    /// The tools that may be called.
    pub tools: Vec<ToolSpec>,
    /// The catalogue in a sentence.
    pub catalogue: String,
}

/// What comes of a [`Task`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is the large one")]
pub enum Answered {
    /// A turn that is over.
    Turn {
        /// The turn.
        turn: Turn,
        /// The conversation with it.
        conversation: Conversation,
    },
    /// The model cannot answer: what happened, and what to do.
    Failed(Problem),
}

impl FromJson for Answered {
    fn from_json(value: Value) -> Result<Self, Error> {
        let (name, mut fields) = Fields::of_variant(value)?;
        match name.as_str() {
            "Turn" => {
                let turn = fields.take("turn")?;
                Ok(Self::Turn { turn, conversation: fields.take("conversation")? })
            }
            "Failed" => {
                let what = fields.take("what")?;
                Ok(Self::Failed(Problem { what, next: fields.take("next")? }))
            }
            other => Err(unknown_variant(other)),
        }
    }
}

readable!(Answered);
