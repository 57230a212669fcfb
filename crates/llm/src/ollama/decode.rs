use serde_json::Value;
use usher_protocol::{ModelError, StopReason};

use crate::failure::{in_band, is_error};
use crate::reply::Reply;

/// Reads the lines of a stream. Each is whole in itself.
#[derive(Debug, Default)]
pub(crate) struct Ollama;

impl Ollama {
    pub(crate) fn part(&mut self, line: &Value, reply: &mut Reply) -> Result<(), ModelError> {
        if is_error(line) {
            return in_band(line).or_said().map(|_| ());
        }
        let message = &line["message"];
        reply.thinking(message["thinking"].as_str().unwrap_or_default())?;
        reply.text(message["content"].as_str().unwrap_or_default())?;
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            let function = &call["function"];
            let arguments = function["arguments"].clone();
            reply.wrote(arguments.to_string().len())?;
            let id = call["id"].as_str().unwrap_or_default();
            reply.call(id, function["name"].as_str().unwrap_or_default(), arguments)?;
        }
        if line["done"] == true {
            reply.usage(&line["prompt_eval_count"], &line["eval_count"]);
            let is_length = line["done_reason"] == "length";
            reply.done(if is_length { StopReason::Length } else { StopReason::Finished });
        }
        Ok(())
    }
}
