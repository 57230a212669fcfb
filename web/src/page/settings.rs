//! The dialog of the settings: who answers. Its form stands in the page's document,
//! where each field tells what it takes; here it is filled, read, and answered.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use usher_protocol::{Api, FromEngine, Key, ListedModel, Mode, ModelSettings, ToEngine};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlDialogElement, HtmlInputElement};

use super::kept;
use super::session::Session;
use usher_web_parts::quantity::counted;

/// The fields that may be filled wrongly, in their order.
const FIELDS: [&str; 5] = [ADDRESS, KEY, NAME, CONTEXT, TEMPERATURE];
const ADDRESS: &str = "model-address";
const KEY: &str = "model-key";
const NAME: &str = "model-name";
const CONTEXT: &str = "model-context";
const TEMPERATURE: &str = "model-temperature";
const PLAN_FIRST: &str = "model-plan-first";
const SMALL: &str = "model-small";
const KEEP_KEY: &str = "model-keep";
const GUIDE: &str = "who-guide";

/// The kinds of servers, where each is if nothing else is said, and its choice.
const SERVERS: [(Api, &str, &str); 3] = [
    (Api::Responses, "https://api.openai.com/v1", "who-responses"),
    (Api::Ollama, "http://localhost:11434", "who-ollama"),
    (Api::Chat, "http://localhost:1234/v1", "who-chat"),
];

/// What a context holds where nothing else is known.
const CONTEXT_TOKENS: u32 = 16_384;

/// The most names that are offered; a list may be of any length.
const MOST_NAMES: usize = 1_000;

/// A button that opens the dialog.
pub(crate) fn settings_button(session: Session, label: &'static str) -> AnyView {
    view! {
        <button
            type="button"
            class="quiet-button"
            aria-haspopup="dialog"
            on:click=move |_| open(session)
        >
            {label}
        </button>
    }
    .into_any()
}

/// Shows the dialog, filled with what holds now.
fn open(session: Session) {
    let used = session.model();
    let choice = used.as_ref().map(|used| used.api);
    fill(&used.or_else(|| kept::model().0).unwrap_or_else(|| usual(Api::Responses)));
    let choice = SERVERS.iter().find(|(api, ..)| Some(*api) == choice);
    set_checked(choice.map_or(GUIDE, |(_, _, id)| id), true);
    set_checked(KEEP_KEY, kept::key().is_some());
    note_key(session);
    say("", false);
    if let Some(dialog) = dialog() {
        // Refused only where it is open already.
        let _ = dialog.show_modal();
    }
}

/// Begins to answer what is done in the dialog.
pub(crate) fn attach(session: Session) {
    let Some(dialog) = dialog() else { return };
    let settings = Rc::new(Settings { session, listed: RefCell::default(), asked: Cell::new(0) });
    let hear = Closure::<dyn Fn(Event)>::new(move |event| settings.hear(&event));
    for kind in ["click", "input", "submit", "close"] {
        let _ = dialog.add_event_listener_with_callback(kind, hear.as_ref().unchecked_ref());
    }
    // It stays for as long as the page does.
    hear.forget();
}

struct Settings {
    session: Session,
    /// What the server said that it has.
    listed: RefCell<Vec<ListedModel>>,
    /// The number of the last thing asked: what was asked before is not told.
    asked: Cell<u32>,
}

