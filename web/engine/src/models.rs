//! Language models: code of their own, loaded once one is chosen.

use std::cell::RefCell;

use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use js_sys::{Function, Promise};
use serde::Serialize;
use usher_agent::{Answered, Answerer, Stop, Task, Tools, Waiting};
use usher_protocol::{FromJson, ModelSettings, Problem, RunEvent, ToolCall};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::face::Face;

#[wasm_bindgen]
extern "C" {
    /// What `web/models` exports.
    #[wasm_bindgen(js_name = Object)]
    type Module;
    #[wasm_bindgen(method, catch)]
    fn list_models(this: &Module, settings: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn test_connection(this: &Module, settings: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn model(this: &Module, settings: &str) -> Result<Model, JsValue>;

    #[wasm_bindgen(js_name = Object)]
    type Model;
    #[wasm_bindgen(method, catch)]
    fn answer(
        this: &Model,
        task: &str,
        call_tool: &Function,
        on_event: &Function,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn stop(this: &Model);
}

/// A language model that answers in the guide's place.
pub(crate) struct LanguageModel {
    settings: ModelSettings,
    face: Face,
    /// Whether the face is asked before the model is.
    #[cfg(feature = "embed")]
    asks: bool,
    model: RefCell<Option<Model>>,
}

impl LanguageModel {
    pub(crate) fn new(settings: ModelSettings, face: Face) -> Self {
        Self {
            settings,
            face,
            #[cfg(feature = "embed")]
            asks: false,
            model: RefCell::new(None),
        }
    }

    /// Asks the face before the model, or does not.
    #[cfg(feature = "embed")]
    pub(crate) fn with_consent(self, asks: bool) -> Self {
        Self { asks, ..self }
    }

    /// Loads the model's code unless it is there.
    async fn load(&self) -> Result<(), JsValue> {
        if self.model.borrow().is_none() {
            let model = module(&self.face).await?.model(&written(&self.settings))?;
            *self.model.borrow_mut() = Some(model);
        }
        Ok(())
    }

    async fn answered(
        &self,
        task: &Task,
        tools: &dyn Tools,
        stop: &Stop,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Result<Answered, JsValue> {
        self.load().await?;
        let (heard, mut events) = mpsc::unbounded::<Heard>();
        let tool_heard = heard.clone();
        let call_tool = Closure::<dyn FnMut(String) -> Promise>::new(move |call: String| {
            let (sender, receiver) = oneshot::channel();
            // Both ends are below: a call is heard, and a heard one is answered.
            let _ = tool_heard.unbounded_send(Heard::Call(call, sender));
            future_to_promise(async move {
                receiver.await.map(JsValue::from).map_err(|_| JsValue::NULL)
            })
        });
        let hear = Closure::<dyn FnMut(String)>::new(move |event: String| {
            let _ = heard.unbounded_send(Heard::Event(event));
        });
        let promise = match self.model.borrow().as_ref() {
            Some(model) => model.answer(
                &written(task),
                wasm_bindgen::JsCast::unchecked_ref(call_tool.as_ref()),
                wasm_bindgen::JsCast::unchecked_ref(hear.as_ref()),
            )?,
            None => return Err(JsValue::NULL),
        };
        let mut done = JsFuture::from(promise);
        let mut pressed = Box::pin(stop.pressed());
        let mut is_stopped = false;
        loop {
            let next = select(&mut done, events.next());
            let next = if is_stopped {
                Either::Left(next.await)
            } else {
                match select(next, &mut pressed).await {
                    Either::Left((next, _)) => Either::Left(next),
                    Either::Right(_) => Either::Right(()),
                }
            };
            match next {
                Either::Left(Either::Left((answered, _))) => {
                    while let Ok(heard) = events.try_recv() {
                        if let Heard::Event(event) = heard {
                            tell(&event, on_event);
                        }
                    }
                    return read(&answered?);
                }
                Either::Left(Either::Right((Some(Heard::Event(event)), _))) => {
                    tell(&event, on_event);
                }
                Either::Left(Either::Right((Some(Heard::Call(call, answer)), _))) => {
                    let call: ToolCall = read(&JsValue::from(call))?;
                    let step = tools.call(&call).await;
                    // It waits for this, or has been stopped.
                    let _ = answer.send(written(&step));
                }
                Either::Left(Either::Right((None, _))) => return Err(JsValue::NULL),
                Either::Right(()) => {
                    is_stopped = true;
                    if let Some(model) = self.model.borrow().as_ref() {
                        model.stop();
                    }
                }
            }
        }
    }
}

/// What the model's side says while it answers.
enum Heard {
    Event(String),
    Call(String, oneshot::Sender<String>),
}

impl Answerer for LanguageModel {
    fn name(&self) -> &str {
        &self.settings.model
    }

    fn answer<'a>(
        &'a self,
        task: Task,
        tools: &'a dyn Tools,
        stop: &'a Stop,
        on_event: &'a mut dyn FnMut(RunEvent),
    ) -> Waiting<'a, Answered> {
        Box::pin(async move {
            #[cfg(feature = "embed")]
            if self.asks
                && let Err(reason) =
                    crate::host::may_ask(&self.face, &self.settings.model, &task.question).await
            {
                return Answered::Failed(not_allowed(&self.settings.model, &reason));
            }
            self.answered(&task, tools, stop, on_event)
                .await
                .unwrap_or_else(|_| Answered::Failed(not_loaded()))
        })
    }
}

/// Asks a server for its models.
pub(crate) async fn list_models<T: FromJson>(
    face: &Face,
    settings: &ModelSettings,
) -> Result<T, Problem> {
    let listed = async {
        let promise = module(face).await?.list_models(&written(settings))?;
        read::<Result<T, Problem>>(&JsFuture::from(promise).await?)
    };
    listed.await.unwrap_or_else(|_| Err(not_loaded()))
}

/// Tries whether a model can be used.
pub(crate) async fn test_connection(
    face: &Face,
    settings: &ModelSettings,
) -> Result<String, Problem> {
    let tested = async {
        let promise = module(face).await?.test_connection(&written(settings))?;
        read::<Result<String, Problem>>(&JsFuture::from(promise).await?)
    };
    tested.await.unwrap_or_else(|_| Err(not_loaded()))
}

async fn module(face: &Face) -> Result<Module, JsValue> {
    JsFuture::from(face.0.load_models()?).await.map(wasm_bindgen::JsCast::unchecked_into)
}

fn tell(event: &str, on_event: &mut dyn FnMut(RunEvent)) {
    if let Ok(event) = serde_json::from_str(event) {
        on_event(event);
    }
}

fn read<T: FromJson>(text: &JsValue) -> Result<T, JsValue> {
    serde_json::from_str(&text.as_string().unwrap_or_default())
        .and_then(T::from_json)
        .map_err(|_| JsValue::NULL)
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(feature = "embed")]
fn not_allowed(model: &str, reason: &str) -> Problem {
    let reason = reason.trim_end_matches('.');
    let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    Problem {
        what: format!("Asking {model} was not allowed{because}."),
        next: "Allow it the next time, or choose the guide.".to_owned(),
    }
}

fn not_loaded() -> Problem {
    Problem {
        what: "The code for language models did not load.".to_owned(),
        next: "Check the connection, then ask again.".to_owned(),
    }
}
