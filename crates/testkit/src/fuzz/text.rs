//! Running text: looked up as names, and asked as a question.

use std::cell::RefCell;

use arbitrary::{Result, Unstructured};
use futures::executor::block_on;
use usher_agent::Stop;
use usher_bundle::Bundle;
use usher_bundle::sections::ArchivedCatalog;
use usher_engine::Engine;
use usher_names::{Field, Names, Resolution};
use usher_protocol::{RunEvent, Turn};

use super::arguments::check_result;
use super::bundle::NoTime;
use crate::tiny;

/// What texts are put together from: names of the tiny catalogue, right and wrong,
/// and words of questions.
const PHRASES: [&str; 64] = [
    "Tom Hanks",
    "tom hanx",
    "Spielberg",
    "Steven Spielberg",
    "Cruise, Tom",
    "The Godfather",
    "Godfather, The (1972)",
    "Star Wars",
    "Das Boot",
    "Stalker",
    "Sci-Fi",
    "science fiction",
    "rom-com",
    "comedy",
    "Drama",
    "Action",
    "kids",
    "USA",
    "us",
    "United States",
    "french",
    "PG-13",
    "rated R",
    "unknown",
    "recommend",
    "movies",
    "to user",
    "user 1",
    "user 25",
    "user 999",
    "popular",
    "among teenagers",
    "women",
    "seniors",
    "top 5",
    "best",
    "like",
    "similar to",
    "with",
    "without",
    "by",
    "from",
    "and",
    "or",
    "not",
    "in the 90s",
    "after 1990",
    "before 2000",
    "between 1980 and 1990",
    "released in May",
    "longer than 2 hours",
    "over 120 minutes",
    "rating above 8",
    "what percentage",
    "who liked",
    "has seen",
    "tell me about",
    "a robot that falls in love",
    "how old is",
    "what did",
    "watch",
    "it",
    "they",
    "2",
];

/// Some phrases and some text of the input's own.
pub(super) fn phrase(input: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    for _ in 0..input.int_in_range(1..=8)? {
        match input.int_in_range(0..=9)? {
            0 => text.push_str(input.arbitrary()?),
            1 => text.push(input.arbitrary()?),
            2 => text.push_str(input.choose(&[", ", ". ", "? ", "'s ", "-", "\n", "\"", ": "])?),
            3 => text.push_str(&input.int_in_range(0..=2100)?.to_string()),
            _ => {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(input.choose(&PHRASES)?);
            }
        }
        if input.is_empty() {
            break;
        }
    }
    Ok(text)
}

/// Text as it stands, if the first byte is even; else one put together from phrases.
fn text(input: &[u8]) -> String {
    match input.split_first() {
        Some((first, rest)) if first % 2 == 0 => String::from_utf8_lossy(rest).into_owned(),
        Some((_, rest)) => {
            let mut input = Unstructured::new(rest);
            let mut text = String::new();
            while !input.is_empty() {
                let Ok(phrase) = phrase(&mut input) else { break };
                text.push_str(&phrase);
            }
            text
        }
        None => String::new(),
    }
}

/// Looks a text up in every way.
pub(super) fn names(input: &[u8]) {
    thread_local! {
        static NAMES: [(Bundle, Names); 2] = [(); 2].map(|()| {
            let bundle = tiny();
            let names = Names::new(&bundle);
            (bundle, names)
        });
    }
    let text = text(input);
    NAMES.with(|[(bundle, one), (_, other)]| {
        check_names(one, bundle.catalog(), &text);
        for field in Field::ALL {
            assert_eq!(one.resolve(field, &text), other.resolve(field, &text), "{text:?}");
        }
    });
}

/// What is found in a text is in the text and in the catalogue.
pub(super) fn check_names(names: &Names, catalog: &ArchivedCatalog, text: &str) {
    for field in Field::ALL {
        let found = match names.resolve(field, text) {
            Resolution::Known(names) => {
                assert!(!names.is_empty(), "{text:?} is known as nothing");
                names
            }
            Resolution::Corrected(name) => vec![name],
            Resolution::Unknown { nearest } => {
                assert!(nearest.len() <= 3, "{nearest:?} near {text:?}");
                nearest
            }
        };
        let column = field.column(catalog);
        for name in found {
            assert!(column.place(&name).is_some(), "{text:?} finds {name:?}");
            let _ = names.n_items(field, &name);
        }
    }
    for mention in names.mentions(text) {
        assert!(text.get(mention.span.clone()).is_some_and(|found| !found.is_empty()));
        assert!(!mention.names.is_empty(), "{mention:?} in {text:?}");
    }
    for mention in names.title_mentions(text) {
        assert!(text.get(mention.span.clone()).is_some_and(|found| !found.is_empty()));
        check_ids(catalog, &mention.items);
    }
    check_ids(catalog, &names.ids_titled(text));
    if let Some((_, ids)) = names.near_title(text) {
        check_ids(catalog, &ids);
    }
}

fn check_ids(catalog: &ArchivedCatalog, ids: &[String]) {
    assert!(ids.iter().all(|id| catalog.item(id).is_some()), "{ids:?}");
}

/// Asks each line of a text, in one conversation; and all of it again in another.
pub(super) fn questions(input: &[u8]) {
    /// Enough for an answer to a question of ours.
    const MOST_TURNS: usize = 3;
    thread_local! {
        static ENGINES: RefCell<[Engine; 2]> = RefCell::new([(); 2].map(|()| Engine::new(tiny())));
    }
    let text = text(input);
    ENGINES.with_borrow_mut(|engines| {
        let [one, other] = engines.each_mut().map(|engine| {
            engine.start_over();
            text.lines().take(MOST_TURNS).map(|line| ask(engine, line)).collect::<Vec<Turn>>()
        });
        assert_eq!(one, other, "{text:?} asked twice");
    });
}

fn ask(engine: &mut Engine, question: &str) -> Turn {
    let mut last = None;
    let turn =
        block_on(engine.ask(question, &NoTime, &Stop::default(), &mut |event| last = Some(event)));
    check_turn(&turn);
    assert_eq!(last, Some(RunEvent::Finished { turn: turn.clone() }));
    turn
}

/// A turn says something, and so does each of its steps.
pub(super) fn check_turn(turn: &Turn) {
    assert!(!turn.answer.is_empty(), "no answer to {:?}", turn.question);
    turn.steps.iter().for_each(|step| check_result(&step.tool, &step.result));
}
