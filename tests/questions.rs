//! `usher eval questions`: how a file of questions with known answers is scored.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};
use support::{Outcome, movielens, usher};
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

/// MovieLens-100k, packed for all tests here.
fn movielens_bundle() -> Option<&'static Path> {
    static PACKED: OnceLock<PathBuf> = OnceLock::new();
    let dataset = movielens()?;
    let bundle = PACKED.get_or_init(|| {
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("movielens-questions");
        let (input, out_name) = (dataset.to_str().unwrap(), out.to_str().unwrap());
        usher(["pack", "--input", input, "--out", out_name]).well();
        out
    });
    Some(bundle)
}

/// Scores a file over MovieLens-100k.
fn score(file: &Path, bundle: &Path) -> Value {
    let (file, bundle) = (file.to_str().unwrap(), bundle.to_str().unwrap());
    usher(["eval", "questions", file, "--bundle", bundle, "--json"]).well().json()
}

fn set(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/questions").join(name)
}

/// At least this share of the turns is right, in percent. What failed is told, but
/// for the part put aside: nobody is to tune on it by reading a test's output.
#[track_caller]
fn holds(report: &Value, floor: f64, tell: bool) {
    let failures = if tell { format!("{:#}", report["failures"]) } else { String::new() };
    assert!(
        report["score"].as_f64().unwrap() >= floor,
        "{} of {} right, {floor} % expected\n{:#}\n{failures}",
        report["right"],
        report["turns"],
        report["classes"]
    );
}

#[test]
fn the_questions_to_tune_on_are_answered() {
    let Some(bundle) = movielens_bundle() else { return };
    holds(&score(&set("tuning.jsonl"), bundle), 95.0, true);
}

#[test]
fn the_questions_put_aside_are_answered() {
    let Some(bundle) = movielens_bundle() else { return };
    holds(&score(&set("held-out.jsonl"), bundle), 90.0, false);
}

/// Ways to write the same question.
const PARAPHRASES: [fn(&str) -> String; 6] = [
    |question| question.trim_end_matches(['.', '?', '!']).to_owned(),
    |question| format!("Hey, {question}"),
    |question| format!("{question} Thanks a lot!"),
    |question| format!("Hello usher. {question}"),
    |question| format!("{}, please", question.trim_end_matches(['.', '?', '!'])),
    |question| question.replace(' ', "  "),
];

#[test]
fn courtesy_and_punctuation_change_no_answer() {
    let Some(bundle) = movielens_bundle() else { return };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("paraphrased.jsonl");
    let questions = fs::read_to_string(set("tuning.jsonl")).unwrap();
    let mut paraphrased = String::new();
    // Courtesy has no place around a greeting, and a story goes to its end.
    let asks = |question: &Value| {
        !["out-of-reach", "other-language"].contains(&question["cls"].as_str().unwrap())
            && !question["tools"].to_string().contains("vector_store_search")
    };
    for (place, line) in questions.lines().enumerate() {
        let mut question: Value = serde_json::from_str(line).unwrap();
        if asks(&question) {
            let written = question["question"].as_str().unwrap();
            question["question"] = PARAPHRASES[place % PARAPHRASES.len()](written).into();
            paraphrased += &format!("{question}\n");
        }
    }
    fs::write(&file, paraphrased).unwrap();
    holds(&score(&file, bundle), 95.0, true);
}
