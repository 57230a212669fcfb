//! What tools may ask of the ports, and what every implementation must answer,
//! whatever it reads: a bundle, a database, a search service.
//!
//! Fill the implementation from a [`Dataset`] (as rows, or from its CSV files), and
//! [`check`] asks it everything. It needs nothing of a test framework, so it runs
//! wherever the implementation does.

use std::fmt::{Debug, Display};

use usher_bundle::sections::{AgeGroup, Gender, Interaction};
use usher_bundle::{ItemRow, UserRow};
use usher_names::{Field, Names, Resolution};
use usher_protocol::Id;
use usher_tools::{
    Bounds, Catalogue, Conditions, Group, ItemFacts, Likes, Match, Ports, Ranking, Search,
    Unavailable, UserFacts,
};

use crate::dataset::{Dataset, Item, LIKE_THRESHOLD};
use crate::reference::{self, GROUPS, Member};

/// How many disagreements of one kind are told.
const TOLD: usize = 5;
/// How many letters of an answer are told.
const SHOWN: usize = 300;
/// Ids and names that nothing has.
const NOWHERE: [&str; 6] = ["", "none", "0", "-1", "' OR '1'='1", "1; DROP TABLE items"];

/// Asks the ports everything that tools may ask, and compares the answers with the
/// dataset that the ports were filled from.
///
/// # Errors
/// The disagreements, a line each; the first few of each kind.
pub async fn check<P: Ports>(ports: &P, dataset: &Dataset) -> Result<(), String> {
    let mut all = Disagreements::default();
    let catalogue = ports.catalogue();
    check_names(ports.names(), dataset, all.next());
    check_ids(catalogue, dataset, all.next());
    check_item_facts(catalogue, dataset, all.next()).await;
    check_user_facts(catalogue, dataset, all.next()).await;
    check_history(catalogue, dataset, all.next()).await;
    check_counts(catalogue, dataset, all.next()).await;
    check_likes(catalogue, dataset, all.next()).await;
    check_filter(catalogue, dataset, all.next()).await;
    check_ranking(ports.ranking(), dataset, all.next()).await;
    check_search(ports.search(), dataset, all.next()).await;
    if all.lines.is_empty() { Ok(()) } else { Err(all.lines.join("\n")) }
}

#[derive(Debug, Default)]
struct Disagreements {
    lines: Vec<String>,
    /// How many of the kind that is checked now.
    of_this_kind: usize,
}

impl Disagreements {
    fn next(&mut self) -> &mut Self {
        self.of_this_kind = 0;
        self
    }

    fn tell(&mut self, line: impl FnOnce() -> String) {
        self.of_this_kind += 1;
        if self.of_this_kind <= TOLD {
            self.lines.push(line());
        }
    }

    /// `asked` is the question in words.
    fn same<T: PartialEq + Debug>(&mut self, asked: impl Display, expected: &T, answered: &T) {
        if answered != expected {
            self.tell(|| format!("{asked}: {} instead of {}", shown(answered), shown(expected)));
        }
    }

    fn holds(&mut self, asked: impl Display, law: &str, answered: impl Debug, holds: bool) {
        if !holds {
            self.tell(|| format!("{asked}: {}, but {law}", shown(&answered)));
        }
    }

    /// The answer, if there is one.
    fn answered<T>(&mut self, asked: impl Display, answer: Result<T, Unavailable>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(unavailable) => {
                self.tell(|| format!("{asked}: unavailable, {}", unavailable.what));
                None
            }
        }
    }
}

