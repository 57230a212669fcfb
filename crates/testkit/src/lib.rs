//! For tests only: a tiny catalogue, packed in memory, and the tools over it; random
//! datasets, a slow reference of what the tools compute, what every implementation
//! of the ports must answer, what fuzzing does with its input, and a model's server
//! that follows a script.
//!
//! [`tiny`] holds 32 well-known films with their true facts, 25 invented users
//! and their invented ratings; the files are in `tiny/`, in the generic form that
//! `usher-pack` documents. What tests rely on:
//!
//! - Items are 1 to 32. Tom Cruise plays in 1, 2, 3 and 4, Tom Hanks in 8, 9, 10
//!   and 19; Steven Spielberg directed 4, 5, 6, 7 and 15. Titles with the article
//!   behind in the file: 11, 17, 20, 26 and 28.
//! - Star Wars (12) has genres but no people, duration or text; Stalker (32) has
//!   no actors, duration, month or description, and no ratings.
//! - Users are 1 to 25, of every age group and both genders: kids are 1 to 3,
//!   teenagers 4 to 7, young adults 8 to 13, adults 14 to 21, seniors 22 to 24.
//!   Odd ids are male, even ones female. User 25 has neither facts nor history.
//! - Every user but 25 rated 9 to 16 films; ratings go from 1 to 5, a like is 4.

#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests only")]

mod calling;
pub mod contract;
pub mod dataset;
pub mod fuzz;
#[cfg(feature = "llm")]
pub mod llm;
mod mixed;
pub mod reference;
#[cfg(feature = "servers")]
pub mod servers;

use std::rc::Rc;
use std::sync::LazyLock;

pub use calling::{Tools, ids};
use futures::executor::block_on;
pub use mixed::Mixed;
use usher_bundle::sections::{Embedder, Pieces};
use usher_bundle::{Bundle, BundleFile, InMemory, MANIFEST_FILE, Manifest, Section};
pub use usher_names as names;
use usher_pack::{InputFile, Options, pack};
use usher_retrieval::EmbedderChoice;
use usher_retrieval::embed::embedder;
use usher_retrieval::nearest::IndexChoice;
pub use usher_tools as tools;

/// The items of the tiny catalogue, as `items.csv`.
pub const ITEMS: &str = include_str!("../tiny/items.csv");
/// Its users, as `users.csv`.
pub const USERS: &str = include_str!("../tiny/users.csv");
/// Its ratings, as `interactions.csv`.
pub const INTERACTIONS: &str = include_str!("../tiny/interactions.csv");

/// The tiny catalogue, open.
#[must_use]
pub fn tiny() -> Bundle {
    open(tiny_files())
}

/// The files of the tiny catalogue's bundle, the manifest last.
#[must_use]
pub fn tiny_files() -> &'static [BundleFile] {
    static FILES: LazyLock<Vec<BundleFile>> =
        LazyLock::new(|| packed("Tiny", ITEMS, USERS, INTERACTIONS, Options::default()));
    &FILES
}

/// The same with what too few texts have otherwise: vectors, and a graph over them. So
/// every kind of section is there.
#[must_use]
pub fn tiny_files_with_vectors() -> &'static [BundleFile] {
    static FILES: LazyLock<Vec<BundleFile>> = LazyLock::new(|| {
        let options = Options {
            table: Some(letters()),
            embedder: EmbedderChoice::Table,
            index: IndexChoice::Always,
            ..Options::default()
        };
        packed("Tiny", ITEMS, USERS, INTERACTIONS, options)
    });
    &FILES
}

/// A catalogue of a test's own, from `items.csv`, `users.csv` and
/// `interactions.csv` as text.
///
/// # Panics
/// They cannot be packed.
#[must_use]
pub fn bundle(items: &str, users: &str, interactions: &str) -> Bundle {
    open(&packed("Test", items, users, interactions, Options::default()))
}

