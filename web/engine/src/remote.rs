//! Tools that run on an edge worker: JavaScript asks it.

use usher_agent::{Tools, Waiting};
use usher_protocol::{ErrorKind, FromJson, Step, ToolCall, ToolError, ToolResult};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::face::Face;

/// The tools of an edge worker.
pub(crate) struct RemoteTools {
    pub(crate) face: Face,
    /// Where it is, and the token for it, as the face keeps them.
    pub(crate) worker: String,
}

impl RemoteTools {
    async fn step(&self, call: &ToolCall) -> Result<Step, JsValue> {
        let arguments = call.arguments.to_string();
        let asked = self.face.0.call_remote(&self.worker, &call.name, &arguments)?;
        let told = JsFuture::from(asked).await?.as_string().unwrap_or_default();
        serde_json::from_str(&told).and_then(Step::from_json).map_err(|_| JsValue::NULL)
    }
}

impl Tools for RemoteTools {
    fn call<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Step> {
        Box::pin(async move {
            self.step(call).await.unwrap_or_else(|_| Step {
                tool: call.name.clone(),
                arguments: call.arguments.clone(),
                requested: None,
                why: None,
                result: ToolResult::Failure {
                    message: "The edge worker answered something unknown.".to_owned(),
                    error: ToolError {
                        kind: ErrorKind::Unavailable,
                        retryable: true,
                        hint: "Try again, or let the tools run in this page.".to_owned(),
                    },
                },
                elapsed_us: 0,
            })
        })
    }
}
