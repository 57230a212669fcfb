//! The program as a person or a script calls it, over the demo: what goes to
//! standard output, what to standard error, and with which exit code it ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::{Outcome, copy, files, tools_called, usher, usher_reading};
use tempfile::TempDir;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo");
const SECTIONS: [&str; 9] =
    ["catalog", "names", "factors", "tastes", "history", "text", "groups", "audience", "search"];

fn temporary() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Writes `usher pack`'s bundle of the demo into a folder.
fn packed_demo(within: &TempDir) -> PathBuf {
    let out = within.path().join("bundle");
    let outcome = usher(["pack", "--demo", "--out", out.to_str().unwrap()]).well();
    assert_eq!(outcome.stdout, "", "packing has no result to print");
    out
}

/// How many users the demo has.
fn demo_users() -> usize {
    fs::read_to_string(Path::new(DEMO).join("users.csv")).unwrap().lines().count() - 1
}

/// One tool call over the demo.
#[track_caller]
fn tool(name: &str, arguments: &Value) -> Value {
    let result = usher(["tool", name, &arguments.to_string()]).well().json();
    assert_eq!(result["status"], "success", "{name} {arguments}: {result}");
    result["data"].clone()
}

/// One tool call over the demo that must fail with this kind of error.
#[track_caller]
fn tool_fails(name: &str, arguments: &str, kind: &str) {
    let outcome = usher(["tool", name, arguments]).fails(1, &[]);
    let result = outcome.json();
    assert_eq!(result["status"], "failure", "{outcome}");
    assert_eq!(result["error"]["kind"], kind, "{outcome}");
    assert!(!result["error"]["hint"].as_str().unwrap().is_empty(), "{outcome}");
    assert!(result.get("data").is_none(), "{outcome}");
}

/// One question over the demo; its turn.
#[track_caller]
fn ask(question: &str) -> Value {
    let mut turns = usher(["ask", question, "--json"]).well().json_lines();
    assert_eq!(turns.len(), 1);
    turns.remove(0)
}

// Packing and looking inside.

#[test]
fn a_packed_demo_has_every_section_and_its_compressed_forms() {
    let temporary = temporary();
    let bundle = packed_demo(&temporary);
    let names: Vec<String> = files(&bundle).into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"manifest.json".to_owned()), "{names:?}");
    for section in SECTIONS {
        for ending in ["", ".br", ".gz"] {
            let is_compressed = |name: &str| name.ends_with(".br") || name.ends_with(".gz");
            let is_it = |name: &&String| {
                let plain = name.strip_suffix(ending).filter(|plain| !is_compressed(plain));
                plain.is_some_and(|plain| plain.starts_with(section))
            };
            assert!(names.iter().any(|name| is_it(&name)), "{section}{ending} in {names:?}");
        }
    }
}

#[test]
fn packing_twice_gives_the_same_bytes() {
    let temporary = temporary();
    let pack = |name: &str| {
        let out = temporary.path().join(name);
        usher(["pack", "--input", DEMO, "--out", out.to_str().unwrap()]).well();
        files(&out)
    };
    let (first, second) = (pack("first"), pack("second"));
    assert_eq!(first.len(), second.len());
    for ((name, bytes), (other_name, other_bytes)) in first.iter().zip(&second) {
        assert_eq!(name, other_name);
        assert!(bytes == other_bytes, "{name} differs");
    }
}

#[test]
fn packing_tells_what_was_read() {
    let temporary = temporary();
    let out = temporary.path().join("bundle");
    let outcome = usher(["pack", "--demo", "--out", out.to_str().unwrap()]).well();
    let manifest: Value =
        serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    for what in ["items", "users", "interactions"] {
        let count = manifest["counts"][what].to_string();
        assert!(outcome.stderr.contains(&count), "{count} {what}: {outcome}");
    }
}

#[test]
fn inspect_shows_counts_and_every_section() {
    let temporary = temporary();
    let bundle = packed_demo(&temporary);
    for outcome in [usher(["inspect"]), usher(["inspect", bundle.to_str().unwrap()])] {
        let outcome = outcome.well();
        let users = demo_users().to_string();
        for word in SECTIONS.iter().chain(&[users.as_str(), "NDCG", "brotli", "simulated"]) {
            assert!(outcome.stdout.contains(word), "{word} is missing: {outcome}");
        }
    }
}

