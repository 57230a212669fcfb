//! The conversations that this browser keeps (`conversations.js`).

use js_sys::{Function, Promise};
use serde_json::{Error, Value};
use usher_protocol::{Fields, FromJson, Turn};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(raw_module = "./conversations.js")]
extern "C" {
    /// Begins a new conversation in this tab.
    pub(crate) fn begin();
    /// Keeps a turn, as JSON, at the end of the conversation that this tab shows. What
    /// hinders that is said on the page.
    pub(crate) fn keep(turn: &str, catalogue: &str);
    /// Has this called when the tab is to show another conversation.
    pub(crate) fn listen(change: &Function);
    fn resume(catalogue: &str) -> Promise;
}

/// A conversation as it was kept.
#[derive(Default)]
pub(crate) struct Kept {
    /// Its last turns.
    pub(crate) turns: Vec<Turn>,
    /// What the person must know of it.
    pub(crate) said: String,
    /// Whether it is about another catalogue: to be read, not to go on with.
    pub(crate) is_foreign: bool,
}

/// The conversation that this tab shows, an empty one where nothing is kept; nothing if
/// it shows another one by then.
pub(crate) async fn shown(catalogue: &str) -> Option<Kept> {
    let told = JsFuture::from(resume(catalogue)).await.ok()?.as_string()?;
    read(serde_json::from_str(&told).ok()?).ok()
}

fn read(told: Value) -> Result<Kept, Error> {
    let mut fields = Fields::of(told)?;
    let mut kept = Kept {
        turns: Vec::new(),
        said: fields.take("said")?,
        is_foreign: fields.take("is_foreign")?,
    };
    let mut is_damaged = false;
    if let Value::Array(found) = fields.take("turns")? {
        for turn in found {
            match Turn::from_json(turn) {
                Ok(turn) => kept.turns.push(turn),
                Err(_) => is_damaged = true,
            }
        }
    }
    if is_damaged {
        kept.said += " A part of this conversation is damaged and is left out.";
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_damaged_turn_is_left_out_and_that_is_said() {
        let turn = json!({
            "question": "q", "status": "answered", "steps": [], "answer": "a", "model": "guide",
        });
        let told = json!({"turns": [turn, {"question": 7}, null], "said": "", "is_foreign": true});
        let kept = read(told).unwrap();
        assert_eq!((kept.turns.len(), kept.is_foreign), (1, true));
        assert!(kept.said.contains("damaged"));
        assert!(read(json!([])).is_err());
    }
}
