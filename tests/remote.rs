//! Catalogues that `usher load` brings into a real MariaDB and into Qdrant's own engine:
//! every tool answers over them as it does over the bundle.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../crates/remote/tests/support/mod.rs"]
mod ports;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use ports::{Http, Tcp, connection, run};
use serde_json::{Value, json};
use support::{Outcome, usher};
use tempfile::TempDir;
use usher_bundle::{Bundle, InMemory, MANIFEST_FILE, Manifest};
use usher_remote::mysql::{Address, MySqlCatalogue};
use usher_remote::qdrant::QdrantSearch;
use usher_testkit::Mixed;
use usher_testkit::servers::{MariaDb, QdrantEngine};
use usher_testkit::tools::{BundlePorts, Registry};

const KEY: &str = "a-key-that-nothing-prints";
/// What someone may write into any text.
const SQL: [&str; 3] =
    ["'; DROP TABLE usher_versions; -- ", "\" OR \"\"=\"", "\\'); DELETE FROM usher_versions; #"];

/// The bundle of a folder, open.
async fn opened(folder: &Path) -> Bundle {
    let files: InMemory = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
        })
        .collect();
    let manifest = Manifest::parse(&fs::read(folder.join(MANIFEST_FILE)).unwrap()).unwrap();
    Bundle::open(manifest, Rc::new(files)).await.unwrap()
}

/// The program, with a key for Qdrant in its environment.
fn load_qdrant(engine: &QdrantEngine, folder: &Path) -> Outcome {
    let done = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["load", "qdrant", &engine.address(), "--api-key-env", "KEY_OF_QDRANT", "--bundle"])
        .arg(folder)
        .env("KEY_OF_QDRANT", KEY)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(done.stdout), text(done.stderr));
    assert!(!stderr.contains(KEY), "{stderr}");
    Outcome { code: done.status.code().unwrap(), stdout, stderr }
}

fn load_mysql(address: &str, folder: &Path) -> Outcome {
    let outcome = usher(["load", "mysql", address, "--bundle", folder.to_str().unwrap()]);
    assert!(!outcome.stderr.contains(MariaDb::password()), "{outcome}");
    assert!(!outcome.stderr.contains("p%40ss"), "{outcome}");
    outcome
}

/// Each call that the questions expect, once.
fn calls() -> Vec<(String, Value)> {
    let mut calls = BTreeSet::new();
    for file in ["tuning.jsonl", "held-out.jsonl"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/questions").join(file);
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            for (tool, arguments) in line["args"].as_object().into_iter().flatten() {
                calls.insert((tool.clone(), arguments.to_string()));
            }
        }
    }
    let get = json!([
        "title",
        "genres",
        "actors",
        "director",
        "producer",
        "country",
        "storyline",
        "description",
        "release_date",
        "release_month",
        "duration",
        "age_rating",
        "imdb_rating",
        "imdb_num_reviews",
        "n_ratings"
    ]);
    for ids in [json!([1, 2, 3]), json!([50, 7, 999_999, 50]), json!(["a", 12])] {
        calls.insert(("get_item_metadata".into(), json!({"items": ids, "get": get}).to_string()));
        calls.insert(("get_like_percentage".into(), json!({"items": ids}).to_string()));
    }
    for query in ["a crew lost in space", "friendship between a child and an animal", "revenge"] {
        calls.insert(("vector_store_search".into(), json!({"query": query, "k": 20}).to_string()));
    }
    calls.into_iter().map(|(tool, text)| (tool, serde_json::from_str(&text).unwrap())).collect()
}

/// The same with this in the place of each text.
fn poisoned(arguments: &Value, sql: &str) -> Value {
    match arguments {
        Value::String(_) => json!(sql),
        Value::Array(all) => all.iter().map(|one| poisoned(one, sql)).collect(),
        Value::Object(all) => {
            Value::Object(all.iter().map(|(key, one)| (key.clone(), poisoned(one, sql))).collect())
        }
        other => other.clone(),
    }
}