fn shown(answer: &(impl Debug + ?Sized)) -> String {
    let mut text = format!("{answer:?}");
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Every name of the catalogue is known as it is spelled.
fn check_names(names: &Names, dataset: &Dataset, all: &mut Disagreements) {
    for item in &dataset.items {
        for (field, known) in [
            (Field::Actor, item.actors.as_slice()),
            (Field::Director, &item.directors),
            (Field::Producer, &item.producers),
            (Field::Genre, &item.genres),
            (Field::Country, item.country.as_slice()),
            (Field::AgeRating, item.age_rating.as_slice()),
        ] {
            for name in known {
                let expected = Resolution::Known(vec![name.clone()]);
                let asked = format_args!("the {field:?} {name}");
                all.same(asked, &expected, &names.resolve(field, name));
            }
        }
    }
}

/// Rows stand in the order of ids, and nothing else has a row.
fn check_ids(catalogue: &impl Catalogue, dataset: &Dataset, all: &mut Disagreements) {
    all.same("number of items", &dataset.items.len(), &catalogue.n_items());
    all.same("number of users", &dataset.users.len(), &catalogue.n_users());
    all.same("like threshold", &LIKE_THRESHOLD, &catalogue.like_threshold());
    for words in [catalogue.known_items(), catalogue.known_users()] {
        all.holds("known ids", "it should be a sentence", &words, words.ends_with('.'));
    }
    for (row, item) in items(dataset).zip(&dataset.items) {
        let id = Id(item.id.clone());
        all.same(format_args!("row of item {id}"), &Some(row), &catalogue.item(&id));
        all.same(format_args!("id of {row:?}"), &id, &catalogue.item_id(row));
    }
    for (row, user) in users(dataset).zip(&dataset.users) {
        let id = Id(user.id.clone());
        all.same(format_args!("row of user {id}"), &Some(row), &catalogue.user(&id));
    }
    let lookalikes =
        dataset.items.iter().flat_map(|item| [format!("0{}", item.id), format!("{} ", item.id)]);
    for id in NOWHERE.map(str::to_owned).into_iter().chain(lookalikes).map(Id) {
        if dataset.items.iter().all(|item| item.id != id.0) {
            all.same(format_args!("row of item {id:?}"), &None, &catalogue.item(&id));
        }
        if dataset.users.iter().all(|user| user.id != id.0) {
            all.same(format_args!("row of user {id:?}"), &None, &catalogue.user(&id));
        }
    }
}

async fn check_item_facts(catalogue: &impl Catalogue, dataset: &Dataset, all: &mut Disagreements) {
    let facts: Vec<ItemFacts> = (0..dataset.items.len()).map(|at| facts(dataset, at)).collect();
    for rows in lists_of_items(dataset) {
        for texts in [true, false] {
            let asked = format!("facts of {rows:?}, with texts {texts}");
            let answer = catalogue.item_facts(&rows, texts).await;
            let Some(answer) = all.answered(&asked, answer) else { continue };
            all.same(&asked, &rows.len(), &answer.len());
            for (row, mut answer) in rows.iter().zip(answer) {
                let expected = &facts[row.index()];
                if !texts {
                    // They may be left out.
                    answer.description = answer.description.or(expected.description.clone());
                    answer.storyline = answer.storyline.or(expected.storyline.clone());
                }
                all.same(format_args!("{row:?} in {asked}"), expected, &answer);
            }
        }
    }
}

async fn check_user_facts(catalogue: &impl Catalogue, dataset: &Dataset, all: &mut Disagreements) {
    for (row, user) in users(dataset).zip(&dataset.users) {
        let asked = format!("facts of user {}", user.id);
        let expected = UserFacts {
            age: user.age,
            gender: user.gender.as_deref().map(gender),
            occupation: user.occupation.clone(),
        };
        if let Some(answer) = all.answered(&asked, catalogue.user_facts(row).await) {
            all.same(asked, &expected, &answer);
        }
    }
}

fn facts(dataset: &Dataset, at: usize) -> ItemFacts {
    let Item {
        id: _,
        title,
        year,
        month,
        duration_minutes,
        imdb_rating_hundredths,
        imdb_num_reviews,
        genres,
        directors,
        producers,
        actors,
        country,
        age_rating,
        description,
        storyline,
    } = dataset.items[at].clone();
    ItemFacts {
        title,
        description,
        storyline,
        genres,
        directors,
        producers,
        actors,
        country,
        age_rating,
        duration_minutes,
        year,
        month,
        imdb_rating: imdb_rating_hundredths.map(|hundredths| f64::from(hundredths) / 100.0),
        imdb_num_reviews,
        n_ratings: reference::n_ratings(dataset, at, &[]),
    }
}

async fn check_history(catalogue: &impl Catalogue, dataset: &Dataset, all: &mut Disagreements) {
    for row in users(dataset) {
        let asked = format!("history of {row:?}");
        let expected: Vec<Interaction> = reference::history(dataset, row.index())
            .into_iter()
            .map(|at| &dataset.interactions[at])
            .map(|it| Interaction {
                item: ItemRow(it.item as u32),
                rating: it.rating,
                time: it.time,
            })
            .collect();
        if let Some(answer) = all.answered(&asked, catalogue.history(row).await) {
            all.same(asked, &expected, &answer);
        }
    }
}

async fn check_counts(catalogue: &impl Catalogue, dataset: &Dataset, all: &mut Disagreements) {
    for rows in lists_of_items(dataset) {
        // Every choice of groups, none of them included.
        for choice in 0..1_u32 << GROUPS.len() {
            let chosen = GROUPS.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1);
            let chosen: Vec<(&str, Member)> = chosen.map(|(_, group)| *group).collect();
            let names: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
            let group = (choice > 0).then(|| group(&chosen));
            let asked = format!("number of ratings of {rows:?} by {names:?}");
            let expected: Vec<u32> =
                rows.iter().map(|row| reference::n_ratings(dataset, row.index(), &names)).collect();
            let answer = catalogue.n_ratings(&rows, group.as_ref()).await;
            if let Some(answer) = all.answered(&asked, answer) {
                all.same(asked, &expected, &answer);
            }
        }
    }
}

