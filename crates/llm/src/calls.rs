//! What a model writes when it calls tools: ids, names and arguments.

use std::collections::HashSet;

use serde_json::{Map, Value};
use usher_protocol::Message;

/// OpenAI takes no longer ids and names.
const MOST_CHARACTERS: usize = 64;

/// Ids of calls that are unique within a conversation.
#[derive(Debug)]
pub(crate) struct CallIds {
    taken: HashSet<String>,
    made: usize,
}

impl CallIds {
    /// With the ids of a conversation taken.
    pub(crate) fn after(messages: &[Message]) -> Self {
        let calls = messages.iter().filter_map(|message| match message {
            Message::Calls { calls, .. } => Some(calls),
            _ => None,
        });
        Self { taken: calls.flatten().map(|call| call.id.clone()).collect(), made: 0 }
    }

    /// The server's own id where it is one that can be sent back; otherwise one that
    /// is made up, the same for the same conversation.
    pub(crate) fn take(&mut self, id: &str) -> String {
        let id = id.trim();
        let usable = !id.is_empty()
            && id.len() <= MOST_CHARACTERS
            && !id.contains(char::is_control)
            && self.taken.insert(id.to_owned());
        if usable {
            return id.to_owned();
        }
        loop {
            self.made += 1;
            let made = made_up(self.made);
            if self.taken.insert(made.clone()) {
                return made;
            }
        }
    }
}

/// Nine letters and digits: Mistral's models take nothing else.
pub(crate) fn made_up(number: usize) -> String {
    format!("call{number:05}")
}

/// The arguments of the calls that one string of arguments means. It is one call
/// almost always; servers that give all calls the same place in the stream join the
/// objects of several.
pub(crate) fn arguments(written: &str) -> Vec<Value> {
    let written = written.trim();
    if written.is_empty() {
        return vec![Value::Object(Map::new())];
    }
    let all: Result<Vec<Value>, _> =
        serde_json::Deserializer::from_str(written).into_iter().collect();
    match all {
        Ok(all) if all.len() == 1 => all.into_iter().map(unwrapped).collect(),
        Ok(all) if all.iter().all(Value::is_object) => all,
        _ => vec![Value::String(written.to_owned())],
    }
}

/// Whether the arguments are there to their last brace.
pub(crate) fn is_whole(written: &str) -> bool {
    serde_json::from_str::<Value>(written).is_ok_and(|value| value.is_object())
}

/// Arguments that are JSON within a string, and `null` for none.
pub(crate) fn unwrapped(value: Value) -> Value {
    match value {
        Value::Null => Value::Object(Map::new()),
        Value::String(text) if text.trim().is_empty() => Value::Object(Map::new()),
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Object(object)) => Value::Object(object),
            _ => Value::String(text),
        },
        value => value,
    }
}

/// Arguments as servers take them back: an object. Some read the string that they
/// are sent and fail if it is not JSON.
pub(crate) fn sent_back(arguments: &Value) -> Value {
    if arguments.is_object() { arguments.clone() } else { Value::Object(Map::new()) }
}

/// The tool that a model means. Some write the channel or the namespace, of which
/// their training told, into the name.
pub(crate) fn meant_name(name: &str) -> &str {
    let name = name.split("<|").next().unwrap_or_default().trim();
    name.strip_prefix("functions.").unwrap_or(name)
}

/// The calls in a call of a tool that OpenAI's models believe to exist: `parallel`,
/// which takes a list of calls.
pub(crate) fn unfolded(name: &str, arguments: &Value) -> Option<Vec<(String, Value)>> {
    if !matches!(name, "parallel" | "multi_tool_use.parallel") {
        return None;
    }
    let uses = arguments["tool_uses"].as_array().filter(|uses| !uses.is_empty())?;
    let one = |call: &Value| {
        Some((call["recipient_name"].as_str()?.to_owned(), call["parameters"].clone()))
    };
    uses.iter().map(one).collect()
}

/// A name as servers take it back. A model may call what is no tool, even what
/// cannot be the name of one, and the conversation must go on.
pub(crate) fn legal_name(name: &str) -> String {
    let legal = |letter: char| {
        if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-') { letter } else { '_' }
    };
    let name: String = name.trim().chars().take(MOST_CHARACTERS).map(legal).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_protocol::ToolCall;

    use super::*;

    #[test]
    fn ids_are_unique_in_the_conversation_and_made_up_where_they_must_be() {
        let earlier =
            ToolCall { id: "0".to_owned(), name: "x".to_owned(), arguments: json!({}), why: None };
        let made = ToolCall { id: "call00001".to_owned(), ..earlier.clone() };
        let messages = [Message::Calls { plan: None, calls: vec![earlier, made] }];
        let mut ids = CallIds::after(&messages);
        let taken = ["a", "a", "", "0", &"x".repeat(65)].map(|id| ids.take(id));
        assert_eq!(taken, ["a", "call00002", "call00003", "call00004", "call00005"]);
    }

    #[test]
    fn arguments_are_read_as_they_were_meant() {
        for (written, meant) in [
            ("", vec![json!({})]),
            (" null ", vec![json!({})]),
            (r#"{"k": 5}"#, vec![json!({"k": 5})]),
            (r#""{\"k\": 5}""#, vec![json!({"k": 5})]),
            (r#"{"k": 5}{"k": 6}"#, vec![json!({"k": 5}), json!({"k": 6})]),
            (r#"{"k": 5"#, vec![json!(r#"{"k": 5"#)]),
            (r#"{"k": 5} and"#, vec![json!(r#"{"k": 5} and"#)]),
            ("k = 5", vec![json!("k = 5")]),
        ] {
            assert_eq!(arguments(written), meant, "{written}");
        }
    }

    #[test]
    fn names_go_back_as_names() {
        for (name, legal) in [
            ("item_filter", "item_filter"),
            ("functions.item filter", "functions_item_filter"),
            ("", "unknown"),
            ("\u{4f60}\u{597d}", "__"),
        ] {
            assert_eq!(legal_name(name), legal);
        }
        assert_eq!(legal_name(&"x".repeat(100)).len(), 64);
    }
}