// Tools.

#[test]
fn each_tool_answers_in_its_documented_shape() {
    let filtered = tool("item_filter", &json!({"genres": ["Comedy"]}));
    assert!(filtered["set"].as_str().unwrap().starts_with("set:"));
    assert!(filtered["count"].as_u64().unwrap() > 10);
    assert_eq!(filtered["items"].as_array().unwrap().len(), 10);
    assert!(filtered["items"][0]["item_id"].is_u64());

    let best = tool("get_top_k_recommendations", &json!({"user": 4, "k": 3}));
    let best = best["items"].as_array().unwrap();
    assert_eq!(best.len(), 3);
    for item in best {
        assert!(item["item_id"].is_u64() && item["score"].is_number());
        assert!((0..=100).contains(&item["fit"].as_i64().unwrap()));
        assert!(item["because"].is_array());
    }

    let popular = json!({"popularity": "by_user_group", "user_group": ["teenager", "female"]});
    let popular = tool("get_popular_items", &popular);
    let counts = popular["items"].as_array().unwrap().iter();
    let counts: Vec<_> = counts.map(|item| item["n_ratings"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "most popular first: {counts:?}");

    let user = tool("get_user_metadata", &json!({"user": 4, "get": ["age", "gender"]}));
    assert_eq!(user["user"], 4);
    assert!(user["age"].is_number() && user["gender"].is_string());

    let about = json!({"items": [9, 99999], "get": ["title", "genres", "storyline"]});
    let about = tool("get_item_metadata", &about);
    assert_eq!(about["unknown"], json!([99999]));
    assert_eq!(about["count"], 1);
    assert!(about["items"][0]["title"].is_string() && about["items"][0]["genres"].is_array());

    let history = tool("get_interacted_items", &json!({"user": 4, "k": 5}));
    let dates = history["items"].as_array().unwrap().iter();
    let dates: Vec<_> = dates.map(|item| item["date"].as_str().unwrap()).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b), "newest first: {dates:?}");

    let share = tool("get_like_percentage", &json!({"items": [1, 2, 3]}));
    assert_eq!(share["users"], demo_users());
    assert!(share["like_percentage"].as_f64() <= share["interacted_percentage"].as_f64());

    let hits = tool("vector_store_search", &json!({"query": "a shark near the beach", "k": 3}));
    assert_eq!(hits["count"].as_u64().unwrap(), hits["items"].as_array().unwrap().len() as u64);
}

#[test]
fn a_tool_takes_its_arguments_from_standard_input() {
    let arguments = r#"{"user":4,"get":["age"]}"#;
    let piped = usher_reading(arguments, ["tool", "get_user_metadata", "-"]).well();
    assert_eq!(piped.stdout, usher(["tool", "get_user_metadata", arguments]).well().stdout);
}

