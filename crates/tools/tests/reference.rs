//! The tools against a slow, obvious reference: random datasets, random arguments,
//! the same answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use futures::executor::block_on;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};
use usher_bundle::UserRow;
use usher_protocol::{ErrorKind, Id};
use usher_testkit::Tools;
use usher_testkit::dataset::{AGE_RATINGS, COUNTRIES, Dataset, GENRES, PEOPLE, Size};
use usher_testkit::reference::{self, GROUPS};
use usher_tools::{Bounds, Conditions, Match, Ports};

/// Scores computed by hand differ from the tool's in the last digits.
const LAST_DIGITS: f64 = 1e-5;

fn datasets() -> impl Strategy<Value = Dataset> {
    let size = (1..30_usize, 1..13_usize, 1..120_usize);
    (any::<u64>(), size).prop_map(|(seed, (items, users, interactions))| {
        Dataset::random(seed, Size { items, users, interactions })
    })
}

/// Several random arguments, so that one packing serves them all.
fn several<T: std::fmt::Debug>(
    arguments: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(arguments, 1..24)
}

/// The `items` argument: how it is given, and places, some beyond the dataset.
#[derive(Debug, Clone)]
enum Among {
    All,
    Ids(Vec<usize>),
    Handle(Vec<usize>),
}

fn among() -> impl Strategy<Value = Among> {
    let places = || prop::collection::vec(0..33_usize, 1..20);
    prop_oneof![Just(Among::All), places().prop_map(Among::Ids), places().prop_map(Among::Handle)]
}

impl Among {
    /// Puts it into the arguments, and gives the places that are meant, in the order
    /// asked; `None` if there is no such item.
    fn put(&self, dataset: &Dataset, tools: &Tools, arguments: &mut Value) -> Option<Vec<usize>> {
        let mut known: Vec<usize> = Vec::new();
        match self {
            Self::All => return Some((0..dataset.items.len()).collect()),
            Self::Ids(places) => {
                let ids: Vec<Id> = places.iter().map(|at| id_at(dataset, *at)).collect();
                arguments["items"] = json!(ids);
                known.extend(places);
            }
            Self::Handle(places) => {
                // A tool never keeps an empty set.
                known.extend(places.iter().map(|at| at % dataset.items.len()));
                known.sort_unstable();
                let rows = known.iter().map(|at| usher_bundle::ItemRow(*at as u32));
                arguments["items"] = json!(tools.ports.sets().keep(rows));
            }
        }
        known.retain(|at| *at < dataset.items.len());
        let mut once = Vec::new();
        known.into_iter().for_each(|at| {
            if !once.contains(&at) {
                once.push(at);
            }
        });
        Some(once).filter(|all| !all.is_empty())
    }
}

/// The id of a place, or one that no item has.
fn id_at(dataset: &Dataset, at: usize) -> Id {
    let id = dataset.items.get(at).map_or_else(|| format!("none{at}"), |item| item.id.clone());
    Id(id)
}

/// The places of the items in a tool's data.
fn places(dataset: &Dataset, data: &Value) -> Vec<usize> {
    let place = |item: &Value| {
        let id: Id = serde_json::from_value(item["item_id"].clone()).unwrap();
        dataset.items.iter().position(|item| item.id == id.0).unwrap()
    };
    data["items"].as_array().unwrap().iter().map(place).collect()
}

/// The places of the items in the set of a tool's data, rising.
fn in_set(tools: &Tools, data: &Value) -> Vec<usize> {
    let rows = tools.ports.sets().get(data["set"].as_str().unwrap()).unwrap();
    rows.iter().map(|row| row.index()).collect()
}

fn sorted(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places
}

/// What a tool answers: its data, or the kind of its failure.
fn answer(tools: &Tools, name: &str, arguments: &Value) -> Result<Value, ErrorKind> {
    let result = tools.call(name, arguments).result;
    match result.error() {
        Some(error) => Err(error.kind),
        None => Ok(result.data().unwrap().clone()),
    }
}

// ---- item_filter ----

fn names(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    // Mostly no condition, so that something is found.
    prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::hash_set(select(of), 1..3)
            .prop_map(|names| names.into_iter().map(str::to_owned).collect()),
    ]
}

fn name(of: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.2, select(of).prop_map(str::to_owned))
}

