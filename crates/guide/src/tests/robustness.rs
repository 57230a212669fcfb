//! Whatever people type and tools return, there is an answer.

use proptest::prelude::*;
use serde_json::Value;
use usher_protocol::{ErrorKind, Message, ModelReply, ModelRequest, ToolResult};

use super::script::{converse, failure, names, scripted};
use crate::Guide;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        let key = prop_oneof![
            Just("items".to_owned()),
            Just("item_id".to_owned()),
            Just("set".to_owned()),
            Just("count".to_owned()),
            Just("title".to_owned()),
            Just("duration".to_owned()),
            Just("genres".to_owned()),
            Just("because".to_owned()),
            Just("unknown".to_owned()),
            Just("age_category".to_owned()),
            Just("like_percentage".to_owned()),
            ".{0,4}",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_result() -> impl Strategy<Value = ToolResult> {
    prop_oneof![
        3 => (any_json(), "\\PC{0,30}").prop_map(|(data, message)| ToolResult::Success { message, data }),
        1 => ("\\PC{0,20}", "\\PC{0,20}").prop_map(|(message, hint)| failure(ErrorKind::UnknownValue, &message, &hint)),
    ]
}

/// Sentences of words that the guide knows, in any order.
fn any_sentence() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "recommend", "user", "9", "8", "to", "for", "a", "the", "movies", "movie", "comedy",
        "with", "starring", "Tom", "Cruise", "Hanx", "directed", "by", "and", "or", "not", "no",
        "between", "1990", "1995", "80s", "90", "minutes", "hours", "h", "rated", "imdb", "rating",
        "at", "least", "similar", "like", "Fargo", "about", "where", "is", "sad", "popular",
        "among", "teenagers", "his", "age", "group", "of", "what", "which", "best", "genre",
        "length", "ideal", "item", "percentage", "users", "interested", "in", "storyline", ":",
        "?", ".", ",", "\"", "'", "-", "yes", "explain", "more", "history", "watched", "December",
        "USA", "French", "PG", "13", "R", "+",
    ];
    proptest::collection::vec(proptest::sample::select(WORDS), 0..16)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,80}", sentence in any_sentence()) {
        for turn in converse(&[&text, &sentence, &text], scripted) {
            prop_assert!(!turn.answer.is_empty());
        }
    }

    #[test]
    fn any_result_leads_to_an_answer(
        question in proptest::sample::select(&[
            "Recommend 3 comedies to user 9",
            "Recommend to user 9 films like movie 9",
            "Recommend content popular in his age group to user 9",
            "What is the ideal length of comedies?",
            "What is the best genre among teenagers?",
            "What has user 9 watched?",
            "Tell me about item 9",
            "How old is user 9?",
            "What percentage of users like horror?",
            "Find movies about a shark",
            "What is the favourite genre of user 4?",
        ][..]),
        results in proptest::collection::vec(any_result(), 12),
    ) {
        let mut next = results.into_iter().cycle();
        let questions = [question, "yes, explain", "how did you get this?", "who directed it?", "more"];
        for turn in converse(&questions, |_| next.next().unwrap()) {
            prop_assert!(!turn.answer.is_empty());
        }
    }
}

#[test]
fn a_very_long_question_is_no_trouble() {
    let names = names();
    for text in [
        "Recommend a Tom Cruise movie to user 9. ".repeat(2_500),
        "é".repeat(100_000),
        "\"".repeat(100_000),
    ] {
        let request = ModelRequest {
            messages: vec![Message::User { text }],
            tools: Vec::new(),
            ..Default::default()
        };
        let _ = Guide::new(&names, &[]).reply(&request);
    }
}

#[test]
fn an_empty_conversation_is_answered_with_a_question() {
    let names = usher_names::Names::from_dictionaries([], Vec::new()).unwrap();
    let request = ModelRequest { messages: Vec::new(), tools: Vec::new(), ..Default::default() };
    assert!(matches!(Guide::new(&names, &[]).reply(&request), ModelReply::Ask { .. }));
}

#[test]
fn without_tools_nothing_is_called() {
    let names = names();
    let messages = vec![Message::User { text: "Recommend some movies to user 4".into() }];
    let reply = Guide::new(&names, &[]).reply(&ModelRequest {
        messages,
        tools: Vec::new(),
        ..Default::default()
    });
    assert!(matches!(reply, ModelReply::Answer { .. }), "{reply:?}");
}
