//! Bundles that were made to be bad. The hash is no defence against them: it is
//! made to fit.

use std::rc::Rc;

use futures::executor::block_on;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use usher_agent::Stop;
use usher_bundle::{
    Bundle, Files, InMemory, ItemRow, MANIFEST_FILE, Manifest, SectionKind, UserRow,
};
use usher_engine::{Clock, Engine};
use usher_names::Names;

use super::arguments::{check_items, check_result};
use super::text::{check_names, check_turn};
use crate::{Tools, tiny_files_with_vectors};

/// The tiny bundle with one section edited as the input says; opened and used.
pub(super) fn section(kind: SectionKind, input: &[u8]) {
    let (mut manifest, mut files) = tiny();
    for entry in manifest.sections.iter_mut().filter(|entry| entry.kind == kind) {
        let (_, bytes) = files.iter_mut().find(|(name, _)| *name == entry.file).unwrap();
        edit(bytes, input);
        entry.bytes = bytes.len() as u64;
        entry.sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    }
    open_and_use(&manifest, files, matches!(kind, SectionKind::Catalog | SectionKind::Names));
}

/// The tiny bundle with its manifest edited, value by value; or the input itself as
/// the manifest, if it begins like one.
pub(super) fn manifest(input: &[u8]) {
    let (manifest, files) = tiny();
    let json = if input.starts_with(b"{") {
        input.to_owned()
    } else {
        let mut value = serde_json::to_value(&manifest).unwrap();
        edit_values(&mut value, input);
        serde_json::to_vec(&value).unwrap()
    };
    if let Ok(manifest) = Manifest::parse(&json) {
        open_and_use(&manifest, files, false);
    }
}

fn tiny() -> (Manifest, Vec<(String, Vec<u8>)>) {
    let json = tiny_files_with_vectors().iter().find(|file| file.name == MANIFEST_FILE).unwrap();
    let sections = tiny_files_with_vectors().iter().filter(|file| file.name.ends_with(".bin"));
    let sections = sections.map(|file| (file.name.clone(), file.bytes.clone()));
    (Manifest::parse(&json.bytes).unwrap(), sections.collect())
}

/// Edits that count: with more, hardly a file stays whole.
const MOST_EDITS: usize = 12;
/// Length of an edit: what is done, where (three bytes), and with what value (four).
const EDIT: usize = 8;
/// Numbers at which things end.
const EDGES: [u32; 12] = [
    0,
    1,
    2,
    0x7F,
    0xFF,
    0xFFFF,
    i32::MAX as u32,
    i32::MIN as u32,
    u32::MAX - 1,
    u32::MAX,
    f32::MAX.to_bits(),
    f32::NAN.to_bits(),
];

/// Edits bytes. Most edits replace an aligned word, so that an archive keeps its
/// shape and what stands in it changes; half of them one that is no text.
fn edit(bytes: &mut Vec<u8>, edits: &[u8]) {
    let numbers = numbers(bytes);
    for edit in edits.chunks_exact(EDIT).take(MOST_EDITS) {
        let [what, a, b, c, value @ ..] = edit else { return };
        let at = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
        let Ok(value) = <[u8; 4]>::try_from(value).map(u32::from_le_bytes) else { return };
        match what % 8 {
            0 => {
                let at = at % (bytes.len() + 1);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value as u8;
                }
                continue;
            }
            1 => {
                bytes.truncate(at % (bytes.len() + 1));
                continue;
            }
            2 => {
                let at = at % (bytes.len() + 1);
                bytes.splice(at..at, value.to_le_bytes());
                continue;
            }
            _ => {}
        }
        let words = bytes.len() / 4;
        let here = match at.checked_rem(numbers.len()) {
            Some(at) if what & 0x80 != 0 => numbers[at],
            _ => at.checked_rem(words).unwrap_or_default(),
        };
        // Those near by are of the same kind.
        let there = here.wrapping_add_signed(isize::from(value as i8));
        let (Some(this), Some(that)) = (word(bytes, here), word(bytes, there)) else { continue };
        match what % 8 {
            3 => set_word(bytes, here, value),
            4 => set_word(bytes, here, EDGES[value as usize % EDGES.len()]),
            5 => set_word(bytes, here, this.wrapping_add_signed(i32::from(value as i8 % 4))),
            6 => set_word(bytes, here, that),
            _ => {
                set_word(bytes, here, that);
                set_word(bytes, there, this);
            }
        }
    }
}

/// The words that are small numbers, of either sign: rows, lengths, places.
fn numbers(bytes: &[u8]) -> Vec<usize> {
    let small =
        |at: &usize| word(bytes, *at).is_some_and(|word| (word as i32).unsigned_abs() < 1 << 16);
    (0..bytes.len() / 4).filter(small).collect()
}

