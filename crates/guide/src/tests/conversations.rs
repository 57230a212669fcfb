//! Conversations of several turns, and the answers in them.

use serde_json::{Value, json};
use usher_protocol::{ErrorKind, ToolCall, ToolResult};

use super::script::{ask, converse, failure, scripted, success};

#[test]
fn a_missing_user_is_asked_for_and_the_request_goes_on() {
    for answer in ["user 9", "9", "for 9", "It's 9.", "User 9, please", "id 9", "to user 9"] {
        let turns = converse(&["Recommend me 3 comedies", answer], scripted);
        assert!(turns[0].asks && turns[0].calls.is_empty(), "{}", turns[0].answer);
        assert_eq!(
            turns[1].tools(),
            ["item_filter", "get_top_k_recommendations", "get_item_metadata"],
            "{answer}"
        );
        assert_eq!(turns[1].arguments("item_filter"), &json!({"genres": ["Comedy"]}));
        assert_eq!(
            turns[1].arguments("get_top_k_recommendations"),
            &json!({"user": 9, "k": 3, "items": "set:f1"})
        );
    }
    let turns = converse(&["Recommend me something good to watch.", "for alice"], scripted);
    assert!(turns[0].asks);
    let turns = converse(&["Recommend me something good to watch.", "alice"], scripted);
    assert_eq!(turns[1].arguments("get_top_k_recommendations")["user"], json!("alice"));
}

#[test]
fn whose_age_group_is_meant_is_known_once_the_user_is() {
    let turns =
        converse(&["Recommend me what people of my age like most.", "I am user 9"], scripted);
    assert!(turns[0].asks, "{}", turns[0].answer);
    assert_eq!(turns[1].arguments("get_user_metadata")["user"], json!(9), "{}", turns[1].answer);
    assert_eq!(turns[1].arguments("get_top_k_recommendations")["user"], json!(9));
}

#[test]
fn another_question_instead_of_the_missing_user_is_answered() {
    let turns = converse(&["Recommend something", "Who directed Fargo?"], scripted);
    assert!(turns[0].asks);
    assert_eq!(turns[1].tools(), ["get_item_metadata"]);
    let turns = converse(&["Recommend something", "What is the age of user 5?"], scripted);
    assert_eq!(turns[1].tools(), ["get_user_metadata"]);
}

#[test]
fn several_users_are_answered_one_after_the_other() {
    let turn = ask("Recommend a comedy to users 4 and 5");
    let chain = ["item_filter", "get_top_k_recommendations", "get_item_metadata"];
    assert_eq!(turn.tools(), [chain, chain].concat());
    for part in ["for user 4", "for user 5"] {
        assert!(turn.answer.contains(part), "{}", turn.answer);
    }
    assert_eq!(turn.answer.matches("Shall I explain").count(), 1, "{}", turn.answer);
    let turns = converse(&["How old are users 4 and 5?", "and user 6?"], scripted);
    assert_eq!(turns[0].tools(), ["get_user_metadata", "get_user_metadata"]);
    assert_eq!(turns[1].tools(), ["get_user_metadata"]);
}

#[test]
fn a_number_that_may_be_two_things_is_asked_about() {
    let turns = converse(&["Tell me about 50", "the movie"], scripted);
    assert!(turns[0].asks && turns[0].answer.contains("user 50 or movie 50"));
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!([50]));
    let turns = converse(&["Tell me about 50", "the user of course"], scripted);
    assert_eq!(turns[1].arguments("get_user_metadata")["user"], json!(50));
}

#[test]
fn more_of_a_list_are_those_not_shown() {
    let turns = converse(&["List horror movies", "show me more", "3 more"], scripted);
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!("set:f1"));
    for (turn, first) in [(0, "1. Title 1 "), (1, "1. Title 11 "), (2, "1. Title 21 ")] {
        assert!(turns[turn].answer.contains(first), "{}", turns[turn].answer);
    }
}

#[test]
fn a_list_is_sorted_by_what_is_asked_for() {
    let turn = converse(&["What are the longest comedies?"], |call| match call.name.as_str() {
        "get_item_metadata" => success(json!({"count": 3, "unknown": [], "items": [
            {"item_id": 1, "title": "A", "duration": 90},
            {"item_id": 2, "title": "B", "duration": null},
            {"item_id": 3, "title": "C", "duration": 200},
        ]})),
        _ => scripted(call),
    })
    .remove(0);
    let place = |title: &str| turn.answer.find(title).unwrap();
    assert!(place("C · id 3") < place("A · id 1") && place("A · id 1") < place("B · id 2"));
    assert!(turn.answer.contains("longest of the 3 most rated"), "{}", turn.answer);
}

