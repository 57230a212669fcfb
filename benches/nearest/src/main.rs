//! Makes what is searched: `usher-nearest-bench FOLDER ITEMS…` writes, for each number
//! of items, a folder with the sections, the queries, and `native.json`. A folder that
//! is complete stays as it is, since a graph takes minutes.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark ends by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use fastrand::Rng;
use serde_json::json;
use usher_bundle::{
    Counts, FORMAT, MANIFEST_FILE, Made, Manifest, SectionKind, Sections, write_bundle,
};
use usher_nearest_bench::Nearest;
use usher_retrieval::nearest::{IndexChoice, index_of, vectors};

const DIMENSIONS: usize = 128;
const QUERIES: usize = 400;
/// What a text may be about: a direction each.
const TOPICS: usize = 200;
/// How much of a text's vector its three topics are, relative to what is its own.
const SHARES: [f32; 3] = [1.0, 0.7, 0.5];
const SEED: u64 = 7;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap());
    for items in arguments {
        let folder = folder.join(&items);
        if !folder.join("native.json").exists() {
            fs::create_dir_all(&folder).unwrap();
            make(&folder, items.parse().unwrap());
        }
    }
}

fn make(folder: &Path, items: usize) {
    let mut rng = Rng::with_seed(SEED);
    let topics: Vec<Vec<f32>> = (0..TOPICS).map(|_| direction(&mut rng)).collect();
    let text = |rng: &mut Rng| -> Vec<f32> {
        let mut vector = direction(rng);
        for share in SHARES {
            let topic = &topics[rng.usize(..TOPICS)];
            vector.iter_mut().zip(topic).for_each(|(x, of_topic)| *x += of_topic * share);
        }
        vector
    };
    let vectors = vectors(DIMENSIONS as u32, (0..items).map(|_| [text(&mut rng)]));
    let queries: Vec<Vec<f32>> = (0..QUERIES).map(|_| text(&mut rng)).collect();

    let start = Instant::now();
    let index = index_of(&vectors, IndexChoice::Always);
    let build_s = start.elapsed().as_secs_f64();
    eprintln!("{items} items: a graph in {build_s:.1} s");

    let sections = Sections { vectors: Some(vectors), index, ..Sections::default() };
    let files = write_bundle(manifest(items), &sections, |_| {}).unwrap();
    let bytes = |name: &str| &files.iter().find(|file| file.name == name).unwrap().bytes[..];
    let written = Manifest::parse(bytes(MANIFEST_FILE)).unwrap();
    let entry = |kind| written.sections.iter().find(|entry| entry.kind == kind).unwrap();
    let (in_vectors, in_index) = (entry(SectionKind::Vectors), entry(SectionKind::Index));
    let nearest = Nearest::open(bytes(MANIFEST_FILE), bytes(&in_vectors.file)).unwrap();
    let exact: Vec<Vec<u32>> = queries.iter().map(|query| nearest.exact(query)).collect();

    for (name, content) in [
        (MANIFEST_FILE, bytes(MANIFEST_FILE)),
        ("vectors.bin", bytes(&in_vectors.file)),
        ("index.bin", bytes(&in_index.file)),
        ("queries.json", &serde_json::to_vec(&queries).unwrap()),
        // Last: it says that the folder is complete.
        (
            "native.json",
            &serde_json::to_vec(&json!({
                "items": items,
                "build_s": build_s,
                "vectors_bytes": in_vectors.bytes,
                "vectors_brotli_bytes": in_vectors.brotli_bytes,
                "index_bytes": in_index.bytes,
                "index_brotli_bytes": in_index.brotli_bytes,
                "exact": exact,
            }))
            .unwrap(),
        ),
    ] {
        fs::write(folder.join(name), content).unwrap();
    }
}

/// A direction, each as likely.
fn direction(rng: &mut Rng) -> Vec<f32> {
    // A sum of uniform numbers is nearly normal.
    let normal = |rng: &mut Rng| (0..12).map(|_| rng.f32()).sum::<f32>() - 6.0;
    let vector: Vec<f32> = (0..DIMENSIONS).map(|_| normal(rng)).collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.into_iter().map(|x| x / length).collect()
}

fn manifest(items: usize) -> Manifest {
    let made = Made {
        by: "a benchmark".to_owned(),
        from: "a seed".to_owned(),
        seed: SEED,
        model: "none".to_owned(),
        note: None,
    };
    Manifest {
        format: FORMAT,
        name: format!("{items} items"),
        counts: Counts { items: items as u64, ..Counts::default() },
        like_threshold: 0.0,
        made,
        quality: None,
        examples: Vec::new(),
        sections: Vec::new(),
    }
}
