//! A conversation in the order that the strictest servers ask for.

use serde_json::Value;
use usher_protocol::{ErrorKind, Message, Step, ToolCall, ToolError, ToolResult};

use crate::calls::{legal_name, made_up, sent_back};

/// What one side says before the other does.
#[derive(Debug, PartialEq)]
pub(crate) enum Turn {
    /// The person, or the run in the person's place: a system message amid a
    /// conversation is refused by some servers.
    User(String),
    /// The model. Every call has its result.
    Assistant { text: String, calls: Vec<Answered> },
}

/// A call and what came of it, as JSON.
#[derive(Debug, PartialEq)]
pub(crate) struct Answered {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arguments: Value,
    pub(crate) result: String,
}

/// The turns of a conversation: no two of one side in a row, none empty, a result
/// for each call and a call for each result.
pub(crate) fn turns(messages: &[Message]) -> Vec<Turn> {
    let mut turns = Turns::default();
    let mut rest = messages;
    while let Some((message, after)) = rest.split_first() {
        rest = after;
        match message {
            Message::User { text } => turns.user(text),
            Message::Note { text } => turns.note(text),
            Message::Assistant { text } => turns.assistant(text, Vec::new()),
            // Its call was left out.
            Message::Tool { step, .. } => turns.orphan(step),
            Message::Calls { plan, calls } => {
                let end = after
                    .iter()
                    .position(|message| {
                        !matches!(message, Message::Tool { .. } | Message::Note { .. })
                    })
                    .unwrap_or(after.len());
                let (results, after) = after.split_at(end);
                rest = after;
                turns.calls(plan.as_deref().unwrap_or_default(), calls, results);
            }
        }
    }
    turns.turns
}

#[derive(Default)]
struct Turns {
    turns: Vec<Turn>,
    calls: usize,
}

impl Turns {
    fn user(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        match self.turns.last_mut() {
            Some(Turn::User(before)) => append(before, text),
            _ => self.turns.push(Turn::User(text.to_owned())),
        }
    }

    fn note(&mut self, text: &str) {
        self.user(&format!("[note] {text}"));
    }

    fn orphan(&mut self, step: &Step) {
        self.note(&format!("{} answered: {}", step.tool, json(&step.result)));
    }

    fn assistant(&mut self, text: &str, more: Vec<Answered>) {
        let text = text.trim();
        if text.is_empty() && more.is_empty() {
            return;
        }
        match self.turns.last_mut() {
            Some(Turn::Assistant { text: before, calls }) if calls.is_empty() => {
                append(before, text);
                *calls = more;
            }
            _ => self.turns.push(Turn::Assistant { text: text.to_owned(), calls: more }),
        }
    }

    fn calls(&mut self, plan: &str, calls: &[ToolCall], after: &[Message]) {
        let mut results: Vec<(&str, &Step)> = Vec::new();
        for message in after {
            if let Message::Tool { call, step } = message {
                results.push((call, step));
            }
        }
        let mut answered = Vec::new();
        for call in calls {
            self.calls += 1;
            let result = results.iter().position(|(id, _)| *id == call.id);
            let result = result.map(|at| results.remove(at).1);
            answered.push(Answered {
                id: if call.id.is_empty() { made_up(self.calls) } else { call.id.clone() },
                name: legal_name(&call.name),
                arguments: sent_back(&call.arguments),
                result: result.map_or_else(not_run, |step| json(&step.result)),
            });
        }
        self.assistant(plan, answered);
        results.into_iter().for_each(|(_, step)| self.orphan(step));
        for message in after {
            if let Message::Note { text } = message {
                self.note(text);
            }
        }
    }
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}

fn not_run() -> String {
    json(&ToolResult::Failure {
        message: "This call was not run.".to_owned(),
        error: ToolError {
            kind: ErrorKind::Unavailable,
            retryable: true,
            hint: "Call it again if its result is still needed.".to_owned(),
        },
    })
}

fn json(result: &ToolResult) -> String {
    serde_json::to_string(result).unwrap_or_default()
}