#[test]
fn one_recommendation_is_explained_where_one_is_asked_about() {
    let turns = converse(&["Recommend 3 movies to user 8", "why the third one?"], scripted);
    assert_eq!(turns[1].tools(), ["get_interacted_items", "get_item_metadata"]);
    assert!(turns[1].answer.contains("Title 42") && !turns[1].answer.contains("Title 41"));
}

#[test]
fn the_same_goes_on_for_another_user() {
    for answer in [
        "also for user 12", "And for user 12?", "what about user 12", "now the same for user 12",
        "user 12",
    ] {
        let turns = converse(&["Recommend 3 comedies to user 9", answer], scripted);
        assert_eq!(
            turns[1].arguments("get_top_k_recommendations"),
            &json!({"user": 12, "k": 3, "items": "set:f1"}),
            "{answer}"
        );
    }
}

#[test]
fn later_conditions_refine_earlier_recommendations() {
    let turns = converse(
        &[
            "Recommend 3 movies to user 9", "only comedies", "and released after 1990",
            "what about horror?",
        ],
        scripted,
    );
    assert_eq!(turns[1].arguments("item_filter"), &json!({"genres": ["Comedy"]}));
    assert_eq!(
        turns[2].arguments("item_filter"),
        &json!({"genres": ["Comedy"], "release_date": {"request": "higher", "threshold": 1990}})
    );
    assert_eq!(
        turns[3].arguments("item_filter"),
        &json!({"genres": ["Horror"], "release_date": {"request": "higher", "threshold": 1990}})
    );
    assert_eq!(turns[3].arguments("get_top_k_recommendations")["k"], json!(3));
}

#[test]
fn more_are_the_next_best() {
    let turns = converse(&["Recommend 3 movies to user 9", "two more please"], scripted);
    assert_eq!(turns[1].arguments("get_top_k_recommendations"), &json!({"user": 9, "k": 5}));
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!([43, 44]));
    assert!(turns[1].answer.contains("Title 44") && !turns[1].answer.contains("Title 42"));
}

#[test]
fn recommendations_are_explained_from_evidence() {
    for answer in [
        "Yes please, explain them.", "yes", "Why did you recommend these?", "explain",
        "sure, go ahead",
    ] {
        let turns = converse(&["Recommend some movies to user 8.", answer], scripted);
        assert_eq!(turns[1].tools(), ["get_interacted_items", "get_item_metadata"], "{answer}");
        assert_eq!(turns[1].arguments("get_interacted_items")["user"], json!(8));
        for part in ["Title 40", "Title 1 (1990) (rated 4)", "Comedy", "98 %"] {
            assert!(turns[1].answer.contains(part), "{}", turns[1].answer);
        }
    }
    let turns = converse(&["Recommend some movies to user 8.", "no thanks"], scripted);
    assert!(turns[1].calls.is_empty());
}

#[test]
fn the_tools_of_the_last_answer_are_told() {
    let turns = converse(&["Recommend a comedy to user 8.", "How did you get this?"], scripted);
    for tool in ["item_filter", "get_top_k_recommendations", "get_item_metadata"] {
        assert!(turns[1].answer.contains(tool), "{}", turns[1].answer);
    }
}

#[test]
fn what_was_shown_can_be_asked_about() {
    let turns =
        converse(&["Recommend 3 movies to user 8", "Who directed the second one?"], scripted);
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!([41]));
    let turns = converse(&["Who directed Fargo?", "and how long is it?"], scripted);
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!([100]));
    let turns = converse(&["How old is user 7?", "Recommend him a thriller"], scripted);
    assert_eq!(turns[1].arguments("get_top_k_recommendations")["user"], json!(7));
}

