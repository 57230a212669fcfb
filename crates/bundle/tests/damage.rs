//! A bundle that was written is read back; one that was damaged afterwards gives
//! an error that names the file, and never a panic.
#![cfg(feature = "write")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use proptest::prelude::*;
use std::rc::Rc;

use futures::executor::block_on;
use usher_bundle::sections::{
    Audience, Catalog, Embedder, Factors, Groups, History, Index, NameIndex, NameWords, Search,
    Tastes, Text, TitleForms, Users, Vectors,
};
use usher_bundle::{
    Bundle, BundleError, BundleFile, Column, Counts, FORMAT, InMemory, ItemRow, Lists,
    MANIFEST_FILE, Made, Manifest, SectionKind, Sections, UserRow, write_bundle,
};

fn column(names: &[&str], rows: &[&[u32]]) -> Column {
    Column { names: names.iter().map(|name| (*name).to_owned()).collect(), rows: lists(rows) }
}

fn lists(rows: &[&[u32]]) -> Lists {
    rows.iter().collect()
}

fn words(words: &[&str], names: &[&[u32]]) -> NameWords {
    NameWords {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        names: lists(names),
        by_letters: (0..names.len() as u32).collect(),
    }
}

/// Two items, two users, three interactions.
fn sections() -> Sections {
    Sections {
        catalog: Catalog {
            item_ids: vec!["1".into(), "2".into()],
            titles: vec!["Alien".into(), String::new()],
            years: vec![1979, u16::MAX],
            months: vec![5, u8::MAX],
            durations_minutes: vec![117, u16::MAX],
            imdb_ratings_hundredths: vec![850, u16::MAX],
            imdb_num_reviews: vec![7, u32::MAX],
            n_ratings: vec![2, 1],
            genres: column(&["Horror", "Sci-Fi"], &[&[0, 1], &[]]),
            directors: column(&["Ridley Scott"], &[&[0], &[]]),
            producers: column(&[], &[&[], &[]]),
            actors: column(&["Sigourney Weaver"], &[&[0], &[]]),
            countries: column(&["United Kingdom"], &[&[0], &[]]),
            age_ratings: column(&["R"], &[&[0], &[]]),
            users: Users {
                ids: vec!["a".into(), "b".into()],
                ages: vec![30, u8::MAX],
                genders: vec![1, 0],
                occupations: column(&["artist"], &[&[0], &[]]),
                n_ratings: vec![2, 1],
            },
        },
        factors: Factors {
            dim: 2,
            items: vec![127, 0, 0, 127],
            scales: vec![0.01, 0.02],
            item_bias: vec![0.1, 0.2],
            history_weights: vec![1.0, 0.5],
        },
        tastes: Tastes { dim: 2, users: vec![64, 127, -2, 0], scales: vec![0.01, 0.5] },
        groups: Groups { items: 2, counts: vec![0; 2 * Groups::CELLS] },
        names: NameIndex {
            actors: words(&["sigourney", "weaver"], &[&[0, 1]]),
            directors: words(&["ridley", "scott"], &[&[0, 1]]),
            genres: words(&["fi", "horror", "sci"], &[&[1], &[2, 0]]),
            countries: words(&["kingdom", "united"], &[&[1, 0]]),
            age_ratings: words(&["r"], &[&[0]]),
            titles: TitleForms {
                forms: vec!["alien".into()],
                whole: lists(&[&[0]]),
                bare: lists(&[&[0]]),
                short: lists(&[&[]]),
            },
            ..NameIndex::default()
        },
        history: History {
            items: lists(&[&[0, 1], &[0]]),
            ratings: vec![5.0, 3.0, 4.0],
            times: vec![10, 5, 7],
        },
        audience: Audience { users: lists(&[&[0, 1], &[0]]), liked: vec![true, true, false] },
        search: Search {
            terms: vec!["alien".into()],
            postings: lists(&[&[0]]),
            frequencies: vec![2],
            lengths: vec![4, 0],
        },
        text: Text {
            descriptions: vec!["A crew meets a stranger.".into(), String::new()],
            storylines: vec![String::new(), String::new()],
        },
        vectors: Some(Vectors {
            dimensions: 16,
            offsets: vec![0, 2, 2],
            scales: vec![0.01, 0.0],
            values: (-16..16).collect(),
        }),
        index: Some(Index {
            items: vec![1, 0],
            neighbours: lists(&[&[1], &[0]]),
            layers: vec![lists(&[&[]])],
        }),
        embedder: Some(Embedder {
            pieces: 0,
            dimensions: 16,
            vocabulary: vec!["##s".into(), "alien".into()],
            scales: vec![0.5, 1.0],
            halves: (0..16).collect(),
        }),
    }
}

