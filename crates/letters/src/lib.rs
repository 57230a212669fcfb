//! Letters in their plain form: without case, accents and ligatures, so that
//! "Amélie", "AMELIE" and "amelie" are one word. Names and search terms are
//! compared in this form.

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// The plain form of a letter or digit: in lower case, without accents; a ligature
/// as its letters ("ß" is "ss"). Other characters are given back as they are.
///
/// Covers Latin, Greek and Cyrillic; in other scripts marks are part of a letter.
pub fn plain(letter: char) -> impl Iterator<Item = char> {
    let form = form(letter);
    // One of the two is empty.
    let lower = form.is_none().then(|| letter.to_lowercase());
    form.unwrap_or_default().chars().chain(lower.into_iter().flatten())
}

/// Whether a character is an accent that stands by itself, to be put on the letter
/// before it.
#[must_use]
pub fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

fn form(letter: char) -> Option<&'static str> {
    let letter = u16::try_from(u32::from(letter)).ok()?;
    let at = LETTERS.binary_search(&letter).ok()?;
    let start = at.checked_sub(1).map_or(0, |before| ENDS[before]);
    FORMS.get(usize::from(start)..usize::from(ENDS[at]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn plain_text(text: &str) -> String {
        text.chars().filter(|c| !is_accent(*c)).flat_map(plain).collect()
    }

    #[test]
    fn letters_lose_case_accents_and_ligatures() {
        for (text, form) in [
            ("Amélie", "amelie"),
            ("ÅNGSTRÖM", "angstrom"),
            ("Straße", "strasse"),
            ("Œuvre ﬁn", "oeuvre fin"),
            ("Łódź", "lodz"),
            ("Việt Nam", "viet nam"),
            ("Ὀδυσσεύς", "οδυσσευς"),
            ("Ёлки", "елки"),
            ("ＡＢＣ１２", "abc12"),
            ("İstanbul ı", "istanbul i"),
            ("x²", "x2"),
            ("東京 가 が", "東京 가 が"),
        ] {
            assert_eq!(plain_text(text), form);
        }
    }

    #[test]
    fn the_table_is_small() {
        assert!(LETTERS.len() * 4 + FORMS.len() < 12_000, "{} letters", LETTERS.len());
    }

    proptest! {
        /// However an accent is typed, in one piece or in two, the form is the same.
        #[test]
        fn composed_and_decomposed_text_is_the_same(text in "[a-zA-ZÀ-ÖØ-öø-ʯά-ώЀ-ӿḀ-ỹ ]{0,20}") {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(plain_text(&decomposed), plain_text(&text));
        }

        #[test]
        fn a_plain_form_stays_as_it_is(c in any::<char>()) {
            let once: String = plain(c).collect();
            prop_assert_eq!(once.chars().flat_map(plain).collect::<String>(), once);
        }
    }
}
