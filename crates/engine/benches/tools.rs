//! Each tool over a bundle, many times with varied arguments.
//!
//! `cargo bench -p usher-engine --bench tools -- BUNDLE OUT` writes three files into
//! the folder OUT: `calls.jsonl`, the calls; `results.jsonl`, what each gave; and
//! `native.json`, per tool the median and the 95th percentile in microseconds.
//! `cargo xtask bench` runs it, makes the same calls in a browser, and compares.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark ends by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use fastrand::Rng;
use futures::executor::block_on;
use serde_json::{Map, Value, json};
use usher_bundle::{ArchivedColumn, Bundle, InMemory, ItemRow, MANIFEST_FILE, Manifest, UserRow};
use usher_engine::{Clock, Engine};

/// Calls of each tool.
const CALLS: usize = 1_200;
/// How often all calls are made; of each call the quickest counts, so that what
/// else the machine does is left out.
const ROUNDS: usize = 3;
const SEED: u64 = 7;

struct NoClock;

impl Clock for NoClock {
    fn now_us(&self) -> u64 {
        0
    }
}

fn main() {
    let folders: Vec<PathBuf> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .map(PathBuf::from)
        .collect();
    let [bundle_folder, out] = folders.as_slice() else {
        eprintln!("give the folder of a bundle, and one for the results");
        std::process::exit(2);
    };
    let manifest = Manifest::parse(&fs::read(bundle_folder.join(MANIFEST_FILE)).unwrap()).unwrap();
    let files: Rc<InMemory> = Rc::new(
        manifest
            .sections
            .iter()
            .map(|entry| (entry.file.clone(), fs::read(bundle_folder.join(&entry.file)).unwrap()))
            .collect(),
    );
    let open = || block_on(Bundle::open(manifest.clone(), files.clone())).unwrap();
    let start = Instant::now();
    let mut engine = Engine::new(open());
    eprintln!("opened in {:?}", start.elapsed());

    let calls = Calls::new(&open(), &engine).all();
    let mut quickest = vec![u64::MAX; calls.len()];
    let mut results = Vec::new();
    for _ in 0..ROUNDS {
        results.clear();
        engine.start_over();
        for ((tool, arguments), quickest) in calls.iter().zip(&mut quickest) {
            let start = Instant::now();
            let step = block_on(engine.tool(tool, arguments.clone(), &NoClock));
            *quickest = (*quickest).min(start.elapsed().as_nanos() as u64);
            results.push(json!(step.result));
        }
    }
    let mut by_tool: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for ((tool, _), nanoseconds) in calls.iter().zip(quickest) {
        by_tool.entry(tool).or_default().push(nanoseconds as f64 / 1e3);
    }
    let summary: Map<String, Value> = by_tool
        .into_iter()
        .map(|(tool, mut us)| {
            us.sort_by(f64::total_cmp);
            let at = |share: f64| us.get((us.len() as f64 * share) as usize).copied();
            (
                tool.to_owned(),
                json!({"calls": us.len(), "median_us": at(0.5), "p95_us": at(0.95), "most_us": us.last()}),
            )
        })
        .collect();
    let lines = |values: Vec<Value>| -> String {
        values.iter().map(|value| format!("{value}\n")).collect()
    };
    let calls: Vec<Value> = calls
        .into_iter()
        .map(|(tool, arguments)| json!({"name": tool, "arguments": arguments}))
        .collect();
    fs::create_dir_all(out).unwrap();
    fs::write(out.join("calls.jsonl"), lines(calls)).unwrap();
    fs::write(out.join("results.jsonl"), lines(results)).unwrap();
    fs::write(out.join("native.json"), format!("{:#}\n", Value::Object(summary))).unwrap();
}

