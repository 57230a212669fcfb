use usher_bundle::sections::ArchivedEmbedder;

include!(concat!(env!("OUT_DIR"), "/characters.rs"));

/// Letters of a word that BERT still cuts; a longer one is unknown to it.
const LONGEST_WORD: usize = 100;

/// The known word pieces of a text, in order, by their places in the vocabulary.
///
/// BERT's uncased tokenizer (Devlin et al., "BERT", 2019; Wu et al., "Google's Neural
/// Machine Translation System", 2016, for the pieces) over a vocabulary of plain letters
/// and digits: of each word the longest known piece first, and nothing of a word of
/// which a part is unknown.
pub(super) fn word_pieces<'a>(
    text: &'a str,
    vocabulary: &'a ArchivedEmbedder,
) -> impl Iterator<Item = usize> + 'a {
    let mut characters = text.chars();
    let mut is_over = false;
    let words = std::iter::from_fn(move || {
        let mut word = Word { letters: String::new(), is_known: true };
        while !is_over {
            let Some(class) = characters.next().map(class) else {
                is_over = true;
                break;
            };
            match class {
                0 => {}
                b' ' if word.letters.is_empty() && word.is_known => {}
                b' ' => return Some(word),
                letter if letter.is_ascii_alphanumeric() && word.letters.len() < LONGEST_WORD => {
                    word.letters.push(char::from(letter));
                }
                _ => word.is_known = false,
            }
        }
        (!word.letters.is_empty()).then_some(word)
    });
    words.flat_map(|word| pieces(&word, vocabulary))
}

struct Word {
    letters: String,
    /// It holds nothing but plain letters, and not too many.
    is_known: bool,
}

fn class(character: char) -> u8 {
    let after = STARTS.partition_point(|start| *start <= u32::from(character));
    after.checked_sub(1).map_or(0, |run| CLASSES[run])
}

fn pieces(word: &Word, vocabulary: &ArchivedEmbedder) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest = if word.is_known { word.letters.as_str() } else { "" };
    let mut candidate = String::with_capacity(rest.len() + 2);
    while !rest.is_empty() {
        let longest = (1..=rest.len()).rev().find_map(|end| {
            candidate.clear();
            if !found.is_empty() {
                candidate.push_str("##");
            }
            // A word is of ASCII letters alone, so every place is between two.
            candidate.push_str(rest.get(..end)?);
            Some((end, vocabulary.piece(&candidate)?))
        });
        let Some((end, piece)) = longest else {
            return Vec::new();
        };
        found.push(piece);
        rest = rest.get(end..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestRunner};
    use tokenizers::Tokenizer;
    use usher_bundle::Section;
    use usher_bundle::sections::{Embedder, Pieces};

    use super::*;
    use crate::embed::embedder;

    /// Strings that both tokenizers are given.
    const STRINGS: usize = 10_000;

    /// Words and parts of words, in rising byte order.
    fn vocabulary() -> Vec<String> {
        let letters = ('a'..='z').chain('0'..='9');
        let mut pieces: Vec<String> =
            letters.flat_map(|letter| [letter.to_string(), format!("##{letter}")]).collect();
        let words = ["a", "the", "film", "heist", "robot", "cafe", "naive", "angstrom", "1995"];
        let parts = ["##s", "##ing", "##er", "##ism", "##ed", "##95"];
        pieces.extend(words.into_iter().chain(parts).map(str::to_owned));
        // Not every letter goes on: some words are unknown.
        pieces.retain(|piece| piece != "##q" && piece != "##7");
        pieces.sort();
        pieces.dedup();
        pieces
    }

    fn ours(pieces: &[String]) -> Section<Embedder> {
        let vector = [0.0; 16];
        let rows = pieces.iter().map(|piece| (piece.clone(), vector.as_slice()));
        Section::of(&embedder(Pieces::WordPieces, 16, rows)).unwrap()
    }

    /// Hugging Face's own, over the same vocabulary.
    fn theirs(pieces: &[String]) -> Tokenizer {
        let marks = ["[UNK]".to_owned()];
        let vocabulary: BTreeMap<&String, u32> = pieces.iter().chain(&marks).zip(0..).collect();
        let definition = serde_json::json!({
            "version": "1.0",
            "added_tokens": [],
            "normalizer": {
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": vocabulary
            }
        });
        Tokenizer::from_bytes(definition.to_string()).unwrap()
    }

    /// Sentences, letters of many scripts, and any characters at all.
    fn strings() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[a-zA-Z0-9]{1,12}",
            "(film|heist|robot|cafe|café|naïve|Ångström|1995)(s|ing|er|ism|ed)?",
            "[À-ſа-яά-ώ一-龥ぁ-ん가-힣ا-ي]{1,6}",
            "[a-z\u{300}-\u{36F}\u{200B}\u{AD}]{1,8}",
            "[!-/:-@‘’“”–—…«»¿¡™©€]{1,3}",
            "\\PC{1,6}",
            any::<String>(),
        ];
        prop::collection::vec((word, "[ \t\n\u{A0}\u{2028}]|"), 0..8)
            .prop_map(|words| words.into_iter().map(|(word, gap)| word + &gap).collect())
    }

    #[test]
    fn pieces_are_those_of_hugging_face() {
        let pieces = vocabulary();
        let (ours, theirs) = (ours(&pieces), theirs(&pieces));
        let mut runner = TestRunner::new_with_rng(
            Config::default(),
            proptest::test_runner::TestRng::deterministic_rng(
                proptest::test_runner::RngAlgorithm::ChaCha,
            ),
        );
        let mut known = 0;
        for _ in 0..STRINGS {
            let text = strings().new_tree(&mut runner).unwrap().current();
            let found: Vec<&str> =
                word_pieces(&text, ours.get()).map(|piece| pieces[piece].as_str()).collect();
            let expected = theirs.encode(text.as_str(), false).unwrap();
            let expected: Vec<&str> = expected
                .get_tokens()
                .iter()
                .map(String::as_str)
                .filter(|piece| *piece != "[UNK]")
                .collect();
            assert_eq!(found, expected, "{text:?}");
            known += found.len();
        }
        assert!(known > STRINGS, "{known} known pieces are too few to tell anything");
    }

    #[test]
    fn a_word_without_end_is_unknown() {
        let pieces = ours(&vocabulary());
        assert_eq!(word_pieces(&"x".repeat(100_000), pieces.get()).count(), 0);
        assert_eq!(word_pieces(&"x".repeat(100), pieces.get()).count(), 100);
    }
}
