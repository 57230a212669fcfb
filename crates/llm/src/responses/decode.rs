use serde_json::Value;
use usher_protocol::{ModelError, ModelErrorKind, StopReason};

use crate::calls::arguments;
use crate::failure::{Failure, error, in_band, is_error, malformed};
use crate::reply::Reply;

/// Reads the events of a stream.
#[derive(Debug, Default)]
pub(crate) struct Responses {
    /// The `call_id`s that were given out, or the items' own where there is none.
    called: Vec<String>,
}

impl Responses {
    pub(crate) fn part(&mut self, event: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        let delta = event["delta"].as_str().unwrap_or_default();
        match event["type"].as_str().unwrap_or_default() {
            "response.output_text.delta" | "response.refusal.delta" => reply.text(delta),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                reply.thinking(delta)
            }
            // A summary has paragraphs.
            "response.reasoning_summary_part.added" if event["summary_index"] != 0 => {
                reply.thinking("\n\n")
            }
            // Arguments come whole here, after they came in fragments.
            "response.output_item.done" => self.item(&event["item"], reply),
            "response.completed" | "response.incomplete" | "response.failed" => {
                self.response(&event["response"], reply)
            }
            _ if is_error(event) => failed(event),
            _ => Ok(()),
        }
    }

    /// An answer in one piece.
    pub(crate) fn whole(&mut self, body: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        if body["output"].is_array() {
            self.response(body, reply)
        } else if is_error(body) {
            failed(body)
        } else {
            Err(malformed("the answer has no output", &body.to_string()))
        }
    }

    /// The response when it is over. It holds all again; what did not come before is
    /// taken from it.
    fn response(&mut self, response: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        if response["status"] == "failed" || response["error"].is_object() {
            return failed(response);
        }
        let has_text = reply.has_text;
        for item in response["output"].as_array().into_iter().flatten() {
            self.item(item, reply)?;
            for part in item["content"].as_array().into_iter().flatten() {
                let text = part["text"].as_str().or_else(|| part["refusal"].as_str());
                if let Some(text) = text
                    && item["type"] == "message"
                    && !has_text
                {
                    reply.text(text)?;
                }
            }
        }
        let usage = &response["usage"];
        reply.usage(&usage["input_tokens"], &usage["output_tokens"]);
        reply.done(match response["incomplete_details"]["reason"].as_str() {
            Some("content_filter") => StopReason::Filtered,
            Some(_) => StopReason::Length,
            None if response["status"] == "incomplete" => StopReason::Length,
            None => StopReason::Finished,
        });
        Ok(())
    }

    fn item(&mut self, item: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        if item["type"] != "function_call" {
            return Ok(());
        }
        let text = |name: &str| item[name].as_str().unwrap_or_default();
        let id = [text("call_id"), text("id")].into_iter().find(|id| !id.is_empty());
        if let Some(id) = id {
            if self.called.iter().any(|other| other == id) {
                return Ok(());
            }
            self.called.push(id.to_owned());
        }
        reply.wrote(text("arguments").len())?;
        let written = match &item["arguments"] {
            Value::String(written) => arguments(written),
            value => vec![value.clone()],
        };
        for arguments in written {
            reply.call(text("call_id"), text("name"), arguments)?;
        }
        Ok(())
    }
}

fn failed(value: &Value) -> Result<(), ModelError> {
    match in_band(value) {
        Failure::Error(error) => Err(error),
        Failure::Said(text) => Err(error(ModelErrorKind::Malformed, &text)),
    }
}
