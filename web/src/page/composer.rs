use leptos::ev::{Event, KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::session::{Session, most_chars};
use usher_web_answer::quantity::grouped;
use usher_web_answer::words::{filled, t};

/// Id of the field that questions are typed into.
const FIELD: &str = "question";

/// The characters are counted for all to see when no more than these are left.
const FEW_CHARS: usize = 500;

/// Where questions are typed.
#[component]
pub(crate) fn Composer(session: Session) -> impl IntoView {
    let draft = session.draft;
    // Why the draft was not sent.
    let refusal = RwSignal::new(None::<String>);
    let send = move || match session.ask(&draft.get_untracked()) {
        Ok(()) => {
            draft.set(String::new());
            refusal.set(None);
        }
        Err(reason) => refusal.set(Some(reason)),
    };
    let is_busy = Memo::new(move |_| session.is_busy());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            session.stop();
        } else {
            send();
        }
    };
    let escape = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
        // An open dialog has its own use of the key.
        let is_free = || document().query_selector("dialog[open]").is_ok_and(|open| open.is_none());
        if key.as_deref() == Some("Escape") && is_busy.get_untracked() && is_free() {
            session.stop();
        }
    });
    let _ = window().add_event_listener_with_callback("keydown", escape.as_ref().unchecked_ref());
    // It stays for as long as the page does.
    escape.forget();
    let key = move |event: KeyboardEvent| {
        // Enter also ends the composing of a character, which is not sending.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let type_in = move |event| {
        draft.set(event_target_value(&event));
        refusal.set(None);
    };
    let chars = Memo::new(move |_| draft.with(|draft| draft.trim().chars().count()));
    let is_too_long = move || chars.get() > most_chars();
    let counter = move || {
        let (chars, most) = (chars.get(), most_chars());
        (chars + FEW_CHARS > most).then(|| {
            let told = if chars > most {
                "{0} of {1} characters: too long"
            } else {
                "{0} of {1} characters"
            };
            filled(told, &[&grouped(chars as u64), &grouped(most as u64)])
        })
    };
    let cannot_send = move || !is_busy.get() && (chars.get() == 0 || is_too_long());
    let when_busy = move |busy, idle| move || if is_busy.get() { busy } else { idle };
    let leave = move |_| {
        session.edited.set(None);
        draft.set(String::new());
        focus_composer();
    };
    view! {
        <form class="composer" aria-label=t("Ask a question") on:submit=submit>
            <p class="note" data-testid="edited" hidden=move || session.edited.get().is_none()>
                {t("Asked in place of the earlier question; its answer stays.")}
                " "
                <button type="button" class="aside" on:click=leave>
                    {t("Leave it as it was")}
                </button>
            </p>
            <div class="field">
                <label class="unseen" for=FIELD>
                    {t("Question")}
                </label>
                <textarea
                    id=FIELD
                    dir="auto"
                    data-testid="composer"
                    rows="1"
                    autocomplete="off"
                    placeholder=t("Ask about items or users")
                    aria-describedby="question-note"
                    aria-invalid=move || is_too_long().then_some("true")
                    prop:value=draft
                    on:input=type_in
                    on:keydown=key
                ></textarea>
                // Never truly disabled: that would take the focus away, and a refusal
                // says more than a dead button.
                <button
                    type="submit"
                    class="send"
                    data-testid="send"
                    aria-label=move || t(if is_busy.get() { "Stop" } else { "Send" })
                    aria-disabled=move || cannot_send().to_string()
                >
                    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                        <path
                            d=when_busy("M6.5 7h7m0 2h-7m0 2h7m0 2h-7", "M10 16V4M4.5 9.5 10 4l5.5 5.5")
                            fill="none"
                            stroke="currentColor"
                            stroke-width="2"
                            stroke-linecap="round"
                            stroke-linejoin="round"
                        />
                    </svg>
                </button>
            </div>
            <div id="question-note" class="note">
                <p class="counter" class:over=is_too_long data-testid="counter">
                    {counter}
                </p>
                <p role="alert" class="refusal" data-testid="refusal">
                    {refusal}
                </p>
            </div>
        </form>
    }
}

/// Puts the focus into the field.
pub(crate) fn focus_composer() {
    let field = document().get_element_by_id(FIELD);
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// Puts the focus into the field unless that would open a keyboard over the page.
pub(crate) fn focus_composer_with_keyboard() {
    let coarse = window().match_media("(pointer: coarse)").ok().flatten();
    if !coarse.is_some_and(|coarse| coarse.matches()) {
        focus_composer();
    }
}
