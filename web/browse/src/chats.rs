//! Conversations that are kept: what is searched, exported and imported.
//!
//! Turns stand in the order in which they were asked. One that does not go on from the one
//! before it says in `after` from which it does, counted from 0; −1: from none.

use serde_json::{Value, json};
use usher_protocol::{Fields, FromJson, Problem, Status, Turn, readable};
use usher_web_answer::quantity::counted;
use usher_web_answer::words::{filled, t};

/// What an exported conversation says it is.
const FORMAT: &str = "usher-conversation";
/// The one version of that form.
const VERSION: u64 = 1;
/// The latest date that is taken: about where JavaScript's end.
const LATEST_MS: u64 = 8_000_000_000_000_000;
/// The longest name, in characters.
pub(crate) const NAME_CHARS: usize = 80;

/// A conversation as the list knows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The catalogue that it is about, with its counts.
    pub(crate) catalogue: String,
    /// When it was last gone on with, in milliseconds since 1970.
    pub(crate) changed: u64,
    /// The same, for the person.
    pub(crate) when: String,
    pub(crate) questions: Vec<String>,
}

readable!(struct Chat { id, name, catalogue, changed, when, questions });

impl Chat {
    /// What is said below its name.
    pub(crate) fn details(&self) -> String {
        let turns = counted(self.questions.len() as u64, "question");
        let catalogue = self.catalogue.split(" · ").next().unwrap_or_default();
        [&turns, self.when.as_str(), catalogue].join(" · ")
    }

    /// What is kept of it beside its turns.
    pub(crate) fn head(&self) -> String {
        let Self { name, catalogue, changed, questions, .. } = self;
        json!({"name": name, "catalogue": catalogue, "changed": changed, "questions": questions})
            .to_string()
    }

    /// A name for a file of it, without an ending.
    pub(crate) fn file_name(&self) -> String {
        let parts = self.name.split(|letter: char| {
            letter.is_whitespace() || letter.is_control() || r#"/\:*?"<>|.'`"#.contains(letter)
        });
        let words: Vec<&str> = parts.filter(|part| !part.is_empty()).take(8).collect();
        ["usher-", &words.join("-")].concat()
    }

    /// All of it as JSON, to be imported elsewhere.
    pub(crate) fn exported(&self, turns: Value) -> String {
        let mut all = json!({
            "format": FORMAT,
            "version": VERSION,
            "name": self.name,
            "catalogue": self.catalogue,
            "changed": self.changed,
        });
        if let Some(all) = all.as_object_mut() {
            all.insert("turns".to_owned(), turns);
        }
        all.to_string()
    }

    /// What is to be read of it, as Markdown.
    pub(crate) fn markdown(&self, written: &Value, turns: &[Turn]) -> String {
        let mut parts = vec![["# ", &plain(&self.name)].concat(), plain(&self.details())];
        for (number, turn) in turns.iter().enumerate() {
            if let Some(after) = written.get(number).and_then(|turn| turn.get("after")?.as_i64()) {
                let before = usize::try_from(after).ok().and_then(|after| turns.get(after));
                parts.push(before.map_or_else(
                    || ["*", &t("Another beginning:"), "*"].concat(),
                    |turn| {
                        let told = filled("Another way on from “{0}”:", &[&plain(&turn.question)]);
                        ["*", &told, "*"].concat()
                    },
                ));
            }
            parts.push(["## ", &plain(&turn.question)].concat());
            let steps: Vec<String> = turn
                .steps
                .iter()
                .map(|step| {
                    let arguments = step.arguments.to_string().replace('`', "'");
                    let message = plain(step.result.message());
                    ["- `", &step.tool, " ", &arguments, "`: ", &message].concat()
                })
                .collect();
            parts.extend((!steps.is_empty()).then(|| steps.join("\n")));
            if let Some(Problem { what, next }) = &turn.problem {
                parts.push(["> ", &plain(what), " ", &plain(next)].concat());
            }
            parts.extend((!turn.answer.is_empty()).then(|| turn.answer.clone()));
            parts.extend(
                (turn.status == Status::Stopped).then(|| ["*", &t("Stopped."), "*"].concat()),
            );
        }
        parts.join("\n\n") + "\n"
    }
}

