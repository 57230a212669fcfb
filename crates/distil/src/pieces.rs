use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use usher_retrieval::embed::plain_words;

use crate::{DistilError, Settings, Teacher, Texts};

/// How often a word of a document counts, beside a word of the dictionary once: of rare
/// words, those of stories come before those of botany.
const DOCUMENT: usize = 4;

/// What a table cuts words into.
pub(crate) struct Piece {
    /// How it is written: `##` stands before what goes on within a word.
    pub(crate) name: String,
    /// What the teacher reads for it; nothing if the table has no vector for it.
    pub(crate) ids: Vec<u32>,
}

/// The pieces of plain letters and digits that the teacher knows, and the words that it
/// would have to cut but that stand most often in texts, in rising byte order.
///
/// Only the most frequent have something to say. The others are there to cut words as
/// the teacher does.
pub(crate) fn pieces(
    teacher: &impl Teacher,
    texts: &Texts,
    settings: &Settings,
) -> Result<Vec<Piece>, DistilError> {
    let counts = count(texts);
    let mut of_piece = vec![0; teacher.vocabulary().len()];
    let mut whole = Vec::new();
    for (word, count) in most_frequent(counts) {
        let ids = teacher.cut(&word)?;
        if ids.len() > 1 && whole.len() < settings.words {
            whole.push(Piece { name: word, ids });
            continue;
        }
        for id in ids {
            if let Some(sum) = of_piece.get_mut(id as usize) {
                *sum += count;
            }
        }
    }
    let ids = most_frequent((0u32..).zip(of_piece).filter(|(_, count)| *count > 0));
    let said: HashSet<u32> = ids.map(|(id, _)| id).take(settings.pieces).collect();
    let known = (0..).zip(teacher.vocabulary()).filter(|(_, name)| is_plain(name));
    let known = known.map(|(id, name)| Piece {
        name: name.clone(),
        ids: said.get(&id).into_iter().copied().collect(),
    });
    whole.extend(known);
    whole.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(whole)
}

fn count(texts: &Texts) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (texts, times) in [(&texts.dictionary, 1), (&texts.documents, DOCUMENT)] {
        for word in texts.iter().flat_map(|text| plain_words(text)) {
            *counts.entry(word).or_default() += times;
        }
    }
    counts
}

/// The most frequent first; those as frequent, in their own order.
fn most_frequent<T: Ord>(
    counts: impl IntoIterator<Item = (T, usize)>,
) -> impl Iterator<Item = (T, usize)> {
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts.into_iter()
}

fn is_plain(piece: &str) -> bool {
    let letters = piece.strip_prefix("##").unwrap_or(piece);
    !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
