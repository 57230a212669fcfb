//! The house rules that a compiler does not check: which crate may know which,
//! where input and output may happen, and that the project stands on its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Each crate and the crates of ours that it may use. There are no other arrows:
/// a new crate or a new arrow is a decision, made here and in ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("usher-protocol", &[]),
    ("usher-bundle", &["usher-protocol"]),
    ("usher-letters", &[]),
    ("usher-names", &["usher-bundle", "usher-letters"]),
    ("usher-recommender", &["usher-bundle"]),
    ("usher-retrieval", &["usher-bundle", "usher-letters"]),
    (
        "usher-tools",
        &["usher-bundle", "usher-names", "usher-protocol", "usher-recommender", "usher-retrieval"],
    ),
    ("usher-gateway", &["usher-protocol"]),
    ("usher-guide", &["usher-names", "usher-protocol"]),
    ("usher-agent", &["usher-protocol"]),
    ("usher-audience", &[]),
    ("usher-distil", &["usher-bundle", "usher-retrieval"]),
    ("usher-llm", &["usher-protocol"]),
    (
        "usher-engine",
        &["usher-agent", "usher-bundle", "usher-guide", "usher-protocol", "usher-tools"],
    ),
    ("usher-remote", &["usher-bundle", "usher-protocol", "usher-retrieval", "usher-tools"]),
    ("usher-models", &["usher-agent", "usher-llm", "usher-protocol", "usher-retrieval"]),
    (
        "usher-pack",
        &["usher-bundle", "usher-names", "usher-protocol", "usher-recommender", "usher-retrieval"],
    ),
    (
        "usher-testkit",
        &[
            "usher-agent",
            "usher-bundle",
            "usher-engine",
            "usher-llm",
            "usher-names",
            "usher-pack",
            "usher-protocol",
            "usher-tools",
            "usher-retrieval",
        ],
    ),
    (
        "usher",
        &[
            "usher-agent",
            "usher-audience",
            "usher-bundle",
            "usher-distil",
            "usher-engine",
            "usher-models",
            "usher-pack",
            "usher-protocol",
            "usher-recommender",
            "usher-remote",
            "usher-retrieval",
        ],
    ),
    (
        "usher-web",
        &[
            "usher-agent",
            "usher-protocol",
            "usher-web-answer",
            "usher-web-engine",
            "usher-web-parts",
        ],
    ),
    ("usher-web-answer", &["usher-protocol"]),
    ("usher-web-browse", &["usher-protocol", "usher-web-answer", "usher-web-parts"]),
    (
        "usher-web-engine",
        &["usher-agent", "usher-bundle", "usher-engine", "usher-protocol", "usher-web-answer"],
    ),
    ("usher-web-parts", &["usher-web-answer"]),
    ("usher-web-models", &["usher-agent", "usher-models", "usher-protocol"]),
    ("usher-web-pack", &["usher-bundle", "usher-pack"]),
    (
        "usher-worker",
        &[
            "usher-bundle",
            "usher-gateway",
            "usher-names",
            "usher-protocol",
            "usher-remote",
            "usher-tools",
        ],
    ),
    ("usher-nearest-bench", &["usher-bundle", "usher-retrieval"]),
    ("xtask", &[]),
];

/// What tests of any crate may use besides.
const FOR_TESTS: &str = "usher-testkit";

/// What would tie a crate below the faces to a machine, and what to do instead.
const DOORS: &[(&str, &str)] = &[
    ("std::fs", "files are read by a face: take bytes"),
    ("std::net", "connections are made by a face: take bytes"),
    ("std::env", "the environment is read by a face: take a value"),
    ("std::process", "programs are run by a face"),
    ("std::thread", "a browser tab has no threads"),
    ("Instant::now", "there is no clock in a browser tab: take a time or a clock"),
    ("SystemTime", "there is no clock in a browser tab: take a time or a clock"),
    ("Rng::new(", "chance makes two runs differ: take a seed"),
];

/// Crates that may do input and output although they lie in `crates/`.
const WITH_DOORS: &[&str] = &["testkit"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn crates_use_no_crates_but_those_on_the_map() {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap();
    let map: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let ours: BTreeSet<&str> =
        metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mapped: BTreeSet<&str> = map.keys().copied().collect();
    assert_eq!(ours, mapped, "the workspace's crates, and those on the map");

    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let allowed = map[package.name.as_str()];
        for dependency in &package.dependencies {
            let to = dependency.name.as_str();
            // A crate's tests may turn on a feature of their own crate.
            let for_tests = dependency.kind == DependencyKind::Development
                && (to == FOR_TESTS || to == package.name.as_str());
            if ours.contains(to) && !allowed.contains(&to) && !for_tests {
                wrong.push(format!("{} → {to}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that are not on the map: {wrong:?}");
}

#[test]
fn the_map_has_no_circles() {
    let map: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut done = BTreeSet::new();
    // Take away whatever uses only what is already gone; a circle never goes.
    while let Some(next) =
        map.iter().find(|(name, to)| !done.contains(*name) && to.iter().all(|to| done.contains(to)))
    {
        done.insert(*next.0);
    }
    assert_eq!(done.len(), map.len());
}

#[test]
fn below_the_faces_there_is_no_input_or_output() {
    let mut wrong = Vec::new();
    for file in files_below(&root().join("crates")) {
        let path = file.strip_prefix(root()).unwrap().display().to_string();
        let is_source = path.contains("/src/") && path.ends_with(".rs");
        let exempt = WITH_DOORS.iter().any(|name| path.starts_with(&format!("crates/{name}/")));
        if !is_source || exempt || path.ends_with("/tests.rs") {
            continue;
        }
        let source = fs::read_to_string(&file).unwrap();
        for (number, line) in product_lines(&source) {
            for (door, instead) in DOORS {
                if spelled_out(line).iter().any(|path| path.contains(door)) {
                    wrong.push(format!("{path}:{number}: `{door}` ({instead})"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "I/O below the faces:\n{}", wrong.join("\n"));
}

/// The lines of a source file with their numbers, less comments and the tests at
/// its end.
fn product_lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = product.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// A line, with `std::{env, fs}` also as `std::env` and `std::fs`.
fn spelled_out(line: &str) -> Vec<String> {
    let mut all = vec![line.to_owned()];
    if let Some((_, names)) = line.split_once("std::{") {
        let names = names.trim_end_matches([';', '}']).split(',');
        all.extend(names.map(|name| format!("std::{}", name.trim())));
    }
    all
}

#[test]
fn imports_in_braces_are_recognised() {
    let all = spelled_out("use std::{env, fs};");
    assert!(all.contains(&"std::env".to_owned()) && all.contains(&"std::fs".to_owned()));
}

#[test]
fn only_continuous_integration_knows_of_a_folder_beside_the_project() {
    let folders = [concat!("..", "/shared"), concat!("work", "/shared")];
    let mut wrong = Vec::new();
    for file in files_below(root()) {
        let path = file.strip_prefix(root()).unwrap().display().to_string();
        // Pictures and the like are not text.
        let Ok(text) = fs::read_to_string(&file) else { continue };
        if path != ".ci/run" && folders.iter().any(|folder| text.contains(folder)) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "these name a folder outside of the project: {wrong:?}");
}

/// All files of the project in a folder and below; not what is built or installed.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let not_ours =
        [".git", "target", "dist", "data", "node_modules", "test-results", "playwright-report"];
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !not_ours.iter().any(|name| path.ends_with(name)) {
                files.extend(files_below(&path));
            }
        } else {
            files.push(path);
        }
    }
    files
}