/// Reads what [`Chat::exported`] wrote: the conversation and its turns.
///
/// # Errors
/// It is something else; says what, and what to do.
pub(crate) fn imported(text: &str) -> Result<(Chat, Value), String> {
    read(text).map_err(|why| {
        filled("Nothing was imported: {0}. Choose a file that Usher has exported as JSON.", &[&why])
    })
}

fn read(text: &str) -> Result<(Chat, Value), String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| filled("the file is not JSON ({0})", &[&error.to_string()]))?;
    let fields = || {
        let mut fields = Fields::of(value)?;
        let format: (String, u64) = (fields.take("format")?, fields.take("version")?);
        let written: Value = fields.take("turns")?;
        let turns = Vec::<Turn>::from_json(written.clone())?;
        let rows = written.as_array().into_iter().flatten().zip(0..);
        let is_in_order = rows.into_iter().all(|(turn, number)| {
            turn.get("after").is_none_or(|after| {
                after.as_i64().is_some_and(|after| (-1..number).contains(&after))
            })
        });
        let chat = Chat {
            id: String::new(),
            name: fields.take("name")?,
            catalogue: fields.take("catalogue")?,
            changed: fields.take("changed")?,
            when: String::new(),
            questions: turns.into_iter().map(|turn| turn.question).collect(),
        };
        Ok::<_, serde_json::Error>((format, chat, written, is_in_order))
    };
    let (format, mut chat, turns, is_in_order) = fields().map_err(|error| {
        filled("it is no conversation of Usher\u{2019}s ({0})", &[&error.to_string()])
    })?;
    if format != (FORMAT.to_owned(), VERSION) {
        return Err(filled("its format is not {0}", &[&[FORMAT, " 1"].concat()]));
    }
    let why = match name(&chat.name) {
        _ if chat.questions.is_empty() => "the conversation has no turns",
        _ if chat.changed > LATEST_MS => "its date is none",
        _ if !is_in_order => "a turn says that it comes after one that is not before it",
        None => "the conversation has no name",
        Some(name) => {
            chat.name = name;
            return Ok((chat, turns));
        }
    };
    Err(t(why))
}

/// Those of some turns that can be read, as they are written and as they are read. What
/// came after one that is left out comes after the one before that.
pub(crate) fn sound(turns: Value) -> (Value, Vec<Turn>) {
    let (mut written, mut read) = (Vec::new(), Vec::new());
    // Of each turn, where it stands now, or else where the one before it does.
    let mut places: Vec<i64> = Vec::new();
    for mut turn in Vec::<Value>::from_json(turns).unwrap_or_default() {
        let after = turn.get("after").and_then(Value::as_i64);
        let after = after.unwrap_or(places.len() as i64 - 1);
        let after = usize::try_from(after).ok().and_then(|at| places.get(at).copied());
        let after = after.unwrap_or(-1);
        let Ok(known) = Turn::from_json(turn.clone()) else {
            places.push(after);
            continue;
        };
        let place = read.len() as i64;
        if let Some(fields) = turn.as_object_mut() {
            fields.remove("after");
            if after != place - 1 {
                fields.insert("after".to_owned(), after.into());
            }
        }
        places.push(place);
        written.push(turn);
        read.push(known);
    }
    (Value::Array(written), read)
}

/// A name as it is kept; nothing of one that is empty.
pub(crate) fn name(typed: &str) -> Option<String> {
    let name: String = typed.trim().chars().take(NAME_CHARS).collect();
    (!name.is_empty()).then_some(name)
}

