//! A small catalogue's names, and tools that answer by script.

use serde_json::{Value, json};
use usher_names::{Field, Names, Titled};
use usher_protocol::{
    ErrorKind, Message, ModelReply, ModelRequest, Step, ToolCall, ToolError, ToolResult, ToolSpec,
};

use crate::Guide;

const TOOLS: [&str; 8] = [
    "item_filter", "get_top_k_recommendations", "get_popular_items", "get_user_metadata",
    "get_item_metadata", "get_interacted_items", "get_like_percentage", "vector_store_search",
];

pub(crate) fn names() -> Names {
    let list = |names: &[(&str, u32)]| -> Vec<(String, u32)> {
        names.iter().map(|(name, items)| ((*name).to_owned(), *items)).collect()
    };
    let titles = [
        ("1", "Toy Story", 1995),
        ("9", "Dead Man Walking", 1995),
        ("11", "Seven (Se7en)", 1995),
        ("50", "Star Wars", 1977),
        ("56", "Pulp Fiction", 1994),
        ("98", "Silence of the Lambs, The", 1991),
        ("100", "Fargo", 1996),
        ("127", "Godfather, The", 1972),
        ("216", "When Harry Met Sally...", 1989),
        ("273", "Heat", 1995),
        ("274", "Heat", 1986),
        ("300", "Net, The", 1995),
    ];
    Names::from_dictionaries(
        [
            (
                Field::Actor,
                list(&[
                    ("Tom Cruise", 9),
                    ("Tom Hanks", 12),
                    ("Nicole Kidman", 6),
                    ("Brad Pitt", 8),
                    ("Andrew Tombes", 1),
                    ("Clint Eastwood", 8),
                    ("Woody Allen", 9),
                    ("Samuel L. Jackson", 19),
                    ("Steven Spielberg", 1),
                    ("Quentin Tarantino", 6),
                    ("Meg Ryan", 10),
                    ("Dennis Good", 1),
                    ("Alex Winter", 4),
                    ("Keanu Reeves", 13),
                ]),
            ),
            (
                Field::Director,
                list(&[
                    ("Steven Spielberg", 8),
                    ("Alfred Hitchcock", 12),
                    ("Stanley Kubrick", 6),
                    ("Clint Eastwood", 5),
                    ("Woody Allen", 9),
                    ("Joel Coen", 5),
                    ("Quentin Tarantino", 3),
                ]),
            ),
            (Field::Producer, list(&[("Stephen King", 10), ("Quentin Tarantino", 8)])),
            (
                Field::Genre,
                list(&[
                    ("Drama", 725),
                    ("Comedy", 505),
                    ("Action", 251),
                    ("Thriller", 250),
                    ("Romance", 247),
                    ("Adventure", 135),
                    ("Children's", 122),
                    ("Crime", 109),
                    ("Sci-Fi", 101),
                    ("Horror", 92),
                    ("War", 71),
                    ("Mystery", 61),
                    ("Musical", 56),
                    ("Documentary", 50),
                    ("Animation", 42),
                    ("Western", 27),
                    ("Film-Noir", 24),
                    ("Fantasy", 22),
                ]),
            ),
            (
                Field::Country,
                list(&[
                    ("United States", 332),
                    ("United Kingdom", 1134),
                    ("France", 30),
                    ("Italy", 11),
                    ("Japan", 3),
                    ("Germany", 8),
                ]),
            ),
            (
                Field::AgeRating,
                list(&[("R", 683), ("PG-13", 265), ("PG", 222), ("G", 59), ("Not Rated", 86)]),
            ),
        ],
        titles
            .into_iter()
            .map(|(id, title, year)| Titled {
                id: id.to_owned(),
                title: title.to_owned(),
                year: Some(year),
                n_ratings: 100,
            })
            .collect(),
    )
    .unwrap()
}

/// One question and what came of it.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) plan: Option<String>,
    pub(crate) calls: Vec<ToolCall>,
    /// The guide asks back.
    pub(crate) asks: bool,
    pub(crate) answer: String,
}

impl Turn {
    pub(crate) fn tools(&self) -> Vec<&str> {
        self.calls.iter().map(|call| call.name.as_str()).collect()
    }

    pub(crate) fn arguments(&self, tool: &str) -> &Value {
        self.calls
            .iter()
            .find(|call| call.name == tool)
            .map_or(&Value::Null, |call| &call.arguments)
    }
}

