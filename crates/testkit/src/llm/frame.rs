use serde_json::Value;

/// What a piece of a stream is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Before the model says anything.
    Start,
    /// A piece of its thinking.
    Thinking,
    /// A piece of its text.
    Text,
    /// A piece of a call.
    Call,
    /// It says that it is done.
    End,
    /// What follows that: what it cost, and the format's own end.
    Done,
}

/// A whole event or line of a stream, as it is written to the wire.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) part: Part,
    pub(crate) wire: String,
}

impl Frame {
    /// An event without a name, of Chat Completions.
    pub(crate) fn data(part: Part, value: &Value) -> Self {
        Self { part, wire: format!("data: {value}\n\n") }
    }

    /// An event with its name, of Responses.
    pub(crate) fn event(part: Part, name: &str, value: &Value) -> Self {
        Self { part, wire: format!("event: {name}\ndata: {value}\n\n") }
    }

    /// A line, of Ollama.
    pub(crate) fn line(part: Part, value: &Value) -> Self {
        Self { part, wire: format!("{value}\n") }
    }
}

/// Cuts text as models do: into small pieces, in the middle of words too.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    // Very long text comes in larger pieces, or its stream would be mostly envelopes.
    let lengths = if text.len() > 100_000 { [4000, 5000, 3000] } else { [4, 7, 3] };
    let mut rest = text;
    let mut pieces = Vec::new();
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let end = rest.char_indices().nth(*length).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        pieces.push(piece.to_owned());
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_in_the_middle_of_words_and_loses_nothing() {
        let text = "Pedro Almodóvar made “Volver”.";
        let cut = pieces(text);
        assert_eq!(cut.concat(), text);
        assert!(cut.len() > 5 && cut[0] == "Pedr");
        assert!(pieces("").is_empty());
    }
}
