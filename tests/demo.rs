//! The demo's data: its films, its simulated audience, and its tour.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::usher;
use unicode_normalization::UnicodeNormalization;

const GENRES: [&str; 18] = [
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
];
const AGE_RATINGS: [&str; 9] =
    ["", "G", "PG", "PG-13", "R", "NC-17", "Approved", "Passed", "Not Rated"];
const COLUMNS: &str = "item_id,title,release_date,release_month,genres,director,producer,actors,\
    country,duration,age_rating,imdb_rating,imdb_num_reviews,description,storyline";
const PEOPLE: [&str; 3] = ["director", "producer", "actors"];

fn demo(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(file)
}

/// A row by column.
type Row = BTreeMap<String, String>;

fn rows(file: &Path, delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn films() -> Vec<Row> {
    rows(&demo("items.csv"), b',')
}

fn list<'a>(film: &'a Row, column: &str) -> Vec<&'a str> {
    film[column].split('|').filter(|part| !part.is_empty()).collect()
}

/// Letters and digits without case and accents.
fn plain(text: &str) -> String {
    text.to_lowercase().nfkd().filter(|letter| letter.is_alphanumeric()).collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

// The films.

#[test]
fn every_value_has_its_type_and_range() {
    let text = fs::read_to_string(demo("items.csv")).unwrap();
    assert_eq!(text.lines().next(), Some(COLUMNS));
    assert!(!text.contains('\r'));
    let films = films();
    assert!(films.len() >= 320, "{}", films.len());
    for (film, id) in films.iter().zip(1..) {
        let title = &film["title"];
        assert_eq!(film["item_id"], id.to_string(), "{title}: ids run from 1");
        let is_in = |column: &str, from: f64, to: f64| {
            let text = film[column].as_str();
            let is_in = text.is_empty() || text.parse().is_ok_and(|n| (from..=to).contains(&n));
            assert!(is_in, "{title}: {column} is {text:?}");
        };
        assert!(!title.is_empty() && !film["release_date"].is_empty(), "{title}");
        is_in("release_date", 1895.0, 2025.0);
        is_in("release_month", 1.0, 12.0);
        is_in("duration", 20.0, 600.0);
        is_in("imdb_rating", 1.0, 10.0);
        is_in("imdb_num_reviews", 1.0, 5e6);
        assert_eq!(film["imdb_rating"].is_empty(), film["imdb_num_reviews"].is_empty(), "{title}");
        assert!(AGE_RATINGS.contains(&film["age_rating"].as_str()), "{title}");
        assert!(!film["country"].is_empty() && !film["director"].is_empty(), "{title}");
        let genres = list(film, "genres");
        assert!(!genres.is_empty(), "{title} has a genre");
        for genre in genres {
            assert!(GENRES.contains(&genre), "{title}: {genre}");
        }
        for value in film.values() {
            assert!(value.trim() == value && !value.contains("  "), "{title}: {value:?}");
        }
        for column in PEOPLE {
            let people = list(film, column);
            let unique: BTreeSet<_> = people.iter().collect();
            assert_eq!(unique.len(), people.len(), "{title} names someone twice as {column}");
        }
    }
}

#[test]
fn no_film_stands_twice() {
    let films = films();
    let keys: BTreeSet<_> =
        films.iter().map(|film| (plain(&film["title"]), &film["release_date"])).collect();
    assert_eq!(keys.len(), films.len());
}

#[test]
fn every_person_is_spelt_one_way() {
    // Without accents, initials and the order of names, two spellings of one name are
    // the same.
    let key = |name: &str| {
        let parts = name.split([' ', '.', '-']).map(plain).filter(|part| part.chars().count() > 1);
        let parts: BTreeSet<String> = parts.collect();
        parts.into_iter().collect::<Vec<_>>().join(" ")
    };
    let films = films();
    let mut spellings: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in films.iter().flat_map(|film| PEOPLE.iter().flat_map(|column| list(film, column))) {
        spellings.entry(key(name)).or_default().insert(name);
    }
    let several: Vec<_> = spellings.values().filter(|names| names.len() > 1).collect();
    assert!(several.is_empty(), "{several:?}");
}

/// The share of words that two texts have in common (Jaccard).
fn similarity(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let common = a.intersection(b).count();
    common as f64 / (a.len() + b.len() - common).max(1) as f64
}

#[test]
fn texts_are_full_and_distinct() {
    let films = films();
    for film in &films {
        let title = &film["title"];
        let (description, storyline) = (&film["description"], &film["storyline"]);
        assert!((60..=190).contains(&description.chars().count()), "{title}: its description");
        assert!((280..=700).contains(&storyline.chars().count()), "{title}: its storyline");
        assert!(!storyline.contains(description.as_str()), "{title} says its description twice");
        assert!(!description.starts_with(title.as_str()), "{title}: begins with its title");
    }
    // Mean similarity of any two films' texts, and that of the nearest two.
    for (column, mean_bound, most_bound) in [("description", 0.1, 0.4), ("storyline", 0.12, 0.3)] {
        let texts: Vec<BTreeSet<String>> =
            films.iter().map(|film| words(&film[column]).into_iter().collect()).collect();
        let (mut sum, mut pairs, mut most) = (0.0, 0.0, 0.0_f64);
        for (at, a) in texts.iter().enumerate() {
            for b in &texts[..at] {
                let similarity = similarity(a, b);
                sum += similarity;
                pairs += 1.0;
                most = most.max(similarity);
            }
        }
        println!("{column}: mean similarity {:.4}, nearest two {most:.4}", sum / pairs);
        assert!(sum / pairs < mean_bound && most < most_bound, "{column}: {} {most}", sum / pairs);
    }
    // No phrase of a template: eight words in a row stand in one film only.
    let mut phrases: BTreeMap<String, usize> = BTreeMap::new();
    for (at, film) in films.iter().enumerate() {
        for text in [&film["description"], &film["storyline"]] {
            for phrase in words(text).windows(8) {
                let first = *phrases.entry(phrase.join(" ")).or_insert(at);
                let other = &films[first]["title"];
                assert_eq!(first, at, "{other} and {} both say {phrase:?}", film["title"]);
            }
        }
    }
}

// The films against another source.

/// A difference: id, field, what we say, what they say.
type Difference = (String, String, String, String);

/// Title without its year, other names and article.
fn bare_title(title: &str) -> String {
    let title = title.split(" (").next().unwrap();
    match title.rsplit_once(", ") {
        Some((rest, article @ ("The" | "A" | "An" | "La" | "Le" | "Les"))) => {
            plain(&format!("{article} {rest}"))
        }
        _ => plain(title),
    }
}

/// "1h 41min" in minutes.
fn minutes(text: &str) -> Option<u32> {
    let (hours, rest) = text.split_once('h').unwrap_or(("0", text));
    let rest = rest.trim().trim_end_matches("min").trim();
    let rest = if rest.is_empty() { 0 } else { rest.parse().ok()? };
    Some(hours.trim().parse::<u32>().ok()? * 60 + rest).filter(|minutes| *minutes > 0)
}

/// "A, B, and C" with bars.
fn barred(names: &str) -> String {
    let missing = if names == "nan" { "" } else { names };
    missing.replace(", and ", "|").replace(" and ", "|").replace(", ", "|")
}

#[test]
fn years_directors_and_durations_agree_with_movielens_or_it_is_known_why_not() {
    let Some(folder) = support::movielens() else { return };
    let theirs = rows(&folder.join("final_ml-100k.csv"), b'\t');
    let mut by_title: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for film in &theirs {
        by_title.entry(bare_title(&film["title"])).or_default().push(film);
    }
    let (mut compared, mut found) = (0, BTreeSet::new());
    for film in &films() {
        for other in by_title.get(&plain(&film["title"])).into_iter().flatten() {
            // Another film of the same name says so by the year in its title.
            let year_of_title = other["title"].rsplit_once('(').map(|(_, year)| &year[..4]);
            let ours: i32 = film["release_date"].parse().unwrap();
            let is_it = year_of_title
                .and_then(|year| year.parse::<i32>().ok())
                .is_some_and(|year| year.abs_diff(ours) <= 1);
            if !is_it {
                continue;
            }
            compared += 1;
            let mut differs = |field: &str, ours: &str, theirs: &str| {
                let [id, field, ours, theirs] = [&film["item_id"], field, ours, theirs];
                found.insert((id.to_owned(), field.to_owned(), ours.to_owned(), theirs.to_owned()));
            };
            let year = other["release_date"].replace("unknown", "");
            if film["release_date"] != year {
                differs("year", &film["release_date"], &year);
            }
            let directors = barred(&other["director"]);
            let names = |text: &str| text.split('|').map(plain).collect::<BTreeSet<_>>();
            if names(&film["director"]) != names(&directors) {
                differs("director", &film["director"], &directors);
            }
            if let (Ok(ours), Some(theirs)) =
                (film["duration"].parse::<u32>(), minutes(&other["duration"]))
                && ours != theirs
            {
                differs("duration", &ours.to_string(), &theirs.to_string());
            }
        }
    }
    assert!(compared > 90, "only {compared} films were compared");
    let known =
        rows(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo/differences.csv"), b',');
    for row in &known {
        assert!(["ours", "both"].contains(&row["right"].as_str()), "{row:?}: mend our value");
        assert!(!row["why"].is_empty(), "{row:?}");
    }
    let known: BTreeSet<Difference> = known
        .into_iter()
        .map(|row| ["item_id", "field", "ours", "theirs"].map(|column| row[column].clone()))
        .map(|[id, field, ours, theirs]| (id, field, ours, theirs))
        .collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "not in tests/demo/differences.csv: {new:#?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "in tests/demo/differences.csv, but no difference: {gone:#?}");
}

// The audience.

fn simulate(input: &Path, out: &Path, more: &[&str]) -> support::Outcome {
    let folders = ["--input", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
    usher(["simulate"].iter().chain(&folders).chain(more))
}

#[test]
fn the_committed_audience_is_what_the_command_makes() {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("out");
    let (stories, truth) = (demo("stories.toml"), temporary.path().join("truth.tsv"));
    let more = ["--stories", stories.to_str().unwrap(), "--truth", truth.to_str().unwrap()];
    simulate(&demo(""), &out, &more).well();
    for file in ["users.csv", "interactions.csv", "about.toml"] {
        let made = fs::read(out.join(file)).unwrap();
        assert!(
            made == fs::read(demo(file)).unwrap(),
            "{file}: run `cargo run -- simulate --input assets/demo --out assets/demo --stories assets/demo/stories.toml`"
        );
    }
    // The items are the same, whoever writes them.
    let (ours, written) = (films(), rows(&out.join("items.csv"), b','));
    assert_eq!(ours.len(), written.len());
    for (ours, written) in ours.iter().zip(&written) {
        for column in ["item_id", "title", "release_date", "genres", "actors", "storyline"] {
            assert_eq!(ours[column], written[column]);
        }
    }
    // What the demo recommends comes closer to the truth than what most people rate.
    let compared = usher(["eval", "rank", "--json", "--truth", truth.to_str().unwrap()]).well();
    let compared = compared.json();
    let share = |name: &str| compared[name].as_f64().unwrap();
    assert_eq!(compared["users"], 1000);
    assert!(share("ranking") > share("most_popular"), "{compared}");
    assert!(share("most_popular") > share("catalogue_order"), "{compared}");
    assert!(share("ranking") < 1.0, "{compared}");
    // The truth: every item of every user once, best first.
    let truth = rows(&truth, b'\t');
    assert_eq!(truth.len(), 1000 * ours.len());
    for of_user in truth.chunks(ours.len()) {
        let likings: Vec<f64> = of_user.iter().map(|row| row["liking"].parse().unwrap()).collect();
        assert!(likings.is_sorted_by(|a, b| a >= b));
        assert!(likings.iter().all(|liking| (1.0..=5.0).contains(liking)));
        assert!(of_user.iter().all(|row| row["user_id"] == of_user[0]["user_id"]));
        let items: BTreeSet<&String> = of_user.iter().map(|row| &row["item_id"]).collect();
        assert_eq!(items.len(), ours.len());
    }
}

/// What a user rated: film, stars and month, in order of time.
fn ratings(user: &str) -> Vec<(Row, u8, u32)> {
    let films: BTreeMap<String, Row> =
        films().into_iter().map(|film| (film["item_id"].clone(), film)).collect();
    rows(&demo("interactions.csv"), b',')
        .into_iter()
        .filter(|row| row["user_id"] == user)
        .map(|row| {
            let seconds: u64 = row["timestamp"].parse().unwrap();
            let year = (seconds - 1_672_531_200) / 31_557_600;
            (films[&row["item_id"]].clone(), row["rating"].parse().unwrap(), 2023 + year as u32)
        })
        .collect()
}

/// The share of some ratings whose film is of one of these genres.
fn share(ratings: &[(Row, u8, u32)], genres: &[&str]) -> f64 {
    let is_of = |film: &Row| list(film, "genres").iter().any(|genre| genres.contains(genre));
    let some = ratings.iter().filter(|(film, ..)| is_of(film)).count();
    some as f64 / ratings.len().max(1) as f64
}

#[test]
fn the_stories_can_be_found_in_the_ratings() {
    let horror = ratings("1");
    assert!(share(&horror, &["Horror"]) > 0.6);
    let couple = ratings("2");
    assert!(share(&couple, &["Musical", "Romance"]) > 0.3);
    assert!(share(&couple, &["Western", "War"]) > 0.3);
    let cinephile = ratings("3");
    let is_old_or_foreign = |film: &Row| {
        film["country"] != "United States" || film["release_date"].parse::<u16>().unwrap() < 1960
    };
    let some = cinephile.iter().filter(|(film, ..)| is_old_or_foreign(film)).count();
    assert!(some * 3 > cinephile.len() * 2 && cinephile.len() > 140);
    let parent = ratings("4");
    assert!(share(&parent, &["Animation", "Children's"]) > 0.2);
    assert!(share(&parent, &["Thriller", "Crime"]) > 0.4);
    assert!(ratings("5").iter().all(|(_, stars, _)| *stars == 5));
    assert_eq!(share(&ratings("6"), &["Documentary"]), 1.0);
    let (with, without): (Vec<_>, Vec<_>) =
        ratings("7").into_iter().partition(|(film, ..)| film["actors"].contains("Tom Hanks"));
    let mean = |ratings: &[(Row, u8, u32)]| {
        ratings.iter().map(|(_, stars, _)| f64::from(*stars)).sum::<f64>() / ratings.len() as f64
    };
    assert!(with.len() >= 4 && mean(&with) > mean(&without) + 1.0);
    for (film, ..) in ratings("8") {
        let text = format!("{} {}", film["description"], film["storyline"]);
        assert!(text.contains("Christmas") || text.contains("Santa"), "{}", film["title"]);
    }
    let (before, after): (Vec<_>, Vec<_>) =
        ratings("9").into_iter().partition(|(.., year)| *year == 2023);
    assert!(share(&before, &["Action", "Sci-Fi"]) > 0.6);
    assert!(share(&after, &["Film-Noir", "Crime"]) > 0.5);
    assert!(share(&after, &["Action", "Sci-Fi"]) < 0.3);
}

#[test]
fn a_simulated_dataset_is_packed_and_says_so() {
    let temporary = tempfile::tempdir().unwrap();
    let (data, bundle) = (temporary.path().join("data"), temporary.path().join("bundle"));
    // Only the items are needed, and their ids may be any text.
    let input = temporary.path().join("input");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("items.csv"), "item_id,title,genres\na-1,One,Drama\nb-2,Two,Comedy\n")
        .unwrap();
    simulate(&input, &data, &["--users", "20", "--seed", "3"]).well();
    let [data, bundle] = [&data, &bundle].map(|path| path.to_str().unwrap());
    usher(["pack", "--input", data, "--out", bundle]).well();
    let inspected = usher(["inspect", bundle]).well();
    assert!(inspected.stdout.contains("simulated"), "{inspected}");
}

#[test]
fn an_audience_is_simulated_for_movielens_too() {
    let Some(folder) = support::movielens() else { return };
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("out");
    simulate(&folder, &out, &["--users", "50", "--ratings-per-user", "30"]).well();
    assert_eq!(rows(&out.join("users.csv"), b',').len(), 50);
    let count = rows(&out.join("interactions.csv"), b',').len();
    assert!((900..2400).contains(&count), "{count}");
    // A second audience takes the first one's place; people's own data are not lost.
    simulate(&out, &out, &["--users", "10"]).well();
    assert_eq!(rows(&out.join("users.csv"), b',').len(), 10);
    fs::remove_file(out.join("about.toml")).unwrap();
    simulate(&out, &out, &["--users", "10"]).fails(1, &["users.csv", "--out"]);
}

#[test]
fn stories_that_cannot_be_told_are_named() {
    let temporary = tempfile::tempdir().unwrap();
    let (out, stories) = (temporary.path().join("out"), temporary.path().join("stories.toml"));
    for (text, words) in [
        ("[[story]]\nuser = 1\nname = \"x\"\ntells = \"\"\nshoe_size = 9\n", &["stories.toml"][..]),
        ("[[story]]\nuser = 5000\nname = \"x\"\ntells = \"\"\n", &["5000", "1000"]),
        (
            "[[story]]\nuser = 1\nname = \"x\"\ntells = \"\"\n[[story.taste]]\npeople = [\"Nobody\"]\n",
            &["Nobody"],
        ),
    ] {
        fs::write(&stories, text).unwrap();
        simulate(&demo(""), &out, &["--stories", stories.to_str().unwrap()]).fails(1, words);
        assert!(!out.exists(), "nothing is written");
    }
}

// The tour.

#[test]
fn every_question_of_the_tour_is_answered_with_results() {
    let text = fs::read_to_string(demo("tour.jsonl")).unwrap();
    let stops: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(stops.len(), 10);
    let kinds: BTreeSet<&str> = stops.iter().map(|stop| stop["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), stops.len(), "each is of another kind");
    // The bundle brings them along: they are the guide's examples.
    let turns = usher(["ask", "What can you do?", "--json"]).well().json_lines();
    let told = turns[0]["answer"].as_str().unwrap();
    let examples: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("- ")).collect();
    let questions: Vec<&str> =
        stops.iter().map(|stop| stop["question"].as_str().unwrap()).collect();
    assert_eq!(examples, questions);
    for question in questions {
        let turns = usher(["ask", question, "--json"]).well().json_lines();
        let turn = &turns[0];
        assert_eq!(turn["status"], "answered", "{question}");
        let steps = turn["steps"].as_array().unwrap();
        assert!(!steps.is_empty(), "{question}");
        for step in steps {
            assert_eq!(step["result"]["status"], "success", "{question}: {step}");
        }
        assert!(turn["answer"].as_str().unwrap().len() > 60, "{question}");
    }
}
