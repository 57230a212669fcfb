//! Text as it is compared: without case, accents and punctuation.

use std::ops::Range;

use usher_letters::{is_accent, plain};

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word in lower case, without accents and apostrophes.
    pub(crate) text: String,
    /// Where it stands in the text, in bytes.
    pub(crate) span: Range<usize>,
    /// It ends in `'s`: "Spielberg's".
    pub(crate) possessive: bool,
    /// It is made of letters with dots: "F. W.", "U.S.".
    initials: bool,
}

impl Word {
    /// The word without a possessive ending.
    pub(crate) fn base(&self) -> &str {
        if self.possessive { self.text.strip_suffix('s').unwrap_or(&self.text) } else { &self.text }
    }
}

/// The words of a text. Initials with dots between them become one word, so that
/// "U.S." is "us" and "F. W. Murnau" is "fw murnau".
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut word = String::new();
    let mut span = 0..0;
    let mut possessive = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        if c.is_alphanumeric() {
            if word.is_empty() {
                span = at..end;
            }
            word.extend(plain(c));
            span.end = end;
        } else if is_accent(c) || is_apostrophe(c) {
            // Within a word these part nothing.
            if !word.is_empty() && is_apostrophe(c) {
                let mut after = text.get(end..).unwrap_or_default().chars();
                possessive = matches!(after.next(), Some('s' | 'S'))
                    && !after.next().is_some_and(char::is_alphanumeric);
            }
        } else {
            push(&mut words, &mut word, span.clone(), possessive, c == '.');
            possessive = false;
            if c == '&' {
                word.push_str("and");
                push(&mut words, &mut word, at..end, false, false);
            }
        }
        if chars.peek().is_none() {
            push(&mut words, &mut word, span.clone(), possessive, false);
        }
    }
    words
}

fn push(
    words: &mut Vec<Word>,
    word: &mut String,
    span: Range<usize>,
    possessive: bool,
    dot_follows: bool,
) {
    let text = std::mem::take(word);
    if text.is_empty() {
        return;
    }
    let mut letters = text.chars();
    let single = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    if single
        && let Some(last) = words.last_mut()
        && last.initials
    {
        last.text.push_str(&text);
        last.span.end = span.end;
        last.initials = dot_follows;
        return;
    }
    words.push(Word { text, span, possessive, initials: single && dot_follows });
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

/// A name as it is compared: its words, parted by one space.
pub(crate) fn normalise(text: &str) -> String {
    join(words(text).iter().map(|word| word.text.as_str()))
}

/// Words parted by one space.
pub(crate) fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().fold(String::new(), |mut joined, word| {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
        joined
    })
}

/// A normalised name with its words in alphabetical order.
pub(crate) fn in_any_order(normal: &str) -> String {
    let mut words: Vec<&str> = normal.split(' ').collect();
    words.sort_unstable();
    join(words)
}

/// A normalised name without spaces: "sci fi" and "scifi" are the same.
pub(crate) fn without_spaces(normal: &str) -> String {
    normal.replace(' ', "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        for (text, normal) in [
            ("Children's", "childrens"),
            ("Sci-Fi", "sci fi"),
            ("U.S.", "us"),
            ("U.S.A.", "usa"),
            ("a U.S. film", "a us film"),
            ("F. W. Murnau", "fw murnau"),
            ("F.W. Murnau", "fw murnau"),
            ("Samuel L. Jackson", "samuel l jackson"),
            ("Renée Zellweger", "renee zellweger"),
            ("Rene\u{301}e", "renee"),
            ("Cats & Dogs", "cats and dogs"),
            ("Björk Guðmundsdóttir", "bjork gudmundsdottir"),
            ("O’Brien", "obrien"),
            ("  ", ""),
            ("…!?", ""),
        ] {
            assert_eq!(normalise(text), normal, "{text}");
        }
    }

    #[test]
    fn a_possessive_is_told_apart() {
        let words = words("Spielberg's children's films");
        let bases: Vec<&str> = words.iter().map(Word::base).collect();
        assert_eq!(bases, ["spielberg", "children", "films"]);
        assert!(words[0].possessive && !words[2].possessive);
    }

    proptest! {
        #[test]
        fn spans_are_slices_of_the_text_in_order(text in "\\PC{0,40}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.span.start >= end);
                prop_assert!(text.get(word.span.clone()).is_some_and(|slice| !slice.is_empty()));
                end = word.span.end;
            }
        }

        #[test]
        fn normalising_again_changes_nothing(text in "[ a-zA-Zéßø'&-]{0,30}") {
            let normal = normalise(&text);
            prop_assert_eq!(normalise(&normal), normal);
        }
    }
}
