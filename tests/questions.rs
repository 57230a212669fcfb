//! `usher eval questions`: how a file of questions with known answers is scored.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Outcome, usher};
use tempfile::TempDir;

/// Scores these lines as a file, over the demo.
fn eval(lines: &[String], flags: &[&str]) -> Outcome {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("questions.jsonl");
    fs::write(&file, lines.join("\n")).unwrap();
    usher([&["eval", "questions", file.to_str().unwrap()], flags].concat())
}

fn question(id: &str, question: &str, expected: &Value) -> String {
    let mut line = json!({"id": id, "cls": "recommend", "question": question});
    line.as_object_mut().unwrap().extend(expected.as_object().unwrap().clone());
    line.to_string()
}

const RANK: [&str; 2] = ["get_top_k_recommendations", "get_item_metadata"];

#[test]
fn calls_arguments_answer_and_status_are_compared_for_each_turn() {
    let lines = [
        // All as expected, in a conversation.
        question(
            "a",
            "Recommend something good to watch.",
            &json!({"tools": [], "status": "needs_input", "turns": [{
                "question": "user 2",
                "tools": [[["get_item_metadata"], RANK]],
                "args": {"get_top_k_recommendations": {"user": 2, "k": 5}, "get_item_metadata": {"get": {"contains": "TITLE"}}},
                "answer": ["FOR USER 2"],
                "status": "answered",
            }]}),
        ),
        question("b", "Recommend 3 movies to user 4", &json!({"tools": ["item_filter"]})),
        question(
            "c",
            "Recommend 3 movies to user 4",
            &json!({"tools": RANK, "args": {"get_top_k_recommendations": {"k": 4}, "item_filter": {}}}),
        ),
        question("d", "Recommend 3 movies to user 4", &json!({"tools": RANK, "answer": ["Zorro"]})),
        question("e", "Recommend 3 movies to user 4", &json!({"tools": RANK, "status": "failed"})),
    ];
    let report = eval(&lines, &["--json"]).well().json();
    assert_eq!(
        (&report["questions"], &report["turns"], &report["right"], &report["score"]),
        (&json!(5), &json!(6), &json!(2), &json!(33.33)),
        "{report}"
    );
    assert_eq!(report["classes"]["recommend"]["right"], 2);
    assert!(report["planning_us_p95"].is_u64(), "{report}");
    let failures = report["failures"].as_array().unwrap();
    let problems = |place: usize| failures[place]["problems"].as_array().unwrap().len();
    let ids: Vec<&Value> = failures.iter().map(|failed| &failed["id"]).collect();
    assert_eq!(ids, ["b", "c", "d", "e"]);
    assert_eq!([0, 1, 2, 3].map(problems), [1, 2, 1, 1]);

    let told = eval(&lines, &[]).well();
    assert!(told.stdout.contains("2 of 6") && told.stdout.contains("33.33 %"), "{told}");
    for part in [
        "b turn 1: Recommend 3 movies to user 4",
        "called get_top_k_recommendations → get_item_metadata, expected item_filter",
        "expected {\"k\":4}",
        "does not hold “Zorro”",
        "ended as \"answered\", expected \"failed\"",
    ] {
        assert!(told.stdout.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_file_that_is_no_list_of_questions_is_refused_with_the_line() {
    let good = question("a", "hello", &json!({"tools": []}));
    for bad in ["{", "[]", r#"{"id": "a", "cls": "b", "question": "c"}"#, r#"{"id": 1}"#] {
        let lines = [good.clone(), String::new(), bad.to_owned()];
        eval(&lines, &[]).fails(1, &["questions.jsonl", "line 3", "tools"]);
    }
    eval(&[], &[]).fails(1, &["no question"]);
    usher(["eval", "questions", "no-such-file"]).fails(1, &["no-such-file", "cannot be read"]);
    usher(["eval"]).fails(2, &["questions"]);
}