fn word(bytes: &[u8], word: usize) -> Option<u32> {
    let start = word.checked_mul(4)?;
    Some(u32::from_le_bytes(bytes.get(start..start.checked_add(4)?)?.try_into().ok()?))
}

fn set_word(bytes: &mut [u8], word: usize, value: u32) {
    bytes[word * 4..][..4].copy_from_slice(&value.to_le_bytes());
}

/// Edits the values of a JSON document, in the same eight bytes each.
fn edit_values(document: &mut Value, edits: &[u8]) {
    for edit in edits.chunks_exact(EDIT).take(MOST_EDITS) {
        let [what, a, b, _, value @ ..] = edit else { return };
        let mut paths = Vec::new();
        paths_of(document, String::new(), &mut paths);
        let at = usize::from(u16::from_le_bytes([*a, *b]));
        let Ok(value) = <[u8; 4]>::try_from(value).map(u32::from_le_bytes) else { return };
        let other = document.pointer(&paths[value as usize % paths.len()]).cloned();
        let Some(place) = document.pointer_mut(&paths[at % paths.len()]) else { return };
        match (what % 8, place) {
            (0, place) => *place = json!(value),
            (1, place) => *place = json!(EDGES[value as usize % EDGES.len()]),
            (2, place) => *place = json!(f64::from_bits(u64::from(value) << 32)),
            (3, place) => *place = other.unwrap_or_default(),
            (4, Value::Array(entries)) if !entries.is_empty() => {
                entries.remove(value as usize % entries.len());
            }
            (4, Value::Object(entries)) if !entries.is_empty() => {
                let key = entries.keys().nth(value as usize % entries.len()).cloned();
                key.and_then(|key| entries.shift_remove(&key));
            }
            (5, Value::Array(entries)) if !entries.is_empty() => {
                entries.push(entries[value as usize % entries.len()].clone());
            }
            (6, Value::Array(entries)) if !entries.is_empty() => {
                let n = entries.len();
                entries.rotate_left(value as usize % n);
            }
            (7, place) => *place = json!(u64::from(value) << 32),
            (_, Value::Number(number)) => {
                let number = number.as_i64().unwrap_or_default();
                *document.pointer_mut(&paths[at % paths.len()]).unwrap() =
                    json!(number.wrapping_add(i64::from(value as i8)));
            }
            _ => {}
        }
    }
}

