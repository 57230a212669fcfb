//! A question as tokens, with a note of which are understood already.

use std::ops::Range;

use crate::lexicon::{SUGGESTIONS, USER, is_item_noun};
use crate::spelling;

/// Only the beginning of a question is read: nobody asks for more at once.
const MOST_CHARS: usize = 2_000;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Word,
    Number(f64),
    Mark,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    /// The token in lower case, as it is meant.
    pub(crate) lower: String,
    pub(crate) kind: Kind,
    /// Where it stands in the question, in bytes.
    pub(crate) span: Range<usize>,
    /// It begins with a capital letter.
    pub(crate) capital: bool,
    /// It is the first word of a sentence.
    pub(crate) opens: bool,
}

/// A question as tokens.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a> {
    pub(crate) raw: &'a str,
    tokens: Vec<Token>,
    claimed: Vec<bool>,
}

impl<'a> Text<'a> {
    pub(crate) fn new(raw: &'a str) -> Self {
        let end = raw.char_indices().nth(MOST_CHARS).map_or(raw.len(), |(at, _)| at);
        let raw = raw.get(..end).unwrap_or_default();
        let mut tokens = tokens(raw);
        for at in 1..tokens.len() {
            let near = |at: usize| tokens.get(at).map_or("", |token| token.lower.as_str());
            // "Shorter then 90 minutes".
            let before = near(at - 1);
            let compares =
                before.len() > 4 && before.ends_with("er") || matches!(before, "more" | "less");
            if near(at) == "then" && compares {
                if let Some(token) = tokens.get_mut(at) {
                    token.lower = "than".to_owned();
                }
                continue;
            }
            // "A few movies 4 user 77".
            if near(at) == "4"
                && USER.contains(&near(at + 1))
                && (is_item_noun(near(at - 1)) || SUGGESTIONS.contains(&near(at - 1)))
                && let Some(token) = tokens.get_mut(at)
            {
                token.lower = "for".to_owned();
                token.kind = Kind::Word;
            }
        }
        if is_shouted(raw, &tokens) {
            // Capitals tell nothing where all letters are capitals.
            tokens.iter_mut().for_each(|token| token.capital = false);
        }
        Self { raw, claimed: vec![false; tokens.len()], tokens }
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// A token in lower case; empty beyond the ends.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    /// The token before another.
    pub(crate) fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    /// A token is one of some words.
    pub(crate) fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at))
    }

    /// The token so many places before another is one of some words.
    pub(crate) fn before_is(&self, at: usize, back: usize, words: &[&str]) -> bool {
        at.checked_sub(back).is_some_and(|at| self.is(at, words))
    }

    /// Any token is one of some words.
    pub(crate) fn has(&self, words: &[&str]) -> bool {
        self.find(words).is_some()
    }

    /// Where the first of some words stands.
    pub(crate) fn find(&self, words: &[&str]) -> Option<usize> {
        (0..self.len()).find(|at| self.is(*at, words))
    }

    /// The number of tokens of a phrase if it begins here.
    pub(crate) fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut length = 0;
        for word in phrase.split(' ') {
            if self.word(at + length) != word {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    /// The longest of some phrases that begins here, in tokens.
    pub(crate) fn phrases(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.phrase(at, phrase)).max()
    }

    /// Whether any of some phrases occurs.
    pub(crate) fn says(&self, phrases: &[&str]) -> bool {
        (0..self.len()).any(|at| self.phrases(at, phrases).is_some())
    }

    pub(crate) fn number(&self, at: usize) -> Option<f64> {
        match self.tokens.get(at)?.kind {
            Kind::Number(number) => Some(number),
            Kind::Word | Kind::Mark => None,
        }
    }

    pub(crate) fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word)
    }

    /// A word with a capital letter that does not only have it for opening a sentence.
    pub(crate) fn is_proper(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Word && token.capital && !token.opens)
    }

    /// No space stands between a token and the next.
    pub(crate) fn touches_next(&self, at: usize) -> bool {
        match (self.tokens.get(at), self.tokens.get(at + 1)) {
            (Some(token), Some(next)) => token.span.end == next.span.start,
            _ => false,
        }
    }

    /// The question from one token to another.
    pub(crate) fn slice(&self, range: &Range<usize>) -> &'a str {
        let tokens = self.tokens.get(range.clone()).unwrap_or_default();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => {
                self.raw.get(first.span.start..last.span.end).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// The tokens that a piece of the question touches.
    pub(crate) fn tokens_of(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.tokens.partition_point(|token| token.span.end <= span.start);
        let end = self.tokens.partition_point(|token| token.span.start < span.end);
        start..end.max(start)
    }

    /// Marks tokens as understood.
    pub(crate) fn claim(&mut self, range: Range<usize>) {
        if let Some(claimed) = self.claimed.get_mut(range) {
            claimed.fill(true);
        }
    }

    /// Marks tokens as not understood after all.
    pub(crate) fn release(&mut self, range: Range<usize>) {
        if let Some(claimed) = self.claimed.get_mut(range) {
            claimed.fill(false);
        }
    }

    pub(crate) fn is_claimed(&self, at: usize) -> bool {
        self.claimed.get(at).copied().unwrap_or(false)
    }

    pub(crate) fn is_free(&self, range: &Range<usize>) -> bool {
        range.clone().all(|at| !self.is_claimed(at))
    }
}

