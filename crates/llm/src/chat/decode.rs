use serde_json::Value;
use usher_protocol::{ModelError, StopReason};

use crate::calls::{arguments, is_whole};
use crate::failure::{Failure, in_band, is_error, malformed};
use crate::reply::Reply;

/// Reads the chunks of a stream. Servers differ, so nothing is asked for that is not
/// needed, and `""` means absent everywhere.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    calls: Vec<Fragments>,
    stop: Option<StopReason>,
}

/// A call, as much as has come of it.
#[derive(Debug, Default)]
struct Fragments {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Chat {
    pub(crate) fn part(&mut self, chunk: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        let choice = &chunk["choices"][0];
        // One that ends with an error has it beside or in the choice.
        for place in [chunk, choice] {
            if is_error(place) {
                return failed(place, reply);
            }
        }
        for usage in [&chunk["usage"], &chunk["x_groq"]["usage"]] {
            reply.usage(&usage["prompt_tokens"], &usage["completion_tokens"]);
        }
        // A server that does not stream, or not quite, sends the message itself.
        let delta = if choice["delta"].is_object() { &choice["delta"] } else { &choice["message"] };
        let thought = ["reasoning_content", "reasoning"].map(|name| &delta[name]);
        if let Some(thought) = thought.into_iter().find_map(Value::as_str) {
            reply.thinking(thought)?;
        }
        content(&delta["content"], reply)?;
        if let Some(refusal) = delta["refusal"].as_str() {
            reply.text(refusal)?;
        }
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            self.fragment(call, reply)?;
        }
        if let Some(reason) = choice["finish_reason"].as_str().filter(|reason| !reason.is_empty()) {
            self.stop = Some(match reason {
                "length" | "max_tokens" | "model_length" => StopReason::Length,
                "content_filter" | "safety" => StopReason::Filtered,
                // `stop` may come with calls, `tool_calls` without.
                _ => StopReason::Finished,
            });
        }
        Ok(())
    }

    /// An answer in one piece.
    pub(crate) fn whole(&mut self, body: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        let is_answer = body["choices"][0].is_object();
        if !is_answer && !is_error(body) {
            return Err(malformed("the answer has no choices", &body.to_string()));
        }
        self.part(body, reply)?;
        if reply.is_done { Ok(()) } else { self.done(reply) }
    }

    /// The stream ended. Tells whether that was the end of the reply.
    pub(crate) fn end(&mut self, reply: &mut Reply) -> Result<bool, ModelError> {
        let has_calls = !self.calls.is_empty();
        let is_complete = has_calls && self.calls.iter().all(|call| is_whole(&call.arguments));
        if self.stop.is_none() && !is_complete {
            return Ok(false);
        }
        self.done(reply)?;
        Ok(true)
    }

    pub(crate) fn done(&mut self, reply: &mut Reply) -> Result<(), ModelError> {
        for call in std::mem::take(&mut self.calls) {
            if call.name.is_empty() && call.arguments.trim().is_empty() {
                continue;
            }
            for arguments in arguments(&call.arguments) {
                reply.call(&call.id, &call.name, arguments)?;
            }
        }
        reply.done(self.stop.unwrap_or(StopReason::Finished));
        Ok(())
    }

    fn fragment(&mut self, fragment: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        let index = fragment["index"].as_u64();
        let id = fragment["id"].as_str().unwrap_or_default();
        let function = &fragment["function"];
        let name = function["name"].as_str().unwrap_or_default();
        let arguments = match &function["arguments"] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            // Whole, as an object.
            value => value.to_string(),
        };
        reply.wrote(name.len() + arguments.len() + 1)?;
        let begun = match index {
            Some(_) => self.calls.iter().rposition(|call| call.index == index),
            None => {
                let same_id = |call: &Fragments| !id.is_empty() && call.id == id;
                let last = self.calls.len().checked_sub(1);
                self.calls.iter().rposition(same_id).or(last)
            }
        };
        let begun = begun.and_then(|at| self.calls.get_mut(at));
        match begun {
            Some(call) if call.is_repeated(id, name, &arguments) => {}
            Some(call) if !call.is_followed_by_another(id, name, &arguments) => {
                if call.id.is_empty() {
                    id.clone_into(&mut call.id);
                }
                if call.name.is_empty() {
                    name.clone_into(&mut call.name);
                }
                call.arguments.push_str(&arguments);
            }
            _ => self.calls.push(Fragments {
                index,
                id: id.to_owned(),
                name: name.to_owned(),
                arguments,
            }),
        }
        Ok(())
    }
}

impl Fragments {
    /// Whether a fragment is this whole call once more.
    fn is_repeated(&self, id: &str, name: &str, arguments: &str) -> bool {
        self.id == id && self.name == name && self.arguments == arguments && is_whole(arguments)
    }

    /// Whether a fragment in the same place begins another call. Only one with a name
    /// can: there are servers that make up an id for every fragment.
    fn is_followed_by_another(&self, id: &str, name: &str, arguments: &str) -> bool {
        if name.is_empty() || self.name.is_empty() {
            return false;
        }
        let has_other_id = !id.is_empty() && !self.id.is_empty() && id != self.id;
        has_other_id
            || name != self.name
            || (!arguments.trim().is_empty() && is_whole(&self.arguments))
    }
}

fn failed(value: &Value, reply: &mut Reply) -> Result<(), ModelError> {
    match in_band(value) {
        Failure::Error(error) => Err(error),
        Failure::Said(text) => {
            reply.text(&text)?;
            reply.done(StopReason::Finished);
            Ok(())
        }
    }
}

/// Text, or a list of parts of which some are thoughts (Mistral).
fn content(content: &Value, reply: &mut Reply) -> Result<(), ModelError> {
    if let Some(text) = content.as_str() {
        return reply.text(text);
    }
    for part in content.as_array().into_iter().flatten() {
        if let Some(text) = part["text"].as_str() {
            reply.text(text)?;
        }
        for thought in part["thinking"].as_array().into_iter().flatten() {
            reply.thinking(thought["text"].as_str().unwrap_or_default())?;
        }
    }
    Ok(())
}