async fn check_likes(catalogue: &impl Catalogue, dataset: &Dataset, all: &mut Disagreements) {
    let pairs = items(dataset).flat_map(|a| items(dataset).map(move |b| vec![a, b]));
    for rows in lists_of_items(dataset).into_iter().chain(pairs) {
        let places: Vec<usize> = rows.iter().map(|row| row.index()).collect();
        let (interacted, liked) = reference::interested(dataset, &places);
        let asked = format!("likes of {rows:?}");
        if let Some(answer) = all.answered(&asked, catalogue.likes(&rows).await) {
            all.same(asked, &Likes { interacted, liked }, &answer);
        }
    }
}

fn group(chosen: &[(&str, Member)]) -> Group {
    let mut group = Group::default();
    for (_, member) in chosen {
        match *member {
            Member::Aged(from, _) => group.ages.push(AgeGroup::of(from)),
            Member::Of(name) => group.genders.push(gender(name)),
        }
    }
    group
}

fn gender(name: &str) -> Gender {
    match name {
        "male" => Gender::Male,
        "female" => Gender::Female,
        _ => Gender::Other,
    }
}

/// Each condition alone, and each two of them joined in both ways.
async fn check_filter(catalogue: &impl Catalogue, dataset: &Dataset, all: &mut Disagreements) {
    let mut asked = vec![Conditions::default()];
    let single = single_conditions(dataset);
    for a in &single {
        asked.push(a.clone());
        for b in &single {
            asked.extend([Match::All, Match::Any].map(|matching| joined(matching, a, b)));
        }
    }
    for conditions in asked {
        let expected: Vec<ItemRow> = reference::filter(dataset, &conditions)
            .into_iter()
            .map(|at| ItemRow(at as u32))
            .collect();
        let answer = catalogue.filter(&conditions).await;
        if let Some(answer) = all.answered(format_args!("{conditions:?}"), answer) {
            all.same(format_args!("{conditions:?}"), &expected, &answer);
        }
    }
}

fn joined(matching: Match, a: &Conditions, b: &Conditions) -> Conditions {
    let names = |a: &[String], b: &[String]| [a, b].concat();
    Conditions {
        matching,
        actors: names(&a.actors, &b.actors),
        genres: names(&a.genres, &b.genres),
        directors: names(&a.directors, &b.directors),
        producers: names(&a.producers, &b.producers),
        country: a.country.clone().or_else(|| b.country.clone()),
        age_rating: a.age_rating.clone().or_else(|| b.age_rating.clone()),
        imdb_rating: a.imdb_rating.or(b.imdb_rating),
        duration_minutes: a.duration_minutes.or(b.duration_minutes),
        year: a.year.or(b.year),
        month: a.month.or(b.month),
    }
}

