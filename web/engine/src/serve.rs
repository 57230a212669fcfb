//! One engine: takes its messages one after the other and draws nothing.

use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};
use usher_agent::{Answerer, Stop, Tools};
use usher_engine::{Clock, Engine};
use usher_protocol::{
    ErrorKind, FromEngine, Id, ModelSettings, RunEvent, Status, Step, ToEngine, ToolError,
    ToolResult, Turn,
};
use wasm_bindgen_futures::spawn_local;

use crate::clock::MonotonicClock;
use crate::face::{Face, sleep};
#[cfg(feature = "embed")]
use crate::host::Surroundings;
use crate::models::{self, LanguageModel};
use crate::open;
use crate::remote::RemoteTools;
use crate::text_search::TextSearch;

/// How long nothing is asked before something is fetched ahead, in milliseconds.
const IDLE_MS: i32 = 2_000;

/// Takes messages one after the other: a conversation has one run at a time. What
/// comes during a run waits for its end, unless it ends the run.
pub(crate) async fn serve(mut messages: mpsc::UnboundedReceiver<ToEngine>, face: Face) {
    let clock = MonotonicClock::new();
    let mut engine: Option<Engine> = None;
    let mut text_search: Option<Rc<TextSearch>> = None;
    let mut chosen = Chosen::default();
    let mut is_first = true;
    let mut waiting = VecDeque::new();
    loop {
        let message = match waiting.pop_front() {
            Some(message) => message,
            None => match next(&mut messages, text_search.as_ref()).await {
                Some(message) => message,
                None => return,
            },
        };
        let Some(message) = aside(message, &face) else { continue };
        match message {
            ToEngine::Open { bundle } => {
                // After a failure, what the browser keeps may be what is wrong.
                let opened = open::open(&bundle, is_first, &face).await;
                is_first = false;
                (engine, text_search) = match opened {
                    Ok((bundle, text_search)) => (Some(Engine::new(bundle)), Some(text_search)),
                    Err(problem) => {
                        face.tell(&FromEngine::OpenFailed { problem });
                        (None, None)
                    }
                };
                if let Some(engine) = &mut engine {
                    chosen.hand_to(engine);
                    engine.set_context(chosen.user.clone());
                    face.tell(&FromEngine::Opened { about: engine.about() });
                }
            }
            ToEngine::Ask { run, question } => {
                let stop = Stop::default();
                let mut asked =
                    ask(engine.as_mut(), run, &question, &clock, &stop, &face).boxed_local();
                while let Either::Right((message, rest)) = select(asked, messages.next()).await {
                    asked = rest;
                    match message {
                        Some(ToEngine::Stop { run: stopped }) if stopped == run => stop.press(),
                        Some(message) => waiting.extend(aside(message, &face)),
                        None => return,
                    }
                }
            }
            // That run is over, and these were taken aside.
            ToEngine::Stop { .. } | ToEngine::ListModels { .. } | ToEngine::TestModel { .. } => {}
            ToEngine::SetContext { user } => {
                if let Some(engine) = &mut engine {
                    engine.set_context(user.clone());
                }
                chosen.user = user;
            }
            ToEngine::Resume { turns } => {
                chosen.excluded.clear();
                if let Some(engine) = &mut engine {
                    engine.resume(turns);
                }
            }
            ToEngine::Tool { request, name, arguments } => {
                let step = match &engine {
                    Some(engine) => engine.tool(&name, arguments, &clock).await,
                    None => Step {
                        tool: name,
                        arguments,
                        requested: None,
                        why: None,
                        result: nothing_open(),
                        elapsed_us: 0,
                    },
                };
                face.tell(&FromEngine::ToolDone { request, step });
            }
            ToEngine::ListTools { request } => {
                let tools = engine.as_ref().map(Engine::tools).unwrap_or_default();
                face.tell(&FromEngine::ToolsListed { request, tools });
            }
            choice => {
                chosen.take(choice, &face);
                if let Some(engine) = &mut engine {
                    chosen.hand_to(engine);
                }
            }
        }
    }
}