fn vectors(sections: &mut Sections) -> &mut Vectors {
    sections.vectors.as_mut().unwrap()
}

fn index(sections: &mut Sections) -> &mut Index {
    sections.index.as_mut().unwrap()
}

fn embedder(sections: &mut Sections) -> &mut Embedder {
    sections.embedder.as_mut().unwrap()
}

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT,
        name: "Two".into(),
        counts: Counts { items: 2, users: 2, interactions: 3 },
        like_threshold: 4.0,
        made: Made {
            by: "a test".into(),
            from: "a test".into(),
            seed: 1,
            model: "none".into(),
            note: None,
        },
        quality: None,
        examples: Vec::new(),
        sections: Vec::new(),
    }
}

fn written(sections: &Sections) -> Vec<BundleFile> {
    write_bundle(manifest(), sections, |_| {}).unwrap()
}

/// Opens a bundle from its files, each changed by `change` first.
fn open(
    files: &[BundleFile],
    change: impl Fn(&str, Vec<u8>) -> Vec<u8>,
) -> Result<Bundle, BundleError> {
    let bytes = |name: &str| {
        let file = files.iter().find(|file| file.name == name).unwrap();
        change(name, file.bytes.clone())
    };
    let manifest = Manifest::parse(&bytes(MANIFEST_FILE))?;
    let sections: InMemory =
        manifest.sections.iter().map(|entry| (entry.file.clone(), bytes(&entry.file))).collect();
    opened(manifest, sections)
}

/// Opens a bundle and reads all of it.
fn opened(manifest: Manifest, files: InMemory) -> Result<Bundle, BundleError> {
    let bundle = block_on(Bundle::open(manifest, Rc::new(files)))?;
    block_on(bundle.check())?;
    Ok(bundle)
}

/// The name of a section's file.
fn file_of(files: &[BundleFile], kind: SectionKind) -> String {
    let start = format!("{}-", kind.name());
    let is_it = |file: &&BundleFile| file.name.starts_with(&start) && file.name.ends_with(".bin");
    files.iter().find(is_it).unwrap().name.clone()
}

#[test]
fn what_was_written_is_read_back() {
    let bundle = open(&written(&sections()), |_, bytes| bytes).unwrap();
    let catalog = bundle.catalog();
    let alien = catalog.item("1").unwrap();
    assert_eq!(catalog.title(alien), Some("Alien"));
    assert_eq!(catalog.year(alien), Some(1979));
    assert_eq!(catalog.imdb_rating(alien), Some(8.5));
    assert_eq!(catalog.genres.row(alien.index()).collect::<Vec<_>>(), ["Horror", "Sci-Fi"]);
    let unknown = catalog.item("2").unwrap();
    assert_eq!((catalog.title(unknown), catalog.year(unknown)), (None, None));
    assert_eq!(catalog.item("3"), None);
    let b = catalog.users.user("b").unwrap();
    assert_eq!(block_on(bundle.history(b)).unwrap()[0].item, alien);
    assert_eq!(block_on(bundle.history(UserRow(9))).unwrap(), []);
    assert_eq!(block_on(bundle.taste(b)).unwrap(), [-1.0, 0.0]);
    let mut audience = Vec::new();
    block_on(bundle.audience(&[alien], |user, liked| audience.push((user, liked)))).unwrap();
    assert_eq!(audience, [(UserRow(0), true), (b, true)]);
    assert_eq!(block_on(bundle.texts(&[ItemRow(1)])).unwrap()[0].description, None);
}

