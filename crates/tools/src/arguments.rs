//! What a model wrote, made into what a tool takes.
//!
//! The schema of a tool's arguments is the one truth: it is what a model is
//! sent, and what its arguments are checked against here. Before the check come
//! the few changes whose meaning is certain: `"5"` → 5, a single value where a
//! list is asked → a list of one, `null` → absent, `young adult` → `young_adult`.

use serde_json::{Map, Value};

/// Arguments that do not fit: what, and what is taken instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What does not fit.
    pub message: String,
    /// What is taken instead.
    pub hint: String,
}

/// Normalises a tool's arguments and checks them against its schema.
///
/// # Errors
/// They do not fit.
pub fn normalise_and_check(arguments: &Value, schema: &Value) -> Result<Value, Misfit> {
    if !arguments.is_object() {
        return Err(Misfit {
            message: format!("The arguments must be a JSON object, not {}.", shown(arguments)),
            hint: takes(schema),
        });
    }
    fit(arguments, schema, "")
}

/// Whether any argument was executed in another form than it was asked in.
pub(crate) fn differ(requested: &Value, executed: &Value) -> bool {
    match (requested.as_object(), executed.as_object()) {
        // `null` is absent, and what was added is a default.
        (Some(requested), Some(executed)) => requested.iter().any(|(name, asked)| {
            !asked.is_null() && executed.get(name).is_none_or(|executed| differ(asked, executed))
        }),
        _ => requested != executed,
    }
}

fn fit(value: &Value, schema: &Value, path: &str) -> Result<Value, Misfit> {
    if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
        return branches
            .iter()
            .find_map(|branch| fit(value, branch, path).ok())
            .ok_or_else(|| misfit(path, value, schema));
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        return choose(value, choices).ok_or_else(|| misfit(path, value, schema));
    }
    let fitted = match types(schema).as_slice() {
        ["object"] => return fit_object(value, schema, path),
        ["array"] => return fit_array(value, schema, path),
        ["boolean"] => as_boolean(value),
        ["number"] => as_number(value),
        ["integer"] => as_integer(value),
        // An id: a number if it is one, else text.
        ["integer", "string"] => as_integer(value).or_else(|| as_text(value)),
        _ => as_text(value),
    };
    fitted.filter(|fitted| in_range(fitted, schema)).ok_or_else(|| misfit(path, value, schema))
}

fn fit_object(value: &Value, schema: &Value, path: &str) -> Result<Value, Misfit> {
    let Some(object) = value.as_object() else { return Err(misfit(path, value, schema)) };
    let empty = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let mut fitted = Map::new();
    for (name, field) in object {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let Some(expected) = properties.get(name) else {
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            return Err(Misfit {
                message: format!("There is no argument `{}`.", shortened(&inner)),
                hint: format!("Known here: {}.", known.join(", ")),
            });
        };
        if !field.is_null() {
            fitted.insert(name.clone(), fit(field, expected, &inner)?);
        }
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    for name in required.filter_map(Value::as_str) {
        if !fitted.contains_key(name) {
            let full = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let expected = properties.get(name).map_or_else(String::new, takes);
            return Err(Misfit {
                message: format!("`{full}` is missing: {expected}."),
                hint: hint(properties.get(name)),
            });
        }
    }
    Ok(Value::Object(fitted))
}

fn fit_array(value: &Value, schema: &Value, path: &str) -> Result<Value, Misfit> {
    let single = [value.clone()];
    let elements = value.as_array().map_or(single.as_slice(), Vec::as_slice);
    let at_least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
    let at_most = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
    if !(at_least..=at_most).contains(&(elements.len() as u64)) {
        return Err(misfit(path, value, schema));
    }
    let any = Value::Bool(true);
    let expected = schema.get("items").unwrap_or(&any);
    let fitted: Result<Vec<Value>, Misfit> =
        elements.iter().map(|element| fit(element, expected, path)).collect();
    fitted.map(Value::Array)
}

fn choose(value: &Value, choices: &[Value]) -> Option<Value> {
    if choices.contains(value) {
        return Some(value.clone());
    }
    let plain = value.as_str()?.trim().to_lowercase().replace([' ', '-'], "_");
    choices.iter().find(|choice| choice.as_str() == Some(&plain)).cloned()
}

fn as_boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) => text.trim().to_lowercase().parse::<bool>().ok().map(Value::Bool),
        _ => None,
    }
}

