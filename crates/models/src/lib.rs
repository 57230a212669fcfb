//! Language models on servers: asking them, waiting for them, giving up on them.
//!
//! A [`Remote`] answers whole turns: it drives the run of a model that is told how
//! to work, lets the engine run the tools, and keeps its answers. No network and no
//! clock of its own: a face lends a [`Transport`].

mod cache;
mod client;
mod connection;
mod patience;
mod transport;
mod words;

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures::future::{Either, select};
use usher_agent::{
    Answered, Answerer, Brief, Draft, Instructions, Limits, Next, Run, Stop, Task, Tools, Waiting,
    run_tool, worked_examples,
};
use usher_protocol::{
    ModelError, ModelReply, ModelRequest, ModelSettings, Problem, RunEvent, ToolCall,
};

use cache::{Cache, Key};
use client::{Client, Heard};
pub use connection::{list_models, test_connection};
pub use patience::Patience;
pub use transport::{Response, Transport, Unreachable};
pub use usher_llm::{HttpRequest, Method};

/// How many worked examples a model is shown.
const EXAMPLES: usize = 3;

/// A model on a server, and the way to it.
pub struct Remote {
    settings: ModelSettings,
    transport: Rc<dyn Transport>,
    patience: Patience,
    answers: RefCell<Cache>,
}

impl Remote {
    /// A model, and how its server is reached and waited for.
    #[must_use]
    pub fn new(settings: ModelSettings, transport: Rc<dyn Transport>, patience: Patience) -> Self {
        Self { settings, transport, patience, answers: RefCell::default() }
    }

    fn client(&self) -> Client<'_> {
        Client {
            settings: &self.settings,
            transport: self.transport.as_ref(),
            patience: self.patience,
        }
    }

    /// What the model is told, for a question over this catalogue.
    fn brief(&self, question: &str, catalogue: String) -> Brief<Instructions> {
        let examples = worked_examples();
        let questions: Vec<&str> =
            examples.iter().map(|example| example.question.as_str()).collect();
        let nearest = usher_retrieval::nearest_of(question, &questions, EXAMPLES);
        Brief {
            model: self.settings.model.clone(),
            instructions: Some(Instructions {
                mode: self.settings.mode,
                small: self.settings.small,
                context_tokens: self.settings.context_tokens as usize,
                catalogue,
                examples: nearest
                    .into_iter()
                    .filter_map(|place| examples.get(place).cloned())
                    .collect(),
            }),
        }
    }

    async fn drive(
        &self,
        task: Task,
        tools: &dyn Tools,
        stop: &Stop,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Answered {
        let key = Key::of(&self.settings, &task.conversation, &task.question);
        let kept = self.answers.borrow().get(key);
        if let Some((turn, conversation)) = kept {
            // What it found is found again: a later question may name its sets.
            for step in &turn.steps {
                let arguments = step.requested.clone().unwrap_or_else(|| step.arguments.clone());
                let (name, why) = (step.tool.clone(), step.why.clone());
                run_tool(tools, &ToolCall { id: String::new(), name, arguments, why }, on_event)
                    .await;
            }
            return Answered::Turn { turn, conversation };
        }
        let brief = self.brief(&task.question, task.catalogue);
        let mut run =
            Run::new(task.conversation, &task.question, brief, task.tools, Limits::default());
        // Whether the person has seen words that turned out not to be the answer.
        let mut is_shown = false;
        let turn = loop {
            match run.next() {
                Next::CallModel(request) => {
                    if std::mem::take(&mut is_shown) {
                        on_event(RunEvent::Withdrawn);
                    }
                    is_shown = self.listen(&request, &mut run, stop, on_event).await;
                }
                Next::CallTools { plan, calls } => {
                    is_shown = false;
                    on_event(RunEvent::Planned { plan, calls: calls.clone() });
                    let mut steps = Vec::with_capacity(calls.len());
                    for call in calls {
                        steps.push(run_tool(tools, &call, on_event).await);
                    }
                    run.on_steps(steps);
                }
                Next::Failed(problem) => {
                    if is_shown {
                        on_event(RunEvent::Withdrawn);
                    }
                    return Answered::Failed(problem);
                }
                Next::Ask(_) => break run.turn(),
                Next::Done(turn) => break turn,
            }
            if stop.is_pressed() {
                run.on_stop("");
            }
        };
        let conversation = run.into_conversation();
        self.answers.borrow_mut().keep(key, &turn, &conversation);
        Answered::Turn { turn, conversation }
    }

    /// Asks a model on a server, and tells its words as they arrive. Gives whether any
    /// were shown.
    async fn listen(
        &self,
        request: &ModelRequest,
        run: &mut Run<Instructions>,
        stop: &Stop,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> bool {
        let tools: Vec<&str> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
        let speaks = run.speaks();
        let mut draft = Draft::default();
        let mut is_shown = false;
        let mut usage = None;
        let reply: Option<Result<ModelReply, ModelError>> = {
            let mut tell = |heard| match heard {
                Heard::Text(piece) => {
                    if let Some(text) = draft.push(&piece, &tools).filter(|_| speaks) {
                        is_shown = true;
                        on_event(RunEvent::Said { text });
                    }
                }
                Heard::Thinking(text) => on_event(RunEvent::Thought { text }),
                Heard::Usage(told) => usage = Some(told),
                Heard::Again { error, wait_ms } => {
                    draft = Draft::default();
                    if std::mem::take(&mut is_shown) {
                        on_event(RunEvent::Withdrawn);
                    }
                    let problem = words::problem(&error, &self.settings);
                    on_event(RunEvent::Retrying { problem, wait_ms });
                }
            };
            let client = self.client();
            match select(pin!(client.reply(request, &mut tell)), pin!(stop.pressed())).await {
                Either::Left((reply, _)) => Some(reply),
                Either::Right(_) => None,
            }
        };
        // A request that tells no usage is counted all the same.
        run.on_usage(usage.unwrap_or_default());
        match reply {
            Some(Ok(reply)) => run.on_reply(reply),
            Some(Err(error)) => {
                if is_shown {
                    on_event(RunEvent::Withdrawn);
                    is_shown = false;
                }
                run.on_failure(words::problem(&error, &self.settings));
            }
            None => run.on_stop(if speaks { draft.text() } else { "" }),
        }
        is_shown
    }
}

/// Whether a server can be asked with these settings at all.
///
/// # Errors
/// What is wrong with the address or the key, and what to write instead.
pub fn check(settings: &ModelSettings) -> Result<(), Problem> {
    match usher_llm::list_models(settings) {
        Ok(_) => Ok(()),
        Err(error) => Err(words::problem(&client::unusable(&error), settings)),
    }
}

impl Answerer for Remote {
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
        Box::pin(self.drive(task, tools, stop, on_event))
    }
}

#[cfg(test)]
mod tests;