/// Conditions on one field: its first names in the dataset and one that no item has,
/// and all comparisons with the number in the middle.
fn single_conditions(dataset: &Dataset) -> Vec<Conditions> {
    let none = Conditions::default;
    let mut single = Vec::new();
    let names = |of: fn(&Item) -> &[String]| {
        let mut names: Vec<String> = dataset.items.iter().flat_map(of).cloned().collect();
        names.sort();
        names.dedup();
        names.truncate(3);
        names.push("Nobody' OR '1'='1".to_owned());
        names
    };
    for name in names(|item| &item.actors) {
        single.push(Conditions { actors: vec![name], ..none() });
    }
    for name in names(|item| &item.genres) {
        single.push(Conditions { genres: vec![name], ..none() });
    }
    for name in names(|item| &item.directors) {
        single.push(Conditions { directors: vec![name], ..none() });
    }
    for name in names(|item| &item.producers) {
        single.push(Conditions { producers: vec![name], ..none() });
    }
    for name in names(|item| item.country.as_slice()) {
        single.push(Conditions { country: Some(name), ..none() });
    }
    for name in names(|item| item.age_rating.as_slice()) {
        single.push(Conditions { age_rating: Some(name), ..none() });
    }
    let items = || dataset.items.iter();
    for bounds in comparisons(items().filter_map(|item| item.year.map(f64::from))) {
        single.push(Conditions { year: Some(bounds), ..none() });
    }
    for bounds in comparisons(items().filter_map(|item| item.duration_minutes.map(f64::from))) {
        single.push(Conditions { duration_minutes: Some(bounds), ..none() });
    }
    let rating = |item: &Item| item.imdb_rating_hundredths.map(|x| f64::from(x) / 100.0);
    for bounds in comparisons(items().filter_map(rating)) {
        single.push(Conditions { imdb_rating: Some(bounds), ..none() });
    }
    for bounds in comparisons([1.0, 6.0, 12.0].into_iter()) {
        single.push(Conditions { month: Some(bounds), ..none() });
    }
    single
}

fn comparisons(numbers: impl Iterator<Item = f64>) -> Vec<Bounds> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Vec::new() };
    let middle = numbers[numbers.len() / 2];
    vec![
        Bounds::Higher(middle),
        Bounds::Lower(middle),
        Bounds::Exact(middle),
        Bounds::Between(*first, middle),
        Bounds::Between(middle, *last),
        Bounds::Between(middle, middle),
    ]
}

async fn check_ranking(ranking: &impl Ranking, dataset: &Dataset, all: &mut Disagreements) {
    for user in users(dataset) {
        let history: Vec<ItemRow> = reference::history(dataset, user.index())
            .into_iter()
            .map(|at| ItemRow(dataset.interactions[at].item as u32))
            .collect();
        if history.is_empty() {
            // Tools do not ask: there is no taste to go by.
            continue;
        }
        let asked = format!("scores of {user:?}");
        let Some(scores) = all.answered(&asked, ranking.scores(user).await) else { continue };
        all.same(format_args!("number of {asked}"), &dataset.items.len(), &scores.len());
        let finite = scores.iter().all(|score| score.is_finite());
        all.holds(&asked, "they should be finite numbers", &scores, finite);
        if let Some(again) = all.answered(&asked, ranking.scores(user).await) {
            all.same(format_args!("{asked}, again"), &scores, &again);
        }
        let asked = format!("scores for {history:?} being liked");
        if let Some(scores) = all.answered(&asked, ranking.scores_liking(&history).await) {
            all.same(format_args!("number of {asked}"), &dataset.items.len(), &scores.len());
            let finite = scores.iter().all(|score| score.is_finite());
            all.holds(&asked, "they should be finite numbers", &scores, finite);
        }
        for item in items(dataset) {
            let mut fewer = Vec::new();
            for n in 0..4 {
                let asked = format!("{n} reasons for {item:?} in {history:?}");
                let answer = ranking.because(item, &history, n).await;
                let Some(reasons) = all.answered(&asked, answer) else { continue };
                all.holds(&asked, "it should be at most as many", &reasons, reasons.len() <= n);
                let seen = reasons.iter().all(|row| *row != item && history.contains(row));
                all.holds(&asked, "they should be other items of the history", &reasons, seen);
                let first = reasons.starts_with(&fewer) && is_distinct(&reasons);
                all.holds(&asked, "it should add to the fewer ones", &reasons, first);
                fewer = reasons;
            }
        }
    }
}

