use std::collections::HashMap;

use futures::channel::oneshot;
use leptos::prelude::*;
use serde_json::Value;
use usher_agent::Limits;
use usher_protocol::{About, FromEngine, Problem, RunEvent, Status, Step, ToEngine, ToolResult};

use super::bundle_address;
use super::engine_link::EngineLink;
use crate::markdown;
use crate::progress::Progress;
use crate::quantity::grouped;

/// What the engine is doing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum EngineState {
    /// Its code is being started.
    Starting,
    /// It loads a bundle.
    Loading { what: String, loaded_bytes: u64, total_bytes: u64 },
    /// It answers.
    Ready,
    /// It cannot go on.
    Failed { problem: Problem, remedy: Remedy },
}

/// What the button below an error does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Loads the bundle again.
    OpenAgain,
    /// Starts a new worker, which loads the bundle.
    Restart,
    /// Opens the page's own bundle in place of the one asked for.
    OpenOwn,
}

/// A question and what is known of its run.
#[derive(Debug, Clone)]
pub(crate) struct LiveTurn {
    pub(crate) run: u32,
    pub(crate) question: String,
    pub(crate) progress: ArcRwSignal<Progress>,
}

/// The state of the page: what the engine does, and the conversation.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    pub(crate) engine: RwSignal<EngineState>,
    pub(crate) about: RwSignal<Option<About>>,
    pub(crate) turns: RwSignal<Vec<LiveTurn>>,
    /// Said to those who listen rather than look.
    pub(crate) announcement: RwSignal<String>,
    bundle: StoredValue<String>,
    numbers: StoredValue<u32>,
    link: StoredValue<Option<EngineLink>, LocalStorage>,
    waiting: StoredValue<HashMap<u32, oneshot::Sender<Step>>, LocalStorage>,
}

