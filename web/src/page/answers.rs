//! What can be done with an answer that stands (`answers.js`).

use js_sys::Function;
use usher_protocol::Step;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

use super::conversations::Way;

#[wasm_bindgen(raw_module = "./answers.js")]
extern "C" {
    /// Has this called when a turn's question is to be asked again: with its run, and
    /// whether it is to be edited before.
    pub(crate) fn listen(again: &Function);
    #[wasm_bindgen(js_name = stands)]
    fn tell(answer: &Element, run: u32, markdown: &str, steps: &str, number: u32, count: u32);
}

/// Makes the tables of an answer sort, draws what it counts, and offers what can be done
/// with its turn.
pub(crate) fn stands(answer: &Element, run: u32, markdown: &str, steps: &[Step], way: Way) {
    let is_history = steps.iter().any(|step| step.tool == "get_interacted_items");
    let steps = is_history.then(|| serde_json::to_string(steps).ok()).flatten();
    tell(answer, run, markdown, &steps.unwrap_or_default(), way.0, way.1);
}
