use serde_json::{Value, json};
use usher_protocol::{ModelRequest, ModelSettings};

use crate::chat::tool;
use crate::turns::{Turn, turns};

/// The body. The size of the context is always given: Ollama's own is small. Where
/// the conversation is longer all the same, an error is asked for; without that the
/// tools or the system prompt would be dropped in silence. `think` is left out: the
/// server knows whether the model can.
pub(crate) fn encode(settings: &ModelSettings, request: &ModelRequest) -> Value {
    let mut options = json!({"num_ctx": settings.context_tokens});
    if let Some(temperature) = settings.temperature {
        options["temperature"] = json!(temperature);
    }
    let mut body = json!({
        "model": settings.model,
        "messages": messages(request),
        "stream": true,
        "truncate": false,
        "shift": false,
        "options": options,
    });
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
    }
    body
}

fn messages(request: &ModelRequest) -> Value {
    let mut messages = Vec::new();
    messages.extend(request.system.iter().map(|text| json!({"role": "system", "content": text})));
    for turn in turns(&request.messages) {
        match turn {
            Turn::User(text) => messages.push(json!({"role": "user", "content": text})),
            Turn::Assistant { text, calls } => {
                let mut message = json!({"role": "assistant", "content": text});
                if !calls.is_empty() {
                    let function = |name: &str, arguments: &Value| json!({"function": {"name": name, "arguments": arguments}});
                    message["tool_calls"] =
                        calls.iter().map(|call| function(&call.name, &call.arguments)).collect();
                }
                messages.push(message);
                messages.extend(calls.iter().map(
                    |call| json!({"role": "tool", "tool_name": call.name, "content": call.result}),
                ));
            }
        }
    }
    Value::Array(messages)
}
