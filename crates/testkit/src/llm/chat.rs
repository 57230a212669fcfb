//! OpenAI's Chat Completions, as most servers speak them.

use serde_json::{Value, json};
use usher_protocol::StopReason;

use super::check::{self, Checked};
use super::conversation::{Asked, Conversation, Offered};
use super::fault::Fault;
use super::frame::{Frame, Part, pieces};
use super::refusal::Refusal;
use super::said::{Said, SaidCall};

const FIELDS: &[&str] = &[
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "metadata",
    "modalities",
    "model",
    "moderation",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
];

/// Reads a request as strictly as OpenAI does.
///
/// # Errors
/// OpenAI would turn it down.
pub(crate) fn read(body: &Value, bytes: usize) -> Checked<Asked> {
    let fields = body.as_object().ok_or_else(|| {
        Refusal::new(400, "invalid_request_error", "The request's body is not a JSON object.")
    })?;
    if let Some(name) = check::unknown_field(fields, FIELDS) {
        let message = format!("Unrecognized request argument supplied: {name}");
        return Err(Refusal::new(400, "invalid_request_error", message));
    }
    let model = body["model"].as_str().filter(|name| !name.is_empty()).ok_or_else(|| {
        Refusal::new(400, "invalid_request_error", "you must provide a model parameter")
    })?;
    let tools = read_tools(body)?;
    let stream = check::boolean(body, "stream")?.unwrap_or_default();
    if !stream && !body["stream_options"].is_null() {
        let message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err(Refusal::invalid("stream_options", message));
    }
    for name in ["parallel_tool_calls", "tool_choice"] {
        if tools.is_empty() && !body[name].is_null() {
            let message = format!("'{name}' is only allowed when 'tools' are specified.");
            return Err(Refusal::invalid(name, message));
        }
    }
    Ok(Asked {
        model: model.to_owned(),
        stream,
        usage: body["stream_options"]["include_usage"] == true,
        temperature: check::temperature(body)?,
        tools,
        conversation: read_messages(body)?,
        bytes,
    })
}

fn read_tools(body: &Value) -> Checked<Vec<Offered>> {
    let tools = match &body["tools"] {
        Value::Null => return Ok(Vec::new()),
        Value::Array(tools) if !tools.is_empty() => tools,
        _ => {
            let message = "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.";
            return Err(Refusal::invalid("tools", message).with_code("empty_array"));
        }
    };
    let read = |(index, tool): (usize, &Value)| {
        let place = format!("tools[{index}]");
        let known = ["type", "function"];
        let unknown = tool.as_object().and_then(|tool| check::unknown_field(tool, &known));
        if let Some(name) = unknown {
            let place = format!("{place}.{name}");
            let message = format!("Unknown parameter: '{place}'.");
            return Err(Refusal::invalid(place, message).with_code("unknown_parameter"));
        }
        let Some(function) = tool["function"].as_object().filter(|_| tool["type"] == "function")
        else {
            let message = format!("Missing required parameter: '{place}.function'.");
            return Err(Refusal::invalid(format!("{place}.function"), message)
                .with_code("missing_required_parameter"));
        };
        let known = ["name", "description", "parameters", "strict"];
        let name = check::tool(function, &format!("{place}.function"), &known)?;
        Ok(Offered::new(name, &tool["function"]["parameters"]))
    };
    tools.iter().enumerate().map(read).collect()
}

fn read_messages(body: &Value) -> Checked<Conversation> {
    let messages = body["messages"].as_array().filter(|all| !all.is_empty()).ok_or_else(|| {
        Refusal::invalid("messages", "Missing required parameter: 'messages'.")
            .with_code("missing_required_parameter")
    })?;
    let mut conversation = Conversation::default();
    // The calls that have no result yet.
    let mut open: Vec<&str> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let place = format!("messages[{index}]");
        let role = read_role(message, &place)?;
        if role != "tool" && !open.is_empty() {
            return Err(without_results(&open, &place));
        }
        let text = read_text(message, &place)?;
        match role {
            "user" => conversation.user(&text.ok_or_else(|| no_content(&place))?),
            "assistant" => {
                open = read_calls(message, &place)?;
                if open.is_empty() && text.is_none() {
                    return Err(no_content(&place));
                }
                conversation.0.push(super::conversation::Entry::Turn);
            }
            "tool" => {
                let id = message["tool_call_id"].as_str().ok_or_else(|| {
                    let place = format!("{place}.tool_call_id");
                    let message = format!("Missing required parameter: '{place}'.");
                    Refusal::invalid(place, message).with_code("missing_required_parameter")
                })?;
                let Some(known) = open.iter().position(|open| *open == id) else {
                    let message = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
                    return Err(Refusal::invalid(format!("messages.[{index}].role"), message));
                };
                open.remove(known);
                conversation.result(&text.ok_or_else(|| no_content(&place))?);
            }
            _ => {
                let text = text.ok_or_else(|| no_content(&place))?;
                if text.starts_with("[note]") {
                    conversation.user(&text);
                }
            }
        }
    }
    if open.is_empty() {
        Ok(conversation)
    } else {
        Err(without_results(&open, &format!("messages[{}]", messages.len())))
    }
}

