use std::cell::RefCell;
use std::collections::VecDeque;

use futures::executor::block_on;
use futures::future::{LocalBoxFuture, pending, ready};
use futures::{FutureExt, StreamExt, stream};
use serde_json::json;
use usher_protocol::{
    Api, Conversation, Key as Secret, Mode, Problem, Status, Step, ToolCall, ToolResult, ToolSpec,
    Turn,
};

use super::*;

/// A wait that is over at once; every other one never ends.
const SHORT_MS: u64 = 7;

/// What the server does with a request.
enum Reply {
    /// A stream of Chat Completions that says this.
    Says(&'static str),
    /// The same, and then nothing more comes.
    Begins(&'static str),
    Status(u16),
    Unreachable,
}

#[derive(Default)]
struct Server {
    replies: RefCell<VecDeque<Reply>>,
    requests: RefCell<usize>,
}

impl Server {
    fn with(replies: impl IntoIterator<Item = Reply>) -> Rc<Self> {
        Rc::new(Self {
            replies: RefCell::new(replies.into_iter().collect()),
            requests: RefCell::default(),
        })
    }
}

fn chunk(text: &str) -> String {
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": text}}]}))
}

const END: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

impl Transport for Server {
    fn send<'a>(&'a self, _: &'a HttpRequest) -> LocalBoxFuture<'a, Result<Response, Unreachable>> {
        *self.requests.borrow_mut() += 1;
        let whole = |text: String| stream::iter([Ok(text.into_bytes())]);
        let (status, body) = match self.replies.borrow_mut().pop_front() {
            Some(Reply::Says(text)) => (200, whole(chunk(text) + END).boxed_local()),
            Some(Reply::Begins(text)) => {
                (200, whole(chunk(text)).chain(stream::pending()).boxed_local())
            }
            Some(Reply::Status(status)) => (status, whole(String::new()).boxed_local()),
            Some(Reply::Unreachable) | None => {
                let error = Unreachable { detail: "refused".to_owned() };
                return ready(Err(error)).boxed_local();
            }
        };
        ready(Ok(Response { status, retry_after: None, body })).boxed_local()
    }

    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        if ms == SHORT_MS { ready(()).boxed_local() } else { pending().boxed_local() }
    }

    fn diagnose<'a>(&'a self, url: &'a str) -> LocalBoxFuture<'a, Problem> {
        ready(Problem { what: format!("{url}: no."), next: "Start it.".to_owned() }).boxed_local()
    }
}

struct Found;

impl Tools for Found {
    fn call<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Step> {
        Box::pin(ready(Step {
            tool: call.name.clone(),
            arguments: call.arguments.clone(),
            requested: None,
            why: None,
            result: ToolResult::Success { message: "Found.".to_owned(), data: json!({}) },
            elapsed_us: 1,
        }))
    }
}

fn settings() -> ModelSettings {
    ModelSettings {
        api: Api::Chat,
        base_url: "http://localhost:1234".to_owned(),
        model: "clever".to_owned(),
        key: None,
        temperature: None,
        context_tokens: 8_192,
        mode: Mode::StepByStep,
        small: false,
    }
}

fn remote(server: &Rc<Server>) -> Remote {
    let patience = Patience {
        first_byte_ms: 1,
        silence_ms: 1,
        retries: 1,
        backoff_ms: SHORT_MS,
        longest_wait_ms: 1_000,
    };
    Remote::new(settings(), Rc::clone(server) as Rc<dyn Transport>, patience)
}

fn task(question: &str, conversation: Conversation) -> Task {
    let tool = ToolSpec {
        name: "look".to_owned(),
        description: "Looks.".to_owned(),
        parameters: json!({"type": "object", "additionalProperties": false, "properties": {}}),
    };
    Task {
        question: question.to_owned(),
        conversation,
        tools: vec![tool],
        catalogue: "Nine items.".to_owned(),
    }
}

fn ask(remote: &Remote, task: Task, stop: &Stop) -> (Answered, Vec<RunEvent>) {
    let mut events = Vec::new();
    let answered = block_on(remote.answer(task, &Found, stop, &mut |event| events.push(event)));
    (answered, events)
}

fn turn(answered: Answered) -> (Turn, Conversation) {
    match answered {
        Answered::Turn { turn, conversation } => (turn, conversation),
        Answered::Failed(problem) => panic!("{problem:?}"),
    }
}

#[test]
fn the_same_question_in_the_same_conversation_is_asked_once() {
    let server = Server::with([Reply::Says("Hello."), Reply::Says("Hello again.")]);
    let remote = remote(&server);
    let hello = || task("Hello", Conversation::default());
    let (first, conversation) = turn(ask(&remote, hello(), &Stop::default()).0);
    let (second, _) = turn(ask(&remote, hello(), &Stop::default()).0);
    assert_eq!((first.answer.as_str(), second.answer.as_str()), ("Hello.", "Hello."));
    assert!(first.cost.is_some() && second.cost.is_none(), "it is paid once");
    let (later, _) = turn(ask(&remote, task("Hello", conversation), &Stop::default()).0);
    assert_eq!(later.answer, "Hello again.", "another conversation is another question");
    assert_eq!(*server.requests.borrow(), 2);
}

#[test]
fn what_failed_is_asked_again() {
    let server = Server::with([Reply::Status(401), Reply::Says("Hello.")]);
    let remote = remote(&server);
    let hello = || task("Hello", Conversation::default());
    assert!(matches!(ask(&remote, hello(), &Stop::default()).0, Answered::Failed(_)));
    assert_eq!(turn(ask(&remote, hello(), &Stop::default()).0).0.answer, "Hello.");
}

#[test]
fn what_a_kept_answer_found_is_found_again() {
    let server = Server::with([
        Reply::Says("<tool_call>{\"name\": \"look\", \"arguments\": {}}</tool_call>"),
        Reply::Says("Here."),
    ]);
    let remote = remote(&server);
    for _ in 0..2 {
        let (answered, events) =
            ask(&remote, task("Hello", Conversation::default()), &Stop::default());
        assert_eq!(turn(answered).0.answer, "Here.");
        let found = events.iter().filter(|event| matches!(event, RunEvent::ToolFinished { .. }));
        assert_eq!(found.count(), 1);
    }
    assert_eq!(*server.requests.borrow(), 2);
}

#[test]
fn an_answer_does_not_depend_on_the_key() {
    let key = |secret: &str| {
        let settings = ModelSettings { key: Some(Secret(secret.to_owned())), ..settings() };
        Key::of(&settings, &Conversation::default(), "Hello")
    };
    assert!(key("a") == key("b"));
    let other = ModelSettings { model: "other".to_owned(), ..settings() };
    assert!(key("a") != Key::of(&other, &Conversation::default(), "Hello"));
}

#[test]
fn a_failure_that_may_pass_is_told_and_tried_again() {
    for failure in [Reply::Status(503), Reply::Unreachable] {
        let server = Server::with([failure, Reply::Says("Hello.")]);
        let (answered, events) =
            ask(&remote(&server), task("Hello", Conversation::default()), &Stop::default());
        assert_eq!(turn(answered).0.answer, "Hello.");
        assert!(
            events
                .iter()
                .any(|event| matches!(event, RunEvent::Retrying { wait_ms: SHORT_MS, .. })),
            "{events:?}"
        );
    }
}

#[test]
fn a_server_that_stays_away_is_given_up_with_the_next_step() {
    let server = Server::with([]);
    let (answered, _) =
        ask(&remote(&server), task("Hello", Conversation::default()), &Stop::default());
    let Answered::Failed(problem) = answered else { panic!("{answered:?}") };
    assert!(problem.what.contains("localhost:1234") && !problem.next.is_empty(), "{problem:?}");
    assert_eq!(*server.requests.borrow(), 2);
}

#[test]
fn silence_ends_in_a_message() {
    let server = Server::with([Reply::Begins("Hel")]);
    let mut remote = remote(&server);
    remote.patience.silence_ms = SHORT_MS;
    let (answered, events) = ask(&remote, task("Hello", Conversation::default()), &Stop::default());
    let Answered::Failed(problem) = answered else { panic!("{answered:?}") };
    assert!(problem.what.contains("too long"), "{problem:?}");
    assert_eq!(events.last(), Some(&RunEvent::Withdrawn), "what was shown is taken back");
}

#[test]
fn what_was_said_when_it_is_stopped_is_the_answer() {
    let server = Server::with([Reply::Begins("1. Far")]);
    let remote = remote(&server);
    let stop = Stop::default();
    let pressed = stop.clone();
    let mut on_event = |event: RunEvent| {
        if matches!(event, RunEvent::Said { .. }) {
            pressed.press();
        }
    };
    let task = task("Hello", Conversation::default());
    let (turn, conversation) = turn(block_on(remote.answer(task, &Found, &stop, &mut on_event)));
    assert_eq!((turn.status, turn.answer.as_str()), (Status::Stopped, "1. Far"));
    assert_eq!(conversation.messages.len(), 2);
}

#[test]
fn words_that_are_sent_back_are_withdrawn() {
    let server =
        Server::with([Reply::Says("**The Great Heist** (1999)"), Reply::Says("Nothing fits.")]);
    let (answered, events) =
        ask(&remote(&server), task("Hello", Conversation::default()), &Stop::default());
    assert_eq!(turn(answered).0.answer, "Nothing fits.");
    let kinds: Vec<&RunEvent> =
        events.iter().filter(|event| matches!(event, RunEvent::Withdrawn)).collect();
    assert_eq!(kinds.len(), 1, "{events:?}");
}

#[test]
fn calls_written_as_text_are_run_and_not_shown() {
    let server = Server::with([
        Reply::Says("<tool_call>{\"name\": \"look\", \"arguments\": {}}</tool_call>"),
        Reply::Says("Here."),
    ]);
    let (answered, events) =
        ask(&remote(&server), task("Hello", Conversation::default()), &Stop::default());
    assert_eq!(turn(answered).0.steps.len(), 1);
    let said: String = events
        .iter()
        .filter_map(|event| match event {
            RunEvent::Said { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(said, "Here.");
}

#[test]
fn a_connection_is_tested_with_a_call() {
    let server = Server::with([Reply::Says("I am here."), Reply::Status(401), Reply::Unreachable]);
    let test = || block_on(test_connection(&settings(), server.as_ref()));
    assert!(test().unwrap().contains("words where a tool call was asked for"));
    assert!(test().unwrap_err().what.contains("asks for a key"));
    assert!(test().unwrap_err().what.ends_with(": no."), "the face finds out why");
}
