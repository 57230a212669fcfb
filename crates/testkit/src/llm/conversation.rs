use serde_json::Value;

/// A request in no provider's words.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) model: String,
    pub(crate) stream: bool,
    /// Whether a stream should end with what it cost.
    pub(crate) usage: bool,
    pub(crate) temperature: Option<f64>,
    pub(crate) tools: Vec<Offered>,
    pub(crate) conversation: Conversation,
    /// Its length in bytes, for what it cost.
    pub(crate) bytes: usize,
}

/// A tool that a request offers.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) name: String,
    /// The names of its parameters.
    pub(crate) parameters: Vec<String>,
}

impl Offered {
    pub(crate) fn new(name: &str, schema: &Value) -> Self {
        let properties = schema["properties"].as_object();
        let parameters = properties.map(|all| all.keys().cloned().collect()).unwrap_or_default();
        Self { name: name.to_owned(), parameters }
    }
}

/// What a conversation's messages are to the script.
#[derive(Debug, Default)]
pub(crate) struct Conversation(pub(crate) Vec<Entry>);

#[derive(Debug, PartialEq)]
pub(crate) enum Entry {
    /// The person spoke.
    User(String),
    /// The client tells the model what was wrong.
    Note,
    /// The model spoke: text, calls, or both.
    Turn,
    /// A tool answered.
    Result(Value),
}

/// Where a conversation stands.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    /// The person's last message.
    pub(crate) user: String,
    /// The model's turns since.
    pub(crate) index: usize,
    /// The tools' results since.
    pub(crate) results: Vec<Value>,
}

impl Conversation {
    /// A message of the person, with notes behind it or in its guise.
    pub(crate) fn user(&mut self, text: &str) {
        let (said, is_noted) = match text.find("[note]") {
            Some(at) => (text.get(..at).unwrap_or_default(), true),
            None => (text, false),
        };
        if !is_noted || !said.trim().is_empty() {
            self.0.push(Entry::User(said.trim().to_owned()));
        }
        if is_noted {
            self.0.push(Entry::Note);
        }
    }

    /// A tool's result, from the text that the client sends.
    pub(crate) fn result(&mut self, text: &str) {
        let json = text.find('{').and_then(|start| text.get(start..));
        let value = json.and_then(|json| serde_json::from_str(json).ok());
        self.0.push(Entry::Result(value.unwrap_or_else(|| text.into())));
    }

    /// Where the conversation stands. With `again`, a turn that was turned down (a
    /// note follows it, or its calls were refused) does not count: a model that made
    /// a mistake says the same thing again, rightly.
    pub(crate) fn place(&self, again: bool) -> Place {
        let last = self.0.iter().rposition(|entry| matches!(entry, Entry::User(_)));
        let (user, since) = match last.map(|at| self.0.split_at(at + 1)) {
            Some((before, since)) => match before.last() {
                Some(Entry::User(text)) => (text.clone(), since),
                _ => (String::new(), since),
            },
            None => (String::new(), &self.0[..]),
        };
        let mut place = Place { user, index: 0, results: Vec::new() };
        for turn in since.split(|entry| *entry == Entry::Turn).skip(1) {
            let noted = turn.contains(&Entry::Note);
            let results = turn.iter().filter_map(|entry| match entry {
                Entry::Result(result) => Some(result),
                _ => None,
            });
            let results: Vec<Value> = results.cloned().collect();
            let refused = !results.is_empty() && results.iter().all(is_refused);
            if !again || !(noted || refused) {
                place.index += 1;
                place.results.extend(results);
            }
        }
        place
    }
}

/// Whether a tool says that the call was wrong.
fn is_refused(result: &Value) -> bool {
    ["invalid_arguments", "unknown_tool"].iter().any(|kind| result["error"]["kind"] == *kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn conversation() -> Conversation {
        let refused = json!({"status": "failure", "error": {"kind": "unknown_tool"}});
        let mut conversation = Conversation::default();
        conversation.user("Before");
        conversation.0.push(Entry::Turn);
        conversation.user("Now");
        conversation.0.push(Entry::Turn);
        conversation.result(r#"{"data": {"set": "set:1"}}"#);
        conversation.0.push(Entry::Turn);
        conversation.result(&refused.to_string());
        conversation.0.push(Entry::Turn);
        conversation.user("[note] Answer again.");
        conversation
    }

    #[test]
    fn the_models_turns_since_the_persons_last_message_are_counted() {
        let place = conversation().place(false);
        assert_eq!((place.user.as_str(), place.index, place.results.len()), ("Now", 3, 2));
    }

    #[test]
    fn a_note_behind_the_persons_message_is_not_the_persons() {
        let mut conversation = Conversation::default();
        conversation.user("Now\n\n[note] Say something.");
        assert_eq!(conversation.place(true).user, "Now");
    }

    #[test]
    fn after_a_mistake_the_same_thing_is_said_again() {
        let place = conversation().place(true);
        assert_eq!((place.index, place.results), (1, vec![json!({"data": {"set": "set:1"}})]));
    }
}
