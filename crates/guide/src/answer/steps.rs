//! How the last answer came about.

use usher_protocol::Step;

use crate::markdown::escape;
use crate::plan::Progress;

pub(crate) fn answer(progress: &Progress<'_>) -> String {
    let (before, last) = (&progress.context.recommending, &progress.context.steps);
    let told = if before.is_empty() {
        format!("The last answer took {}.", calls(last))
    } else {
        format!(
            "The recommendations took {}:\n\n{}\n\nTheir explanation took {}.",
            calls(before),
            lines(before),
            calls(last)
        )
    };
    format!(
        "{told} I am the guide: fixed rules read the question and chose them, no language model.\n\n{}",
        lines(last)
    )
}

fn calls(steps: &[&Step]) -> String {
    match steps.len() {
        1 => "one tool call".to_owned(),
        n => format!("{n} tool calls"),
    }
}

fn lines(steps: &[&Step]) -> String {
    let lines: Vec<String> = steps
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let purpose =
                step.why.as_ref().map_or_else(String::new, |why| format!(", to {}", escape(why)));
            format!(
                "{}. `{}`{purpose}. {}",
                place + 1,
                step.tool.replace('`', ""),
                escape(step.result.message())
            )
        })
        .collect();
    lines.join("\n")
}
