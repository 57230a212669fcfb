use leptos::prelude::*;
use usher_protocol::ToolResult;
use wasm_bindgen_futures::spawn_local;

use super::session::Session;
use usher_web_answer::card::{Card, Pick};
use usher_web_answer::evidence::{self, Reason};
use usher_web_answer::item::listed;
use usher_web_answer::words::{filled, t};

/// What is known of the reasons.
#[derive(Debug, Clone, PartialEq)]
enum Evidence {
    Unasked,
    Asked,
    Found(Vec<Reason>),
    /// Why there is none to show.
    Missing(String),
}

/// The question why an item was recommended, and the answer once it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Why {
    is_open: RwSignal<bool>,
    evidence: RwSignal<Evidence>,
}

impl Why {
    pub(crate) fn new() -> Self {
        Self { is_open: RwSignal::new(false), evidence: RwSignal::new(Evidence::Unasked) }
    }
}

/// Asks why.
#[component]
pub(crate) fn WhyButton(session: Session, card: Card, why: Why) -> impl IntoView {
    let Why { is_open, evidence } = why;
    let title = card.item.titled();
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        if matches!(evidence.get_untracked(), Evidence::Unasked | Evidence::Missing(_)) {
            evidence.set(Evidence::Asked);
            let card = card.clone();
            spawn_local(async move {
                let found = look(session, &card).await;
                // The card may be gone by now.
                evidence.try_set(found);
            });
        }
    };
    view! {
        <button
            type="button"
            class="why-button"
            data-testid="why"
            aria-expanded=move || is_open.get().to_string()
            on:click=toggle
        >
            {t("why this?")}
            <span class="unseen">" " {title}</span>
        </button>
    }
}

/// Tells why.
#[component]
pub(crate) fn WhyPanel(pick: Pick, why: Why) -> impl IntoView {
    move || {
        why.is_open.get().then(|| {
            view! {
                <div class="evidence" data-testid="evidence" aria-live="polite">
                    {told(why.evidence.get(), &pick)}
                </div>
            }
        })
    }
}

async fn look(session: Session, card: &Card) -> Evidence {
    let Some(arguments) = evidence::request(card) else {
        return Evidence::Missing(t(
            "The recommender names no item of this user's history for it.",
        ));
    };
    match session.tool(evidence::TOOL, arguments).await {
        Some(result @ ToolResult::Success { .. }) => {
            Evidence::Found(evidence::reasons(card, &listed(&result)))
        }
        Some(ToolResult::Failure { message, .. }) => Evidence::Missing(message),
        None => Evidence::Missing(t("The engine stopped before it could tell. Ask again.")),
    }
}

fn told(evidence: Evidence, pick: &Pick) -> AnyView {
    let fit = pick.standing().map(|told| view! { <p>{told}</p> });
    match evidence {
        Evidence::Unasked | Evidence::Asked => {
            view! { <div class="skeleton line" aria-label=t("Looking it up")></div> }.into_any()
        }
        Evidence::Missing(why) => view! {
            {fit}
            <p>{why}</p>
        }
        .into_any(),
        Evidence::Found(reasons) => view! {
            {fit}
            <p>{
                match &pick.user {
                    Some(user) => {
                        filled("What speaks for it in the history of user {0}:", &[&user.to_string()])
                    }
                    None => t("What speaks for it of what is liked:"),
                }
            }</p>
            <ul>{reasons.into_iter().map(reason).collect_view()}</ul>
        }
        .into_any(),
    }
}

fn reason(reason: Reason) -> AnyView {
    let shared = match (reason.people.is_empty(), reason.genres.is_empty()) {
        (true, true) => t(": no genre or person in common"),
        _ => {
            let shared: Vec<_> = reason.people.into_iter().chain(reason.genres).collect();
            filled(": also {0}", &[&shared.join(", ")])
        }
    };
    view! {
        <li>
            <cite>{reason.title}</cite>
            {shared}
        </li>
    }
    .into_any()
}