fn read_role<'a>(message: &'a Value, place: &str) -> Checked<&'a str> {
    let role = message["role"].as_str().unwrap_or_default();
    let known: &[&str] = match role {
        "user" | "system" | "developer" => &["role", "content", "name"],
        "assistant" => &["role", "content", "name", "tool_calls", "refusal", "audio"],
        "tool" => &["role", "content", "tool_call_id"],
        _ => {
            let message = format!(
                "Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'."
            );
            return Err(
                Refusal::invalid(format!("{place}.role"), message).with_code("invalid_value")
            );
        }
    };
    match message.as_object().and_then(|fields| check::unknown_field(fields, known)) {
        Some(name) => {
            let place = format!("{place}.{name}");
            let message = format!("Unknown parameter: '{place}'.");
            Err(Refusal::invalid(place, message).with_code("unknown_parameter"))
        }
        None => Ok(role),
    }
}

fn read_text(message: &Value, place: &str) -> Checked<Option<String>> {
    match &message["content"] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Array(parts) if parts.iter().all(|part| part["text"].is_string()) => {
            Ok(Some(parts.iter().filter_map(|part| part["text"].as_str()).collect()))
        }
        _ => {
            let place = format!("{place}.content");
            let message = format!(
                "Invalid type for '{place}': expected one of a string or array of objects."
            );
            Err(Refusal::invalid(place, message).with_code("invalid_type"))
        }
    }
}

fn read_calls<'a>(message: &'a Value, place: &str) -> Checked<Vec<&'a str>> {
    let calls = match &message["tool_calls"] {
        Value::Null => return Ok(Vec::new()),
        Value::Array(calls) if !calls.is_empty() => calls,
        _ => {
            let place = format!("{place}.tool_calls");
            let message = format!(
                "Invalid '{place}': empty array. Expected an array with minimum length 1, but got an empty array instead."
            );
            return Err(Refusal::invalid(place, message).with_code("empty_array"));
        }
    };
    let read = |(index, call): (usize, &'a Value)| {
        let place = format!("{place}.tool_calls[{index}]");
        let function = &call["function"];
        let right = call["type"] == "function"
            && function["name"].as_str().is_some_and(check::is_tool_name)
            && function["arguments"].is_string();
        let id = call["id"].as_str().filter(|id| right && !id.is_empty());
        id.ok_or_else(|| {
            let message = format!("Invalid value for '{place}'.");
            Refusal::invalid(place, message).with_code("invalid_value")
        })
    };
    calls.iter().enumerate().map(read).collect()
}

fn no_content(place: &str) -> Refusal {
    let message = format!("Invalid value for 'content': expected a string, got null ({place}).");
    Refusal::invalid(format!("{place}.content"), message)
}

fn without_results(open: &[&str], place: &str) -> Refusal {
    let message = format!(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {}",
        open.join(", ")
    );
    Refusal::invalid(format!("{place}.role"), message)
}

fn finish_reason(said: &Said, fault: Option<Fault>) -> &'static str {
    match said.stop {
        StopReason::Length => "length",
        StopReason::Filtered => "content_filter",
        StopReason::Finished if said.calls.is_empty() || fault == Some(Fault::FinishStop) => "stop",
        StopReason::Finished => "tool_calls",
    }
}

fn usage(said: &Said) -> Value {
    let thinking = super::said::tokens(said.thinking.len());
    json!({
        "prompt_tokens": said.usage.input_tokens,
        "completion_tokens": said.usage.output_tokens,
        "total_tokens": said.usage.input_tokens + said.usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": thinking, "audio_tokens": 0,
            "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
    })
}

fn call(call: &SaidCall) -> Value {
    let function = json!({"name": call.name, "arguments": call.arguments});
    json!({"id": call.id, "type": "function", "function": function})
}

/// The answer as one object.
pub(crate) fn whole(said: &Said, fault: Option<Fault>) -> Value {
    let text = (!said.text.is_empty()).then_some(&said.text);
    let mut message = json!({
        "role": "assistant",
        "content": text.filter(|_| !said.refused),
        "refusal": text.filter(|_| said.refused),
        "annotations": [],
    });
    if !said.thinking.is_empty() {
        message["reasoning_content"] = said.thinking.as_str().into();
    }
    if !said.calls.is_empty() {
        message["tool_calls"] = said.calls.iter().map(call).collect();
    }
    json!({
        "id": said.id("chatcmpl-", 0),
        "object": "chat.completion",
        "created": super::CREATED,
        "model": said.model,
        "choices": [{
            "index": 0,
            "message": message,
            "logprobs": null,
            "finish_reason": finish_reason(said, fault),
        }],
        "usage": usage(said),
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
    })
}

