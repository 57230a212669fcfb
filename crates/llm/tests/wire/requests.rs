//! The first request that a model sees, in each format.

use std::path::Path;

use serde_json::{Value, json};
use usher_llm::{HttpRequest, Method, list_models, request, show_model};
use usher_protocol::{
    Api, Key, Message, ModelRequest, ModelSettings, Step, ToolCall, ToolResult, ToolSpec,
};

use crate::support::{APIS, assert_golden, settings};

fn tools() -> Vec<ToolSpec> {
    [
        ("item_filter", include_str!("../../../tools/schemas/item_filter.json")),
        ("get_user_metadata", include_str!("../../../tools/schemas/get_user_metadata.json")),
    ]
    .map(|(name, schema)| ToolSpec {
        name: name.to_owned(),
        description: format!("What {name} is for."),
        parameters: serde_json::from_str(schema).unwrap(),
    })
    .to_vec()
}

fn call(id: &str, name: &str, arguments: Value) -> ToolCall {
    ToolCall { id: id.to_owned(), name: name.to_owned(), arguments, why: Some("Why".to_owned()) }
}

fn result(call: &str, tool: &str, data: Value) -> Message {
    Message::Tool {
        call: call.to_owned(),
        step: Step {
            tool: tool.to_owned(),
            arguments: json!({}),
            requested: None,
            why: None,
            result: ToolResult::Success { message: "Done.".to_owned(), data },
            elapsed_us: 5,
        },
    }
}

fn user(text: &str) -> Message {
    Message::User { text: text.to_owned() }
}

fn assistant(text: &str) -> Message {
    Message::Assistant { text: text.to_owned() }
}

fn note(text: &str) -> Message {
    Message::Note { text: text.to_owned() }
}

/// A turn that is over, and one that is running: with a plan and without, a call
/// without arguments, one whose arguments are no JSON, one that was not run.
fn conversation() -> ModelRequest {
    ModelRequest {
        system: Some("You recommend films.".to_owned()),
        messages: vec![
            user("Who is user 4?"),
            Message::Calls {
                plan: Some("I will look the user up.".to_owned()),
                calls: vec![call("call_1", "get_user_metadata", json!({"user": 4}))],
            },
            result("call_1", "get_user_metadata", json!({"user": 4, "age": 24})),
            assistant("User 4 is 24 years old."),
            user("Now comedies \u{1f3ac} for \"her\"."),
            Message::Calls {
                plan: None,
                calls: vec![
                    call("call_2", "item_filter", json!({"genres": ["Comedy"]})),
                    call("call_3", "get_popular_items", json!({})),
                    call("call_4", "item filter!", json!("{\"genres\": [")),
                    call("", "get_user_metadata", json!(null)),
                ],
            },
            result("call_3", "get_popular_items", json!({"items": []})),
            note("There is no tool item filter!."),
            result("call_2", "item_filter", json!({"set": "set:7f3a09", "count": 130})),
            result("call_9", "item_filter", json!({"count": 1})),
        ],
        tools: tools(),
    }
}

fn body(request: &HttpRequest) -> Value {
    serde_json::from_slice(request.body.as_ref().unwrap()).unwrap()
}

fn sent(settings: &ModelSettings, messages: Vec<Message>) -> Value {
    let model_request = ModelRequest { system: None, messages, tools: Vec::new() };
    body(&request(settings, &model_request).unwrap())
}

/// With `USHER_WRITE_GOLDEN=1` the files are written instead.
#[test]
fn the_first_request_is_what_its_file_holds() {
    for (api, name) in APIS {
        let request = request(&settings(api), &conversation()).unwrap();
        assert_eq!(request.method, Method::Post);
        let json = json!({"url": request.url, "headers": request.headers, "body": body(&request)});
        let file = format!("{}/fixtures/requests/{name}.json", env!("CARGO_MANIFEST_DIR"));
        assert_golden(Path::new(&file), &(serde_json::to_string_pretty(&json).unwrap() + "\n"));
    }
}

