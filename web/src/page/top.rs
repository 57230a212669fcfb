use leptos::prelude::*;
use usher_protocol::About;

use super::browse::CATALOGUE;
use super::composer::focus_composer;
use super::session::{Session, counts};
use super::settings::settings_button;
use usher_web_answer::words::{filled, t};

/// The head of the page: its name, the catalogue, and what concerns the whole.
#[component]
pub(crate) fn Top(session: Session) -> impl IntoView {
    let start_over = move |_| {
        session.start_over();
        focus_composer();
    };
    let has_turns = Memo::new(move |_| !session.turns.read().is_empty());
    let start_over_button = move || {
        has_turns.get().then(|| {
            view! {
                <button
                    type="button"
                    class="quiet-button"
                    data-testid="start-over"
                    on:click=start_over
                >
                    {t("Start over")}
                </button>
            }
            .into_any()
        })
    };
    let about = move || match session.about.get() {
        Some(about) => catalogue(&about, &session.who.read()).into_any(),
        None => ().into_any(),
    };
    let way = move || match session.address.get() {
        Some(_) => view! { <a class="quiet-button" href="#">{t("Chat")}</a> },
        None => view! { <a class="quiet-button" href=CATALOGUE>{t("Browse")}</a> },
    };
    view! {
        <header class="top">
            <h1 class="name">"Usher"</h1>
            <p class="catalogue" data-testid="catalogue">
                {about}
            </p>
            {start_over_button}
            {way}
            <a class="quiet-button to-chats" href="#/chats">
                {t("Chats")}
            </a>
            {settings_button("Settings")}
        </header>
    }
}

fn catalogue(about: &About, who: &str) -> impl IntoView + use<> {
    view! {
        <strong>{about.name.clone()}</strong>
        <span class="counts">{[&counts(about), " · ", &filled("{0} answers", &[who])].concat()}</span>
    }
}
