#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

//! The written form of what crosses a thread, a socket or a disk. What is read by our
//! own code and written by serde's is held together here.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use usher_protocol::{
    About, Api, Conversation, Cost, FromEngine, ListedModel, Mode, ModelSettings, Problem,
    RunEvent, Status, Step, ToEngine, ToolCall, ToolError, ToolResult, Turn,
};

/// Each form is read, and written as it was.
fn comes_back<T: DeserializeOwned + Serialize>(forms: impl IntoIterator<Item = Value>) {
    for form in forms {
        let read: T = serde_json::from_str(&form.to_string())
            .unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), form);
    }
}

fn error_of<T: DeserializeOwned>(form: &Value) -> String {
    serde_json::from_str::<T>(&form.to_string()).err().map(|error| error.to_string()).unwrap()
}

fn problem() -> Value {
    json!({"what": "It is away.", "next": "Wait."})
}

fn call() -> Value {
    json!({"id": "c1", "name": "item_filter", "arguments": {"genres": ["Comedy"]}, "why": "to see"})
}

fn step() -> Value {
    json!({
        "tool": "item_filter",
        "arguments": {"genres": ["Comedy"], "k": 1.5, "nothing": null},
        "requested": {"genres": "comedy"},
        "why": "to see",
        "result": {"status": "success", "message": "One.", "data": [1, {"a": "ü"}]},
        "elapsed_us": 18_446_744_073_709_551_615_u64,
    })
}

fn turn() -> Value {
    json!({
        "question": "What?", "status": "answered", "steps": [step()], "answer": "**This**.",
        "model": "guide", "problem": problem(),
        "cost": {"requests": 2, "usage": {"input_tokens": 3, "output_tokens": 4}},
    })
}

fn settings() -> Value {
    json!({
        "api": "responses", "base_url": "http://localhost", "model": "m", "key": "secret",
        "temperature": 0.5, "context_tokens": 4_294_967_295_u32, "mode": "plan_first", "small": true,
    })
}

#[test]
fn messages_between_face_and_engine_have_one_form() {
    comes_back::<ToEngine>([
        json!({"open": {"bundle": "http://localhost/bundle/"}}),
        json!({"ask": {"run": 1, "question": "What?"}}),
        json!({"stop": {"run": 1}}),
        json!({"resume": {"turns": [turn()]}}),
        json!({"use_model": {"settings": settings()}}),
        json!({"use_model": {"settings": null}}),
        json!({"use_tools": {"worker": "{}"}}),
        json!({"use_tools": {"worker": null}}),
        json!({"list_models": {"request": 1, "settings": settings()}}),
        json!({"test_model": {"request": 1, "settings": settings()}}),
        json!({"tool": {"request": 1, "name": "n", "arguments": [null, true]}}),
    ]);
    comes_back::<FromEngine>([
        json!("started"),
        json!({"progress": {"what": "the catalogue", "loaded_bytes": 1, "total_bytes": 2}}),
        json!({"opened": {"about": {
            "name": "ml", "counts": {"items": 1, "users": 2, "interactions": 3}, "model": "guide",
            "examples": [{"question": "What?", "kind": "facts"}, {"question": "Who?"}],
        }}}),
        json!({"open_failed": {"problem": problem()}}),
        json!({"run": {"run": 1, "event": "withdrawn"}}),
        json!({"tool_done": {"request": 1, "step": step()}}),
        json!({"models_listed": {"request": 1, "outcome": {"Ok": [{"name": "m", "warning": "old"}, {"name": "n"}]}}}),
        json!({"models_listed": {"request": 1, "outcome": {"Err": problem()}}}),
        json!({"model_tested": {"request": 1, "outcome": {"Ok": "It works."}}}),
        json!({"model_tested": {"request": 1, "outcome": {"Err": problem()}}}),
    ]);
}

