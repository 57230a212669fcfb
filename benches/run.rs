//! What the run costs beyond the model: turns with two tool calls, whose model
//! answers at once from memory. `cargo test --bench run` prints the table.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program for people")]

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use futures::executor::block_on;
use futures::future::{LocalBoxFuture, ready};
use futures::{FutureExt, StreamExt, stream};
use serde_json::json;
use usher_agent::Stop;
use usher_engine::{Clock, Engine};
use usher_models::{HttpRequest, Patience, Remote, Response, Transport, Unreachable};
use usher_protocol::{Api, Mode, ModelSettings, Problem, Status};

/// Turns that are timed.
const TURNS: usize = 2_000;
/// Bytes that arrive at once.
const PIECE: usize = 64;

/// A server that says the same in every turn.
struct Memory {
    replies: Vec<String>,
    asked: Cell<usize>,
}

impl Transport for Memory {
    fn send<'a>(&'a self, _: &'a HttpRequest) -> LocalBoxFuture<'a, Result<Response, Unreachable>> {
        let reply = &self.replies[self.asked.get() % self.replies.len()];
        self.asked.set(self.asked.get() + 1);
        let pieces: Vec<_> =
            reply.as_bytes().chunks(PIECE).map(|piece| Ok(piece.to_vec())).collect();
        let body = stream::iter(pieces).boxed_local();
        ready(Ok(Response { status: 200, retry_after: None, body })).boxed_local()
    }

    fn sleep(&self, _: u64) -> LocalBoxFuture<'static, ()> {
        futures::future::pending().boxed_local()
    }

    fn diagnose<'a>(&'a self, _: &'a str) -> LocalBoxFuture<'a, Problem> {
        futures::future::pending().boxed_local()
    }
}

struct NoClock;

impl Clock for NoClock {
    fn now_us(&self) -> u64 {
        0
    }
}

fn chunk(delta: &serde_json::Value) -> String {
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": delta}]}))
}

fn call(name: &str, arguments: &serde_json::Value) -> String {
    let function = json!({"name": name, "arguments": arguments.to_string()});
    let calls = json!([{"index": 0, "id": "call_1", "type": "function", "function": function}]);
    chunk(&json!({"tool_calls": calls}))
        + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"
}

fn text(text: &str) -> String {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    words.iter().map(|word| chunk(&json!({"content": word}))).collect::<String>()
        + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
}

fn main() {
    let answer = "Here is what fits, best first. ".repeat(30);
    let plan = json!({"plan": "Two steps.", "calls": [
        {"tool": "get_top_k_recommendations", "arguments": {"user": 1, "k": 2}},
        {"tool": "get_item_metadata", "arguments": {"items": "$1.items", "get": ["title"]}}]});
    let steps = vec![
        call("get_top_k_recommendations", &json!({"user": 1, "k": 2})),
        call("get_item_metadata", &json!({"items": [1, 2], "get": ["title", "genres"]})),
        text(&answer),
    ];
    println!("| {TURNS} turns of two calls | median, µs | p95, µs |\n|---|---:|---:|");
    for (name, mode, replies) in [
        ("step by step", Mode::StepByStep, steps),
        ("plan first", Mode::PlanFirst, vec![text(&plan.to_string()), text(&answer)]),
    ] {
        let settings = ModelSettings {
            api: Api::Chat,
            base_url: "http://localhost:1".to_owned(),
            model: "memory".to_owned(),
            key: None,
            temperature: None,
            context_tokens: 16_384,
            mode,
            small: false,
        };
        let transport = Rc::new(Memory { replies, asked: Cell::new(0) });
        let mut engine = Engine::new(usher_testkit::tiny());
        engine.use_model(Some(Rc::new(Remote::new(settings, transport, Patience::default()))));
        let mut times_us: Vec<u128> = (0..TURNS)
            .map(|_| {
                engine.start_over();
                let begun = Instant::now();
                let turn = block_on(engine.ask(
                    "Recommend two movies to user 1",
                    &NoClock,
                    &Stop::default(),
                    &mut |_| (),
                ));
                let took_us = begun.elapsed().as_micros();
                assert!(turn.status == Status::Answered && turn.steps.len() == 2, "{turn:?}");
                took_us
            })
            .collect();
        times_us.sort_unstable();
        println!("| {name} | {} | {} |", times_us[TURNS / 2], times_us[TURNS * 95 / 100]);
    }
}
