//! Tools that run on an edge worker. `remote.js` asks it.

use js_sys::Promise;
use usher_agent::{Tools, Waiting};
use usher_protocol::{ErrorKind, FromJson, Step, ToolCall, ToolError, ToolResult};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Runs a tool on an edge worker (`worker.js`).
    #[wasm_bindgen(catch, js_name = callRemote)]
    fn call_remote(worker: &str, name: &str, arguments: &str) -> Result<Promise, JsValue>;
}

/// The tools of an edge worker.
pub(super) struct RemoteTools {
    /// Where it is, and the token for it, as the settings keep them.
    pub(super) worker: String,
}

impl RemoteTools {
    async fn step(&self, call: &ToolCall) -> Result<Step, JsValue> {
        let arguments = call.arguments.to_string();
        let told = JsFuture::from(call_remote(&self.worker, &call.name, &arguments)?).await?;
        let told = told.as_string().unwrap_or_default();
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
