//! The built-in planner: answers without any LLM, as a model that emits tool calls.
//!
//! It reads a question by rules and dictionaries, plans which tools answer it,
//! calls them one after the other, and writes the answer from their results. It
//! keeps nothing: every reply is derived from the conversation it is given.

mod answer;
mod context;
mod describe;
mod entity;
mod intent;
mod language;
mod lexicon;
mod markdown;
mod plan;
mod request;
mod results;
mod spelling;
mod text;
mod understand;

use std::collections::HashSet;

use usher_names::Names;
use usher_protocol::{Message, ModelReply, ModelRequest, ToolCall};

use crate::plan::Progress;
use crate::request::Request;
use crate::results::Results;

/// The guide over one catalogue's names.
#[derive(Debug, Clone, Copy)]
pub struct Guide<'a> {
    names: &'a Names,
    examples: &'a [String],
}

impl<'a> Guide<'a> {
    /// A guide that knows these names. `examples` are questions that it can answer
    /// on this catalogue, for those who ask what it can do.
    #[must_use]
    pub fn new(names: &'a Names, examples: &'a [String]) -> Self {
        Self { names, examples }
    }

    /// The next tool call, a question back, or the answer.
    #[must_use]
    pub fn reply(&self, request: &ModelRequest) -> ModelReply {
        let Some(now) = context::read(&request.messages, self.names) else {
            return ModelReply::Ask { question: "What would you like to know?".to_owned() };
        };
        if answer::waits(&now.request.task) {
            let mut question: Vec<String> = answer::reading(&now.request).into_iter().collect();
            question.push(answer::ask(&now.request.task));
            return ModelReply::Ask { question: question.join("\n\n") };
        }
        let mut told: Vec<String> = answer::reading(&now.request).into_iter().collect();
        let mut steps = now.steps.as_slice();
        for part in now.request.parts() {
            let planned = plan::actions(&part.task).len();
            let (taken, after) = steps.split_at(planned.min(steps.len()));
            let results = Results::new(taken);
            let progress = Progress { request: &part, context: &now.context, results };
            if let Some(call) = self.next_call(&progress, request) {
                let plan = now.steps.is_empty().then(|| plan_in_words(&progress, &now.request));
                return ModelReply::Calls { plan, calls: vec![call] };
            }
            told.push(answer::answer(&progress, self.examples));
            if taken.len() < planned {
                break;
            }
            steps = after;
        }
        told.extend(answer::offer(&now.request.task, &now.steps));
        ModelReply::Answer { markdown: told.join("\n\n") }
    }

    /// The first step of the plan that has not been taken, if nothing stands
    /// against it.
    fn next_call(&self, progress: &Progress<'_>, request: &ModelRequest) -> Option<ToolCall> {
        if progress.results.failure().is_some() {
            return None;
        }
        let actions = plan::actions(&progress.request.task);
        let taken = progress.results.steps();
        let as_planned = actions.iter().zip(taken).all(|(action, step)| action.tool() == step.tool);
        let action = *actions.get(taken.len()).filter(|_| as_planned)?;
        request.tools.iter().find(|tool| tool.name == action.tool())?;
        Some(ToolCall {
            id: new_id(&request.messages),
            name: action.tool().to_owned(),
            arguments: progress.arguments(action)?,
            why: Some(progress.purpose(action)),
        })
    }
}

/// The steps of a plan as one sentence.
fn plan_in_words(progress: &Progress<'_>, request: &Request) -> String {
    let mut steps: Vec<String> = plan::actions(&progress.request.task)
        .into_iter()
        .map(|action| progress.purpose(action))
        .collect();
    steps.extend(request.also.iter().map(|user| format!("the same for user {user}")));
    let mut sentence = steps.join("; then ");
    // The steps are English words: the page need not carry every script's capitals.
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence + "."
}

/// An id that no call of the conversation has.
fn new_id(messages: &[Message]) -> String {
    let ids: HashSet<&str> = messages
        .iter()
        .filter_map(|message| match message {
            Message::Calls { calls, .. } => Some(calls),
            _ => None,
        })
        .flatten()
        .map(|call| call.id.as_str())
        .collect();
    let mut number = ids.len() + 1;
    loop {
        let id = format!("call-{number}");
        if !ids.contains(id.as_str()) {
            return id;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests;
