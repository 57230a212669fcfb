//! The settings: who answers, and where tools run. Their dialog is `settings.js`, which also keeps them.

use js_sys::{Function, Promise};
use leptos::prelude::*;
use usher_protocol::{FromEngine, ModelSettings, ToEngine};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

use super::session::Session;
use usher_web_answer::words::t;

#[wasm_bindgen]
extern "C" {
    /// Has `use_model` called with the settings of who answers, `ask` with what is asked
    /// of a server, and `use_tools` with the edge worker whose tools run (`boot.js`).
    #[wasm_bindgen(js_name = attachSettings)]
    fn attach_settings(use_model: &Function, ask: &Function, use_tools: &Function);
}

/// A button that opens the dialog.
pub(crate) fn settings_button(label: &'static str) -> AnyView {
    view! {
        <button
            type="button"
            class="quiet-button"
            aria-haspopup="dialog"
            data-opens="settings"
        >
            {t(label)}
        </button>
    }
    .into_any()
}

/// Takes from the settings who answers and where tools run, and asks servers for them.
pub(crate) fn attach(session: Session) {
    let use_model = Closure::<dyn Fn(Option<String>)>::new(move |settings: Option<String>| {
        session.choose(settings.and_then(|settings| serde_json::from_str(&settings).ok()));
    });
    let ask =
        Closure::<dyn Fn(String, String) -> Promise>::new(move |what: String, settings: String| {
            future_to_promise(async move {
                let settings = serde_json::from_str(&settings).map_err(|_| JsValue::NULL)?;
                let told = ask(session, &what, settings).await;
                told.map(JsValue::from).ok_or(JsValue::NULL)
            })
        });
    let use_tools = Closure::<dyn Fn(Option<String>)>::new(move |worker| session.use_tools(worker));
    attach_settings(
        use_model.as_ref().unchecked_ref(),
        ask.as_ref().unchecked_ref(),
        use_tools.as_ref().unchecked_ref(),
    );
    // They stay for as long as the page does.
    use_model.forget();
    ask.forget();
    use_tools.forget();
}

/// Asks a server for its models, or whether its model can be used. Gives what comes of
/// it as JSON.
async fn ask(session: Session, what: &str, settings: ModelSettings) -> Option<String> {
    let request = session.number();
    let message = if what == "test_model" {
        ToEngine::TestModel { request, settings }
    } else {
        ToEngine::ListModels { request, settings }
    };
    match session.request(request, message).await? {
        FromEngine::ModelTested { outcome, .. } => serde_json::to_string(&outcome).ok(),
        FromEngine::ModelsListed { outcome, .. } => serde_json::to_string(&outcome).ok(),
        _ => None,
    }
}
