use leptos::prelude::*;
use serde_json::Value;
use usher_protocol::{Step, ToolResult};

use crate::chips::chips;
use crate::progress::Progress;
use crate::quantity::{counted, elapsed};

/// How a turn got to its answer: folded to one line, or beside the answer where
/// there is room (the style sheet decides).
#[component]
pub(crate) fn Steps(run: u32, progress: RwSignal<Progress>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let has_steps = Memo::new(move |_| progress.with(|progress| !progress.steps.is_empty()));
    move || has_steps.get().then(|| unfolding(run, progress, is_open))
}

fn unfolding(
    run: u32,
    progress: RwSignal<Progress>,
    is_open: RwSignal<bool>,
) -> impl IntoView + use<> {
    let id = format!("steps-{run}");
    let summary = move || {
        progress.with(|progress| {
            let steps = counted(progress.steps.len() as u64, "step");
            format!("{steps} · {}", elapsed(progress.elapsed_us()))
        })
    };
    let list = move || {
        progress.with(|progress| {
            let entries = progress.steps.iter().enumerate();
            entries.map(|(at, step)| step_entry(at + 1, step)).collect_view().into_any()
        })
    };
    let model = move || {
        progress.with(|progress| {
            let model = progress.end.as_ref().map(|end| end.model.clone()).unwrap_or_default();
            (!model.is_empty()).then(|| {
                view! { <p class="model">"model: " {model}</p> }
            })
        })
    };
    view! {
        <section class="steps" aria-label="How it got there">
            <h3 class="steps-title" aria-hidden="true">
                "How it got there"
            </h3>
            <button
                type="button"
                class="steps-line"
                data-testid="steps"
                aria-expanded=move || is_open.get().to_string()
                aria-controls=id.clone()
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                {summary}
            </button>
            <p class="steps-total">{summary}</p>
            <div id=id class="steps-list" class:open=is_open>
                <ol>{list}</ol>
                {model}
            </div>
        </section>
    }
}

fn step_entry(number: usize, step: &Step) -> impl IntoView + use<> {
    let is_failure = matches!(step.result, ToolResult::Failure { .. });
    let outcome = match &step.result {
        ToolResult::Success { message, data } => data
            .get("count")
            .and_then(Value::as_u64)
            .map_or_else(|| message.clone(), |count| format!("{count} found")),
        ToolResult::Failure { message, .. } => message.clone(),
    };
    let requested = step.requested.as_ref().map(|requested| {
        view! {
            <div class="requested">
                <span>"asked as"</span>
                {argument_chips(requested)}
            </div>
        }
    });
    view! {
        <li
            class="step"
            class:failed=is_failure
            data-testid="step"
            data-status=if is_failure { "failure" } else { "success" }
        >
            <p class="step-head">
                <span class="number">{number}</span>
                <code class="tool">{step.tool.clone()}</code>
                <span class="time">{elapsed(step.elapsed_us)}</span>
            </p>
            {step.why.clone().map(|why| view! { <p class="step-why">{why}</p> })}
            {argument_chips(&step.arguments)}
            {requested}
            <p class="outcome">
                {is_failure.then_some("failed: ")}
                {outcome}
            </p>
        </li>
    }
}

fn argument_chips(arguments: &Value) -> impl IntoView + use<> {
    let chips = chips(arguments).into_iter().map(|(name, value)| {
        view! {
            <li class="chip">
                <span class="chip-name">{name}</span>
                " "
                {value}
            </li>
        }
    });
    view! { <ul class="chips">{chips.collect_view()}</ul> }
}
