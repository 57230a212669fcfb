//! A search of texts whose meaning cannot be read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::rc::Rc;

use futures::executor::block_on;
use serde_json::json;
use usher_bundle::{Bundle, InMemory, MANIFEST_FILE, Manifest};
use usher_tools::{BundlePorts, Registry};

/// The tiny catalogue without the files of a section.
fn without(section: &str) -> BundlePorts {
    let files = usher_testkit::tiny_files_with_vectors();
    let manifest = files.iter().find(|file| file.name == MANIFEST_FILE).unwrap();
    let kept = files.iter().filter(|file| !file.name.starts_with(section));
    let kept: InMemory = kept.map(|file| (file.name.clone(), file.bytes.clone())).collect();
    let manifest = Manifest::parse(&manifest.bytes).unwrap();
    BundlePorts::new(block_on(Bundle::open(manifest, Rc::new(kept))).unwrap())
}

fn search(ports: &BundlePorts, query: &str) -> serde_json::Value {
    let registry = Registry::default();
    let called = block_on(registry.call("vector_store_search", &json!({"query": query}), ports));
    serde_json::to_value(&called.result).unwrap()
}

#[test]
fn words_answer_alone_and_say_so() {
    let query = "a crew in space";
    let whole = search(&without("nothing"), query);
    assert!(!whole.to_string().contains("Only the words"), "{whole}");
    for section in ["embedder", "vectors", "index"] {
        let alone = search(&without(section), query);
        assert!(alone["data"]["count"].as_u64().unwrap() > 0, "{section}: {alone}");
        assert!(alone.to_string().contains("Only the words of the texts"), "{section}: {alone}");
    }
}

#[test]
fn without_the_words_there_is_no_search() {
    let found = search(&without("search"), "a crew in space");
    assert_eq!(found["error"]["kind"], "unavailable", "{found}");
}
