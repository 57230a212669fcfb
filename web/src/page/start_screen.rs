use leptos::prelude::*;
use usher_protocol::{self as protocol, Api};

use super::composer::focus_composer_with_keyboard;
use super::session::{EngineState, Session};
use super::settings::settings_button;
use usher_web_answer::words::{filled, t};

/// What one sees first: what this is, and what can be asked.
#[component]
pub(crate) fn StartScreen(session: Session) -> impl IntoView {
    let failed = Memo::new(move |_| matches!(session.engine.get(), EngineState::Failed { .. }));
    let examples = move || match session.about.get() {
        Some(about) => about
            .examples
            .into_iter()
            .map(|example| view! { <Example session example /> }.into_any())
            .collect_view()
            .into_any(),
        // The final shape, until the catalogue says what it can answer.
        None => (0..6)
            .map(|_| view! { <li class="example skeleton" aria-hidden="true"></li> }.into_any())
            .collect_view()
            .into_any(),
    };
    let note = move || session.about.get().and_then(|about| about.note);
    let offer = move || {
        (!failed.get()).then(|| {
            view! {
                <h3 id="examples-title">{t("For example")}</h3>
                <ul class="examples" aria-labelledby="examples-title">
                    {examples}
                </ul>
            }
            .into_any()
        })
    };
    let who = move || {
        let who = session.who.get();
        let (says, label) = match session.model() {
            None => (
                t("The guide answers, built in: what you ask stays here."),
                "Connect a language model",
            ),
            Some(model) if model.api == Api::Responses && model.key.is_none() => {
                (filled("{0} needs its key again.", &[&who]), "Enter the key")
            }
            Some(model) => (
                filled(
                    "{0} answers. What you ask and what the tools find go to {1}.",
                    &[&who, &model.base_url],
                ),
                "Change that",
            ),
        };
        view! {
            {says}
            {settings_button(label)}
        }
        .into_any()
    };
    view! {
        <section class="start" aria-labelledby="start-title">
            <h2 id="start-title">{t("What shall we watch?")}</h2>
            <p>
                {t("Usher recommends from a catalogue, and answers questions about it and its users. Tools look things up in this page, and each step can be seen.")}
            </p>
            <p class="note" data-testid="note">
                {note}
            </p>
            <p class="who" data-testid="who-answers">
                {who}
                // `boot.js` hears of it.
                <button type="button" class="quiet-button own-catalogue">
                    {t("Open your own catalogue")}
                </button>
            </p>
            {offer}
        </section>
    }
}

#[component]
fn Example(session: Session, example: protocol::Example) -> impl IntoView {
    let protocol::Example { question, kind } = example;
    let label = question.clone();
    let ask = move |_| {
        // A refusal has nothing to tell here: an example is short, and is only
        // there once the catalogue is open.
        let _ = session.ask(&question);
        focus_composer_with_keyboard();
    };
    view! {
        <li class="example">
            {kind.map(|kind| view! { <span class="kind">{kind}</span> })}
            <button type="button" data-testid="example" on:click=ask>
                {label}
            </button>
        </li>
    }
}
