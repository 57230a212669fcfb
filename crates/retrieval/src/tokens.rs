use rust_stemmers::{Algorithm, Stemmer};
use usher_letters::{is_accent, plain};

/// Words that stand in nearly every text and say nothing about it, and what an
/// apostrophe leaves behind (it's, don't, they'll, I've). Sorted.
const STOP_WORDS: [&str; 52] = [
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "d", "for", "from", "had",
    "has", "have", "he", "her", "him", "his", "i", "if", "in", "into", "is", "it", "its", "ll",
    "m", "not", "of", "on", "or", "re", "s", "she", "so", "t", "that", "the", "their", "them",
    "then", "there", "they", "this", "to", "ve", "was", "were", "will", "with",
];

/// Letters of a word that count. Longer ones are cut: they are no words.
const LONGEST_WORD: usize = 64;

/// The words of a text, in order: runs of letters and digits, lower-case, without
/// accents.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let mut letters = text.chars().filter(|letter| !is_accent(*letter)).flat_map(plain).fuse();
    std::iter::from_fn(move || {
        let first = letters.find(|letter| letter.is_alphanumeric())?;
        let mut word = String::from(first);
        let mut length = 1;
        for letter in letters.by_ref().take_while(|letter| letter.is_alphanumeric()) {
            if length < LONGEST_WORD {
                word.push(letter);
                length += 1;
            }
        }
        Some(word)
    })
}

/// Whether a word says nothing about a text.
fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Whether a text has no word but stop words.
pub(crate) fn says_nothing(text: &str) -> bool {
    words(text).all(|word| is_stop_word(&word))
}

/// English words without their endings (Porter 2); others as they are.
pub(crate) struct Stems(Stemmer);

impl Stems {
    pub(crate) fn new() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }

    pub(crate) fn of(&self, word: String) -> String {
        if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.0.stem(&word).into_owned()
        } else {
            word
        }
    }
}

/// The terms of a text, in order: its words without stop words, stemmed.
pub fn tokens(text: &str) -> impl Iterator<Item = String> {
    let stems = Stems::new();
    words(text).filter(|word| !is_stop_word(word)).map(move |word| stems.of(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(text: &str) -> Vec<String> {
        tokens(text).collect()
    }

    #[test]
    fn words_lose_case_accents_and_endings() {
        assert_eq!(terms("Amélie's DREAMS, dreaming"), ["ameli", "dream", "dream"]);
        assert_eq!(terms("Les Misérables"), terms("les miserables"));
        assert_eq!(terms("the THE a of"), [""; 0]);
    }

    #[test]
    fn digits_stay_as_they_are() {
        assert_eq!(terms("2001: a space odyssey in the 90s"), ["2001", "space", "odyssey", "90s"]);
        assert_eq!(terms("R2-D2 (1977)"), ["r2", "d2", "1977"]);
    }

    #[test]
    fn other_scripts_are_words_too() {
        assert_eq!(terms("Сталкер ﬁlm"), ["сталкер", "film"]);
    }

    #[test]
    fn the_stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(terms(&"x".repeat(100_000)).concat().len(), LONGEST_WORD);
    }

    proptest! {
        #[test]
        fn any_text_gives_short_words_of_letters_and_digits(text in any::<String>()) {
            for term in tokens(&text) {
                prop_assert!(!term.is_empty());
                prop_assert!(term.chars().count() <= LONGEST_WORD);
                prop_assert!(term.chars().all(char::is_alphanumeric));
            }
        }
    }
}
