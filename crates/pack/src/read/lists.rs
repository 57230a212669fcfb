//! Lists within one field.

/// How the lists of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListSyntax {
    /// Words with blanks between (RecBole's `token_seq`).
    Words,
    /// Parts with this between; `|` in our own files.
    Separated(char),
    /// As people write: "A", "A and B", "A, B, and C".
    Sentence,
}

/// The parts of a list, without the empty ones.
pub(super) fn parts(text: &str, syntax: ListSyntax) -> Vec<String> {
    let parts: Vec<&str> = match syntax {
        ListSyntax::Words => text.split_whitespace().collect(),
        ListSyntax::Separated(separator) => text.split(separator).collect(),
        ListSyntax::Sentence => sentence(text),
    };
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Splits "A, B, and C". What follows a comma and belongs to the name before it
/// ("Robert Downey, Jr.") stays there.
fn sentence(text: &str) -> Vec<&str> {
    const PARTS_OF_NAMES: [&str; 6] = ["Jr.", "Jr", "Sr.", "Sr", "II", "III"];
    let mut parts = Vec::new();
    let mut start = 0;
    for (comma, _) in text.match_indices(", ") {
        let next = &text[comma + 2..];
        let word = next.split([',', ' ']).next().unwrap_or_default();
        if !PARTS_OF_NAMES.contains(&word) {
            parts.push(&text[start..comma]);
            start = comma + 2;
        }
    }
    let last = &text[start..];
    if parts.is_empty() {
        match last.split_once(" and ") {
            Some((a, b)) => vec![a, b],
            None => vec![last],
        }
    } else {
        parts.push(last.strip_prefix("and ").unwrap_or(last));
        parts
    }
}

/// Reads a list of texts as Python writes it: `['A', "B's"]`. `None` if it is
/// anything else.
pub(super) fn python_list(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim().strip_prefix('[')?.trim_start();
    let mut parts = Vec::new();
    while !rest.starts_with(']') {
        let (part, after) = python_string(rest)?;
        parts.push(part.trim().to_owned());
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if rest.starts_with(']') => {}
            None => return None,
        }
    }
    parts.retain(|part| !part.is_empty());
    (rest == "]").then_some(parts)
}

/// Reads one quoted text at the start; gives it and what follows.
fn python_string(text: &str) -> Option<(String, &str)> {
    let mut letters = text.chars();
    let quote = letters.next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let mut content = String::new();
    loop {
        match letters.next()? {
            '\\' => {
                let escape = letters.next()?;
                let digits = match escape {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                content.push(match escape {
                    'n' | 'r' | 't' => ' ',
                    'x' | 'u' | 'U' => {
                        let code: String = letters.by_ref().take(digits).collect();
                        char::from_u32(u32::from_str_radix(&code, 16).ok()?)?
                    }
                    other => other,
                });
            }
            letter if letter == quote => return Some((content, letters.as_str())),
            letter => content.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_for_people_are_split_at_commas_and_the_last_and() {
        for (text, expected) in [
            ("Ann Lee", vec!["Ann Lee"]),
            ("Adventure and Children's", vec!["Adventure", "Children's"]),
            ("Ann Lee, Bo Orr, and Cy Poe", vec!["Ann Lee", "Bo Orr", "Cy Poe"]),
            ("Ann Lee, Bo Orr, Jr., and Cy Poe", vec!["Ann Lee", "Bo Orr, Jr.", "Cy Poe"]),
            ("Andy Sand, Brand Land", vec!["Andy Sand", "Brand Land"]),
            (" and ", vec![]),
            (", , and ", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(parts(text, ListSyntax::Sentence), expected, "{text:?}");
        }
    }

    #[test]
    fn other_lists_are_split_at_blanks_or_bars() {
        assert_eq!(parts("Sci-Fi  War", ListSyntax::Words), ["Sci-Fi", "War"]);
        assert_eq!(parts("Ann Lee| |Bo, Jr.", ListSyntax::Separated('|')), ["Ann Lee", "Bo, Jr."]);
    }

    #[test]
    fn python_lists_are_read_with_both_quotes_and_escapes() {
        for (text, expected) in [
            ("['Ann Lee', \"O'Hara\"]", Some(vec!["Ann Lee", "O'Hara"])),
            (r#"['O\'Hara \"Bo\"', 'caf\xe9 \u0142', ]"#, Some(vec!["O'Hara \"Bo\"", "café ł"])),
            ("['', '']", Some(vec![])),
            ("[]", Some(vec![])),
            ("Ann Lee", None),
            ("['Ann", None),
            ("['Ann' 'Bo']", None),
            ("['Ann'] x", None),
            ("['\\ud800']", None),
        ] {
            let expected = expected.map(|parts| parts.into_iter().map(str::to_owned).collect());
            assert_eq!(python_list(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_not(text in any::<String>(), listy in "[\\[\\]'\", \\\\xu0and]{0,20}") {
            for text in [text, listy] {
                let _ = python_list(&text);
                for syntax in [ListSyntax::Words, ListSyntax::Separated('|'), ListSyntax::Sentence] {
                    prop_assert!(parts(&text, syntax).iter().all(|part| !part.is_empty()));
                }
            }
        }
    }
}
