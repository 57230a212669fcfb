use crate::rescue::looks_like_a_call;

/// What opens a question back to the person.
pub(crate) const ASK: &str = "ASK:";

/// The answer as it arrives: what can be shown of it already.
///
/// Held back is what may turn out to be a call written as text.
#[derive(Debug, Default)]
pub struct Draft {
    text: String,
    shown: usize,
}

impl Draft {
    /// Takes a piece; gives what can be shown now. `tools` are the tools' names.
    pub fn push(&mut self, piece: &str, tools: &[&str]) -> Option<String> {
        self.text.push_str(piece);
        if looks_like_a_call(&self.text, tools) || ASK.starts_with(self.text.trim_start()) {
            return None;
        }
        if self.shown == 0
            && let Some(at) = self.text.find(ASK).filter(|_| self.asks())
        {
            self.shown = at + ASK.len();
        }
        let new = self.text.get(self.shown..)?.to_owned();
        self.shown = self.text.len();
        (!new.is_empty()).then_some(new)
    }

    /// All that has arrived.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn asks(&self) -> bool {
        self.text.trim_start().starts_with(ASK)
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
    }

    #[test]
    fn a_call_written_as_text_is_not_shown() {
        assert_eq!(shown(&["<tool", "_call>{\"name\"", ":1}"]), "");
        assert_eq!(shown(&["{\"na", "me\": 1}"]), "");
        assert_eq!(shown(&["I look. ", "<tool_call>", "{}"]), "I look. ");
    }

    #[test]
    fn the_mark_of_a_question_is_not_shown() {
        assert_eq!(shown(&["AS", "K: For", " which user?"]), " For which user?");
    }
}
