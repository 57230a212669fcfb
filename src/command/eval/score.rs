//! Whether a turn is as expected.

use serde_json::Value;
use usher_protocol::Turn;

use super::question::Expected;

/// What of a turn is not as expected, in words: nothing if all is.
pub(super) fn problems(expected: &Expected, turn: &Turn) -> Vec<String> {
    let mut problems = Vec::new();
    let called: Vec<&str> = turn.steps.iter().map(|step| step.tool.as_str()).collect();
    if !expected.tools.ways().iter().any(|way| *way == called) {
        let ways: Vec<String> = expected.tools.ways().iter().map(|way| listed(way)).collect();
        problems.push(format!("called {}, expected {}", listed(&called), ways.join(" or ")));
    }
    for (tool, arguments) in &expected.args {
        let calls = turn.steps.iter().filter(|step| step.tool == *tool);
        let executed: Vec<Value> =
            calls.map(|step| with_defaults(tool, step.arguments.clone())).collect();
        if !executed.iter().any(|executed| fits(arguments, executed)) {
            let executed: Vec<String> = executed.iter().map(Value::to_string).collect();
            let executed =
                if executed.is_empty() { "no call".to_owned() } else { executed.join(" and ") };
            problems.push(format!("{tool} had {executed}, expected {arguments}"));
        }
    }
    let answer = turn.answer.to_lowercase();
    for text in &expected.answer {
        if !answer.contains(&text.to_lowercase()) {
            problems.push(format!("the answer does not hold “{text}”"));
        }
    }
    if let Some(status) = expected.status
        && status != turn.status
    {
        let word = |status| serde_json::to_value(status).unwrap_or_default();
        problems.push(format!("ended as {}, expected {}", word(turn.status), word(status)));
    }
    problems
}

fn listed<S: AsRef<str>>(tools: &[S]) -> String {
    let names: Vec<&str> = tools.iter().map(AsRef::as_ref).collect();
    if names.is_empty() { "no tool".to_owned() } else { names.join(" → ") }
}

/// What a call that leaves it out means.
fn with_defaults(tool: &str, mut arguments: Value) -> Value {
    if tool == "get_top_k_recommendations"
        && let Some(arguments) = arguments.as_object_mut()
    {
        arguments.entry("k").or_insert_with(|| 5.into());
    }
    arguments
}

/// Text compares without case, `_` equals a space, a list is without order, other
/// fields may stand beside those expected.
fn fits(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), found) if contains(expected).is_some() => {
            let wanted = contains(expected);
            found.as_array().is_some_and(|list| {
                list.iter().any(|one| wanted.is_some_and(|wanted| fits(wanted, one)))
            })
        }
        (Value::Object(expected), Value::Object(found)) => expected
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| fits(value, found))),
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|one| found.iter().any(|other| fits(one, other)))
        }
        (Value::String(expected), Value::String(found)) => plain(expected) == plain(found),
        (Value::Number(expected), Value::Number(found)) => expected.as_f64() == found.as_f64(),
        _ => expected == found,
    }
}

/// `{"contains": x}`: a list that holds x.
fn contains(expected: &serde_json::Map<String, Value>) -> Option<&Value> {
    expected.get("contains").filter(|_| expected.len() == 1)
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::fits;

    #[test]
    fn arguments_fit_as_a_question_file_means_them() {
        for (expected, found, fitting) in [
            (json!({"user": 4}), json!({"user": 4, "k": 5}), true),
            (json!({"user": 4, "k": 3}), json!({"user": 4, "k": 5}), false),
            (json!({"threshold": 6}), json!({"threshold": 6.0}), true),
            (json!(["young_adult", "Male"]), json!(["male", "young adult"]), true),
            (json!(["male"]), json!(["male", "kid"]), false),
            (json!({"contains": "comedy"}), json!(["Drama", "Comedy"]), true),
            (json!({"contains": "comedy"}), json!(["Drama"]), false),
            (json!({"contains": "comedy"}), json!("Comedy"), false),
            (json!(9), json!("9"), false),
        ] {
            assert_eq!(fits(&expected, &found), fitting, "{expected} {found}");
        }
    }
}