#[test]
fn what_was_shown_can_be_recommended_from() {
    for question in [
        "recommend one of these to user 3",
        "which of them should user 3 watch? Recommend one of these.",
    ] {
        let turns = converse(&["Find 3 movies about a shark", question], scripted);
        assert_eq!(
            turns[1].arguments("get_top_k_recommendations"),
            &json!({"user": 3, "k": 1, "items": [5, 6, 7]}),
            "{question}"
        );
    }
    let turns = converse(&["Who directed Fargo?", "recommend similar movies to user 3"], scripted);
    assert_eq!(
        turns[1].tools(),
        [
            "get_item_metadata", "vector_store_search", "get_top_k_recommendations",
            "get_item_metadata"
        ]
    );
    let turns =
        converse(&["Recommend 3 movies to user 8", "tell me more about the first"], scripted);
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!([40]));
}

#[test]
fn a_list_is_narrowed_after_a_question_between() {
    let turns = converse(
        &[
            "Which are the movies starring Tom Cruise?",
            "Who directed the first one?",
            "only those released after 1990",
        ],
        scripted,
    );
    assert_eq!(
        turns[2].arguments("item_filter"),
        &json!({"actors": ["Tom Cruise"], "release_date": {"request": "higher", "threshold": 1990}})
    );
    let turns = converse(&["Recommend thrillers to user 9", "make it 10"], scripted);
    assert_eq!(turns[1].arguments("get_top_k_recommendations")["k"], json!(10));
    let turns = converse(&["What is the best genre for teenagers?", "and for seniors?"], scripted);
    assert_eq!(turns[1].arguments("get_popular_items")["user_group"], json!(["senior"]));
}

