//! What is said to the person. All data in it comes from tool results.

mod explain;
mod failure;
mod fit;
mod history;
mod items;
mod list;
mod popularity;
mod saying;
mod share;
mod statistics;
mod steps;
mod user;

use usher_protocol::Step;

use crate::context::lacks_something;
use crate::plan::Progress;
use crate::request::{Request, Task};
use crate::results::Results;

pub(crate) use saying::ask;

/// The answer, from what the tools have returned so far.
pub(crate) fn answer(progress: &Progress<'_>, examples: &[String]) -> String {
    if let Some(failed) = failure::answer(progress) {
        return failed;
    }
    let told = match &progress.request.task {
        Task::Say(saying) => return saying::answer(saying, examples),
        Task::Steps => return steps::answer(progress),
        task if lacks_something(task) => return ask(task),
        Task::Recommend { explain, .. } => list::recommended(progress).map(|listed| {
            let reasons = if *explain { explain::answer(progress) } else { None };
            std::iter::once(listed).chain(reasons).collect::<Vec<String>>().join("\n\n")
        }),
        Task::List { .. } => list::listed(progress),
        Task::Items { .. } => items::answer(progress),
        Task::User { .. } => user::answer(progress),
        Task::History { .. } => history::answer(progress),
        Task::Fit { .. } => fit::answer(progress),
        Task::Popularity { .. } => popularity::answer(progress),
        Task::Favourite { measure, .. } => statistics::favourite(progress, *measure),
        Task::Statistics { measure, .. } => statistics::answer(progress, *measure),
        Task::Share { .. } => share::answer(progress),
        Task::Explain { .. } => explain::answer(progress),
    };
    let Some(told) = told else {
        return "The tools gave too little to answer this. Ask again in other words.".to_owned();
    };
    let mut parts = Vec::new();
    parts.extend(failure::corrections(progress));
    // That a search could not compare everything, and why: before what it found.
    parts.extend(failure::remarks(&progress.results, "vector_store_search"));
    parts.push(told);
    parts.extend(failure::unused(progress));
    parts.join("\n\n")
}

/// What is said first of a question that is not in English, or only guessed at.
pub(crate) fn reading(request: &Request) -> Option<String> {
    match (request.language, request.guess) {
        (Some(language), _) => Some(format!(
            "I read English. This seems to be {language}: I went by the names, numbers and words in it that I know."
        )),
        (None, Some(guess)) => {
            Some(format!("I was not sure of this question, and read it as {guess}."))
        }
        (None, None) => None,
    }
}

/// What is offered after an answer.
pub(crate) fn offer(task: &Task, steps: &[&Step]) -> Option<String> {
    let results = Results::new(steps);
    let (Task::Recommend { explain: false, .. } | Task::Fit { .. }) = task else { return None };
    let one = match crate::plan::shown(task, &results)?.items.len() {
        0 => return None,
        n => n == 1,
    };
    let offer = if matches!(task, Task::Fit { .. }) {
        "Shall I explain why?"
    } else if one {
        "Shall I explain why it was recommended?"
    } else {
        "Shall I explain why these were recommended?"
    };
    results.failure().is_none().then(|| offer.to_owned())
}

/// Whether a request waits for what the person says next.
pub(crate) fn waits(task: &Task) -> bool {
    lacks_something(task)
}
