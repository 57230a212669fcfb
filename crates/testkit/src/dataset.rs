//! A random dataset as plain rows: what a bundle, a database or any other source
//! of a catalogue is filled from, and what [`crate::reference`] computes on.

use std::collections::BTreeMap;

use fastrand::Rng;
use usher_bundle::Bundle;
use usher_pack::{Options, TrainingSettings};
use usher_retrieval::EmbedderChoice;

/// Genres that occur.
pub const GENRES: [&str; 6] = ["Action", "Children's", "Comedy", "Drama", "Sci-Fi", "War"];
/// Actors, directors and producers that occur. No two are near each other.
pub const PEOPLE: [&str; 6] = [
    "Catherine O'Hara",
    "Jürgen Prochnow",
    "Max von Sydow",
    "Renée Zellweger",
    "Tom Hanks",
    "Yōji Matsuda",
];
/// Countries that occur.
pub const COUNTRIES: [&str; 3] = ["France", "Japan", "United States"];
/// Age ratings that occur.
pub const AGE_RATINGS: [&str; 3] = ["G", "PG-13", "R"];
/// A rating at or above this is a like.
pub const LIKE_THRESHOLD: f32 = 4.0;

const WORDS: [&str; 12] = [
    "amber", "bridge", "copper", "desert", "engine", "forest", "garden", "harbour", "island",
    "jungle", "kettle", "lantern",
];

/// Items and users in the order of their ids, and what happened between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// The items.
    pub items: Vec<Item>,
    /// The users.
    pub users: Vec<User>,
    /// The ratings; of a user and an item at most one.
    pub interactions: Vec<Interaction>,
}

/// An item. What is missing is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Item {
    pub id: String,
    pub title: Option<String>,
    pub year: Option<u16>,
    pub month: Option<u8>,
    pub duration_minutes: Option<u16>,
    pub imdb_rating_hundredths: Option<u16>,
    pub imdb_num_reviews: Option<u32>,
    pub genres: Vec<String>,
    pub directors: Vec<String>,
    pub producers: Vec<String>,
    pub actors: Vec<String>,
    pub country: Option<String>,
    pub age_rating: Option<String>,
    pub description: Option<String>,
    pub storyline: Option<String>,
}

/// A user. What is missing is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct User {
    pub id: String,
    pub age: Option<u8>,
    /// "male", "female" or "other".
    pub gender: Option<String>,
    pub occupation: Option<String>,
}

/// A rating.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// Place in [`Dataset::users`].
    pub user: usize,
    /// Place in [`Dataset::items`].
    pub item: usize,
    /// 1 to 5, halves too.
    pub rating: f32,
    /// Unix time in seconds.
    pub time: Option<i64>,
}

/// How large a dataset is. There is at least one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Size {
    pub items: usize,
    pub users: usize,
    /// At most: a pair that is drawn again counts once.
    pub interactions: usize,
}

impl Dataset {
    /// A dataset from a seed. Anything may be missing, but at least one rating is
    /// there.
    #[must_use]
    pub fn random(seed: u64, size: Size) -> Self {
        let mut rng = Rng::with_seed(seed);
        let ids = ids(&mut rng, size.items.max(1));
        let items: Vec<Item> = ids.into_iter().map(|id| item(&mut rng, id)).collect();
        let ids = ids_of_users(&mut rng, size.users.max(1));
        let users: Vec<User> = ids.into_iter().map(|id| user(&mut rng, id)).collect();
        let mut rated = BTreeMap::new();
        for _ in 0..size.interactions.max(1) {
            let pair = (rng.usize(..users.len()), rng.usize(..items.len()));
            // Few different times, so that some are the same.
            let time = maybe(&mut rng, |rng| 880_000_000 + rng.i64(0..5) * 86_400);
            rated.insert(pair, (f32::from(rng.u8(2..=10)) / 2.0, time));
        }
        let interaction = |((user, item), (rating, time))| Interaction { user, item, rating, time };
        Self { items, users, interactions: rated.into_iter().map(interaction).collect() }
    }

    /// The dataset packed and open, with one model that is fitted in no time: the
    /// packing takes about a millisecond.
    ///
    /// # Panics
    /// It cannot be packed.
    #[must_use]
    pub fn bundle(&self) -> Bundle {
        self.packed(Options::default())
    }

    /// The same with vectors of its texts, which too few texts have otherwise.
    ///
    /// # Panics
    /// It cannot be packed.
    #[must_use]
    pub fn bundle_with_vectors(&self) -> Bundle {
        let table = Some(crate::letters());
        self.packed(Options { table, embedder: EmbedderChoice::Table, ..Options::default() })
    }

    fn packed(&self, options: Options) -> Bundle {
        let options = Options {
            like_threshold: Some(LIKE_THRESHOLD),
            training: Some(vec![TrainingSettings::Spectral(Default::default())]),
            ..options
        };
        let [items, users, interactions] = self.csv();
        crate::open(&crate::packed("Random", &items, &users, &interactions, options))
    }

