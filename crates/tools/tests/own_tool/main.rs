//! The tool that CONTRIBUTING.md shows: compiled, tested, and the same text.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod get_decades;

use get_decades::{Arguments, GetDecades};
use proptest::prelude::*;
use serde_json::{Value, json};
use usher_protocol::ErrorKind;
use usher_testkit::Tools;
use usher_tools::{Tool, schema_of};

fn tools() -> Tools {
    let Tools { registry, ports } = Tools::over(usher_testkit::tiny());
    Tools { registry: registry.with::<GetDecades>(), ports }
}

#[test]
fn contributing_shows_this_very_tool() {
    let shown = include_str!("../../../../CONTRIBUTING.md");
    let (_, code) = shown.split_once("```rust\n").unwrap();
    let (code, _) = code.split_once("```\n").unwrap();
    assert_eq!(code, include_str!("get_decades.rs"));
}

/// With `USHER_WRITE_SCHEMAS=1` the file is written instead.
#[test]
fn its_schema_file_is_what_its_type_says() {
    let schema = schema_of::<Arguments>();
    if std::env::var_os("USHER_WRITE_SCHEMAS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/own_tool/get_decades.json");
        std::fs::write(file, serde_json::to_string_pretty(&schema).unwrap() + "\n").unwrap();
    } else {
        assert_eq!(serde_json::from_str::<Value>(GetDecades::SCHEMA).unwrap(), schema);
    }
}

#[test]
fn it_stands_beside_the_other_tools() {
    let tools = tools();
    let names: Vec<&str> = tools.registry.specs().map(|spec| spec.name.as_str()).collect();
    assert_eq!((names.len(), names.last()), (9, Some(&"get_decades")));
}

#[test]
fn it_counts_the_decades_of_a_set() {
    let tools = tools();
    let hitchcock = tools.data("item_filter", &json!({"director": ["Alfred Hitchcock"]}));
    let called = tools.call("get_decades", &json!({"items": hitchcock["set"], "at_least": "1"}));
    // Psycho is of 1960, Rear Window of 1954.
    assert_eq!(
        called.result.data().unwrap()["decades"],
        json!([{"decade": 1950, "count": 1}, {"decade": 1960, "count": 1}])
    );
    assert_eq!(called.arguments["at_least"], 1);
}

#[test]
fn it_refuses_what_it_cannot_answer() {
    let tools = tools();
    for (arguments, expected) in [
        (json!({}), ErrorKind::InvalidArguments),
        (json!({"items": [1], "at_least": 0}), ErrorKind::InvalidArguments),
        (json!({"items": [999]}), ErrorKind::UnknownItem),
        (json!({"items": "set:000000000000"}), ErrorKind::UnknownSet),
        (json!({"items": [1], "at_least": 2}), ErrorKind::NoMatch),
    ] {
        assert_eq!(tools.error("get_decades", &arguments).0, expected, "{arguments}");
    }
}

proptest! {
    #[test]
    fn any_arguments_have_an_answer(items in prop::collection::vec(".{0,8}", 0..4), at_least in any::<f64>()) {
        let _ = tools().call("get_decades", &json!({"items": items, "at_least": at_least}));
    }
}
