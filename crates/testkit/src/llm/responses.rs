//! OpenAI's Responses.

use std::collections::HashSet;

use serde_json::{Value, json};
use usher_protocol::StopReason;

use super::check::{self, Checked};
use super::conversation::{Asked, Conversation, Entry, Offered};
use super::frame::{Frame, Part, pieces};
use super::refusal::Refusal;
use super::said::Said;

const FIELDS: &[&str] = &[
    "background",
    "context_management",
    "conversation",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "moderation",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];

/// Reads a request as strictly as OpenAI does. The server keeps nothing, so the whole
/// conversation must be sent.
///
/// # Errors
/// OpenAI would turn it down.
pub(crate) fn read(body: &Value, bytes: usize) -> Checked<Asked> {
    let fields = body.as_object().ok_or_else(|| {
        Refusal::new(400, "invalid_request_error", "The request's body is not a JSON object.")
    })?;
    if let Some(name) = check::unknown_field(fields, FIELDS) {
        return Err(unknown(name));
    }
    let model = body["model"].as_str().filter(|name| !name.is_empty());
    let model = model.ok_or_else(|| missing("model"))?;
    if let Some(id) = body["previous_response_id"].as_str() {
        let message = format!("Previous response with id '{id}' not found.");
        return Err(Refusal::invalid("previous_response_id", message)
            .with_code("previous_response_not_found"));
    }
    if !matches!(body["instructions"], Value::Null | Value::String(_)) {
        let message = "Invalid type for 'instructions': expected a string.";
        return Err(Refusal::invalid("instructions", message).with_code("invalid_type"));
    }
    if body["max_output_tokens"].as_u64().is_some_and(|tokens| tokens < 16) {
        let message =
            "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16.";
        return Err(
            Refusal::invalid("max_output_tokens", message).with_code("integer_below_min_value")
        );
    }
    Ok(Asked {
        model: model.to_owned(),
        stream: check::boolean(body, "stream")?.unwrap_or_default(),
        usage: true,
        temperature: check::temperature(body)?,
        tools: read_tools(body)?,
        conversation: read_input(body)?,
        bytes,
    })
}

fn unknown(place: &str) -> Refusal {
    Refusal::invalid(place, format!("Unknown parameter: '{place}'.")).with_code("unknown_parameter")
}

fn missing(place: &str) -> Refusal {
    Refusal::invalid(place, format!("Missing required parameter: '{place}'."))
        .with_code("missing_required_parameter")
}

fn read_tools(body: &Value) -> Checked<Vec<Offered>> {
    let read = |(index, tool): (usize, &Value)| {
        let place = format!("tools[{index}]");
        let fields = tool.as_object().filter(|tool| tool.contains_key("type"));
        let fields = fields.ok_or_else(|| missing(&format!("{place}.type")))?;
        if tool["type"] != "function" {
            let place = format!("{place}.type");
            let message =
                format!("Invalid value: {}. The script has functions only.", tool["type"]);
            return Err(Refusal::invalid(place, message).with_code("invalid_value"));
        }
        let known = ["type", "name", "description", "parameters", "strict"];
        let name = check::tool(fields, &place, &known)?;
        Ok(Offered::new(name, &tool["parameters"]))
    };
    match &body["tools"] {
        Value::Null => Ok(Vec::new()),
        Value::Array(tools) => tools.iter().enumerate().map(read).collect(),
        _ => Err(Refusal::invalid("tools", "Invalid type for 'tools': expected an array.")
            .with_code("invalid_type")),
    }
}

fn read_input(body: &Value) -> Checked<Conversation> {
    let mut conversation = Conversation::default();
    let items = match &body["input"] {
        Value::String(text) => {
            conversation.user(text);
            return Ok(conversation);
        }
        Value::Array(items) => items,
        _ => return Err(missing("input")),
    };
    let outputs: HashSet<&str> = items
        .iter()
        .filter(|item| item["type"] == "function_call_output")
        .filter_map(|item| item["call_id"].as_str())
        .collect();
    let mut called: Vec<&str> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let place = format!("input[{index}]");
        match item["type"].as_str() {
            None | Some("message") => read_message(item, &place, &mut conversation)?,
            Some("reasoning") => read_reasoning(body, item, &place)?,
            Some("function_call") => {
                let id = read_call(item, &place)?;
                if !outputs.contains(id) {
                    let message = format!("No tool output found for function call {id}.");
                    return Err(Refusal::invalid("input", message));
                }
                // The calls' outputs may stand between them.
                let last = called.last().copied();
                if conversation.0.last() != Some(&Entry::Turn)
                    && !last.is_some_and(|last| are_of_one_reply(last, id))
                {
                    conversation.0.push(Entry::Turn);
                }
                called.push(id);
            }
            Some("function_call_output") => {
                check_fields(item, &place, &["type", "id", "call_id", "output", "status"])?;
                let id = item["call_id"].as_str().unwrap_or_default();
                if !called.contains(&id) {
                    let message =
                        format!("No tool call found for function call output with call_id {id}.");
                    return Err(Refusal::invalid("input", message));
                }
                let output = item["output"].as_str();
                conversation.result(output.ok_or_else(|| missing(&format!("{place}.output")))?);
            }
            Some(other) => {
                let message = format!(
                    "Invalid value: '{other}'. Supported values are: 'function_call', 'function_call_output', 'message', and 'reasoning'."
                );
                return Err(
                    Refusal::invalid(format!("{place}.type"), message).with_code("invalid_value")
                );
            }
        }
    }
    Ok(conversation)
}

