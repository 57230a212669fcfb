use serde::{Deserialize, Serialize};
use usher_protocol::{
    Conversation, ErrorKind, Message, ModelReply, ModelRequest, Status, Step, ToolCall, ToolSpec,
    Turn,
};

use crate::limits::Limits;

/// What the driver of a run must do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Give this to the model, and its reply to [`Run::on_reply`].
    CallModel(ModelRequest),
    /// Run these calls in order, and give what came of them to [`Run::on_steps`].
    CallTools(Vec<ToolCall>),
    /// The turn is over: the person must say something first.
    Ask(String),
    /// The turn is over.
    Done(Turn),
}

/// One turn of a conversation, from the question to the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    question: String,
    model: String,
    tools: Vec<ToolSpec>,
    limits: Limits,
    messages: Vec<Message>,
    /// Where this turn's messages begin.
    start: usize,
    model_calls: usize,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Model,
    Tools(Vec<ToolCall>),
    Over { status: Status, answer: String },
}

impl Run {
    /// Begins a turn. A question that is empty or too long ends it at once, with
    /// an answer that says so.
    #[must_use]
    pub fn new(
        conversation: Conversation,
        question: &str,
        model: &str,
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
            model: model.to_owned(),
            tools,
            limits,
            messages,
            start,
            model_calls: 0,
            state,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self) -> Next {
        match &self.state {
            State::Model => Next::CallModel(ModelRequest {
                system: None,
                messages: self.messages.clone(),
                tools: if self.must_answer() { Vec::new() } else { self.tools.clone() },
            }),
            State::Tools(calls) => Next::CallTools(calls.clone()),
            State::Over { status: Status::NeedsInput, answer } => Next::Ask(answer.clone()),
            State::Over { .. } => Next::Done(self.turn()),
        }
    }

    /// Takes what the model said. Without effect unless a model was called for.
    pub fn on_reply(&mut self, reply: ModelReply) {
        if self.state != State::Model {
            return;
        }
        self.model_calls += 1;
        let may_call = !self.must_answer();
        self.state = match reply {
            ModelReply::Calls { plan, mut calls } if may_call && !calls.is_empty() => {
                calls.truncate(self.limits.calls.saturating_sub(self.steps().count()));
                self.messages.push(Message::Calls { plan, calls: calls.clone() });
                State::Tools(calls)
            }
            ModelReply::Calls { .. } => over(
                Status::Failed,
                "The model went on calling tools and gave no answer. Ask again in other words, or a simpler question.",
            ),
            ModelReply::Ask { question } => self.said(Status::NeedsInput, question),
            ModelReply::Answer { markdown } => self.said(Status::Answered, markdown),
        };
    }

    /// Takes what came of the calls, in their order. Without effect unless tools
    /// were called for.
    pub fn on_steps(&mut self, steps: Vec<Step>) {
        let State::Tools(calls) = &self.state else { return };
        for (call, step) in calls.iter().zip(steps) {
            self.messages.push(Message::Tool { call: call.id.clone(), step });
        }
        self.state = State::Model;
    }

    /// Ends the turn because of something outside it (the model cannot be reached).
    pub fn on_failure(&mut self, what_and_next: impl Into<String>) {
        if !matches!(self.state, State::Over { .. }) {
            self.state = over(Status::Failed, what_and_next);
        }
    }

    /// The turn as it stands.
    #[must_use]
    pub fn turn(&self) -> Turn {
        let (status, answer) = match &self.state {
            State::Over { status, answer } => (*status, answer.clone()),
            State::Model | State::Tools(_) => {
                (Status::Failed, "The run was not finished.".to_owned())
            }
        };
        Turn {
            question: self.question.clone(),
            status,
            steps: self.steps().cloned().collect(),
            answer,
            model: self.model.clone(),
        }
    }

    /// The conversation with this turn in it. A failed turn leaves no trace, so
    /// that the next question does not stumble over it.
    #[must_use]
    pub fn into_conversation(mut self) -> Conversation {
        if !matches!(self.state, State::Over { status: Status::Answered | Status::NeedsInput, .. })
        {
            self.messages.truncate(self.start);
        }
        Conversation { messages: self.messages }
    }

    fn said(&mut self, status: Status, text: String) -> State {
        self.messages.push(Message::Assistant { text: text.clone() });
        over(status, text)
    }

    fn steps(&self) -> impl Iterator<Item = &Step> {
        self.messages.iter().skip(self.start).filter_map(|message| match message {
            Message::Tool { step, .. } => Some(step),
            _ => None,
        })
    }

