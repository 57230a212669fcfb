use std::ops::RangeInclusive;

use crate::Texts;

/// Words of a phrase, as people type them into a search.
const WORDS: RangeInclusive<usize> = 2..=6;

/// Phrases cut out of texts at random, half of them out of documents: a table that has
/// read sentences alone knows little of what a few words say.
pub(crate) fn phrases(texts: &Texts, most: usize, seed: u64) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut phrases = Vec::with_capacity(most);
    for from in [&texts.documents, &texts.dictionary] {
        let cut = (0..most / 2).filter_map(|_| cut(random.choice(from)?, &mut random));
        phrases.extend(cut);
    }
    phrases
}

/// Some words in a row; nothing of a text that has too few.
fn cut(text: &str, random: &mut fastrand::Rng) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let length = random.usize(WORDS);
    let start = random.usize(0..=words.len().checked_sub(length)?);
    let phrase = words.get(start..start + length)?.join(" ");
    Some(phrase.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_words_in_a_row() {
        let texts = Texts {
            dictionary: vec!["short".into(), "a fish; it swims in cold water".into()],
            documents: vec!["She finds the map, and loses it again.".into()],
        };
        let phrases = phrases(&texts, 200, 1);
        assert!(phrases.contains(&"map, and loses it".to_owned()), "{phrases:?}");
        for phrase in &phrases {
            assert!(WORDS.contains(&phrase.split(' ').count()), "{phrase}");
            let whole = texts.documents.iter().chain(&texts.dictionary);
            assert!(whole.into_iter().any(|text| text.contains(phrase)), "{phrase}");
        }
        assert!(super::phrases(&Texts::default(), 200, 1).is_empty());
    }
}
