//! What is drawn, and the state that it is drawn from.

mod answer;
mod answers;
mod app;
mod browse;
mod bundle_address;
mod cards;
mod composer;
mod conversations;
mod engine_link;
mod notice;
mod session;
mod settings;
mod start_screen;
mod steps;
mod top;
mod turn;
mod why;

use leptos::mount::mount_to;
use leptos::prelude::document;
use wasm_bindgen::JsCast;

/// Draws the page in place of what stood there while the code was loading.
pub(crate) fn start() {
    let place = document().get_element_by_id("app").and_then(|place| place.dyn_into().ok());
    let place: web_sys::HtmlElement = place.unwrap_or_else(leptos::tachys::dom::body);
    place.set_text_content(None);
    mount_to(place, app::App).forget();
}
