//! Questions with what is expected of them, as a file has them.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};
use usher_protocol::Status;

/// A question, and those that follow in its conversation.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    pub(super) id: String,
    /// The kind of question.
    pub(super) cls: String,
    #[serde(flatten)]
    first: Expected,
    #[serde(default)]
    turns: Vec<Expected>,
}

/// One turn, and what is expected of it.
#[derive(Debug, Deserialize)]
pub(super) struct Expected {
    pub(super) question: String,
    /// The tools called, in order.
    pub(super) tools: Tools,
    /// By tool, arguments that one of its calls has, as executed.
    #[serde(default)]
    pub(super) args: Map<String, Value>,
    /// What the answer holds.
    #[serde(default)]
    pub(super) answer: Vec<String>,
    /// How the turn ends; any way if absent.
    #[serde(default)]
    pub(super) status: Option<Status>,
}

/// The names of tools in order: one way, or several in a list within a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Tools {
    One(Vec<String>),
    Several([Vec<Vec<String>>; 1]),
}

impl Tools {
    /// Each way that is right.
    pub(super) fn ways(&self) -> &[Vec<String>] {
        match self {
            Self::One(way) => std::slice::from_ref(way),
            Self::Several([ways]) => ways,
        }
    }
}

impl Question {
    /// All turns, the first among them.
    pub(super) fn turns(&self) -> impl Iterator<Item = &Expected> {
        std::iter::once(&self.first).chain(&self.turns)
    }
}

/// Reads one question a line; empty lines are passed over.
pub(super) fn read(text: &str) -> Result<Vec<Question>> {
    let mut questions = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let question = serde_json::from_str(line).with_context(|| {
            format!(
                "line {} is not a question: each line is one JSON object with id, cls, question, tools, and if need be args, answer, status, turns",
                number + 1
            )
        })?;
        questions.push(question);
    }
    if questions.is_empty() {
        bail!("there is no question in this file: each line is one JSON object");
    }
    Ok(questions)
}
