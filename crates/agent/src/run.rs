use std::collections::{HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use usher_protocol::{
    Conversation, Cost, ErrorKind, Message, Mode, ModelReply, ModelRequest, Problem, Status, Step,
    ToolCall, ToolSpec, Turn, Usage,
};

use crate::brief::{self, Brief, Instruct, Nothing};
use crate::draft::ASK;
use crate::grounding::Evidence;
use crate::limits::Limits;
use crate::rescue::{self, Rescued};
use crate::resume::leaves_a_trace;
use crate::{plan, window};

/// The longest question that may ask for an explanation, in characters.
const EXPLAINING_QUESTION: usize = 120;

/// What the driver of a run must do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Give this to the model, and its reply to [`Run::on_reply`].
    CallModel(ModelRequest),
    /// Run these calls in order, and give what came of them to [`Run::on_steps`].
    CallTools {
        /// The plan in plain words.
        plan: Option<String>,
        /// The calls.
        calls: Vec<ToolCall>,
    },
    /// The model cannot answer: another may begin this turn anew.
    Failed(Problem),
    /// The turn is over: the person must say something first.
    Ask(String),
    /// The turn is over.
    Done(Turn),
}

/// One turn of a conversation, from the question to the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run<I = Nothing> {
    question: String,
    brief: Brief<I>,
    tools: Vec<ToolSpec>,
    limits: Limits,
    messages: Vec<Message>,
    /// Where this turn's messages begin.
    start: usize,
    phase: Phase,
    state: State,
    model_calls: usize,
    /// How often the model was told that what it did was of no use.
    repairs: usize,
    /// Whether an answer was sent back for what it names.
    corrected: bool,
    cost: Option<Cost>,
    problem: Option<Problem>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Model,
    Tools {
        plan: Option<String>,
        calls: Vec<ToolCall>,
    },
    /// The model failed; another may take its place.
    Failed(Problem),
    Over {
        status: Status,
        answer: String,
    },
}

/// What the model is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    /// The next call or the answer.
    Steps,
    /// All calls at once.
    Plan,
    /// Nothing yet: these planned calls are to be run first.
    Planned(VecDeque<ToolCall>),
    /// The answer, from what the plan has found.
    Answer,
}

