//! The program on real data: MovieLens-100k, where it is found.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};
use support::{files, movielens, tools_called, usher};

/// The packed dataset.
struct Packed {
    bundle: PathBuf,
    report: String,
}

/// Packs once for all tests here.
fn packed() -> Option<&'static Packed> {
    static PACKED: OnceLock<Packed> = OnceLock::new();
    let dataset = movielens()?;
    Some(PACKED.get_or_init(|| {
        let bundle = Path::new(env!("CARGO_TARGET_TMPDIR")).join("movielens");
        let report = pack(&dataset, &bundle);
        Packed { bundle, report }
    }))
}

/// Packs into a folder and gives the report.
fn pack(dataset: &Path, out: &Path) -> String {
    let arguments = ["pack", "--input", dataset.to_str().unwrap(), "--out", out.to_str().unwrap()];
    usher(arguments).well().stderr
}

impl Packed {
    fn ask(&self, question: &str) -> Value {
        let bundle = self.bundle.to_str().unwrap();
        let outcome = usher(["ask", question, "--bundle", bundle, "--json"]).well();
        outcome.json_lines().remove(0)
    }

    fn tool(&self, name: &str, arguments: &Value) -> Value {
        let bundle = self.bundle.to_str().unwrap();
        let result = usher(["tool", name, &arguments.to_string(), "--bundle", bundle]).well();
        result.json()["data"].clone()
    }
}

#[test]
fn packing_twice_gives_the_same_bytes() {
    let Some(packed) = packed() else { return };
    let again = tempfile::tempdir().unwrap();
    let bundle = again.path().join("bundle");
    pack(&movielens().unwrap(), &bundle);
    for ((name, bytes), (other_name, other_bytes)) in
        files(&packed.bundle).iter().zip(&files(&bundle))
    {
        assert_eq!(name, other_name);
        assert!(bytes == other_bytes, "{name} differs");
    }
}

#[test]
fn all_items_and_users_are_there_and_the_report_tells_what_was_cleaned() {
    let Some(packed) = packed() else { return };
    let shown = usher(["inspect", packed.bundle.to_str().unwrap()]).well().stdout;
    for count in ["1682", "943", "100000"] {
        assert!(shown.contains(count), "{count}: {shown}");
    }
    // As counted in the files themselves.
    for line in [
        "metadata table: 91 ",
        "more than one), not used: 33 ",
        "title and year of another one, kept beside it: 18 ",
        "items without a title: 1 (267)",
    ] {
        assert!(packed.report.contains(line), "{line}: {}", packed.report);
    }
}

#[test]
fn a_tom_cruise_movie_is_recommended_to_user_9() {
    let Some(packed) = packed() else { return };
    let turn = packed.ask("Recommend a Tom Cruise movie to user 9");
    assert_eq!(turn["status"], "answered", "{turn}");
    assert_eq!(
        tools_called(&turn),
        ["item_filter", "get_top_k_recommendations", "get_item_metadata"]
    );
    assert_eq!(turn["steps"][0]["arguments"]["actors"], json!(["Tom Cruise"]));
    assert_eq!(turn["steps"][1]["arguments"]["user"], 9);
    assert_eq!(turn["steps"][1]["arguments"]["k"], 1);
    let film = &turn["steps"][1]["result"]["data"]["items"][0]["item_id"];
    let about =
        packed.tool("get_item_metadata", &json!({"items": [film], "get": ["title", "actors"]}));
    let about = &about["items"][0];
    assert!(about["actors"].as_array().unwrap().contains(&json!("Tom Cruise")), "{about}");
    assert!(turn["answer"].as_str().unwrap().contains(about["title"].as_str().unwrap()), "{turn}");
}

#[test]
fn some_movies_are_recommended_to_user_4() {
    let Some(packed) = packed() else { return };
    let turn = packed.ask("Recommend some movies to user 4");
    assert_eq!(tools_called(&turn), ["get_top_k_recommendations", "get_item_metadata"]);
    let items = turn["steps"][1]["result"]["data"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 5);
    assert!(items.iter().all(|item| item["title"].is_string()), "{items:?}");
}

#[test]
fn what_the_metadata_table_gets_wrong_counts_as_missing() {
    let Some(packed) = packed() else { return };
    let get = ["title", "director", "duration", "description", "release_date", "genres"];
    let about = packed.tool("get_item_metadata", &json!({"items": [50, 172, 267], "get": get}));
    let items = about["items"].as_array().unwrap();
    assert_eq!(items.len(), 3, "every item stays");
    // Star Wars has no text in the table, The Empire Strikes Back no row at all.
    assert_eq!(items[0]["description"], Value::Null);
    assert_eq!(items[0]["release_date"], 1977);
    assert_eq!(items[1]["duration"], Value::Null);
    assert!(items[1]["title"].as_str().unwrap().contains("Empire Strikes Back"));
}

#[test]
fn star_wars_is_the_most_popular_and_has_title_and_year() {
    let Some(packed) = packed() else { return };
    let popular = packed.tool("get_popular_items", &json!({"popularity": "standard", "k": 1}));
    assert_eq!(popular["items"], json!([{"item_id": 50, "n_ratings": 583}]));
    let get = ["title", "release_date", "actors", "duration"];
    let about = packed.tool("get_item_metadata", &json!({"items": [50], "get": get}));
    assert_eq!(
        about["items"][0],
        json!({"item_id": 50, "title": "Star Wars", "release_date": 1977, "actors": null, "duration": null})
    );
}

#[test]
fn a_row_of_another_film_lends_nothing_to_its_namesake() {
    let Some(packed) = packed() else { return };
    // The table holds a video of 2014 under The Silence of the Lambs.
    let get = ["title", "release_date", "actors", "director", "duration", "imdb_rating"];
    let about = packed.tool("get_item_metadata", &json!({"items": [98], "get": get}));
    assert_eq!(
        about["items"][0],
        json!({
            "item_id": 98, "title": "The Silence of the Lambs", "release_date": 1991,
            "actors": null, "director": null, "duration": null, "imdb_rating": null,
        })
    );
}
