//! Ranking models fitted to a split and measured, as other programs call it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{movielens, usher};

/// A split of two tastes, in three files.
fn split(folder: &Path) -> [PathBuf; 3] {
    let mut parts = [(); 3].map(|()| "user_id:token\titem_id:token\n".to_owned());
    for (user, item) in (0..30).flat_map(|user| (0..30).map(move |item| (user, item))) {
        let part = match (user * 7 + item * 3) % 10 {
            0 => &mut parts[1],
            2 => &mut parts[2],
            _ => &mut parts[0],
        };
        if user % 2 == item % 2 && (user + item / 2) % 3 > 0 {
            part.push_str(&format!("{user}\ti{item}\n"));
        }
    }
    let names = ["train", "valid", "test"];
    for (name, part) in names.iter().zip(&parts) {
        std::fs::write(folder.join(name), part).unwrap();
    }
    names.map(|name| folder.join(name))
}

fn arguments<'a>(files: &'a [PathBuf; 3], more: &[&'a str]) -> Vec<&'a str> {
    let [train, valid, test] = files.each_ref().map(|path| path.to_str().unwrap());
    let files = ["eval", "rank", "--train", train, "--valid", valid, "--test", test];
    files.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn every_model_is_measured_and_its_lists_leave_out_what_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let files = split(folder.path());
    let out = folder.path().join("top.tsv");
    for model in ["auto", "popular", "item-knn", "ease", "bpr", "ials", "spectral"] {
        let more = ["--model", model, "--out", out.to_str().unwrap(), "--json"];
        let outcome: Value = usher(arguments(&files, &more)).well().json();
        assert_eq!(outcome["rows"][0]["fit_on"], "train");
        assert_eq!(outcome["rows"][1]["fit_on"], "train+valid");
        for metric in ["ndcg@5", "recall@10", "mrr@20", "hit@10", "precision@5", "coverage@10"] {
            let value = outcome["rows"][0][metric].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&value), "{model} {metric} {value}");
        }
        let seen: String =
            files[..2].iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        for line in std::fs::read_to_string(&out).unwrap().lines() {
            let (user, items) = line.split_once('\t').unwrap();
            let items: Vec<&str> = items.split(',').collect();
            assert!((1..=20).contains(&items.len()), "{line}");
            let was_seen = |item: &&str| seen.contains(&format!("\n{user}\t{item}\n"));
            assert!(!items.iter().any(was_seen), "{model}: {line}");
        }
    }
}

#[test]
fn what_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = split(folder.path());
    for (content, said) in [
        ("user_id\titem_id\tstars\n1\ti1\t3\n", "\"stars\""),
        ("user_id\titem_id\trating\n1\ti1\tgood\n", "line 2, column 3: the rating is \"good\""),
        ("user_id\titem_id\n1\ti1\n2\n", "line 3: 1 field and not 2: user_id, item_id"),
        ("user_id\titem_id\n", "no interactions"),
        ("user_id,item_id\n1,i1\n", "Separate the columns by TABs"),
        ("196\t242\n", "The first line names the columns"),
    ] {
        std::fs::write(&files[0], content).unwrap();
        let outcome = usher(arguments(&files, &[]));
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
    let short = usher(["eval", "rank", "--help"]).well().stdout;
    for option in ["--split random|last|time", "--hide-items SHARE", "--truth FILE"] {
        assert!(short.contains(&format!("usher eval rank {option}")), "{short}");
    }
    let nowhere = folder.path().join("none/top.tsv");
    let nowhere = usher(arguments(&files, &["--out", nowhere.to_str().unwrap()]));
    nowhere.fails(1, &["there is no folder", "none"]);
    let unknown = usher(arguments(&files, &["--model", "magic"]));
    assert!(unknown.stderr.contains("auto, popular"), "{}", unknown.stderr);
    let both = usher(arguments(&files, &["--truth", "truth.tsv"]));
    assert!(both.stderr.contains("cannot be used with"), "{}", both.stderr);
}

/// Every number of a JSON value. What is no number is `null` there.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().unwrap()],
        Value::Array(list) => list.iter().flat_map(numbers).collect(),
        Value::Object(fields) => fields.values().flat_map(numbers).collect(),
        Value::Null => panic!("a metric is no number"),
        _ => Vec::new(),
    }
}

#[test]
fn small_and_odd_splits_are_measured_in_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let files = split(folder.path());
    let header = "user_id\titem_id\trating\n";
    for (what, parts) in [
        ("one user", ["1\ta\t5\n1\tb\t4\n", "1\tc\t3\n", "1\td\t2\n"]),
        ("one item", ["1\ta\t5\n2\ta\t4\n", "3\ta\t3\n", "4\ta\t2\n"]),
        ("one of each", ["1\ta\t1\n", "1\ta\t1\n", "1\ta\t1\n"]),
        ("equal ratings", ["1\ta\t3\n2\tb\t3\n", "1\tb\t3\n", "2\ta\t3\n"]),
        ("duplicates", ["1\ta\t3\n1\ta\t5\n2\tb\t1\n", "1\tb\t3\n", "2\ta\t3\n2\ta\t3\n"]),
        ("users without history", ["1\ta\t3\n1\tb\t3\n", "2\ta\t3\n", "3\tb\t3\n4\tc\t3\n"]),
    ] {
        for (file, part) in files.iter().zip(parts) {
            std::fs::write(file, format!("{header}{part}")).unwrap();
        }
        for model in ["auto", "popular", "item-knn", "ease"] {
            let outcome = usher(arguments(&files, &["--model", model, "--json"])).well().json();
            let rows = numbers(&outcome["rows"]);
            assert!(rows.len() > 30 && rows.iter().all(|x| x.is_finite()), "{what}: {outcome}");
        }
    }
}

