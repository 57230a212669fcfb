//! The schema of a tool's arguments in OpenAI's strict form.

use serde_json::{Map, Value, json};

/// The keywords that strict mode takes. It refuses a schema with any other, such
/// as `maxLength` or `default`, where other readers only overlook it. From the
/// guide to structured outputs, "Supported schemas":
/// <https://developers.openai.com/api/docs/guides/structured-outputs>.
const TAKEN: [&str; 18] = [
    "type",
    "description",
    "enum",
    "const",
    "anyOf",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "pattern",
    "format",
];

/// Turns a schema into one that OpenAI takes with `strict: true`: every property
/// is required, those that may be absent may be `null` instead, objects have no
/// other properties, and keywords that strict mode refuses are left out.
///
/// Whatever fits the plain schema fits this one once its absent properties are
/// written as `null`. This one may take more: a bound that strict mode cannot say
/// is held by the check of the arguments alone. Takes schemas in one piece,
/// without references.
#[must_use]
pub fn strict_schema(schema: &Value) -> Value {
    // `true` and `false` are schemas too.
    let Some(plain) = schema.as_object() else { return schema.clone() };
    let mut strict = Map::new();
    for (keyword, value) in plain {
        let (keyword, value) = match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                ("properties", strict_properties(properties, plain.get("required")))
            }
            ("items", items) => ("items", strict_schema(items)),
            ("anyOf", Value::Array(branches)) => {
                ("anyOf", branches.iter().map(strict_schema).collect())
            }
            ("type", Value::Array(names)) if !is_nullable_scalar(names) => {
                ("anyOf", names.iter().map(|name| json!({"type": name})).collect())
            }
            (keyword, value) if TAKEN.contains(&keyword) => (keyword, value.clone()),
            _ => continue,
        };
        strict.insert(keyword.to_owned(), value);
    }
    if strict.get("type").is_some_and(|name| name == "object") {
        let properties = strict.get("properties").and_then(Value::as_object);
        let names: Vec<Value> =
            properties.into_iter().flat_map(Map::keys).map(|name| json!(name)).collect();
        strict.insert("additionalProperties".to_owned(), Value::Bool(false));
        strict.insert("required".to_owned(), Value::Array(names));
    }
    Value::Object(strict)
}

fn strict_properties(properties: &Map<String, Value>, required: Option<&Value>) -> Value {
    let required: &[Value] = required.and_then(Value::as_array).map_or(&[], Vec::as_slice);
    let strict = |(name, schema): (&String, &Value)| {
        let schema = strict_schema(schema);
        let may_be_absent = !required.iter().any(|other| other == name);
        (name.clone(), if may_be_absent { or_null(schema) } else { schema })
    };
    Value::Object(properties.iter().map(strict).collect())
}

/// A schema that takes `null` besides.
fn or_null(mut schema: Value) -> Value {
    let nothing = json!({"type": "null"});
    let Some(object) = schema.as_object_mut() else { return json!({"anyOf": [schema, nothing]}) };
    if let Some(Value::Array(branches)) = object.get_mut("anyOf") {
        branches.push(nothing);
        return schema;
    }
    match object.get("type") {
        Some(Value::Array(_)) => schema,
        Some(Value::String(name)) if !matches!(name.as_str(), "object" | "array") => {
            let names = json!([name, "null"]);
            object.insert("type".to_owned(), names);
            if let Some(Value::Array(choices)) = object.get_mut("enum") {
                choices.push(Value::Null);
            }
            schema
        }
        _ => {
            let description = object.remove("description");
            let mut either = Map::new();
            either.extend(description.map(|text| ("description".to_owned(), text)));
            either.insert("anyOf".to_owned(), json!([schema, nothing]));
            Value::Object(either)
        }
    }
}

/// Whether these are one type and `null`: the one list of types that strict mode
/// is documented to take.
fn is_nullable_scalar(names: &[Value]) -> bool {
    matches!(names, [_, null] if null == "null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_absent_may_be_null() {
        for (plain, strict) in [
            (json!({"type": "string"}), json!({"type": ["string", "null"]})),
            (
                json!({"type": "integer", "description": "How many", "minimum": 1}),
                json!({"type": ["integer", "null"], "description": "How many", "minimum": 1}),
            ),
            (
                json!({"type": "string", "enum": ["all", "any"]}),
                json!({"type": ["string", "null"], "enum": ["all", "any", null]}),
            ),
            (
                json!({"type": "array", "items": {"type": "string"}, "description": "Names"}),
                json!({
                    "description": "Names",
                    "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}],
                }),
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "number"}]}),
                json!({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]}),
            ),
            (
                json!({"type": ["integer", "string"], "description": "An id"}),
                json!({
                    "anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}],
                    "description": "An id",
                }),
            ),
            (json!(true), json!({"anyOf": [true, {"type": "null"}]})),
        ] {
            let object = json!({"type": "object", "properties": {"x": plain}});
            let expected = json!({
                "type": "object",
                "properties": {"x": strict},
                "additionalProperties": false,
                "required": ["x"],
            });
            assert_eq!(strict_schema(&object), expected);
        }
    }

    #[test]
    fn objects_are_closed_and_complete_at_every_depth() {
        let range = json!({
            "type": "object",
            "properties": {"from": {"type": "number"}, "to": {"type": "number"}},
            "required": ["from"],
        });
        let plain = json!({
            "type": "object",
            "properties": {"ranges": {"type": "array", "items": range}},
            "required": ["ranges"],
        });
        let strict = strict_schema(&plain);
        assert_eq!(
            strict["properties"]["ranges"]["items"],
            json!({
                "type": "object",
                "properties": {"from": {"type": "number"}, "to": {"type": ["number", "null"]}},
                "additionalProperties": false,
                "required": ["from", "to"],
            })
        );
        assert_eq!(strict_schema(&strict), strict);
    }

    #[test]
    fn refused_keywords_are_left_out_and_properties_of_their_names_are_not() {
        let plain = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Arguments",
            "type": "object",
            "properties": {
                "title": {"type": "string", "minLength": 1, "maxLength": 9, "default": "x", "pattern": "^x"},
            },
            "required": ["title"],
        });
        assert_eq!(
            strict_schema(&plain),
            json!({
                "type": "object",
                "properties": {"title": {"type": "string", "pattern": "^x"}},
                "required": ["title"],
                "additionalProperties": false,
            })
        );
    }
}
