use leptos::html::Article;
use leptos::prelude::*;
use usher_protocol::{Problem, Status};

use super::answer::{answer, written};
use super::composer::focus_composer;
use super::conversations::Way;
use super::session::{LiveTurn, Session};
use super::settings::settings_button;
use super::steps::Steps;
use crate::progress::Progress;
use usher_web_answer::markdown::parse;
use usher_web_answer::words::t;

/// One question, how it was answered, and the answer.
#[component]
pub(crate) fn TurnView(session: Session, turn: LiveTurn) -> impl IntoView {
    let LiveTurn { run, question, progress, way } = turn;
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
            plans.map(|plan| view! { <p>{plan}</p> }.into_any()).collect_view().into_any()
        })
    };
    let reply = move || progress.with(|progress| reply(session, run, way, progress));
    view! {
        <article
            class="turn"
            data-testid="turn"
            node_ref=article
            aria-busy=move || end.with(Option::is_none).to_string()
        >
            <h2 class="question">
                <span class="unseen">{t("You asked:")} " "</span>
                <bdi>{question}</bdi>
            </h2>
            <div class="plan" data-testid="plan">
                {plan}
            </div>
            <Steps run progress />
            {reply}
        </article>
    }
}

/// What stands below the steps: the answer, or what is known of it so far.
fn reply(session: Session, run: u32, way: Way, progress: &Progress) -> AnyView {
    let trouble = progress.problem.as_ref().map(|Problem { what, next }| {
        view! {
            <div class="trouble" role="alert" data-testid="trouble">
                <p>{[what, " ", &t("The guide answers instead."), " ", next].concat()}</p>
                {settings_button("Settings")}
            </div>
        }
        .into_any()
    });
    let end = match &progress.end {
        Some(end) => answer(session, end, &progress.steps, run, way),
        None => view! {
            <div class="words" data-testid="draft">
                {written(&parse(&progress.said))}
            </div>
            <div class="working" hidden=!progress.said.is_empty()>
                <p>{progress.doing.clone().unwrap_or_else(|| t("Working"))}</p>
                <div class="skeleton line"></div>
                <div class="skeleton line short"></div>
            </div>
        }
        .into_any(),
    };
    view! {
        {trouble}
        <details class="thinking" data-testid="thinking" hidden=progress.thought.is_empty()>
            <summary>{t("Thinking")}</summary>
            <p>{progress.thought.clone()}</p>
        </details>
        {end}
    }
    .into_any()
}