/// Nearly all words are in capitals.
fn is_shouted(raw: &str, tokens: &[Token]) -> bool {
    const LEAST: usize = 3;
    let words = || tokens.iter().filter(|token| token.kind == Kind::Word);
    let shouted = words()
        .filter(|token| {
            let written = raw.get(token.span.clone()).unwrap_or_default();
            written.chars().all(|c| !c.is_lowercase())
        })
        .count();
    words().count() >= LEAST && shouted * 10 >= words().count() * 9
}

/// Digits, with a point among them or not, as a number. Read by `serde_json`: the
/// standard library's reader brings tables that the page would have to carry.
fn number(digits: &str) -> Option<f64> {
    let plain = digits.trim_start_matches('0');
    // At least one digit must stand before a point, and be the last one.
    let lead = if plain.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    serde_json::from_str::<serde_json::Value>(&format!("{lead}{plain}")).ok()?.as_f64()
}

fn tokens(raw: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = raw.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        let mut kind = Kind::Mark;
        if first.is_ascii_digit() {
            // "7.5", "1,000"; in "80s" and "1h30" numbers and letters part.
            while let Some((at, c)) = chars.peek().copied() {
                let inside = matches!(c, '.' | ',') && digit_at(raw, at + 1);
                if !c.is_ascii_digit() && !inside {
                    break;
                }
                chars.next();
                end = at + 1;
            }
            let digits = raw.get(start..end).unwrap_or_default().replace(',', "");
            kind = number(&digits).map_or(Kind::Word, Kind::Number);
        } else if first.is_alphanumeric() {
            kind = Kind::Word;
            let after_number = tokens
                .last()
                .is_some_and(|last| last.span.end == start && matches!(last.kind, Kind::Number(_)));
            while let Some((at, c)) = chars.peek().copied() {
                let apostrophe = matches!(c, '\'' | '’')
                    && raw
                        .get(at + c.len_utf8()..)
                        .and_then(|rest| rest.chars().next())
                        .is_some_and(char::is_alphabetic);
                if !(c.is_alphanumeric() || apostrophe) || (after_number && c.is_ascii_digit()) {
                    break;
                }
                chars.next();
                end = at + c.len_utf8();
            }
        }
        let slice = raw.get(start..end).unwrap_or_default();
        let opens = kind == Kind::Word
            && tokens
                .iter()
                .rposition(|token| {
                    !matches!(token.lower.as_str(), "\"" | "“" | "«" | "(" | "-" | "*")
                })
                .is_none_or(|last| ends_sentence(&tokens, last));
        let mut lower = slice.to_lowercase().replace('’', "'");
        if kind == Kind::Word
            && let Some(meant) = spelling::mended(&lower)
        {
            meant.clone_into(&mut lower);
        }
        tokens.push(Token { lower, kind, span: start..end, capital: first.is_uppercase(), opens });
    }
    tokens
}

/// A mark after which a sentence opens; not that of an initial: "Samuel L. Jackson".
fn ends_sentence(tokens: &[Token], at: usize) -> bool {
    let mark = tokens.get(at).map_or("", |token| token.lower.as_str());
    let initial = || {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        // "Vitamin C." ends with a letter too, but seldom stands a sentence behind it.
        before.is_some_and(|token| {
            token.capital && token.lower.chars().count() == 1 && token.lower != "i"
        })
    };
    matches!(mark, "?" | "!" | ":" | "…") || mark == "." && !initial()
}

fn digit_at(raw: &str, at: usize) -> bool {
    raw.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(raw: &str) -> Vec<String> {
        Text::new(raw).tokens.into_iter().map(|token| token.lower).collect()
    }

    #[test]
    fn numbers_words_and_marks_part() {
        assert_eq!(
            words("User #9's 80s films, 7.5/10, 1h30, O’Neal!"),
            [
                "user", "#", "9", "'", "s", "80", "s", "films", ",", "7.5", "/", "10", ",", "1",
                "h", "30", ",", "o'neal", "!"
            ]
        );
    }

    #[test]
    fn only_the_beginning_of_a_very_long_text_is_read() {
        assert_eq!(Text::new(&"é".repeat(100_000)).raw.chars().count(), MOST_CHARS);
    }

    #[test]
    fn an_initial_ends_no_sentence() {
        let opening = |raw: &str| {
            let text = Text::new(raw);
            let words = text.tokens.iter().filter(|token| token.opens);
            words.map(|token| token.lower.clone()).collect::<Vec<_>>()
        };
        assert_eq!(opening("Films with Samuel L. Jackson. Which are long?"), ["films", "which"]);
        assert_eq!(opening("So am I. And you? Yes"), ["so", "and", "yes"]);
    }

    proptest! {
        #[test]
        fn tokens_are_slices_in_order(raw in "\\PC{0,60}") {
            let text = Text::new(&raw);
            let mut end = 0;
            for token in &text.tokens {
                prop_assert!(token.span.start >= end && raw.get(token.span.clone()).is_some());
                end = token.span.end;
            }
            prop_assert_eq!(text.tokens_of(&(0..raw.len())), 0..text.len());
        }
    }
}