    /// The limits are reached, or a tool found that nothing matches: more calls
    /// would only water down what was asked.
    fn must_answer(&self) -> bool {
        let nothing_matches = self
            .steps()
            .any(|step| step.result.error().is_some_and(|error| error.kind == ErrorKind::NoMatch));
        nothing_matches
            || self.steps().count() >= self.limits.calls
            || self.model_calls >= self.limits.model_calls
    }
}

fn over(status: Status, answer: impl Into<String>) -> State {
    State::Over { status, answer: answer.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_protocol::{ToolError, ToolResult};

    use super::*;

    fn run(question: &str) -> Run {
        let tool = ToolSpec {
            name: "look".into(),
            description: "Looks.".into(),
            parameters: json!({"type": "object"}),
        };
        Run::new(Conversation::default(), question, "test", vec![tool], Limits::default())
    }

    fn call(id: usize) -> ModelReply {
        ModelReply::Calls {
            plan: Some("Look.".into()),
            calls: vec![ToolCall {
                id: format!("call-{id}"),
                name: "look".into(),
                arguments: json!({}),
                why: None,
            }],
        }
    }

    fn step(result: ToolResult) -> Step {
        Step {
            tool: "look".into(),
            arguments: json!({}),
            requested: None,
            why: None,
            result,
            elapsed_us: 1,
        }
    }

    fn found() -> ToolResult {
        ToolResult::Success { message: "Found.".into(), data: json!({}) }
    }

    fn nothing() -> ToolResult {
        ToolResult::Failure {
            message: "Nothing.".into(),
            error: ToolError { kind: ErrorKind::NoMatch, retryable: false, hint: String::new() },
        }
    }

    #[test]
    fn a_question_leads_through_tools_to_an_answer() {
        let mut run = run("Where?");
        assert!(matches!(run.next(), Next::CallModel(request) if request.tools.len() == 1));
        run.on_reply(call(1));
        assert!(matches!(run.next(), Next::CallTools(calls) if calls.len() == 1));
        run.on_steps(vec![step(found())]);
        run.on_reply(ModelReply::Answer { markdown: "Here.".into() });
        let Next::Done(turn) = run.next() else { panic!("not done") };
        assert_eq!(
            (turn.status, turn.answer.as_str(), turn.steps.len()),
            (Status::Answered, "Here.", 1)
        );
        assert_eq!(run.into_conversation().messages.len(), 4);
    }

    #[test]
    fn a_run_can_be_stored_between_any_two_events() {
        let mut run = run("Where?");
        let events: [fn(&mut Run); 3] = [
            |run| run.on_reply(call(1)),
            |run| run.on_steps(vec![step(found())]),
            |run| run.on_reply(ModelReply::Ask { question: "Who?".into() }),
        ];
        for event in events {
            let stored = serde_json::to_string(&run).unwrap();
            run = serde_json::from_str(&stored).unwrap();
            event(&mut run);
        }
        assert_eq!(run.next(), Next::Ask("Who?".into()));
    }

    #[test]
    fn after_nothing_matched_no_tool_is_offered() {
        let mut run = run("Where?");
        run.on_reply(call(1));
        run.on_steps(vec![step(nothing())]);
        assert!(matches!(run.next(), Next::CallModel(request) if request.tools.is_empty()));
        run.on_reply(call(2));
        assert_eq!(run.turn().status, Status::Failed);
    }

    #[test]
    fn a_model_that_only_calls_tools_is_stopped() {
        let mut run = run("Where?");
        for id in 0.. {
            match run.next() {
                Next::CallModel(_) => run.on_reply(call(id)),
                Next::CallTools(calls) => {
                    run.on_steps(calls.iter().map(|_| step(found())).collect());
                }
                Next::Ask(_) | Next::Done(_) => break,
            }
            assert!(id < 100, "the run does not end");
        }
        let turn = run.turn();
        assert_eq!((turn.status, turn.steps.len()), (Status::Failed, Limits::default().calls));
        assert!(run.into_conversation().messages.is_empty());
    }

    #[test]
    fn a_question_that_is_empty_or_too_long_is_answered_at_once() {
        for (question, part) in [("  ", "no question"), (&"é".repeat(100_000), "100000 characters")]
        {
            let Next::Done(turn) = run(question).next() else { panic!("not done") };
            assert_eq!(turn.status, Status::Failed);
            assert!(turn.answer.contains(part), "{}", turn.answer);
            assert!(turn.question.chars().count() <= Limits::default().question_chars);
        }
    }

    #[test]
    fn events_out_of_turn_change_nothing() {
        let mut run = run("Where?");
        run.on_steps(vec![step(found())]);
        assert!(matches!(run.next(), Next::CallModel(_)));
        run.on_reply(ModelReply::Answer { markdown: "Here.".into() });
        run.on_reply(call(1));
        run.on_failure("late");
        assert_eq!(run.turn().answer, "Here.");
    }
}