impl<I: Instruct> Run<I> {
    /// Begins a turn. A question that is empty or too long ends it at once, with
    /// an answer that says so.
    #[must_use]
    pub fn new(
        conversation: Conversation,
        question: &str,
        brief: Brief<I>,
        tools: Vec<ToolSpec>,
        limits: Limits,
    ) -> Self {
        let question = question.trim();
        let chars = question.chars().count();
        let state = if question.is_empty() {
            over(
                Status::Failed,
                "There is no question. Type one, such as: Recommend some movies to user 1.",
            )
        } else if chars > limits.question_chars {
            over(
                Status::Failed,
                format!(
                    "The question has {chars} characters, and up to {} are read. Shorten it and ask again.",
                    limits.question_chars
                ),
            )
        } else {
            State::Model
        };
        // What is refused is not kept in full.
        let question: String = question.chars().take(limits.question_chars).collect();
        let mut messages = conversation.messages;
        let start = messages.len();
        messages.push(Message::User { text: question.clone() });
        Self {
            question,
            phase: first_phase(&brief),
            brief,
            tools,
            limits,
            messages,
            start,
            state,
            model_calls: 0,
            repairs: 0,
            corrected: false,
            cost: None,
            problem: None,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self) -> Next {
        match &self.state {
            State::Model => Next::CallModel(self.request()),
            State::Tools { plan, calls } => {
                Next::CallTools { plan: plan.clone(), calls: calls.clone() }
            }
            State::Failed(problem) => Next::Failed(problem.clone()),
            State::Over { status: Status::NeedsInput, answer } => Next::Ask(answer.clone()),
            State::Over { .. } => Next::Done(self.turn()),
        }
    }

    /// Whether what the model says now may be shown as it arrives. A plan is not.
    #[must_use]
    pub fn speaks(&self) -> bool {
        self.phase != Phase::Plan
    }

    /// Takes what the model said. Without effect unless a model was called for.
    pub fn on_reply(&mut self, reply: ModelReply) {
        if self.state != State::Model {
            return;
        }
        let may_call = self.phase != Phase::Answer && !self.must_answer();
        self.model_calls += 1;
        match reply {
            ModelReply::Ask { question } => self.said(Status::NeedsInput, question),
            ModelReply::Answer { markdown } if self.brief.instructions.is_none() => {
                self.said(Status::Answered, markdown);
            }
            ModelReply::Answer { markdown } => self.on_words(markdown.trim(), may_call),
            ModelReply::Calls { plan, calls } => {
                if self.phase == Phase::Plan {
                    // It calls by itself when asked for a plan, and goes on so.
                    self.phase = Phase::Steps;
                }
                self.on_calls(plan, calls, may_call);
            }
        }
    }

    /// Takes what a request cost.
    pub fn on_usage(&mut self, usage: Usage) {
        let cost = self.cost.get_or_insert_default();
        cost.requests = cost.requests.saturating_add(1);
        cost.usage.input_tokens = cost.usage.input_tokens.saturating_add(usage.input_tokens);
        cost.usage.output_tokens = cost.usage.output_tokens.saturating_add(usage.output_tokens);
    }

    /// Takes what came of the calls, in their order. Without effect unless tools
    /// were called for.
    pub fn on_steps(&mut self, steps: Vec<Step>) {
        let State::Tools { calls, .. } = &self.state else { return };
        let mut misfit = None;
        let mut failed = false;
        for (call, step) in calls.iter().zip(steps) {
            if let Some(error) = step.result.error() {
                failed |= error.kind != ErrorKind::NoMatch;
                if matches!(error.kind, ErrorKind::InvalidArguments) {
                    misfit = Some((call.name.clone(), step.result.message().to_owned()));
                }
            }
            self.messages.push(Message::Tool { call: call.id.clone(), step });
        }
        self.state = State::Model;
        if self.brief.instructions.is_none() {
            return;
        }
        if let Phase::Planned(rest) = &mut self.phase {
            let rest = std::mem::take(rest);
            if failed {
                // What the plan did not foresee is met step by step.
                self.phase = Phase::Steps;
            } else if self.nothing_matches() {
                self.phase = Phase::Answer;
            } else {
                self.begin(None, rest);
            }
        }
        if let Some((tool, problem)) = misfit {
            let tool = self.tools.iter().find(|spec| spec.name == tool);
            self.note(brief::repair(&problem, tool));
        }
    }

    /// Ends the model's part because its server failed.
    pub fn on_failure(&mut self, problem: Problem) {
        if !matches!(self.state, State::Over { .. }) {
            self.state = State::Failed(problem);
        }
    }

    /// Ends the turn because the person wants it. `said` is the part of the answer
    /// that has arrived.
    pub fn on_stop(&mut self, said: &str) {
        if matches!(self.state, State::Over { .. }) {
            return;
        }
        if matches!(self.messages.last(), Some(Message::Calls { .. })) {
            self.messages.pop();
        }
        self.said(Status::Stopped, said.trim().to_owned());
    }

    /// Says why the model that was chosen does not answer this turn.
    #[must_use]
    pub fn in_place_of_another(mut self, problem: Problem) -> Self {
        self.problem = Some(problem);
        self
    }

    /// The turn as it stands.
    #[must_use]
    pub fn turn(&self) -> Turn {
        let (status, answer) = match &self.state {
            State::Over { status, answer } => (*status, answer.clone()),
            State::Model | State::Tools { .. } | State::Failed(_) => {
                (Status::Failed, "The run was not finished.".to_owned())
            }
        };
        Turn {
            question: self.question.clone(),
            status,
            steps: self.steps().cloned().collect(),
            answer,
            model: self.brief.model.clone(),
            problem: self.problem.clone(),
            cost: self.cost,
        }
    }

    /// The conversation with this turn in it. A turn without an answer leaves no
    /// trace, so that the next question does not stumble over it.
    #[must_use]
    pub fn into_conversation(mut self) -> Conversation {
        let keeps = match &self.state {
            State::Over { status, answer } => leaves_a_trace(*status, answer),
            _ => false,
        };
        if !keeps {
            self.messages.truncate(self.start);
        }
        Conversation { messages: self.messages }
    }

    fn request(&self) -> ModelRequest {
        let Some(instructions) = &self.brief.instructions else {
            return ModelRequest {
                system: None,
                messages: self.messages.clone(),
                tools: if self.must_answer() { Vec::new() } else { self.tools.clone() },
            };
        };
        let (system, tools) = match self.phase {
            Phase::Plan => (instructions.plan(&self.tools), Vec::new()),
            Phase::Answer => (instructions.answer(), Vec::new()),
            Phase::Steps | Phase::Planned(_) => {
                let tools = if self.must_answer() { Vec::new() } else { self.tools.clone() };
                (instructions.system(self.may_ask_why()), tools)
            }
        };
        let mut request =
            ModelRequest { system: Some(system), messages: self.messages.clone(), tools };
        window::fit(&mut request, instructions.context_tokens());
        request
    }

    /// Something was recommended before, and the question is short enough to ask
    /// for the reasons.
    fn may_ask_why(&self) -> bool {
        self.question.chars().count() <= EXPLAINING_QUESTION
            && self.messages.iter().take(self.start).any(|message| {
                matches!(message, Message::Tool { step, .. }
                    if step.tool == "get_top_k_recommendations" && step.result.data().is_some())
            })
    }

    fn on_words(&mut self, text: &str, may_call: bool) {
        let evidence = Evidence::of(&self.messages);
        let quoted = |part: &str| evidence.quotes(part);
        let amid_words = self.steps().next().is_none();
        let rescued = rescue::rescue(text, &self.tools, amid_words, &quoted);
        if self.phase == Phase::Plan {
            return self.on_plan(text, rescued);
        }
        match rescued {
            Rescued::Calls { plan, calls } => self.on_calls(plan, calls, may_call),
            Rescued::Unreadable if may_call => self.note(
                "Your call cannot be read: it is not whole JSON. Write it again, with nothing around it."
                    .to_owned(),
            ),
            Rescued::Unreadable => self.note("No more calls. Answer in words.".to_owned()),
            Rescued::Words => match question_back(text) {
                Some(question) => self.said(Status::NeedsInput, question.to_owned()),
                None if text.is_empty() => self.note("You said nothing. Answer the question.".to_owned()),
                None => self.on_answer(text, &evidence),
            },
        }
    }

    fn on_plan(&mut self, text: &str, rescued: Rescued) {
        let told = rescue::read_json(text).map(|(value, _)| value);
        let field =
            |name: &str| told.as_ref().and_then(|told| told.get(name)?.as_str()).map(str::to_owned);
        if let Some(question) = field("ask") {
            return self.said(Status::NeedsInput, question);
        }
        if let Rescued::Calls { plan, mut calls } = rescued {
            self.tidy(&mut calls);
            return self.begin(plan, calls.into());
        }
        self.phase = Phase::Steps;
        if let Some(answer) = field("answer") {
            let evidence = Evidence::of(&self.messages);
            return self.on_answer(&answer, &evidence);
        }
        // No plan, then: the model is asked for one step after the other.
        self.state = State::Model;
    }

    /// Runs the first of planned calls.
    fn begin(&mut self, plan: Option<String>, mut calls: VecDeque<ToolCall>) {
        calls.truncate(self.calls_left());
        let Some(mut call) = calls.pop_front() else {
            self.phase = Phase::Answer;
            self.state = State::Model;
            return;
        };
        let steps: Vec<&Step> = self.steps().collect();
        match plan::resolve(&call.arguments, &steps) {
            Ok(arguments) => {
                call.arguments = arguments;
                let calls_now = vec![call];
                self.messages.push(Message::Calls { plan: plan.clone(), calls: calls_now.clone() });
                self.phase = Phase::Planned(calls);
                self.state = State::Tools { plan, calls: calls_now };
            }
            Err(reference) => {
                self.phase = Phase::Steps;
                self.note(format!(
                    "The plan cannot go on: no result holds {reference}. Go on step by step."
                ));
            }
        }
    }

    fn on_calls(&mut self, plan: Option<String>, mut calls: Vec<ToolCall>, may_call: bool) {
        if !may_call || calls.is_empty() {
            return if self.brief.instructions.is_none() {
                self.fails("went on calling tools and gave no answer");
            } else {
                self.note("No more calls. Answer in words, with what you have.".to_owned());
            };
        }
        if self.brief.instructions.is_some() {
            self.tidy(&mut calls);
            if calls.is_empty() {
                return self.note(
                    "You have made this call already: its result stands above. Use it, or answer."
                        .to_owned(),
                );
            }
            if calls.iter().any(|call| plan::refers(&call.arguments)) {
                // Written as the worked examples are: a plan, whatever was asked for.
                return self.begin(plan, calls.into());
            }
        }
        calls.truncate(self.calls_left());
        self.messages.push(Message::Calls { plan: plan.clone(), calls: calls.clone() });
        self.state = State::Tools { plan, calls };
    }

    /// Reads arguments that came as text, gives calls ids where they have none of their
    /// own, and leaves out those that this turn has made before.
    fn tidy(&self, calls: &mut Vec<ToolCall>) {
        let mut ids: HashSet<String> = self.call_ids().map(str::to_owned).collect();
        let mut number = ids.len();
        let mut made: Vec<(String, serde_json::Value)> = self
            .steps()
            .map(|step| {
                (
                    step.tool.clone(),
                    step.requested.clone().unwrap_or_else(|| step.arguments.clone()),
                )
            })
            .collect();
        calls.retain_mut(|call| {
            call.arguments = rescue::opened(std::mem::take(&mut call.arguments));
            let asked = (call.name.clone(), call.arguments.clone());
            if made.contains(&asked) {
                return false;
            }
            made.push(asked);
            while call.id.is_empty() || !ids.insert(call.id.clone()) {
                number += 1;
                call.id = format!("call-{number}");
            }
            true
        });
    }

    fn on_answer(&mut self, text: &str, evidence: &Evidence) {
        let unknown = evidence.unknown_in(text);
        if unknown.is_empty() {
            return self.said(Status::Answered, text.to_owned());
        }
        let names = unknown.join(", ");
        if self.corrected || self.model_calls >= self.limits.model_calls {
            let marked = format!("{text}\n\n*No tool returned: {names}.*");
            return self.said(Status::Answered, marked);
        }
        self.corrected = true;
        self.messages.push(Message::Assistant { text: text.to_owned() });
        self.messages.push(Message::Note {
            text: format!(
                "No tool has returned these: {names}. Write the answer again with what the results hold, or call a tool."
            ),
        });
        self.state = State::Model;
    }

    /// Tells the model what is wrong. Once it has been told too often, it fails.
    fn note(&mut self, text: String) {
        self.repairs += 1;
        // One more than the repairs: the last note says that it must answer.
        if self.repairs > self.limits.repairs + 1 || self.model_calls > self.limits.model_calls {
            return self.fails("gave no answer that can be used");
        }
        self.messages.push(Message::Note { text });
        self.state = State::Model;
    }

    fn fails(&mut self, what: &str) {
        let problem = Problem {
            what: format!("The model {:?} {what}.", self.brief.model),
            next: "Ask again in other words, or choose another model.".to_owned(),
        };
        self.state = if self.brief.instructions.is_none() {
            over(Status::Failed, format!("{} {}", problem.what, problem.next))
        } else {
            State::Failed(problem)
        };
    }

    fn said(&mut self, status: Status, text: String) {
        // Drafts and notes were for the model alone.
        let start = self.start;
        let mut place = 0;
        self.messages.retain(|message| {
            place += 1;
            place <= start || !matches!(message, Message::Note { .. } | Message::Assistant { .. })
        });
        if !text.is_empty() {
            self.messages.push(Message::Assistant { text: text.clone() });
        }
        self.state = over(status, text);
    }

    fn steps(&self) -> impl Iterator<Item = &Step> {
        self.messages.iter().skip(self.start).filter_map(|message| match message {
            Message::Tool { step, .. } => Some(step),
            _ => None,
        })
    }

    fn call_ids(&self) -> impl Iterator<Item = &str> {
        self.messages
            .iter()
            .filter_map(|message| match message {
                Message::Calls { calls, .. } => Some(calls),
                _ => None,
            })
            .flatten()
            .map(|call| call.id.as_str())
    }

    fn calls_left(&self) -> usize {
        self.limits.calls.saturating_sub(self.steps().count())
    }

    fn nothing_matches(&self) -> bool {
        self.steps()
            .any(|step| step.result.error().is_some_and(|error| error.kind == ErrorKind::NoMatch))
    }

    /// The limits are reached, or a tool found that nothing matches: more calls
    /// would only water down what was asked.
    fn must_answer(&self) -> bool {
        self.nothing_matches()
            || self.calls_left() == 0
            || self.model_calls >= self.limits.model_calls
            || self.repairs > self.limits.repairs
    }
}

fn first_phase<I: Instruct>(brief: &Brief<I>) -> Phase {
    match &brief.instructions {
        Some(instructions) if instructions.mode() == Mode::PlanFirst => Phase::Plan,
        _ => Phase::Steps,
    }
}

fn over(status: Status, answer: impl Into<String>) -> State {
    State::Over { status, answer: answer.into() }
}

/// What the model asks the person, if it does.
fn question_back(text: &str) -> Option<&str> {
    let question = text.strip_prefix(ASK)?.trim();
    (!question.is_empty()).then_some(question)
}

#[cfg(test)]
mod tests;