/// Whether ids are of one reply of this server, as `SaidCall` makes them; of ids that
/// a client has made up nothing is known.
fn are_of_one_reply(one: &str, other: &str) -> bool {
    let reply = |id: &str| {
        let (reply, _) = id.rsplit_once('_')?;
        reply.contains('_').then(|| reply.to_owned())
    };
    reply(one).is_some_and(|one| Some(one) == reply(other))
}

fn check_fields(item: &Value, place: &str, known: &[&str]) -> Checked<()> {
    match item.as_object().and_then(|fields| check::unknown_field(fields, known)) {
        Some(name) => Err(unknown(&format!("{place}.{name}"))),
        None => Ok(()),
    }
}

fn check_id(item: &Value, place: &str, prefix: &str) -> Checked<()> {
    match item["id"].as_str() {
        Some(id) if !id.starts_with(prefix) => {
            let place = format!("{place}.id");
            let message =
                format!("Invalid '{place}': '{id}'. Expected an ID that begins with '{prefix}'.");
            Err(Refusal::invalid(place, message).with_code("invalid_value"))
        }
        _ => Ok(()),
    }
}

fn read_message(item: &Value, place: &str, conversation: &mut Conversation) -> Checked<()> {
    check_fields(item, place, &["type", "role", "content", "id", "status", "phase"])?;
    check_id(item, place, "msg")?;
    let role = item["role"].as_str().unwrap_or_default();
    let parts: &[&str] = match role {
        "user" | "system" | "developer" => &["input_text", "input_image", "input_file"],
        "assistant" => &["output_text", "refusal"],
        _ => {
            let message = format!(
                "Invalid value: '{role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'."
            );
            return Err(
                Refusal::invalid(format!("{place}.role"), message).with_code("invalid_value")
            );
        }
    };
    let text = match &item["content"] {
        Value::String(text) => text.clone(),
        Value::Array(content) => {
            for (index, part) in content.iter().enumerate() {
                let kind = part["type"].as_str().unwrap_or_default();
                if !parts.contains(&kind) {
                    let message = format!(
                        "Invalid value: '{kind}'. Supported values are: '{}'.",
                        parts.join("', '")
                    );
                    return Err(Refusal::invalid(format!("{place}.content[{index}]"), message)
                        .with_code("invalid_value"));
                }
            }
            content.iter().filter_map(|part| part["text"].as_str()).collect()
        }
        _ => return Err(missing(&format!("{place}.content"))),
    };
    match role {
        "assistant" => conversation.0.push(Entry::Turn),
        "user" => conversation.user(&text),
        _ if text.starts_with("[note]") => conversation.user(&text),
        _ => {}
    }
    Ok(())
}

/// What is not stored can only be sent back with its encrypted content.
fn read_reasoning(body: &Value, item: &Value, place: &str) -> Checked<()> {
    check_fields(
        item,
        place,
        &["type", "id", "summary", "content", "encrypted_content", "status"],
    )?;
    check_id(item, place, "rs")?;
    if !item["summary"].is_array() {
        return Err(missing(&format!("{place}.summary")));
    }
    if body["store"] == false && !item["encrypted_content"].is_string() {
        let id = item["id"].as_str().unwrap_or_default();
        let message = format!(
            "Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input."
        );
        return Err(Refusal { status: 404, ..Refusal::invalid("input", message) });
    }
    Ok(())
}

