use js_sys::{Function, Promise};
use leptos::prelude::*;
use serde_json::{Value, json};
use usher_protocol::{FromJson, Id, ToolResult};
use usher_web_answer::item::{Item, listed};
use usher_web_answer::words::t;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// As many items as `get_item_metadata` takes at once.
pub(crate) const AT_ONCE: usize = 50;

/// The page that this is drawn into.
#[derive(Clone, Copy)]
pub(crate) struct Host(StoredValue<(Function, Function), LocalStorage>);

impl Host {
    pub(crate) fn new(call_tool: Function, ask: Function) -> Self {
        Self(StoredValue::new_local((call_tool, ask)))
    }

    /// Asks a question in the chat.
    pub(crate) fn ask(self, question: &str) {
        // What the page makes of it is its own.
        self.0.with_value(|(_, ask)| drop(ask.call1(&JsValue::NULL, &question.into())));
    }

    /// Runs a tool, and gives its data, or what it says where there is none.
    pub(crate) async fn tool(self, name: &str, arguments: Value) -> Result<Done, String> {
        let promise = self
            .0
            .try_with_value(|(call, _)| {
                call.call2(&JsValue::NULL, &name.into(), &arguments.to_string().into())
            })
            .ok_or_else(String::new)?;
        let promise: Promise = promise.and_then(JsCast::dyn_into).map_err(|_| gone())?;
        let text = JsFuture::from(promise).await.map_err(|_| gone())?;
        let result = text.as_string().and_then(|text| serde_json::from_str(&text).ok());
        match result.and_then(|value| ToolResult::from_json(value).ok()) {
            Some(ToolResult::Success { message, data }) => Ok(Done { message, data }),
            Some(ToolResult::Failure { message, .. }) => Err(message),
            None => Err(gone()),
        }
    }

    /// What is known of items, in their order.
    pub(crate) async fn items(self, ids: &[Id], get: &[&str]) -> Result<Vec<Item>, String> {
        let mut items = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            let asked = json!({"items": some, "get": get});
            items.extend(self.tool("get_item_metadata", asked).await?.items());
        }
        Ok(items)
    }
}

/// What a tool has done.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) message: String,
    pub(crate) data: Value,
}

impl Done {
    /// The rows of its items.
    pub(crate) fn items<T: FromJson>(self) -> Vec<T> {
        listed(&ToolResult::Success { message: self.message, data: self.data })
    }

    /// The ids of its items, in order.
    pub(crate) fn ids(&self) -> Vec<Id> {
        let items = self.data.get("items").and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| Id::from_json(item.get("item_id")?.clone()).ok()).collect()
    }
}

fn gone() -> String {
    t("The engine ended before it could say. Load the page again.")
}
