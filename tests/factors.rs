//! Factors that were trained elsewhere, packed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::{files, usher};

/// What is tried from PyPI: what fits factors, and what writes them as Parquet.
const PACKAGES: [&str; 2] = ["implicit==0.7.3", "pyarrow==26.0.1"];

/// A folder with the Python packages, filled once and kept. Says loudly that a test is
/// skipped where it cannot be filled.
fn python_packages() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python").join(PACKAGES.join("-"));
    let done = folder.join("complete");
    let install = || {
        Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"])
            .arg(&folder)
            .args(["--only-binary", ":all:"])
            .args(PACKAGES)
            .output()
    };
    let why = match done.exists() {
        true => return Some(folder),
        false => match install() {
            Ok(outcome) if outcome.status.success() => {
                fs::write(done, "").unwrap();
                return Some(folder);
            }
            Ok(outcome) => String::from_utf8_lossy(&outcome.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        },
    };
    // Past the test harness, which holds back what a passing test prints.
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: packing factors of {}; it needs python3 with pip, and PyPI: {why}",
        PACKAGES.join(" and ")
    );
    None
}

/// A dataset of two tastes, with gaps.
fn dataset(folder: &Path) {
    let mut interactions = String::from("user_id,item_id\n");
    for (user, item) in (0..60_u64).rev().flat_map(|user| (0..40).map(move |item| (user, item))) {
        let pair = user * 40 + item;
        let drawn = (((pair * pair * 31 + pair) * 2_654_435_761) >> 20) % 10;
        if user % 2 == item % 2 && drawn > 3 {
            interactions.push_str(&format!("u{user},{item}\n"));
        }
    }
    let items: String = (0..41).map(|item| format!("{item},Lamp {item}\n")).collect();
    fs::write(folder.join("items.csv"), format!("item_id,title\n{items}")).unwrap();
    fs::write(folder.join("interactions.csv"), interactions).unwrap();
}

/// The arguments that pack a folder's dataset with the factors beside it.
fn packing(folder: &Path, out: &Path, factors: [&str; 2]) -> Vec<PathBuf> {
    let mut arguments: Vec<PathBuf> = vec!["pack".into(), "--input".into(), folder.join("data")];
    arguments.extend(["--out".into(), out.to_owned()]);
    for (option, file) in ["--user-factors", "--item-factors"].into_iter().zip(factors) {
        arguments.extend([option.into(), folder.join(file)]);
    }
    arguments
}

/// The same with the ids of the rows.
fn packing_with_ids(folder: &Path, out: &Path, factors: [&str; 2]) -> Vec<PathBuf> {
    let mut arguments = packing(folder, out, factors);
    arguments.extend(["--user-ids".into(), folder.join("users.txt")]);
    arguments.extend(["--item-ids".into(), folder.join("items.txt")]);
    arguments
}

const NPY: [&str; 2] = ["users.npy", "items.npy"];
const PARQUET: [&str; 2] = ["users.parquet", "items.parquet"];

/// The bundle's manifest.
fn manifest(bundle: &Path) -> Value {
    let files = files(bundle);
    let manifest = files.iter().find(|(name, _)| name == "manifest.json");
    serde_json::from_slice(&manifest.unwrap().1).unwrap()
}

/// Fails unless a bundle recommends what `best`, a file of each user's five best items, has.
fn recommends(bundle: &Path, best: &Path) {
    let best: Value = serde_json::from_slice(&fs::read(best).unwrap()).unwrap();
    for user in ["u0", "u1", "u33"] {
        let theirs: Vec<&str> =
            best[user].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect();
        let arguments = json!({"user": user, "k": 5}).to_string();
        let bundle = bundle.to_str().unwrap();
        let answer =
            usher(["tool", "get_top_k_recommendations", &arguments, "--bundle", bundle]).well();
        let answer = answer.json();
        let ours: Vec<String> = answer["data"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["item_id"].to_string().trim_matches('"').to_owned())
            .collect();
        let shared = ours.iter().filter(|item| theirs.contains(&item.as_str())).count();
        // Factors are stored in few bits: neighbours in a ranking may change places.
        assert!(
            ours.len() == 5 && ours[0] == theirs[0] && shared >= 4,
            "{user}: {ours:?} {theirs:?}"
        );
    }
}