#[test]
fn a_section_in_shards_is_read_as_one() {
    let many = many();
    let files = written(&many);
    let manifest = Manifest::parse(&files.last().unwrap().bytes).unwrap();
    let shards = |kind| manifest.sections.iter().filter(|entry| entry.kind == kind).count();
    assert!(shards(SectionKind::History) > 2 && shards(SectionKind::Text) > 2);
    assert_eq!((shards(SectionKind::Catalog), shards(SectionKind::Search)), (1, 1));
    let bundle = open(&files, |_, bytes| bytes).unwrap();
    for user in [0, 1, 137, MANY - 1] {
        let history = block_on(bundle.history(UserRow(user as u32))).unwrap();
        let items: Vec<u32> = history.iter().map(|seen| seen.item.0).collect();
        assert_eq!(items, many.history.items.row(user));
    }
    assert!(block_on(bundle.vectors()).unwrap().is_none());
    assert!(block_on(bundle.index()).unwrap().is_none());
    assert!(block_on(bundle.embedder()).unwrap().is_none());
    // Out of order, and one twice: texts come as they were asked for.
    let asked: Vec<ItemRow> = [MANY as u32 - 1, 0, 500, 0].map(ItemRow).into();
    let texts = block_on(bundle.texts(&asked)).unwrap();
    for (item, text) in asked.iter().zip(texts) {
        assert_eq!(text.storyline.as_ref(), many.text.storylines.get(item.index()));
    }
}

/// Items and users of [`many`].
const MANY: usize = 1_000;

/// Enough rows that a section is cut: each user has rated fifty items.
fn many() -> Sections {
    let empty = || column(&[], &vec![&[][..]; MANY]);
    let mut item_ids: Vec<String> = (1..=MANY).map(|id| id.to_string()).collect();
    item_ids.sort_by(|a, b| usher_bundle::compare_ids(a, b));
    let rated: Lists = (0..MANY)
        .map(|user| (0..50).map(|n| ((user + n * 7) % MANY) as u32).collect::<Vec<_>>())
        .collect();
    Sections {
        catalog: Catalog {
            users: Users {
                ids: item_ids.clone(),
                ages: vec![30; MANY],
                genders: vec![0; MANY],
                occupations: empty(),
                n_ratings: vec![50; MANY],
            },
            titles: item_ids.clone(),
            years: vec![2000; MANY],
            months: vec![1; MANY],
            durations_minutes: vec![90; MANY],
            imdb_ratings_hundredths: vec![700; MANY],
            imdb_num_reviews: vec![1; MANY],
            n_ratings: vec![50; MANY],
            genres: empty(),
            directors: empty(),
            producers: empty(),
            actors: empty(),
            countries: empty(),
            age_ratings: empty(),
            item_ids,
        },
        factors: Factors {
            dim: 2,
            items: vec![64; 2 * MANY],
            scales: vec![0.01; MANY],
            item_bias: vec![0.0; MANY],
            history_weights: Vec::new(),
        },
        tastes: Tastes { dim: 2, users: vec![64; 2 * MANY], scales: vec![0.01; MANY] },
        history: History {
            ratings: vec![3.0; rated.values.len()],
            times: vec![7; rated.values.len()],
            items: rated,
        },
        text: Text {
            descriptions: vec![String::new(); MANY],
            storylines: (0..MANY).map(|item| format!("Story {item}. ").repeat(50)).collect(),
        },
        groups: Groups { items: MANY as u32, counts: vec![0; MANY * Groups::CELLS] },
        audience: Audience { users: (0..MANY).map(|_| [0]).collect(), liked: vec![true; MANY] },
        search: Search { lengths: vec![0; MANY], ..Search::default() },
        ..Sections::default()
    }
}

#[test]
fn writing_twice_gives_the_same_bytes() {
    assert_eq!(written(&sections()), written(&sections()));
}

#[test]
#[cfg(feature = "compress")]
fn compressed_files_hold_the_plain_ones() {
    use std::io::Read;
    let files = written(&sections());
    let bytes = |name: &str| &files.iter().find(|file| file.name == name).unwrap().bytes[..];
    for kind in SectionKind::ALL {
        let name = file_of(&files, kind);
        let (mut unbrotlied, mut ungzipped) = (Vec::new(), Vec::new());
        let brotli = bytes(&format!("{name}.br"));
        brotli::Decompressor::new(brotli, 4096).read_to_end(&mut unbrotlied).unwrap();
        let gzip = bytes(&format!("{name}.gz"));
        flate2::read::GzDecoder::new(gzip).read_to_end(&mut ungzipped).unwrap();
        assert_eq!(unbrotlied, bytes(&name));
        assert_eq!(ungzipped, bytes(&name));
    }
}

