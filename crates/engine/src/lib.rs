//! Everything between a face and an open bundle: the tools, the guide, and the run
//! of one conversation.
//!
//! A face opens a bundle, makes an [`Engine`], asks, and shows the events. The
//! page keeps it in a Web Worker; the command line holds it directly. No I/O and
//! no clock of its own. A face may lend a language model that answers in the guide's
//! place; the engine knows none.

mod examples;
mod host;

pub use host::{Host, Permission};

use std::rc::Rc;

use serde_json::Value;
use usher_agent::{
    Answered, Answerer, Brief, Limits, Next, Run, Stop, Task, Tools, Waiting, run_tool,
};
use usher_bundle::Bundle;
use usher_guide::Guide;
use usher_protocol::{
    About, Conversation, Counts, ErrorKind, Example, Id, Message, Problem, RunEvent, Step,
    ToolCall, ToolError, ToolResult, ToolSpec, Turn,
};
use usher_tools::{BundlePorts, Catalogue, Ports, Registry, normalise_and_check};

/// The name of the model that answers when no other is chosen.
pub const GUIDE: &str = "guide";

/// A clock, from the face: the engine has none of its own.
pub trait Clock {
    /// Microseconds since any fixed moment.
    fn now_us(&self) -> u64;
}

/// A conversation over an open bundle.
pub struct Engine {
    ports: BundlePorts,
    registry: Registry<BundlePorts>,
    examples: Vec<Example>,
    conversation: Conversation,
    model: Option<Rc<dyn Answerer>>,
    elsewhere: Option<Rc<dyn Tools>>,
    host: Option<Rc<dyn Host>>,
    about_user: Option<Id>,
    /// Whether the conversation has not been told of `about_user`.
    is_untold: bool,
}

impl Engine {
    /// An engine over a bundle, with a new conversation. The guide answers.
    #[must_use]
    pub fn new(bundle: impl Into<Rc<Bundle>>) -> Self {
        let bundle = bundle.into();
        Self {
            examples: examples::of(&bundle),
            ports: BundlePorts::new(bundle),
            registry: Registry::default(),
            conversation: Conversation::default(),
            model: None,
            elsewhere: None,
            host: None,
            about_user: None,
            is_untold: false,
        }
    }

    /// Chooses where tools run from now on; nothing: here, over the bundle.
    pub fn use_tools(&mut self, tools: Option<Rc<dyn Tools>>) {
        self.elsewhere = tools;
    }

    /// Chooses whose tools are added and who is asked before a call; nothing: none.
    pub fn use_host(&mut self, host: Option<Rc<dyn Host>>) {
        self.host = host;
    }

    /// Whom the conversation is about until a question names somebody; nothing: nobody new.
    /// Said again, it holds again.
    pub fn set_context(&mut self, user: Option<Id>) {
        self.is_untold = user.is_some();
        self.about_user = user;
    }

    /// Keeps items out of what this conversation recommends, in place of those that were
    /// kept out before. Ids that the catalogue does not have are left out. Tools that run
    /// elsewhere do not hear of it.
    pub fn exclude(&mut self, items: &[Id]) {
        let row = |id| self.ports.catalogue().item(id);
        self.ports.sets().keep_out(items.iter().filter_map(row));
    }

    /// Chooses who answers from now on; nothing: the guide.
    pub fn use_model(&mut self, model: Option<Rc<dyn Answerer>>) {
        self.model = model;
    }

    /// What a person wants to know of the bundle.
    #[must_use]
    pub fn about(&self) -> About {
        let manifest = self.ports.bundle().manifest();
        About {
            name: manifest.name.clone(),
            counts: Counts {
                items: manifest.counts.items,
                users: manifest.counts.users,
                interactions: manifest.counts.interactions,
            },
            model: self.model.as_ref().map_or(GUIDE, |model| model.name()).to_owned(),
            examples: self.examples.clone(),
            note: manifest.made.note.clone(),
        }
    }

    /// The tools as a model is told of them.
    #[must_use]
    pub fn tools(&self) -> Vec<ToolSpec> {
        let mut tools: Vec<ToolSpec> = self.registry.specs().cloned().collect();
        if let Some(host) = &self.host {
            let is_new = |spec: &&ToolSpec| !tools.iter().any(|tool| tool.name == spec.name);
            let added: Vec<ToolSpec> = host.tools().iter().filter(is_new).cloned().collect();
            tools.extend(added);
        }
        tools
    }

