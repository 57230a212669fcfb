//! JSON as models write it, where the meaning is certain.

use serde_json::{Map, Number, Value};

/// How deeply objects and lists may lie in each other.
const MOST_DEPTH: usize = 64;

/// Reads JSON, and beside it what models make of it: a comma too many, single
/// quotes, `True` and `None`, closing brackets that are missing at the end. A text
/// that ends within a word, a number or a string is not read: what was meant is
/// not certain then. Gives the value and what stands behind it.
pub(crate) fn read(text: &str) -> Option<(Value, &str)> {
    let mut reader = Reader { rest: text, cut: false };
    let value = reader.value(0)?;
    Some((value, reader.rest))
}

struct Reader<'a> {
    rest: &'a str,
    /// The text has ended, and whatever is still open is closed.
    cut: bool,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MOST_DEPTH {
            return None;
        }
        match self.peek()? {
            '{' => self.object(depth),
            '[' => self.list(depth),
            '"' | '\'' => self.string().map(Value::String),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.take('{');
        let mut fields = Map::new();
        loop {
            match self.peek() {
                None => {
                    self.cut = true;
                    return (!fields.is_empty()).then_some(Value::Object(fields));
                }
                Some('}') => {
                    self.take('}');
                    return Some(Value::Object(fields));
                }
                Some(',') if !fields.is_empty() => {
                    self.take(',');
                }
                Some('"' | '\'') => {
                    let name = self.string()?;
                    if !self.take(':') {
                        return None;
                    }
                    let value = self.value(depth + 1)?;
                    fields.insert(name, value);
                }
                Some(_) => return None,
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.take('[');
        let mut elements = Vec::new();
        loop {
            match self.peek() {
                None => {
                    self.cut = true;
                    return (!elements.is_empty()).then_some(Value::Array(elements));
                }
                Some(']') => {
                    self.take(']');
                    return Some(Value::Array(elements));
                }
                // An object that was closed too late: `[{"a": 1]`.
                Some('}') => return None,
                Some(',') if !elements.is_empty() => {
                    self.take(',');
                }
                Some(_) => elements.push(self.value(depth + 1)?),
            }
        }
    }

    /// Text in double quotes as JSON has it, or in single ones as Python has it.
    fn string(&mut self) -> Option<String> {
        let quote = self.peek()?;
        let inside = self.rest.strip_prefix(quote)?;
        let mut end = None;
        let mut escaped = false;
        for (at, letter) in inside.char_indices() {
            if escaped {
                escaped = false;
            } else if letter == '\\' {
                escaped = true;
            } else if letter == quote {
                end = Some(at);
                break;
            }
        }
        let (text, rest) = (inside.get(..end?)?, inside.get(end? + quote.len_utf8()..)?);
        let text = if quote == '"' {
            unescaped(text)?
        } else {
            unescaped(&text.replace("\\'", "'").replace('"', "\\\""))?
        };
        self.rest = rest;
        Some(text)
    }

    fn word(&mut self) -> Option<Value> {
        let end = self
            .rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || "+-.".contains(letter)))?;
        let (word, rest) = self.rest.split_at(end);
        let value = match word {
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            "null" | "None" => Value::Null,
            number => Value::Number(number.parse::<Number>().ok()?),
        };
        self.rest = rest;
        Some(value)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn take(&mut self, letter: char) -> bool {
        self.peek();
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// The text of a JSON string without its quotes. Line breaks may stand in it.
fn unescaped(text: &str) -> Option<String> {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    serde_json::from_str::<Value>(&quoted).ok()?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Option<Value> {
        read(text).map(|(value, _)| value)
    }

    #[test]
    fn what_models_write_is_read_where_its_meaning_is_certain() {
        for (text, expected) in [
            (r#"{"a": [1, 2.5, -3]}"#, json!({"a": [1, 2.5, -3]})),
            (r#"{"a": 1, "b": [true, null,],}"#, json!({"a": 1, "b": [true, null]})),
            (r#"{"a": {"b": [1, 2]"#, json!({"a": {"b": [1, 2]}})),
            (r#"{"a": "x"  "#, json!({"a": "x"})),
            ("{'a': 'it\\'s', 'b': True, 'c': None}", json!({"a": "it's", "b": true, "c": null})),
            ("{\"a\": \"two\nlines\"}", json!({"a": "two\nlines"})),
            (r#"{"a": "\u00e9"}"#, json!({"a": "é"})),
            ("{}", json!({})),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_not_read() {
        for text in [
            "",
            "{",
            r#"{"a": "Com"#,
            r#"{"a": 19"#,
            r#"{"a"#,
            r#"{"a": tru"#,
            r#"{"a":"#,
            "[",
            "{a: 1}",
            "hello",
            r#"[{"a": 1]"#,
        ] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value(&"[".repeat(100_000)), None);
    }

    #[test]
    fn what_stands_behind_the_value_is_given_back() {
        assert_eq!(read(r#"{"a":1} and more"#), Some((json!({"a": 1}), " and more")));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::vec((".{0,4}", inner), 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_is_read_as_json(fields in prop::collection::vec(any_json(), 1..4)) {
            let json = Value::Array(fields);
            prop_assert_eq!(value(&json.to_string()), Some(json.clone()));
            let pretty = serde_json::to_string_pretty(&json).unwrap();
            prop_assert_eq!(value(&pretty), Some(json));
        }

        #[test]
        fn any_text_is_taken(text in "[\\[\\]{}:,'\"\\\\a-c0-9é \n]{0,60}") {
            let _ = read(&text);
        }
    }
}