#[test]
fn an_index_that_points_nowhere_is_an_error_that_names_the_file() {
    type Change = fn(&mut Sections);
    let changes: [(SectionKind, Change); 47] = [
        (SectionKind::Catalog, |s| s.catalog.genres.rows = lists(&[&[0, 2], &[]])),
        (SectionKind::Catalog, |s| s.catalog.item_ids = vec!["2".into(), "1".into()]),
        // Looked up, it would be another item.
        (SectionKind::Catalog, |s| s.catalog.item_ids[1] = "\n1".into()),
        (SectionKind::Catalog, |s| s.catalog.users.ids[0] = String::new()),
        (SectionKind::Catalog, |s| s.catalog.months[0] = 13),
        (SectionKind::Factors, |s| s.factors.scales[0] = f32::NAN),
        // Finite, but the scores are not.
        (SectionKind::Factors, |s| s.factors.scales = vec![f32::MAX; 2]),
        (SectionKind::Factors, |s| s.factors.scales.truncate(1)),
        (SectionKind::Factors, |s| s.factors.items.truncate(3)),
        (SectionKind::Factors, |s| s.factors.item_bias.truncate(1)),
        (SectionKind::Factors, |s| s.factors.history_weights.truncate(1)),
        (SectionKind::Factors, |s| s.factors.history_weights[1] = f32::INFINITY),
        (SectionKind::Tastes, |s| s.tastes.scales[1] = -f32::MAX),
        (SectionKind::Tastes, |s| s.tastes.users.truncate(2)),
        (SectionKind::Tastes, |s| s.tastes.scales.truncate(1)),
        (SectionKind::Names, |s| s.names.genres = words(&["horror"], &[&[0]])),
        (SectionKind::Names, |s| s.names.titles.whole = lists(&[&[2]])),
        (SectionKind::Groups, |s| s.groups.counts.truncate(3)),
        (SectionKind::History, |s| s.history.items = lists(&[&[0, 2], &[0]])),
        (SectionKind::Audience, |s| s.audience.users.offsets = vec![0, 3, 2]),
        (SectionKind::Search, |s| s.search.postings = lists(&[&[2]])),
        (SectionKind::Vectors, |s| vectors(s).dimensions = 0),
        (SectionKind::Vectors, |s| vectors(s).dimensions = 8),
        (SectionKind::Vectors, |s| vectors(s).dimensions = 32),
        (SectionKind::Vectors, |s| vectors(s).dimensions = u32::MAX),
        (SectionKind::Vectors, |s| vectors(s).offsets = vec![0, 3, 2]),
        (SectionKind::Vectors, |s| vectors(s).offsets = vec![0, 2, 3]),
        (SectionKind::Vectors, |s| vectors(s).offsets = vec![0, 2]),
        (SectionKind::Vectors, |s| vectors(s).scales[0] = f32::NAN),
        (SectionKind::Vectors, |s| vectors(s).scales[0] = f32::INFINITY),
        (SectionKind::Vectors, |s| vectors(s).scales[0] = -0.5),
        (SectionKind::Vectors, |s| vectors(s).values.truncate(31)),
        (SectionKind::Index, |s| index(s).items[0] = 2),
        (SectionKind::Index, |s| index(s).items[0] = 0),
        (SectionKind::Index, |s| index(s).items.truncate(1)),
        (SectionKind::Index, |s| index(s).neighbours = lists(&[&[2], &[0]])),
        (SectionKind::Index, |s| index(s).neighbours = lists(&[&[1; 65], &[0]])),
        (SectionKind::Index, |s| index(s).layers = vec![lists(&[&[1]])]),
        (SectionKind::Index, |s| index(s).layers = vec![lists(&[])]),
        (SectionKind::Embedder, |s| embedder(s).pieces = 2),
        (SectionKind::Embedder, |s| embedder(s).dimensions = 8),
        (SectionKind::Embedder, |s| embedder(s).dimensions = 32),
        (SectionKind::Embedder, |s| embedder(s).vocabulary.reverse()),
        (SectionKind::Embedder, |s| embedder(s).scales.truncate(1)),
        (SectionKind::Embedder, |s| embedder(s).scales[0] = f32::NAN),
        (SectionKind::Embedder, |s| embedder(s).scales[1] = -1.0),
        (SectionKind::Embedder, |s| embedder(s).halves.truncate(15)),
    ];
    for (kind, change) in changes {
        let mut broken = sections();
        change(&mut broken);
        let files = written(&broken);
        match open(&files, |_, bytes| bytes) {
            Err(BundleError::Damaged { file, .. }) => assert_eq!(file, file_of(&files, kind)),
            other => panic!("{kind:?}: {other:?}"),
        }
    }
}

