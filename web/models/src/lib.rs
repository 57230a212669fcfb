//! Language models for the page. The engine's Web Worker loads this WebAssembly file
//! once a model is chosen; those who stay with the guide never pay for it.
//!
//! What crosses the boundary is JSON of the protocol's types.

mod diagnosis;
mod network;

use std::rc::Rc;

use js_sys::{Function, Promise};
use serde::Serialize;
use serde::de::DeserializeOwned;
use usher_agent::{Answerer, Stop, Tools, Waiting};
use usher_models::{Patience, Remote};
use usher_protocol::{ModelSettings, RunEvent, Step, ToolCall};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::DedicatedWorkerGlobalScope;

use network::Network;

/// A model on a server.
#[wasm_bindgen]
pub struct Model {
    remote: Rc<Remote>,
    stop: Stop,
}

#[wasm_bindgen]
impl Model {
    /// The model of these settings.
    ///
    /// # Errors
    /// They are no settings.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: &str) -> Result<Self, JsValue> {
        console_error_panic_hook::set_once();
        let settings: ModelSettings = read(settings)?;
        let remote = Remote::new(settings, Rc::new(Network), Patience::default());
        Ok(Self { remote: Rc::new(remote), stop: Stop::default() })
    }

    /// Answers a task. `call_tool` takes a call and promises its step; `on_event`
    /// hears what happens.
    pub fn answer(&mut self, task: String, call_tool: Function, on_event: Function) -> Promise {
        self.stop = Stop::default();
        let (remote, stop) = (Rc::clone(&self.remote), self.stop.clone());
        future_to_promise(async move {
            let task = read(&task)?;
            let tools = Callback(call_tool);
            let mut tell = |event: RunEvent| {
                if let Ok(event) = write(&event) {
                    // Whoever listens does not fail.
                    let _ = on_event.call1(&JsValue::NULL, &event);
                }
            };
            write(&remote.answer(task, &tools, &stop, &mut tell).await)
        })
    }

    /// Ends the answer that is being made, with what has been said by then.
    pub fn stop(&self) {
        self.stop.press();
    }
}

/// The models that a server lists, or why there is no list.
#[wasm_bindgen]
pub fn list_models(settings: String) -> Promise {
    future_to_promise(async move {
        let settings: ModelSettings = read(&settings)?;
        write(&usher_models::list_models(&settings, &Network).await)
    })
}

/// What works of a model, or what does not.
#[wasm_bindgen]
pub fn test_connection(settings: String) -> Promise {
    future_to_promise(async move {
        let settings: ModelSettings = read(&settings)?;
        write(&usher_models::test_connection(&settings, &Network).await)
    })
}

/// The engine's tools, on the other side.
struct Callback(Function);

impl Tools for Callback {
    fn call<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Step> {
        Box::pin(async move {
            match self.step(call).await {
                Ok(step) => step,
                // The worker that holds both sides is being ended.
                Err(_) => std::future::pending().await,
            }
        })
    }
}

impl Callback {
    async fn step(&self, call: &ToolCall) -> Result<Step, JsValue> {
        let promise: Promise = self.0.call1(&JsValue::NULL, &write(call)?)?.dyn_into()?;
        let step = JsFuture::from(promise).await?;
        read(&step.as_string().unwrap_or_default())
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, JsValue> {
    serde_json::from_str(text).map_err(|error| JsValue::from_str(&error.to_string()))
}

fn write(value: &impl Serialize) -> Result<JsValue, JsValue> {
    serde_json::to_string(value)
        .map(|text| JsValue::from_str(&text))
        .map_err(|error| JsValue::from_str(&error.to_string()))
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
