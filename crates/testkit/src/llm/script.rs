use serde::{Deserialize, Serialize};
use serde_json::Value;
use usher_protocol::Usage;

/// What the server answers. It is stateless: the request alone chooses the reply, so
/// retries and several clients do not disturb each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The models that the server has.
    #[serde(default = "Model::defaults")]
    pub models: Vec<Model>,
    /// The key that it wants in the two formats of OpenAI; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it says to which question.
    pub turns: Vec<Turn>,
}

impl Default for Script {
    fn default() -> Self {
        Self { models: Model::defaults(), key: None, turns: Vec::new() }
    }
}

/// A model as the server lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// The day it is switched off, `2027-01-31`, as OpenAI's list carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shutdown_date: Option<String>,
    /// Whether it may call tools; only Ollama tells, and refuses.
    #[serde(default = "yes")]
    pub tools: bool,
    /// Whether it can think aloud; only Ollama tells, and refuses.
    #[serde(default = "yes")]
    pub thinking: bool,
}

fn yes() -> bool {
    true
}

impl Model {
    /// A model of this name that can do everything.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), shutdown_date: None, tools: true, thinking: true }
    }

    fn defaults() -> Vec<Self> {
        let old = Self { shutdown_date: Some("2027-01-31".into()), ..Self::named("scripted-old") };
        let plain = Self { tools: false, thinking: false, ..Self::named("scripted-plain") };
        vec![Self::named("scripted"), old, plain]
    }
}

/// A question and what is said to it, reply by reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The person's message; with `*` behind, how it begins; `*` alone, any.
    pub user: String,
    /// The replies: the first to the question, the next to its tools' results. The
    /// last is repeated.
    pub replies: Vec<Reply>,
}

/// One reply. Empty parts are not said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What it thinks before it speaks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thinking: String,
    /// What it says. `{{1.items.0.title}}` stands for a value of the first tool result
    /// after the question, `{{1.titles}}` for all titles in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The tools it calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// What it costs; absent: a token for every four bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The time between two pieces of a stream, in milliseconds.
    #[serde(default)]
    pub pace_ms: u64,
}

/// A call of a reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The tool.
    pub name: String,
    /// Its arguments. `"$1.set"` stands for the set of the first tool result after the
    /// question, `"$1.items"` for its items' ids, `"$set"` for the set of the last.
    pub arguments: Value,
}

impl Script {
    /// Reads a script from JSON.
    ///
    /// # Errors
    /// It is not JSON, or not in this shape.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The turn for a question: its exact text before the longest fitting beginning.
    #[must_use]
    pub fn turn(&self, user: &str) -> Option<&Turn> {
        let user = user.trim();
        let exact = self.turns.iter().find(|turn| turn.user == user);
        exact.or_else(|| {
            let begins = |turn: &&Turn| {
                turn.user.strip_suffix('*').is_some_and(|start| user.starts_with(start))
            };
            self.turns.iter().filter(begins).max_by_key(|turn| turn.user.len())
        })
    }

    /// The reply of this index to a question; what is not in the script is said so.
    #[must_use]
    pub fn reply(&self, user: &str, index: usize) -> Reply {
        let replies = self.turn(user).map_or(&[][..], |turn| &turn.replies);
        let reply = replies.get(index).or_else(|| replies.last()).cloned();
        reply.unwrap_or_else(|| Reply {
            text: format!("The script has no reply to “{user}”."),
            ..Reply::default()
        })
    }

    pub(crate) fn model(&self, name: &str) -> Option<&Model> {
        // Ollama reads a name without a tag as `name:latest`.
        let name = name.strip_suffix(":latest").unwrap_or(name);
        self.models.iter().find(|model| model.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_question_goes_before_a_beginning_and_a_long_one_before_a_short() {
        let turn = |user: &str| Turn { user: user.into(), replies: Vec::new() };
        let turns = ["*", "Recommend*", "Recommend films*", "Recommend films to user 5"];
        let script = Script { turns: turns.map(turn).into(), ..Script::default() };
        let found = |user: &str| script.turn(user).unwrap().user.clone();
        assert_eq!(found("Recommend films to user 5"), "Recommend films to user 5");
        assert_eq!(found("Recommend films to user 6"), "Recommend films*");
        assert_eq!(found("Recommend something"), "Recommend*");
        assert_eq!(found("Hello"), "*");
    }

    #[test]
    fn the_last_reply_is_repeated_and_a_missing_one_is_said_to_be_missing() {
        let json = r#"{"turns": [{"user": "Hi", "replies": [{"text": "a"}, {"text": "b"}]}]}"#;
        let script = Script::parse(json).unwrap();
        assert_eq!(script.reply("Hi", 0).text, "a");
        assert_eq!(script.reply("Hi", 7).text, "b");
        assert!(script.reply("Bye", 0).text.contains("Bye"));
    }
}