fn bounds(values: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = Option<Bounds>> {
    let bounds = prop_oneof![
        values.clone().prop_map(Bounds::Higher),
        values.clone().prop_map(Bounds::Lower),
        values.clone().prop_map(Bounds::Exact),
        (values.clone(), values).prop_map(|(a, b)| Bounds::Between(a.min(b), a.max(b))),
    ];
    prop::option::weighted(0.3, bounds)
}

prop_compose! {
    fn conditions()(
        (actors, genres, directors, producers) in (names(&PEOPLE), names(&GENRES), names(&PEOPLE), names(&PEOPLE)),
        country in name(&COUNTRIES),
        age_rating in name(&AGE_RATINGS),
        imdb_rating in bounds((0_u16..=1000).prop_map(|x| f64::from(x) / 100.0)),
        duration_minutes in bounds((150_u16..=210).prop_map(|x| f64::from(x) / 2.0)),
        year in bounds((1988_u16..2002).prop_map(f64::from)),
        month in bounds((1_u8..=12).prop_map(f64::from)),
        any in any::<bool>(),
    ) -> Conditions {
        let matching = if any { Match::Any } else { Match::All };
        Conditions { matching, actors, genres, directors, producers, country, age_rating, imdb_rating, duration_minutes, year, month }
    }
}

/// Conditions as a model writes them.
fn written(conditions: &Conditions) -> Value {
    let mut arguments = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() && value != json!([]) {
            arguments.insert(name.to_owned(), value);
        }
    };
    let comparison = |bounds: Option<Bounds>| match bounds {
        None => Value::Null,
        Some(Bounds::Higher(x)) => json!({"request": "higher", "threshold": x}),
        Some(Bounds::Lower(x)) => json!({"request": "lower", "threshold": x}),
        Some(Bounds::Exact(x)) => json!({"request": "exact", "threshold": x}),
        Some(Bounds::Between(x, y)) => json!({"request": "between", "threshold": x, "upper": y}),
    };
    put("actors", json!(conditions.actors));
    put("genres", json!(conditions.genres));
    put("director", json!(conditions.directors));
    put("producer", json!(conditions.producers));
    put("country", json!(conditions.country));
    put("age_rating", json!(conditions.age_rating));
    put("imdb_rating", comparison(conditions.imdb_rating));
    put("duration", comparison(conditions.duration_minutes));
    put("release_date", comparison(conditions.year));
    put(
        "release_month",
        match conditions.month {
            // One month may be given as its number.
            Some(Bounds::Exact(month)) => json!(month),
            months => comparison(months),
        },
    );
    put("match", if conditions.matching == Match::Any { json!("any") } else { Value::Null });
    Value::Object(arguments)
}

/// Whether a name is asked for that no item bears.
fn asks_for_unknown_names(dataset: &Dataset, conditions: &Conditions) -> bool {
    let unknown =
        |asked: &[String], known: Vec<&String>| asked.iter().any(|name| !known.contains(&name));
    let items = || dataset.items.iter();
    unknown(&conditions.actors, items().flat_map(|item| &item.actors).collect())
        || unknown(&conditions.genres, items().flat_map(|item| &item.genres).collect())
        || unknown(&conditions.directors, items().flat_map(|item| &item.directors).collect())
        || unknown(&conditions.producers, items().flat_map(|item| &item.producers).collect())
        || unknown(conditions.country.as_slice(), items().flat_map(|item| &item.country).collect())
        || unknown(
            conditions.age_rating.as_slice(),
            items().flat_map(|item| &item.age_rating).collect(),
        )
}

fn check_filter(dataset: &Dataset, tools: &Tools, conditions: &Conditions) -> TestCaseResult {
    let arguments = written(conditions);
    let answer = answer(tools, "item_filter", &arguments);
    let found = reference::filter(dataset, conditions);
    let without_condition = Conditions { matching: conditions.matching, ..Conditions::default() };
    if *conditions == without_condition {
        prop_assert_eq!(answer, Err(ErrorKind::InvalidArguments));
    } else if asks_for_unknown_names(dataset, conditions) {
        prop_assert_eq!(answer, Err(ErrorKind::UnknownValue), "{}", arguments);
    } else if found.is_empty() {
        prop_assert_eq!(answer, Err(ErrorKind::NoMatch), "{}", arguments);
    } else {
        let data = answer.map_err(|kind| TestCaseError::fail(format!("{arguments}: {kind:?}")))?;
        prop_assert_eq!(&data["count"], found.len(), "{}", &arguments);
        prop_assert_eq!(&in_set(tools, &data), &found, "{}", &arguments);
        let mut first: Vec<usize> =
            reference::most_rated(dataset, &found, &[]).into_iter().map(|(item, _)| item).collect();
        first.truncate(10);
        prop_assert_eq!(places(dataset, &data), first, "{}", &arguments);
    }
    Ok(())
}

