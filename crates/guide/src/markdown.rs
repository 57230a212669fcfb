//! Text from outside within Markdown.

/// A text with all that Markdown would read as its own marks made plain, on one
/// line.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut chars =
        text.split_whitespace().flat_map(|word| word.chars().chain(Some(' '))).peekable();
    let mut leading_digits = true;
    while let Some(c) = chars.next() {
        let begins = escaped.is_empty();
        let mark = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '|' => true,
            '_' => begins || escaped.ends_with(' ') || chars.peek().is_none_or(|next| *next == ' '),
            '&' => chars.peek().is_some_and(|next| next.is_alphanumeric() || *next == '#'),
            '#' | '-' | '+' | '=' => begins,
            '.' | ')' => leading_digits && !begins,
            _ => false,
        };
        if mark {
            escaped.push('\\');
        }
        leading_digits &= c.is_ascii_digit();
        if !c.is_control() {
            escaped.push(c);
        }
    }
    escaped.truncate(escaped.trim_end().len());
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_become_plain() {
        for (text, expected) in [
            ("Mission: Impossible", "Mission: Impossible"),
            ("M*A*S*H", "M\\*A\\*S\\*H"),
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("Truth About Cats & Dogs, The", "Truth About Cats & Dogs, The"),
            ("a\n\n# b", "a # b"),
            ("# b", "\\# b"),
            ("2001. A film", "2001\\. A film"),
            ("[x](javascript:alert)", "\\[x\\](javascript:alert)"),
            ("&lt;", "\\&lt;"),
            ("release_date", "release_date"),
            ("_x_", "\\_x\\_"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_its_line(text in "\\PC{0,30}[\\n\\t]?.{0,10}") {
            prop_assert!(!escape(&text).contains('\n'));
        }
    }
}
