mod chats;
mod grid;
mod item;
mod items;
mod later;
pub(crate) mod taste;
mod user;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use usher_protocol::Id;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement};

use crate::place::Place;
use crate::tools::Host;
use usher_web_answer::words::t;

/// What an address asks for, below the ways to other things.
pub(crate) fn view(host: Host, place: RwSignal<Place>) -> impl IntoView {
    let shown = move || match place.get() {
        Place::Items(filter) => items::items(host, filter),
        Place::Item(id) => item::item(host, id),
        Place::User(id) => user::user(host, &id),
        Place::Chats => chats::chats(),
        Place::Nowhere => view! {
            <p class="notice failure">
                {t("There is nothing at this address. Look at the catalogue, or name a user.")}
            </p>
        }
        .into_any(),
    };
    let to_user = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some((_, id)) = entries(&event).into_iter().find(|(_, id)| !id.trim().is_empty()) {
            go(&Place::User(Id::from(id.trim())));
        }
    };
    view! {
        <nav class="browse-nav" aria-label=t("Catalogue")>
            <a href="#/items">{t("All items")}</a>
            <a href="#/chats">{t("Chats")}</a>
            <form class="beside" on:submit=to_user>
                <label for="browse-user">{t("User")}</label>
                <input id="browse-user" name="user" type="text" size="6" autocomplete="off" />
                <button type="submit" class="quiet-button">
                    {t("Look at this user")}
                </button>
            </form>
        </nav>
        {shown}
    }
}

/// Goes to a place by its address, so that going back comes back.
fn go(place: &Place) {
    // A tab that is being closed has no address any more.
    let _ = window().location().set_hash(&place.address());
}

/// What stands in a form that is being sent.
fn entries(event: &SubmitEvent) -> Vec<(String, String)> {
    let form = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else {
        return Vec::new();
    };
    let entries = js_sys::try_iter(&data.entries()).ok().flatten().into_iter().flatten();
    let entry = |entry: wasm_bindgen::JsValue| {
        let entry = js_sys::Array::from(&entry);
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    entries.filter_map(|found| entry(found.ok()?)).collect()
}

/// Takes a question to the chat.
fn ask(host: Host, question: String) -> AnyView {
    let label = question.clone();
    view! {
        <li>
            <button type="button" class="quiet-button ask" on:click=move |_| host.ask(&question)>
                {label}
            </button>
        </li>
    }
    .into_any()
}