/// Loads a bundle into both, twice, and asks everything.
fn answers_alike(folder: &Path) {
    let server = MariaDb::start();
    let engine = QdrantEngine::start(KEY);
    let address = server.address("usher");
    let first = load_mysql(&address, folder).well();
    assert!(first.stderr.contains("rows."), "{first}");
    assert!(load_mysql(&address, folder).well().stderr.contains("already"));
    let first = load_qdrant(&engine, folder).well();
    assert!(first.stderr.contains("points."), "{first}");
    assert!(load_qdrant(&engine, folder).well().stderr.contains("already"));

    run(async {
        let bundle = Rc::new(opened(folder).await);
        let address: Address = address.parse().unwrap();
        let catalogue = MySqlCatalogue::new(bundle.clone(), address.clone(), Tcp(address));
        let search = QdrantSearch::new(bundle.clone(), Http::to(&engine, KEY));
        let remote = (Registry::default(), Mixed::new(&bundle, catalogue, search));
        let own = (Registry::default(), BundlePorts::new(opened(folder).await));
        let same = async |tool: &str, arguments: &Value| {
            let ours = remote.0.call(tool, arguments, &remote.1).await;
            let bundles = own.0.call(tool, arguments, &own.1).await;
            assert_eq!(ours, bundles, "{tool} {arguments}");
            let told = serde_json::to_value(&ours.result).unwrap();
            assert!(!told.to_string().contains("Only the words"), "{tool} {arguments}: {told}");
            ours
        };
        let calls = calls();
        let tools: BTreeSet<&str> = calls.iter().map(|(tool, _)| tool.as_str()).collect();
        assert_eq!(tools.len(), 8, "{tools:?}");
        for (tool, arguments) in &calls {
            let called = same(tool, arguments).await;
            let set = called.result.data().map_or(Value::Null, |data| data["set"].clone());
            if tool != "item_filter" || set.is_null() {
                continue;
            }
            same("get_popular_items", &json!({"popularity": "standard", "items": set})).await;
            let group = json!({"popularity": "by_user_group", "user_group": ["female", "senior"], "items": set});
            same("get_popular_items", &group).await;
            same("get_like_percentage", &json!({"items": set})).await;
            same("get_top_k_recommendations", &json!({"user": 4, "items": set})).await;
            same("get_item_metadata", &json!({"items": set, "get": ["title", "actors"]})).await;
            same("vector_store_search", &json!({"query": "a long journey", "items": set})).await;
        }
        for (at, (tool, arguments)) in calls.iter().enumerate() {
            same(tool, &poisoned(arguments, SQL[at % SQL.len()])).await;
        }
    });
    run(async {
        let mut connection = connection(&address).await;
        let rows = connection.query("SELECT complete FROM usher_versions", &[]).await.unwrap();
        assert_eq!(rows.len(), 1);
    });
}

#[test]
fn the_demo_is_answered_for_as_by_its_bundle() {
    let folder = TempDir::new().unwrap();
    let bundle = folder.path().join("demo");
    usher(["pack", "--demo", "--out", bundle.to_str().unwrap()]).well();
    answers_alike(&bundle);
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn movielens_is_answered_for_as_by_its_bundle() {
    let Some(data) = std::env::var_os("USHER_ML100K") else {
        eprintln!("SKIPPED: tools over MySQL and Qdrant with MovieLens-100k: set USHER_ML100K");
        return;
    };
    let folder = TempDir::new().unwrap();
    let bundle = folder.path().join("movielens");
    usher(["pack", "--input", data.to_str().unwrap(), "--out", bundle.to_str().unwrap()]).well();
    answers_alike(&bundle);
}

#[test]
fn what_is_wrong_with_a_load_is_told() {
    let nobody = "127.0.0.1:9";
    usher(["load", "mysql", "postgres://a:secret@b/c"]).fails(1, &["does not begin with mysql://"]);
    usher(["load", "mysql", &format!("mysql://ann:secret@{nobody}/films")])
        .fails(1, &["cannot be reached", "127.0.0.1:9/films", "its address and port"]);
    usher(["load", "mysql", "mysql://ann@host/films?ssl-mode=required"]).fails(1, &["TLS"]);
    usher(["load", "qdrant", "host:6333"]).fails(1, &["http://host:6333"]);
    usher(["load", "qdrant", &format!("http://{nobody}")]).fails(1, &["cannot be reached"]);
    usher(["load", "qdrant", "http://host", "--collection", "a/b"]).fails(1, &["no name"]);
    usher(["load", "mysql"]).fails(2, &["<URL>"]);
}
