//! What all formats check alike.

use serde_json::{Map, Value};

use super::refusal::Refusal;

pub(crate) type Checked<T> = Result<T, Refusal>;

/// The field that is none of `known`, if there is one.
pub(crate) fn unknown_field<'a>(fields: &'a Map<String, Value>, known: &[&str]) -> Option<&'a str> {
    fields.keys().map(String::as_str).find(|name| !known.contains(name))
}

/// Whether a tool may have this name.
pub(crate) fn is_tool_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Checks a tool's name and schema as both of OpenAI's formats do; gives the name.
pub(crate) fn tool<'a>(
    tool: &'a Map<String, Value>,
    place: &str,
    known: &[&str],
) -> Checked<&'a str> {
    if let Some(name) = unknown_field(tool, known) {
        let place = format!("{place}.{name}");
        return Err(Refusal::invalid(&place, format!("Unknown parameter: '{place}'."))
            .with_code("unknown_parameter"));
    }
    let name_place = format!("{place}.name");
    let Some(name) = tool.get("name").and_then(Value::as_str) else {
        let message = format!("Missing required parameter: '{name_place}'.");
        return Err(Refusal::invalid(name_place, message).with_code("missing_required_parameter"));
    };
    if !is_tool_name(name) {
        let message = format!(
            "Invalid '{name_place}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
        );
        return Err(Refusal::invalid(name_place, message).with_code("invalid_value"));
    }
    if tool.get("description").is_some_and(|text| !(text.is_string() || text.is_null())) {
        let place = format!("{place}.description");
        let message = format!("Invalid type for '{place}': expected a string.");
        return Err(Refusal::invalid(place, message).with_code("invalid_type"));
    }
    let strict = match tool.get("strict") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(strict)) => *strict,
        Some(_) => {
            let place = format!("{place}.strict");
            let message = format!("Invalid type for '{place}': expected a boolean.");
            return Err(Refusal::invalid(place, message).with_code("invalid_type"));
        }
    };
    if let Some(schema) = tool.get("parameters").filter(|schema| !schema.is_null()) {
        parameters(schema, strict).map_err(|wrong| {
            let message = format!("Invalid schema for function '{name}': {wrong}");
            Refusal::invalid(format!("{place}.parameters"), message)
                .with_code("invalid_function_parameters")
        })?;
    }
    Ok(name)
}

fn parameters(schema: &Value, strict: bool) -> Result<(), String> {
    if schema["type"] != "object" {
        let kind = schema["type"].as_str().unwrap_or("None");
        return Err(format!(
            "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."
        ));
    }
    if strict { strict_schema(schema, &mut Vec::new()) } else { Ok(()) }
}

/// OpenAI's strict schemas: every object closed, every field required, and only the
/// keywords of its structured outputs.
fn strict_schema(schema: &Value, path: &mut Vec<String>) -> Result<(), String> {
    let context = |path: &[String]| {
        let names: Vec<String> = path.iter().map(|name| format!("'{name}'")).collect();
        format!("In context=({})", names.join(", "))
    };
    let Some(fields) = schema.as_object() else {
        return Err(format!("{}, schema must be an object.", context(path)));
    };
    for keyword in ["oneOf", "allOf", "not", "if", "then", "else", "default", "patternProperties"] {
        if fields.contains_key(keyword) {
            return Err(format!("{}, '{keyword}' is not permitted.", context(path)));
        }
    }
    if !["type", "anyOf", "$ref", "enum", "const"].iter().any(|name| fields.contains_key(*name)) {
        return Err(format!("{}, schema must have a 'type' key.", context(path)));
    }
    let is_object = match &schema["type"] {
        Value::String(kind) => kind == "object",
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "object"),
        _ => false,
    };
    if is_object {
        if schema["additionalProperties"] != false {
            return Err(format!(
                "{}, 'additionalProperties' is required to be supplied and to be false.",
                context(path)
            ));
        }
        let required = schema["required"].as_array();
        let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|r| r == name));
        let names = schema["properties"].as_object().into_iter().flat_map(Map::keys);
        if let Some(missing) = names.into_iter().find(|name| !is_required(name)) {
            return Err(format!(
                "{}, 'required' is required to be supplied and to be an array including every key in properties. Missing '{missing}'.",
                context(path)
            ));
        }
    }
    let mut below = |names: &[&str], schema: &Value| {
        path.extend(names.iter().map(|name| (*name).to_owned()));
        let checked = strict_schema(schema, path);
        path.truncate(path.len() - names.len());
        checked
    };
    for group in ["properties", "$defs", "definitions"] {
        for (name, schema) in schema[group].as_object().into_iter().flatten() {
            below(&[group, name], schema)?;
        }
    }
    for (index, schema) in schema["anyOf"].as_array().into_iter().flatten().enumerate() {
        below(&["anyOf", &index.to_string()], schema)?;
    }
    if let Some(items) = fields.get("items") {
        below(&["items"], items)?;
    }
    Ok(())
}

/// A temperature that the formats allow.
pub(crate) fn temperature(body: &Value) -> Checked<Option<f64>> {
    match &body["temperature"] {
        Value::Null => Ok(None),
        value => match value.as_f64() {
            Some(number) if (0.0..=2.0).contains(&number) => Ok(Some(number)),
            Some(_) => Err(Refusal::invalid(
                "temperature",
                format!(
                    "Invalid 'temperature': decimal out of range. Expected a value between 0 and 2, but got {value} instead."
                ),
            )),
            None => Err(Refusal::invalid(
                "temperature",
                "Invalid type for 'temperature': expected a decimal.".to_owned(),
            )
            .with_code("invalid_type")),
        },
    }
}

/// An optional boolean.
pub(crate) fn boolean(body: &Value, name: &str) -> Checked<Option<bool>> {
    match &body[name] {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(*value)),
        _ => Err(Refusal::invalid(name, format!("Invalid type for '{name}': expected a boolean."))
            .with_code("invalid_type")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(parameters: &Value, strict: bool) -> Result<(), String> {
        let tool = json!({"name": "f", "parameters": parameters, "strict": strict});
        let known = ["name", "parameters", "strict"];
        let checked = super::tool(tool.as_object().unwrap(), "tools[0]", &known);
        checked.map(|_| ()).map_err(|refusal| refusal.message)
    }

    #[test]
    fn a_strict_schema_is_closed_and_requires_every_field() {
        let list = json!({"type": ["array", "null"], "items": {"type": "string"}});
        let open = json!({"type": "object", "properties": {"a": list}});
        assert_eq!(checked(&open, false), Ok(()));
        assert!(checked(&open, true).unwrap_err().contains("additionalProperties"));
        let mut closed = json!({"type": "object", "properties": {"a": list},
            "additionalProperties": false, "required": []});
        assert!(checked(&closed, true).unwrap_err().contains("Missing 'a'"));
        closed["required"] = json!(["a"]);
        assert_eq!(checked(&closed, true), Ok(()));
        closed["properties"]["a"]["items"] = json!({"oneOf": []});
        let wrong = checked(&closed, true).unwrap_err();
        assert!(wrong.contains("('properties', 'a', 'items'), 'oneOf'"), "{wrong}");
    }
}