/// Text as Markdown that shows it, on one line.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '|' | '~' | '&')
        {
            escaped.push('\\');
        }
        escaped.push(if letter.is_control() { ' ' } else { letter });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn turns() -> Value {
        json!([
            {"question": "Any <b>*comedies*</b>?\nNew ones", "status": "answered", "answer": "**Yes**: 2.",
             "model": "guide", "steps": [{"tool": "item_filter", "arguments": {"genres": ["Comedy"]},
             "result": {"status": "success", "message": "2 items.", "data": {"count": 2}},
             "elapsed_us": 3}]},
            {"question": "More", "status": "stopped", "answer": "", "model": "m", "steps": [],
             "cost": {"requests": 1, "usage": {"input_tokens": 2, "output_tokens": 3}}},
        ])
    }

    fn read_turns() -> Vec<Turn> {
        serde_json::from_value(turns()).unwrap()
    }

    fn chat() -> Chat {
        Chat {
            id: "a".into(),
            name: "Any comedies?".into(),
            catalogue: "Demo · 9 items".into(),
            changed: 1_700_000_000_000,
            when: "today".into(),
            questions: vec!["Any <b>*comedies*</b>?\nNew ones".into(), "More".into()],
        }
    }

    #[test]
    fn what_is_exported_can_be_imported() {
        let (read, kept) = imported(&chat().exported(turns())).unwrap();
        assert_eq!(read, Chat { id: String::new(), when: String::new(), ..chat() });
        assert_eq!(kept, turns());
    }

    #[test]
    fn turns_that_cannot_be_read_are_left_out_and_the_others_stay_in_their_order() {
        let after = |number: i64| {
            let mut turn = turns()[1].clone();
            turn["after"] = number.into();
            turn
        };
        let (written, read) = sound(
            json!([turns()[0], null, after(1), {"question": 7, "after": 0}, after(3), after(2)]),
        );
        // 2 goes on from 1, which is not there, so from 0; 4 does from 3, so from 0, too.
        assert_eq!(written, json!([turns()[0], turns()[1], after(0), after(1)]));
        assert_eq!(read.len(), 4);
    }

    #[test]
    fn what_is_something_else_is_refused_with_the_reason() {
        let with = |field: &str, value: Value| {
            let mut all: Value = serde_json::from_str(&chat().exported(turns())).unwrap();
            all[field] = value;
            all.to_string()
        };
        for (text, reason) in [
            ("PNG".to_owned(), "not JSON"),
            ("[]".to_owned(), "expected an object"),
            ("{}".to_owned(), "missing field `format`"),
            (with("format", json!("other")), "its format is not"),
            (with("version", json!(2)), "usher-conversation 1"),
            (with("turns", json!([])), "no turns"),
            (with("turns", json!([{"question": "q"}])), "missing field `status`"),
            (with("turns", json!([7])), "expected an object"),
            (with("name", json!("  ")), "no name"),
            (with("changed", json!(u64::MAX)), "date"),
            (
                with(
                    "turns",
                    json!([{"question": "q", "status": "answered", "answer": "", "model": "m", "steps": [], "after": 0}]),
                ),
                "comes after",
            ),
            (with("changed", json!("now")), "changed: expected a whole number"),
        ] {
            let told = imported(&text).unwrap_err();
            assert!(told.contains(reason), "{text}: {told}");
        }
    }

    #[test]
    fn markdown_shows_questions_as_text_and_answers_as_they_are() {
        let text = chat().markdown(&turns(), &read_turns());
        assert!(text.starts_with("# Any comedies?\n\n2 questions · today"), "{text}");
        assert!(text.contains("\n## Any \\<b\\>\\*comedies\\*\\</b\\>? New ones\n"), "{text}");
        assert!(text.contains("- `item_filter {\"genres\":[\"Comedy\"]}`: 2 items.\n"), "{text}");
        assert!(text.ends_with("**Yes**: 2.\n\n## More\n\n*Stopped.*\n"), "{text}");
        let mut again = turns();
        again[1]["after"] = (-1).into();
        let text = chat().markdown(&again, &read_turns());
        assert!(text.contains("\n*Another beginning:*\n\n## More\n"), "{text}");
    }

    proptest! {
        #[test]
        fn no_file_is_too_odd_to_be_refused(text in any::<String>(), name in any::<String>()) {
            prop_assert!(imported(&text).is_err());
            let file = Chat { name, ..chat() }.file_name();
            prop_assert!(file.starts_with("usher-") && !file.contains(['/', '\\', '.']));
        }
    }
}