async fn check_search(search: &impl Search, dataset: &Dataset, all: &mut Disagreements) {
    let every: Vec<ItemRow> = items(dataset).collect();
    let even: Vec<ItemRow> = items(dataset).filter(|row| row.0 % 2 == 0).collect();
    let texts = dataset.items.iter().filter_map(|item| item.description.as_deref());
    for query in texts.chain(NOWHERE).chain(["\0", "\u{1F3AC} (*?[", "the"]) {
        for within in [None, Some(every.as_slice()), Some(&even), Some(&every[..1]), Some(&[])] {
            let mut fewer = Vec::new();
            for k in [1, 3, 100] {
                let asked = format!("{k} nearest to {query:?} within {within:?}");
                let Some(found) = all.answered(&asked, search.nearest(query, within, k).await)
                else {
                    continue;
                };
                let found = found.items;
                let rows: Vec<ItemRow> = found.iter().map(|(row, _)| *row).collect();
                let belong = rows.iter().all(|row| within.unwrap_or(&every).contains(row));
                all.holds(&asked, "it should be items asked about", &found, belong);
                all.holds(&asked, "each should be there once", &found, is_distinct(&rows));
                all.holds(&asked, "it should be at most as many", &found, found.len() <= k);
                let scores_fit = found.iter().all(|(_, score)| (0.0..=1.0).contains(score));
                all.holds(&asked, "scores should be from 0 to 1", &found, scores_fit);
                let best_first = found.is_sorted_by(|(_, a), (_, b)| a >= b);
                all.holds(&asked, "the best should come first", &found, best_first);
                let adds = rows.starts_with(&fewer);
                all.holds(&asked, "it should add to the fewer ones", &found, adds);
                if let Some(again) = all.answered(&asked, search.nearest(query, within, k).await) {
                    all.same(format_args!("{asked}, again"), &found, &again.items);
                }
                fewer = rows;
            }
        }
    }
    for (row, item) in items(dataset).zip(&dataset.items) {
        let Some(text) = &item.description else { continue };
        let asked = format!("nearest to {row:?}'s own description, within itself");
        if let Some(found) = all.answered(&asked, search.nearest(text, Some(&[row]), 1).await) {
            let rows: Vec<ItemRow> = found.items.into_iter().map(|(row, _)| row).collect();
            all.same(asked, &vec![row], &rows);
        }
    }
}

fn items(dataset: &Dataset) -> impl Iterator<Item = ItemRow> + use<> {
    (0..dataset.items.len() as u32).map(ItemRow)
}

fn users(dataset: &Dataset) -> impl Iterator<Item = UserRow> + use<> {
    (0..dataset.users.len() as u32).map(UserRow)
}

/// None, all, all backwards and twice, and each alone.
fn lists_of_items(dataset: &Dataset) -> Vec<Vec<ItemRow>> {
    let all: Vec<ItemRow> = items(dataset).collect();
    let backwards = all.iter().rev().chain(&all).copied().collect();
    let alone = all.iter().map(|row| vec![*row]);
    [Vec::new(), all.clone(), backwards].into_iter().chain(alone).collect()
}

fn is_distinct(rows: &[ItemRow]) -> bool {
    rows.iter().enumerate().all(|(at, row)| !rows[..at].contains(row))
}
