//! How the last answer came about.

use crate::markdown::escape;
use crate::plan::Progress;

pub(crate) fn answer(progress: &Progress<'_>) -> String {
    let lines: Vec<String> = progress
        .context
        .steps
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
    let tools = match lines.len() {
        1 => "one tool call".to_owned(),
        n => format!("{n} tool calls"),
    };
    format!(
        "The last answer took {tools}. I am the guide: fixed rules read the question and chose them, no language model.\n\n{}",
        lines.join("\n")
    )
}
