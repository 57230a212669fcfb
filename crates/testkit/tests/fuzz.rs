//! The bodies of the fuzz targets, with few inputs: so they keep up with what they
//! test, and what fuzzing found once is not found again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use usher_bundle::{MANIFEST_FILE, Manifest, SectionKind};
use usher_testkit::fuzz::{TARGETS, run};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz")).join(name)
}

#[test]
fn the_bundle_that_is_damaged_has_every_kind_of_section() {
    let files = usher_testkit::tiny_files_with_vectors();
    let manifest = files.iter().find(|file| file.name == MANIFEST_FILE).unwrap();
    let manifest = Manifest::parse(&manifest.bytes).unwrap();
    for kind in SectionKind::ALL {
        assert!(manifest.sections.iter().any(|entry| entry.kind == kind), "{}", kind.name());
        assert!(TARGETS.iter().any(|(name, _)| *name == format!("section_{}", kind.name())));
    }
}

#[test]
fn every_target_holds_on_random_inputs() {
    for (target, body) in TARGETS {
        body(&[]);
        let mut rng = fastrand::Rng::with_seed(7);
        for length in [1, 8, 8, 16, 16, 24, 40, 64, 120, 300] {
            for _ in 0..3 {
                let input: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
                eprintln!("{target} {input:?}");
                body(&input);
            }
        }
    }
}

#[test]
fn every_target_holds_on_the_inputs_that_are_kept() {
    for of_target in fs::read_dir(folder("seeds")).unwrap() {
        let of_target = of_target.unwrap();
        let target = of_target.file_name().into_string().unwrap();
        for input in fs::read_dir(of_target.path()).unwrap() {
            let input = input.unwrap();
            eprintln!("{target} {}", input.path().display());
            run(&target, &fs::read(input.path()).unwrap());
        }
    }
}

#[test]
fn each_body_has_a_program_of_its_name() {
    let entries = fs::read_dir(folder("fuzz_targets")).unwrap();
    let mut programs: Vec<String> = entries
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    programs.sort();
    assert_eq!(programs, TARGETS.map(|(name, _)| name));
}
