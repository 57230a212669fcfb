use serde_json::{Value, json};
use usher_protocol::{ModelRequest, ModelSettings, ToolSpec};

use crate::address::is_openai;
use crate::turns::{Answered, Turn, turns};

/// The body. It has nothing that can be left out: some servers refuse fields that
/// they do not know.
pub(crate) fn encode(settings: &ModelSettings, request: &ModelRequest) -> Value {
    let mut body = json!({
        "model": settings.model,
        "messages": messages(request),
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
        if is_openai(&settings.base_url) && takes_tools_without_reasoning_only(&settings.model) {
            body["reasoning_effort"] = json!("none");
        }
    }
    if let Some(temperature) = settings.temperature {
        body["temperature"] = json!(temperature);
    }
    body
}

/// Whether OpenAI refuses tools here unless the model is told not to reason: from
/// GPT-5.1 on, which are also those that know the word. GPT-5 and the o series
/// refuse the word and take tools. Only Responses has both.
fn takes_tools_without_reasoning_only(model: &str) -> bool {
    let Some(version) = model.strip_prefix("gpt-") else { return false };
    let version = version.split('-').next().unwrap_or_default();
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    match (major.parse::<u32>(), minor.parse::<u32>()) {
        (Ok(major), Ok(minor)) => (major, minor) >= (5, 1),
        _ => false,
    }
}

fn messages(request: &ModelRequest) -> Value {
    let mut messages = Vec::new();
    messages.extend(request.system.iter().map(|text| json!({"role": "system", "content": text})));
    for turn in turns(&request.messages) {
        match turn {
            Turn::User(text) => messages.push(json!({"role": "user", "content": text})),
            Turn::Assistant { text, calls } if calls.is_empty() => {
                messages.push(json!({"role": "assistant", "content": text}));
            }
            Turn::Assistant { text, calls } => {
                let content = if text.is_empty() { Value::Null } else { Value::String(text) };
                messages.push(json!({
                    "role": "assistant",
                    "content": content,
                    "tool_calls": calls.iter().map(call).collect::<Value>(),
                }));
                messages.extend(calls.iter().map(
                    |call| json!({"role": "tool", "tool_call_id": call.id, "content": call.result}),
                ));
            }
        }
    }
    Value::Array(messages)
}

fn call(call: &Answered) -> Value {
    json!({
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments.to_string()},
    })
}

/// A tool, in the form that Ollama took over.
pub(crate) fn tool(tool: &ToolSpec) -> Value {
    json!({
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openais_newer_models_are_told_not_to_reason_when_there_are_tools() {
        for model in ["gpt-5.1", "gpt-5.6-terra", "gpt-6", "gpt-5.4-mini-2026-03-17"] {
            assert!(takes_tools_without_reasoning_only(model), "{model}");
        }
        for model in ["gpt-5", "gpt-5-mini", "gpt-4.1", "gpt-4o", "o3", "gpt-oss-120b", "qwen3"] {
            assert!(!takes_tools_without_reasoning_only(model), "{model}");
        }
    }
}
