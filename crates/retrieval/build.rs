//! Writes what BERT's tokenizer makes of each character, from Unicode's own tables.
//!
//! Those tables would be a seventh of what the page may weigh. What a vocabulary of
//! plain letters and digits needs to know of them is a list of some two thousand runs.

#![allow(clippy::disallowed_methods, reason = "a build script runs where there are files")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use unicode_categories::UnicodeCategories;
use unicode_normalization::UnicodeNormalization;

/// A character between words.
const BETWEEN: u8 = b' ';
/// A character that is passed over.
const NOTHING: u8 = 0;
/// A letter that no plain letter stands for.
const FOREIGN: u8 = b'?';

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let (mut starts, mut classes) = (String::new(), String::new());
    let (mut count, mut last) = (0, None);
    for character in '\0'..=char::MAX {
        let class = class(character);
        if last != Some(class) {
            write!(starts, "{}, ", u32::from(character))?;
            write!(classes, "{class}, ")?;
            count += 1;
            last = Some(class);
        }
    }
    let table = format!(
        "static STARTS: [u32; {count}] = [{starts}];\n\
         static CLASSES: [u8; {count}] = [{classes}];\n"
    );
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    std::fs::write(PathBuf::from(out).join("characters.rs"), table)?;
    Ok(())
}

/// What becomes of a character: a lower-case letter or digit of ASCII, or one of the
/// three above. The order is that of BERT's normaliser: control characters go, Chinese
/// characters stand alone, accents go, letters become small.
fn class(character: char) -> u8 {
    let is_gap = matches!(character, '\t' | '\n' | '\r');
    if !is_gap && (character.is_other() || character == '\u{FFFD}') {
        return NOTHING;
    }
    if character.is_whitespace() || is_chinese(character) {
        return BETWEEN;
    }
    let parts = std::iter::once(character).nfd().filter(|part| !part.is_mark_nonspacing());
    let mut letters = parts.flat_map(char::to_lowercase);
    match (letters.next(), letters.next()) {
        (None, _) => NOTHING,
        (Some(letter), None) if letter.is_ascii_punctuation() || letter.is_punctuation() => BETWEEN,
        (Some(letter), None) if letter.is_ascii_alphanumeric() => letter as u8,
        _ => FOREIGN,
    }
}

fn is_chinese(character: char) -> bool {
    matches!(
        u32::from(character),
        0x4E00..=0x9FFF
            | 0x3400..=0x4DBF
            | 0x20000..=0x2A6DF
            | 0x2A700..=0x2B73F
            | 0x2B740..=0x2B81F
            | 0x2B920..=0x2CEAF
            | 0xF900..=0xFAFF
            | 0x2F800..=0x2FA1F
    )
}
