//! What a script leaves open: values from the tools' results.

use serde_json::Value;

/// Arguments with every `"$1.set"` replaced.
///
/// # Errors
/// No result has such a value: what was looked for.
pub(crate) fn arguments(value: &Value, results: &[Value]) -> Result<Value, String> {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(reference) => {
                let found = find(reference, results)?;
                Ok(if last(reference) == "items" { ids(&found) } else { found })
            }
            None => Ok(value.clone()),
        },
        Value::Array(all) => all.iter().map(|value| arguments(value, results)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            fields.map(|(name, value)| Ok((name.clone(), arguments(value, results)?))).collect()
        }
        _ => Ok(value.clone()),
    }
}

/// Text with every `{{1.items.0.title}}` replaced.
///
/// # Errors
/// No result has such a value: what was looked for.
pub(crate) fn text(template: &str, results: &[Value]) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, (reference, after))) =
        rest.split_once("{{").and_then(|(before, open)| Some((before, open.split_once("}}")?)))
    {
        filled.push_str(before);
        match find(reference.trim(), results)? {
            Value::String(text) => filled.push_str(&text),
            other => filled.push_str(&other.to_string()),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn last(reference: &str) -> &str {
    reference.rsplit('.').next().unwrap_or(reference)
}

/// `2.items.0.title` in the second result; without a number, in the last.
fn find(reference: &str, results: &[Value]) -> Result<Value, String> {
    let (first, path) = reference.split_once('.').unwrap_or((reference, ""));
    let (result, path) = match first.parse::<usize>() {
        Ok(number) => (number.checked_sub(1).and_then(|index| results.get(index)), path),
        Err(_) => (results.last(), reference),
    };
    let data = result.map(|result| result.get("data").unwrap_or(result).clone());
    let steps = path.split('.').filter(|name| !name.is_empty());
    let found =
        data.and_then(|data| steps.into_iter().try_fold(data, |data, name| step(&data, name)));
    found.ok_or_else(|| {
        format!("the script wants {reference}, which {} tool results do not hold", results.len())
    })
}

fn step(value: &Value, name: &str) -> Option<Value> {
    if name == "titles" {
        let titles = value["items"].as_array()?.iter().filter_map(|item| item["title"].as_str());
        return Some(titles.collect::<Vec<_>>().join(", ").into());
    }
    match value {
        Value::Array(all) => all.get(name.parse::<usize>().ok()?).cloned(),
        _ => value.get(name).cloned(),
    }
}

fn ids(items: &Value) -> Value {
    items.as_array().into_iter().flatten().map(|item| item["item_id"].clone()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_replaced_by_what_the_tools_returned() {
        let results = [
            json!({"status": "success", "data": {"set": "set:1", "items": [{"item_id": 7}]}}),
            json!({"items": [{"title": "Jaws"}, {"title": "Duel"}]}),
        ];
        let asked = json!({"items": "$1.items", "in": ["$1.set"], "k": 5});
        let filled = arguments(&asked, &results).unwrap();
        assert_eq!(filled, json!({"items": [7], "in": ["set:1"], "k": 5}));
        assert_eq!(arguments(&json!("$set"), &results[..1]).unwrap(), "set:1");
        let said = text("{{2.items.1.title}} of {{2.titles}} ({{1.items.0.item_id}})", &results);
        assert_eq!(said.unwrap(), "Duel of Jaws, Duel (7)");
        assert!(text("{{3.set}}", &results).unwrap_err().contains("3.set"));
    }
}
