//! A whole chain of calls, planned before the first is run.

use serde_json::Value;
use usher_protocol::Step;

/// Puts what earlier steps found in place of the references to them: `"$1.set"`,
/// `"$2.items"` (the ids), `"$1.items.0.title"`. Steps count from 1.
///
/// # Errors
/// The reference that leads nowhere.
pub(crate) fn resolve(arguments: &Value, steps: &[&Step]) -> Result<Value, String> {
    match arguments {
        Value::String(text) => match reference(text) {
            Some((step, path)) => found(step, &path, steps).ok_or_else(|| text.clone()),
            None => Ok(arguments.clone()),
        },
        Value::Array(elements) => {
            let mut resolved = Vec::with_capacity(elements.len());
            for element in elements {
                match resolve(element, steps)? {
                    // `["$1.items"]` means the ids themselves.
                    Value::Array(inner) if element.is_string() => resolved.extend(inner),
                    other => resolved.push(other),
                }
            }
            // `["$1.set"]` means the set itself.
            if let ([Value::String(set)], [Value::String(asked)]) =
                (resolved.as_slice(), elements.as_slice())
                && asked.starts_with('$')
                && set.starts_with("set:")
            {
                return Ok(Value::String(set.clone()));
            }
            Ok(Value::Array(resolved))
        }
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| Ok((name.clone(), resolve(value, steps)?))).collect()
        }
        other => Ok(other.clone()),
    }
}

/// Whether arguments refer to what another call finds.
pub(crate) fn refers(arguments: &Value) -> bool {
    match arguments {
        Value::String(text) => reference(text).is_some(),
        Value::Array(elements) => elements.iter().any(refers),
        Value::Object(fields) => fields.values().any(refers),
        _ => false,
    }
}

/// `$2.items` → 2 and its path.
fn reference(text: &str) -> Option<(usize, Vec<&str>)> {
    let mut parts = text.trim().strip_prefix('$')?.trim_matches(['{', '}']).split('.');
    let step = parts.next()?.parse().ok()?;
    let path: Vec<&str> = parts.collect();
    (!path.is_empty()).then_some((step, path))
}

fn found(step: usize, path: &[&str], steps: &[&Step]) -> Option<Value> {
    let mut value = steps.get(step.checked_sub(1)?)?.result.data()?;
    for part in path {
        value = match part.parse::<usize>() {
            Ok(place) if value.is_array() => value.get(place)?,
            _ => value.get(*part)?,
        };
    }
    if value.is_null() {
        return None;
    }
    let ids: Option<Vec<Value>> = value
        .as_array()
        .and_then(|items| items.iter().map(|item| item.get("item_id").cloned()).collect());
    Some(ids.map_or_else(|| value.clone(), Value::Array))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_protocol::ToolResult;

    use super::*;

    fn step(data: Value) -> Step {
        Step {
            tool: "look".into(),
            arguments: json!({}),
            requested: None,
            why: None,
            result: ToolResult::Success { message: String::new(), data },
            elapsed_us: 0,
        }
    }

    #[test]
    fn references_are_replaced_by_what_was_found() {
        let filter = step(json!({"set": "set:1", "items": [{"item_id": 5, "title": "Fargo"}]}));
        let user = step(json!({"user": 7, "age_category": "adult"}));
        let steps = [&filter, &user];
        for (asked, expected) in [
            (json!({"items": "$1.set", "k": 5}), json!({"items": "set:1", "k": 5})),
            (json!({"items": ["$1.set"]}), json!({"items": "set:1"})),
            (json!({"items": "$1.items"}), json!({"items": [5]})),
            (json!({"items": ["$1.items", 9]}), json!({"items": [5, 9]})),
            (json!({"user_group": ["$2.age_category"]}), json!({"user_group": ["adult"]})),
            (json!({"query": "$1.items.0.title"}), json!({"query": "Fargo"})),
            (json!({"query": "$100 in cash"}), json!({"query": "$100 in cash"})),
        ] {
            assert_eq!(resolve(&asked, &steps), Ok(expected), "{asked}");
        }
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_told() {
        let filter = step(json!({"set": "set:1", "empty": null}));
        for asked in ["$0.set", "$2.set", "$1.nothing", "$1.empty", "$1.set.0"] {
            assert_eq!(resolve(&json!({"items": asked}), &[&filter]), Err(asked.to_owned()));
        }
    }
}
