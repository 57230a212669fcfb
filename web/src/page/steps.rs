use leptos::prelude::*;
use serde_json::Value;
use usher_protocol::{Cost, Step, ToolResult, Usage};

use crate::progress::{End, Progress};
use usher_web_answer::chips::chips;
use usher_web_answer::quantity::{counted, elapsed, grouped};
use usher_web_answer::words::{filled, t};

/// Characters of a result that are shown.
const MOST_CHARS: usize = 2_000;

/// How a turn got to its answer: folded to one line, or beside the answer where
/// there is room (the style sheet decides).
#[component]
pub(crate) fn Steps(run: u32, progress: RwSignal<Progress>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let has_any = Memo::new(move |_| {
        progress.with(|progress| {
            let cost = progress.end.as_ref().and_then(|end| end.cost);
            !progress.steps.is_empty() || cost.is_some()
        })
    });
    move || has_any.get().then(|| unfolding(run, progress, is_open))
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
            let entries: Vec<_> =
                entries.map(|(at, step)| step_entry(at + 1, step).into_any()).collect();
            let who = progress.end.as_ref().map(answered).unwrap_or_default();
            view! {
                <ol>{entries}</ol>
                <p class="model" data-testid="cost">
                    {who}
                </p>
            }
            .into_any()
        })
    };
    view! {
        <section class="steps" aria-label=t("How it got there")>
            <h3 class="steps-title" aria-hidden="true">
                {t("How it got there")}
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
                {list}
            </div>
        </section>
    }
}

/// Who answered, and what that cost.
fn answered(end: &End) -> String {
    let mut told = String::new();
    if !end.model.is_empty() {
        told = filled("model: {0}", &[&end.model]);
    }
    if let Some(Cost { requests, usage }) = end.cost {
        told = told + " · " + &counted(requests, "request");
        // Not every server tells.
        if usage != Usage::default() {
            let read = counted(usage.input_tokens, "token");
            let cost = filled("{0} read, {1} written", &[&read, &grouped(usage.output_tokens)]);
            told = told + " · " + &cost;
        }
    }
    told
}

fn step_entry(number: usize, step: &Step) -> impl IntoView + use<> {
    let is_failure = matches!(step.result, ToolResult::Failure { .. });
    let outcome = match &step.result {
        ToolResult::Success { message, data } => data
            .get("count")
            .and_then(Value::as_u64)
            .map_or_else(|| message.clone(), |count| filled("{0} found", &[&count.to_string()])),
        ToolResult::Failure { message, .. } => message.clone(),
    };
    let requested = step.requested.as_ref().map(|requested| {
        view! {
            <div class="requested">
                <span>{t("asked as")}</span>
                {argument_chips(requested)}
            </div>
        }
        .into_any()
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
            {step.why.clone().map(|why| view! { <p class="step-why">{why}</p> }.into_any())}
            {argument_chips(&step.arguments)}
            {requested}
            <details class="outcome">
                <summary>{is_failure.then(|| t("failed:") + " ")} {outcome}</summary>
                <pre tabindex="0">{result(&step.result)}</pre>
            </details>
        </li>
    }
}

/// What a tool returned, as JSON; of much, the beginning.
fn result(result: &ToolResult) -> String {
    let text = serde_json::to_string(result).unwrap_or_default();
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + " …",
        None => text,
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
        .into_any()
    });
    view! { <ul class="chips">{chips.collect_view()}</ul> }
}