#[test]
fn ids_of_calls_are_unique_in_a_conversation() {
    let turns = converse(&["Recommend a comedy to user 8", "only westerns", "yes"], scripted);
    let mut ids: Vec<&str> =
        turns.iter().flat_map(|turn| &turn.calls).map(|call| call.id.as_str()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_recommendation_lists_ids_titles_genres_facts_and_descriptions() {
    let turn = ask("Recommend 2 movies starring Tom Cruise to user 9");
    for part in [
        "2 movies for user 9: with Tom Cruise, best first.",
        "1. Title 40 (1990) · id 40 · Comedy, Drama · with **Tom Cruise**",
        "Something happens.",
        "Shall I explain",
    ] {
        assert!(turn.answer.contains(part), "{part}\n{}", turn.answer);
    }
    let plan = turn.plan.unwrap();
    assert_eq!(
        plan,
        "Find the movies: with Tom Cruise; then take the best 2 for user 9; then read their details."
    );
}

#[test]
fn corrections_are_told_first() {
    let turn =
        converse(&["Recommend a Tom Hanx movie to user 9"], |call| match call.name.as_str() {
            "item_filter" => ToolResult::Success {
                message: "Corrected: Tom Hanx → Tom Hanks. 5 items found.".into(),
                data: json!({"set": "set:1", "count": 5, "items": [{"item_id": 1}]}),
            },
            _ => scripted(call),
        })
        .remove(0);
    assert!(turn.answer.starts_with("Corrected: Tom Hanx → Tom Hanks."), "{}", turn.answer);
    let turn = ask("Who directed Pulp Ficton?");
    assert!(turn.answer.starts_with("Corrected: Pulp Ficton → Pulp Fiction."), "{}", turn.answer);
}

#[test]
fn a_search_that_could_not_compare_everything_says_so() {
    let turn = converse(&["Which movies are about a heist?"], |call| match call.name.as_str() {
        "vector_store_search" => ToolResult::Success {
            message: "The 1 item nearest to the text. Only words were compared. Ask again.".into(),
            data: json!({"set": "set:1", "count": 1, "items": [{"item_id": 1, "score": 0.9}]}),
        },
        _ => scripted(call),
    })
    .remove(0);
    assert!(turn.answer.starts_with("Only words were compared. Ask again.\n\n"), "{}", turn.answer);
}

#[test]
fn failures_end_the_turn_with_what_happened_and_what_helps() {
    let failing = |tool: &'static str, kind, message: &'static str, hint: &'static str| {
        move |call: &ToolCall| {
            if call.name == tool { failure(kind, message, hint) } else { scripted(call) }
        }
    };
    for (question, tool, kind, message, hint, calls) in [
        (
            "Recommend movies to user 99999",
            "get_top_k_recommendations",
            ErrorKind::UnknownUser,
            "There is no user 99999.",
            "Users are 1 to 943.",
            1,
        ),
        (
            "Recommend a Zendaya movie to user 9",
            "item_filter",
            ErrorKind::UnknownValue,
            "The catalogue has no actor \"Zendaya\".",
            "The nearest: Zelda Rubinstein.",
            1,
        ),
        (
            "Tell me about item 99999",
            "get_item_metadata",
            ErrorKind::UnknownItem,
            "There is no item 99999.",
            "Items are 1 to 1682.",
            1,
        ),
        (
            "Recommend comedies to user 9",
            "get_top_k_recommendations",
            ErrorKind::NoMatch,
            "User 9 has already rated all 5 items asked about.",
            "",
            2,
        ),
    ] {
        let turn = converse(&[question], failing(tool, kind, message, hint)).remove(0);
        assert_eq!(turn.calls.len(), calls, "{question}");
        let plain = turn.answer.replace('\\', "");
        assert!(plain.contains(message) && plain.contains(hint), "{question}: {}", turn.answer);
    }
    let turn = converse(
        &["Which movies directed by Steven Spielberg were released before 1960?"],
        failing(
            "item_filter",
            ErrorKind::NoMatch,
            "No item fulfils all conditions.",
            "Items that fulfil each condition alone: director Steven Spielberg: 8, release_date: 74.",
        ),
    )
    .remove(0);
    assert_eq!(
        turn.answer,
        "Nothing in this catalogue matches: directed by Steven Spielberg, released before 1960.\n\nItems that fulfil each condition alone: director Steven Spielberg: 8, year: 74."
    );
}

#[test]
fn fewer_than_asked_are_said_to_be_all() {
    let turn = converse(&["Recommend 5 comedies to user 9"], |call| match call.name.as_str() {
        "get_top_k_recommendations" => ToolResult::Success {
            message: "1 item for user 9. 3 items asked about were left out, since the user has already rated them. These are all that there are.".into(),
            data: json!({"items": [{"item_id": 40, "score": 1, "fit": 9, "because": []}], "set": "set:1", "count": 1}),
        },
        _ => scripted(call),
    })
    .remove(0);
    assert!(
        turn.answer.contains("3 matching movies were left out, since user 9 has"),
        "{}",
        turn.answer
    );
    assert!(turn.answer.contains("These are all that there are."), "{}", turn.answer);
}

#[test]
fn statistics_are_computed_from_the_popular_items() {
    let results = |call: &ToolCall| match call.name.as_str() {
        "get_item_metadata" => success(json!({"count": 4, "unknown": [], "items": [
            {"item_id": 1, "title": "A", "release_date": 1990, "duration": 90, "genres": ["Comedy"], "n_ratings": 10},
            {"item_id": 2, "title": "B", "release_date": 1991, "duration": 100, "genres": ["Drama"], "n_ratings": 5},
            {"item_id": 3, "title": "C", "release_date": 1992, "duration": 110, "genres": ["Drama"], "n_ratings": 6},
            {"item_id": 4, "title": "D", "release_date": 1993, "duration": null, "genres": null, "n_ratings": 3},
        ]})),
        "get_popular_items" => success(
            json!({"set": "set:1", "count": 4, "items": [{"item_id": 1}, {"item_id": 3}, {"item_id": 2}]}),
        ),
        _ => scripted(call),
    };
    let turn = converse(&["What is the ideal length of comedies?"], results).remove(0);
    assert!(
        turn.answer.contains("**100 minutes**")
            && turn.answer.contains("95 to 105")
            && turn.answer.contains("| 90–104 | 2 |\n| 105–119 | 1 |"),
        "{}",
        turn.answer
    );
    assert!(turn.answer.contains("3 of 4 is known"), "{}", turn.answer);
    let turn = converse(&["What is the most popular genre among teenagers?"], results).remove(0);
    assert!(
        turn.answer
            .contains("**Drama**, with 11 ratings of 2 movies.\n\n| Genres | Ratings | Movies |\n| --- | ---: | ---: |\n| Drama | 11 | 2 |\n| Comedy | 10 | 1 |\n"),
        "{}",
        turn.answer
    );
    assert!(
        turn.answer.contains("A (1990) (id 1), C (1992) (id 3) and B (1991) (id 2)"),
        "{}",
        turn.answer
    );
}

#[test]
fn a_share_is_told_with_its_basis() {
    let turn = ask("What percentage of users would like a movie about a haunted ship?");
    for part in ["**34.04 %** of 943 users", "at least 4", "47.93 %", "10 movies nearest"] {
        assert!(turn.answer.contains(part), "{}", turn.answer);
    }
}

#[test]
fn titles_are_data_and_never_markup() {
    let turn = converse(&["Recommend a movie to user 9"], |call| match call.name.as_str() {
        "get_item_metadata" => success(json!({"count": 1, "unknown": [], "items": [
            {"item_id": 40, "title": "<img src=x onerror=alert(1)> [a](javascript:b)\n# c", "genres": ["*"], "description": "`x`"},
        ]})),
        _ => scripted(call),
    })
    .remove(0);
    for part in ["\\<img", "[a\\](", "\\`x\\`"] {
        assert!(turn.answer.contains(part), "{}", turn.answer);
    }
    assert!(!turn.answer.contains("\n# c"));
}

#[test]
fn without_tools_the_answer_is_made_of_what_is_there() {
    let turn = converse(&["Recommend comedies to user 9"], |call| match call.name.as_str() {
        "item_filter" => success(json!({"set": "set:1", "count": 5, "items": []})),
        "get_top_k_recommendations" => success(Value::Null),
        _ => scripted(call),
    })
    .remove(0);
    assert!(!turn.answer.is_empty());
}

#[test]
fn a_bare_number_asks_the_same_of_another() {
    let turns = converse(&["How old is user 5?", "and 6?"], scripted);
    assert_eq!(turns[1].arguments("get_user_metadata")["user"], json!(6));
    let turns = converse(&["What is the length of item 5?", "and 6?"], scripted);
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!([6]));
}

