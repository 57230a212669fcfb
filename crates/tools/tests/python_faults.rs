//! What the Python tools that came before get wrong, one test each, in the order
//! in which their faults are listed; each is named for what is right. The comment
//! in a test says what the Python tool did.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use usher_protocol::ErrorKind;
use usher_testkit::{Tools, ids};

// The storyline of 8 has a line break, a quotation mark and a comma.
const ITEMS: &str = "\
item_id,title,release_date,genres,director,actors,country,imdb_rating,description,storyline
1,Heat,1995,Action|Crime|Thriller,Michael Mann,Al Pacino|Tom Noonan,United States,8.3,A detective hunts a thief.,
2,Toy Story,1995,Animation|Children's|Comedy,John Lasseter,Tom Hanks|Tim Allen,United States,8.3,A cowboy doll is jealous.,
3,\"Lion King, The\",1994,Animation|Children's|Musical,Roger Allers,Matthew Broderick,United States,8.5,A cub flees.,
4,Amélie,2001,Comedy|Romance,Jean-Pierre Jeunet,Audrey Tautou,France,8.3,A waitress mends lives.,
5,Close-Up,1990,Documentary|Drama,Abbas Kiarostami,Hossain Sabzian,Iran,8.2,A man plays a director.,
6,Videodrome,1983,Horror|Sci-Fi,David Cronenberg,James Woods,Canada,7.2,A man finds a signal.,
7,Phantom Lady,1944,Crime|Film-Noir,Robert Siodmak,Ella Raines|Andrew Tombes,United States,7.2,A secretary seeks a witness.,
8,Blade Runner,1982,Sci-Fi|Thriller,Ridley Scott,Harrison Ford,United States,8.1,A hunter of androids.,\"A hunter of androids, tired of it all,
falls in love with one.

\"\"Like tears in rain\"\", says another.\"
9,Home Alone,1990,Children's|Comedy,Chris Columbus,Macaulay Culkin|Catherine O'Hara,United States,7.7,A boy is left behind.,
10,Mid90s,2018,Comedy|Drama,Jonah Hill,Sunny Suljic,United States,7.3,A boy learns to skate.,
11,Casino,1995,Crime|Drama,Martin Scorsese,Robert De Niro,United States,7.5,A gambler runs a house.,
";

const USERS: &str = "\
user_id,age,gender,occupation
1,15,F,student
2,16,F,student
3,17,M,student
4,40,F,lawyer
5,41,M,lawyer
";

// By female teenagers (users 1 and 2): 2 twice, 3, 4 and 9 once.
const INTERACTIONS: &str = "\
user_id,item_id,rating,timestamp
1,2,5,891000000
1,3,4,891000001
1,9,3,891000002
2,2,4,891000000
2,4,5,891000001
3,2,2,891000000
3,8,5,891000001
4,2,3,891000000
4,4,4,891000001
5,1,5,891000000
5,11,4,891000001
";

fn tools() -> Tools {
    Tools::over(usher_testkit::bundle(ITEMS, USERS, INTERACTIONS))
}

/// The ids that a filter finds, rising.
#[track_caller]
fn filtered(conditions: &Value) -> Vec<u64> {
    let mut ids = tools().ids("item_filter", conditions);
    ids.sort_unstable();
    ids
}