fn as_number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => {
            let text = text.trim();
            // The standard library's reader of fractions brings tables that the
            // page would have to carry.
            let number = || serde_json::from_str(text).ok().filter(Value::is_number);
            text.parse::<i64>().map(Value::from).ok().or_else(number)
        }
        _ => None,
    }
}

/// Whole numbers that a double holds exactly.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

fn as_integer(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(value.clone()),
        Value::Number(number) => number
            .as_f64()
            .filter(|x| x.fract() == 0.0 && x.abs() <= LARGEST_EXACT)
            .map(|x| Value::from(x as i64)),
        Value::String(text) => {
            // "042" is an id of its own, not 42.
            let text = text.trim();
            text.parse::<i64>().ok().filter(|n| n.to_string() == text).map(Value::from)
        }
        _ => None,
    }
}

fn as_text(value: &Value) -> Option<Value> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(Value::from)
}

fn in_range(value: &Value, schema: &Value) -> bool {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    if let Some(x) = value.as_f64() {
        return bound("minimum").is_none_or(|least| x >= least)
            && bound("maximum").is_none_or(|most| x <= most);
    }
    if let Some(text) = value.as_str() {
        let prefix =
            schema.get("pattern").and_then(Value::as_str).and_then(|p| p.strip_prefix('^'));
        return bound("maxLength").is_none_or(|most| text.chars().count() as f64 <= most)
            && prefix.is_none_or(|prefix| text.starts_with(prefix));
    }
    true
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn misfit(path: &str, value: &Value, schema: &Value) -> Misfit {
    Misfit {
        message: format!("`{path}` must be {}, not {}.", takes(schema), shown(value)),
        hint: hint(Some(schema)),
    }
}

fn hint(schema: Option<&Value>) -> String {
    schema
        .and_then(|schema| schema.get("description"))
        .and_then(Value::as_str)
        .map_or_else(|| "Follow the schema of the tool.".to_owned(), str::to_owned)
}

/// A number with the decimals that it has, as JSON writes it: the standard library's
/// way would be one more for the page to carry.
pub(crate) fn written(number: &Value) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// What a schema takes, in words.
fn takes(schema: &Value) -> String {
    if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
        return branches.iter().map(takes).collect::<Vec<_>>().join(" or ");
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        let choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        return format!("one of {}", choices.join(", "));
    }
    let bound = |name: &str| schema.get(name).filter(|bound| bound.is_number()).map(written);
    let range = match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    };
    match types(schema).as_slice() {
        ["object"] => {
            let names: Vec<&str> = schema
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(Map::keys)
                .map(String::as_str)
                .collect();
            format!("an object with {}", names.join(", "))
        }
        ["array"] => {
            let of = schema.get("items").map_or_else(|| "values".to_owned(), takes);
            match (bound("minItems"), bound("maxItems")) {
                (_, Some(most)) => format!("a list of 1 to {most} entries, each {of}"),
                (Some(_), None) => format!("a list of at least one entry, each {of}"),
                (None, None) => format!("a list, each entry {of}"),
            }
        }
        ["boolean"] => "true or false".to_owned(),
        ["number"] => format!("a number{range}"),
        ["integer"] => format!("a whole number{range}"),
        ["integer", "string"] => "an id (a whole number or a text)".to_owned(),
        _ => match (schema.get("pattern").and_then(Value::as_str), bound("maxLength")) {
            (Some(pattern), _) => format!("a handle ({}…)", pattern.trim_start_matches('^')),
            (None, Some(most)) => format!("a text of 1 to {most} characters"),
            (None, None) => "a text that is not empty".to_owned(),
        },
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(list) if list.len() > 10 => format!("a list of {} entries", list.len()),
        Value::String(text) if text.trim().is_empty() => "an empty text".to_owned(),
        _ => shortened(&value.to_string()),
    }
}