#[test]
fn a_bundle_with_the_factors_of_implicit_recommends_what_implicit_does() {
    let Some(packages) = python_packages() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("data")).unwrap();
    dataset(&folder.join("data"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/factors/with_implicit.py");
    let fitted = Command::new("python3")
        .arg(script)
        .args([folder.join("data/interactions.csv"), folder.to_owned()])
        .env("PYTHONPATH", &packages)
        .env("OPENBLAS_NUM_THREADS", "1")
        .output()
        .unwrap();
    assert!(fitted.status.success(), "{}", String::from_utf8_lossy(&fitted.stderr));

    // Items are 41, and 40 of them have interactions.
    let ids = ["users", "items"].map(|name| folder.join(name).with_extension("txt"));
    let away = ids.each_ref().map(|path| path.with_extension("ids"));
    ids.iter().zip(&away).for_each(|(from, to)| fs::rename(from, to).unwrap());
    let without_ids = usher(packing(folder, &folder.join("none"), NPY));
    without_ids.fails(1, &["items.npy", "40 rows", "41 items", "--item-ids"]);
    assert!(!folder.join("none").exists());
    away.iter().zip(&ids).for_each(|(from, to)| fs::rename(from, to).unwrap());
    let beside = usher(packing(folder, &folder.join("beside"), NPY)).well().stderr;
    assert!(beside.contains("users.txt is taken for the ids of the rows of"), "{beside}");

    let bundle = folder.join("bundle");
    let report = usher(packing_with_ids(folder, &bundle, NPY)).well().stderr;
    assert!(
        report.contains("items without factors, which score 0 for every user: 1 (40)"),
        "{report}"
    );
    assert!(!report.contains("NDCG"), "{report}");
    let made = manifest(&bundle);
    let model = made["made"]["model"].as_str().unwrap();
    assert!(model.contains("8 factors") && model.contains("users.npy and items.npy"), "{model}");
    assert_eq!(made["quality"], Value::Null);
    recommends(&bundle, &folder.join("best.json"));

    // The same factors as Parquet, with the ids in it: in lists, and a column for each.
    for (out, factors) in
        [("lists", PARQUET), ("wide", ["users-wide.parquet", "items-wide.parquet"])]
    {
        let out = folder.join(out);
        let report = usher(packing(folder, &out, factors)).well().stderr;
        assert!(!report.contains("is taken for the ids"), "{report}");
        let bytes = |bundle: &Path| -> Vec<(String, Vec<u8>)> {
            files(bundle).into_iter().filter(|(name, _)| name != "manifest.json").collect()
        };
        assert!(bytes(&out) == bytes(&bundle), "{factors:?}");
    }
    let both = packing_with_ids(folder, &folder.join("none"), PARQUET);
    usher(both).fails(1, &["users.txt cannot be used", "users.parquet has ids of its own"]);
}

#[test]
fn a_bundle_with_the_factors_of_spark_recommends_what_spark_does() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("data")).unwrap();
    dataset(&folder.join("data"));
    let spark = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/factors/spark");
    let made_with = fs::read_to_string(spark.join("interactions.csv")).unwrap();
    let packed = fs::read_to_string(folder.join("data/interactions.csv")).unwrap();
    assert_eq!(made_with, packed, "Spark fitted other interactions");
    let bundle = folder.join("bundle");
    let [users, items] = PARQUET.map(|name| spark.join(name));
    let factors = [users.to_str().unwrap(), items.to_str().unwrap()];
    usher(packing(folder, &bundle, factors)).well();
    let made = manifest(&bundle);
    let model = made["made"]["model"].as_str().unwrap();
    assert!(model.contains("from users.parquet and items.parquet"), "{model}");
    recommends(&bundle, &spark.join("best.json"));
}

/// A matrix as NumPy saves it.
fn npy(rows: usize, numbers: &[f32]) -> Vec<u8> {
    let shape = format!("({rows}, {})", numbers.len() / rows);
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    let header = format!("{header:<117}\n");
    let numbers: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    [b"\x93NUMPY\x01\x00\x76\x00".as_slice(), header.as_bytes(), &numbers].concat()
}

#[test]
fn whom_the_model_does_not_know_is_recommended_what_is_popular() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("data")).unwrap();
    fs::write(folder.join("data/items.csv"), "item_id\n1\n2\n3\n").unwrap();
    let interactions = "user_id,item_id\n1,1\n2,3\n3,3\n3,2\n";
    fs::write(folder.join("data/interactions.csv"), interactions).unwrap();
    fs::write(folder.join("users.npy"), npy(3, &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0])).unwrap();
    fs::write(folder.join("items.npy"), npy(3, &[1.0, 0.0, 0.0, 1.0, 1.0, 1.0])).unwrap();
    let bundle = folder.join("bundle");
    usher(packing(folder, &bundle, NPY)).well();
    let bundle = bundle.to_str().unwrap();
    let answer = usher(["tool", "get_top_k_recommendations", r#"{"user": 1}"#, "--bundle", bundle]);
    let answer = answer.well().json();
    assert_eq!(answer["data"]["items"][0]["item_id"], 3);
    assert!(answer["message"].as_str().unwrap().contains("knows nothing of the user"), "{answer}");
}

#[test]
fn factors_come_in_pairs_and_a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("data")).unwrap();
    dataset(&folder.join("data"));
    let out = folder.join("bundle");
    let arguments = packing(folder, &out, NPY);
    usher(&arguments[..7]).fails(2, &["--item-factors"]);
    usher(&arguments).fails(1, &["users.npy cannot be read"]);
    fs::write(folder.join("users.npy"), "1,2\n").unwrap();
    fs::write(folder.join("items.npy"), "1,2\n").unwrap();
    usher(&arguments).fails(1, &["users.npy cannot be used", "numpy.save"]);
    let parquet = packing(folder, &out, PARQUET);
    usher(&parquet).fails(1, &["users.parquet cannot be read"]);
    fs::write(folder.join("users.parquet"), "PAR1").unwrap();
    usher(&parquet).fails(1, &["users.parquet cannot be used: it is no Parquet file"]);
    fs::create_dir(folder.join("spark")).unwrap();
    usher(packing(folder, &out, ["spark", "items.npy"]))
        .fails(1, &["spark holds no .parquet file"]);
    assert!(!out.exists());
}
