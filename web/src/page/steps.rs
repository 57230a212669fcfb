use leptos::prelude::*;
use serde_json::Value;
use usher_protocol::{Step, ToolResult};

use crate::chips::chips;
use crate::progress::{End, Progress};
use crate::quantity::{counted, elapsed};

/// How a turn got to its answer: folded to one line, or beside the answer where
/// there is room (the style sheet decides).
#[component]
pub(crate) fn Steps(
    run: u32,
    progress: ArcRwSignal<Progress>,
    end: Memo<Option<End>>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let id = format!("steps-{run}");
    let summary = {
        let progress = progress.clone();
        move || {
            progress.with(|progress| {
                let steps = counted(progress.steps.len() as u64, "step");
                format!("{steps} · {}", elapsed(progress.elapsed_us()))
            })
        }
    };
    let has_steps = {
        let progress = progress.clone();
        Memo::new(move |_| progress.with(|progress| !progress.steps.is_empty()))
    };
    let list = move || {
        let steps = progress.with(|progress| progress.steps.clone());
        steps.into_iter().enumerate().map(|(at, step)| step_entry(at + 1, &step)).collect_view()
    };
    let model = move || {
        end.get()
            .filter(|end| !end.model.is_empty())
            .map(|end| view! { <p class="model">"model: " {end.model}</p> })
    };
    let controls = id.clone();
    move || {
        let (summary, list) = (summary.clone(), list.clone());
        let (id, controls) = (id.clone(), controls.clone());
        has_steps.get().then(|| {
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
                        aria-controls=controls
                        on:click=move |_| is_open.update(|open| *open = !*open)
                    >
                        {summary.clone()}
                    </button>
                    <p class="steps-total">{summary}</p>
                    <div id=id class="steps-list" class:open=is_open>
                        <ol>{list}</ol>
                        {model}
                    </div>
                </section>
            }
        })
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
