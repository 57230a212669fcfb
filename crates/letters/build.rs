//! Writes the table of plain forms from Unicode's own decompositions.
//!
//! Unicode's tables are a seventh of what the page may weigh. Those of the
//! letters that have a plain form, of the scripts where that means something,
//! are a few thousand bytes.

#![allow(clippy::disallowed_methods, reason = "a build script runs where there are files")]

use std::error::Error;
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Latin, Greek and Cyrillic with accents, ligatures, and the wide forms of
/// Chinese and Japanese type. In other scripts marks are letters of their own.
const BLOCKS: [RangeInclusive<u32>; 6] = [
    0x00A0..=0x024F,
    0x0370..=0x052F,
    0x1E00..=0x1FFF,
    0x2070..=0x209C,
    0xFB00..=0xFB06,
    0xFF10..=0xFF5A,
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let (mut letters, mut ends, mut forms) = (String::new(), String::new(), String::new());
    let mut count = 0;
    for letter in BLOCKS.into_iter().flatten().filter_map(char::from_u32) {
        let form = plain(letter);
        if letter.is_alphanumeric() && form != String::from_iter(letter.to_lowercase()) {
            forms.push_str(&form);
            write!(letters, "{}, ", u32::from(letter))?;
            write!(ends, "{}, ", forms.len())?;
            count += 1;
        }
    }
    let table = format!(
        "static LETTERS: [u16; {count}] = [{letters}];\n\
         static ENDS: [u16; {count}] = [{ends}];\n\
         static FORMS: &str = {forms:?};\n"
    );
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    std::fs::write(PathBuf::from(out).join("table.rs"), table)?;
    Ok(())
}

/// Decomposed for compatibility (NFKD), in lower case, without marks; letters that
/// Unicode takes for basic ones, as they are written where they cannot be typed.
fn plain(letter: char) -> String {
    let mut form = String::new();
    for part in std::iter::once(letter).nfkd().flat_map(char::to_lowercase).nfkd() {
        match part {
            'ß' => form.push_str("ss"),
            'æ' => form.push_str("ae"),
            'œ' => form.push_str("oe"),
            'ø' => form.push('o'),
            'ł' => form.push('l'),
            'đ' | 'ð' => form.push('d'),
            'þ' => form.push_str("th"),
            'ı' => form.push('i'),
            part if part.is_alphanumeric() && !is_combining_mark(part) => form.push(part),
            _ => {}
        }
    }
    form
}
