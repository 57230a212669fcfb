//! The page: a Leptos app that only draws, and the engine behind it in a Web
//! Worker. Both are this one WebAssembly file: a page calls [`start_page`], its
//! worker [`usher_web_engine::connect`].

// Leptos writes `pub` into what it makes of a component.
#[expect(unreachable_pub)]
mod page;
mod progress;

use wasm_bindgen::prelude::wasm_bindgen;

// What the worker calls must be in the file, though nothing here calls it.
pub use usher_web_engine::connect;

/// Draws the page into the element `app` of the document.
#[wasm_bindgen]
pub fn start_page() {
    console_error_panic_hook::set_once();
    page::start();
}