/// At most eighty characters of a text that came from outside.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    let mut short: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

pub use schema::schema_of;

mod schema;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        DarkRed,
        Blue,
    }

    /// Arguments with one of everything.
    #[derive(Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Everything {
        #[schemars(range(min = 1, max = 100))]
        k: u32,
        #[schemars(length(min = 1))]
        names: Option<Vec<String>>,
        #[schemars(range(min = 0, max = 10))]
        rating: Option<f64>,
        colour: Option<Vec<Colour>>,
        flag: Option<bool>,
    }

    fn check(arguments: &Value) -> Result<Value, Misfit> {
        normalise_and_check(arguments, &schema_of::<Everything>())
    }

    #[test]
    fn certain_meanings_are_normalised() {
        let given = json!({"k": "5", "names": "Tom", "rating": "7.5", "colour": "Dark red", "flag": "True"});
        let fitted = check(&given).unwrap();
        assert_eq!(
            fitted,
            json!({"k": 5, "names": ["Tom"], "rating": 7.5, "colour": ["dark_red"], "flag": true})
        );
        assert_eq!(check(&json!({"k": 5.0, "names": null})).unwrap(), json!({"k": 5}));
    }

    #[test]
    fn a_misfit_names_the_field_and_what_it_takes() {
        for (given, message) in [
            (json!({"k": 0}), "`k` must be a whole number from 1 to 100, not 0."),
            (json!({"k": -1}), "`k` must be a whole number from 1 to 100, not -1."),
            (json!({"k": 5.5}), "`k` must be a whole number from 1 to 100, not 5.5."),
            (json!({"k": "many"}), "`k` must be a whole number from 1 to 100, not \"many\"."),
            (json!({"names": ["a"]}), "`k` is missing: a whole number from 1 to 100."),
            (
                json!({"k": 1, "names": []}),
                "`names` must be a list of at least one entry, each a text that is not empty, not an empty list.",
            ),
            (json!({"k": 1, "names": [5]}), "`names` must be a text that is not empty, not 5."),
            (
                json!({"k": 1, "rating": "NaN"}),
                "`rating` must be a number from 0 to 10, not \"NaN\".",
            ),
            (
                json!({"k": 1, "colour": ["green"]}),
                "`colour` must be one of dark_red, blue, not \"green\".",
            ),
            (json!({"k": 1, "size": 3}), "There is no argument `size`."),
            (json!(null), "The arguments must be a JSON object, not null."),
            (json!([1]), "The arguments must be a JSON object, not [1]."),
        ] {
            assert_eq!(check(&given).unwrap_err().message, message, "{given}");
        }
    }

    #[test]
    fn nulls_and_defaults_are_no_difference() {
        let executed = json!({"k": 5, "rating": {"request": "higher", "threshold": 7}});
        for (asked, other) in [
            (json!({"rating": {"request": "higher", "threshold": 7, "upper": null}}), false),
            (json!({"k": 5, "names": null, "rating": null}), false),
            (json!({"k": "5"}), true),
            (json!({"rating": {"request": "lower", "threshold": 7}}), true),
            (json!({"names": ["Tom"]}), true),
            (json!(null), true),
        ] {
            assert_eq!(differ(&asked, &executed), other, "{asked}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(
                    prop_oneof![Just("k".to_owned()), Just("names".to_owned()), ".{0,4}"],
                    inner,
                    0..4
                )
                .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_passes_fits_the_type_and_passes_again(value in any_json()) {
            if let Ok(fitted) = check(&value) {
                prop_assert!(serde_json::from_value::<Everything>(fitted.clone()).is_ok());
                prop_assert_eq!(check(&fitted).unwrap(), fitted);
            }
        }
    }
}
