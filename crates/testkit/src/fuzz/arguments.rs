//! Calls of tools with arguments that a model might write, and others.

use std::cell::OnceCell;
use std::collections::HashSet;

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Number, Value};
use usher_bundle::sections::ArchivedCatalog;
use usher_protocol::{Id, ToolResult, ToolSpec};
use usher_tools::Ports;

use super::text::phrase;
use crate::{Tools, tiny};

/// Calls in one conversation: enough for a handle to be made, found and mistaken.
const MOST_CALLS: usize = 6;
/// How deep values that nobody asked for are nested.
const MOST_DEPTH: usize = 60;

thread_local! {
    static TOOLS: OnceCell<Tools> = const { OnceCell::new() };
}

/// A conversation of some calls; or one call of each tool with the input as JSON, if
/// it begins like an object.
pub(super) fn call(input: &[u8]) {
    TOOLS.with(|tools| {
        let tools = tools.get_or_init(|| Tools::over(tiny()));
        tools.ports.sets().clear();
        let specs: Vec<&ToolSpec> = tools.registry.specs().collect();
        if input.starts_with(b"{") {
            if let Ok(arguments) = serde_json::from_slice(input) {
                specs.iter().for_each(|spec| drop(check_call(tools, &spec.name, &arguments)));
            }
            return;
        }
        let mut input = Unstructured::new(input);
        let mut handles = Vec::new();
        for _ in 0..MOST_CALLS {
            let Ok((name, arguments)) = named_call(&mut input, &specs, &handles) else { return };
            handles.extend(check_call(tools, &name, &arguments));
        }
    });
}

/// Calls a tool, and holds it to what is promised of every call. Gives the handle in
/// the result.
fn check_call(tools: &Tools, name: &str, arguments: &Value) -> Option<String> {
    let called = tools.call(name, arguments);
    check_result(name, &called.result);
    assert_eq!(called, tools.call(name, arguments), "{name} {arguments} twice");
    let data = called.result.data()?;
    check_items(name, tools.ports.bundle().catalog(), data);
    let executed = tools.call(name, &called.arguments);
    assert_eq!(
        Some(data),
        executed.result.data(),
        "{name} {arguments}, executed as {}",
        called.arguments
    );
    Some(data.get("set")?.as_str()?.to_owned())
}

/// A result is something that a model can go on with.
pub(super) fn check_result(name: &str, result: &ToolResult) {
    assert!(!result.message().is_empty(), "{name} says nothing");
    assert!(result.message().len() < 10_000, "{name} says too much: {}", result.message());
    if let Some(data) = result.data() {
        assert!(data.is_object(), "{name} gives {data}");
        check_numbers(name, data);
    }
    if let Some(error) = result.error() {
        assert!(!error.hint.is_empty(), "{name} fails without a hint: {}", result.message());
    }
}

/// What is a number is one: JSON has no word for infinity, and says null.
fn check_numbers(name: &str, data: &Value) {
    for (key, value) in data.as_object().into_iter().flatten() {
        match (key.as_str(), value.as_f64()) {
            ("fit" | "like_percentage" | "interacted_percentage", percentage) => {
                let right =
                    percentage.is_some_and(|percentage| (0.0..=100.0).contains(&percentage));
                assert!(right, "{name}: {key} is {value}");
            }
            ("score" | "rating" | "like_threshold" | "count", number) => {
                assert!(number.is_some(), "{name}: {key} is {value}");
            }
            _ => {}
        }
        value.as_array().into_iter().flatten().for_each(|entry| check_numbers(name, entry));
    }
}

/// Items in a result are in the catalogue, each once if they are a set.
pub(super) fn check_items(name: &str, catalog: &ArchivedCatalog, data: &Value) {
    let mut seen = HashSet::new();
    for item in data["items"].as_array().into_iter().flatten() {
        let id: Id = serde_json::from_value(item["item_id"].clone()).unwrap();
        let row = catalog.item(&id.0);
        assert!(row.is_some(), "{name} gives {item}, which is not in the catalogue");
        assert!(seen.insert(row) || data.get("set").is_none(), "{name} gives {item} twice");
    }
}