#[test]
fn a_newer_format_says_to_update() {
    let files = written(&sections());
    let newer = |name: &str, bytes: Vec<u8>| {
        if name != MANIFEST_FILE {
            return bytes;
        }
        let text = String::from_utf8(bytes).unwrap();
        let format = |number: u32| format!("\"format\": {number}");
        text.replace(&format(FORMAT), &format(FORMAT + 1)).into_bytes()
    };
    let error = open(&files, newer).unwrap_err();
    assert_eq!(error, BundleError::NewerFormat { found: FORMAT + 1, known: FORMAT });
    assert!(error.to_string().contains("Update Usher"), "{error}");
}

#[test]
fn a_manifest_cannot_name_a_file_outside_its_folder() {
    let mut evil = manifest();
    evil.sections = Manifest::parse(&written(&sections()).last().unwrap().bytes).unwrap().sections;
    for name in ["../secret", "/etc/passwd", "a/b", "", "..", "http://x"] {
        evil.sections[0].file = name.into();
        let json = serde_json::to_vec(&evil).unwrap();
        assert!(matches!(Manifest::parse(&json), Err(BundleError::Manifest { .. })), "{name:?}");
    }
}

#[test]
fn a_like_threshold_is_a_finite_number() {
    let json = String::from_utf8(written(&sections()).last().unwrap().bytes.clone()).unwrap();
    let endless = json.replace("\"like_threshold\": 4.0", "\"like_threshold\": 1e300");
    assert_ne!(endless, json);
    let parsed = Manifest::parse(endless.as_bytes());
    assert!(matches!(parsed, Err(BundleError::Manifest { .. })), "{parsed:?}");
}

#[test]
fn a_missing_section_is_named() {
    let files = written(&sections());
    let manifest = Manifest::parse(&files.last().unwrap().bytes).unwrap();
    let error = opened(manifest, InMemory::default()).unwrap_err();
    assert_eq!(error, BundleError::Missing { section: "catalog" });
}

proptest! {
    #[test]
    fn any_changed_byte_is_noticed(kind in 0..SectionKind::ALL.len(), at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let files = written(&sections());
        let target = file_of(&files, SectionKind::ALL[kind]);
        let outcome = open(&files, |name, mut bytes| {
            if name == target {
                let at = at.index(bytes.len());
                bytes[at] ^= flip;
            }
            bytes
        });
        let noticed = matches!(outcome, Err(BundleError::Damaged { file, .. }) if file == target);
        prop_assert!(noticed);
    }

    /// The hash is no defence against a bundle that was made to be bad: with a
    /// hash that fits, the checks behind it must hold.
    #[test]
    fn a_forged_section_opens_or_is_refused(kind in 0..SectionKind::ALL.len(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        use sha2::{Digest, Sha256};
        let files = written(&sections());
        let mut manifest = Manifest::parse(&files.last().unwrap().bytes).unwrap();
        let mut sections = Vec::new();
        for entry in &mut manifest.sections {
            let mut bytes = files.iter().find(|file| file.name == entry.file).unwrap().bytes.clone();
            if entry.kind == SectionKind::ALL[kind] {
                for (at, byte) in &changes {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
                entry.sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            }
            sections.push((entry.file.clone(), bytes));
        }
        if let Ok(bundle) = opened(manifest, sections.into_iter().collect()) {
            let catalog = bundle.catalog();
            for item in catalog.rows() {
                let _ = (catalog.title(item), catalog.year(item), catalog.country(item));
                let _ = catalog.actors.row(item.index()).count();
                let _ = block_on(bundle.texts(&[item]));
                let _ = block_on(bundle.audience(&[item], |_, _| ()));
                if let Ok(Some(vectors)) = block_on(bundle.vectors()) {
                    let _ = vectors.get().get(vectors.get().of(item.index()));
                }
            }
            for user in (0..catalog.users.n_users() as u32).map(UserRow) {
                let _ = (block_on(bundle.history(user)), block_on(bundle.taste(user)));
                let _ = catalog.users.occupation(user);
            }
        }
    }

    #[test]
    fn any_bytes_are_a_manifest_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Manifest::parse(&bytes);
    }
}
