//! Ollama's own format. Ollama ignores fields that it does not know; here they are
//! turned down, since a client that sends them is wrong about something.

use serde_json::{Map, Value, json};
use usher_protocol::StopReason;

use super::check::{self, Checked};
use super::conversation::{Asked, Conversation, Entry, Offered};
use super::frame::{Frame, Part, pieces};
use super::refusal::Refusal;
use super::said::{Said, SaidCall, tokens};
use super::script::{Model, Script};

const FIELDS: &[&str] = &[
    "model",
    "messages",
    "stream",
    "format",
    "keep_alive",
    "tools",
    "options",
    "think",
    "truncate",
    "shift",
    "logprobs",
    "top_logprobs",
];
const OPTIONS: &[&str] = &[
    "num_ctx",
    "num_predict",
    "num_keep",
    "num_batch",
    "num_gpu",
    "main_gpu",
    "use_mmap",
    "num_thread",
    "seed",
    "temperature",
    "top_k",
    "top_p",
    "min_p",
    "typical_p",
    "repeat_last_n",
    "repeat_penalty",
    "presence_penalty",
    "frequency_penalty",
    "stop",
];
/// What Ollama takes when `options.num_ctx` is not sent.
const DEFAULT_CONTEXT_TOKENS: u64 = 4096;

fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "api_error", message)
}

fn not_a(found: &Value, field: &str, kind: &str) -> Refusal {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    wrong(format!(
        "json: cannot unmarshal {found} into Go struct field ChatRequest.{field} of type {kind}"
    ))
}

fn known(fields: &Map<String, Value>, names: &[&str]) -> Checked<()> {
    match check::unknown_field(fields, names) {
        Some(name) => Err(wrong(format!("json: unknown field \"{name}\""))),
        None => Ok(()),
    }
}

/// Reads a request.
///
/// # Errors
/// Ollama would turn it down, or ignore a part of it.
pub(crate) fn read(body: &Value, bytes: usize, script: &Script) -> Checked<Asked> {
    let fields = body.as_object().ok_or_else(|| wrong("missing request body"))?;
    known(fields, FIELDS)?;
    let name = body["model"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| wrong("model is required"))?;
    let mut tools = read_tools(body)?;
    let model = script.model(name);
    check_abilities(body, name, model, !tools.is_empty())?;
    let mut conversation = read_messages(body)?;
    let options = read_options(body)?;
    let context = options.get("num_ctx").and_then(Value::as_u64);
    if tokens(bytes) > context.unwrap_or(DEFAULT_CONTEXT_TOKENS) {
        if body["truncate"] == false {
            return Err(wrong("the input length exceeds the context length"));
        }
        // What does not fit is dropped in silence: here the tools, and all but the end.
        tools.clear();
        conversation = Conversation::default();
        conversation.user("(the conversation did not fit into num_ctx)");
    }
    Ok(Asked {
        model: name.to_owned(),
        stream: match &body["stream"] {
            Value::Null => true,
            Value::Bool(stream) => *stream,
            other => return Err(not_a(other, "stream", "bool")),
        },
        usage: true,
        temperature: options.get("temperature").and_then(Value::as_f64),
        tools,
        conversation,
        bytes,
    })
}

fn check_abilities(body: &Value, name: &str, model: Option<&Model>, tools: bool) -> Checked<()> {
    let thinks = match &body["think"] {
        Value::Null => false,
        Value::Bool(think) => *think,
        Value::String(level) if ["high", "medium", "low"].contains(&level.as_str()) => true,
        other => {
            return Err(wrong(format!(
                "invalid think value: {other} (must be \"high\", \"medium\", \"low\", true, or false)"
            )));
        }
    };
    match model {
        Some(model) if tools && !model.tools => {
            Err(wrong(format!("registry.ollama.ai/library/{name}:latest does not support tools")))
        }
        Some(model) if thinks && !model.thinking => {
            Err(wrong(format!("\"{name}\" does not support thinking")))
        }
        _ => Ok(()),
    }
}

fn read_options(body: &Value) -> Checked<Map<String, Value>> {
    let options = match &body["options"] {
        Value::Null => return Ok(Map::new()),
        Value::Object(options) => options,
        other => return Err(not_a(other, "options", "map[string]interface {}")),
    };
    known(options, OPTIONS)?;
    for (name, value) in options {
        let (right, kind) = match name.as_str() {
            "stop" => (value.is_array(), "of an array of strings"),
            "use_mmap" => (value.is_boolean(), "of type boolean"),
            name if name.starts_with("num_") || name == "seed" => {
                (value.is_i64(), "of type integer")
            }
            _ => (value.is_number(), "of type float32"),
        };
        if !right {
            return Err(wrong(format!("option \"{name}\" must be {kind}")));
        }
    }
    Ok(options.clone())
}

