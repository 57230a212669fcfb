//! Names within running text.

use std::ops::Range;

use crate::field::Field;
use crate::normalise::{Word, join};

/// How a name in a text stands to the catalogue's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is the catalogue's name.
    Exact,
    /// It is a known other name.
    OtherName,
}

/// A name that was found in running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// What kind of name it is. A span that is several kinds gives several mentions.
    pub field: Field,
    /// The catalogue's names; more than one where one word stands for several.
    pub names: Vec<String>,
    /// How the text and the catalogue's name differ.
    pub how: How,
}

/// A title that was found in running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleMention {
    /// Where it stands, in bytes; with the year behind it, if there is one.
    pub span: Range<usize>,
    /// External ids of the items that bear the title, the most rated first.
    pub items: Vec<String>,
}

/// Finds the longest names at each place of a text. `look_up` is given normalised
/// words and says what they name; `most_words` is the length of the longest name.
pub(crate) fn longest(
    text: &str,
    words: &[Word],
    most_words: usize,
    look_up: impl Fn(&str) -> Vec<(Field, Vec<String>, How)>,
) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let longest = (1..=most_words.min(words.len() - start)).rev().find_map(|length| {
            let taken = words.get(start..start + length)?;
            let span = taken.first()?.span.start..taken.last()?.span.end;
            if is_pronoun(text.get(span.clone())?) {
                return None;
            }
            let (last, before) = taken.split_last()?;
            let named = |last: &str| {
                look_up(&join(
                    before.iter().map(|word| word.text.as_str()).chain(std::iter::once(last)),
                ))
            };
            let mut found = named(&last.text);
            if found.is_empty() && last.possessive {
                found = named(last.base());
            }
            (!found.is_empty()).then_some((length, span, found))
        });
        match longest {
            Some((length, span, found)) => {
                mentions.extend(found.into_iter().map(|(field, names, how)| Mention {
                    span: span.clone(),
                    field,
                    names,
                    how,
                }));
                start += length;
            }
            None => start += 1,
        }
    }
    mentions
}

/// "us" is a country in capitals only.
fn is_pronoun(slice: &str) -> bool {
    slice == "us" || slice == "Us"
}