#[test]
fn what_is_refused_is_left_out_of_the_same_list() {
    for (answer, left_out) in [
        ("not the first one", "40"),
        ("without the second", "41"),
        ("not the third one please", "42"),
    ] {
        let turns = converse(&["Recommend 3 movies to user 9", answer], scripted);
        assert_eq!(turns[1].tools(), turns[0].tools(), "{answer}");
        let shown: Vec<String> = turns[1]
            .answer
            .lines()
            .filter_map(|line| line.split_once("· id ").map(|(_, id)| id[..2].to_owned()))
            .collect();
        assert_eq!(shown.len(), 3, "{answer}: {}", turns[1].answer);
        assert!(!shown.contains(&left_out.to_owned()), "{answer}: {}", turns[1].answer);
    }
    let turns = converse(&["Recommend 3 comedies to user 9", "no dramas"], scripted);
    assert_eq!(turns[1].arguments("item_filter"), &json!({"genres": ["Comedy"]}));
    assert!(turns[1].answer.contains("Comedy, without Drama"), "{}", turns[1].answer);
    let turns = converse(&["Recommend 3 comedies to user 9", "not a comedy, a western"], scripted);
    assert_eq!(turns[1].arguments("item_filter"), &json!({"genres": ["Western"]}));
}

#[test]
fn something_else_than_what_was_shown() {
    let turns = converse(
        &["Recommend 3 movies to user 9", "something more serious", "something shorter"],
        scripted,
    );
    assert_eq!(turns[1].arguments("get_top_k_recommendations")["k"], json!(3));
    assert!(
        turns[1].arguments("vector_store_search")["query"].as_str().unwrap().contains("serious")
    );
    assert!(turns[2].answer.contains("shorter (give a length"), "{}", turns[2].answer);
    let turns = converse(&["Recommend 3 movies to user 9", "something else"], scripted);
    assert_eq!(turns[1].arguments("get_item_metadata")["items"], json!([43, 44, 45, 46, 47]));
}

#[test]
fn reasons_are_told_with_the_recommendations_where_both_are_asked_for() {
    let turns = converse(
        &["Recommend 2 movies to user 9 and explain why", "how did you get this?"],
        scripted,
    );
    assert_eq!(
        turns[0].tools(),
        [
            "get_top_k_recommendations", "get_item_metadata", "get_interacted_items",
            "get_item_metadata"
        ]
    );
    for part in ["2 movies for user 9", "the score comes from"] {
        assert!(turns[0].answer.contains(part), "{}", turns[0].answer);
    }
    assert!(!turns[0].answer.contains("Shall I"), "{}", turns[0].answer);
    assert!(turns[1].answer.contains("4 tool calls"), "{}", turns[1].answer);
}

#[test]
fn the_steps_of_an_explanation_include_those_of_the_recommendations() {
    let turns =
        converse(&["Recommend 2 movies to user 9", "why?", "how did you get this?"], scripted);
    for part in ["get_top_k_recommendations", "get_interacted_items", "Their explanation took"] {
        assert!(turns[2].answer.contains(part), "{}", turns[2].answer);
    }
}