/// A token table in which each letter has a direction, so that every text has one.
fn letters() -> Section<Embedder> {
    let mut rng = fastrand::Rng::with_seed(7);
    let pieces = ["##", ""]
        .into_iter()
        .flat_map(|start| ('a'..='z').map(move |letter| format!("{start}{letter}")));
    let rows: Vec<(String, [f32; 16])> =
        pieces.map(|piece| (piece, std::array::from_fn(|_| rng.f32() - 0.5))).collect();
    let rows = rows.iter().map(|(piece, vector)| (piece.clone(), vector.as_slice()));
    let table = Section::of(&embedder(Pieces::WordPieces, 16, rows));
    table.unwrap_or_else(|error| panic!("{error}"))
}

fn packed(
    name: &str,
    items: &str,
    users: &str,
    interactions: &str,
    options: Options,
) -> Vec<BundleFile> {
    let files = [("items.csv", items), ("users.csv", users), ("interactions.csv", interactions)];
    let input = files.map(|(name, text)| InputFile { name: name.into(), bytes: text.into() });
    let options = Options { name: Some(name.to_owned()), strict: true, ..options };
    match pack(input.into(), &options, &mut |_| {}) {
        Ok(packed) => packed.files,
        Err(error) => panic!("{error}"),
    }
}

fn open(files: &[BundleFile]) -> Bundle {
    let manifest = files.iter().find(|file| file.name == MANIFEST_FILE);
    let manifest = manifest.map_or(&[][..], |file| &file.bytes);
    let files: InMemory =
        files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
    let opened = Manifest::parse(manifest)
        .and_then(|manifest| block_on(Bundle::open(manifest, Rc::new(files))));
    opened.unwrap_or_else(|error| panic!("{error}"))
}

#[cfg(test)]
mod tests {
    use usher_bundle::sections::Gender;
    use usher_bundle::{ArchivedColumn, UserRow};

    use super::*;

    #[test]
    fn the_tiny_catalogue_is_what_its_description_says() {
        let bundle = tiny();
        let catalog = bundle.catalog();
        let counts = bundle.manifest().counts;
        assert_eq!((counts.items, counts.users, counts.interactions), (32, 25, 310));
        assert_eq!(bundle.manifest().like_threshold, 4.0);
        let items_of = |column: &ArchivedColumn, name: &str| -> Vec<String> {
            let holds = |row: &usher_bundle::ItemRow| column.row(row.index()).any(|n| n == name);
            catalog.rows().filter(holds).map(|row| catalog.item_id(row).to_owned()).collect()
        };
        assert_eq!(items_of(&catalog.actors, "Tom Cruise"), ["1", "2", "3", "4"]);
        assert_eq!(items_of(&catalog.actors, "Tom Hanks"), ["8", "9", "10", "19"]);
        assert_eq!(items_of(&catalog.directors, "Steven Spielberg"), ["4", "5", "6", "7", "15"]);
        let title = |id: &str| catalog.item(id).and_then(|row| catalog.title(row));
        assert_eq!(title("11"), Some("The Godfather"));
        assert_eq!(title("26"), Some("Das Boot"));
        let star_wars = catalog.item("12").unwrap();
        assert_eq!(catalog.actors.row(star_wars.index()).count(), 0);
        assert_eq!(catalog.duration_minutes(star_wars), None);
        assert_eq!(block_on(bundle.texts(&[star_wars])).unwrap()[0].description, None);
        let stalker = catalog.item("32").unwrap();
        assert_eq!((catalog.month(stalker), catalog.n_ratings(stalker)), (None, 0));

        for (row, id) in (0..25).map(UserRow).zip(1..) {
            assert_eq!(catalog.users.id(row), id.to_string());
            let n = block_on(bundle.history(row)).unwrap().len();
            assert_eq!(catalog.users.n_ratings(row) as usize, n);
            assert_eq!((9..=16).contains(&n), id != 25, "user {id} rated {n}");
            let gender = match id {
                25 => Gender::Unknown,
                id if id % 2 == 1 => Gender::Male,
                _ => Gender::Female,
            };
            assert_eq!(catalog.users.gender(row), gender);
        }
    }
}
