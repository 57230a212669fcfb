//! What each tool promises, on a catalogue small enough to count by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::Cell;

use serde_json::{Value, json};
use usher_protocol::ErrorKind;
use usher_testkit::dataset::{Dataset, Size};
use usher_testkit::{Tools, ids};

const ITEMS: &str = "\
item_id,title,release_date,release_month,genres,director,producer,actors,country,duration,age_rating,imdb_rating,description,storyline
1,Top Gun,1986,5,Action|Drama,Tony Scott,Don Simpson,Tom Cruise|Kelly McGillis|Val Kilmer,United States,110,PG,6.9,A young pilot competes at a school for fighter pilots.,
2,Mission: Impossible,1996,5,Action|Adventure|Thriller,Brian De Palma,Tom Cruise|Paula Wagner,Tom Cruise|Jon Voight,United States,110,PG-13,7.2,An agent hunts the traitor who framed him.,
3,Amélie,2001,4,Comedy|Romance,Jean-Pierre Jeunet,,Audrey Tautou|Mathieu Kassovitz,France,122,R,8.3,A waitress in Paris secretly mends the lives of strangers.,
4,Toy Story,1995,11,Animation|Children's|Comedy,John Lasseter,Bonnie Arnold,Tom Hanks|Tim Allen,United States,81,G,8.3,A cowboy doll envies the new space toy.,
5,Solaris,1972,,Drama|Sci-Fi,Andrei Tarkovsky,,Natalya Bondarchuk|Donatas Banionis,Soviet Union,167,,,A psychologist visits a station above a thinking ocean.,
6,,,,,,,,,,,,,
7,Big,1988,6,Comedy|Fantasy,Penny Marshall,,Tom Hanks|Elizabeth Perkins,United States,104,PG,7.3,A boy wakes up in the body of a man.,
8,Sabrina,1995,12,Comedy|Romance,Sydney Pollack,,Harrison Ford|Julia Ormond,United States,127,PG,6.3,The daughter of a chauffeur returns from Paris.,
";

const USERS: &str = "\
user_id,age,gender,occupation
1,24,M,technician
2,15,F,student
3,16,M,student
4,70,F,
5,,,
6,40,M,lawyer
";

// Ratings by item: 4 has five, 1 and 2 have three, 3 and 7 have two, 8 has one.
const INTERACTIONS: &str = "\
user_id,item_id,rating,timestamp
1,1,5,891000000
1,2,4,891000000
1,4,3,891086400
2,1,4,891000000
2,4,5,891000001
2,7,4,891000002
3,1,2,891000000
3,2,3,891000001
3,4,4,891000002
4,3,5,891000000
4,4,2,891000001
4,7,1,891000002
5,2,5,891000000
5,3,4,891000001
5,4,4,891000002
5,8,3,891000003
";

fn tools() -> Tools {
    Tools::over(usher_testkit::bundle(ITEMS, USERS, INTERACTIONS))
}

/// The ids that a filter finds, rising.
#[track_caller]
fn filtered(tools: &Tools, conditions: &Value) -> Vec<u64> {
    let mut ids = tools.ids("item_filter", conditions);
    ids.sort_unstable();
    ids
}

#[test]
fn a_filter_joins_fields_by_and() {
    let tools = tools();
    assert_eq!(filtered(&tools, &json!({"actors": ["Tom Cruise"]})), [1, 2]);
    assert_eq!(
        filtered(
            &tools,
            &json!({"actors": ["Tom Cruise"], "imdb_rating": {"request": "higher", "threshold": 7}})
        ),
        [2]
    );
    assert_eq!(filtered(&tools, &json!({"country": "USA", "release_month": 12})), [8]);
    assert_eq!(filtered(&tools, &json!({"producer": ["Tom Cruise"]})), [2]);
}

#[test]
fn names_within_a_list_are_joined_by_match() {
    let tools = tools();
    let genres = json!(["Comedy", "Romance"]);
    assert_eq!(filtered(&tools, &json!({"genres": genres})), [3, 8]);
    assert_eq!(filtered(&tools, &json!({"genres": genres, "match": "any"})), [3, 4, 7, 8]);
}