fn read_tools(body: &Value) -> Checked<Vec<Offered>> {
    let tools = match &body["tools"] {
        Value::Null => return Ok(Vec::new()),
        Value::Array(tools) => tools,
        other => return Err(not_a(other, "tools", "api.Tools")),
    };
    let read = |tool: &Value| {
        known(
            tool.as_object().ok_or_else(|| not_a(tool, "tools", "api.Tool"))?,
            &["type", "function"],
        )?;
        let function = &tool["function"];
        let fields = function.as_object();
        let fields = fields.ok_or_else(|| not_a(function, "tools.function", "api.ToolFunction"))?;
        known(fields, &["name", "description", "parameters"])?;
        let name = function["name"].as_str().filter(|name| check::is_tool_name(name));
        let name = name.ok_or_else(|| not_a(&function["name"], "tools.function.name", "string"))?;
        if function["parameters"]["type"] != "object" {
            let found = &function["parameters"]["type"];
            return Err(not_a(found, "tools.function.parameters.type", "object"));
        }
        Ok(Offered::new(name, &function["parameters"]))
    };
    tools.iter().map(read).collect()
}

fn read_messages(body: &Value) -> Checked<Conversation> {
    let mut conversation = Conversation::default();
    let messages = match &body["messages"] {
        Value::Null => return Ok(conversation),
        Value::Array(messages) => messages,
        other => return Err(not_a(other, "messages", "[]api.Message")),
    };
    // The names of calls that have no result yet.
    let mut open: Vec<&str> = Vec::new();
    for message in messages {
        let fields =
            message.as_object().ok_or_else(|| not_a(message, "messages", "api.Message"))?;
        let names =
            ["role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"];
        known(fields, &names)?;
        let text = match &message["content"] {
            Value::Null => "",
            Value::String(text) => text,
            other => return Err(not_a(other, "messages.content", "string")),
        };
        match message["role"].as_str().unwrap_or_default() {
            "user" => conversation.user(text),
            "system" if text.starts_with("[note]") => conversation.user(text),
            "system" => {}
            "assistant" => {
                open = read_calls(message)?;
                conversation.0.push(Entry::Turn);
            }
            "tool" => {
                let name = message["tool_name"].as_str();
                let name = name.ok_or_else(|| wrong("a tool message needs its tool_name"))?;
                let known = open.iter().position(|open| *open == name).ok_or_else(|| {
                    wrong(format!("there is no call of {name} before its result"))
                })?;
                open.remove(known);
                conversation.result(text);
            }
            role => return Err(wrong(format!("invalid role \"{role}\""))),
        }
    }
    Ok(conversation)
}

fn read_calls(message: &Value) -> Checked<Vec<&str>> {
    let read = |call| {
        let call: &Value = call;
        let function = &call["function"];
        if !function["arguments"].is_object() {
            let field = "messages.tool_calls.function.arguments";
            return Err(not_a(&function["arguments"], field, "api.ToolCallFunctionArguments"));
        }
        let name = function["name"].as_str();
        name.ok_or_else(|| not_a(&function["name"], "messages.tool_calls.function.name", "string"))
    };
    message["tool_calls"].as_array().into_iter().flatten().map(read).collect()
}

fn envelope(said: &Said, message: &Value) -> Value {
    json!({"model": said.model, "created_at": super::CREATED_AT, "message": message, "done": false})
}

fn finish(said: &Said, mut object: Value) -> Value {
    let reason = match said.stop {
        StopReason::Length => "length",
        // Ollama has no filter.
        StopReason::Finished | StopReason::Filtered => "stop",
    };
    let end = json!({
        "done": true,
        "done_reason": reason,
        "total_duration": 174_560_334_u64,
        "load_duration": 101_397_084_u64,
        "prompt_eval_count": said.usage.input_tokens,
        "prompt_eval_duration": 13_074_791_u64,
        "eval_count": said.usage.output_tokens,
        "eval_duration": 52_479_709_u64,
    });
    if let (Some(object), Value::Object(end)) = (object.as_object_mut(), end) {
        object.extend(end);
    }
    object
}

/// A call whose arguments are an object: Ollama's own parser sees to that.
fn call(index: usize, call: &SaidCall) -> Value {
    let arguments = call.value().filter(Value::is_object).unwrap_or_else(|| json!({}));
    let function = json!({"index": index, "name": call.name, "arguments": arguments});
    json!({"id": call.id, "function": function})
}

