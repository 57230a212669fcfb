//! The page: a Leptos app that only draws, and the engine behind it in a Web
//! Worker. Both are this one WebAssembly file: a page calls [`start_page`], its
//! worker calls [`start_engine`].

mod card;
mod chips;
mod evidence;
mod markdown;
// Leptos writes `pub` into what it makes of a component.
#[expect(unreachable_pub)]
mod page;
mod progress;
mod worker;

use wasm_bindgen::prelude::wasm_bindgen;

/// Draws the page into the element `app` of the document.
#[wasm_bindgen]
pub fn start_page() {
    console_error_panic_hook::set_once();
    page::start();
}

/// Takes and answers the page's messages in a dedicated Web Worker.
#[wasm_bindgen]
pub fn start_engine() {
    console_error_panic_hook::set_once();
    worker::start();
}