/// What calls are made of.
struct Calls {
    rng: Rng,
    items: Vec<String>,
    users: Vec<String>,
    actors: Vec<String>,
    directors: Vec<String>,
    producers: Vec<String>,
    genres: Vec<String>,
    countries: Vec<String>,
    age_ratings: Vec<String>,
    texts: Vec<String>,
    /// Calls that make sets, and the sets' handles.
    setting: Vec<(&'static str, Value)>,
    sets: Vec<String>,
}

impl Calls {
    fn new(bundle: &Bundle, engine: &Engine) -> Self {
        let catalog = bundle.catalog();
        let names =
            |column: &ArchivedColumn| column.names.iter().map(|name| name.to_string()).collect();
        let rows: Vec<ItemRow> = catalog.rows().collect();
        let texts = block_on(bundle.texts(&rows)).unwrap();
        let genres: Vec<String> = names(&catalog.genres);
        let mut setting = Vec::new();
        let mut sets = Vec::new();
        for genre in &genres {
            let arguments = json!({"genres": [genre]});
            let step = block_on(engine.tool("item_filter", arguments.clone(), &NoClock));
            if let Some(set) = step.result.data().and_then(|data| data["set"].as_str()) {
                sets.push(set.to_owned());
                setting.push(("item_filter", arguments));
            }
        }
        let users = 0..catalog.users.n_users() as u32;
        Self {
            rng: Rng::with_seed(SEED),
            items: rows.iter().map(|row| catalog.item_id(*row).to_owned()).collect(),
            users: users.map(|row| catalog.users.id(UserRow(row)).to_owned()).collect(),
            actors: names(&catalog.actors),
            directors: names(&catalog.directors),
            producers: names(&catalog.producers),
            countries: names(&catalog.countries),
            age_ratings: names(&catalog.age_ratings),
            texts: texts.into_iter().filter_map(|texts| texts.storyline).collect(),
            genres,
            setting,
            sets,
        }
    }

    fn all(mut self) -> Vec<(&'static str, Value)> {
        type Make = fn(&mut Calls) -> Value;
        let tools: [(&str, Make); 8] = [
            ("item_filter", Self::filter),
            ("get_top_k_recommendations", Self::top_k),
            ("get_popular_items", Self::popular),
            ("get_user_metadata", Self::user),
            ("get_item_metadata", Self::item),
            ("get_interacted_items", Self::interacted),
            ("get_like_percentage", Self::like),
            ("vector_store_search", Self::search),
        ];
        let mut calls = self.setting.clone();
        for (tool, make) in tools {
            for _ in 0..CALLS {
                calls.push((tool, make(&mut self)));
            }
        }
        calls
    }

    fn filter(&mut self) -> Value {
        let mut conditions = Map::new();
        for _ in 0..self.rng.usize(1..4) {
            let (field, condition) = match self.rng.u8(0..10) {
                0 | 1 => ("actors", self.people(|calls| &calls.actors)),
                2 => ("director", self.people(|calls| &calls.directors)),
                3 => ("producer", self.people(|calls| &calls.producers)),
                4 | 5 => ("genres", self.some(|calls| &calls.genres, 2)),
                6 => ("country", self.one(|calls| &calls.countries)),
                7 => ("age_rating", self.one(|calls| &calls.age_ratings)),
                8 => (
                    "release_date",
                    json!({"request": "higher", "threshold": self.rng.u32(1920..1999)}),
                ),
                _ => (
                    "duration",
                    json!({"request": "between", "threshold": 80, "upper": self.rng.u32(81..200)}),
                ),
            };
            conditions.insert(field.to_owned(), condition);
        }
        if self.rng.u8(0..4) == 0 {
            conditions.insert("match".to_owned(), json!("any"));
        }
        Value::Object(conditions)
    }

    /// One or two people; one in eight with a slip of the pen.
    fn people(&mut self, of: fn(&Self) -> &Vec<String>) -> Value {
        let mut people = self.some(of, 2);
        if self.rng.u8(0..8) == 0
            && let Some(Value::String(name)) = people.get_mut(0)
        {
            let at = self.rng.usize(0..name.len());
            if name.is_char_boundary(at) && name.is_char_boundary(at + 1) {
                name.remove(at);
            }
        }
        people
    }

