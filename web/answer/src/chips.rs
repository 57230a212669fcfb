//! Arguments of a tool call as short texts.

use serde_json::Value;

/// How many values of a list are told.
const MOST: usize = 6;

/// Each argument's name and value, in the order of the call.
pub fn chips(arguments: &Value) -> Vec<(String, String)> {
    let fields = arguments.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.clone(), told(value))).collect()
}

fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(values) => {
            let mut text = values.iter().take(MOST).map(told).collect::<Vec<_>>().join(", ");
            if values.len() > MOST {
                text += &format!(" and {} more", values.len() - MOST);
            }
            text
        }
        Value::Object(_) => comparison(value).unwrap_or_else(|| value.to_string()),
        _ => value.to_string(),
    }
}

/// A comparison in signs: `> 90`, `7 to 10`.
fn comparison(value: &Value) -> Option<String> {
    let threshold = value.get("threshold")?;
    match value.get("request")?.as_str()? {
        "higher" => Some(format!("> {threshold}")),
        "lower" => Some(format!("< {threshold}")),
        "exact" => Some(format!("= {threshold}")),
        "between" => Some(format!("{threshold} to {}", value.get("upper")?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_are_told_without_json_where_that_can_be() {
        let told = chips(&json!({
            "actors": ["Tom Cruise", "Val Kilmer"],
            "duration": {"request": "lower", "threshold": 90},
            "imdb_rating": {"request": "between", "threshold": 7, "upper": 10},
            "items": [1, 2, 3, 4, 5, 6, 7, 8],
            "exclude_seen": true,
            "odd": {"a": 1},
        }));
        let values: Vec<_> = told.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(
            values,
            [
                "Tom Cruise, Val Kilmer",
                "< 90",
                "7 to 10",
                "1, 2, 3, 4, 5, 6 and 2 more",
                "yes",
                "{\"a\":1}"
            ]
        );
        assert!(chips(&json!(7)).is_empty());
    }
}
