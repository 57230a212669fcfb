//! The engine behind messages, as WebAssembly: for the page's and the widget's Web
//! Workers, and for whatever else runs JavaScript.
//!
//! [`connect`] makes an engine and gives the way to it. What is said goes as JSON of
//! [`usher_protocol::ToEngine`] and [`usher_protocol::FromEngine`]. Engines that open
//! the same bundle, and fetch in the same way, share it.

mod clock;
mod download;
mod face;
mod gauge;
#[cfg(feature = "embed")]
mod host;
mod models;
mod open;
mod remote;
mod serve;
#[cfg(feature = "embed")]
mod shown;
mod text_search;

use std::rc::Rc;

use futures::channel::mpsc;
use usher_protocol::{FromEngine, ToEngine};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

pub use face::Functions;

use face::Face;

/// The way to an engine. The engine ends with it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Link {
    messages: mpsc::UnboundedSender<ToEngine>,
}

/// Makes an engine that talks to this face.
#[wasm_bindgen]
#[must_use]
pub fn connect(face: Functions) -> Link {
    console_error_panic_hook::set_once();
    let face = Face(Rc::new(face));
    let (messages, received) = mpsc::unbounded();
    spawn_local(serve::serve(received, face.clone()));
    face.tell(&FromEngine::Started);
    Link { messages }
}

#[wasm_bindgen]
impl Link {
    /// Takes a message, as JSON of [`ToEngine`]. What is not understood has no effect.
    pub fn receive(&self, message: &str) {
        if let Ok(message) = serde_json::from_str(message) {
            // The receiver lives as long as this does.
            let _ = self.messages.unbounded_send(message);
        }
    }
}

/// What is shown of a turn: JSON of a turn in; its text, items and steps out, as JSON.
/// Nothing of what is no turn.
#[cfg(feature = "embed")]
#[wasm_bindgen]
#[must_use]
pub fn shown(turn: &str) -> Option<String> {
    serde_json::from_str(turn).ok().map(|turn| shown::shown(&turn).to_string())
}
