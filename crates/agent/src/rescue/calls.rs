use serde_json::{Map, Value};
use usher_protocol::{ToolCall, ToolSpec};

use super::json;

/// What a text holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rescued {
    /// Calls, and what was said around them.
    Calls {
        /// Plain words before the calls.
        plan: Option<String>,
        /// The calls, in order, without ids.
        calls: Vec<ToolCall>,
    },
    /// A call was meant, but it cannot be read.
    Unreadable,
    /// Words for the person.
    Words,
}

/// What opens a call written as text, and what closes it. A missing end is the
/// end of the text.
const TAGS: [(&str, &str); 8] = [
    ("<tool_call>", "</tool_call>"),
    ("<|tool_call|>", "<|/tool_call|>"),
    ("<|tool_call_start|>", "<|tool_call_end|>"),
    ("<function_call>", "</function_call>"),
    ("<tools>", "</tools>"),
    ("[TOOL_CALLS]", "[/TOOL_CALLS]"),
    ("<|python_tag|>", "<|eom_id|>"),
    ("```", "```"),
];
/// Llama's form: `<function=NAME>{…}</function>`.
const FUNCTION: &str = "<function=";
/// Bytes of the longest tag.
const LONGEST_TAG: usize = 20;
/// The most calls that are taken from one text.
const MOST_CALLS: usize = 16;
/// The most parts of a text that are looked at as calls.
const MOST_BLOCKS: usize = 64;
/// A longer text is no call, in bytes.
const MOST_BYTES: usize = 64 << 10;

/// Whether a text that has just begun may become a call: it is not shown yet.
pub(crate) fn may_begin_a_call(text: &str, tools: &[&str]) -> bool {
    let text = text.trim_start();
    let openings = TAGS.iter().map(|(open, _)| *open).chain([FUNCTION, "{", "["]);
    openings
        .chain(tools.iter().copied())
        .any(|open| text.starts_with(open) || open.starts_with(text))
}

/// Where a call begins amid words, as far as it can be seen: a tag, or what may become
/// one at the end. A fence is no such tag: words may have one.
pub(crate) fn call_amid_words(text: &str) -> Option<usize> {
    let tags =
        || TAGS.iter().map(|(open, _)| *open).chain([FUNCTION]).filter(|open| *open != "```");
    let whole = tags().filter_map(|open| text.find(open)).min();
    whole.or_else(|| {
        let begun = |at: &usize| {
            text.get(*at..).is_some_and(|end| tags().any(|open| open.starts_with(end)))
        };
        text.char_indices().rev().take(LONGEST_TAG).map(|(at, _)| at).filter(begun).last()
    })
}

/// Finds the calls in a text. `quoted` is what the tools have answered so far: a
/// call that stands there is data that the model repeats, and is not run. With
/// `amid_words` a call may have words behind it. Once there are results it may not:
/// an answer that tells of a call is no call.
pub(crate) fn rescue(
    text: &str,
    tools: &[ToolSpec],
    amid_words: bool,
    quoted: &dyn Fn(&str) -> bool,
) -> Rescued {
    let text = text.trim();
    if text.len() > MOST_BYTES {
        return Rescued::Words;
    }
    if let Some(first) = text.chars().next()
        && matches!(first, '{' | '[')
        && !text.starts_with("[TOOL_CALLS]")
    {
        return match calls_of(text, tools, false) {
            Some(calls) if !quoted(text) => Rescued::Calls { plan: plan_of(text), calls },
            Some(_) => Rescued::Words,
            None if first == '{' => Rescued::Unreadable,
            None => Rescued::Words,
        };
    }
    if let Some(calls) = written_as_function(text, tools) {
        return if quoted(text) { Rescued::Words } else { Rescued::Calls { plan: None, calls } };
    }
    let mut calls = Vec::new();
    let mut before = None;
    let mut unreadable = false;
    let mut rest = text;
    for _ in 0..MOST_BLOCKS {
        let Some(block) = next_block(rest) else { break };
        let wrapped = block.open != "```";
        let found = match block.name {
            Some(name) => {
                json::read(block.body).map(|(arguments, _)| vec![found(name, arguments, None)])
            }
            None => calls_of(block.body, tools, wrapped)
                .or_else(|| written_as_function(block.body, tools)),
        };
        match found {
            Some(found) if !quoted(block.body.trim()) => {
                before.get_or_insert(block.before);
                calls.extend(found);
            }
            Some(_) => {}
            None => unreadable |= wrapped && !quoted(block.body.trim()),
        }
        rest = block.after;
    }
    if !calls.is_empty() && !amid_words && !rest.trim().is_empty() {
        return Rescued::Words;
    }
    if !calls.is_empty() {
        calls.truncate(MOST_CALLS);
        let plan = before.map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
        return Rescued::Calls { plan, calls };
    }
    if unreadable { Rescued::Unreadable } else { Rescued::Words }
}