    /// Answers a question within the conversation so far, telling each event as it
    /// happens. The last event holds the turn that is returned. Where a language
    /// model fails, the guide answers in its place, and the turn says why.
    pub async fn ask(
        &mut self,
        question: &str,
        clock: &dyn Clock,
        stop: &Stop,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Turn {
        self.tell_context();
        let turn = match self.ask_model(question, clock, stop, on_event).await {
            Some(Ok(turn)) => turn,
            Some(Err(problem)) => {
                let model = GUIDE.to_owned();
                on_event(RunEvent::FellBack { problem: problem.clone(), model });
                self.ask_guide(question, Some(problem), clock, on_event).await
            }
            None => self.ask_guide(question, None, clock, on_event).await,
        };
        on_event(RunEvent::Finished { turn: turn.clone() });
        turn
    }

    /// Runs one tool outside the conversation's run.
    pub async fn tool(&self, name: &str, arguments: Value, clock: &dyn Clock) -> Step {
        let call = ToolCall { id: String::new(), name: name.to_owned(), arguments, why: None };
        self.step(&call, clock).await
    }

    /// Forgets the conversation and its item sets.
    pub fn start_over(&mut self) {
        self.resume(Vec::new());
    }

    /// Goes on with the conversation that these turns make. Its item sets are forgotten:
    /// who names one is told so, and looks again.
    pub fn resume(&mut self, turns: Vec<Turn>) {
        self.conversation = usher_agent::resumed(turns);
        self.is_untold = self.about_user.is_some();
        self.ports.sets().clear();
    }

    /// Whom it is about stands in the conversation as if it had been said: whoever answers
    /// understands it.
    fn tell_context(&mut self) {
        let Some(user) = self.about_user.as_ref().filter(|_| self.is_untold) else { return };
        let said = Message::User { text: format!("It is about user {user}.") };
        let understood = Message::Assistant {
            text: format!("A question that names nobody is about user {user} from now on."),
        };
        self.conversation.messages.extend([said, understood]);
        self.is_untold = false;
    }

    /// Nothing if no language model is chosen.
    async fn ask_model(
        &mut self,
        question: &str,
        clock: &dyn Clock,
        stop: &Stop,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Option<Result<Turn, Problem>> {
        let model = Rc::clone(self.model.as_ref()?);
        let task = Task {
            question: question.to_owned(),
            conversation: self.conversation.clone(),
            tools: self.tools(),
            catalogue: self.catalogue(),
        };
        let tools = Timed { engine: self, clock };
        match model.answer(task, &tools, stop, on_event).await {
            Answered::Turn { turn, conversation } => {
                self.conversation = conversation;
                Some(Ok(turn))
            }
            Answered::Failed(problem) => Some(Err(problem)),
        }
    }

    /// `problem`: why the model that was chosen does not answer.
    async fn ask_guide(
        &mut self,
        question: &str,
        problem: Option<Problem>,
        clock: &dyn Clock,
        on_event: &mut dyn FnMut(RunEvent),
    ) -> Turn {
        let conversation = std::mem::take(&mut self.conversation);
        let brief = Brief::plain(GUIDE);
        let mut run = Run::new(conversation, question, brief, self.tools(), Limits::default());
        if let Some(problem) = problem {
            run = run.in_place_of_another(problem);
        }
        let examples: Vec<String> =
            self.examples.iter().map(|example| example.question.clone()).collect();
        let guide = Guide::new(self.ports.names(), &examples);
        let tools = Timed { engine: self, clock };
        let turn = loop {
            match run.next() {
                Next::CallModel(request) => run.on_reply(guide.reply(&request)),
                Next::CallTools { plan, calls } => {
                    on_event(RunEvent::Planned { plan, calls: calls.clone() });
                    let mut steps = Vec::with_capacity(calls.len());
                    for call in calls {
                        steps.push(run_tool(&tools, &call, on_event).await);
                    }
                    run.on_steps(steps);
                }
                Next::Ask(_) | Next::Failed(_) => break run.turn(),
                Next::Done(turn) => break turn,
            }
        };
        self.conversation = run.into_conversation();
        turn
    }

    async fn step(&self, call: &ToolCall, clock: &dyn Clock) -> Step {
        let start_us = clock.now_us();
        let Some(host) = &self.host else { return self.permitted(call, start_us, clock).await };
        match host.allows(call).await {
            Permission::Granted { arguments } if arguments == call.arguments => {
                self.hosted(host.as_ref(), call, start_us, clock).await
            }
            Permission::Granted { arguments } => {
                let changed = ToolCall { arguments, ..call.clone() };
                let step = self.hosted(host.as_ref(), &changed, start_us, clock).await;
                Step { requested: Some(call.arguments.clone()), ..step }
            }
            Permission::Refused { reason } => {
                ended(call, refused(&call.name, &reason), start_us, clock)
            }
        }
    }

    /// Runs a tool of the host's own, or a built-in one.
    async fn hosted(
        &self,
        host: &dyn Host,
        call: &ToolCall,
        start_us: u64,
        clock: &dyn Clock,
    ) -> Step {
        let is_built_in = self.registry.specs().any(|spec| spec.name == call.name);
        let spec = host.tools().iter().find(|spec| spec.name == call.name && !is_built_in);
        let Some(spec) = spec else { return self.permitted(call, start_us, clock).await };
        match normalise_and_check(&call.arguments, &spec.parameters) {
            Ok(arguments) => {
                let result = host.call(&spec.name, &arguments).await;
                ended(&ToolCall { arguments, ..call.clone() }, result, start_us, clock)
            }
            Err(misfit) => {
                let kind = ErrorKind::InvalidArguments;
                let error = ToolError { kind, retryable: true, hint: misfit.hint };
                let result = ToolResult::Failure { message: misfit.message, error };
                ended(call, result, start_us, clock)
            }
        }
    }

    /// Runs a built-in tool, here or elsewhere.
    async fn permitted(&self, call: &ToolCall, start_us: u64, clock: &dyn Clock) -> Step {
        if let Some(tools) = &self.elsewhere {
            let step = tools.call(call).await;
            let elapsed_us = clock.now_us().saturating_sub(start_us);
            return Step { why: call.why.clone(), elapsed_us, ..step };
        }
        let called = self.registry.call(&call.name, &call.arguments, &self.ports).await;
        Step {
            tool: call.name.clone(),
            arguments: called.arguments,
            requested: called.requested,
            why: call.why.clone(),
            result: called.result,
            elapsed_us: clock.now_us().saturating_sub(start_us),
        }
    }

    /// The catalogue in a sentence, for a model.
    fn catalogue(&self) -> String {
        let manifest = self.ports.bundle().manifest();
        format!(
            "The catalogue is called {:?}; it has {} items, {} users and {} interactions.",
            manifest.name,
            manifest.counts.items,
            manifest.counts.users,
            manifest.counts.interactions
        )
    }
}

fn ended(call: &ToolCall, result: ToolResult, start_us: u64, clock: &dyn Clock) -> Step {
    Step {
        tool: call.name.clone(),
        arguments: call.arguments.clone(),
        requested: None,
        why: call.why.clone(),
        result,
        elapsed_us: clock.now_us().saturating_sub(start_us),
    }
}

fn refused(tool: &str, reason: &str) -> ToolResult {
    let reason = reason.trim_end_matches('.');
    let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    ToolResult::Failure {
        message: format!("The call of {tool} was not allowed{because}."),
        error: ToolError {
            kind: ErrorKind::Refused,
            retryable: false,
            hint: "Ask for something else, or allow it the next time.".to_owned(),
        },
    }
}

/// The engine's tools, for a language model.
struct Timed<'a> {
    engine: &'a Engine,
    clock: &'a dyn Clock,
}

impl Tools for Timed<'_> {
    fn call<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Step> {
        Box::pin(self.engine.step(call, self.clock))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use serde_json::json;
    use usher_bundle::{InMemory, MANIFEST_FILE, Manifest};
    use usher_protocol::{FromJson, Status};

    use super::*;

    /// A clock that moves one microsecond each time it is looked at.
    #[derive(Default)]
    struct Ticks(std::cell::Cell<u64>);

    impl Clock for Ticks {
        fn now_us(&self) -> u64 {
            self.0.replace(self.0.get() + 1)
        }
    }

    fn ask(engine: &mut Engine, question: &str) -> (Turn, Vec<RunEvent>) {
        let mut events = Vec::new();
        let turn =
            block_on(engine.ask(question, &Ticks::default(), &Stop::default(), &mut |event| {
                events.push(event);
            }));
        (turn, events)
    }

    #[test]
    fn every_event_of_a_run_is_told_in_order() {
        let (turn, events) =
            ask(&mut Engine::new(usher_testkit::tiny()), "Recommend a movie to user 1");
        let kinds: Vec<&str> = events
            .iter()
            .map(|event| match event {
                RunEvent::Planned { .. } => "planned",
                RunEvent::ToolStarted { .. } => "started",
                RunEvent::ToolFinished { .. } => "finished",
                RunEvent::Finished { .. } => "over",
                _ => "other",
            })
            .collect();
        assert_eq!(
            kinds,
            ["planned", "started", "finished", "planned", "started", "finished", "over"]
        );
        assert_eq!(events.last(), Some(&RunEvent::Finished { turn: turn.clone() }));
        assert_eq!((turn.status, turn.steps.len()), (Status::Answered, 2));
        assert!(turn.steps.iter().all(|step| step.elapsed_us == 1));
    }

    /// Tools that run elsewhere, and note that they did.
    struct Elsewhere(Registry<BundlePorts>, BundlePorts);

    impl Tools for Elsewhere {
        fn call<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Step> {
            Box::pin(async move {
                let called = self.0.call(&call.name, &call.arguments, &self.1).await;
                Step {
                    tool: call.name.clone(),
                    arguments: called.arguments,
                    requested: called.requested,
                    why: None,
                    result: called.result,
                    elapsed_us: 1_000_000,
                }
            })
        }
    }

    #[test]
    fn tools_that_run_elsewhere_give_the_same_turn() {
        let mut here = Engine::new(usher_testkit::tiny());
        let mut there = Engine::new(usher_testkit::tiny());
        let ports = BundlePorts::new(usher_testkit::tiny());
        there.use_tools(Some(Rc::new(Elsewhere(Registry::default(), ports))));
        for question in ["Recommend a movie to user 1", "Which comedies are there?", "Why these?"] {
            assert_eq!(ask(&mut there, question).0, ask(&mut here, question).0, "{question}");
        }
    }

    /// A host with a tool of its own, which lets through what `allows` says.
    struct Page {
        tools: Vec<ToolSpec>,
        permission: fn(&ToolCall) -> Permission,
    }

    impl Page {
        fn hosted(permission: fn(&ToolCall) -> Permission) -> Engine {
            let spec = |name: &str| ToolSpec {
                name: name.to_owned(),
                description: "Adds up.".to_owned(),
                parameters: json!({
                    "type": "object",
                    "properties": {"a": {"type": "integer"}},
                    "required": ["a"],
                    "additionalProperties": false,
                }),
            };
            let tools = vec![spec("double"), spec("item_filter")];
            let mut engine = Engine::new(usher_testkit::tiny());
            engine.use_host(Some(Rc::new(Self { tools, permission })));
            engine
        }
    }

    impl Host for Page {
        fn tools(&self) -> &[ToolSpec] {
            &self.tools
        }

        fn call<'a>(&'a self, name: &'a str, arguments: &'a Value) -> Waiting<'a, ToolResult> {
            let doubled = arguments["a"].as_i64().unwrap_or_default() * 2;
            let message = name.to_owned();
            Box::pin(async move { ToolResult::Success { message, data: json!(doubled) } })
        }