fn read_call<'a>(item: &'a Value, place: &str) -> Checked<&'a str> {
    check_fields(item, place, &["type", "id", "call_id", "name", "arguments", "status"])?;
    check_id(item, place, "fc")?;
    for name in ["name", "arguments"] {
        if !item[name].is_string() {
            return Err(missing(&format!("{place}.{name}")));
        }
    }
    let id = item["call_id"].as_str().filter(|id| !id.is_empty());
    id.ok_or_else(|| missing(&format!("{place}.call_id")))
}

/// The response object, its output and status filled in as far as they are known.
fn response(said: &Said, status: &str, output: &[Value]) -> Value {
    let finished = status != "in_progress";
    let thinking = super::said::tokens(said.thinking.len());
    let usage = json!({
        "input_tokens": said.usage.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said.usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": thinking},
        "total_tokens": said.usage.input_tokens + said.usage.output_tokens,
    });
    json!({
        "id": said.id("resp_", 0),
        "object": "response",
        "created_at": super::CREATED,
        "status": status,
        "background": false,
        "completed_at": (status == "completed").then_some(super::CREATED + 1),
        "error": null,
        "incomplete_details": incomplete(said).filter(|_| finished),
        "instructions": null,
        "max_output_tokens": null,
        "max_tool_calls": null,
        "model": said.model,
        "output": output,
        "parallel_tool_calls": true,
        "previous_response_id": null,
        "prompt_cache_key": null,
        "reasoning": {"effort": null, "summary": null},
        "safety_identifier": null,
        "service_tier": if finished { "default" } else { "auto" },
        "store": true,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": if finished { usage } else { Value::Null },
        "user": null,
        "metadata": {},
    })
}

fn incomplete(said: &Said) -> Option<Value> {
    match said.stop {
        StopReason::Finished => None,
        StopReason::Length => Some(json!({"reason": "max_output_tokens"})),
        StopReason::Filtered => Some(json!({"reason": "content_filter"})),
    }
}

fn status(said: &Said) -> &'static str {
    if said.stop == StopReason::Finished { "completed" } else { "incomplete" }
}

/// The answer as one object.
pub(crate) fn whole(said: &Said) -> Value {
    let mut events = Events::default();
    let output = events.output(said);
    response(said, status(said), &output)
}

/// The answer as events.
pub(crate) fn stream(said: &Said) -> Vec<Frame> {
    let mut events = Events::default();
    for name in ["response.created", "response.in_progress"] {
        events.add(Part::Start, name, json!({"response": response(said, "in_progress", &[])}));
    }
    let output = events.output(said);
    let status = status(said);
    let response = response(said, status, &output);
    events.add(Part::End, &format!("response.{status}"), json!({"response": response}));
    events.frames
}

/// Events, counted.
#[derive(Default)]
struct Events {
    frames: Vec<Frame>,
}

impl Events {
    fn add(&mut self, part: Part, name: &str, fields: Value) {
        let mut event = json!({"type": name, "sequence_number": self.frames.len()});
        if let (Some(event), Value::Object(fields)) = (event.as_object_mut(), fields) {
            event.extend(fields);
        }
        self.frames.push(Frame::event(part, name, &event));
    }

    /// All items, one after the other; gives them whole.
    fn output(&mut self, said: &Said) -> Vec<Value> {
        let mut output = Vec::new();
        if !said.thinking.is_empty() {
            self.reasoning(said, &mut output);
        }
        if !said.text.is_empty() {
            self.message(said, &mut output);
        }
        for index in 0..said.calls.len() {
            self.call(said, index, &mut output);
        }
        output
    }

    fn item(&mut self, part: Part, name: &str, index: usize, item: &Value) {
        let name = format!("response.output_item.{name}");
        self.add(part, &name, json!({"output_index": index, "item": item}));
    }

    fn reasoning(&mut self, said: &Said, output: &mut Vec<Value>) {
        let (id, at) = (said.id("rs_", output.len()), output.len());
        let place = json!({"item_id": id, "output_index": at, "summary_index": 0});
        let with = |field: &str, value: Value| {
            let mut fields = place.clone();
            fields[field] = value;
            fields
        };
        let summary = |text: &str| json!({"type": "summary_text", "text": text});
        self.item(
            Part::Thinking,
            "added",
            at,
            &json!({"id": id, "type": "reasoning", "summary": []}),
        );
        let name = |event: &str| format!("response.reasoning_summary_{event}");
        self.add(Part::Thinking, &name("part.added"), with("part", summary("")));
        for piece in pieces(&said.thinking) {
            self.add(Part::Thinking, &name("text.delta"), with("delta", piece.into()));
        }
        let text = said.thinking.as_str();
        self.add(Part::Thinking, &name("text.done"), with("text", text.into()));
        self.add(Part::Thinking, &name("part.done"), with("part", summary(text)));
        let item = json!({"id": id, "type": "reasoning", "summary": [summary(text)]});
        self.item(Part::Thinking, "done", at, &item);
        output.push(item);
    }