#[test]
fn a_tool_that_cannot_says_so_as_json_and_ends_with_1() {
    for (name, arguments, kind) in [
        ("make_coffee", "{}", "unknown_tool"),
        ("get_user_metadata", "{\"user\":", "invalid_arguments"),
        ("get_user_metadata", "null", "invalid_arguments"),
        ("get_user_metadata", r#"{"user":4,"get":["shoe_size"]}"#, "invalid_arguments"),
        ("get_top_k_recommendations", r#"{"user":4,"k":-1}"#, "invalid_arguments"),
        ("get_top_k_recommendations", r#"{"user":4,"k":5000}"#, "invalid_arguments"),
        ("get_item_metadata", r#"{"items":[],"get":["title"]}"#, "invalid_arguments"),
        ("get_top_k_recommendations", r#"{"user":99999}"#, "unknown_user"),
        ("get_interacted_items", r#"{"user":"nobody"}"#, "unknown_user"),
        ("get_item_metadata", r#"{"items":[99999],"get":["title"]}"#, "unknown_item"),
        ("get_like_percentage", r#"{"items":"set:000000"}"#, "unknown_set"),
        ("item_filter", r#"{"actors":["Zzyzx Qwrtp"]}"#, "unknown_value"),
        ("item_filter", r#"{"release_date":{"request":"higher","threshold":2900}}"#, "no_match"),
    ] {
        tool_fails(name, arguments, kind);
    }
}

// Questions.

#[test]
fn a_recommendation_is_told_with_titles_from_the_catalogue() {
    let turn = ask("Recommend some movies to user 4");
    assert_eq!(turn["status"], "answered");
    assert_eq!(turn["model"], "guide");
    assert_eq!(tools_called(&turn), ["get_top_k_recommendations", "get_item_metadata"]);
    let first = &turn["steps"][0];
    assert_eq!(first["arguments"]["user"], 4);
    assert_eq!(first["result"]["data"]["count"], 5);
    assert!(first["elapsed_us"].is_u64());
    let described = turn["steps"][1]["result"]["data"]["items"].as_array().unwrap();
    assert_eq!(described.len(), 5);
    for item in described {
        let title = item["title"].as_str().unwrap();
        assert!(turn["answer"].as_str().unwrap().contains(title), "{title} is not in the answer");
    }
}

#[test]
fn conditions_are_filtered_before_the_ranking() {
    let turn = ask("Recommend 3 comedy movies to user 4");
    assert_eq!(
        tools_called(&turn),
        ["item_filter", "get_top_k_recommendations", "get_item_metadata"]
    );
    assert_eq!(turn["steps"][0]["arguments"]["genres"], json!(["Comedy"]));
    let items = turn["steps"][2]["result"]["data"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    for item in items {
        assert!(item["genres"].as_array().unwrap().contains(&json!("Comedy")), "{item}");
    }
}

#[test]
fn items_are_listed_by_a_condition() {
    let turn = ask("Which movies are directed by Steven Spielberg?");
    assert_eq!(tools_called(&turn), ["item_filter", "get_item_metadata"]);
    assert!(turn["answer"].as_str().unwrap().contains("Jurassic Park"), "{}", turn["answer"]);
}

#[test]
fn items_users_and_histories_are_told() {
    let turn = ask("Provide the title and description of item 9");
    assert_eq!(tools_called(&turn), ["get_item_metadata"]);
    let turn = ask("What is the age and gender of user 4?");
    assert_eq!(tools_called(&turn), ["get_user_metadata"]);
    let turn = ask("What has user 4 watched?");
    assert_eq!(tools_called(&turn), ["get_interacted_items", "get_item_metadata"]);
}

#[test]
fn a_missing_user_is_asked_for_and_the_run_goes_on_when_it_comes() {
    let turns = usher(["ask", "Recommend some movies", "--then", "4", "--json"]).well();
    let turns = turns.json_lines();
    assert_eq!(turns[0]["status"], "needs_input");
    assert_eq!(turns[0]["steps"], json!([]));
    assert_eq!(turns[1]["status"], "answered");
    assert_eq!(tools_called(&turns[1]), ["get_top_k_recommendations", "get_item_metadata"]);
    assert_eq!(turns[1]["steps"][0]["arguments"]["user"], 4);
}

#[test]
fn nothing_found_is_an_answer() {
    let turn = ask("Recommend a western movie with Tom Hanks to user 4");
    assert_eq!(turn["status"], "answered");
    assert_eq!(tools_called(&turn), ["item_filter"]);
}

#[test]
fn without_json_the_answer_goes_to_standard_output_and_the_steps_do_not() {
    let outcome = usher(["ask", "Recommend some movies to user 4"]).well();
    assert!(!outcome.stdout.contains("get_top_k"), "{outcome}");
    assert!(outcome.stderr.contains("get_top_k_recommendations"), "{outcome}");
    assert!(outcome.stdout.lines().count() > 5, "{outcome}");
}

#[test]
fn a_question_comes_from_standard_input() {
    let piped = usher_reading("Recommend some movies to user 4\n", ["ask", "-", "--json"]).well();
    assert_eq!(piped.json_lines()[0]["status"], "answered");
}

// Bad input.

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &[][..],
        &["dance"],
        &["tool"],
        &["tool", "item_filter"],
        &["ask"],
        &["pack"],
        &["pack", "--demo"],
        &["ask", "hello", "--model", "nonsense"],
    ] {
        usher(arguments).fails(2, &["--help"]);
    }
}

#[test]
fn ids_that_do_not_exist_are_named() {
    let outcome = usher(["ask", "Recommend some movies to user 99999", "--json"]);
    assert!(!outcome.stderr.contains("panicked"), "{outcome}");
    let turn = &outcome.json_lines()[0];
    assert_eq!(turn["steps"][0]["result"]["error"]["kind"], "unknown_user");
    assert!(turn["answer"].as_str().unwrap().contains("99999"), "{turn}");
}

#[test]
fn a_question_of_100_000_characters_is_answered_or_refused_but_no_crash() {
    for word in ["movie ", "x", "🎬", "user 4 "] {
        let question = word.repeat(100_000 / word.chars().count());
        let outcome = usher_reading(&question, ["ask", "-", "--json"]);
        assert!(!outcome.stderr.contains("panicked"), "{outcome}");
        assert!(outcome.code == 0 || outcome.code == 1, "{outcome}");
        let turn = &outcome.json_lines()[0];
        assert!(!turn["answer"].as_str().unwrap().is_empty());
    }
}

#[test]
fn an_empty_question_is_answered_with_what_can_be_asked() {
    let turn = &usher(["ask", "  ", "--json"]).json_lines()[0];
    assert!(!turn["answer"].as_str().unwrap().is_empty());
}

/// What must fail, whatever reads the bundle, and with these words.
#[track_caller]
fn no_command_opens(bundle: &Path, words: &[&str]) {
    let bundle = bundle.to_str().unwrap();
    usher(["inspect", bundle]).fails(1, words);
    let asked = usher(["ask", "Recommend some movies to user 4", "--bundle", bundle, "--json"]);
    assert_eq!(asked.fails(1, words).stdout, "");
    usher(["tool", "get_user_metadata", r#"{"user":4,"get":["age"]}"#, "--bundle", bundle])
        .fails(1, words);
}

#[test]
fn a_folder_without_a_bundle_is_named() {
    let temporary = temporary();
    let nowhere = temporary.path().join("nowhere");
    no_command_opens(&nowhere, &["nowhere", "manifest.json", "usher pack"]);
    no_command_opens(temporary.path(), &["manifest.json", "usher pack"]);
}

/// The file of a section in a bundle's folder.
fn section_file(bundle: &Path, section: &str) -> PathBuf {
    let manifest: Value =
        serde_json::from_slice(&fs::read(bundle.join("manifest.json")).unwrap()).unwrap();
    let sections = manifest["sections"].as_array().unwrap();
    let entry = sections.iter().find(|entry| entry["kind"] == section).unwrap();
    bundle.join(entry["file"].as_str().unwrap())
}

/// What every question needs is read when the bundle is opened; the rest when a
/// tool needs it, and then the tool says so.
#[track_caller]
fn is_noticed(section: &str, bundle: &Path, words: &[&str]) {
    let (tool, arguments) = match section {
        "history" | "tastes" => ("get_top_k_recommendations", r#"{"user":4}"#),
        "text" => ("get_item_metadata", r#"{"items":[1,50,103],"get":["description"]}"#),
        "groups" => {
            ("get_popular_items", r#"{"popularity":"by_user_group","user_group":["adult"]}"#)
        }
        "audience" => ("get_like_percentage", r#"{"items":[1,50,103]}"#),
        "search" => ("vector_store_search", r#"{"query":"a ghost"}"#),
        _ => return no_command_opens(bundle, words),
    };
    let bundle = bundle.to_str().unwrap();
    usher(["inspect", bundle]).fails(1, words);
    let result = usher(["tool", tool, arguments, "--bundle", bundle]).fails(1, &[]).json();
    assert_eq!(result["error"]["kind"], "unavailable");
    let told = result.to_string();
    assert!(words.iter().all(|word| told.contains(word)), "{words:?} in {told}");
}

#[test]
fn damaged_truncated_and_missing_files_are_named() {
    let temporary = temporary();
    let whole = packed_demo(&temporary);
    for (index, section) in SECTIONS.iter().enumerate() {
        let bundle = temporary.path().join(format!("damaged-{index}"));
        copy(&whole, &bundle);
        let file = section_file(&bundle, section);
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&file).unwrap();

        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        for damaged in [&flipped, &bytes[..bytes.len() / 2], b""] {
            fs::write(&file, damaged).unwrap();
            is_noticed(section, &bundle, &[&name, "damaged", "usher pack"]);
        }
        fs::remove_file(&file).unwrap();
        is_noticed(section, &bundle, &[&name, "usher pack"]);
    }
}

/// Changes a bundle's manifest.
fn edit_manifest(bundle: &Path, edit: impl FnOnce(&mut Value)) {
    let file = bundle.join("manifest.json");
    let mut manifest = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    edit(&mut manifest);
    fs::write(&file, manifest.to_string()).unwrap();
}

#[test]
fn a_manifest_that_cannot_be_used_is_named() {
    let temporary = temporary();
    let bundle = packed_demo(&temporary);
    let manifest = fs::read(bundle.join("manifest.json")).unwrap();

    edit_manifest(&bundle, |manifest| manifest["format"] = json!(999));
    no_command_opens(&bundle, &["format 999", "Update Usher"]);

    // A newer format may have another shape altogether.
    fs::write(bundle.join("manifest.json"), r#"{"format":999,"shape":"other"}"#).unwrap();
    no_command_opens(&bundle, &["format 999", "Update Usher"]);

    fs::write(bundle.join("manifest.json"), &manifest[..manifest.len() / 2]).unwrap();
    no_command_opens(&bundle, &["manifest.json", "usher pack"]);

    fs::write(bundle.join("manifest.json"), &manifest).unwrap();
    edit_manifest(&bundle, |manifest| manifest["sections"] = json!([]));
    no_command_opens(&bundle, &["section is missing", "usher pack"]);

    fs::write(bundle.join("manifest.json"), &manifest).unwrap();
    edit_manifest(&bundle, |manifest| manifest["sections"][0]["file"] = json!("../outside"));
    no_command_opens(&bundle, &["manifest.json", "../outside"]);
}

/// `usher pack` of a folder into a new one.
fn pack(dataset: &Path, more: &[&str]) -> Outcome {
    let out = dataset.with_file_name("packed");
    let arguments = ["pack", "--input", dataset.to_str().unwrap(), "--out", out.to_str().unwrap()];
    usher(arguments.iter().chain(more))
}

/// The demo's dataset in a folder of its own, to be broken.
fn dataset(within: &TempDir) -> PathBuf {
    let folder = within.path().join("dataset");
    copy(Path::new(DEMO), &folder);
    folder
}

#[test]
fn a_dataset_folder_with_nothing_known_in_it_is_named_with_what_is_read() {
    let temporary = temporary();
    let folder = temporary.path().join("holiday-pictures");
    pack(&folder, &[]).fails(1, &["holiday-pictures"]);
    fs::create_dir(&folder).unwrap();
    pack(&folder, &[]).fails(1, &["holiday-pictures", "items.csv", ".inter"]);
    fs::write(folder.join("beach.jpg"), [0xff, 0xd8, 0xff]).unwrap();
    pack(&folder, &[]).fails(1, &["holiday-pictures", "items.csv", ".inter"]);
    assert!(!temporary.path().join("packed").exists(), "a failed pack leaves nothing behind");
}

#[test]
fn an_empty_interactions_file_is_named() {
    let temporary = temporary();
    let folder = dataset(&temporary);
    let file = folder.join("interactions.csv");
    for text in ["", "user_id,item_id,rating,timestamp\n"] {
        fs::write(&file, text).unwrap();
        pack(&folder, &[]).fails(1, &["interactions.csv"]);
    }
    assert!(!temporary.path().join("packed").exists(), "a failed pack leaves nothing behind");
}

#[test]
fn a_broken_row_is_named_and_left_out_and_with_strict_ends_the_run() {
    let temporary = temporary();
    let folder = dataset(&temporary);
    let file = folder.join("interactions.csv");
    let mut text = fs::read_to_string(&file).unwrap();
    let line = text.lines().count() + 1;
    text += "4,9,excellent,1704067200\n";
    fs::write(&file, text).unwrap();
    let place = ["interactions.csv", &line.to_string(), "excellent"];
    let lenient = pack(&folder, &[]);
    for word in place {
        assert!(lenient.stderr.contains(word), "{word}: {lenient}");
    }
    lenient.well();
    pack(&folder, &["--strict"]).fails(1, &place);
}

#[test]
fn a_missing_column_is_named() {
    let temporary = temporary();
    let folder = dataset(&temporary);
    fs::write(folder.join("interactions.csv"), "who,what\n1,2\n").unwrap();
    pack(&folder, &[]).fails(1, &["interactions.csv", "user_id"]);
}

#[test]
fn a_folder_with_other_files_is_not_replaced_by_a_bundle() {
    let temporary = temporary();
    let precious = temporary.path().join("precious");
    fs::create_dir(&precious).unwrap();
    fs::write(precious.join("thesis.txt"), "years of work").unwrap();
    usher(["pack", "--demo", "--out", precious.to_str().unwrap()]).fails(1, &["precious"]);
    assert!(precious.join("thesis.txt").is_file());
}

#[test]
fn a_pack_that_is_killed_leaves_the_bundle_that_was_there_or_none() {
    let temporary = temporary();
    let folder = dataset(&temporary);
    let old = packed_demo(&temporary);
    let before = fs::read(old.join("manifest.json")).unwrap();
    let none = temporary.path().join("none");
    // While it reads, measures, trains, indexes and writes.
    for after in [50, 200, 400, 800, 1_600] {
        for out in [&none, &old] {
            let mut process = Command::new(env!("CARGO_BIN_EXE_usher"))
                .args(["pack", "--seed", "7", "--input"])
                .args([&folder, Path::new("--out"), out])
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(std::time::Duration::from_millis(after));
            process.kill().unwrap();
            if process.wait().unwrap().success() {
                // It was done before.
                return;
            }
        }
        assert!(!none.exists(), "a half bundle after {after} ms");
        assert_eq!(fs::read(old.join("manifest.json")).unwrap(), before, "after {after} ms");
        usher(["inspect", old.to_str().unwrap()]).well();
    }
}

// Serving.

/// `usher serve` on a free port; ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(page: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["serve", "--port", "0", "--page"])
            .arg(page)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = said
            .find_map(|line| {
                Some(line.ok()?.split_once("http://")?.1.split_once('/')?.0.to_owned())
            })
            .unwrap();
        Self { process, address }
    }

    /// Head and body of the answer to one request.
    fn get(&self, path: &str, headers: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n")
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
        (head, answer[end + 4..].to_vec())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_page_and_its_bundle_are_served_on_this_machine_alone() {
    let temporary = temporary();
    fs::write(temporary.path().join("index.html"), "<p>the page</p>").unwrap();
    let server = Server::start(temporary.path());
    assert!(server.address.starts_with("127.0.0.1:"));

    let (head, body) = server.get("/", "");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert_eq!(body, b"<p>the page</p>");

    let (head, manifest) = server.get("/bundle/manifest.json", "");
    assert!(head.contains("cache-control: no-cache"), "{head}");
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let section = &manifest["sections"][0];
    let path = format!("/bundle/{}", section["file"].as_str().unwrap());
    let (head, body) = server.get(&path, "Accept-Encoding: br, gzip\r\n");
    assert!(head.contains("content-encoding: br"), "{head}");
    assert!(head.contains("immutable"), "{head}");
    assert_eq!(body.len() as u64, section["brotli_bytes"].as_u64().unwrap());

    let (head, _) = server.get("/nowhere", "");
    assert!(head.starts_with("http/1.1 404"), "{head}");
    let (head, _) = server.get("/../Cargo.toml", "");
    assert!(!head.starts_with("http/1.1 200"), "{head}");
}

#[test]
fn serving_needs_a_built_page_and_a_whole_bundle() {
    let temporary = temporary();
    let folder = temporary.path().to_str().unwrap();
    usher(["serve", "--port", "0", "--page", folder]).fails(1, &["cargo xtask web"]);
    fs::write(temporary.path().join("index.html"), "<p>the page</p>").unwrap();
    let nowhere = temporary.path().join("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    usher(["serve", "--port", "0", "--page", folder, "--bundle", nowhere])
        .fails(1, &["nowhere", "usher pack"]);
}
