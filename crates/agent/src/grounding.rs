//! Whether what an answer names stands in a tool's result.

use std::collections::HashSet;

use serde_json::Value;
use usher_protocol::{Message, ToolResult};

/// Words of a title that are written small.
const SMALL: [&str; 18] = [
    "a", "an", "and", "at", "by", "de", "for", "from", "in", "la", "le", "of", "on", "or", "the",
    "to", "vs", "with",
];
/// What stands before an id.
const ID_WORDS: [&str; 6] = ["id", "item", "movie", "film", "items", "ids"];
/// Fields whose values are ids.
const ID_FIELDS: [&str; 5] = ["item_id", "because", "unknown", "items", "user"];
/// The most names that are told.
const MOST_TOLD: usize = 5;
/// Lines of an answer that are looked at, and letters of each: more than a person
/// reads, and no more than can be looked at while nobody waits.
const MOST_LINES: usize = 400;
const MOST_LETTERS: usize = 1_000;

/// What a conversation's tools have returned and its person has said.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// All words, in plain form, with a space around each.
    words: String,
    titles: HashSet<String>,
    ids: HashSet<String>,
}

impl Evidence {
    pub(crate) fn of(messages: &[Message]) -> Self {
        let mut evidence = Self { words: " ".to_owned(), ..Self::default() };
        for message in messages {
            match message {
                Message::User { text } => evidence.read(text),
                Message::Tool { step, .. } => {
                    evidence.collect(&step.arguments, "");
                    evidence.read(step.result.message());
                    if let ToolResult::Success { data, .. } = &step.result {
                        evidence.collect(data, "");
                    }
                }
                Message::Calls { .. } | Message::Assistant { .. } | Message::Note { .. } => {}
            }
        }
        evidence
    }

    /// Whether the words of this text stand in what a tool returned or the person
    /// said, however they are set.
    pub(crate) fn quotes(&self, text: &str) -> bool {
        self.words.contains(&format!(" {} ", plain(text)))
    }

    /// Names and ids in an answer that stand nowhere here.
    pub(crate) fn unknown_in(&self, answer: &str) -> Vec<String> {
        let mut unknown: Vec<String> = Vec::new();
        for line in answer.lines().take(MOST_LINES) {
            let end = line.char_indices().nth(MOST_LETTERS).map_or(line.len(), |(at, _)| at);
            let Some(line) = line.get(..end).filter(|_| unknown.len() < MOST_TOLD) else { break };
            let found = self.unknown_names(line).into_iter().chain(self.unknown_ids(line));
            for name in found {
                let words = plain(&name);
                let is_told = unknown.iter().any(|told| {
                    let told = plain(told);
                    told.contains(&words) || words.contains(&told)
                });
                if unknown.len() < MOST_TOLD && !is_told {
                    unknown.push(name);
                }
            }
        }
        unknown
    }

    fn read(&mut self, text: &str) {
        let plain = plain(text);
        self.ids.extend(numbers(&plain).map(str::to_owned));
        self.words.push_str(&plain);
        self.words.push(' ');
    }