/// What was chosen for an engine, also for the next one that is opened.
#[derive(Default)]
struct Chosen {
    model: Option<Rc<dyn Answerer>>,
    tools: Option<Rc<dyn Tools>>,
    #[cfg(feature = "embed")]
    host: Option<Rc<Surroundings>>,
    settings: Option<ModelSettings>,
    user: Option<Id>,
    excluded: Vec<Id>,
}

impl Chosen {
    fn take(&mut self, choice: ToEngine, face: &Face) {
        match choice {
            ToEngine::UseModel { settings } => {
                self.settings = settings;
                self.choose_model(face);
            }
            ToEngine::UseTools { worker } => {
                self.tools = worker.map(|worker| {
                    let face = face.clone();
                    Rc::new(RemoteTools { face, worker }) as Rc<dyn Tools>
                });
            }
            #[cfg(feature = "embed")]
            ToEngine::UseHost { tools, consent } => {
                let is_needed = consent || !tools.is_empty();
                let host = || Surroundings { face: face.clone(), tools, consent };
                self.host = is_needed.then(|| Rc::new(host()));
                self.choose_model(face);
            }
            ToEngine::Exclude { items } => self.excluded = items,
            // The rest is no choice, or one that this engine does not have.
            _ => {}
        }
    }

    /// Nothing: the guide answers.
    fn choose_model(&mut self, face: &Face) {
        self.model = self.settings.clone().map(|settings| {
            let model = LanguageModel::new(settings, face.clone());
            #[cfg(feature = "embed")]
            let model = model.with_consent(self.host.as_ref().is_some_and(|host| host.consent));
            Rc::new(model) as Rc<dyn Answerer>
        });
    }

    fn hand_to(&self, engine: &mut Engine) {
        engine.use_model(self.model.clone());
        engine.use_tools(self.tools.clone());
        #[cfg(feature = "embed")]
        engine.use_host(self.host.clone().map(|host| host as Rc<dyn usher_engine::Host>));
        engine.exclude(&self.excluded);
    }
}

/// The next message. Where none comes for a while, what later questions may need is
/// fetched ahead: the first answer does not share the line with it.
async fn next(
    messages: &mut mpsc::UnboundedReceiver<ToEngine>,
    text_search: Option<&Rc<TextSearch>>,
) -> Option<ToEngine> {
    if let Some(text_search) = text_search.filter(|files| files.may_begin()) {
        match select(messages.next(), sleep(IDLE_MS).boxed_local()).await {
            Either::Left((message, _)) => return message,
            Either::Right(_) => text_search.begin(),
        }
    }
    messages.next().await
}

/// Answers what has nothing to do with the conversation, at once; gives back what
/// has.
fn aside(message: ToEngine, face: &Face) -> Option<ToEngine> {
    match message {
        ToEngine::ListModels { request, settings } => {
            let face = face.clone();
            spawn_local(async move {
                let outcome = models::list_models(&face, &settings).await;
                face.tell(&FromEngine::ModelsListed { request, outcome });
            });
        }
        ToEngine::TestModel { request, settings } => {
            let face = face.clone();
            spawn_local(async move {
                let outcome = models::test_connection(&face, &settings).await;
                face.tell(&FromEngine::ModelTested { request, outcome });
            });
        }
        message => return Some(message),
    }
    None
}

async fn ask(
    engine: Option<&mut Engine>,
    run: u32,
    question: &str,
    clock: &dyn Clock,
    stop: &Stop,
    face: &Face,
) {
    let mut tell = |event| face.tell(&FromEngine::Run { run, event });
    match engine {
        // The turn that is returned was told as the last event.
        Some(engine) => {
            engine.ask(question, clock, stop, &mut tell).await;
        }
        None => tell(RunEvent::Finished {
            turn: Turn {
                question: question.to_owned(),
                status: Status::Failed,
                steps: Vec::new(),
                answer: nothing_open().message().to_owned(),
                model: String::new(),
                problem: None,
                cost: None,
            },
        }),
    }
}

fn nothing_open() -> ToolResult {
    ToolResult::Failure {
        message: "No catalogue is open. Open one, then ask again.".to_owned(),
        error: ToolError {
            kind: ErrorKind::Unavailable,
            retryable: true,
            hint: "Open a bundle first.".to_owned(),
        },
    }
}
