//! Text from outside within Markdown.

/// A text with all that Markdown would read as its own marks made plain, on one
/// line. For use within a line; at its beginning see [`line`].
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !escaped.is_empty() {
            escaped.push(' ');
        }
        let mut chars = word.chars().filter(|c| !c.is_control()).peekable();
        let mut first = true;
        let mut before = ' ';
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            let alone = first && next.is_none();
            let mark = match c {
                '`' => true,
                // A word of its own, it opens nothing.
                '*' | '_' if alone => false,
                '*' => true,
                // Within a word it is a letter.
                '_' => first || next.is_none(),
                '\\' => next.is_some_and(|next| next.is_ascii_punctuation()),
                // A link or a picture needs what follows.
                ']' => matches!(next, Some('(' | '[' | ':')),
                '<' => next.is_some_and(|next| next.is_alphabetic() || "/!?".contains(next)),
                '~' => before == '~' || next == Some('~'),
                '&' => {
                    let entity = chars.clone().take_while(|c| c.is_alphanumeric() || *c == '#');
                    let length = entity.count();
                    length > 0 && chars.clone().nth(length) == Some(';')
                }
                _ => false,
            };
            if mark {
                escaped.push('\\');
            }
            escaped.push(c);
            first = false;
            before = c;
        }
    }
    escaped
}

/// A text for the beginning of a line, where headings and lists begin too.
pub(crate) fn line(text: &str) -> String {
    let mut escaped = escape(text);
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    let at = match escaped.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => digits,
        Some(b'#' | b'-' | b'+' | b'=' | b'>' | b'|') if digits == 0 => 0,
        // Alone at the beginning it is the mark of a list.
        Some(b'*') if digits == 0 => 0,
        _ => return escaped,
    };
    escaped.insert(at, '\\');
    escaped
}

/// A text within a table, where a bar parts cells.
pub(crate) fn cell(text: &str) -> String {
    escape(text).replace('|', "\\|")
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
            ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
            ("Truth About Cats & Dogs, The", "Truth About Cats & Dogs, The"),
            ("a\n\n# b", "a # b"),
            ("[x](javascript:alert)", "[x\\](javascript:alert)"),
            ("&lt;", "\\&lt;"),
            ("release_date", "release_date"),
            ("_x_", "\\_x\\_"),
            ("AT&T [1] 3 > 2 * 1 ~5", "AT&T [1] 3 > 2 * 1 ~5"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn at_the_beginning_of_a_line_nothing_begins() {
        for (text, expected) in [
            ("# b", "\\# b"),
            ("2001. A film", "2001\\. A film"),
            ("- x", "\\- x"),
            ("> x", "\\> x"),
            ("* x", "\\* x"),
            ("*x*", "\\*x\\*"),
            ("101 Dalmatians", "101 Dalmatians"),
        ] {
            assert_eq!(line(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_its_line(text in "\\PC{0,30}[\\n\\t]?.{0,10}") {
            prop_assert!(!line(&text).contains('\n'));
        }
    }
}