    fn collect(&mut self, value: &Value, field: &str) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.collect(value, name);
                }
            }
            Value::Array(elements) => {
                for element in elements {
                    self.collect(element, field);
                }
            }
            Value::String(text) => {
                let plain = plain(text);
                if field == "title" {
                    // The year that a title may carry is told beside it.
                    let bare = text.split(" (").next().unwrap_or(text);
                    self.titles.insert(self::plain(bare));
                    self.titles.insert(plain.clone());
                }
                if ID_FIELDS.contains(&field) {
                    self.ids.insert(plain.clone());
                }
                self.words.push_str(&plain);
                self.words.push(' ');
            }
            Value::Number(number) => {
                let number = number.to_string();
                self.words.push_str(&plain(&number));
                self.words.push(' ');
                if ID_FIELDS.contains(&field) {
                    self.ids.insert(number);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn knows(&self, name: &str) -> bool {
        let name = plain(name);
        let turned = match name.split_once(' ') {
            Some((article @ ("the" | "a" | "an"), rest)) => format!("{rest} {article}"),
            _ => match name.rsplit_once(' ') {
                Some((rest, article @ ("the" | "a" | "an"))) => format!("{article} {rest}"),
                _ => name.clone(),
            },
        };
        name.is_empty()
            || [name, turned].iter().any(|name| self.words.contains(&format!(" {name} ")))
    }

    fn unknown_names(&self, line: &str) -> Vec<String> {
        let mut unknown = Vec::new();
        let item = item_of(line);
        for (at, span) in marked_spans(line) {
            let name = without_year(span);
            let behind = line.get(at + span.len()..).unwrap_or_default();
            let behind = behind.trim_start_matches(['*', '_', '"', '”', '»', ' ']);
            let has_year = name.len() < span.len() || year_in_brackets(behind);
            let leads = item.is_some_and(|item| {
                item.trim_start_matches(['*', '_', '"', '“', '«', ' ']).starts_with(span)
            });
            let is_label = span.trim_end().ends_with(':') || behind.starts_with(':');
            let is_name = has_year || (leads && !is_label && looks_like_a_title(name));
            if is_name && !self.knows(name) {
                unknown.push(name.trim().to_owned());
            }
        }
        unknown.extend(self.unmarked_names(line));
        unknown.extend(self.unmarked_item(line));
        unknown
    }

    /// `1. The Great Heist – a thriller`: what a numbered line begins with.
    fn unmarked_item(&self, line: &str) -> Option<String> {
        let item = item_of(line)
            .filter(|_| line.trim_start().starts_with(|c: char| c.is_ascii_digit()))?;
        let head = item.split([':', '–', '—', '·', '(', ',', '|']).next()?;
        let head = head.split(" - ").next()?.trim();
        let is_title = head.split_whitespace().count() > 1
            && !head.contains(['*', '_', '`'])
            && looks_like_a_title(head);
        (is_title && !self.knows(head)).then(|| head.to_owned())
    }

    /// `You may like The Great Heist (1999)`: titles without marks, by their years.
    fn unmarked_names(&self, line: &str) -> Vec<String> {
        let mut unknown = Vec::new();
        for (at, _) in line.match_indices('(') {
            let (Some(before), Some(behind)) = (line.get(..at), line.get(at..)) else { continue };
            if !year_in_brackets(behind) || before.trim_end().ends_with(['*', '_', '"', '”', '»'])
            {
                continue;
            }
            let words: Vec<&str> = before.split_whitespace().collect();
            let ends = |word: &str| {
                word.ends_with([',', ';', ':', ')'])
                    || !(starts_large(word) || SMALL.contains(&word))
            };
            // A title may hold a colon or a comma; its last part is enough to know it.
            let from = words.iter().rposition(|word| ends(word)).map_or(0, |place| place + 1);
            let name = words.get(from..).unwrap_or_default();
            let small = name.iter().take_while(|word| !starts_large(word)).count();
            let name = name.get(small..).unwrap_or_default();
            let known = (0..name.len()).any(|from| {
                let suffix = plain(&name.get(from..).unwrap_or_default().join(" "));
                self.titles.contains(&suffix)
            });
            let name = name.join(" ");
            let name = name.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned();
            if !name.is_empty() && !known && !self.knows(&name) {
                unknown.push(name);
            }
        }
        unknown
    }

    fn unknown_ids(&self, line: &str) -> Vec<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        words
            .windows(2)
            .filter_map(|pair| match pair {
                [word, number] => {
                    let word = word
                        .trim_start_matches(|letter: char| !letter.is_alphanumeric())
                        .trim_end_matches([':', '#'])
                        .to_lowercase();
                    // `Transformers: The Movie (1986)` tells a year.
                    let number = number.trim_start_matches(['#', '*']);
                    let number = number.trim_end_matches(|letter: char| !letter.is_alphanumeric());
                    (ID_WORDS.contains(&word.as_str()) && is_number(number)).then_some(number)
                }
                _ => None,
            })
            .filter(|number| !self.ids.contains(*number))
            .map(|number| format!("id {number}"))
            .collect()
    }
}

/// What a list item holds behind its mark; nothing of another line.
fn item_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(item) = line.strip_prefix(['-', '*', '•', '+']) {
        return item.starts_with(' ').then(|| item.trim_start());
    }
    let (number, item) = line.split_once(['.', ')'])?;
    is_number(number).then(|| item.trim_start())
}

/// The texts between marks, with where they begin.
fn marked_spans(line: &str) -> Vec<(usize, &str)> {
    const MARKS: [(&str, &str); 5] =
        [("**", "**"), ("__", "__"), ("“", "”"), ("\"", "\""), ("«", "»")];
    let mut spans = Vec::new();
    for (open, close) in MARKS {
        let mut from = 0;
        while let Some(rest) = line.get(from..)
            && let Some(start) = rest.find(open)
            && let Some(inside) = rest.get(start + open.len()..)
            && let Some(length) = inside.find(close)
            && let Some(span) = inside.get(..length)
        {
            let at = from + start + open.len();
            spans.push((at, span));
            from = at + length + close.len();
        }
    }
    spans
}

