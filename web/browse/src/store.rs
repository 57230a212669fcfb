//! Where this browser keeps conversations (`chats.js`).

use js_sys::{Array, Promise};
use serde_json::{Error, Value};
use usher_protocol::{Fields, FromJson};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

use crate::chats::Chat;
use usher_web_answer::words::t;

/// The largest file that is read, in bytes.
const LARGEST: f64 = 64e6;

mod js {
    use super::{Promise, wasm_bindgen};

    #[wasm_bindgen(raw_module = "./chats.js")]
    extern "C" {
        pub(super) fn list() -> Promise;
        pub(super) fn turns(id: &str) -> Promise;
        pub(super) fn add(head: &str, turns: &str) -> Promise;
        pub(super) fn rename(id: &str, name: &str) -> Promise;
        pub(super) fn remove(id: &str) -> Promise;
        #[wasm_bindgen(js_name = eraseAll)]
        pub(super) fn erase_all() -> Promise;
    }
}

#[wasm_bindgen(raw_module = "./conversations.js")]
extern "C" {
    /// Has the page show a conversation.
    pub(crate) fn go(id: &str);
}

#[wasm_bindgen(raw_module = "./chats.js")]
extern "C" {
    fn has(lines: &str, words: &str) -> bool;
}

/// Whether each of some words stands in a conversation's name or its questions. The
/// browser knows every script's capitals: this file need not carry them.
pub(crate) fn finds(chat: &Chat, words: &str) -> bool {
    words.is_empty() || has(&[&chat.name, "\n", &chat.questions.join("\n")].concat(), words)
}

/// What is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed {
    /// Newest first.
    pub(crate) chats: Vec<Chat>,
    /// How many entries cannot be read.
    pub(crate) damaged: u64,
}

/// What is kept, without turns.
pub(crate) async fn list() -> Result<Listed, String> {
    let read = |told: Value| {
        let mut fields = Fields::of(told)?;
        let found: Vec<Value> = fields.take("found")?;
        let damaged: u64 = fields.take("damaged")?;
        let count = found.len();
        let chats: Vec<Chat> =
            found.into_iter().filter_map(|chat| Chat::from_json(chat).ok()).collect();
        let damaged = damaged + (count - chats.len()) as u64;
        Ok::<_, Error>(Listed { chats, damaged })
    };
    read(json(js::list()).await?).map_err(|error| error.to_string())
}

/// The turns of a conversation.
pub(crate) async fn turns(id: &str) -> Result<Value, String> {
    json(js::turns(id)).await
}

/// Adds a conversation beside those that are kept.
pub(crate) async fn add(chat: &Chat, turns: &str) -> Result<(), String> {
    done(js::add(&chat.head(), turns)).await.map(drop)
}

/// Gives a conversation another name.
pub(crate) async fn rename(id: &str, name: &str) -> Result<(), String> {
    done(js::rename(id, name)).await.map(drop)
}

/// Deletes a conversation.
pub(crate) async fn remove(id: &str) -> Result<(), String> {
    done(js::remove(id)).await.map(drop)
}

/// Deletes all of them.
pub(crate) async fn erase_all() -> Result<(), String> {
    done(js::erase_all()).await.map(drop)
}

/// The text of a file that was chosen.
pub(crate) async fn text_of(file: &File) -> Result<String, String> {
    if file.size() > LARGEST {
        return Err(t("The file is larger than any conversation. Choose another."));
    }
    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
    text.ok_or_else(|| t("The file cannot be read. Choose it again."))
}

/// Hands a text to the person as a file.
pub(crate) fn save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link = leptos::prelude::document().create_element("a")?;
    let link: HtmlAnchorElement = link.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has taken it by then.
    Url::revoke_object_url(&address)
}

async fn json(promise: Promise) -> Result<Value, String> {
    let text = done(promise).await?.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// What is refused is refused in a sentence.
async fn done(promise: Promise) -> Result<JsValue, String> {
    JsFuture::from(promise).await.map_err(|error| {
        error.as_string().unwrap_or_else(|| t("That failed. Load the page again."))
    })
}