// ---- get_popular_items ----

fn check_popular(
    dataset: &Dataset,
    tools: &Tools,
    (among, groups, k): &(Among, Option<Vec<&'static str>>, usize),
) -> TestCaseResult {
    let mut arguments = match groups {
        None => json!({"popularity": "standard", "k": k}),
        Some(groups) => json!({"popularity": "by_user_group", "user_group": groups, "k": k}),
    };
    let candidates = among.put(dataset, tools, &mut arguments);
    let answer = answer(tools, "get_popular_items", &arguments);
    let Some(candidates) = candidates else {
        prop_assert_eq!(answer, Err(ErrorKind::UnknownItem));
        return Ok(());
    };
    let popular = reference::popular(dataset, &candidates, groups.as_deref().unwrap_or_default());
    if popular.is_empty() {
        prop_assert_eq!(answer, Err(ErrorKind::NoMatch), "{}", arguments);
        return Ok(());
    }
    let data = answer.map_err(|kind| TestCaseError::fail(format!("{arguments}: {kind:?}")))?;
    let first: Vec<Value> = popular
        .iter()
        .take(*k)
        .map(|(item, count)| json!({"item_id": id_at(dataset, *item), "n_ratings": count}))
        .collect();
    prop_assert_eq!(&data["items"], &json!(first), "{}", &arguments);
    prop_assert_eq!(&data["count"], popular.len(), "{}", &arguments);
    let all = sorted(popular.into_iter().map(|(item, _)| item).collect());
    prop_assert_eq!(in_set(tools, &data), all, "{}", &arguments);
    Ok(())
}

// ---- get_top_k_recommendations ----

/// A user's score for each item: the dot product of their factors plus the item's
/// bias.
fn scores_by_hand(tools: &Tools, user: usize, n_items: usize) -> Vec<f64> {
    let factors = tools.ports.bundle().factors();
    let dim = factors.dim.to_native() as usize;
    let numbers: Vec<f32> = factors.numbers().collect();
    let taste = block_on(tools.ports.bundle().taste(UserRow(user as u32))).unwrap();
    let score = |item: usize| {
        let product = |at: usize| f64::from(taste[at]) * f64::from(numbers[item * dim + at]);
        (0..dim).map(product).sum::<f64>() + f64::from(factors.item_bias[item].to_native())
    };
    (0..n_items).map(score).collect()
}

fn check_top_k(
    dataset: &Dataset,
    tools: &Tools,
    (user, among, k, exclude_seen): &(usize, Among, usize, bool),
) -> TestCaseResult {
    let Some(id) = dataset.users.get(*user).map(|user| Id(user.id.clone())) else {
        let arguments = json!({"user": format!("none{user}"), "k": k});
        let answer = answer(tools, "get_top_k_recommendations", &arguments);
        prop_assert_eq!(answer, Err(ErrorKind::UnknownUser));
        return Ok(());
    };
    let mut arguments = json!({"user": id, "k": k, "exclude_seen": exclude_seen});
    let asked = among.put(dataset, tools, &mut arguments);
    let answer = answer(tools, "get_top_k_recommendations", &arguments);
    let Some(mut candidates) = asked else {
        prop_assert_eq!(answer, Err(ErrorKind::UnknownItem));
        return Ok(());
    };
    candidates.retain(|item| !exclude_seen || !reference::has_seen(dataset, *user, *item));
    if candidates.is_empty() {
        prop_assert_eq!(answer, Err(ErrorKind::NoMatch), "{}", arguments);
        return Ok(());
    }
    let data = answer.map_err(|kind| TestCaseError::fail(format!("{arguments}: {kind:?}")))?;
    let history = reference::history(dataset, *user);
    let cold = history.is_empty();
    let n_items = dataset.items.len();
    let scores: Vec<f64> = if cold {
        (0..n_items).map(|item| f64::from(reference::n_ratings(dataset, item, &[]))).collect()
    } else {
        scores_by_hand(tools, *user, n_items)
    };
    let near = if cold { 0.0 } else { LAST_DIGITS };
    let expected = reference::top_k(&scores, &candidates, *k);
    let found = places(dataset, &data);
    prop_assert_eq!(&data["count"], expected.len(), "{}", &arguments);
    prop_assert_eq!(found.len(), expected.len(), "{}", &arguments);
    prop_assert_eq!(in_set(tools, &data), sorted(found.clone()), "{}", &arguments);
    if cold {
        prop_assert_eq!(&found, &expected, "{}", &arguments);
    }
    let history: Vec<usize> = history.iter().map(|at| dataset.interactions[*at].item).collect();
    for (at, item) in found.iter().enumerate() {
        let entry = &data["items"][at];
        // The same item, or one whose score cannot be told from it.
        prop_assert!((scores[*item] - scores[expected[at]]).abs() <= near, "{arguments}: {data}");
        prop_assert!(candidates.contains(item) && !found[..at].contains(item), "{data}");
        let score = entry["score"].as_f64().unwrap();
        prop_assert!((score - scores[*item]).abs() <= 5.1e-5, "{data}: {}", scores[*item]);
        let fit = entry["fit"].as_u64().unwrap() as usize;
        let fits =
            [-near, near].map(|by| reference::fit(dataset, *user, &scores, scores[*item] + by));
        prop_assert!((fits[0]..=fits[1]).contains(&fit), "{data}: {fits:?}");
        let because: Vec<Id> = serde_json::from_value(entry["because"].clone()).unwrap();
        let is_seen = |id: &Id| history.iter().any(|item| dataset.items[*item].id == id.0);
        prop_assert!(because.len() <= 3 && because.iter().all(is_seen), "{data}");
    }
    Ok(())
}

// ---- get_like_percentage ----

fn check_likes(dataset: &Dataset, tools: &Tools, among: &Among) -> TestCaseResult {
    let mut arguments = json!({"items": ["all"]});
    let items = among.put(dataset, tools, &mut arguments);
    if matches!(among, Among::All) {
        arguments["items"] = json!(dataset.items.iter().map(|item| &item.id).collect::<Vec<_>>());
    }
    let mut answer = answer(tools, "get_like_percentage", &arguments);
    let Some(items) = items else {
        prop_assert_eq!(answer, Err(ErrorKind::UnknownItem));
        return Ok(());
    };
    let (interacted, liked) = reference::interested(dataset, &items);
    // Ids that no item has stand beside the figures; the contract's tests tell of them.
    if let Ok(Value::Object(data)) = &mut answer {
        data.remove("unknown");
    }
    prop_assert_eq!(
        answer,
        Ok(json!({
            "like_percentage": reference::percentage(dataset, liked),
            "interacted_percentage": reference::percentage(dataset, interacted),
            "users": dataset.users.len(),
            "like_threshold": 4,
        })),
        "{}",
        arguments
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_filter_finds_what_the_reference_finds(dataset in datasets(), calls in several(conditions())) {
        let tools = Tools::over(dataset.bundle());
        for conditions in calls {
            check_filter(&dataset, &tools, &conditions)?;
        }
    }

    #[test]
    fn popular_is_what_the_reference_says(
        dataset in datasets(),
        calls in several((
            among(),
            prop::option::of(prop::collection::vec(select(GROUPS.map(|(name, _)| name).to_vec()), 1..5)),
            1..=100_usize,
        )),
    ) {
        let tools = Tools::over(dataset.bundle());
        for call in calls {
            check_popular(&dataset, &tools, &call)?;
        }
    }

    #[test]
    fn the_best_k_are_those_of_the_reference(
        dataset in datasets(),
        calls in several((0..14_usize, among(), prop_oneof![1..=5_usize, 1..=100_usize], any::<bool>())),
    ) {
        let tools = Tools::over(dataset.bundle());
        for call in calls {
            check_top_k(&dataset, &tools, &call)?;
        }
    }

    #[test]
    fn likes_are_those_of_the_reference(dataset in datasets(), calls in several(among())) {
        let tools = Tools::over(dataset.bundle());
        for among in calls {
            check_likes(&dataset, &tools, &among)?;
        }
    }
}