fn named_call(
    input: &mut Unstructured<'_>,
    specs: &[&ToolSpec],
    handles: &[String],
) -> Result<(String, Value)> {
    if input.is_empty() {
        return Err(arbitrary::Error::NotEnoughData);
    }
    let spec = *input.choose(specs)?;
    let name = if rarely(input)? { phrase(input)? } else { spec.name.clone() };
    Ok((name, fitting(input, &spec.parameters, handles)?))
}

/// Once in thirty-two times.
fn rarely(input: &mut Unstructured<'_>) -> Result<bool> {
    input.ratio(1_u8, 32)
}

/// A value that a schema asks for, or nearly.
fn fitting(input: &mut Unstructured<'_>, schema: &Value, handles: &[String]) -> Result<Value> {
    if rarely(input)? {
        return anything(input, 0);
    }
    if let Some(any) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let branch = input.choose(any)?;
        return fitting(input, branch, handles);
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !rarely(input)?
    {
        return input.choose(allowed).cloned();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => input.choose(kinds)?.as_str(),
        kind => kind.as_str(),
    };
    Ok(match kind {
        Some("object") => object(input, schema, handles)?,
        Some("array") => {
            let n = if rarely(input)? { 1200 } else { input.int_in_range(0..=6)? };
            let one = |_| fitting(input, &schema["items"], handles);
            // One that ends with the input says nothing of a list that is long.
            (0..n).map(one).collect::<Result<Vec<Value>>>()?.into()
        }
        Some("integer" | "number") => number(input)?,
        Some("boolean") => input.arbitrary::<bool>()?.into(),
        Some("string") => match input.int_in_range(0..=3)? {
            0 if !handles.is_empty() => input.choose(handles)?.as_str().into(),
            1 => input.int_in_range(0..=40)?.to_string().into(),
            _ => phrase(input)?.into(),
        },
        _ => anything(input, 0)?,
    })
}

fn object(input: &mut Unstructured<'_>, schema: &Value, handles: &[String]) -> Result<Value> {
    let mut object = Map::new();
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let needed = required.iter().any(|needed| needed == name);
        let given = if needed { !rarely(input)? } else { input.ratio(1_u8, 3)? };
        if given {
            object.insert(name.clone(), fitting(input, property, handles)?);
        }
    }
    if rarely(input)? {
        object.insert(phrase(input)?, anything(input, 0)?);
    }
    Ok(Value::Object(object))
}

fn number(input: &mut Unstructured<'_>) -> Result<Value> {
    let small = input.int_in_range(-2..=130)?;
    Ok(match input.int_in_range(0..=9)? {
        0 => input.arbitrary::<i64>()?.into(),
        1 => input.arbitrary::<u64>()?.into(),
        2 => Number::from_f64(input.arbitrary()?).map_or(Value::Null, Value::Number),
        3 => (f64::from(small) / 4.0).into(),
        4 => small.to_string().into(),
        5 => phrase(input)?.into(),
        6 => (1900 + small).into(),
        _ => small.into(),
    })
}

fn anything(input: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(match input.int_in_range(0..=7)? {
        0 => Value::Null,
        1 => input.arbitrary::<bool>()?.into(),
        2 | 3 => number(input)?,
        4 | 5 => phrase(input)?.into(),
        _ if depth >= MOST_DEPTH => Value::Null,
        6 => {
            let n = input.int_in_range(0..=3)?;
            (0..n).map(|_| anything(input, depth + 1)).collect::<Result<Vec<Value>>>()?.into()
        }
        _ => {
            let n = input.int_in_range(0..=3)?;
            let entry = |_| Ok((phrase(input)?, anything(input, depth + 1)?));
            (0..n).map(entry).collect::<Result<Map<String, Value>>>()?.into()
        }
    })
}
