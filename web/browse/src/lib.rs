//! The catalogue, its items and its users, and the conversations that are kept, to look at
//! beside the chat. The page loads this
//! WebAssembly file once an address asks for it; those who only ask never pay for it.
//!
//! What is shown comes from the tools, as what is answered does.

mod answer;
mod chart;
mod chats;
mod filter;
mod place;
mod store;
mod tools;
mod view;

use js_sys::Function;
use leptos::mount::mount_to;
use leptos::prelude::{RwSignal, Set};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

use place::Place;
use tools::Host;

/// Draws what an answer of the chat counts into an element: its tables, and the history
/// that its steps tell of. Both are JSON that the page has made.
#[wasm_bindgen]
pub fn draw_charts(into: HtmlElement, tables: &str, steps: &str) {
    console_error_panic_hook::set_once();
    let tables = serde_json::from_str(tables).unwrap_or_default();
    let steps: Vec<_> = serde_json::from_str(steps).unwrap_or_default();
    mount_to(into, move || answer::charts(tables, &steps)).forget();
}

/// What is drawn into an element.
#[wasm_bindgen]
pub struct Browse {
    place: RwSignal<Place>,
}

#[wasm_bindgen]
impl Browse {
    /// Draws what an address (`#/user/9`) asks for into an element. `call_tool` takes a
    /// tool's name and its arguments as JSON and promises the result as JSON; `ask` takes
    /// a question to the chat.
    #[wasm_bindgen(constructor)]
    pub fn new(into: HtmlElement, address: &str, call_tool: Function, ask: Function) -> Self {
        console_error_panic_hook::set_once();
        let place = RwSignal::new(Place::of(address));
        let host = Host::new(call_tool, ask);
        mount_to(into, move || view::view(host, place)).forget();
        Self { place }
    }

    /// Goes to another address.
    pub fn go(&self, address: &str) {
        self.place.set(Place::of(address));
    }
}
