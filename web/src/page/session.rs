use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use leptos::prelude::*;
use serde_json::Value;
use usher_agent::Limits;
use usher_protocol::{
    About, FromEngine, ModelSettings, Problem, RunEvent, Status, ToEngine, ToolResult, Turn,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;

use super::composer::focus_composer;
use super::conversations::{self, Kept, Way};
use super::engine_link::EngineLink;
use super::{answers, browse, bundle_address};
use crate::progress::{End, Progress};
use usher_web_answer::markdown;
use usher_web_answer::quantity::{counted, grouped, grouped_by};
use usher_web_answer::words::{filled, t};

/// The answer of a turn whose engine is gone.
const GONE: &str = "The engine stopped before there was an answer. Ask again.";

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
    pub(crate) way: Way,
}

/// The state of the page: what the engine does, and the conversation.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    pub(crate) engine: RwSignal<EngineState>,
    pub(crate) about: RwSignal<Option<About>>,
    pub(crate) turns: RwSignal<Vec<LiveTurn>>,
    /// What the person must know of the conversation.
    pub(crate) said: RwSignal<String>,
    /// Whether it is about another catalogue: then a question begins a new one.
    pub(crate) is_foreign: RwSignal<bool>,
    /// What is typed and not yet asked.
    pub(crate) draft: RwSignal<String>,
    /// The run whose question the draft is to take the place of.
    pub(crate) edited: RwSignal<Option<u32>>,
    /// What is looked at in place of the chat: the part of the page's address from `#` on.
    pub(crate) address: RwSignal<Option<String>>,
    /// The name of who answers.
    pub(crate) who: RwSignal<String>,
    /// Said to those who listen rather than look.
    pub(crate) announcement: RwSignal<String>,
    held: StoredValue<Rc<Held>, LocalStorage>,
}

/// What a session holds and nobody draws.
struct Held {
    bundle: RefCell<String>,
    link: RefCell<Option<EngineLink>>,
    waiting: RefCell<Vec<(u32, oneshot::Sender<FromEngine>)>>,
    last_number: Cell<u32>,
    /// Whether a frame is asked for that draws what was said.
    is_drawing: Cell<bool>,
    model: RefCell<Option<ModelSettings>>,
    /// The edge worker whose tools run, if they do not run here.
    tools: RefCell<Option<String>>,
}

impl LiveTurn {
    /// The turn, once it is over.
    fn ended(&self) -> Option<Turn> {
        let progress = self.progress.read_untracked();
        let End { status, answer, model, cost } = progress.end.clone()?;
        let (question, steps) = (self.question.clone(), progress.steps.clone());
        let problem = progress.problem.clone();
        Some(Turn { question, status, steps, answer, model, problem, cost })
    }
}

