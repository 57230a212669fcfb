//! What this browser keeps of the chosen model, and where. Storage may be forbidden,
//! full, or hold anything: then nothing is kept, and the page goes on.

use leptos::prelude::window;
use usher_protocol::{Key, ModelSettings};
use web_sys::{Storage, Url};

/// The settings of the last model, without its key; for longer than the tab.
const MODEL: &str = "usher-model";
/// Whether that model answers, rather than the guide.
const ANSWERS: &str = "usher-model-answers";
/// The key and the server that it is for; for as long as the tab.
const KEY: &str = "usher-key";

/// A key, and the one server that it is sent to.
#[derive(Clone)]
pub(crate) struct HeldKey {
    /// The server's origin.
    pub(crate) server: String,
    pub(crate) key: Key,
}

impl HeldKey {
    /// A key for the server of an address; nothing where that is no address.
    pub(crate) fn new(base_url: &str, key: Key) -> Option<Self> {
        Some(Self { server: origin(base_url)?, key })
    }

    /// The key, if it is for the server of this address.
    pub(crate) fn fits(&self, base_url: &str) -> Option<Key> {
        (origin(base_url)? == self.server).then(|| self.key.clone())
    }
}

fn origin(base_url: &str) -> Option<String> {
    Url::new(base_url.trim()).ok().map(|url| url.origin())
}

/// The settings of the last model, and whether it answers.
pub(crate) fn model() -> (Option<ModelSettings>, bool) {
    let text = read(long(), MODEL);
    let settings = text.and_then(|text| serde_json::from_str(&text).ok());
    (settings, read(long(), ANSWERS).is_some())
}

/// Keeps who answers: a model, whose key is not kept here, or the guide.
pub(crate) fn keep_model(settings: Option<&ModelSettings>) {
    if let Some(settings) = settings {
        let settings = ModelSettings { key: None, ..settings.clone() };
        write(long(), MODEL, serde_json::to_string(&settings).ok().as_deref());
    }
    write(long(), ANSWERS, settings.map(|_| "yes"));
}

/// The key that was kept for this tab.
pub(crate) fn key() -> Option<HeldKey> {
    let text = read(short(), KEY)?;
    let (server, key) = text.split_once(' ')?;
    Some(HeldKey { server: server.to_owned(), key: Key(key.to_owned()) })
}

/// Keeps a key for this tab, or forgets the one that is kept.
pub(crate) fn keep_key(held: Option<&HeldKey>) {
    let text = held.map(|held| held.server.clone() + " " + &held.key.0);
    write(short(), KEY, text.as_deref());
}

fn long() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn short() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn read(storage: Option<Storage>, name: &str) -> Option<String> {
    storage?.get_item(name).ok().flatten()
}

fn write(storage: Option<Storage>, name: &str, text: Option<&str>) {
    if let Some(storage) = storage {
        let _ = match text {
            Some(text) => storage.set_item(name, text),
            None => storage.remove_item(name),
        };
    }
}
