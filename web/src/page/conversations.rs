//! The conversations that this browser keeps (`conversations.js`).

use js_sys::{Function, Promise};
use serde_json::{Error, Value};
use usher_protocol::{Fields, FromJson, Turn};
use usher_web_answer::words::t;
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
    /// Leaves the last turns, for another question in their place. Says which way this is
    /// from there on, counted from 1; 0 where the turns are not kept and would be lost.
    pub(crate) fn fork(last: usize) -> u32;
    fn resume(catalogue: &str) -> Promise;
}

/// Which of the ways a turn begins that go on from the same place, counted from 1, and
/// how many there are.
pub(crate) type Way = (u32, u32);

/// A conversation as it was kept.
#[derive(Default)]
pub(crate) struct Kept {
    /// Its last turns.
    pub(crate) turns: Vec<(Turn, Way)>,
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
    let ways: Vec<Value> = fields.take("ways")?;
    let number = |way: &Value, at: usize| way[at].as_u64().map_or(1, |number| number as u32);
    if let Value::Array(found) = fields.take("turns")? {
        for (turn, way) in found.into_iter().zip(ways) {
            match Turn::from_json(turn) {
                Ok(turn) => kept.turns.push((turn, (number(&way, 0), number(&way, 1)))),
                Err(_) => is_damaged = true,
            }
        }
    }
    if is_damaged {
        kept.said = kept.said + " " + &t("A part of this conversation is damaged and is left out.");
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
        let told = json!({
            "turns": [{"question": 7}, turn, null],
            "ways": [[1, 1], [2, 3], [1, 1]],
            "said": "",
            "is_foreign": true,
        });
        let kept = read(told).unwrap();
        assert_eq!((kept.turns.len(), kept.is_foreign), (1, true));
        assert_eq!(kept.turns[0].1, (2, 3));
        assert!(kept.said.contains("damaged"));
        assert!(read(json!([])).is_err());
    }
}
