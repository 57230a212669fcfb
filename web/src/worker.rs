//! The engine's side: a dedicated Web Worker that loads the bundle, runs the
//! engine, and draws nothing.

mod clock;
mod download;
mod gauge;
mod models;
mod open;
mod remote;
mod text_search;

use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};
use usher_agent::{Answerer, Stop, Tools};
use usher_engine::{Clock, Engine};
use usher_protocol::{
    ErrorKind, FromEngine, ModelSettings, RunEvent, Status, Step, ToEngine, ToolError, ToolResult,
    Turn,
};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use clock::{WorkerClock, sleep};
use models::LanguageModel;
use remote::RemoteTools;
use text_search::TextSearch;

/// How long nothing is asked before something is fetched ahead, in milliseconds.
const IDLE_MS: i32 = 2_000;

/// Starts to take messages, and says so.
pub(crate) fn start() {
    let (sender, messages) = mpsc::unbounded();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Ok(message) = serde_json::from_str(&text) {
            // The receiver lives as long as the worker.
            let _ = sender.unbounded_send(message);
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It stays for as long as the worker does.
    on_message.forget();
    spawn_local(serve(messages));
    post(&FromEngine::Started);
}

/// Takes messages one after the other: a conversation has one run at a time. What
/// comes during a run waits for its end, unless it ends the run.
async fn serve(mut messages: mpsc::UnboundedReceiver<ToEngine>) {
    let clock = WorkerClock::new();
    let mut engine: Option<Engine> = None;
    let mut text_search: Option<Rc<TextSearch>> = None;
    let mut chosen: Option<ModelSettings> = None;
    let mut tools: Option<Rc<dyn Tools>> = None;
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
        let Some(message) = aside(message) else { continue };
        match message {
            ToEngine::Open { bundle } => {
                // After a failure, what the browser keeps may be what is wrong.
                let opened = open::open(&bundle, is_first).await;
                is_first = false;
                (engine, text_search) = match opened {
                    Ok((bundle, text_search)) => (Some(Engine::new(bundle)), Some(text_search)),
                    Err(problem) => {
                        post(&FromEngine::OpenFailed { problem });
                        (None, None)
                    }
                };
                if let Some(engine) = &mut engine {
                    engine.use_model(model(&chosen));
                    engine.use_tools(tools.clone());
                    post(&FromEngine::Opened { about: engine.about() });
                }
            }
            ToEngine::Ask { run, question } => {
                let stop = Stop::default();
                let mut asked = ask(engine.as_mut(), run, &question, &clock, &stop).boxed_local();
                while let Either::Right((message, rest)) = select(asked, messages.next()).await {
                    asked = rest;
                    match message {
                        Some(ToEngine::Stop { run: stopped }) if stopped == run => stop.press(),
                        Some(message) => waiting.extend(aside(message)),
                        None => return,
                    }
                }
            }
            // That run is over, and these were taken aside.
            ToEngine::Stop { .. } | ToEngine::ListModels { .. } | ToEngine::TestModel { .. } => {}
            ToEngine::Resume { turns } => {
                if let Some(engine) = &mut engine {
                    engine.resume(turns);
                }
            }
            ToEngine::UseModel { settings } => {
                chosen = settings;
                if let Some(engine) = &mut engine {
                    engine.use_model(model(&chosen));
                }
            }
            ToEngine::UseTools { worker } => {
                tools = worker.map(|worker| Rc::new(RemoteTools { worker }) as Rc<dyn Tools>);
                if let Some(engine) = &mut engine {
                    engine.use_tools(tools.clone());
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
                post(&FromEngine::ToolDone { request, step });
            }
        }
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

/// The model of these settings, for one engine: what it has answered is of that
/// engine's bundle. Nothing: the guide.
fn model(settings: &Option<ModelSettings>) -> Option<Rc<dyn Answerer>> {
    let settings = settings.clone()?;
    Some(Rc::new(LanguageModel::new(settings)))
}

/// Answers what has nothing to do with the conversation, at once; gives back what
/// has.
fn aside(message: ToEngine) -> Option<ToEngine> {
    match message {
        ToEngine::ListModels { request, settings } => spawn_local(async move {
            let outcome = models::list_models(&settings).await;
            post(&FromEngine::ModelsListed { request, outcome });
        }),
        ToEngine::TestModel { request, settings } => spawn_local(async move {
            let outcome = models::test_connection(&settings).await;
            post(&FromEngine::ModelTested { request, outcome });
        }),
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
) {
    let mut tell = |event| post(&FromEngine::Run { run, event });
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

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(message: &FromEngine) {
    if let Ok(text) = serde_json::to_string(message) {
        // A string can always be cloned.
        let _ = scope().post_message(&JsValue::from_str(&text));
    }
}
