//! The face that an engine talks to, as JavaScript hands it over.

use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use usher_protocol::FromEngine;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// What an engine needs of JavaScript: where it says what it says, and what only
    /// JavaScript can do.
    #[wasm_bindgen(js_name = Object)]
    #[derive(Debug)]
    pub type Functions;

    /// Takes a message, as JSON of [`FromEngine`].
    #[wasm_bindgen(method)]
    fn post(this: &Functions, message: &str);

    /// Fetches; `cache` as `fetch` knows it. A promise of a `Response`.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn fetch(this: &Functions, url: &str, cache: &str) -> Result<Promise, JsValue>;

    /// Loads the code for language models, if it is not there yet.
    #[wasm_bindgen(method, catch, js_name = loadModels)]
    pub(crate) fn load_models(this: &Functions) -> Result<Promise, JsValue>;

    /// Runs a tool on an edge worker.
    #[wasm_bindgen(method, catch, js_name = callRemote)]
    pub(crate) fn call_remote(
        this: &Functions,
        worker: &str,
        name: &str,
        arguments: &str,
    ) -> Result<Promise, JsValue>;

    /// Runs a tool of the host's own.
    #[wasm_bindgen(method, catch, js_name = callTool)]
    pub(crate) fn call_tool(this: &Functions, call: &str) -> Result<Promise, JsValue>;

    /// Asks whether something may be done.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn consent(this: &Functions, request: &str) -> Result<Promise, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &Function, ms: i32) -> JsValue;
}

/// The face of one engine.
#[derive(Debug, Clone)]
pub(crate) struct Face(pub(crate) Rc<Functions>);

impl Face {
    /// How it fetches: the same function is the same way.
    pub(crate) fn fetching(&self) -> JsValue {
        Reflect::get(self.0.as_ref().as_ref(), &"fetch".into()).unwrap_or_default()
    }

    pub(crate) fn tell(&self, message: &FromEngine) {
        if let Ok(text) = serde_json::to_string(message) {
            self.0.post(&text);
        }
    }
}

/// Waits so many milliseconds.
pub(crate) async fn sleep(ms: i32) {
    let waited = Promise::new(&mut |done, _| {
        set_timeout(&done, ms);
    });
    // It never fails.
    let _ = wasm_bindgen_futures::JsFuture::from(waited).await;
}
