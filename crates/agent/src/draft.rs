use crate::rescue::{call_amid_words, may_begin_a_call};

/// What opens a question back to the person.
pub(crate) const ASK: &str = "ASK:";

/// The answer as it arrives: what can be shown of it already.
///
/// Held back is what may turn out to be a call written as text.
#[derive(Debug, Default)]
pub struct Draft {
    text: String,
    /// Bytes that were shown, or passed over.
    shown: usize,
    /// Whether it is known that words for the person come.
    speaks: bool,
}

impl Draft {
    /// Takes a piece; gives what can be shown now. `tools` are the tools' names.
    pub fn push(&mut self, piece: &str, tools: &[&str]) -> Option<String> {
        self.text.push_str(piece);
        if !self.speaks {
            let begun = self.text.trim_start();
            if may_begin_a_call(begun, tools) || ASK.starts_with(begun) {
                return None;
            }
            self.speaks = true;
            if let Some(question) = begun.strip_prefix(ASK) {
                self.shown = self.text.len() - question.len();
            }
        }
        // A call that has begun is not passed: the rest is never shown.
        let new = self.text.get(self.shown..)?;
        let new = new.get(..call_amid_words(new).unwrap_or(new.len()))?.to_owned();
        self.shown += new.len();
        (!new.is_empty()).then_some(new)
    }

    /// All that has arrived.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[&str]) -> String {
        let mut draft = Draft::default();
        pieces.iter().filter_map(|piece| draft.push(piece, &["item_filter"])).collect()
    }

    #[test]
    fn an_answer_is_shown_as_it_arrives() {
        assert_eq!(shown(&["Her", "e are ", "five."]), "Here are five.");
        assert_eq!(shown(&["1 ", "<", " 2 and [", "3]"]), "1 < 2 and [3]");
    }

    #[test]
    fn a_call_written_as_text_is_not_shown() {
        assert_eq!(shown(&["<tool", "_call>{\"name\"", ":1}"]), "");
        assert_eq!(shown(&["{\"na", "me\": 1}"]), "");
        assert_eq!(shown(&["I look. ", "<tool", "_call>", "{}", "</tool_call>"]), "I look. ");
    }

    #[test]
    fn the_mark_of_a_question_is_not_shown() {
        assert_eq!(shown(&["AS", "K: For", " which user?"]), " For which user?");
    }
}