    /// One in four for somebody who likes some items.
    fn top_k(&mut self) -> Value {
        let mut arguments = match self.rng.u8(0..4) {
            0 => json!({"likes": self.some(|calls| &calls.items, 100), "k": self.k()}),
            _ => json!({"user": self.one(|calls| &calls.users), "k": self.k()}),
        };
        self.within(&mut arguments);
        if self.rng.u8(0..8) == 0 {
            arguments["exclude_seen"] = json!(false);
        }
        arguments
    }

    fn popular(&mut self) -> Value {
        const GROUPS: [&str; 7] =
            ["kid", "teenager", "young_adult", "adult", "senior", "male", "female"];
        let mut arguments = match self.rng.bool() {
            true => json!({"popularity": "standard", "k": self.k()}),
            false => {
                let first = self.rng.usize(0..GROUPS.len());
                let groups = [GROUPS[first], GROUPS[(first + self.rng.usize(1..7)) % 7]];
                json!({"popularity": "by_user_group", "user_group": groups, "k": self.k()})
            }
        };
        self.within(&mut arguments);
        arguments
    }

    fn user(&mut self) -> Value {
        json!({
            "user": self.one(|calls| &calls.users),
            "get": ["age", "age_category", "gender", "occupation"],
        })
    }

    fn item(&mut self) -> Value {
        const FIELDS: [&str; 15] = [
            "title",
            "genres",
            "description",
            "director",
            "producer",
            "duration",
            "release_date",
            "release_month",
            "country",
            "actors",
            "age_rating",
            "imdb_rating",
            "imdb_num_reviews",
            "storyline",
            "n_ratings",
        ];
        let get = &FIELDS[..self.rng.usize(1..=FIELDS.len())];
        match self.rng.u8(0..8) {
            0 => json!({"items": self.one(|calls| &calls.sets), "get": ["title", "genres"]}),
            _ => json!({"items": self.some(|calls| &calls.items, 20), "get": get}),
        }
    }

    fn interacted(&mut self) -> Value {
        json!({"user": self.one(|calls| &calls.users), "k": self.k()})
    }

    fn like(&mut self) -> Value {
        match self.rng.u8(0..4) {
            0 => json!({"items": self.one(|calls| &calls.sets)}),
            1 => json!({"items": self.some(|calls| &calls.items, 500)}),
            _ => json!({"items": self.some(|calls| &calls.items, 50)}),
        }
    }

    /// A few words out of a storyline; one in eight times all of it.
    fn search(&mut self) -> Value {
        let Value::String(text) = self.one(|calls| &calls.texts) else { return Value::Null };
        let words: Vec<&str> = text.split_whitespace().collect();
        let query = match self.rng.u8(0..8) {
            0 => text.clone(),
            _ => {
                let first = self.rng.usize(0..words.len());
                let most = self.rng.usize(1..15);
                words.iter().skip(first).take(most).copied().collect::<Vec<_>>().join(" ")
            }
        };
        let query: String = query.chars().take(2_000).collect();
        let mut arguments = json!({"query": query, "k": self.k().max(10)});
        self.within(&mut arguments);
        arguments
    }

    fn k(&mut self) -> u32 {
        *[5, 5, 5, 5, 1, 3, 10, 20, 50, 100].get(self.rng.usize(0..10)).unwrap()
    }

    /// One in two times, among some items only.
    fn within(&mut self, arguments: &mut Value) {
        match self.rng.u8(0..8) {
            0..=2 => arguments["items"] = self.one(|calls| &calls.sets),
            3 => arguments["items"] = self.some(|calls| &calls.items, 200),
            _ => {}
        }
    }

    fn one(&mut self, of: fn(&Self) -> &Vec<String>) -> Value {
        let at = self.rng.usize(0..of(self).len().max(1));
        json!(of(self).get(at))
    }

    fn some(&mut self, of: fn(&Self) -> &Vec<String>, most: usize) -> Value {
        let n = self.rng.usize(1..=most);
        (0..n).map(|_| self.one(of)).collect()
    }
}