#[test]
fn of_many_the_first_ten_are_shown_with_the_total() {
    let turns = converse(&["Recommend 100 movies to user 9", "more"], scripted);
    assert!(turns[0].answer.contains("10. Title 49 "), "{}", turns[0].answer);
    assert!(!turns[0].answer.contains("11. "), "{}", turns[0].answer);
    assert!(turns[0].answer.contains("the first 10 of 100"), "{}", turns[0].answer);
    assert!(turns[1].answer.contains("1. Title 50 "), "{}", turns[1].answer);
}

#[test]
fn a_user_is_understood_in_other_scripts() {
    for question in [
        "用户9推荐电影",
        "посоветуй пользователю 9 фильм",
        "사용자 9에게 영화 추천해줘",
        "user 9 の映画をお願いします",
    ] {
        let turn = ask(question);
        assert_eq!(turn.arguments("get_top_k_recommendations")["user"], json!(9), "{question}");
        assert!(turn.answer.contains("I read English"), "{}", turn.answer);
    }
}

#[test]
fn one_extreme_of_all_is_looked_for_where_it_can_be() {
    for (question, condition) in [
        ("What is the shortest film?", json!({"duration": {"request": "lower", "threshold": 61}})),
        ("the longest movies", json!({"duration": {"request": "higher", "threshold": 179}})),
        (
            "worst movies",
            json!({"imdb_rating": {"request": "between", "threshold": 0, "upper": 4}}),
        ),
    ] {
        let turn = ask(question);
        assert_eq!(turn.tools(), ["item_filter", "get_item_metadata"], "{question}");
        assert_eq!(turn.arguments("item_filter"), &condition, "{question}");
    }
    assert_eq!(
        ask("What is the oldest movie?").tools(),
        ["get_popular_items", "get_item_metadata"]
    );
}

#[test]
fn his_age_group_is_that_of_the_user_it_was_about() {
    let turns = converse(&["Recommend 3 movies to user 12", "popular in his age group"], scripted);
    assert_eq!(turns[1].tools()[0], "get_user_metadata", "{}", turns[1].answer);
    assert_eq!(turns[1].arguments("get_user_metadata")["user"], json!(12));
}

#[test]
fn a_genre_that_is_not_wanted_is_never_filtered_for() {
    let turns = converse(&["A sad movie for user 9", "something funny but not a comedy"], scripted);
    assert!(!turns[1].tools().contains(&"item_filter"), "{:?}", turns[1].tools());
}

#[test]
fn recommendations_by_liked_items_are_told_explained_and_gone_on_from() {
    let turns = converse(
        &[
            "Recommend something to someone who liked 50 and Fargo",
            "Why these?",
            "two more",
            "only comedies",
            "the same for user 12",
            "How did you get this?",
        ],
        scripted,
    );
    let told = "5 movies for somebody who likes Title 50 (1990) and Title 100 (1990), best first.";
    assert!(turns[0].answer.contains(told), "{}", turns[0].answer);
    assert!(turns[0].answer.ends_with("Shall I explain why these were recommended?"));
    assert_eq!(turns[1].tools(), ["get_item_metadata"]);
    let why = &turns[1].answer;
    assert!(why.starts_with("The recommendations come from what is liked."), "{why}");
    assert!(why.contains("the score comes from Title 1 (1990) and Title 2 (1990)"), "{why}");
    assert!(why.contains("it scores higher than 98 % of everything else"), "{why}");
    for turn in [2, 3] {
        let asked = turns[turn].arguments("get_top_k_recommendations");
        assert_eq!(asked["likes"], json!([50, 100]), "{:?}", turns[turn]);
    }
    let asked = turns[4].arguments("get_top_k_recommendations");
    assert!(asked["user"] == 12 && asked.get("likes").is_none(), "{asked}");
    assert!(!turns[5].answer.is_empty());
    let with_reasons = ask("Recommend a film to someone who liked 50 and 98 and explain why");
    let tools = with_reasons.tools();
    assert_eq!(tools.last(), Some(&"get_item_metadata"));
    assert!(!tools.contains(&"get_interacted_items"), "{tools:?}");
    assert!(with_reasons.answer.contains("comes from what is liked"), "{}", with_reasons.answer);
}