        fn allows<'a>(&'a self, call: &'a ToolCall) -> Waiting<'a, Permission> {
            let permission = (self.permission)(call);
            Box::pin(async move { permission })
        }
    }

    fn granted(call: &ToolCall) -> Permission {
        Permission::Granted { arguments: call.arguments.clone() }
    }

    fn called(engine: &Engine, tool: &str, arguments: Value) -> Step {
        block_on(engine.tool(tool, arguments, &Ticks::default()))
    }

    #[test]
    fn a_hosts_tool_is_checked_and_run_and_takes_no_built_in_tools_place() {
        let engine = Page::hosted(granted);
        let names: Vec<String> = engine.tools().into_iter().map(|tool| tool.name).collect();
        assert_eq!(names.iter().filter(|name| *name == "item_filter").count(), 1);
        assert!(names.contains(&"double".to_owned()));

        let step = called(&engine, "double", json!({"a": "21"}));
        assert_eq!(step.result.data(), Some(&json!(42)), "{step:?}");
        for arguments in [json!({}), json!({"a": "many"}), json!(7)] {
            let step = called(&engine, "double", arguments);
            assert_eq!(step.result.error().unwrap().kind, ErrorKind::InvalidArguments);
        }
        let step = called(&engine, "item_filter", json!({"genres": "Drama"}));
        assert!(step.result.data().unwrap()["set"].is_string());
        let kind = called(&engine, "halve", json!({})).result.error().unwrap().kind;
        assert_eq!(kind, ErrorKind::UnknownTool);
    }

    #[test]
    fn a_call_that_is_refused_is_not_made_and_one_that_is_changed_says_so() {
        let refusing = |_: &ToolCall| Permission::Refused { reason: "not today".to_owned() };
        let step = called(&Page::hosted(refusing), "double", json!({"a": 1}));
        assert_eq!(step.result.error().unwrap().kind, ErrorKind::Refused);
        assert!(step.result.message().contains("not today"), "{step:?}");
        let (turn, _) = ask(&mut Page::hosted(refusing), "Recommend a movie to user 1");
        assert!(turn.steps.iter().all(|step| step.result.data().is_none()));
        assert!(turn.answer.contains("not allowed"), "{}", turn.answer);

        let changing = |_: &ToolCall| Permission::Granted { arguments: json!({"a": 5}) };
        let step = called(&Page::hosted(changing), "double", json!({"a": 1}));
        assert_eq!(step.result.data(), Some(&json!(10)));
        assert_eq!((step.arguments, step.requested), (json!({"a": 5}), Some(json!({"a": 1}))));
    }

    #[test]
    fn a_question_that_names_nobody_is_about_the_user_in_sight() {
        let mut engine = Engine::new(usher_testkit::tiny());
        engine.set_context(Some(Id::from("2")));
        for question in ["What should he watch?", "Recommend a movie"] {
            let (turn, _) = ask(&mut engine, question);
            assert_eq!(turn.status, Status::Answered, "{}", turn.answer);
            assert!(
                turn.steps.iter().any(|step| step.arguments["user"] == json!("2")
                    || step.arguments["user"] == json!(2)),
                "{turn:?}"
            );
        }
        engine.set_context(Some(Id::from("1")));
        let (turn, _) = ask(&mut engine, "And what should she watch?");
        assert!(format!("{:?}", turn.steps).contains("user"), "{turn:?}");
        assert!(turn.answer.contains("user 1"), "{}", turn.answer);
        let (turn, _) = ask(&mut engine, "Recommend a movie to user 2");
        assert!(turn.answer.contains("user 2"), "{}", turn.answer);
        engine.set_context(Some(Id::from("1")));
        let (turn, _) = ask(&mut engine, "What should he watch?");
        assert!(turn.answer.contains("user 1"), "{}", turn.answer);
    }

    #[test]
    fn what_is_kept_out_is_recommended_no_more_in_this_conversation() {
        let mut engine = Engine::new(usher_testkit::tiny());
        let first = |engine: &Engine| {
            let step = called(engine, "get_top_k_recommendations", json!({"user": 1, "k": 1}));
            step.result.data().map(|data| data["items"][0]["item_id"].clone())
        };
        let best = first(&engine).unwrap();
        engine.exclude(&[Id::from_json(best.clone()).unwrap(), Id::from("nobody's")]);
        assert_ne!(first(&engine), Some(best.clone()));
        engine.start_over();
        assert_eq!(first(&engine), Some(best));
    }

    #[test]
    fn a_conversation_goes_on_until_it_starts_over() {
        let mut engine = Engine::new(usher_testkit::tiny());
        assert_eq!(ask(&mut engine, "Recommend some movies").0.status, Status::NeedsInput);
        assert_eq!(ask(&mut engine, "2").0.status, Status::Answered);
        engine.start_over();
        assert!(ask(&mut engine, "2").0.steps.is_empty());
    }

    #[test]
    fn a_resumed_conversation_goes_on_as_if_it_had_never_ended() {
        let mut engine = Engine::new(usher_testkit::tiny());
        let mut turns = Vec::new();
        for question in [
            "Recommend some movies",
            "2",
            &"x".repeat(100_000),
            "Why these?",
            "And for user 1?",
            "Which of these is the shortest?",
            "Which comedies are there?",
            "And dramas?",
        ] {
            let (turn, _) = ask(&mut engine, question);
            let mut other = Engine::new(usher_testkit::tiny());
            other.resume(turns.clone());
            assert_eq!(ask(&mut other, question).0, turn, "{question}");
            turns.push(turn);
        }
        assert!(turns.iter().filter(|turn| !turn.steps.is_empty()).count() > 3);
    }

    #[test]
    fn a_set_from_before_a_reload_is_refused_with_what_to_do() {
        let mut engine = Engine::new(usher_testkit::tiny());
        let clock = Ticks::default();
        let (turn, _) = ask(&mut engine, "Which dramas are there?");
        let set = turn.steps[0].result.data().unwrap()["set"].clone();
        engine.resume(vec![turn]);
        let like = block_on(engine.tool("get_like_percentage", json!({"items": set}), &clock));
        let error = like.result.error().unwrap();
        assert_eq!(error.kind, usher_protocol::ErrorKind::UnknownSet);
        assert!(error.hint.contains("list of item ids"), "{}", error.hint);
    }

    #[test]
    fn a_refused_question_leaves_the_conversation_as_it_was() {
        let mut engine = Engine::new(usher_testkit::tiny());
        ask(&mut engine, "Recommend some movies");
        assert_eq!(ask(&mut engine, &"x".repeat(100_000)).0.status, Status::Failed);
        assert_eq!(ask(&mut engine, "2").0.status, Status::Answered);
    }

    #[test]
    fn a_set_is_forgotten_when_the_conversation_starts_over() {
        let mut engine = Engine::new(usher_testkit::tiny());
        let clock = Ticks::default();
        let found = block_on(engine.tool("item_filter", json!({"genres": "Drama"}), &clock));
        let set = found.result.data().unwrap()["set"].clone();
        let like = |engine: &Engine| {
            block_on(engine.tool("get_like_percentage", json!({"items": set}), &clock)).result
        };
        assert!(like(&engine).data().is_some());
        engine.start_over();
        assert!(like(&engine).error().is_some());
    }

    #[test]
    fn the_examples_of_the_bundle_itself_come_first() {
        let files = usher_testkit::tiny_files_with_vectors();
        let manifest = files.iter().find(|file| file.name == MANIFEST_FILE).unwrap();
        let mut manifest = Manifest::parse(&manifest.bytes).unwrap();
        let own = [Example { question: "Who is user 2?".to_owned(), kind: Some("facts".into()) }];
        manifest.examples = own.to_vec();
        let files: InMemory =
            files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
        let bundle = block_on(Bundle::open(manifest, Rc::new(files))).unwrap();
        let mut engine = Engine::new(bundle);
        assert_eq!(engine.about().examples, own);
        let (turn, _) = ask(&mut engine, "What can you do?");
        assert!(turn.answer.contains("Who is user 2?"), "{}", turn.answer);
    }

    #[test]
    fn the_examples_are_questions_that_are_answered() {
        let mut engine = Engine::new(usher_testkit::tiny());
        let examples = engine.about().examples;
        assert!(examples.len() >= 5, "{examples:?}");
        for Example { question: example, .. } in examples {
            let (turn, _) = ask(&mut engine, &example);
            assert_eq!(turn.status, Status::Answered, "{example}: {}", turn.answer);
            assert!(!turn.steps.is_empty(), "{example}");
            assert!(turn.steps.iter().all(|step| step.result.data().is_some()), "{example}");
        }
    }
}