#[test]
fn comparisons_are_strict_and_between_includes_its_ends() {
    let tools = tools();
    let year = |comparison: Value| filtered(&tools, &json!({"release_date": comparison}));
    assert_eq!(year(json!({"request": "exact", "threshold": 1995})), [4, 8]);
    assert_eq!(year(json!({"request": "lower", "threshold": 1988})), [1, 5]);
    assert_eq!(year(json!({"request": "higher", "threshold": 1995})), [2, 3]);
    assert_eq!(year(json!({"request": "between", "threshold": 1988, "upper": 1995})), [4, 7, 8]);
    assert_eq!(
        filtered(&tools, &json!({"imdb_rating": {"request": "exact", "threshold": "7.2"}})),
        [2]
    );
    assert_eq!(
        filtered(&tools, &json!({"duration": {"request": "lower", "threshold": 104.5}})),
        [4, 7]
    );
}

#[test]
fn a_comparison_that_makes_no_sense_names_its_field() {
    let tools = tools();
    for (comparison, part) in [
        (json!({"request": "between", "threshold": 1990}), "`upper` is missing"),
        (json!({"request": "between", "threshold": 1990, "upper": 1980}), "below its threshold"),
        (json!({"request": "higher", "threshold": 1990, "upper": 1995}), "not between"),
        (json!({"request": "higher", "threshold": -5}), "not from 0 to 9999"),
        (
            json!({"request": "above", "threshold": 5}),
            "must be one of higher, lower, exact, between",
        ),
        (json!({"threshold": 5}), "`release_date.request` is missing"),
        (json!(1990), "`release_date` must be an object"),
    ] {
        let (kind, message, _) = tools.error("item_filter", &json!({"release_date": comparison}));
        assert_eq!(kind, ErrorKind::InvalidArguments);
        assert!(message.contains(part) && message.contains("release_date"), "{message}");
    }
}

#[test]
fn a_filter_names_the_ten_most_rated_and_keeps_all_in_its_set() {
    let tools = tools();
    let data = tools
        .data("item_filter", &json!({"release_date": {"request": "higher", "threshold": 1900}}));
    assert_eq!(ids(&data), [4, 1, 2, 3, 7, 8, 5]);
    assert_eq!(data["count"], 7);
    let set = data["set"].as_str().unwrap();
    assert!(set.starts_with("set:"), "{set}");
    let metadata = tools.data("get_item_metadata", &json!({"items": set, "get": ["title"]}));
    assert_eq!(ids(&metadata), ids(&data));
}

#[test]
fn a_filter_needs_a_condition() {
    let tools = tools();
    for arguments in [json!({}), json!({"match": "any"}), json!({"actors": null})] {
        assert_eq!(tools.error("item_filter", &arguments).0, ErrorKind::InvalidArguments);
    }
    assert_eq!(tools.error("item_filter", &json!({"actors": []})).0, ErrorKind::InvalidArguments);
}

#[test]
fn nothing_found_is_no_match_and_tells_each_condition_alone() {
    let tools = tools();
    let (kind, _, hint) =
        tools.error("item_filter", &json!({"actors": ["Tom Cruise"], "genres": ["Romance"]}));
    assert_eq!(kind, ErrorKind::NoMatch);
    assert_eq!(
        hint,
        "Items that fulfil each condition alone: actors Tom Cruise: 2, genres Romance: 2."
    );
}

#[test]
fn a_near_name_is_corrected_and_said_and_another_name_is_not_a_correction() {
    let tools = tools();
    let called = tools.call("item_filter", &json!({"actors": ["Tom Hanx"]}));
    assert_eq!(called.arguments, json!({"actors": ["Tom Hanks"]}));
    assert_eq!(called.requested, Some(json!({"actors": ["Tom Hanx"]})));
    assert!(
        called.result.message().contains("Tom Hanx → Tom Hanks"),
        "{}",
        called.result.message()
    );
    let called = tools.call("item_filter", &json!({"genres": "rom-com", "country": "America"}));
    assert_eq!(
        called.arguments,
        json!({"genres": ["Romance", "Comedy"], "country": "United States"})
    );
    assert!(!called.result.message().contains('→'), "{}", called.result.message());
}

#[test]
fn recommendations_leave_out_what_was_seen() {
    let tools = tools();
    let data = tools.data("get_top_k_recommendations", &json!({"user": 1, "k": 100}));
    let mut recommended = ids(&data);
    recommended.sort_unstable();
    assert_eq!(recommended, [3, 5, 6, 7, 8]);
    assert_eq!(data["count"], 5);
    let items = data["items"].as_array().unwrap();
    assert!(items.is_sorted_by(|a, b| a["score"].as_f64() >= b["score"].as_f64()), "{items:?}");
    assert!(items.is_sorted_by(|a, b| a["fit"].as_u64() >= b["fit"].as_u64()), "{items:?}");
    for item in items {
        let history = item["because"].as_array().unwrap();
        assert!(history.iter().all(|id| [1, 2, 4].contains(&id.as_u64().unwrap())), "{history:?}");
    }
    let all = tools
        .data("get_top_k_recommendations", &json!({"user": 1, "k": 100, "exclude_seen": false}));
    assert_eq!(all["count"], 8);
}