impl Settings {
    fn hear(self: &Rc<Self>, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let id = target.map(|target| target.id()).unwrap_or_default();
        match (event.type_().as_str(), id.as_str()) {
            ("submit", _) => {
                event.prevent_default();
                let api = chosen();
                let settings = api.and_then(|api| read(self.session, api, true));
                if api.is_none() || settings.is_some() {
                    self.session.choose(settings, is_checked(KEEP_KEY));
                    close();
                }
            }
            ("click", "settings-close") => close(),
            ("click", "model-forget") => {
                self.session.forget_key();
                note_key(self.session);
                say("The key is forgotten.", false);
            }
            ("click", "model-list") => self.ask(false),
            ("click", "model-test") => self.ask(true),
            // What was typed and not taken is not left behind.
            ("close", _) => {
                set_value(KEY, "");
                self.asked.set(0);
            }
            ("input", id) => {
                if let Some(api) = chosen().filter(|_| id.starts_with("who-")) {
                    let kept = kept::model().0.filter(|kept| kept.api == api);
                    fill(&kept.unwrap_or_else(|| usual(api)));
                    self.offer(Vec::new());
                }
                // What was told was of other settings.
                self.asked.set(0);
                say("", false);
                note(id, "");
                note_key(self.session);
                self.warn();
            }
            _ => {}
        }
    }

    /// Asks a server for its models, or whether its model can be used.
    fn ask(self: &Rc<Self>, about_model: bool) {
        let session = self.session;
        let Some(settings) = chosen().and_then(|api| read(session, api, about_model)) else {
            return;
        };
        let request = session.number();
        self.asked.set(request);
        say(&format!("Asking {}…", settings.base_url), false);
        let message = if about_model {
            ToEngine::TestModel { request, settings }
        } else {
            ToEngine::ListModels { request, settings }
        };
        let this = Rc::clone(self);
        spawn_local(async move {
            let heard = session.request(request, message).await;
            if this.asked.get() != request {
                return;
            }
            match heard {
                Some(FromEngine::ModelTested { outcome: Ok(works), .. }) => say(&works, false),
                Some(FromEngine::ModelsListed { outcome: Ok(models), .. }) => {
                    let count = counted(models.len() as u64, "model");
                    say(&format!("{count} there. Choose one in the field."), false);
                    this.offer(models);
                    focus(NAME);
                }
                Some(
                    FromEngine::ModelTested { outcome: Err(problem), .. }
                    | FromEngine::ModelsListed { outcome: Err(problem), .. },
                ) => say(&format!("{} {}", problem.what, problem.next), true),
                _ => say("The engine stopped before it could tell. Try again.", true),
            }
        });
    }

    /// Offers models to choose from.
    fn offer(&self, models: Vec<ListedModel>) {
        if let Some(list) = element("model-names") {
            list.set_text_content(None);
            for model in models.iter().take(MOST_NAMES) {
                if let Ok(option) = document().create_element("option") {
                    let _ = option.set_attribute("value", &model.name);
                    let _ = list.append_child(&option);
                }
            }
        }
        if let [only] = models.as_slice() {
            set_value(NAME, &only.name);
        }
        *self.listed.borrow_mut() = models;
        self.warn();
    }

    /// Tells what should be known of the model before it is chosen.
    fn warn(&self) {
        let name = value(NAME);
        let listed = self.listed.borrow();
        let warning = listed.iter().find(|model| model.name == name);
        let warning = warning.and_then(|model| model.warning.as_deref());
        write("model-name-note", warning.unwrap_or_default());
    }
}

/// The settings of a server of which nothing is known.
fn usual(api: Api) -> ModelSettings {
    let address = SERVERS.iter().find(|(known, ..)| *known == api);
    ModelSettings {
        api,
        base_url: address.map(|(_, address, _)| *address).unwrap_or_default().to_owned(),
        model: String::new(),
        key: None,
        temperature: None,
        context_tokens: CONTEXT_TOKENS,
        mode: Mode::default(),
        small: false,
    }
}

/// Writes settings into the fields, except for the key, which is never shown.
fn fill(settings: &ModelSettings) {
    for id in FIELDS {
        note(id, "");
        set_value(id, "");
    }
    set_value(ADDRESS, &settings.base_url);
    set_value(NAME, &settings.model);
    set_value(CONTEXT, &settings.context_tokens.to_string());
    if let (Some(field), Some(temperature)) = (input(TEMPERATURE), settings.temperature) {
        field.set_value_as_number(temperature);
    }
    set_checked(PLAN_FIRST, settings.mode == Mode::PlanFirst);
    set_checked(SMALL, settings.small);
}