#[test]
fn liked_items_that_nobody_knows_are_told() {
    let turns = converse(&["Recommend something to someone who liked 9998 and 9999"], |call| {
        match call.name.as_str() {
            "get_item_metadata" => failure(
                ErrorKind::UnknownItem,
                "None of these 2 items exists.",
                "Known item ids: 1 to 1682.",
            ),
            _ => scripted(call),
        }
    });
    assert_eq!(turns[0].tools(), ["get_item_metadata"]);
    assert_eq!(turns[0].answer, "None of these 2 items exists. Known item ids: 1 to 1682.");
}

#[test]
fn what_is_liked_grows_and_shrinks_from_message_to_message() {
    let turns = converse(
        &[
            "someone who liked 50 and 98",
            "I also liked 100",
            "and Toy Story",
            "not 98",
            "without Fargo",
            "only comedies",
            "plus 100",
            "what about someone who liked 9 and 11?",
        ],
        scripted,
    );
    let likes: Vec<&Value> =
        turns.iter().map(|turn| &turn.arguments("get_top_k_recommendations")["likes"]).collect();
    let expected = [
        json!([50, 98]),
        json!([50, 98, 100]),
        json!([50, 98, 100, 1]),
        json!([50, 100, 1]),
        json!([50, 1]),
        json!([50, 1]),
        json!([50, 1, 100]),
        json!([9, 11]),
    ];
    assert_eq!(likes, expected.iter().collect::<Vec<_>>());
    assert!(turns[4].answer.contains("without item 98, without Fargo"), "{}", turns[4].answer);
    assert!(!turns[6].answer.contains("without Fargo"), "{}", turns[6].answer);
}

#[test]
fn who_is_asked_for_an_id_may_tell_what_they_like() {
    let turns = converse(&["Recommend a comedy", "I liked Fargo and 50"], scripted);
    assert!(turns[0].asks, "{:?}", turns[0]);
    let asked = turns[1].arguments("get_top_k_recommendations");
    assert_eq!((&asked["likes"], &asked["k"]), (&json!([100, 50]), &json!(1)));
    assert_eq!(turns[1].arguments("item_filter")["genres"], json!(["Comedy"]));
}

#[test]
fn one_of_the_recommendations_is_explained_and_all_are_asked_of() {
    let names_one = |question: &str| {
        let tool = |call: &ToolCall| match call.name.as_str() {
            "get_top_k_recommendations" => success(json!({
                "set": "set:d4", "count": 2,
                "items": [
                    {"item_id": 127, "score": 2.5, "fit": 99, "because": [50]},
                    {"item_id": 100, "score": 1.5, "fit": 97, "because": [98, 50]},
                ],
            })),
            _ => scripted(call),
        };
        converse(&["someone who liked 50 and 98", question], tool).remove(1)
    };
    for question in ["Why Fargo?", "why did you recommend fargo?", "Why 100?", "Why the second?"] {
        let answer = names_one(question).answer;
        assert!(answer.contains("**Title 100 (1990)** (id 100)"), "{question}\n{answer}");
        let from = "the score comes from Title 98 (1990) and Title 50 (1990)";
        assert!(answer.contains(from) && !answer.contains("id 127"), "{question}\n{answer}");
    }
    let other = names_one("Why Heat?");
    assert!(other.calls.is_empty() && other.answer.contains("not among"), "{other:?}");
    assert_eq!(names_one("Which of these is the longest?").tools(), ["get_item_metadata"]);
    let turn = names_one("Which of these are from the 1990s?");
    assert_eq!(turn.tools(), ["get_item_metadata"]);
    assert_eq!(turn.arguments("get_item_metadata")["items"], json!([127, 100]));
    assert!(turn.answer.contains("**Yes.** Title 127 (1990)"), "{}", turn.answer);
}

#[test]
fn ids_that_nobody_knows_are_told_where_something_is_left_out() {
    let turns = converse(&["someone who liked 50 and 9999 but not horror"], |call| {
        match (call.name.as_str(), scripted(call)) {
            ("get_top_k_recommendations", ToolResult::Success { message, mut data }) => {
                data["unknown"] = json!([9999]);
                ToolResult::Success { message, data }
            }
            (_, result) => result,
        }
    });
    assert!(turns[0].answer.contains("There is no item 9999."), "{}", turns[0].answer);
}
