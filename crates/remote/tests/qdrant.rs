//! The search in Qdrant's own engine: it answers as the bundle does, and says what is wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::rc::Rc;

use serde_json::json;
use support::{Http, run};
use usher_bundle::Bundle;
use usher_remote::qdrant::{Load, QdrantError, QdrantSearch, load};
use usher_remote::version;
use usher_testkit::dataset::{Dataset, Size};
use usher_testkit::servers::QdrantEngine;
use usher_testkit::{Mixed, contract};
use usher_tools::{BundleCatalogue, BundleSearch, Nearest, Search};

const KEY: &str = "secret-key";
const SIZES: [Size; 3] = [
    Size { items: 1, users: 1, interactions: 1 },
    Size { items: 12, users: 30, interactions: 200 },
    Size { items: 60, users: 20, interactions: 200 },
];
const QUERIES: [&str; 5] =
    ["amber bridge", "a desert and a forest", "zzz", "lantern engine garden again", "the of"];

fn dataset(seed: u64, size: usize) -> (Dataset, Rc<Bundle>) {
    let dataset = Dataset::random(seed, SIZES[size]);
    let bundle = Rc::new(dataset.bundle_with_vectors());
    (dataset, bundle)
}

/// Why only the words were compared, which still are.
async fn alone(search: &QdrantSearch<Http>, part: &str, retryable: bool) {
    let found = search.nearest("amber bridge engine", None, 5).await.unwrap();
    let why = found.words_alone.unwrap();
    assert!(why.what.contains(part), "{why:?}");
    assert_eq!(why.retryable, retryable, "{why:?}");
    assert!(why.what.ends_with('.') && why.next.ends_with('.'), "{why:?}");
    assert!(!format!("{why:?}").contains(KEY));
}

fn same(ours: &Nearest, bundles: &Nearest) {
    assert_eq!(ours.words_alone, bundles.words_alone);
    let rows = |found: &Nearest| found.items.iter().map(|(row, _)| row.0).collect::<Vec<_>>();
    assert_eq!(rows(ours), rows(bundles));
    for ((_, score), (_, expected)) in ours.items.iter().zip(&bundles.items) {
        assert!((score - expected).abs() < 1e-4, "{score} {expected}");
    }
}

#[test]
fn any_catalogue_is_searched_as_by_its_bundle() {
    let engine = QdrantEngine::start(KEY);
    run(async {
        for size in 0..SIZES.len() {
            let (dataset, bundle) = dataset(11 + size as u64, size);
            let http = Http::to(&engine, KEY);
            match load(&http, &bundle, "usher", &mut |_, _| {}).await {
                Ok(loaded) => assert_eq!(loaded.before, 0),
                // Nothing is known of its one item.
                Err(Load::NoVectors) => continue,
                Err(other) => panic!("{other}"),
            }
            let search = QdrantSearch::new(bundle.clone(), http.clone());
            search.check().await.unwrap();
            let own = BundleSearch::new(bundle.clone());
            for query in QUERIES {
                for k in [1, 5, 100] {
                    let ours = search.nearest(query, None, k).await.unwrap();
                    same(&ours, &own.nearest(query, None, k).await.unwrap());
                }
            }
            let ports = Mixed::new(&bundle, BundleCatalogue::new(bundle.clone()), search);
            if let Err(told) = contract::check(&ports, &dataset).await {
                panic!("{told}");
            }
            let loaded = load(&http, &bundle, "usher", &mut |_, _| {}).await.unwrap();
            assert_eq!(loaded.before, loaded.total);
        }
    });
}

#[test]
fn older_versions_go_but_for_the_one_before() {
    let engine = QdrantEngine::start("");
    run(async {
        let http = Http::to(&engine, "");
        let versions: Vec<Rc<Bundle>> = (21..24).map(|seed| dataset(seed, 1).1).collect();
        let mut dropped = Vec::new();
        for bundle in &versions {
            dropped.extend(load(&http, bundle, "usher", &mut |_, _| {}).await.unwrap().dropped);
        }
        assert_eq!(dropped, [format!("usher-points-{}", version(versions[0].manifest()))]);
        alone(&QdrantSearch::new(versions[0].clone(), http.clone()), "another version", false)
            .await;
        for bundle in &versions[1..] {
            QdrantSearch::new(bundle.clone(), http.clone()).check().await.unwrap();
        }
    });
}

#[test]
fn what_is_wrong_with_qdrant_is_told() {
    let mut engine = QdrantEngine::start(KEY);
    let (_, bundle) = dataset(31, 2);
    run(async {
        let http = Http::to(&engine, KEY);
        let search = QdrantSearch::new(bundle.clone(), http.clone());
        alone(&search, "no collection, or another version", false).await;
        alone(
            &QdrantSearch::new(bundle.clone(), Http::to(&engine, "wrong")),
            "refuses the key",
            false,
        )
        .await;

        // A load that does not come to its end is not seen.
        let name = version(bundle.manifest());
        let half = format!("/collections/usher-points-{name}");
        let vectors = |size: u32| {
            let whole = json!({"size": size, "distance": "Dot"});
            json!({"vectors": {"whole": whole}}).to_string()
        };
        let send = |method: &str, path: &str, body: &str| {
            let (status, body) = engine.send(method, path, Some(body.as_bytes())).unwrap();
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        };
        send("PUT", &half, &vectors(16));
        alone(&search, "no collection, or another version", false).await;
        send("DELETE", &half, "");

        // Vectors of another length, and without one of the two.
        for (size, part) in [(32, "other vectors"), (16, "other vectors")] {
            send("PUT", "/collections/strange", &vectors(size));
            let alias = json!({"actions": [{"create_alias": {
                "collection_name": "strange", "alias_name": format!("usher-{name}"),
            }}]});
            send("POST", "/collections/aliases", &alias.to_string());
            alone(&search, part, false).await;
            send("DELETE", "/collections/strange", "");
        }

        load(&http, &bundle, "usher", &mut |_, _| {}).await.unwrap();
        assert_eq!(search.nearest("amber", None, 5).await.unwrap().words_alone, None);
    });
    engine.stop();
    run(async {
        let search = QdrantSearch::new(bundle.clone(), Http::to(&engine, KEY));
        alone(&search, "cannot be reached", true).await;
    });
    engine.restart();
    run(async {
        let http = Http::to(&engine, KEY);
        let search = QdrantSearch::new(bundle.clone(), http.clone());
        alone(&search, "no collection", false).await;
        load(&http, &bundle, "usher", &mut |_, _| {}).await.unwrap();
        assert_eq!(search.nearest("amber", None, 5).await.unwrap().words_alone, None);
        let error =
            load(&Http::to(&engine, ""), &bundle, "usher", &mut |_, _| {}).await.unwrap_err();
        assert!(matches!(error, Load::Qdrant(QdrantError::AccessDenied)), "{error}");
    });
}