fn without_year(name: &str) -> &str {
    match name.rsplit_once('(') {
        Some((before, year)) if year_in_brackets(&format!("({year}")) => before,
        _ => name,
    }
}

fn year_in_brackets(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('(') else { return false };
    let Some((year, _)) = inside.split_once([')', ',', ';']) else { return false };
    year.len() == 4 && is_number(year)
}

fn looks_like_a_title(name: &str) -> bool {
    let mut words = name.split_whitespace().peekable();
    words.peek().is_some_and(|word| word.chars().any(char::is_alphabetic))
        && words.all(|word| {
            starts_large(word) || SMALL.contains(&word) || !word.contains(char::is_alphabetic)
        })
}

fn starts_large(word: &str) -> bool {
    word.trim_start_matches(|letter: char| !letter.is_alphanumeric())
        .chars()
        .next()
        .is_some_and(|letter| letter.is_uppercase() || letter.is_numeric())
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.len() <= 12 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn numbers(plain: &str) -> impl Iterator<Item = &str> {
    plain.split(' ').filter(|word| is_number(word))
}

/// Small letters and digits, one space between words.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            plain.extend(letter.to_lowercase());
        } else if letter != '\'' && letter != '’' && !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_protocol::Step;

    use super::*;

    fn evidence() -> Evidence {
        Evidence::of(&[
            Message::User { text: "Recommend a Tom Cruise movie to user 9".into() },
            Message::Tool {
                call: "call-1".into(),
                step: Step {
                    tool: "get_item_metadata".into(),
                    arguments: json!({"items": [204]}),
                    requested: None,
                    why: None,
                    result: ToolResult::Success {
                        message: "One item.".into(),
                        data: json!({"items": [
                            {"item_id": 426, "title": "Top Gun: The Movie"},
                            {"item_id": 204, "title": "Top Gun", "genres": ["Action"], "duration": 110},
                            {"item_id": 127, "title": "Godfather, The (1972)", "description": "Marlon Brando's family."},
                        ]}),
                    },
                    elapsed_us: 1,
                },
            },
        ])
    }

    #[test]
    fn what_the_tools_returned_is_known() {
        for answer in [
            "1. **Top Gun** (1986), id 204",
            "1. **Top Gun (1986)** (id 204): Action\n2. **The Godfather** (1972)",
            "You may like Top Gun (1986).",
            "Recommended: Top Gun (1986) for user 9",
            "\"The Godfather\" (1972) with Tom Cruise",
            "- **Action**\n- **Median length:** 110 minutes\n- **Length**: 110",
            "Nothing matches. Shall I explain?",
            "Top Gun: The Movie (1986)",
            "1. Top Gun – fast jets\n2. Godfather, The",
            "1. Find the movies\n2. Read their details",
            "- “Marlon Brando's family”",
        ] {
            assert_eq!(evidence().unknown_in(answer), Vec::<String>::new(), "{answer}");
        }
    }

    #[test]
    fn a_title_or_an_id_from_nowhere_is_found() {
        for (answer, unknown) in [
            ("1. **The Great Heist** (1999)", vec!["The Great Heist"]),
            ("2. **Great Heist**, a thriller", vec!["Great Heist"]),
            ("You may like The Great Heist (1999).", vec!["The Great Heist"]),
            ("- \"Mission Improbable\" – action", vec!["Mission Improbable"]),
            ("1. **Top Gun** (id 9999)", vec!["id 9999"]),
            ("See movie 77.", vec!["id 77"]),
            ("1. Great Heist\n2. Top Gun", vec!["Great Heist"]),
            ("Take Top Gun (1986) and The Great Heist (1999).", vec!["The Great Heist"]),
            ("Sorry: “The Great Heist” (1999), **The Great Heist**", vec!["The Great Heist"]),
        ] {
            assert_eq!(evidence().unknown_in(answer), unknown, "{answer}");
        }
    }

    #[test]
    fn what_is_quoted_from_a_result_is_recognised() {
        assert!(evidence().quotes("Brando's  {\"family\"}"));
        assert!(!evidence().quotes("item_filter"));
    }

    #[test]
    fn any_answer_is_read() {
        for long in ["**a** ", "The Heist (1999) ", "(1999)", "“", "1. Two Words\n"] {
            assert!(evidence().unknown_in(&long.repeat(100_000)).len() <= MOST_TOLD);
        }
        for answer in ["**", "(", "“", "1.", "(1999)", "** (1999)", "é(1999)**é**", "\"\""] {
            let _ = evidence().unknown_in(answer);
        }
    }
}