/// The answer as events.
pub(crate) fn stream(said: &Said, fault: Option<Fault>) -> Vec<Frame> {
    let chunk = |choices: Value, usage: Value| {
        let mut chunk = json!({
            "id": said.id("chatcmpl-", 0),
            "object": "chat.completion.chunk",
            "created": super::CREATED,
            "model": said.model,
            "service_tier": "default",
            "system_fingerprint": "fp_scripted",
            "choices": choices,
        });
        // Where usage is asked for, every chunk has the field, null but in the last.
        if said.tell_usage {
            chunk["usage"] = usage;
        }
        chunk
    };
    let delta = |part: Part, delta: Value| {
        let choice = json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": null}]);
        Frame::data(part, &chunk(choice, Value::Null))
    };
    let said_as = if said.refused { "refusal" } else { "content" };
    let first = if said.calls.is_empty() { json!("") } else { Value::Null };
    let mut frames =
        vec![delta(Part::Start, json!({"role": "assistant", "content": first, "refusal": null}))];
    for piece in pieces(&said.thinking) {
        frames.push(delta(Part::Thinking, json!({"reasoning_content": piece})));
    }
    for piece in pieces(&said.text) {
        frames.push(delta(Part::Text, json!({said_as: piece})));
    }
    for (index, call) in said.calls.iter().enumerate() {
        for piece in call_pieces(call, index, fault) {
            frames.push(delta(Part::Call, json!({"tool_calls": [piece]})));
        }
    }
    let end = json!([{"index": 0, "delta": {}, "logprobs": null,
        "finish_reason": finish_reason(said, fault)}]);
    frames.push(Frame::data(Part::End, &chunk(end, Value::Null)));
    if said.tell_usage {
        frames.push(Frame::data(Part::Done, &chunk(json!([]), usage(said))));
    }
    if fault != Some(Fault::DoneMissing) {
        frames.push(Frame { part: Part::Done, wire: "data: [DONE]\n\n".into() });
    }
    frames
}

/// A call in pieces: id and name come once, the arguments follow by index.
fn call_pieces(said: &SaidCall, index: usize, fault: Option<Fault>) -> Vec<Value> {
    let mut all = if fault == Some(Fault::CallInOnePiece) {
        vec![call(said)]
    } else {
        let function = json!({"name": said.name, "arguments": ""});
        let mut all = vec![json!({"id": said.id, "type": "function", "function": function})];
        for piece in pieces(&said.arguments) {
            all.push(if fault == Some(Fault::NameEmptyLater) {
                json!({"id": "", "type": "function", "function": {"name": "", "arguments": piece}})
            } else {
                json!({"function": {"arguments": piece}})
            });
        }
        all
    };
    let index = match fault {
        Some(Fault::IndexMissing) => return all,
        Some(Fault::IndexFromOne) => index + 1,
        Some(Fault::IndexReused) => 0,
        _ => index,
    };
    for piece in &mut all {
        piece["index"] = index.into();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &Value) -> Option<String> {
        read(body, 0).err().map(|refusal| refusal.message)
    }

    #[test]
    fn results_come_after_their_calls_and_all_of_them() {
        let call = json!({"id": "a", "type": "function",
            "function": {"name": "f", "arguments": "{}"}});
        let user = json!({"role": "user", "content": "Hi"});
        let calls = json!({"role": "assistant", "content": null, "tool_calls": [call]});
        let result = json!({"role": "tool", "tool_call_id": "a", "content": "{}"});
        let body = |messages: &[&Value]| json!({"model": "m", "messages": messages});
        assert_eq!(refused(&body(&[&user, &calls, &result, &user])), None);
        for wrong in [&[&user, &result][..], &[&user, &calls, &result, &result]] {
            assert!(refused(&body(wrong)).unwrap().contains("preceeding message"));
        }
        for wrong in [&[&user, &calls][..], &[&user, &calls, &user, &result]] {
            assert!(refused(&body(wrong)).unwrap().contains("did not have response messages: a"));
        }
    }

    #[test]
    fn what_is_not_in_the_format_is_refused() {
        let user = json!([{"role": "user", "content": "Hi"}]);
        for wrong in [
            json!({"model": "m", "messages": user, "input": "Hi"}),
            json!({"model": "m", "messages": user, "tools": []}),
            json!({"model": "m", "messages": user, "tool_choice": "auto"}),
            json!({"model": "m", "messages": user, "stream_options": {}}),
            json!({"model": "m", "messages": [{"role": "user", "content": "Hi", "id": 1}]}),
            json!({"model": "m", "messages": [{"role": "user"}]}),
            json!({"model": "m", "messages": [{"role": "assistant", "content": "", "tool_calls": []}]}),
            json!({"model": "m", "messages": []}),
            json!({"messages": user}),
        ] {
            assert!(refused(&wrong).is_some(), "{wrong}");
        }
    }
}
