use usher_protocol::{FromEngine, ToEngine};
use usher_web_answer::words::filled;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The script that the engine's worker starts with, relative to the page.
const SCRIPT: &str = "worker.js";

/// The engine in its Web Worker. Dropping it ends the worker.
pub(crate) struct EngineLink {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl EngineLink {
    /// Starts a worker. It says [`FromEngine::Started`] when it takes messages;
    /// `on_crash` hears why it cannot go on.
    ///
    /// # Errors
    /// The browser makes no worker; says why.
    pub(crate) fn start(
        on_message: impl Fn(FromEngine) + 'static,
        on_crash: impl Fn(String) + Clone + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options).map_err(|error| words(&error))?;

        let crashed = on_crash.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(message) => on_message(message),
                Err(error) => {
                    crashed(filled("it said something unknown ({0})", &[&error.to_string()]));
                }
            }
        });
        let on_error = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A script that cannot be fetched gives an event without a message.
            let message = js_sys::Reflect::get(&event, &"message".into()).unwrap_or_default();
            on_crash(match message.as_string() {
                Some(fault) => {
                    filled("it has a fault ({0})", &[fault.trim_start_matches("Uncaught ")])
                }
                None => filled("{0} did not load", &[SCRIPT]),
            });
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        // The first message is the code itself, compiled once for both.
        worker.post_message(&wasm_bindgen::module()).map_err(|error| words(&error))?;
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a message.
    pub(crate) fn send(&self, message: &ToEngine) {
        if let Ok(text) = serde_json::to_string(message) {
            // A string can always be cloned, and a worker that is gone says so itself.
            let _ = self.worker.post_message(&JsValue::from_str(&text));
        }
    }
}

impl Drop for EngineLink {
    fn drop(&mut self) {
        // Messages that are under way must not call a closure that is gone.
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}