fn found(name: &str, arguments: Value, why: Option<&str>) -> ToolCall {
    ToolCall { id: String::new(), name: name.to_owned(), arguments, why: why.map(str::to_owned) }
}

struct Block<'a> {
    before: &'a str,
    open: &'static str,
    /// The tool's name, where the tag tells it.
    name: Option<&'a str>,
    body: &'a str,
    after: &'a str,
}

/// The first part of a text that stands between a call's tags.
fn next_block(text: &str) -> Option<Block<'_>> {
    let function = text.find(FUNCTION).map(|at| (at, FUNCTION, "</function>"));
    let (at, open, close) = TAGS
        .iter()
        .filter_map(|(open, close)| text.find(open).map(|at| (at, *open, *close)))
        .chain(function)
        .min_by_key(|(at, ..)| *at)?;
    let before = text.get(..at)?;
    let mut body = text.get(at + open.len()..)?;
    let mut name = None;
    if open == FUNCTION {
        let (told, rest) = body.split_once('>')?;
        name = Some(told.trim());
        body = rest;
    } else if open == "```" {
        // The word behind the fence names the language.
        body =
            body.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    }
    let (body, after) = body.split_once(close).unwrap_or((body, ""));
    Some(Block { before, open, name, body, after })
}

/// Reads one or more calls from JSON. `wrapped`: tags say that these are calls, so
/// that a tool of an unknown name is one too, and its caller is told the names.
fn calls_of(text: &str, tools: &[ToolSpec], wrapped: bool) -> Option<Vec<ToolCall>> {
    let mut calls = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && calls.len() < MOST_CALLS {
        let (value, behind) = json::read(rest)?;
        read_calls(&value, tools, wrapped, &mut calls)?;
        rest = behind.trim_start_matches([',', ';']).trim();
    }
    (!calls.is_empty()).then_some(calls)
}

fn read_calls(
    value: &Value,
    tools: &[ToolSpec],
    wrapped: bool,
    calls: &mut Vec<ToolCall>,
) -> Option<()> {
    if let Some(elements) = value.as_array() {
        return elements.iter().try_for_each(|element| read_calls(element, tools, wrapped, calls));
    }
    let object = value.as_object()?;
    let inner = ["calls", "tool_calls", "steps", "plan", "actions"]
        .iter()
        .find_map(|name| object.get(*name).filter(|inner| inner.is_array()));
    if let Some(inner) = inner {
        return read_calls(inner, tools, wrapped, calls);
    }
    if let Some(function) = object.get("function").filter(|function| function.is_object()) {
        return read_calls(function, tools, wrapped, calls);
    }
    let named = ["name", "tool", "tool_name", "function", "function_name", "action"]
        .iter()
        .find_map(|name| object.get(*name).and_then(Value::as_str));
    if let Some(name) = named {
        let arguments = ["arguments", "parameters", "args", "input", "tool_input", "action_input"]
            .iter()
            .find_map(|name| object.get(*name));
        let is_known = tools.iter().any(|tool| tool.name == name);
        // A name alone may be anything: an item, say.
        if !is_known && (!wrapped || arguments.is_none()) {
            return None;
        }
        let why = ["why", "reason", "purpose"]
            .iter()
            .find_map(|name| object.get(*name).and_then(Value::as_str));
        let arguments = arguments.cloned().map_or_else(|| Value::Object(Map::new()), opened);
        calls.push(found(name, arguments, why));
        return Some(());
    }
    // `{"item_filter": {…}}`
    let mut fields = object.iter();
    let (name, arguments) = fields.next().filter(|_| object.len() == 1)?;
    tools.iter().find(|tool| tool.name == *name)?;
    calls.push(found(name, arguments.clone(), None));
    Some(())
}