#[test]
fn recommendations_are_five_unless_said() {
    let tools = tools();
    let called = tools.call("get_top_k_recommendations", &json!({"user": "2"}));
    assert_eq!(called.arguments, json!({"user": 2, "k": 5}));
    assert_eq!(called.result.data().unwrap()["count"], 5);
}

#[test]
fn a_user_without_history_gets_the_popular_items() {
    let tools = tools();
    let arguments = json!({"user": 6, "k": 3});
    let data = tools.data("get_top_k_recommendations", &arguments);
    assert_eq!(ids(&data), [4, 1, 2]);
    assert_eq!(data["items"][0]["because"], json!([]));
    let message = tools.message("get_top_k_recommendations", &arguments);
    assert!(message.contains("no history, so these are the most popular"), "{message}");
}

#[test]
fn liked_items_stand_for_a_user() {
    let tools = tools();
    let top_k = "get_top_k_recommendations";
    // The history of user 1.
    let data = tools.data(top_k, &json!({"likes": [1, 2, 4], "k": 100}));
    let mut recommended = ids(&data);
    recommended.sort_unstable();
    assert_eq!(recommended, [3, 5, 6, 7, 8]);
    for item in data["items"].as_array().unwrap() {
        let reasons = item["because"].as_array().unwrap();
        assert!(reasons.iter().all(|id| [1, 2, 4].contains(&id.as_u64().unwrap())), "{item}");
    }
    // In another order, one of them twice, one alone, one that no item has.
    let again = tools.data(top_k, &json!({"likes": [4, "2", 1, 4], "k": 100}));
    assert_eq!(again["items"], data["items"]);
    let alone = tools.call(top_k, &json!({"likes": "4", "k": 2}));
    assert_eq!(alone.arguments, json!({"likes": [4], "k": 2}));
    assert_eq!(alone.result.message(), "2 items for somebody who likes 1 item.");
    let some = json!({"likes": [99, 1, 2, 4], "k": 100});
    assert_eq!(tools.data(top_k, &some)["unknown"], json!([99]));
    assert_eq!(tools.data(top_k, &some)["items"], data["items"]);
    let message = tools.message(top_k, &some);
    assert!(message.contains("Item 99 does not exist and was left out."), "{message}");
    let among = json!({"likes": [1, 2, 4], "items": [1, 3, 5, 99]});
    assert_eq!(
        tools.message(top_k, &among),
        "2 items for somebody who likes 3 items. 1 item asked about was left out, since the person already likes it. These are all that there are. Item 99 does not exist and was left out."
    );
}

#[test]
fn liked_items_that_say_nothing_are_told_as_errors() {
    let tools = tools();
    let top_k = "get_top_k_recommendations";
    for (arguments, kind, told) in [
        (json!({"k": 3}), ErrorKind::InvalidArguments, "`user` is missing, and so is `likes`"),
        (json!({"user": 1, "likes": [1]}), ErrorKind::InvalidArguments, "only one of them"),
        (json!({"likes": []}), ErrorKind::InvalidArguments, "`likes`"),
        (json!({"likes": vec![1; 101]}), ErrorKind::InvalidArguments, "`likes`"),
        (json!({"likes": [1.5]}), ErrorKind::InvalidArguments, "`likes"),
        (json!({"likes": [99]}), ErrorKind::UnknownItem, "There is no item 99."),
        (json!({"likes": [98, 99]}), ErrorKind::UnknownItem, "None of these 2 items exists."),
        (
            json!({"likes": [1], "items": [1]}),
            ErrorKind::NoMatch,
            "The person already likes the only item asked about.",
        ),
    ] {
        let (found, message, _) = tools.error(top_k, &arguments);
        assert!(found == kind && message.contains(told), "{arguments}: {found:?} {message}");
    }
}