    fn message(&mut self, said: &Said, output: &mut Vec<Value>) {
        let (id, at) = (said.id("msg_", output.len()), output.len());
        let item = |status: &str, content: Value| {
            json!({"id": id, "type": "message", "status": status, "content": content,
                "role": "assistant"})
        };
        let part = |text: &str| {
            if said.refused {
                json!({"type": "refusal", "refusal": text})
            } else {
                json!({"type": "output_text", "annotations": [], "logprobs": [], "text": text})
            }
        };
        let with = |field: &str, value: Value| {
            let mut fields = json!({"item_id": id, "output_index": at, "content_index": 0});
            fields[field] = value;
            if !said.refused && field != "part" {
                fields["logprobs"] = json!([]);
            }
            fields
        };
        let (name, whole) =
            if said.refused { ("refusal", "refusal") } else { ("output_text", "text") };
        let text = said.text.as_str();
        self.item(Part::Text, "added", at, &item("in_progress", json!([])));
        self.add(Part::Text, "response.content_part.added", with("part", part("")));
        for piece in pieces(text) {
            self.add(Part::Text, &format!("response.{name}.delta"), with("delta", piece.into()));
        }
        self.add(Part::Text, &format!("response.{name}.done"), with(whole, text.into()));
        self.add(Part::Text, "response.content_part.done", with("part", part(text)));
        let item = item(status(said), json!([part(text)]));
        self.item(Part::Text, "done", at, &item);
        output.push(item);
    }

    fn call(&mut self, said: &Said, index: usize, output: &mut Vec<Value>) {
        let Some(call) = said.calls.get(index) else { return };
        let (id, at) = (said.id("fc_", output.len()), output.len());
        let item = |status: &str, arguments: &str| {
            json!({"id": id, "type": "function_call", "status": status, "arguments": arguments,
                "call_id": call.id, "name": call.name})
        };
        self.item(Part::Call, "added", at, &item("in_progress", ""));
        let name = |event: &str| format!("response.function_call_arguments.{event}");
        for piece in pieces(&call.arguments) {
            let fields = json!({"item_id": id, "output_index": at, "delta": piece});
            self.add(Part::Call, &name("delta"), fields);
        }
        let fields = json!({"item_id": id, "output_index": at, "name": call.name,
            "arguments": call.arguments});
        self.add(Part::Call, &name("done"), fields);
        let item = item("completed", &call.arguments);
        self.item(Part::Call, "done", at, &item);
        output.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(input: &[Value]) -> Checked<Asked> {
        read(&json!({"model": "m", "input": input}), 0)
    }

    fn call(id: &str) -> Value {
        json!({"type": "function_call", "call_id": id, "name": "f", "arguments": "{}"})
    }

    fn output(id: &str) -> Value {
        json!({"type": "function_call_output", "call_id": id, "output": "{}"})
    }

    #[test]
    fn calls_of_one_reply_are_one_turn_wherever_their_outputs_stand() {
        let user = json!({"role": "user", "content": "Hi"});
        let (a, b, c) = ("call_1_00", "call_1_01", "call_4_00");
        for input in [
            [user.clone(), call(a), call(b), output(a), output(b), call(c), output(c)],
            [user.clone(), call(a), output(a), call(b), output(b), call(c), output(c)],
        ] {
            let place = asked(&input).unwrap().conversation.place(false);
            assert_eq!((place.index, place.results.len()), (2, 3));
        }
        let own = [user, call("call_1"), output("call_1"), call("call_2"), output("call_2")];
        assert_eq!(asked(&own).unwrap().conversation.place(false).index, 2);
    }

    #[test]
    fn what_is_not_in_the_format_is_refused() {
        for wrong in [
            vec![output("a"), call("a")],
            vec![call("a")],
            vec![call(""), output("")],
            vec![json!({"role": "tool", "content": "{}"})],
            vec![json!({"role": "user", "content": [{"type": "text", "text": "Hi"}]})],
            vec![json!({"role": "user", "content": "Hi", "name": "me"})],
            vec![json!({"type": "reasoning", "id": "x", "summary": []})],
            vec![json!({"type": "tool_result"})],
        ] {
            assert!(asked(&wrong).is_err(), "{wrong:?}");
        }
    }
}