/// Asks question after question in one conversation; `tool` answers each call.
pub(crate) fn converse(
    questions: &[&str],
    mut tool: impl FnMut(&ToolCall) -> ToolResult,
) -> Vec<Turn> {
    let names = names();
    let guide = Guide::new(&names, &[]);
    let specs: Vec<ToolSpec> = TOOLS
        .iter()
        .map(|name| ToolSpec {
            name: (*name).to_owned(),
            description: String::new(),
            parameters: json!({}),
        })
        .collect();
    let mut messages = Vec::new();
    let mut turns = Vec::new();
    for question in questions {
        messages.push(Message::User { text: (*question).to_owned() });
        let start = messages.len();
        let mut turn = Turn { plan: None, calls: Vec::new(), asks: false, answer: String::new() };
        loop {
            let stopped = turn.calls.len() > 10
                || messages.iter().skip(start).any(|message| {
                    matches!(message, Message::Tool { step, .. }
                        if step.result.error().is_some_and(|e| e.kind == ErrorKind::NoMatch))
                });
            let tools = if stopped { Vec::new() } else { specs.clone() };
            let request = ModelRequest { messages: messages.clone(), tools, ..Default::default() };
            match guide.reply(&request) {
                ModelReply::Calls { plan, calls } => {
                    assert!(!calls.is_empty() && !stopped, "{question}: {calls:?}");
                    assert_eq!(plan.is_some(), turn.calls.is_empty(), "{question}");
                    turn.plan = turn.plan.or(plan.clone());
                    messages.push(Message::Calls { plan, calls: calls.clone() });
                    for call in calls {
                        let step = Step {
                            tool: call.name.clone(),
                            arguments: call.arguments.clone(),
                            requested: None,
                            why: call.why.clone(),
                            result: tool(&call),
                            elapsed_us: 1,
                        };
                        messages.push(Message::Tool { call: call.id.clone(), step });
                        turn.calls.push(call);
                    }
                }
                ModelReply::Ask { question } => {
                    turn.asks = true;
                    turn.answer.clone_from(&question);
                    messages.push(Message::Assistant { text: question });
                    break;
                }
                ModelReply::Answer { markdown } => {
                    turn.answer.clone_from(&markdown);
                    messages.push(Message::Assistant { text: markdown });
                    break;
                }
            }
        }
        turns.push(turn);
    }
    turns
}

/// One question answered by the scripted tools.
pub(crate) fn ask(question: &str) -> Turn {
    converse(&[question], scripted).remove(0)
}

pub(crate) fn success(data: Value) -> ToolResult {
    ToolResult::Success { message: "Found.".to_owned(), data }
}

pub(crate) fn failure(kind: ErrorKind, message: &str, hint: &str) -> ToolResult {
    ToolResult::Failure {
        message: message.to_owned(),
        error: ToolError { kind, retryable: false, hint: hint.to_owned() },
    }
}

/// Tools that always find something, in the shapes of the real ones.
pub(crate) fn scripted(call: &ToolCall) -> ToolResult {
    let arguments = &call.arguments;
    let k = arguments.get("k").and_then(Value::as_i64).unwrap_or(5).clamp(1, 100);
    let ids = |from: i64| -> Vec<i64> { (from..from + k).collect() };
    match call.name.as_str() {
        "item_filter" => success(json!({
            "set": "set:f1", "count": 12,
            "items": (1..=10).map(|id| json!({"item_id": id})).collect::<Vec<_>>(),
        })),
        "get_popular_items" => success(json!({
            "set": "set:b2", "count": 40,
            "items": ids(1).iter().map(|id| json!({"item_id": id, "n_ratings": 500 - id})).collect::<Vec<_>>(),
        })),
        "vector_store_search" => success(json!({
            "set": "set:c3", "count": k,
            "items": ids(5).iter().map(|id| json!({"item_id": id, "score": 1.0 - (id - 5) as f64 / 50.0})).collect::<Vec<_>>(),
        })),
        "get_top_k_recommendations" => success(json!({
            "set": "set:d4", "count": k,
            "items": ids(40).iter().map(|id| json!({"item_id": id, "score": 1.5, "fit": 98, "because": [1, 2]})).collect::<Vec<_>>(),
        })),
        "get_user_metadata" => success(json!({
            "user": arguments.get("user"), "age": 24, "age_category": "young adult",
            "gender": "male", "occupation": "technician",
        })),
        "get_interacted_items" => success(json!({
            "count": 30,
            "items": (1..=20).map(|id| json!({"item_id": id, "rating": 4, "date": "1998-03-31"})).collect::<Vec<_>>(),
        })),
        "get_like_percentage" => success(json!({
            "like_percentage": 34.04, "interacted_percentage": 47.93, "users": 943, "like_threshold": 4,
        })),
        "get_item_metadata" => {
            let ids: Vec<Value> = match arguments.get("items") {
                Some(Value::Array(ids)) => ids.clone(),
                _ => (1..=40).map(Value::from).collect(),
            };
            let items: Vec<Value> = ids
                .iter()
                .map(|id| {
                    json!({
                        "item_id": id, "title": format!("Title {id}"), "release_date": 1990,
                        "genres": ["Comedy", "Drama"], "description": "Something happens.",
                        "storyline": "Something happens at length.", "duration": 100,
                        "director": ["Joel Coen"], "actors": ["Tom Cruise", "Meg Ryan"],
                        "imdb_rating": 7.1, "n_ratings": 10,
                    })
                })
                .collect();
            success(json!({"count": items.len(), "items": items, "unknown": []}))
        }
        other => failure(ErrorKind::UnknownTool, other, ""),
    }
}
