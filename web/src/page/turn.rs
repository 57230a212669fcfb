use leptos::html::Article;
use leptos::prelude::*;
use usher_protocol::Status;

use super::answer::answer;
use super::composer::focus_composer;
use super::session::{LiveTurn, Session};
use super::steps::Steps;

/// One question, how it was answered, and the answer.
#[component]
pub(crate) fn TurnView(session: Session, turn: LiveTurn) -> impl IntoView {
    let LiveTurn { run, question, progress } = turn;
    let progress = RwSignal::from(progress);
    let article = NodeRef::<Article>::new();
    article.on_load(|article| article.scroll_into_view());

    let end = Memo::new(move |_| progress.with(|progress| progress.end.clone()));
    Effect::new(move |_| {
        if end.with(|end| end.as_ref().is_some_and(|end| end.status == Status::NeedsInput)) {
            focus_composer();
        }
    });
    let plan = move || {
        progress.with(|progress| {
            let plans = progress.plans.iter().cloned();
            plans.map(|plan| view! { <p>{plan}</p> }).collect_view().into_any()
        })
    };
    let working = move || {
        progress.with(|progress| match &progress.running {
            Some(tool) => format!("Working: {tool}"),
            None => "Working".to_owned(),
        })
    };
    let reply = move || match end.get() {
        Some(end) => progress.with_untracked(|progress| answer(session, &end, &progress.steps)),
        None => view! {
            <div class="working">
                <p>{working}</p>
                <div class="skeleton line"></div>
                <div class="skeleton line short"></div>
            </div>
        }
        .into_any(),
    };
    view! {
        <article
            class="turn"
            data-testid="turn"
            node_ref=article
            aria-busy=move || end.with(Option::is_none).to_string()
        >
            <h2 class="question">
                <span class="unseen">"You asked: "</span>
                {question}
            </h2>
            <div class="plan" data-testid="plan">
                {plan}
            </div>
            <Steps run progress />
            {reply}
        </article>
    }
}
