//! What a model is sent of each tool: a plain JSON Schema, and the same in OpenAI's
//! strict form. Both are files, so that a change in them is seen.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Map, Value, json};
use usher_protocol::{ErrorKind, ToolError, ToolSpec, strict_schema};
use usher_testkit::Tools;
use usher_tools::{BundlePorts, Registry};

fn specs() -> Vec<ToolSpec> {
    Registry::<BundlePorts>::default().specs().cloned().collect()
}

#[test]
fn both_forms_are_valid_json_schema() {
    let specs = specs();
    assert_eq!(specs.len(), 8);
    for ToolSpec { name, parameters, .. } in specs {
        for schema in [&parameters, &strict_schema(&parameters)] {
            let checked = jsonschema::draft202012::meta::validate(schema);
            assert!(checked.is_ok(), "{name}: {checked:?}");
        }
    }
}

#[test]
fn the_plain_form_is_closed_and_has_no_null() {
    for ToolSpec { name, parameters, .. } in specs() {
        assert_eq!(parameters["type"], "object", "{name}");
        assert_eq!(parameters["additionalProperties"], json!(false), "{name}");
        assert!(!parameters.to_string().contains("null"), "{name}: {parameters}");
    }
}

/// With `USHER_WRITE_SCHEMAS=1` the files are written instead, from the plain ones
/// as they lie there.
#[test]
fn each_strict_file_is_the_plain_one_made_strict() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");
    for ToolSpec { name, .. } in specs() {
        let plain = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
        let strict = strict_schema(&serde_json::from_str(&plain).unwrap());
        let strict = serde_json::to_string_pretty(&strict).unwrap() + "\n";
        let file = format!("{folder}/strict/{name}.json");
        if std::env::var_os("USHER_WRITE_SCHEMAS").is_some() {
            std::fs::write(file, strict).unwrap();
        } else {
            assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), strict, "{file}");
        }
    }
}

#[test]
fn the_strict_form_has_what_openai_asks_for() {
    fn check(at: &str, schema: &Value) {
        let schema = schema.as_object().unwrap();
        for refused in
            ["minLength", "maxLength", "uniqueItems", "default", "title", "oneOf", "$ref"]
        {
            assert!(!schema.contains_key(refused), "{at} has {refused}");
        }
        assert!(schema.contains_key("type") || schema.contains_key("anyOf"), "{at} has no type");
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            let names: Vec<&String> = properties.keys().collect();
            assert_eq!(schema["required"], json!(names), "{at}");
            assert_eq!(schema["additionalProperties"], json!(false), "{at}");
            properties.iter().for_each(|(name, inner)| check(&format!("{at}.{name}"), inner));
        }
        schema.get("items").into_iter().for_each(|inner| check(&format!("{at}[]"), inner));
        let branches = schema.get("anyOf").and_then(Value::as_array);
        branches.into_iter().flatten().for_each(|inner| check(&format!("{at}|"), inner));
    }
    for ToolSpec { name, parameters, .. } in specs() {
        let strict = strict_schema(&parameters);
        assert_eq!(strict["type"], "object", "{name}: the root must be an object and nothing else");
        check(&name, &strict);
    }
}

/// Values that fit a schema.
fn fitting(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(branches) = schema["anyOf"].as_array() {
        return Union::new(branches.iter().map(fitting)).boxed();
    }
    if let Some(choices) = schema["enum"].as_array() {
        return prop::sample::select(choices.clone()).boxed();
    }
    if let Some(names) = schema["type"].as_array() {
        return Union::new(names.iter().map(|name| fitting(&json!({"type": name})))).boxed();
    }
    let bound = |name: &str, default: i64| schema[name].as_i64().unwrap_or(default);
    match schema["type"].as_str().unwrap() {
        "string" if schema.get("pattern").is_some() => {
            assert_eq!(schema["pattern"], "^set:");
            "set:[0-9a-f]{12}".prop_map(Value::from).boxed()
        }
        "string" => prop_oneof!["[A-Z][a-z]{2,8}", Just("Comedy".to_owned()), "\\PC{1,20}"]
            .prop_map(Value::from)
            .boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => (bound("minimum", 1)..=bound("maximum", 40)).prop_map(Value::from).boxed(),
        "number" => {
            prop_oneof![(0_i64..2100).prop_map(Value::from), (0.0..10.0).prop_map(Value::from)]
                .boxed()
        }
        "array" => {
            let most = bound("maxItems", 4).min(4) as usize;
            prop::collection::vec(fitting(&schema["items"]), bound("minItems", 0) as usize..=most)
                .prop_map(Value::from)
                .boxed()
        }
        "object" => {
            let properties = schema["properties"].as_object().unwrap();
            let fields: Vec<BoxedStrategy<(String, Option<Value>)>> = properties
                .iter()
                .map(|(name, inner)| {
                    let name = name.clone();
                    let required = schema["required"].as_array();
                    let must = required.is_some_and(|all| all.iter().any(|other| *other == name));
                    let value = fitting(inner);
                    let value = if must {
                        value.prop_map(Some).boxed()
                    } else {
                        prop::option::weighted(0.3, value).boxed()
                    };
                    value.prop_map(move |value| (name.clone(), value)).boxed()
                })
                .collect();
            let present = |fields: Vec<(String, Option<Value>)>| {
                fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
            };
            fields.prop_map(move |fields| Value::Object(present(fields))).boxed()
        }
        other => panic!("no values for {other}"),
    }
}

/// The arguments with every absent property as `null`, as a model in strict mode
/// writes them.
fn complete(arguments: &Value, schema: &Value) -> Value {
    let branches = schema["anyOf"].as_array();
    if let Some(object) =
        branches.and_then(|all| all.iter().find(|branch| branch["type"] == json!("object")))
    {
        return complete(arguments, object);
    }
    let (Some(object), Some(properties)) =
        (arguments.as_object(), schema["properties"].as_object())
    else {
        return arguments.clone();
    };
    let field = |(name, inner): (&String, &Value)| {
        (name.clone(), object.get(name).map_or(Value::Null, |value| complete(value, inner)))
    };
    Value::Object(properties.iter().map(field).collect::<Map<_, _>>())
}

/// A tool's plain schema, and arguments that fit it.
fn calls() -> impl Strategy<Value = (ToolSpec, Value)> {
    prop::sample::select(specs())
        .prop_flat_map(|spec| (Just(spec.clone()), fitting(&spec.parameters)))
}

thread_local! {
    static TOOLS: Tools = Tools::over(usher_testkit::tiny());
}

proptest! {
    #[test]
    fn arguments_for_the_plain_form_fit_the_strict_one_and_mean_the_same((spec, arguments) in calls()) {
        let ToolSpec { name, parameters, .. } = spec;
        prop_assert!(jsonschema::is_valid(&parameters, &arguments), "{name} {arguments}");
        let completed = complete(&arguments, &parameters);
        let strict = strict_schema(&parameters);
        prop_assert!(jsonschema::is_valid(&strict, &completed), "{name} {completed}");
        // `null` is absent, at any depth.
        TOOLS.with(|tools| {
            let (plain, strict) = (tools.call(&name, &arguments), tools.call(&name, &completed));
            prop_assert_eq!(&plain.result, &strict.result);
            let refused = |error: &ToolError| error.kind == ErrorKind::InvalidArguments;
            if !plain.result.error().is_some_and(refused) {
                prop_assert_eq!(plain.arguments, strict.arguments);
                prop_assert_eq!(plain.requested.is_some(), strict.requested.is_some());
            }
            Ok(())
        })?;
    }
}
