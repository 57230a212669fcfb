//! Thoughts that a model writes into its text, between tags at the very beginning.

use std::mem;

/// How models mark their thoughts: DeepSeek R1, Qwen 3 and most others; some
/// finetunes; Magistral.
const TAGS: [(&str, &str); 3] =
    [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("[THINK]", "[/THINK]")];

/// A piece of text, told apart.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Thinking(String),
}

/// Tells thoughts from the answer in text that arrives cut anywhere.
#[derive(Debug, Default)]
pub(crate) struct ThinkTags {
    place: Place,
    /// Held back: it may be a part of a tag.
    held: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Place {
    #[default]
    Start,
    /// Until this tag.
    Thinking(&'static str),
    /// After thoughts; white space before the answer is left out.
    Between,
    Answer,
}

impl ThinkTags {
    pub(crate) fn push(&mut self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        self.held.push_str(text);
        if self.place == Place::Start {
            let begun = self.held.trim_start();
            if let Some((open, close)) = TAGS.iter().find(|(open, _)| begun.starts_with(open)) {
                self.held = begun.get(open.len()..).unwrap_or_default().to_owned();
                self.place = Place::Thinking(close);
            } else if !TAGS.iter().any(|(open, _)| open.starts_with(begun)) {
                self.place = Place::Answer;
            }
        }
        if let Place::Thinking(close) = self.place {
            let (thought, rest) = match self.held.split_once(close) {
                Some((thought, rest)) => {
                    self.place = Place::Between;
                    (thought, rest)
                }
                None => self.held.split_at(self.held.len() - possible_tag(&self.held, close)),
            };
            if !thought.is_empty() {
                pieces.push(Piece::Thinking(thought.to_owned()));
            }
            self.held = rest.to_owned();
        }
        if self.place == Place::Between {
            self.held = self.held.trim_start().to_owned();
            if !self.held.is_empty() {
                self.place = Place::Answer;
            }
        }
        if self.place == Place::Answer && !self.held.is_empty() {
            pieces.push(Piece::Text(mem::take(&mut self.held)));
        }
        pieces
    }

    /// What was held back, when nothing follows.
    pub(crate) fn end(&mut self) -> Option<Piece> {
        let held = mem::take(&mut self.held);
        let place = mem::replace(&mut self.place, Place::Answer);
        if held.is_empty() {
            return None;
        }
        Some(match place {
            Place::Thinking(_) => Piece::Thinking(held),
            _ => Piece::Text(held),
        })
    }
}

/// How many bytes at the end of a text may be the beginning of a tag.
fn possible_tag(text: &str, tag: &str) -> usize {
    let mut beginnings = (1..tag.len()).rev().filter_map(|length| tag.get(..length));
    beginnings.find(|beginning| text.ends_with(beginning)).map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told_apart<'a>(chunks: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let mut tags = ThinkTags::default();
        let (mut thoughts, mut text) = (String::new(), String::new());
        let mut pieces: Vec<Piece> =
            chunks.into_iter().flat_map(|chunk| tags.push(chunk)).collect();
        pieces.extend(tags.end());
        for piece in pieces {
            match piece {
                Piece::Text(more) => text.push_str(&more),
                Piece::Thinking(more) => thoughts.push_str(&more),
            }
        }
        (thoughts, text)
    }

    #[test]
    fn thoughts_at_the_beginning_are_told_from_the_answer() {
        for (written, thoughts, text) in [
            ("<think>Hm.</think>\n\nYes.", "Hm.", "Yes."),
            ("\n<think>\nHm.\n</think>Yes.", "\nHm.\n", "Yes."),
            ("<thinking>Hm.</thinking>Yes.", "Hm.", "Yes."),
            ("[THINK]Hm.[/THINK]Yes.", "Hm.", "Yes."),
            ("<think></think>Yes.", "", "Yes."),
            ("<think>a < b </thin </think> ok", "a < b </thin ", "ok"),
            ("<think>cut off", "cut off", ""),
            ("<think>cut </thi", "cut </thi", ""),
            ("Yes <think>no</think>", "", "Yes <think>no</think>"),
            ("<thin", "", "<thin"),
            ("<b>Yes</b>", "", "<b>Yes</b>"),
            ("  Yes", "", "  Yes"),
            ("", "", ""),
        ] {
            assert_eq!(told_apart([written]), (thoughts.to_owned(), text.to_owned()), "{written}");
            let letters: Vec<String> = written.chars().map(String::from).collect();
            let cut = told_apart(letters.iter().map(String::as_str));
            assert_eq!(cut, (thoughts.to_owned(), text.to_owned()), "{written}, letter by letter");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_wherever_the_text_is_cut(
            words in prop::collection::vec("<think>|</think>|<th|ink>|[a-z\u{e9} \n]{1,4}", 0..8),
        ) {
            let whole = words.concat();
            prop_assert_eq!(told_apart(words.iter().map(String::as_str)), told_apart([whole.as_str()]));
        }
    }
}