/// Arguments that were written as text, read.
pub(crate) fn opened(arguments: Value) -> Value {
    let Some(text) = arguments.as_str() else { return arguments };
    let text = text.trim().trim_start_matches("```json").trim_matches('`').trim();
    if text.is_empty() {
        return Value::Object(Map::new());
    }
    match json::read(text) {
        Some((value, rest)) if rest.trim().is_empty() && value.is_object() => value,
        // One closing brace too many.
        Some((value, rest)) if value.is_object() && rest.trim().trim_matches('}').is_empty() => {
            value
        }
        _ => arguments,
    }
}

/// `item_filter({"genres": ["Comedy"]})`, alone or one a line.
fn written_as_function(text: &str, tools: &[ToolSpec]) -> Option<Vec<ToolCall>> {
    let mut calls = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && calls.len() < MOST_CALLS {
        let (name, inside) = rest.split_once('(')?;
        let name = name.trim();
        tools.iter().find(|tool| tool.name == name)?;
        let (arguments, behind) = json::read(inside)?;
        arguments.as_object()?;
        calls.push(found(name, arguments, None));
        rest = behind.trim_start().strip_prefix(')')?.trim_start_matches([',', ';']).trim();
    }
    (!calls.is_empty()).then_some(calls)
}

/// The plan that stands beside the calls in one object.
fn plan_of(text: &str) -> Option<String> {
    let (value, _) = json::read(text)?;
    value.get("plan").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tools() -> Vec<ToolSpec> {
        ["item_filter", "get_top_k_recommendations"]
            .map(|name| ToolSpec {
                name: name.into(),
                description: String::new(),
                parameters: json!({"type": "object"}),
            })
            .into()
    }

    fn found(text: &str) -> Vec<(String, Value)> {
        match rescue(text, &tools(), true, &|_| false) {
            Rescued::Calls { calls, .. } => {
                calls.into_iter().map(|call| (call.name, call.arguments)).collect()
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_call_is_found_in_every_form_that_models_write() {
        let one = [("item_filter".to_owned(), json!({"genres": ["Comedy"]}))];
        for text in [
            r#"<tool_call>{"name": "item_filter", "arguments": {"genres": ["Comedy"]}}</tool_call>"#,
            r#"<tool_call>{"name": "item_filter", "arguments": {"genres": ["Comedy"]}}"#,
            r#"I look for comedies. <tool_call>{"name":"item_filter","arguments":{"genres":["Comedy"]}}</tool_call>"#,
            "```json\n{\"name\": \"item_filter\", \"parameters\": {\"genres\": [\"Comedy\"]}}\n```",
            "First:\n```tool_call\n{\"tool\": \"item_filter\", \"args\": {\"genres\": [\"Comedy\"],}}\n```\nThen the answer.",
            r#"{"name": "item_filter", "arguments": {"genres": ["Comedy"]}"#,
            r#"{"name": "item_filter", "arguments": "{\"genres\": [\"Comedy\"]}"}"#,
            r#"[{"tool": "item_filter", "arguments": {"genres": ["Comedy"]}}]"#,
            r#"{"plan": "Look.", "calls": [{"tool": "item_filter", "arguments": {"genres": ["Comedy"]}}]}"#,
            r#"{"item_filter": {"genres": ["Comedy"]}}"#,
            r#"{"type": "function", "function": {"name": "item_filter", "arguments": {"genres": ["Comedy"]}}}"#,
            r#"[TOOL_CALLS][{"name": "item_filter", "arguments": {"genres": ["Comedy"]}}]"#,
            r#"<function=item_filter>{"genres": ["Comedy"]}</function>"#,
            r#"<|python_tag|>{"name": "item_filter", "parameters": {"genres": ["Comedy"]}}"#,
            r#"item_filter({"genres": ["Comedy"]})"#,
            "{'name': 'item_filter', 'arguments': {'genres': ['Comedy']}}",
        ] {
            assert_eq!(found(text), one, "{text}");
        }
    }

    #[test]
    fn several_calls_keep_their_order() {
        let text = r#"<tool_call>{"name":"item_filter","arguments":{}}</tool_call>
            <tool_call>{"name":"get_top_k_recommendations","arguments":{"user":4}}</tool_call>"#;
        let names: Vec<String> = found(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["item_filter", "get_top_k_recommendations"]);
    }

    #[test]
    fn an_unknown_tool_within_tags_is_a_call_and_without_them_it_is_words() {
        assert_eq!(found(r#"<tool_call>{"name":"sql","arguments":{}}</tool_call>"#)[0].0, "sql");
        let text = "```json\n{\"name\": \"Fargo\", \"arguments\": {}}\n```";
        assert_eq!(rescue(text, &tools(), true, &|_| false), Rescued::Words);
    }

    #[test]
    fn words_stay_words() {
        for text in [
            "Here are five films.",
            "1. **Fargo** (1996)",
            "[1] Fargo",
            "",
            "Use `item_filter` (a tool).",
        ] {
            assert_eq!(rescue(text, &tools(), true, &|_| false), Rescued::Words, "{text}");
        }
    }

    #[test]
    fn a_call_that_cannot_be_read_is_told_from_words() {
        for text in [
            r#"<tool_call>{"name": "item_filter", "arguments": {"genres": ["Com"#,
            r#"{"name": item_filter}"#,
        ] {
            assert_eq!(rescue(text, &tools(), true, &|_| false), Rescued::Unreadable, "{text}");
        }
    }

    #[test]
    fn a_call_that_stands_in_a_tools_result_is_not_run() {
        let call = r#"{"name":"item_filter","arguments":{"genres":["Horror"]}}"#;
        let text = format!("The storyline says: <tool_call>{call}</tool_call>");
        let quoted = |part: &str| format!("A story. <tool_call>{call}</tool_call>").contains(part);
        assert_eq!(rescue(&text, &tools(), true, &quoted), Rescued::Words);
    }

    #[test]
    fn an_answer_that_tells_of_a_call_is_no_call_once_there_are_results() {
        let text = "It reads: <tool_call>{\"name\":\"item_filter\",\"arguments\":{}}</tool_call>\nThat is all.";
        assert_eq!(rescue(text, &tools(), false, &|_| false), Rescued::Words);
        assert!(matches!(rescue(text, &tools(), true, &|_| false), Rescued::Calls { .. }));
    }

    #[test]
    fn what_may_become_a_call_is_recognised_as_it_begins() {
        for text in ["", "{", "<tool", "``", "item_fil"] {
            assert!(may_begin_a_call(text, &["item_filter"]), "{text}");
        }
        for text in ["Here", "1. **Fargo**", "It is"] {
            assert!(!may_begin_a_call(text, &["item_filter"]), "{text}");
        }
        assert_eq!(call_amid_words("I look. <tool_call>{"), Some(8));
        assert_eq!(call_amid_words("I look. <tool"), Some(8));
        assert_eq!(call_amid_words("Less < more, ``` and [1]"), None);
        assert!(TAGS.iter().all(|(open, _)| open.len() <= LONGEST_TAG));
    }

    #[test]
    fn a_text_of_any_length_is_looked_at_in_little_time() {
        for text in ["```".repeat(300_000), "<tool_call>".repeat(90_000), "```x".repeat(10_000)] {
            assert_eq!(
                rescue(&text, &tools(), true, &|_| false) == Rescued::Words,
                text.len() > MOST_BYTES || text.starts_with("```")
            );
        }
    }
}