/// The settings as they stand in the fields; nothing where one of them cannot be
/// used, which is told there. Only a list needs no model's name.
fn read(session: Session, api: Api, needs_name: bool) -> Option<ModelSettings> {
    // What was pasted often has a space around it, and a key the word before it.
    for id in [ADDRESS, KEY, NAME] {
        set_value(id, value(id).trim_start_matches("Bearer "));
    }
    let base_url = value(ADDRESS);
    let typed = Some(value(KEY)).filter(|key| !key.is_empty()).map(Key);
    let key = typed.or_else(|| session.key_for(&base_url));
    let mut wrong = None;
    for id in FIELDS.into_iter().rev().filter(|id| needs_name || *id != NAME) {
        let field = input(id)?;
        if field.check_validity() {
            note(id, "");
        } else {
            note(id, &field.get_attribute("data-problem").unwrap_or_default());
            wrong = Some(id);
        }
    }
    let is_openai = api == Api::Responses && base_url == usual(api).base_url;
    if wrong.is_none() && is_openai && key.is_none() {
        note(KEY, "OpenAI wants a key. Paste yours.");
        wrong = Some(KEY);
    }
    if let Some(id) = wrong {
        if let Some(more) = element("model-more").filter(|_| [CONTEXT, TEMPERATURE].contains(&id)) {
            let _ = more.set_attribute("open", "");
        }
        focus(id);
        return None;
    }
    let temperature = input(TEMPERATURE)?.value_as_number();
    Some(ModelSettings {
        api,
        key,
        base_url,
        model: value(NAME),
        temperature: (!temperature.is_nan()).then_some(temperature),
        context_tokens: input(CONTEXT)?.value_as_number() as u32,
        mode: if is_checked(PLAN_FIRST) { Mode::PlanFirst } else { Mode::StepByStep },
        small: is_checked(SMALL),
    })
}

/// The kind of server that is chosen; nothing: the guide.
fn chosen() -> Option<Api> {
    SERVERS.iter().find(|(_, _, id)| is_checked(id)).map(|(api, ..)| *api)
}

/// Tells whether a key is held for the address in the field.
fn note_key(session: Session) {
    let is_held = session.key_for(&value(ADDRESS)).is_some();
    write("model-key-note", if is_held { "The key for this server is held." } else { "" });
    if let Some(forget) = element("model-forget") {
        let _ = forget.toggle_attribute_with_force("hidden", !is_held);
    }
}

/// Tells what is wrong with a field; nothing is.
fn note(id: &str, problem: &str) {
    let Some(place) = element(&format!("{id}-problem")) else { return };
    place.set_text_content(Some(problem));
    if let Some(field) = input(id) {
        let _ =
            field.set_attribute("aria-invalid", if problem.is_empty() { "false" } else { "true" });
    }
}

/// Tells how it stands, below the fields.
fn say(text: &str, is_problem: bool) {
    write("settings-status", text);
    if let Some(status) = element("settings-status") {
        status.set_class_name(if is_problem { "refusal" } else { "" });
    }
}

fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}

fn dialog() -> Option<HtmlDialogElement> {
    element("settings")?.dyn_into().ok()
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn input(id: &str) -> Option<HtmlInputElement> {
    element(id)?.dyn_into().ok()
}

fn value(id: &str) -> String {
    input(id).map(|field| field.value().trim().to_owned()).unwrap_or_default()
}

fn set_value(id: &str, value: &str) {
    if let Some(field) = input(id) {
        field.set_value(value);
    }
}

fn is_checked(id: &str) -> bool {
    input(id).is_some_and(|field| field.checked())
}

fn set_checked(id: &str, checked: bool) {
    if let Some(field) = input(id) {
        field.set_checked(checked);
    }
}

fn focus(id: &str) {
    if let Some(field) = input(id) {
        let _ = field.focus();
    }
}

fn write(id: &str, text: &str) {
    if let Some(place) = element(id) {
        place.set_text_content(Some(text));
    }
}
