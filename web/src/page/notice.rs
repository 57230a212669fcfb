use leptos::prelude::*;
use usher_protocol::Problem;

use super::session::{EngineState, Remedy, Session};
use usher_web_answer::quantity::size;
use usher_web_answer::words::{filled, t};

/// What the engine does when it does not answer: it loads, or it failed.
#[component]
pub(crate) fn Notice(session: Session) -> impl IntoView {
    move || match session.engine.get() {
        EngineState::Ready => ().into_any(),
        EngineState::Starting => {
            view! { <Loading what=t("Starting the engine") bytes=None /> }.into_any()
        }
        EngineState::Loading { what, loaded_bytes, total_bytes } => {
            view! { <Loading what bytes=Some((loaded_bytes, total_bytes)) /> }.into_any()
        }
        EngineState::Failed { problem, remedy } => {
            view! { <Failure session problem remedy /> }.into_any()
        }
    }
}

/// How much is loaded. Without numbers, only that something is.
#[component]
fn Loading(what: String, bytes: Option<(u64, u64)>) -> impl IntoView {
    let numbers = bytes.map(|(loaded, total)| filled("{0} of {1}", &[&size(loaded), &size(total)]));
    view! {
        <div class="notice loading">
            <p>
                <span id="loading-what">{what}</span>
                <span class="numbers">{numbers}</span>
            </p>
            <progress
                data-testid="progress"
                aria-labelledby="loading-what"
                max=bytes.map(|(_, total)| total.max(1).to_string())
                value=bytes.map(|(loaded, _)| loaded.to_string())
            ></progress>
        </div>
    }
}

#[component]
fn Failure(session: Session, problem: Problem, remedy: Remedy) -> impl IntoView {
    let label = match remedy {
        Remedy::OpenAgain => "Try again",
        Remedy::Restart => "Restart the engine",
        Remedy::OpenOwn => "Open this page's own catalogue",
    };
    view! {
        <div class="notice failure" role="alert" data-testid="error">
            <p class="what">{problem.what}</p>
            <p>{problem.next}</p>
            <button
                type="button"
                class="button"
                data-testid="retry"
                on:click=move |_| session.mend(remedy)
            >
                {t(label)}
            </button>
        </div>
    }
}