impl Session {
    /// Starts the engine, and opens the bundle that the page's address asks for.
    pub(crate) fn start() -> Self {
        let (page, asked) = bundle_asked_for();
        let held = Held {
            bundle: RefCell::new(asked.clone().unwrap_or_else(|_| bundle_address::own(&page))),
            link: RefCell::default(),
            waiting: RefCell::default(),
            last_number: Cell::new(0),
            is_drawing: Cell::new(false),
            model: RefCell::default(),
            tools: RefCell::default(),
        };
        let session = Self {
            engine: RwSignal::new(EngineState::Starting),
            about: RwSignal::new(None),
            turns: RwSignal::new(Vec::new()),
            said: RwSignal::new(String::new()),
            is_foreign: RwSignal::new(false),
            draft: RwSignal::new(String::new()),
            edited: RwSignal::new(None),
            address: RwSignal::new(browse::asked_for()),
            who: RwSignal::new(String::new()),
            announcement: RwSignal::new(String::new()),
            held: StoredValue::new_local(Rc::new(held)),
        };
        window_event_listener(leptos::ev::hashchange, move |_| {
            session.address.set(browse::asked_for());
        });
        let change = Closure::<dyn Fn()>::new(move || {
            session.change(untrack(|| session.is_busy()));
        });
        conversations::listen(change.as_ref().unchecked_ref());
        let again = Closure::<dyn Fn(u32, bool)>::new(move |run, is_edited| {
            session.ask_again(run, is_edited);
        });
        answers::listen(again.as_ref().unchecked_ref());
        // They stay for as long as the page does.
        change.forget();
        again.forget();
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
            return Err(t("Type a question first."));
        }
        if chars > most_chars() {
            return Err(filled(
                "The question has {0} characters, and at most {1} can be asked. Shorten it.",
                &[&grouped(chars as u64), &grouped(most_chars() as u64)],
            ));
        }
        match self.engine.get_untracked() {
            EngineState::Ready => {}
            EngineState::Failed { .. } => {
                return Err(t(
                    "Nothing can be asked until the error above is mended. The question stays here.",
                ));
            }
            EngineState::Starting | EngineState::Loading { .. } => {
                return Err(t(
                    "The catalogue is still being loaded. The question stays here: send it in a moment.",
                ));
            }
        }
        if untrack(|| self.is_busy()) {
            return Err(t(
                "The answer before this one is still being made. The question stays here: send it in a moment.",
            ));
        }
        if self.is_foreign.get_untracked() {
            conversations::begin();
            self.show(Kept::default());
        }
        let way = self.leave_edited();
        let run = self.number();
        let question = question.to_owned();
        self.turns.update(|turns| {
            let (question, progress) = (question.clone(), ArcRwSignal::default());
            turns.push(LiveTurn { run, question, progress, way });
        });
        self.announcement.set(String::new());
        browse::leave();
        self.send(&ToEngine::Ask { run, question });
        Ok(())
    }

    /// Puts a turn's question into the field, where what is asked takes the turn's place,
    /// or asks it again at once.
    fn ask_again(self, run: u32, is_edited: bool) {
        let Some(turn) = self.turn(run) else { return };
        self.edited.set(Some(run));
        // What cannot be asked now waits in the field.
        if is_edited || self.ask(&turn.question).is_err() {
            self.draft.set(turn.question);
            focus_composer();
        }
    }

    /// Leaves the turn that is edited, and what follows it, as another way of the
    /// conversation. Where that is not kept, it stays, and the question comes after it.
    fn leave_edited(self) -> Way {
        let edited = self.edited.get_untracked();
        self.edited.set(None);
        let turns = self.turns.get_untracked();
        let Some(at) = turns.iter().position(|turn| Some(turn.run) == edited) else {
            return (1, 1);
        };
        let way = conversations::fork(turns.len() - at);
        if way == 0 {
            return (1, 1);
        }
        self.turns.update(|turns| turns.truncate(at));
        self.send(&ToEngine::Resume { turns: self.ended() });
        (way, way)
    }

    /// Ends the run that goes on, with what has been said by then.
    pub(crate) fn stop(self) {
        if let Some(LiveTurn { run, .. }) = self.turns.get_untracked().pop() {
            self.send(&ToEngine::Stop { run });
        }
    }

    /// Begins a new conversation; this one stays kept.
    pub(crate) fn start_over(self) {
        let was_busy = untrack(|| self.is_busy());
        if was_busy {
            // What was asked stays with the conversation that it was asked in.
            self.abandon("Left before there was an answer.");
        }
        conversations::begin();
        self.change(was_busy);
        self.announcement.set(t("A new conversation."));
    }

    /// Goes over to the conversation that this tab is to show, and to the catalogue that
    /// the page's address asks for by now.
    fn change(self, was_busy: bool) {
        self.show(Kept::default());
        let mut is_other = false;
        if let (_, Ok(bundle)) = bundle_asked_for() {
            is_other = self.held().bundle.replace(bundle.clone()) != bundle;
        }
        if is_other {
            self.about.set(None);
            self.address.set(browse::asked_for());
        }
        if was_busy || is_other {
            // The engine hears of nothing else until its run is over: end it.
            self.start_engine();
        } else {
            spawn_local(self.resume());
        }
    }

    fn show(self, Kept { turns, said, is_foreign }: Kept) {
        let mut shown = Vec::new();
        for (turn, way) in turns {
            let (run, question) = (self.number(), turn.question.clone());
            let progress = ArcRwSignal::new(Progress::of(turn));
            shown.push(LiveTurn { run, question, progress, way });
        }
        self.edited.set(None);
        self.turns.set(shown);
        self.said.set(said);
        self.is_foreign.set(is_foreign);
    }

    /// The turn of a run, if it is on the screen.
    fn turn(self, run: u32) -> Option<LiveTurn> {
        self.turns.get_untracked().into_iter().find(|turn| turn.run == run)
    }

    /// Has the engine go on with the conversation that is shown, or else with the one
    /// that was kept.
    async fn resume(self) {
        let is_empty = move || self.turns.get_untracked().is_empty();
        if is_empty() {
            let Some(kept) = conversations::shown(&self.catalogue()).await else { return };
            if is_empty() {
                self.show(kept);
            } else {
                // What was asked meanwhile was asked without it.
                return conversations::begin();
            }
        }
        let turns = if self.is_foreign.get_untracked() { Vec::new() } else { self.ended() };
        self.send(&ToEngine::Resume { turns });
    }

    /// The turns that are over.
    fn ended(self) -> Vec<Turn> {
        self.turns.get_untracked().iter().filter_map(LiveTurn::ended).collect()
    }

    /// The open catalogue's name and counts, by which it is known again, whatever language
    /// the page speaks.
    fn catalogue(self) -> String {
        let known = |About { name, counts, .. }: &About| {
            let [items, users, interactions] =
                [counts.items, counts.users, counts.interactions].map(|n| grouped_by(n, ','));
            [name, " · ", &items, " items · ", &users, " users · ", &interactions, " interactions"]
                .concat()
        };
        self.about.with_untracked(|about| about.as_ref().map(known).unwrap_or_default())
    }

    /// Runs a tool outside the conversation. Nothing if the engine ends before it.
    pub(crate) async fn tool(self, name: &str, arguments: Value) -> Option<ToolResult> {
        let request = self.number();
        let message = ToEngine::Tool { request, name: name.to_owned(), arguments };
        match self.request(request, message).await {
            Some(FromEngine::ToolDone { step, .. }) => Some(step.result),
            _ => None,
        }
    }

    /// Says what the engine answers once, under this number. Nothing if it ends
    /// before that.
    pub(crate) async fn request(self, request: u32, message: ToEngine) -> Option<FromEngine> {
        let (sender, receiver) = oneshot::channel();
        self.held().waiting.borrow_mut().push((request, sender));
        self.send(&message);
        receiver.await.ok()
    }

    /// A number that no run and no request has.
    pub(crate) fn number(self) -> u32 {
        let held = self.held();
        held.last_number.set(held.last_number.get() + 1);
        held.last_number.get()
    }

    /// The model that answers; nothing: the guide.
    pub(crate) fn model(self) -> Option<ModelSettings> {
        self.held().model.borrow().clone()
    }

    /// Chooses who answers from now on; nothing: the guide.
    pub(crate) fn choose(self, model: Option<ModelSettings>) {
        let who = model.as_ref().map_or_else(|| t("the guide"), |model| model.model.clone());
        if ![who.as_str(), ""].contains(&self.who.get_untracked().as_str()) {
            self.announcement.set(filled("{0} answers from now on.", &[&who]));
        }
        *self.held().model.borrow_mut() = model;
        self.who.set(who);
        self.tell_model();
    }

    /// Chooses where tools run from now on: on an edge worker; nothing: here.
    pub(crate) fn use_tools(self, worker: Option<String>) {
        *self.held().tools.borrow_mut() = worker;
        self.tell_tools();
    }

    fn tell_model(self) {
        self.send(&ToEngine::UseModel { settings: self.model() });
    }

    fn tell_tools(self) {
        self.send(&ToEngine::UseTools { worker: self.held().tools.borrow().clone() });
    }

    fn held(self) -> Rc<Held> {
        self.held.get_value()
    }

    fn start_engine(self) {
        self.abandon(GONE);
        self.engine.set(EngineState::Starting);
        let link = EngineLink::start(
            move |message| self.receive(message),
            move |reason| self.crashed(&reason),
        );
        match link {
            Ok(link) => *self.held().link.borrow_mut() = Some(link),
            Err(reason) => self.crashed(&reason),
        }
    }

    fn open(self) {
        self.send(&ToEngine::Open { bundle: self.held().bundle.borrow().clone() });
    }

    fn send(self, message: &ToEngine) {
        if let Some(link) = &*self.held().link.borrow() {
            link.send(message);
        }
    }

    fn receive(self, message: FromEngine) {
        match message {
            FromEngine::Started => {
                self.tell_model();
                self.tell_tools();
                self.open();
            }
            FromEngine::Progress { what, loaded_bytes, total_bytes }
                if self.engine.get_untracked() == EngineState::Ready =>
            {
                let percent = loaded_bytes.saturating_mul(100) / total_bytes.max(1);
                let last = self.turns.get_untracked().pop().map(|turn| turn.progress);
                if let Some(progress) = last {
                    progress
                        .update(|progress| progress.doing = Some(format!("{what}: {percent} %")));
                }
            }
            FromEngine::Progress { what, loaded_bytes, total_bytes } => {
                self.engine.set(EngineState::Loading { what, loaded_bytes, total_bytes });
            }
            FromEngine::Opened { about } => {
                self.announcement.set(filled("{0} is open. Ask a question.", &[&about.name]));
                self.about.set(Some(about));
                self.engine.set(EngineState::Ready);
                spawn_local(self.resume());
            }
            FromEngine::OpenFailed { problem } => self.fail(problem, Remedy::OpenAgain),
            FromEngine::Run { run, event } => self.follow(run, event),
            FromEngine::ToolDone { request, .. }
            | FromEngine::ToolsListed { request, .. }
            | FromEngine::ModelsListed { request, .. }
            | FromEngine::ModelTested { request, .. } => {
                let held = self.held();
                let mut waiting = held.waiting.borrow_mut();
                if let Some(at) = waiting.iter().position(|(number, _)| *number == request) {
                    // Whoever asked may be gone from the page.
                    let _ = waiting.swap_remove(at).1.send(message);
                }
            }
        }
    }

    fn follow(self, run: u32, event: RunEvent) {
        let Some(LiveTurn { progress, .. }) = self.turn(run) else { return };
        if let RunEvent::Finished { turn } = &event {
            let lead = match turn.status {
                Status::Answered => "Answer:",
                Status::NeedsInput => "Usher asks:",
                Status::Failed => "Not answered:",
                Status::Stopped => "Stopped:",
            };
            let words = markdown::spoken(&markdown::parse(&turn.answer));
            self.announcement.set(t(lead) + " " + &words);
            self.keep(turn);
        }
        let is_word = matches!(event, RunEvent::Said { .. } | RunEvent::Thought { .. });
        progress.write_untracked().apply(event);
        if !is_word {
            progress.notify();
        } else if !self.held().is_drawing.replace(true) {
            // Drawn once a frame, however many words come in it.
            request_animation_frame(move || {
                self.held().is_drawing.set(false);
                progress.notify();
            });
        }
    }

    fn keep(self, turn: &Turn) {
        if let Ok(turn) = serde_json::to_string(turn) {
            conversations::keep(&turn, &self.catalogue());
        }
    }

    fn crashed(self, reason: &str) {
        self.abandon(GONE);
        self.fail(
            Problem {
                what: filled("The engine stopped: {0}.", &[reason]),
                next: t("Restart it: the conversation goes on."),
            },
            Remedy::Restart,
        );
    }

    fn fail(self, problem: Problem, remedy: Remedy) {
        self.engine.set(EngineState::Failed { problem, remedy });
    }

    /// Ends the worker and everything that waits for it.
    fn abandon(self, answer: &str) {
        let held = self.held();
        *held.link.borrow_mut() = None;
        held.waiting.borrow_mut().clear();
        for live in self.turns.get_untracked() {
            if live.progress.with_untracked(|progress| progress.end.is_none()) {
                live.progress.update(|progress| progress.abandon(&t(answer)));
                if let Some(turn) = live.ended() {
                    self.keep(&turn);
                }
            }
        }
    }
}

/// The page's address, and the folder of the bundle that it asks for.
fn bundle_asked_for() -> (String, Result<String, Problem>) {
    let location = document().location();
    let part = |part: fn(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>| {
        location.as_ref().and_then(|location| part(location).ok()).unwrap_or_default()
    };
    let page = part(web_sys::Location::href);
    let asked = bundle_address::asked_for(&page, &part(web_sys::Location::search));
    (page, asked)
}

/// How much a catalogue holds.
pub(crate) fn counts(about: &About) -> String {
    let counts = about.counts;
    let counts = [
        counted(counts.items, "item"),
        counted(counts.users, "user"),
        counted(counts.interactions, "interaction"),
    ];
    counts.join(" · ")
}

/// The longest question that is sent, in characters: what a run takes.
pub(crate) fn most_chars() -> usize {
    Limits::default().question_chars
}