/// Arguments with which each tool succeeds.
fn good_calls() -> [(&'static str, Value); 8] {
    [
        ("item_filter", json!({"genres": ["Comedy"]})),
        ("get_top_k_recommendations", json!({"user": 1})),
        ("get_popular_items", json!({"popularity": "standard"})),
        ("get_user_metadata", json!({"user": 1, "get": ["age"]})),
        ("get_item_metadata", json!({"items": [1, 2], "get": ["title"]})),
        ("get_interacted_items", json!({"user": 1})),
        ("get_like_percentage", json!({"items": [1, 2]})),
        ("vector_store_search", json!({"query": "a hunter of androids"})),
    ]
}

/// Good calls that take a field, with that field replaced.
fn calls_with(tools: &Tools, field: &str, value: &Value) -> Vec<(&'static str, Value)> {
    let takes = |name: &str| {
        let spec = tools.registry.specs().find(|spec| spec.name == name);
        spec.is_some_and(|spec| spec.parameters["properties"].get(field).is_some())
    };
    let mut calls: Vec<_> = good_calls().into_iter().filter(|(name, _)| takes(name)).collect();
    for (_, arguments) in &mut calls {
        arguments[field] = value.clone();
    }
    assert!(!calls.is_empty(), "no tool takes {field}");
    calls
}

#[test]
fn exact_is_the_year_itself() {
    // Became "release_date < 1995".
    assert_eq!(
        filtered(&json!({"release_date": {"request": "exact", "threshold": 1995}})),
        [1, 2, 11]
    );
}

#[test]
fn a_country_is_one_word() {
    // The text was read letter by letter, as a list: F, r, a, n, c, e.
    assert_eq!(filtered(&json!({"country": "France"})), [4]);
    let (kind, ..) = tools().error("item_filter", &json!({"country": ["F", "r", "a"]}));
    assert_eq!(kind, ErrorKind::InvalidArguments);
}

#[test]
fn an_apostrophe_is_a_letter_like_any_other() {
    // Put into SQL as it was, "Children's" broke the query.
    assert_eq!(filtered(&json!({"genres": ["Children's"]})), [2, 3, 9]);
    assert_eq!(filtered(&json!({"actors": ["Catherine O'Hara"]})), [9]);
    let tools = tools();
    for name in ["' OR '1'='1", "Comedy'; DROP TABLE items; --", "%", "\\", "\"", "\0"] {
        let (kind, ..) = tools.error("item_filter", &json!({"genres": [name]}));
        assert!([ErrorKind::UnknownValue, ErrorKind::InvalidArguments].contains(&kind), "{name:?}");
    }
}

#[test]
fn science_fiction_is_sci_fi() {
    // Became Action.
    let tools = tools();
    for name in ["science fiction", "Science-Fiction", "scifi", "SCI FI"] {
        let called = tools.call("item_filter", &json!({"genres": [name]}));
        assert_eq!(called.arguments, json!({"genres": ["Sci-Fi"]}));
        assert_eq!(ids(called.result.data().unwrap()), [8, 6]);
        // It is another name and not a mistake: nothing is said to be corrected.
        assert!(!called.result.message().contains('→'), "{}", called.result.message());
    }
}

#[test]
fn half_a_name_is_not_made_a_whole_one() {
    // "Tom" became Andrew Tombes.
    let (kind, message, hint) = tools().error("item_filter", &json!({"actors": ["Tom"]}));
    assert_eq!(kind, ErrorKind::UnknownValue);
    assert_eq!(message, "The catalogue has no actor \"Tom\".");
    assert!(hint.contains("Tom Hanks") && hint.contains("Tom Noonan"), "{hint}");
}

#[test]
fn an_unknown_name_is_told_and_never_dropped() {
    // An unknown actor was dropped without a word.
    let tools = tools();
    for (conditions, name) in [
        (json!({"actors": ["Zbigniew Xyz"], "genres": ["Comedy"]}), "Zbigniew Xyz"),
        (json!({"actors": ["Tom Hanks", "Zbigniew Xyz"], "match": "any"}), "Zbigniew Xyz"),
        (json!({"director": ["Qqqq"], "genres": ["Comedy"]}), "Qqqq"),
        (json!({"country": "Atlantis", "genres": ["Comedy"]}), "Atlantis"),
        (json!({"genres": ["Comedy", "Opera"]}), "Opera"),
    ] {
        let (kind, message, hint) = tools.error("item_filter", &conditions);
        assert_eq!(kind, ErrorKind::UnknownValue, "{conditions}");
        assert!(
            message.starts_with("The catalogue has no ") && message.contains(name),
            "{message}"
        );
        assert!(!hint.is_empty());
    }
}

#[test]
fn a_rating_may_have_decimals() {
    // 7.5 was refused.
    let rating = |comparison: Value| filtered(&json!({"imdb_rating": comparison}));
    assert_eq!(rating(json!({"request": "exact", "threshold": 7.5})), [11]);
    assert_eq!(rating(json!({"request": "higher", "threshold": 8.3})), [3]);
    assert_eq!(
        rating(json!({"request": "between", "threshold": "7.3", "upper": 7.7})),
        [9, 10, 11]
    );
}

#[test]
fn an_unknown_user_is_an_answer() {
    // Raised an exception.
    let tools = tools();
    for (tool, arguments) in calls_with(&tools, "user", &json!(99)) {
        assert_eq!(
            tools.error(tool, &arguments),
            (
                ErrorKind::UnknownUser,
                "There is no user 99.".to_owned(),
                "Known user ids: 1 to 5.".to_owned()
            )
        );
    }
}

#[test]
fn unknown_items_are_an_answer() {
    // Raised an exception too.
    let tools = tools();
    for (tool, arguments) in calls_with(&tools, "items", &json!([99, "tt0111161"])) {
        let (kind, message, hint) = tools.error(tool, &arguments);
        assert_eq!(kind, ErrorKind::UnknownItem, "{tool}");
        assert_eq!(message, "None of these 2 items exists.");
        assert_eq!(hint, "Known item ids: 1 to 11.");
    }
    for (tool, arguments) in calls_with(&tools, "items", &json!([8, 99])) {
        let message = tools.message(tool, &arguments);
        assert!(message.contains("Item 99 does not exist and was left out."), "{tool}: {message}");
    }
}

#[test]
fn k_is_from_1_to_100() {
    // -1 and 5000 raised exceptions.
    let tools = tools();
    for k in [json!(-1), json!(0), json!(101), json!(5000), json!(2.5), json!(1e300), json!("many")]
    {
        for (tool, arguments) in calls_with(&tools, "k", &k) {
            let (kind, message, _) = tools.error(tool, &arguments);
            assert_eq!(kind, ErrorKind::InvalidArguments, "{tool} {k}");
            assert!(message.contains("`k` must be a whole number from 1 to 100"), "{message}");
        }
    }
    for k in [json!(1), json!(100), json!("100"), json!(100.0)] {
        for (tool, arguments) in calls_with(&tools, "k", &k) {
            let data = tools.data(tool, &arguments);
            assert!(ids(&data).len() <= 100, "{tool} {k}");
        }
    }
}

#[test]
fn an_empty_list_is_refused_by_name() {
    // `[]` raised an exception.
    let tools = tools();
    for field in ["items", "actors", "genres", "director", "producer", "get", "user_group"] {
        for (tool, arguments) in calls_with(&tools, field, &json!([])) {
            let (kind, message, _) = tools.error(tool, &arguments);
            assert_eq!(kind, ErrorKind::InvalidArguments, "{tool} {field}");
            assert!(message.contains(&format!("`{field}`")), "{tool}: {message}");
        }
    }
}

#[test]
fn what_was_seen_is_not_recommended() {
    // What the user had rated already came back as a recommendation.
    let tools = tools();
    for (user, seen) in [(1, vec![2, 3, 9]), (2, vec![2, 4]), (3, vec![2, 8])] {
        let recommended = tools.ids("get_top_k_recommendations", &json!({"user": user, "k": 100}));
        assert_eq!(recommended.len(), 11 - seen.len());
        assert!(recommended.iter().all(|id| !seen.contains(id)), "{user}: {recommended:?}");
    }
    // Nor where they are asked about; and it is said that they were left out.
    let arguments = json!({"user": 1, "items": [2, 3, 8]});
    assert_eq!(tools.ids("get_top_k_recommendations", &arguments), [8]);
    assert_eq!(
        tools.message("get_top_k_recommendations", &arguments),
        "1 item for user 1. 2 items asked about were left out, since the user has already rated them. \
         These are all that there are."
    );
    let (kind, message, _) =
        tools.error("get_top_k_recommendations", &json!({"user": 1, "items": [2, 3]}));
    assert_eq!(kind, ErrorKind::NoMatch);
    assert_eq!(message, "User 1 has already rated all 2 items asked about.");
    // Unless they are asked for.
    let all = json!({"user": 1, "k": 100, "exclude_seen": false});
    assert_eq!(tools.ids("get_top_k_recommendations", &all).len(), 11);
}

#[test]
fn female_teenagers_are_counted_once() {
    // Women and teenagers were added up, so that who is both counted twice.
    let tools = tools();
    let counts = |group: Value| {
        let arguments = json!({"popularity": "by_user_group", "user_group": group, "items": [2]});
        tools.data("get_popular_items", &arguments)["items"][0]["n_ratings"].clone()
    };
    assert_eq!(counts(json!(["female", "teenager"])), 2);
    assert_eq!(counts(json!(["teenager", "female", "female"])), 2);
    assert_eq!(counts(json!(["female"])), 3);
    assert_eq!(counts(json!(["teenager"])), 3);
    // Two of one kind are either: all four, once each.
    assert_eq!(counts(json!(["teenager", "adult"])), 4);
    assert_eq!(counts(json!(["female", "male"])), 4);
}

#[test]
fn an_id_is_compared_and_never_executed() {
    // Ids were read from a file and went into SQL as they stood there.
    let tools = tools();
    let before = good_calls().map(|(tool, arguments)| tools.call(tool, &arguments));
    for id in ["1; DROP TABLE items", "1' OR '1'='1", "1) UNION SELECT *", "../ids.txt", "1\n2"] {
        for (tool, arguments) in calls_with(&tools, "items", &json!([id])) {
            assert_eq!(tools.error(tool, &arguments).0, ErrorKind::UnknownItem, "{tool} {id}");
        }
        for (tool, arguments) in calls_with(&tools, "user", &json!(id)) {
            assert_eq!(tools.error(tool, &arguments).0, ErrorKind::UnknownUser, "{tool} {id}");
        }
        for (tool, arguments) in calls_with(&tools, "items", &json!(format!("set:{id}"))) {
            assert_eq!(tools.error(tool, &arguments).0, ErrorKind::UnknownSet, "{tool} {id}");
        }
    }
    assert_eq!(good_calls().map(|(tool, arguments)| tools.call(tool, &arguments)), before);

    // And where such a text is an id, it is one.
    let id = "1; DROP TABLE items";
    let tools = Tools::over(usher_testkit::bundle(
        &format!("item_id,title\n{id},Heat\n2,Casino\n"),
        "user_id\nx'y\n",
        &format!("user_id,item_id,rating\nx'y,{id},5\n"),
    ));
    let data = tools.data("get_item_metadata", &json!({"items": [id], "get": ["title"]}));
    assert_eq!(data["items"], json!([{"item_id": id, "title": "Heat"}]));
    let data = tools.data("get_interacted_items", &json!({"user": "x'y"}));
    assert_eq!(data["items"][0]["item_id"], id);
}

#[test]
fn like_percentage_reads_no_file_again() {
    // The file of ratings was read again at each call.
    // Here the catalogue is opened from bytes in memory and there is no file to
    // read; a thousand calls have the same answers as the first.
    let tools = tools();
    let first: Vec<_> =
        (1..=11).map(|id| tools.data("get_like_percentage", &json!({"items": [id, 2]}))).collect();
    assert_eq!(
        first[0],
        json!({"like_percentage": 60.0, "interacted_percentage": 100.0, "users": 5, "like_threshold": 4})
    );
    for call in 0..1000 {
        let again = tools.data("get_like_percentage", &json!({"items": [call % 11 + 1, 2]}));
        assert_eq!(again, first[call % 11]);
    }
}

#[test]
fn an_item_whose_storyline_has_line_breaks_is_kept() {
    // The item was lost.
    let tools = tools();
    let data =
        tools.data("get_item_metadata", &json!({"items": [8, 9], "get": ["title", "storyline"]}));
    assert_eq!(
        data["items"],
        json!([
            {
                "item_id": 8,
                "title": "Blade Runner",
                "storyline": "A hunter of androids, tired of it all, falls in love with one. \
                    \"Like tears in rain\", says another.",
            },
            {"item_id": 9, "title": "Home Alone", "storyline": null},
        ])
    );
    assert_eq!(tools.ids("vector_store_search", &json!({"query": "tears in rain"})), [8]);
}