#[test]
fn a_request_without_tools_or_instructions_has_no_empty_fields() {
    let messages = vec![user("Hello")];
    assert_eq!(
        sent(&settings(Api::Chat), messages.clone()),
        json!({
            "model": "a-model",
            "messages": [{"role": "user", "content": "Hello"}],
            "stream": true,
            "stream_options": {"include_usage": true},
        })
    );
    assert_eq!(
        sent(&settings(Api::Responses), messages.clone()),
        json!({
            "model": "a-model",
            "input": [{"role": "user", "content": "Hello"}],
            "store": false,
            "stream": true,
        })
    );
    assert_eq!(
        sent(&settings(Api::Ollama), messages),
        json!({
            "model": "a-model",
            "messages": [{"role": "user", "content": "Hello"}],
            "stream": true,
            "truncate": false,
            "shift": false,
            "options": {"num_ctx": 16_384},
        })
    );
}

#[test]
fn a_temperature_is_sent_only_if_it_is_set() {
    for (api, _) in APIS {
        let warm = ModelSettings { temperature: Some(0.2), ..settings(api) };
        let place = |body: &Value| match api {
            Api::Ollama => body["options"]["temperature"].clone(),
            Api::Responses | Api::Chat => body["temperature"].clone(),
        };
        assert_eq!(place(&sent(&warm, Vec::new())), json!(0.2));
        assert_eq!(place(&sent(&settings(api), Vec::new())), Value::Null);
    }
}

#[test]
fn what_one_side_says_in_a_row_is_one_message_and_nothing_is_empty() {
    let messages = vec![
        user("Hello"),
        user(""),
        note("Be brief."),
        assistant(" "),
        user("Well?"),
        assistant("Yes."),
        assistant("No."),
    ];
    let expected = json!([
        {"role": "user", "content": "Hello\n\n[note] Be brief.\n\nWell?"},
        {"role": "assistant", "content": "Yes.\n\nNo."},
    ]);
    assert_eq!(sent(&settings(Api::Chat), messages.clone())["messages"], expected);
    assert_eq!(sent(&settings(Api::Responses), messages.clone())["input"], expected);
    assert_eq!(sent(&settings(Api::Ollama), messages)["messages"], expected);
}

#[test]
fn openais_newer_models_get_tools_on_chat_completions() {
    let openai = ModelSettings {
        base_url: "https://api.openai.com".to_owned(),
        model: "gpt-5.6-terra".to_owned(),
        ..settings(Api::Chat)
    };
    let with_tools = request(&openai, &conversation()).unwrap();
    assert_eq!(body(&with_tools)["reasoning_effort"], "none");
    assert_eq!(sent(&openai, vec![user("Hello")])["reasoning_effort"], Value::Null);
    let elsewhere = ModelSettings { base_url: "http://localhost:1".to_owned(), ..openai };
    let elsewhere = request(&elsewhere, &conversation()).unwrap();
    assert_eq!(body(&elsewhere)["reasoning_effort"], Value::Null);
}

#[test]
fn a_key_goes_into_one_header_of_every_request() {
    for (api, _) in APIS {
        let settings = ModelSettings { key: Some(Key("not-a-key".to_owned())), ..settings(api) };
        let all = [
            request(&settings, &conversation()).ok(),
            list_models(&settings).ok(),
            show_model(&settings).unwrap(),
        ];
        for request in all.into_iter().flatten() {
            let authorization = ("Authorization", "Bearer not-a-key".to_owned());
            assert!(request.headers.contains(&authorization));
            let known = ["Authorization", "Content-Type"];
            assert!(request.headers.iter().all(|(name, _)| known.contains(name)));
            let body = request.body.clone().unwrap_or_default();
            assert!(!String::from_utf8_lossy(&body).contains("not-a-key"));
            assert!(!format!("{request:?}{}", request.url).contains("not-a-key"));
        }
    }
}

#[test]
fn models_are_listed_where_each_server_lists_them() {
    for (api, url) in [
        (Api::Responses, "https://api.openai.com/v1/models"),
        (Api::Chat, "http://localhost:1234/v1/models"),
        (Api::Ollama, "http://localhost:11434/api/tags"),
    ] {
        let request = list_models(&settings(api)).unwrap();
        assert_eq!((request.method, request.url.as_str()), (Method::Get, url));
        assert_eq!(request.body, None);
        assert_eq!(request.headers, []);
    }
    let show = show_model(&settings(Api::Ollama)).unwrap().unwrap();
    assert_eq!(show.url, "http://localhost:11434/api/show");
    assert_eq!(body(&show), json!({"model": "a-model"}));
}
