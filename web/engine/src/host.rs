//! Tools of the host's own, and its consent: JavaScript runs and asks.

use js_sys::Promise;
use serde_json::{Value, json};
use usher_agent::Waiting;
use usher_engine::{Host, Permission};
use usher_protocol::{ErrorKind, FromJson, ToolCall, ToolError, ToolResult, ToolSpec};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::face::Face;

/// What surrounds the engine.
pub(crate) struct Surroundings {
    pub(crate) face: Face,
    pub(crate) tools: Vec<ToolSpec>,
    /// Whether it is asked before a call.
    pub(crate) consent: bool,
}

impl Host for Surroundings {
    fn tools(&self) -> &[ToolSpec] {
        &self.tools
    }

    fn call<'a>(&'a self, name: &'a str, arguments: &'a Value) -> Waiting<'a, ToolResult> {
        Box::pin(async move {
            let call = json!({"name": name, "arguments": arguments}).to_string();
            let told = answer(self.face.0.call_tool(&call)).await;
            told.and_then(|told| ToolResult::from_json(told).ok()).unwrap_or_else(|| {
                ToolResult::Failure {
                    message: format!("{name} answered something that is no result."),
                    error: ToolError {
                        kind: ErrorKind::Unavailable,
                        retryable: false,
                        hint: "Look at the tool's own code.".to_owned(),
                    },
                }
            })
        })
    }

    fn allows<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Permission> {
        Box::pin(async move {
            if !self.consent {
                return Permission::Granted { arguments: call.arguments.clone() };
            }
            let ToolCall { name, arguments, why, .. } = call;
            let request = json!({"tool": {"name": name, "arguments": arguments, "why": why}});
            let mut told = permission(&self.face, &request).await;
            if told.get("allowed") == Some(&Value::Bool(true)) {
                let changed = told.get_mut("arguments").map(Value::take);
                let arguments = changed.filter(Value::is_object);
                return Permission::Granted {
                    arguments: arguments.unwrap_or_else(|| call.arguments.clone()),
                };
            }
            let reason = told.get("reason").and_then(Value::as_str).unwrap_or_default().to_owned();
            Permission::Refused { reason }
        })
    }
}

/// Whether a model on a server may be asked.
///
/// # Errors
/// Why not; may be empty.
pub(crate) async fn may_ask(face: &Face, model: &str, question: &str) -> Result<(), String> {
    let told = permission(face, &json!({"model": {"model": model, "question": question}})).await;
    if told.get("allowed") == Some(&Value::Bool(true)) {
        return Ok(());
    }
    Err(told.get("reason").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// What cannot be asked is not allowed.
async fn permission(face: &Face, request: &Value) -> Value {
    answer(face.0.consent(&request.to_string())).await.unwrap_or_default()
}

async fn answer(promise: Result<Promise, JsValue>) -> Option<Value> {
    let told = JsFuture::from(promise.ok()?).await.ok()?;
    serde_json::from_str(&told.as_string()?).ok()
}