#[test]
fn events_and_turns_have_one_form() {
    comes_back::<RunEvent>([
        json!({"planned": {"plan": "First this.", "calls": [call()]}}),
        json!({"planned": {"calls": []}}),
        json!({"tool_started": {"call": call()}}),
        json!({"tool_finished": {"call": "c1", "step": step()}}),
        json!({"said": {"text": "It"}}),
        json!({"thought": {"text": "Hm"}}),
        json!("withdrawn"),
        json!({"retrying": {"problem": problem(), "wait_ms": 5}}),
        json!({"fell_back": {"problem": problem(), "model": "guide"}}),
        json!({"finished": {"turn": turn()}}),
    ]);
    comes_back::<Turn>([
        turn(),
        json!({"question": "", "status": "failed", "steps": [], "answer": "", "model": ""}),
    ]);
    comes_back::<Status>(["answered", "needs_input", "failed", "stopped"].map(Value::from));
    comes_back::<Conversation>([json!({"messages": [
        {"user": {"text": "What?"}},
        {"calls": {"plan": "First this.", "calls": [call()]}},
        {"calls": {"calls": []}},
        {"tool": {"call": "c1", "step": step()}},
        {"assistant": {"text": "This."}},
        {"note": {"text": "Try again."}},
    ]})]);
}

#[test]
fn tools_and_models_have_one_form() {
    let kinds = [
        "invalid_arguments",
        "unknown_tool",
        "unknown_user",
        "unknown_item",
        "unknown_value",
        "no_match",
        "unknown_set",
        "unavailable",
    ];
    comes_back::<ToolResult>(kinds.map(|kind| {
        let error = json!({"kind": kind, "retryable": false, "hint": "Give an id."});
        json!({"status": "failure", "message": "No.", "error": error})
    }));
    comes_back::<ToolResult>([json!({"status": "success", "message": "", "data": null})]);
    comes_back::<ToolCall>([call(), json!({"id": "", "name": "", "arguments": null})]);
    comes_back::<Step>([step()]);
    comes_back::<Api>(["responses", "chat", "ollama"].map(Value::from));
    comes_back::<Mode>(["step_by_step", "plan_first"].map(Value::from));
    comes_back::<ModelSettings>([settings()]);
}

#[test]
fn what_may_be_absent_has_its_default() {
    let least = json!({"api": "chat", "base_url": "b", "model": "m", "context_tokens": 1});
    let read: ModelSettings = serde_json::from_value(least).unwrap();
    assert_eq!(
        (read.key, read.temperature, read.mode, read.small),
        (None, None, Mode::StepByStep, false)
    );
    let without_data = json!({"status": "success", "message": "Done."});
    let read: ToolResult = serde_json::from_value(without_data).unwrap();
    assert_eq!(read, ToolResult::Success { message: "Done.".to_owned(), data: Value::Null });
}

#[test]
fn what_is_not_known_is_overlooked_and_what_is_missing_is_named() {
    let more = json!({"what": "w", "next": "n", "since": [1]});
    assert!(serde_json::from_value::<Problem>(more).is_ok());
    for (form, error) in [
        (json!({"what": "w"}), "missing field `next`"),
        (json!({"what": 1, "next": "n"}), "what: expected a string, found a number"),
        (json!([]), "expected an object, found a list"),
        (json!(null), "expected an object, found null"),
    ] {
        assert_eq!(error_of::<Problem>(&form), error);
    }
    for (form, error) in [
        (json!("answer"), "unknown variant `answer`"),
        (
            json!({"ask": {}, "stop": {}}),
            "expected a name, or an object with one field, found an object",
        ),
        (
            json!({"ask": {"run": -1, "question": ""}}),
            "run: expected a whole number, found a number",
        ),
        (
            json!({"ask": {"run": 4_294_967_296_u64, "question": ""}}),
            "run: a whole number that is too large",
        ),
        (json!({"ask": [1, "?"]}), "expected an object, found a list"),
    ] {
        assert_eq!(error_of::<ToEngine>(&form), error);
    }
    assert!(error_of::<ToolError>(&json!({"kind": "odd", "retryable": 1})).contains("kind"));
    assert!(error_of::<About>(&json!({"name": "n", "counts": {"items": true}})).contains("items"));
    assert!(error_of::<Cost>(&json!({"requests": 1.5})).contains("requests"));
    assert!(error_of::<ListedModel>(&json!({"warning": "w"})).contains("`name`"));
}