/// JSON pointers to everything in a document.
fn paths_of(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Array(entries) => {
            for (entry, at) in entries.iter().zip(0..) {
                paths_of(entry, format!("{path}/{at}"), paths);
            }
        }
        Value::Object(entries) => {
            for (key, entry) in entries {
                paths_of(entry, format!("{path}/{key}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}

/// A clock that stands.
pub(super) struct NoTime;

impl Clock for NoTime {
    fn now_us(&self) -> u64 {
        0
    }
}

/// Opens a bundle; if it opens, does with it all that can be done. Names are looked
/// up only where they may have changed: it takes most of the time.
fn open_and_use(manifest: &Manifest, files: Vec<(String, Vec<u8>)>, with_names: bool) {
    let files: Rc<InMemory> = Rc::new(files.into_iter().collect());
    let open = || block_on(Bundle::open(manifest.clone(), Rc::clone(&files) as Rc<dyn Files>));
    let Ok(bundle) = open() else { return };
    // A shard may be bad: whoever needs it is told.
    let _ = block_on(bundle.check());
    if with_names {
        look_up_names(&bundle);
        ask_questions(open().unwrap());
    }
    call_tools(bundle);
}

fn look_up_names(bundle: &Bundle) {
    let catalog = bundle.catalog();
    let names = Names::new(bundle);
    let titles = catalog.rows().take(2).filter_map(|row| catalog.title(row));
    let named = catalog.name_columns().map(|column| column.name(0)).into_iter().flatten();
    let texts = ["tom cruz movies from the USA in French", "Godfather, The (1972)"];
    for text in texts.into_iter().chain(titles).chain(named) {
        check_names(&names, catalog, text);
    }
}

fn ask_questions(bundle: Bundle) {
    let mut engine = Engine::new(bundle);
    for question in [
        "Recommend a movie with Tom Hanks to user 1",
        "What is popular among teenagers?",
        "Tell me about The Godfather",
    ] {
        check_turn(&block_on(engine.ask(question, &NoTime, &Stop::default(), &mut |_| {})));
    }
}

/// Reads every row, and calls every tool.
pub(super) fn call_tools(bundle: Bundle) {
    read_rows(&bundle);
    let catalog = bundle.catalog();
    let named = catalog.name_columns().map(|column| column.name(0));
    let n = catalog.n_items() as u32;
    let items: Vec<&str> =
        [0, 1, 2, n.wrapping_sub(1)].map(|row| catalog.item_id(ItemRow(row))).into();
    let last = (catalog.users.n_users() as u32).wrapping_sub(1);
    let users = [0, last].map(|row| catalog.users.id(UserRow(row)));
    let [actor, director, producer, genre, country, age_rating] =
        named.map(|name| name.unwrap_or("Drama"));
    let calls = [
        ("item_filter", json!({"actors": [actor], "genres": [genre], "match": "any"})),
        ("item_filter", json!({"director": [director], "producer": [producer]})),
        ("item_filter", json!({"country": country, "age_rating": age_rating})),
        ("item_filter", json!({"imdb_rating": {"request": "higher", "threshold": 1}})),
        (
            "item_filter",
            json!({"duration": {"request": "between", "threshold": 1, "upper": 9e9},
                "release_date": {"request": "lower", "threshold": 3000}}),
        ),
        ("item_filter", json!({"release_month": 5})),
        (
            "get_item_metadata",
            json!({"items": items, "get": ["title", "description", "genres", "director",
                "producer", "duration", "release_date", "release_month", "country", "actors",
                "age_rating", "imdb_rating", "imdb_num_reviews", "storyline", "n_ratings"]}),
        ),
        (
            "get_user_metadata",
            json!({"user": users[0], "get": ["age", "age_category", "gender", "occupation"]}),
        ),
        ("get_popular_items", json!({"popularity": "standard", "k": 100})),
        (
            "get_popular_items",
            json!({"popularity": "by_user_group", "user_group": ["kid", "senior", "female"]}),
        ),
        ("get_top_k_recommendations", json!({"user": users[0], "k": 100})),
        ("get_top_k_recommendations", json!({"user": users[1], "exclude_seen": false})),
        ("get_interacted_items", json!({"user": users[0], "k": 100})),
        ("get_interacted_items", json!({"user": users[1]})),
        ("get_like_percentage", json!({"items": items})),
        ("vector_store_search", json!({"query": "a war in space and a love at home", "k": 100})),
    ];

    let tools = Tools::over(bundle);
    let catalog = tools.ports.bundle().catalog();
    let mut sets = Vec::new();
    for (tool, arguments) in calls {
        let called = tools.call(tool, &arguments);
        check_result(tool, &called.result);
        called.result.data().into_iter().for_each(|data| check_items(tool, catalog, data));
        sets.extend(called.result.data().and_then(|data| data.get("set")).cloned());
    }
    for set in sets {
        for (tool, arguments) in [
            ("get_item_metadata", json!({"items": set, "get": ["title", "storyline"]})),
            ("get_popular_items", json!({"popularity": "standard", "items": set})),
            ("get_like_percentage", json!({"items": set})),
            ("vector_store_search", json!({"query": "love", "items": set})),
        ] {
            check_result(tool, &tools.call(tool, &arguments).result);
        }
    }
}

fn read_rows(bundle: &Bundle) {
    let catalog = bundle.catalog();
    let rows: Vec<ItemRow> = catalog.rows().collect();
    for row in &rows {
        let _ = (catalog.title(*row), catalog.year(*row), catalog.country(*row));
        let _ = (catalog.imdb_rating(*row), catalog.age_rating(*row), catalog.month(*row));
        let names = catalog.name_columns().map(|column| column.row(row.index()).count());
        assert!(names[4] <= 1 && names[5] <= 1, "an item has two countries or age ratings");
    }
    if let Ok(texts) = block_on(bundle.texts(&rows)) {
        assert_eq!(texts.len(), rows.len());
    }
    let users = catalog.users.n_users();
    let _ = block_on(bundle.audience(&rows, |user, _| assert!(user.index() < users)));
    for user in (0..users as u32).map(UserRow) {
        if let Ok(history) = block_on(bundle.history(user)) {
            assert!(history.iter().all(|seen| seen.item.index() < rows.len()));
        }
        let _ = (block_on(bundle.taste(user)), catalog.users.occupation(user));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_edits_the_file_is_the_true_one() {
        let (manifest, files) = tiny();
        for (_, bytes) in &files {
            let mut edited = bytes.clone();
            edit(&mut edited, &[1; EDIT - 1]);
            assert_eq!(&edited, bytes);
        }
        let opened =
            block_on(Bundle::open(manifest, Rc::new(files.into_iter().collect::<InMemory>())));
        assert_eq!(block_on(opened.unwrap().check()), Ok(()));
    }

    #[test]
    fn a_file_can_be_edited_into_any_other() {
        let mut bytes = b"the true file".to_vec();
        let edits: Vec<u8> = [
            [1, 0, 0, 0, 0, 0, 0, 0],
            [2, 0, 0, 0, b'o', b't', b'h', b'e'],
            [2, 4, 0, 0, b'r', b'!', b' ', b' '],
            [1, 6, 0, 0, 0, 0, 0, 0],
        ]
        .concat();
        edit(&mut bytes, &edits);
        assert_eq!(bytes, b"other!");
    }
}