    /// `items.csv`, `users.csv` and `interactions.csv`, as untidy as such files are:
    /// in any order, with articles behind the titles and lines broken in long texts.
    #[must_use]
    pub fn csv(&self) -> [String; 3] {
        let number = |n: Option<u32>| n.map_or_else(String::new, |n| n.to_string());
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let items = self.items.iter().rev().map(|item| {
            let rating = item.imdb_rating_hundredths;
            let rating = rating.map(|x| format!("{}.{:02}", x / 100, x % 100));
            let title = text(&item.title);
            let title = title.strip_prefix("The ").map_or(title.clone(), |t| format!("{t}, The"));
            vec![
                item.id.clone(),
                title,
                number(item.year.map(u32::from)),
                number(item.month.map(u32::from)),
                item.genres.join("|"),
                item.directors.join("|"),
                item.producers.join("|"),
                item.actors.join("|"),
                text(&item.country),
                number(item.duration_minutes.map(u32::from)),
                text(&item.age_rating),
                rating.unwrap_or_default(),
                number(item.imdb_num_reviews),
                text(&item.description),
                text(&item.storyline).replace(". ", ".\n\n"),
            ]
        });
        let users = self.users.iter().rev().map(|user| {
            vec![
                user.id.clone(),
                number(user.age.map(u32::from)),
                text(&user.gender),
                text(&user.occupation),
            ]
        });
        let interactions = self.interactions.iter().rev().map(|interaction| {
            let (user, item) = (&self.users[interaction.user], &self.items[interaction.item]);
            let time = interaction.time.map_or_else(String::new, |time| time.to_string());
            vec![user.id.clone(), item.id.clone(), interaction.rating.to_string(), time]
        });
        [
            csv(
                "item_id,title,release_date,release_month,genres,director,producer,actors,country,\
                 duration,age_rating,imdb_rating,imdb_num_reviews,description,storyline",
                items,
            ),
            csv("user_id,age,gender,occupation", users),
            csv("user_id,item_id,rating,timestamp", interactions),
        ]
    }
}

fn csv(header: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header.split(',')).unwrap();
    rows.for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Three times out of four.
fn maybe<T>(rng: &mut Rng, value: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    (rng.u8(..4) > 0).then(|| value(rng))
}

fn one(rng: &mut Rng, of: &[&str]) -> String {
    of[rng.usize(..of.len())].to_owned()
}

/// Up to three, each once, in any order.
fn some(rng: &mut Rng, of: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = of.iter().map(|&name| name.to_owned()).collect();
    rng.shuffle(&mut all);
    all.truncate(rng.usize(..=3));
    all
}

fn sentence(rng: &mut Rng) -> String {
    let words: Vec<String> = (0..rng.usize(2..6)).map(|_| one(rng, &WORDS)).collect();
    format!("The \"{}\", again.", words.join(" "))
}

/// Rising: whole numbers with gaps, and then other texts.
fn ids(rng: &mut Rng, n: usize) -> Vec<String> {
    let texts_from = if rng.bool() { n } else { n - n / 4 };
    let mut last = 0;
    (0..n)
        .map(|at| {
            last += rng.u32(1..4);
            if at < texts_from { last.to_string() } else { format!("tt{last:05}") }
        })
        .collect()
}

fn ids_of_users(rng: &mut Rng, n: usize) -> Vec<String> {
    if rng.bool() { (1..=n).map(|id| id.to_string()).collect() } else { ids(rng, n) }
}

fn item(rng: &mut Rng, id: String) -> Item {
    if rng.u8(..8) == 0 {
        // Nothing is known of it.
        return Item { id, ..Item::default() };
    }
    let description = maybe(rng, sentence);
    Item {
        id,
        title: maybe(rng, |rng| {
            let article = if rng.bool() { "The " } else { "" };
            format!("{article}{} {}", one(rng, &WORDS), one(rng, &WORDS))
        }),
        year: maybe(rng, |rng| rng.u16(1990..2000)),
        month: maybe(rng, |rng| rng.u8(1..=12)),
        duration_minutes: maybe(rng, |rng| rng.u16(80..100)),
        imdb_rating_hundredths: maybe(rng, |rng| rng.u16(0..=20) * 50 + rng.u16(0..2))
            .map(|x| x.min(1000)),
        imdb_num_reviews: maybe(rng, |rng| rng.u32(..100_000)),
        genres: some(rng, &GENRES),
        directors: some(rng, &PEOPLE),
        producers: some(rng, &PEOPLE),
        actors: some(rng, &PEOPLE),
        country: maybe(rng, |rng| one(rng, &COUNTRIES)),
        age_rating: maybe(rng, |rng| one(rng, &AGE_RATINGS)),
        storyline: maybe(rng, |rng| {
            format!("{} {}", description.clone().unwrap_or_default(), sentence(rng))
                .trim()
                .to_owned()
        }),
        description,
    }
}

fn user(rng: &mut Rng, id: String) -> User {
    // The ends of the age groups more often than other ages.
    const ENDS: [u8; 11] = [0, 12, 13, 19, 20, 30, 31, 60, 61, 99, 120];
    User {
        id,
        age: maybe(
            rng,
            |rng| if rng.bool() { ENDS[rng.usize(..ENDS.len())] } else { rng.u8(..90) },
        ),
        gender: maybe(rng, |rng| one(rng, &["male", "female", "other"])),
        occupation: maybe(rng, |rng| one(rng, &["lawyer", "student", "technician"])),
    }
}
