use leptos::html::Article;
use leptos::prelude::*;
use usher_protocol::Status;

use super::answer::Answer;
use super::composer::focus_composer;
use super::session::{LiveTurn, Session};
use super::steps::Steps;

/// One question, how it was answered, and the answer.
#[component]
pub(crate) fn TurnView(session: Session, turn: LiveTurn) -> impl IntoView {
    let LiveTurn { run, question, progress } = turn;
    let article = NodeRef::<Article>::new();
    article.on_load(|article| article.scroll_into_view());

    let end = {
        let progress = progress.clone();
        Memo::new(move |_| progress.with(|progress| progress.end.clone()))
    };
    Effect::new(move |_| {
        if end.with(|end| end.as_ref().is_some_and(|end| end.status == Status::NeedsInput)) {
            focus_composer();
        }
    });
    let plans = {
        let progress = progress.clone();
        move || progress.with(|progress| progress.plans.clone())
    };
    let plan = move || plans().into_iter().map(|plan| view! { <p>{plan}</p> }).collect_view();
    let working = {
        let progress = progress.clone();
        move || progress.with(|progress| progress.running.clone())
    };
    let answer = {
        let progress = progress.clone();
        move || match end.get() {
            Some(end) => {
                let steps = progress.with_untracked(|progress| progress.steps.clone());
                view! { <Answer session end steps /> }.into_any()
            }
            None => {
                let working = working.clone();
                view! {
                    <div class="working">
                        <p>
                            {move || {
                                working()
                                    .map_or_else(
                                        || "Working".to_owned(),
                                        |tool| format!("Working: {tool}"),
                                    )
                            }}
                        </p>
                        <div class="skeleton line"></div>
                        <div class="skeleton line short"></div>
                    </div>
                }
                .into_any()
            }
        }
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
            <Steps run progress end />
            {answer}
        </article>
    }
}
