//! Step by step against plan first: what each costs in requests and tokens, over the
//! scripted server, which answers as the guide would.
//!
//! `USHER_QUESTIONS` names another file of questions (`tests/questions/README.md`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{movielens, usher};
use tempfile::TempDir;
use usher_testkit::llm::{Reply, Script, ScriptedLlm, Turn};

/// Questions that are asked of the whole file.
const MOST: usize = 40;

/// Requests and tokens of some questions.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    requests: u64,
    input: u64,
    output: u64,
}

#[test]
fn planning_first_takes_two_requests_and_fewer_tokens_and_answers_alike() {
    let Some(data) = movielens() else { return };
    let folder = TempDir::new().unwrap();
    let bundle = folder.path().join("bundle");
    let paths = [data.to_str().unwrap(), bundle.to_str().unwrap()];
    usher(["pack", "--input", paths[0], "--out", paths[1]]).well();

    let mut turns = Vec::new();
    for question in questions() {
        let turn = usher(["ask", &question, "--json", "--bundle", paths[1]]).json();
        let has_failed = turn["steps"]
            .as_array()
            .unwrap()
            .iter()
            .any(|step| step["result"]["status"] == "failure");
        if turn["status"] == "answered" && turn["steps"][0].is_object() && !has_failed {
            turns.push(turn);
        }
    }
    assert!(turns.len() >= 15, "{} questions", turns.len());

    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for (mode, script) in [("step by step", steps(&turns)), ("plan first", plans(&turns))] {
        let server = ScriptedLlm::start(script).unwrap();
        let base_url = format!("{}/v1", server.address());
        for turn in &turns {
            let question = turn["question"].as_str().unwrap();
            let mut arguments = vec!["ask", question, "--json", "--bundle", paths[1]];
            arguments.extend(["--model", "chat:scripted", "--base-url", &base_url]);
            if mode == "plan first" {
                arguments.push("--plan-first");
            }
            let answered = usher(arguments).json();
            // As the guide's: nothing that it names from the results was sent back.
            assert_eq!(answered["answer"], turn["answer"], "{mode}: {question}");
            assert_eq!(answered["model"], "scripted", "{mode}: {question}");
            let executed = |turn: &Value| -> Vec<Value> {
                let steps = turn["steps"].as_array().unwrap().iter();
                steps.map(|step| json!([step["tool"], step["arguments"]])).collect()
            };
            assert_eq!(executed(&answered), executed(turn), "{mode}: {question}");
            let cost = &answered["cost"];
            let number = |value: &Value| value.as_u64().unwrap();
            if mode == "plan first" {
                assert_eq!(number(&cost["requests"]), 2, "{question}");
            }
            let sum = sums.entry(mode).or_default();
            sum.requests += number(&cost["requests"]);
            sum.input += number(&cost["usage"]["input_tokens"]);
            sum.output += number(&cost["usage"]["output_tokens"]);
        }
    }
    let (steps, plans) = (sums["step by step"], sums["plan first"]);
    let asked = turns.len();
    let table = format!(
        "| {asked} questions | requests | tokens read | tokens written |\n|---|---|---|---|\n\
         | step by step | {} | {} | {} |\n| plan first | {} | {} | {} |\n",
        steps.requests, steps.input, steps.output, plans.requests, plans.input, plans.output
    );
    // Past the test harness, which holds back what a passing test prints.
    let _ = std::io::stderr().write_all(table.as_bytes());
    assert!(plans.requests < steps.requests && plans.input < steps.input, "{table}");
}

/// The first turns of the file's questions.
fn questions() -> Vec<String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/questions/tuning.jsonl");
    let file = std::env::var_os("USHER_QUESTIONS").map_or(own, PathBuf::from);
    std::fs::read_to_string(file)
        .unwrap()
        .lines()
        .take(MOST)
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["question"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// A model that makes the guide's calls one after the other.
fn steps(turns: &[Value]) -> Script {
    let turns = turns.iter().map(|turn| {
        let calls = turn["steps"].as_array().unwrap().iter().map(|step| Reply {
            calls: vec![
                serde_json::from_value(
                    json!({"name": step["tool"], "arguments": step["arguments"]}),
                )
                .unwrap(),
            ],
            ..Reply::default()
        });
        let replies = calls.chain([said(turn["answer"].as_str().unwrap())]).collect();
        Turn { user: turn["question"].as_str().unwrap().to_owned(), replies }
    });
    Script { turns: turns.collect(), ..Script::default() }
}

/// A model that plans the guide's calls at once.
fn plans(turns: &[Value]) -> Script {
    let turns = turns.iter().map(|turn| {
        let steps = turn["steps"].as_array().unwrap();
        let calls: Vec<Value> = steps
            .iter()
            .enumerate()
            .map(|(place, step)| {
                let arguments = planned(&step["arguments"], &steps[..place]);
                json!({"tool": step["tool"], "arguments": arguments})
            })
            .collect();
        let plan = json!({"plan": "As the guide does.", "calls": calls}).to_string();
        let replies = vec![said(&plan), said(turn["answer"].as_str().unwrap())];
        Turn { user: turn["question"].as_str().unwrap().to_owned(), replies }
    });
    Script { turns: turns.collect(), ..Script::default() }
}

fn said(text: &str) -> Reply {
    // Braces are the script's own places.
    Reply { text: text.replace("{{", "{ {"), ..Reply::default() }
}

/// Arguments before anything was run: what earlier steps found is referred to.
fn planned(arguments: &Value, steps: &[Value]) -> Value {
    for (place, step) in steps.iter().enumerate().rev() {
        let data = &step["result"]["data"];
        let number = place + 1;
        if arguments.as_str().is_some_and(|text| text.starts_with("set:"))
            && data["set"] == *arguments
        {
            return json!(format!("${number}.set"));
        }
        let ids: Option<Vec<Value>> = data["items"]
            .as_array()
            .and_then(|items| items.iter().map(|item| item.get("item_id").cloned()).collect());
        if arguments.is_array() && ids.is_some_and(|ids| json!(ids) == *arguments) {
            return json!(format!("${number}.items"));
        }
        if arguments.is_string()
            && *arguments == json!(data["age_category"].as_str().unwrap_or("-").replace(' ', "_"))
        {
            return json!(format!("${number}.age_category"));
        }
        for field in ["storyline", "description", "title"] {
            if arguments.is_string() && data["items"][0][field] == *arguments {
                return json!(format!("${number}.items.0.{field}"));
            }
        }
    }
    match arguments {
        Value::Array(elements) => elements.iter().map(|element| planned(element, steps)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), planned(value, steps)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}
