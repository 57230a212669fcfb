use serde_json::{Value, json};
use usher_protocol::{ModelRequest, ModelSettings, ToolSpec, strict_schema};

use crate::turns::{Turn, turns};

/// The body. Nothing is stored at OpenAI: each request carries all of the
/// conversation.
pub(crate) fn encode(settings: &ModelSettings, request: &ModelRequest) -> Value {
    let mut body = json!({"model": settings.model});
    if let Some(system) = &request.system {
        body["instructions"] = json!(system);
    }
    body["input"] = input(request);
    body["store"] = json!(false);
    body["stream"] = json!(true);
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
        body["parallel_tool_calls"] = json!(true);
    }
    if let Some(temperature) = settings.temperature {
        body["temperature"] = json!(temperature);
    }
    body
}

fn input(request: &ModelRequest) -> Value {
    let mut items = Vec::new();
    for turn in turns(&request.messages) {
        match turn {
            Turn::User(text) => items.push(json!({"role": "user", "content": text})),
            Turn::Assistant { text, calls } => {
                if !text.is_empty() {
                    items.push(json!({"role": "assistant", "content": text}));
                }
                items.extend(calls.iter().map(|call| {
                    json!({
                        "type": "function_call",
                        "call_id": call.id,
                        "name": call.name,
                        "arguments": call.arguments.to_string(),
                    })
                }));
                items.extend(calls.iter().map(|call| {
                    json!({
                        "type": "function_call_output",
                        "call_id": call.id,
                        "output": call.result,
                    })
                }));
            }
        }
    }
    Value::Array(items)
}

/// Strict, so that arguments fit the schema. Strict mode takes objects only.
fn tool(tool: &ToolSpec) -> Value {
    let is_strict = tool.parameters["type"] == "object";
    let parameters =
        if is_strict { strict_schema(&tool.parameters) } else { tool.parameters.clone() };
    json!({
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": parameters,
        "strict": is_strict,
    })
}