impl Session {
    /// Starts the engine, and opens the bundle that the page's address asks for.
    pub(crate) fn start() -> Self {
        let location = document().location();
        let part = |part: fn(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>| {
            location.as_ref().and_then(|location| part(location).ok()).unwrap_or_default()
        };
        let page = part(web_sys::Location::href);
        let asked = bundle_address::asked_for(&page, &part(web_sys::Location::search));
        let session = Self {
            engine: RwSignal::new(EngineState::Starting),
            about: RwSignal::new(None),
            turns: RwSignal::new(Vec::new()),
            announcement: RwSignal::new(String::new()),
            bundle: StoredValue::new(asked.clone().unwrap_or_else(|_| bundle_address::own(&page))),
            numbers: StoredValue::new(0),
            link: StoredValue::new_local(None),
            waiting: StoredValue::new_local(HashMap::new()),
        };
        match asked {
            Ok(_) => session.start_engine(),
            Err(problem) => session.fail(problem, Remedy::OpenOwn),
        }
        session
    }

    /// Does what the button below an error promises.
    pub(crate) fn mend(self, remedy: Remedy) {
        match remedy {
            Remedy::OpenAgain => {
                self.engine.set(EngineState::Starting);
                self.open();
            }
            Remedy::Restart | Remedy::OpenOwn => self.start_engine(),
        }
    }

    /// Whether a run goes on.
    pub(crate) fn is_busy(self) -> bool {
        self.turns.with(|turns| turns.last().is_some_and(|turn| turn.progress.read().end.is_none()))
    }

    /// Asks a question.
    ///
    /// # Errors
    /// It cannot be asked now, or not so; says why, for the person.
    pub(crate) fn ask(self, question: &str) -> Result<(), String> {
        let question = question.trim();
        let chars = question.chars().count();
        if question.is_empty() {
            return Err("Type a question first.".to_owned());
        }
        if chars > most_chars() {
            return Err(format!(
                "The question has {} characters, and at most {} can be asked. Shorten it.",
                grouped(chars as u64),
                grouped(most_chars() as u64)
            ));
        }
        match self.engine.get_untracked() {
            EngineState::Ready => {}
            EngineState::Failed { .. } => {
                return Err("Nothing can be asked until the error above is mended. The question \
                            stays here."
                    .to_owned());
            }
            EngineState::Starting | EngineState::Loading { .. } => {
                return Err("The catalogue is still being loaded. The question stays here: send \
                            it in a moment."
                    .to_owned());
            }
        }
        if untrack(|| self.is_busy()) {
            return Err("The answer before this one is still being made. The question stays \
                        here: send it in a moment."
                .to_owned());
        }
        let run = self.number();
        let question = question.to_owned();
        self.turns.update(|turns| {
            turns.push(LiveTurn {
                run,
                question: question.clone(),
                progress: ArcRwSignal::default(),
            });
        });
        self.announcement.set(String::new());
        self.send(&ToEngine::Ask { run, question });
        Ok(())
    }

    /// Forgets the conversation.
    pub(crate) fn start_over(self) {
        if untrack(|| self.is_busy()) {
            // The engine hears of nothing else until its run is over: end it.
            self.start_engine();
        } else {
            self.send(&ToEngine::StartOver);
        }
        self.turns.set(Vec::new());
        self.announcement.set("A new conversation.".to_owned());
    }

    /// Runs a tool outside the conversation. Nothing if the engine ends before it.
    pub(crate) async fn tool(self, name: &str, arguments: Value) -> Option<ToolResult> {
        let request = self.number();
        let (sender, receiver) = oneshot::channel();
        self.waiting.update_value(|waiting| {
            waiting.insert(request, sender);
        });
        self.send(&ToEngine::Tool { request, name: name.to_owned(), arguments });
        receiver.await.ok().map(|step| step.result)
    }

    fn start_engine(self) {
        self.abandon();
        self.engine.set(EngineState::Starting);
        let link = EngineLink::start(
            move |message| self.receive(message),
            move |reason| self.crashed(&reason),
        );
        match link {
            Ok(link) => self.link.set_value(Some(link)),
            Err(reason) => self.crashed(&reason),
        }
    }

    fn open(self) {
        self.send(&ToEngine::Open { bundle: self.bundle.get_value() });
    }

    fn send(self, message: &ToEngine) {
        self.link.with_value(|link| {
            if let Some(link) = link {
                link.send(message);
            }
        });
    }

    fn number(self) -> u32 {
        self.numbers.update_value(|number| *number += 1);
        self.numbers.get_value()
    }

    fn receive(self, message: FromEngine) {
        match message {
            FromEngine::Started => self.open(),
            FromEngine::Progress { what, loaded_bytes, total_bytes } => {
                self.engine.set(EngineState::Loading { what, loaded_bytes, total_bytes });
            }
            FromEngine::Opened { about } => {
                self.announcement.set(format!("{} is open. Ask a question.", about.name));
                self.about.set(Some(about));
                self.engine.set(EngineState::Ready);
            }
            FromEngine::OpenFailed { problem } => self.fail(problem, Remedy::OpenAgain),
            FromEngine::Run { run, event } => self.follow(run, event),
            FromEngine::ModelsListed { .. } | FromEngine::ModelTested { .. } => {}
            FromEngine::ToolDone { request, step } => {
                let waiting =
                    self.waiting.try_update_value(|waiting| waiting.remove(&request)).flatten();
                if let Some(sender) = waiting {
                    // Whoever asked may be gone from the page.
                    let _ = sender.send(step);
                }
            }
        }
    }

    fn follow(self, run: u32, event: RunEvent) {
        let turn = self.turns.with_untracked(|turns| {
            turns.iter().find(|turn| turn.run == run).map(|turn| turn.progress.clone())
        });
        let Some(progress) = turn else { return };
        if let RunEvent::Finished { turn } = &event {
            let lead = match turn.status {
                Status::Answered => "Answer:",
                Status::NeedsInput => "Usher asks:",
                Status::Failed => "Not answered:",
                Status::Stopped => "Stopped:",
            };
            let words = markdown::spoken(&markdown::parse(&turn.answer));
            self.announcement.set(format!("{lead} {words}"));
        }
        progress.update(|progress| progress.apply(event));
    }

    fn crashed(self, reason: &str) {
        self.abandon();
        self.fail(
            Problem {
                what: format!("The engine stopped: {reason}."),
                next: "Restart it. What is on the screen stays; the engine itself starts without \
                       the conversation so far."
                    .to_owned(),
            },
            Remedy::Restart,
        );
    }

    fn fail(self, problem: Problem, remedy: Remedy) {
        self.engine.set(EngineState::Failed { problem, remedy });
    }

    /// Ends the worker and everything that waits for it.
    fn abandon(self) {
        self.link.set_value(None);
        self.waiting.set_value(HashMap::new());
        for turn in self.turns.get_untracked() {
            if turn.progress.with_untracked(|progress| progress.end.is_none()) {
                turn.progress.update(|progress| {
                    progress.abandon("The engine stopped before there was an answer. Ask again.");
                });
            }
        }
    }
}

/// The longest question that is sent, in characters: what a run takes.
pub(crate) fn most_chars() -> usize {
    Limits::default().question_chars
}
