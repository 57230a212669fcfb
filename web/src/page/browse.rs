use std::cell::RefCell;
use std::rc::Rc;

use futures::FutureExt;
use js_sys::{Function, Promise};
use leptos::html::Section;
use leptos::prelude::*;
use usher_protocol::Id;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::HtmlElement;

use super::composer::focus_composer_with_keyboard;
use super::session::{EngineState, Session};
use usher_web_answer::words::t;

#[wasm_bindgen]
extern "C" {
    /// Loads the code, if it is not there yet, and draws with it (`boot.js`).
    #[wasm_bindgen(catch, js_name = showBrowse)]
    fn show_browse(
        into: &HtmlElement,
        address: &str,
        call_tool: &Function,
        ask: &Function,
    ) -> Result<Promise, JsValue>;

    /// What `web/browse` has drawn.
    #[wasm_bindgen(js_name = Object)]
    type Browse;
    #[wasm_bindgen(method)]
    fn go(this: &Browse, address: &str);
}

/// The address of the catalogue.
pub(crate) const CATALOGUE: &str = "#/items";

/// The address of an item.
pub(crate) fn item_address(id: &Id) -> String {
    format!("#/item/{}", String::from(js_sys::encode_uri_component(&id.to_string())))
}

/// What the page's address asks for: the part from `#` on, where it is not the chat.
pub(crate) fn asked_for() -> Option<String> {
    window().location().hash().ok().filter(|hash| hash.starts_with("#/"))
}

/// Goes back to the chat.
pub(crate) fn leave() {
    if asked_for().is_some() {
        // A tab that is being closed has no address any more.
        let _ = window().location().set_hash("");
    }
}

/// The catalogue, an item or a user, in place of the chat: code of its own, loaded once
/// an address asks for it.
#[component]
pub(crate) fn BrowseView(session: Session) -> impl IntoView {
    let place = NodeRef::<Section>::new();
    let drawn = StoredValue::new_local(Rc::new(RefCell::new(None::<Browse>)));
    let is_missing = RwSignal::new(false);
    let is_ready = Memo::new(move |_| session.engine.get() == EngineState::Ready);
    Effect::new(move |_| {
        let (Some(place), Some(address), true) =
            (place.get(), session.address.get(), is_ready.get())
        else {
            return;
        };
        let drawn = drawn.get_value();
        if let Some(drawn) = drawn.borrow().as_ref() {
            return drawn.go(&address);
        }
        is_missing.set(false);
        spawn_local(async move {
            match draw(session, &place, &address).await {
                Ok(browse) => *drawn.borrow_mut() = Some(browse),
                Err(_) => is_missing.set(true),
            }
        });
    });
    let missing = move || {
        is_missing.get().then(|| {
            view! {
                <p class="notice failure" role="alert">
                    {t("The code for this did not load. Check the connection, then open it again.")}
                </p>
            }
        })
    };
    view! {
        {missing}
        <section
            class="browse-place"
            aria-label=t("Catalogue")
            node_ref=place
            hidden=move || session.address.read().is_none()
        ></section>
    }
}

async fn draw(session: Session, into: &HtmlElement, address: &str) -> Result<Browse, JsValue> {
    let call_tool = Closure::<dyn Fn(String, String) -> Promise>::new(
        move |name: String, arguments: String| {
            future_to_promise(async move {
                let arguments = serde_json::from_str(&arguments).map_err(|_| JsValue::NULL)?;
                let result = session.tool(&name, arguments).await.ok_or(JsValue::NULL)?;
                let text = serde_json::to_string(&result).map_err(|_| JsValue::NULL)?;
                Ok(JsValue::from(text))
            })
        },
    );
    let ask = Closure::<dyn Fn(String)>::new(move |question: String| {
        // What cannot be asked now waits in the field, as if typed.
        if session.ask(&question).is_err() {
            session.draft.set(question);
            leave();
        }
        focus_composer_with_keyboard();
    });
    let function = |closure: &JsValue| closure.clone().unchecked_into::<Function>();
    let promise =
        show_browse(into, address, &function(call_tool.as_ref()), &function(ask.as_ref()))?;
    let browse = JsFuture::from(promise).map(|drawn| drawn.map(JsCast::unchecked_into)).await?;
    // They stay for as long as the page does.
    call_tool.forget();
    ask.forget();
    Ok(browse)
}