/// The answer as one object.
pub(crate) fn whole(said: &Said) -> Value {
    let mut message = json!({"role": "assistant", "content": said.text});
    if !said.thinking.is_empty() {
        message["thinking"] = said.thinking.as_str().into();
    }
    if !said.calls.is_empty() {
        let calls = said.calls.iter().enumerate();
        message["tool_calls"] = calls.map(|(index, said)| call(index, said)).collect();
    }
    finish(said, envelope(said, &message))
}

/// The answer as lines.
pub(crate) fn stream(said: &Said) -> Vec<Frame> {
    let line = |part: Part, message: Value| Frame::line(part, &envelope(said, &message));
    let mut frames = Vec::new();
    for piece in pieces(&said.thinking) {
        let message = json!({"role": "assistant", "content": "", "thinking": piece});
        frames.push(line(Part::Thinking, message));
    }
    for piece in pieces(&said.text) {
        frames.push(line(Part::Text, json!({"role": "assistant", "content": piece})));
    }
    for (index, said) in said.calls.iter().enumerate() {
        let calls = json!([call(index, said)]);
        let message = json!({"role": "assistant", "content": "", "tool_calls": calls});
        frames.push(line(Part::Call, message));
    }
    let last = finish(said, envelope(said, &json!({"role": "assistant", "content": ""})));
    frames.push(Frame::line(Part::End, &last));
    frames
}

/// What a request without messages gets: the model is loaded, and nothing said.
pub(crate) fn loaded(model: &str) -> Value {
    json!({"model": model, "created_at": super::CREATED_AT, "done": true, "done_reason": "load",
        "message": {"role": "assistant", "content": ""}})
}

fn details() -> Value {
    json!({"parent_model": "", "format": "gguf", "family": "qwen3", "families": ["qwen3"],
        "parameter_size": "8.2B", "quantization_level": "Q4_K_M"})
}

/// `GET /api/tags`.
pub(crate) fn tags(script: &Script) -> Value {
    let entry = |model: &Model| {
        let name = format!("{}:latest", model.name);
        json!({"name": name, "model": name, "modified_at": super::CREATED_AT,
            "size": 5_225_388_164_u64,
            "digest": "500a1f067a9f782620b40bee6f7b0c89e17ae61f686b92c24933e4ca4b2b8b41",
            "details": details()})
    };
    json!({"models": script.models.iter().map(entry).collect::<Vec<_>>()})
}

/// `POST /api/show`.
///
/// # Errors
/// There is no such model.
pub(crate) fn show(body: &Value, script: &Script) -> Checked<Value> {
    let name = body["model"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| wrong("model is required"))?;
    let model = script.model(name).ok_or_else(|| missing(name))?;
    let abilities = [("completion", true), ("tools", model.tools), ("thinking", model.thinking)];
    let abilities = abilities.iter().filter(|(_, can)| *can).map(|(name, _)| *name);
    Ok(json!({
        "license": "",
        "modelfile": "FROM scripted",
        "parameters": "temperature 0.6",
        "template": "{{ .Prompt }}",
        "details": details(),
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
        "capabilities": abilities.collect::<Vec<_>>(),
        "modified_at": super::CREATED_AT,
    }))
}

/// There is no such model, in Ollama's words.
pub(crate) fn missing(name: &str) -> Refusal {
    Refusal::new(404, "api_error", format!("model '{name}' not found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &Value) -> Option<String> {
        read(body, 0, &Script::default()).err().map(|refusal| refusal.message)
    }

    #[test]
    fn what_ollama_cannot_read_is_refused() {
        let user = json!([{"role": "user", "content": "Hi"}]);
        assert_eq!(refused(&json!({"model": "scripted", "messages": user, "think": "low"})), None);
        let call = |arguments: Value| {
            let function = json!({"name": "f", "arguments": arguments});
            json!([{"role": "assistant", "content": "", "tool_calls": [{"function": function}]}])
        };
        assert_eq!(refused(&json!({"model": "scripted", "messages": call(json!({}))})), None);
        for wrong in [
            json!({"model": "scripted", "messages": call("{}".into())}),
            json!({"model": "scripted", "messages": [{"role": "tool", "tool_name": "f"}]}),
            json!({"model": "scripted", "messages": user, "num_ctx": 8192}),
            json!({"model": "scripted", "messages": user, "options": {"num_ctx": "8192"}}),
            json!({"model": "scripted", "messages": user, "options": {"numctx": 8192}}),
            json!({"model": "scripted", "messages": user, "think": "much"}),
            json!({"model": "scripted-plain", "messages": user, "think": true}),
            json!({"messages": user}),
        ] {
            assert!(refused(&wrong).is_some(), "{wrong}");
        }
    }
}
