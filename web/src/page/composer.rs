use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::session::{Session, most_chars};
use crate::quantity::grouped;

/// Id of the field that questions are typed into.
const FIELD: &str = "question";

/// The characters are counted for all to see when no more than these are left.
const FEW_CHARS: usize = 500;

/// Where questions are typed.
#[component]
pub(crate) fn Composer(session: Session) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    // Why the draft was not sent.
    let refusal = RwSignal::new(None::<String>);
    let send = move || match session.ask(&draft.get_untracked()) {
        Ok(()) => {
            draft.set(String::new());
            refusal.set(None);
        }
        Err(reason) => refusal.set(Some(reason)),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
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
            let over = if chars > most { ": too long" } else { "" };
            format!("{} of {} characters{over}", grouped(chars as u64), grouped(most as u64))
        })
    };
    let cannot_send = move || chars.get() == 0 || is_too_long() || session.is_busy();
    view! {
        <form class="composer" aria-label="Ask a question" on:submit=submit>
            <div class="field">
                <label class="unseen" for=FIELD>
                    "Question"
                </label>
                <textarea
                    id=FIELD
                    data-testid="composer"
                    rows="1"
                    autocomplete="off"
                    placeholder="Ask about items or users"
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
                    aria-label="Send"
                    aria-disabled=move || cannot_send().to_string()
                >
                    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                        <path
                            d="M10 16V4M4.5 9.5 10 4l5.5 5.5"
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
