/// Letters of a piece that is no sentence: an initial, a title, "No.".
const SHORTEST: usize = 12;

/// The sentences of a text, in order. A point, a question or an exclamation mark ends
/// one before a space, unless what it ends is too short to say anything: then it belongs
/// to what follows.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = ends(rest).find(|end| *end >= SHORTEST).unwrap_or(rest.len());
        let (sentence, after) = rest.split_at(end);
        rest = after.trim_start();
        Some(sentence.trim_end())
    })
}

/// The places after an end mark and what closes a quotation, where a space follows.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(|(at, space)| {
        let before = text.get(..at)?;
        let bare = before.trim_end_matches(['"', '\'', ')', '\u{201D}', '\u{2019}']);
        (space.is_whitespace() && bare.ends_with(['.', '!', '?', '\u{2026}', '\u{3002}']))
            .then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<&str> {
        sentences(text).collect()
    }

    #[test]
    fn marks_end_sentences() {
        assert_eq!(
            of("A crew wakes up early.  Is it a signal? \"They must look!\" So they do"),
            ["A crew wakes up early.", "Is it a signal?", "\"They must look!\"", "So they do"]
        );
        assert_eq!(of(" "), [""; 0]);
    }

    #[test]
    fn initials_end_nothing() {
        assert_eq!(
            of("J. R. R. Tolkien wrote it. Others read it then."),
            ["J. R. R. Tolkien wrote it.", "Others read it then."]
        );
    }

    proptest! {
        #[test]
        fn nothing_but_space_is_lost(text in "[a-c .!?\"]{0,60}|.{0,40}") {
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(sentences(&text).map(bare).collect::<String>(), bare(&text));
        }
    }
}