#[test]
fn what_lowers_a_measurement_is_told_and_ids_with_commas_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let files = split(folder.path());
    let out = folder.path().join("top.tsv");
    for (file, rows) in
        files.iter().zip(["1\ta,b\n1\tc\n2\tc\n2\td\n3\ta,b\n", "1\td\n", "2\ta,b\n1\tc\n9\td\n"])
    {
        std::fs::write(file, format!("user_id\titem_id\n{rows}")).unwrap();
    }
    let more = ["--model", "popular", "--out", out.to_str().unwrap(), "--json"];
    let outcome = usher(arguments(&files, &more)).well();
    assert!(outcome.stderr.contains("1 of the 3 pairs of test also stand in train or valid"));
    assert!(outcome.stderr.contains("1 of the 3 users of test stand neither in train nor"));
    assert_eq!(outcome.json()["warnings"].as_array().unwrap().len(), 2);
    let lists = std::fs::read_to_string(&out).unwrap();
    assert!(lists.contains("2\t\"a,b\"\n"), "{lists}");
}

#[test]
fn hidden_items_are_ranked_by_their_texts() {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo");
    let arguments = ["eval", "rank", "--hide-items", "0.1", "--input", demo];
    let outcome: Value = usher(arguments.iter().chain(&["--json"])).well().json();
    assert!(outcome["items"].as_u64().unwrap() > 5 && outcome["users"].as_u64().unwrap() > 5);
    for way in outcome["ways"].as_array().unwrap() {
        let ndcg = way["ndcg_at_10"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&ndcg), "{way}");
    }
    assert!(usher(arguments).well().stdout.contains("factors from their texts"));
    for (share, words) in [("0.1", "--input"), ("2", "from 0.01 to 0.5"), ("NaN", "0.5")] {
        usher(["eval", "rank", "--hide-items", share]).fails(2, &[words]);
    }
}

#[test]
fn a_dataset_is_split_and_the_parts_are_measured() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("data");
    std::fs::create_dir(&input).unwrap();
    let mut rows = String::from("user_id,item_id,timestamp\n");
    for (user, item) in (0..20).flat_map(|user| (0..20).map(move |item| (user, item))) {
        if user % 2 == item % 2 {
            rows.push_str(&format!("{user},i{item},{}\n", 1_000 * item + user));
        }
    }
    std::fs::write(input.join("items.csv"), "item_id\ni0\n").unwrap();
    std::fs::write(input.join("interactions.csv"), rows).unwrap();
    for how in ["random", "last", "time"] {
        let out = folder.path().join(how);
        let (input, folder) = (input.to_str().unwrap(), out.to_str().unwrap());
        let splitting = ["eval", "rank", "--split", how, "--input", input, "--out", folder];
        let outcome = usher(splitting).well();
        let files = ["train.tsv", "valid.tsv", "test.tsv"].map(|name| out.join(name));
        for (file, size) in files.iter().zip([160, 20, 20]) {
            let rows = std::fs::read_to_string(file).unwrap().lines().count() - 1;
            assert_eq!(rows, size, "{}", file.display());
            let said = format!("{} holds {size} interactions", file.display());
            assert!(outcome.stderr.contains(&said), "{outcome}");
        }
        usher(splitting).fails(1, &["train.tsv is there already", "--out"]);
        let more = ["--model", "popular", "--json"];
        assert_eq!(usher(arguments(&files, &more)).well().json()["users"], 20);
    }
    usher(["eval", "rank", "--split", "last"]).fails(2, &["--input", "--out"]);
    std::fs::write(input.join("interactions.csv"), "user_id,item_id,timestamp\n1,i1,1\n").unwrap();
    for how in ["random", "last", "time"] {
        let out = folder.path().join("few");
        let few = ["eval", "rank", "--split", how, "--input", input.to_str().unwrap(), "--out"];
        usher(few.iter().copied().chain([out.to_str().unwrap()]))
            .fails(1, &["would be empty", how]);
        assert!(!out.exists());
    }
}

#[test]
fn on_movielens_the_chosen_model_beats_ease() {
    let Some(folder) = movielens() else { return };
    let files = ["train", "valid", "test"].map(|part| folder.join(format!("split/{part}.tsv")));
    let outcome = usher(arguments(&files, &["--json"])).well().json();
    assert!(outcome["rows"][0]["ndcg@10"].as_f64().unwrap() > 0.3309, "{outcome}");
    assert!(outcome["rows"][1]["ndcg@10"].as_f64().unwrap() > 0.3447, "{outcome}");
}