#[test]
fn popular_is_the_upper_quarter_of_the_rated_ones() {
    let tools = tools();
    // Counts 5, 3, 3, 2, 2, 1 (5 and 6 have none): the .75 quantile is 3.
    let data = tools.data("get_popular_items", &json!({"popularity": "standard", "k": 2}));
    assert_eq!(
        data["items"],
        json!([{"item_id": 4, "n_ratings": 5}, {"item_id": 1, "n_ratings": 3}])
    );
    assert_eq!(data["count"], 3);
    // Of counts 2 and 1 the .75 quantile is 1.75.
    let data =
        tools.data("get_popular_items", &json!({"popularity": "standard", "items": [5, 7, 8]}));
    assert_eq!(ids(&data), [7]);
    let (kind, _, _) =
        tools.error("get_popular_items", &json!({"popularity": "standard", "items": [5, 6]}));
    assert_eq!(kind, ErrorKind::NoMatch);
}

#[test]
fn groups_of_one_kind_are_united_and_of_two_kinds_intersected() {
    let tools = tools();
    let counts = |group: Value| {
        let data = tools.data(
            "get_popular_items",
            &json!({"popularity": "by_user_group", "user_group": group}),
        );
        let items = data["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| (item["item_id"].as_u64().unwrap(), item["n_ratings"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    // Teenagers are users 2 (female) and 3 (male): 1 and 4 twice, 2 and 7 once.
    assert_eq!(counts(json!(["teenager"])), [(1, 2), (4, 2)]);
    assert_eq!(counts(json!(["female", "teenager"])), [(1, 1), (4, 1), (7, 1)]);
    assert_eq!(counts(json!("young adult")), [(1, 1), (2, 1), (4, 1)]);
    // Teenagers or seniors: users 2, 3 and 4.
    assert_eq!(counts(json!(["teenager", "senior"])), [(4, 3), (1, 2), (7, 2)]);
    let (kind, _, _) = tools.error("get_popular_items", &json!({"popularity": "by_user_group"}));
    assert_eq!(kind, ErrorKind::InvalidArguments);
    let (kind, _, _) = tools
        .error("get_popular_items", &json!({"popularity": "by_user_group", "user_group": ["kid"]}));
    assert_eq!(kind, ErrorKind::NoMatch);
}

#[test]
fn user_metadata_tells_what_is_asked_and_null_for_what_is_missing() {
    let tools = tools();
    let get = json!(["age", "age_category", "gender", "occupation"]);
    assert_eq!(
        tools.data("get_user_metadata", &json!({"user": 2, "get": get})),
        json!({"user": 2, "age": 15, "age_category": "teenager", "gender": "female", "occupation": "student"})
    );
    assert_eq!(
        tools.data("get_user_metadata", &json!({"user": "5", "get": get})),
        json!({"user": 5, "age": null, "age_category": null, "gender": null, "occupation": null})
    );
    assert_eq!(
        tools.data("get_user_metadata", &json!({"user": 1, "get": "age category"})),
        json!({"user": 1, "age_category": "young adult"})
    );
}

#[test]
fn item_metadata_keeps_the_order_asked_and_lists_unknown_ids() {
    let tools = tools();
    let get = json!([
        "title",
        "release_date",
        "genres",
        "director",
        "duration",
        "imdb_rating",
        "n_ratings"
    ]);
    assert_eq!(
        tools.data("get_item_metadata", &json!({"items": [6, 99, 2], "get": get})),
        json!({
            "items": [
                {"item_id": 6, "title": null, "release_date": null, "genres": null, "director": null,
                 "duration": null, "imdb_rating": null, "n_ratings": 0},
                {"item_id": 2, "title": "Mission: Impossible", "release_date": 1996,
                 "genres": ["Action", "Adventure", "Thriller"], "director": ["Brian De Palma"],
                 "duration": 110, "imdb_rating": 7.2, "n_ratings": 3},
            ],
            "unknown": [99],
            "count": 2,
        })
    );
}

#[test]
fn item_metadata_takes_fifty_ids() {
    let tools = tools();
    let many: Vec<u32> = (1..=51).collect();
    let (kind, message, _) =
        tools.error("get_item_metadata", &json!({"items": many, "get": ["title"]}));
    assert_eq!(kind, ErrorKind::InvalidArguments);
    assert!(message.contains("at most 50 ids here, not 51"), "{message}");
    let fifty: Vec<u32> = (1..=50).collect();
    let data = tools.data("get_item_metadata", &json!({"items": fifty, "get": ["title"]}));
    assert_eq!(data["unknown"].as_array().unwrap().len(), 42);
}

#[test]
fn history_is_newest_first_and_ties_are_by_id() {
    let tools = tools();
    assert_eq!(
        tools.data("get_interacted_items", &json!({"user": 1})),
        json!({
            "items": [
                {"item_id": 4, "rating": 3, "date": "1998-03-28"},
                {"item_id": 1, "rating": 5, "date": "1998-03-27"},
                {"item_id": 2, "rating": 4, "date": "1998-03-27"},
            ],
            "count": 3,
        })
    );
    assert_eq!(
        tools.message("get_interacted_items", &json!({"user": 1, "k": 2})),
        "The 2 newest of 3 ratings of user 1."
    );
    assert_eq!(tools.error("get_interacted_items", &json!({"user": 6})).0, ErrorKind::NoMatch);
}

#[test]
fn like_percentage_counts_each_user_once() {
    let tools = tools();
    // Item 4: five of six rated it, three of them 4 or more. Item 1 adds user 1's like.
    assert_eq!(
        tools.data("get_like_percentage", &json!({"items": [4]})),
        json!({"like_percentage": 50.0, "interacted_percentage": 83.33, "users": 6, "like_threshold": 4})
    );
    assert_eq!(
        tools.data("get_like_percentage", &json!({"items": [4, 1]}))["like_percentage"],
        json!(66.67)
    );
}

#[test]
fn search_finds_by_what_the_text_says_and_within_items() {
    let tools = tools();
    let data = tools.data("vector_store_search", &json!({"query": "a pilot at a fighter school"}));
    assert_eq!((ids(&data)[0], &data["items"][0]["score"]), (1, &json!(1.0)));
    let data = tools.data("vector_store_search", &json!({"query": "Paris", "items": [8, 4]}));
    assert_eq!(ids(&data), [8]);
    assert_eq!(
        tools.error("vector_store_search", &json!({"query": "qwertyuiop"})).0,
        ErrorKind::NoMatch
    );
    assert_eq!(
        tools.error("vector_store_search", &json!({"query": ""})).0,
        ErrorKind::InvalidArguments
    );
}

#[test]
fn an_unknown_tool_or_set_names_what_there_is() {
    let tools = tools();
    let (kind, _, hint) = tools.error("drop_tables", &json!({}));
    assert_eq!(kind, ErrorKind::UnknownTool);
    assert!(hint.contains("item_filter") && hint.contains("vector_store_search"), "{hint}");
    for items in [json!("set:000000000000"), json!(["set:000000000000"])] {
        let (kind, _, _) = tools.error("get_like_percentage", &json!({"items": items}));
        assert_eq!(kind, ErrorKind::UnknownSet);
    }
}

#[test]
fn what_is_far_too_much_is_refused_in_few_words() {
    let tools = tools();
    let many: Vec<u32> = (1..=10_000).collect();
    let long = "x".repeat(100_000);
    for (tool, arguments) in [
        ("get_like_percentage", json!({"items": many})),
        ("get_like_percentage", json!({"items": [long]})),
        ("get_like_percentage", json!({"items": format!("set:{long}")})),
        ("get_like_percentage", json!({long.as_str(): 1})),
        ("get_item_metadata", json!({"items": many, "get": ["title"]})),
        ("get_user_metadata", json!({"user": long, "get": ["age"]})),
        ("item_filter", json!({"actors": many})),
        ("item_filter", json!({"actors": [long]})),
        ("item_filter", json!({"country": long})),
        ("item_filter", json!({"imdb_rating": {"request": long, "threshold": 1}})),
        ("vector_store_search", json!({"query": long})),
        (long.as_str(), json!({})),
    ] {
        let (_, message, hint) = tools.error(tool, &arguments);
        assert!(message.len() + hint.len() < 1_000, "{message} {hint}");
    }
    let message = tools.message("get_like_percentage", &json!({"items": [1, long]}));
    assert!(message.len() < 1_000, "{message}");
}

#[test]
fn infinities_are_no_numbers() {
    let tools = tools();
    for number in [
        json!("Infinity"),
        json!("-inf"),
        json!("1e999"),
        json!("NaN"),
        json!(1e308),
        json!(-1e308),
    ] {
        for (tool, arguments) in [
            ("item_filter", json!({"imdb_rating": {"request": "higher", "threshold": number}})),
            (
                "item_filter",
                json!({"duration": {"request": "between", "threshold": 1, "upper": number}}),
            ),
            ("item_filter", json!({"release_month": number})),
            ("get_interacted_items", json!({"user": 1, "k": number})),
        ] {
            assert_eq!(tools.error(tool, &arguments).0, ErrorKind::InvalidArguments, "{arguments}");
        }
    }
}

#[test]
fn ids_may_be_text_or_numbers() {
    let tools = tools();
    let get = json!(["title"]);
    let asked =
        |items: Value| tools.data("get_item_metadata", &json!({"items": items, "get": get}));
    assert_eq!(asked(json!([2, 1])), asked(json!(["2", " 1 "])));
    assert_eq!(asked(json!([2])), asked(json!("2")));
    assert_eq!(asked(json!([2, 2.0, "2"])), asked(json!(2)));
    assert_eq!(
        tools.error("get_user_metadata", &json!({"user": "02", "get": ["age"]})).0,
        ErrorKind::UnknownUser
    );
}

#[test]
fn a_handle_is_known_in_its_own_conversation_alone() {
    let (one, other) = (tools(), tools());
    let set = one.data("item_filter", &json!({"genres": ["Comedy"]}))["set"].clone();
    let arguments = json!({"items": set});
    assert_eq!(one.data("get_like_percentage", &arguments)["users"], 6);
    assert_eq!(other.error("get_like_percentage", &arguments).0, ErrorKind::UnknownSet);
}

#[test]
fn a_chain_over_a_thousand_items_passes_a_handle_and_not_their_ids() {
    let size = Size { items: 1_500, users: 50, interactions: 5_000 };
    let tools = Tools::over(Dataset::random(1, size).bundle());
    let said = Cell::new(0);
    let data = |tool: &str, arguments: Value| {
        let called = tools.call(tool, &arguments);
        said.set(said.get() + serde_json::to_string(&called.result).unwrap().len());
        called.result.data().unwrap().clone()
    };
    let found = data("item_filter", json!({"release_date": {"request": "higher", "threshold": 0}}));
    assert!(found["count"].as_u64().unwrap() > 900, "{found}");
    let popular =
        data("get_popular_items", json!({"popularity": "standard", "items": found["set"]}));
    let best = data("get_top_k_recommendations", json!({"user": 1, "items": popular["set"]}));
    let told = data("get_item_metadata", json!({"items": best["set"], "get": ["title", "genres"]}));
    assert_eq!(told["count"], 5);
    assert!(said.get() < 4_000, "{} bytes in four answers", said.get());
    // All of them at once are told in part.
    let told = data("get_item_metadata", json!({"items": found["set"], "get": ["title"]}));
    assert_eq!(told["count"], 50);
}

#[test]
fn a_result_is_one_object_with_its_status() {
    let tools = tools();
    let on_the_wire = |tool: &str, arguments: Value| {
        serde_json::to_value(tools.call(tool, &arguments).result).unwrap()
    };
    assert_eq!(
        on_the_wire("get_user_metadata", json!({"user": 1, "get": ["age"]})),
        json!({"status": "success", "message": "What is known of user 1.", "data": {"user": 1, "age": 24}})
    );
    assert_eq!(
        on_the_wire("get_user_metadata", json!({"user": 9, "get": ["age"]})),
        json!({
            "status": "failure",
            "message": "There is no user 9.",
            "error": {"kind": "unknown_user", "retryable": false, "hint": "Known user ids: 1 to 6."},
        })
    );
}

mod hostile {
    use proptest::prelude::*;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-3_i64..120).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,10}".prop_map(Value::from),
            prop::sample::select(vec![
                "Tom Hanks",
                "Comedy",
                "set:",
                "higher",
                "between",
                "title",
                "kid"
            ])
            .prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((".{0,4}", inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    thread_local! {
        static TOOLS: Tools = tools();
    }

    proptest! {
        /// No argument panics a tool, and the same arguments have the same answer.
        #[test]
        fn any_arguments_have_one_answer(tool in 0_usize..8, values in prop::collection::vec((0_usize..12, any_json()), 0..4)) {
            TOOLS.with(|tools| {
                let spec = tools.registry.specs().nth(tool).unwrap();
                let fields: Vec<&String> = spec.parameters["properties"].as_object().unwrap().keys().collect();
                let arguments: Value = values
                    .into_iter()
                    .map(|(field, value)| (fields[field % fields.len()].clone(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
                let called = tools.call(&spec.name, &arguments);
                prop_assert_eq!(&called, &tools.call(&spec.name, &arguments));
                if called.result.data().is_some() {
                    // What was executed is itself a valid call with the same result.
                    let again = tools.call(&spec.name, &called.arguments);
                    prop_assert_eq!(again.result.data(), called.result.data());
                    prop_assert!(jsonschema::is_valid(&spec.parameters, &called.arguments));
                }
                Ok(())
            })?;
        }
    }
}
