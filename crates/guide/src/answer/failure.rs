//! What went wrong, what was corrected and what was not used.

use usher_protocol::ErrorKind;

use crate::markdown::{escape, line};
use crate::plan::{Progress, selection};
use crate::request::Task;
use crate::{describe, results};

/// What the tools begin a message with when they corrected a name.
const CORRECTED: &str = "Corrected: ";

/// Names of arguments, for people.
const FIELDS: &[(&str, &str)] = &[
    ("release_date", "year"),
    ("release_month", "month"),
    ("imdb_rating", "IMDb rating"),
    ("age_rating", "age rating"),
    ("duration", "length"),
];

/// The answer after a failed call, if one failed.
pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let (step, error) = progress.results.failure()?;
    let (_, message) = without_corrections(step.result.message());
    let mut told = match (error.kind, step.tool.as_str()) {
        (ErrorKind::NoMatch, "item_filter") => {
            let words = selection(&progress.request.task)
                .map(|what| describe::conditions(&what.conditions.executed(&step.arguments)))
                .unwrap_or_default();
            let hint =
                FIELDS.iter().fold(error.hint.clone(), |hint, (from, to)| hint.replace(from, to));
            // How many fulfil the only condition is known by now.
            let several = hint.contains(", ");
            let hint = if several { line(&hint) } else { String::new() };
            format!("Nothing in this catalogue matches: {words}.\n\n{hint}")
        }
        (ErrorKind::NoMatch, "get_top_k_recommendations")
            if matches!(progress.request.task, Task::Fit { .. }) =>
        {
            format!("{} So it is not recommended again. Shall I tell the rating?", line(message))
        }
        (ErrorKind::NoMatch, "get_top_k_recommendations") => {
            format!("Nothing is left to recommend. {}", escape(message))
        }
        (ErrorKind::NoMatch, "get_interacted_items")
            if matches!(progress.request.task, Task::Explain { .. }) =>
        {
            format!(
                "{} Without a history, the recommendations are what most people have rated.",
                line(message)
            )
        }
        (ErrorKind::NoMatch, _) => {
            let what = selection(&progress.request.task)
                .map(|what| describe::selection(what, None, &[]))
                .filter(|words| !words.is_empty());
            let what = what.map_or_else(String::new, |words| format!(" ({words})"));
            format!("Nothing matches{what}. {} {}", escape(message), escape(&error.hint))
        }
        _ => format!("{} {}", line(message), escape(&error.hint)),
    };
    told.truncate(told.trim_end().len());
    if told.trim().is_empty() {
        told = format!("The call of {} failed, and it did not say why.", escape(&step.tool));
    }
    let mut parts: Vec<String> = corrections(progress).into_iter().collect();
    parts.push(told);
    parts.extend(unused(progress));
    Some(parts.join("\n\n"))
}

/// What was corrected, by the tools and by the guide.
pub(crate) fn corrections(progress: &Progress<'_>) -> Option<String> {
    let mut all: Vec<String> =
        progress.request.corrections.iter().map(|correction| escape(correction)).collect();
    for step in progress.results.steps() {
        let (corrected, _) = without_corrections(step.result.message());
        all.extend(corrected.map(escape));
    }
    (!all.is_empty()).then(|| format!("Corrected: {}.", all.join(", ")))
}

/// A tool's message, parted into what it corrected and the rest.
fn without_corrections(message: &str) -> (Option<&str>, &str) {
    let Some(rest) = message.strip_prefix(CORRECTED) else { return (None, message) };
    // Names hold full stops ("Samuel L. Jackson"), and the last sentence none inside.
    rest.rsplit_once(". ").map_or((None, message), |(corrected, told)| (Some(corrected), told))
}

/// What was read and not used.
pub(crate) fn unused(progress: &Progress<'_>) -> Option<String> {
    let mut unused: Vec<String> =
        progress.request.unused.iter().map(|left| format!("“{}”", escape(left))).collect();
    if group_is_unknown(progress) {
        unused.push("“the group of the user” (it is not known)".to_owned());
    }
    (!unused.is_empty()).then(|| format!("Not used: {}.", unused.join(", ")))
}

fn group_is_unknown(progress: &Progress<'_>) -> bool {
    let Some(popular) = selection(&progress.request.task).and_then(|what| what.popular.as_ref())
    else {
        return false;
    };
    popular.like_user.is_some()
        && progress.results.data("get_user_metadata").is_some()
        && crate::plan::group_of_user(popular, &progress.results).is_empty()
}

/// The sentences of a tool's message after the first: what it left out and why.
pub(crate) fn remarks(results: &results::Results<'_>, tool: &str) -> Option<String> {
    let (_, message) = without_corrections(results.step(tool)?.result.message());
    let (_, remarks) = message.split_once(". ")?;
    Some(escape(remarks)).filter(|remarks| !remarks.is_empty())
}
