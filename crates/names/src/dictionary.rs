//! The names of one field.

use std::collections::HashMap;

use crate::near::{letters, likeness, name_changes, sound_alike};
use crate::normalise::{in_any_order, normalise, without_spaces};

/// Names less alike than this are not offered as the nearest.
const LEAST_LIKENESS: f64 = 0.75;
/// A near name lacks at most this many of the letters asked for.
const MOST_LETTERS_LACKING: u32 = 3;

#[derive(Debug)]
pub(crate) struct Entry {
    /// The name as the catalogue spells it.
    pub(crate) name: String,
    /// The name as it is compared.
    pub(crate) normal: String,
    /// How many items bear it.
    pub(crate) items: u32,
    letters: u32,
}

/// The names of one field, found by what they are called and by what looks like it.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    entries: Vec<Entry>,
    /// By normalised form, by words in any order, and without spaces.
    by_form: HashMap<String, u32>,
    by_word: HashMap<String, Vec<u32>>,
}

impl Dictionary {
    /// Of names with the number of items that bear each. Of names that are
    /// compared as the same one, that with the most items is meant.
    pub(crate) fn new(names: impl IntoIterator<Item = (String, u32)>) -> Self {
        let mut dictionary = Self::default();
        let mut names: Vec<(String, u32)> = names.into_iter().collect();
        names.sort_by_key(|(_, items)| std::cmp::Reverse(*items));
        for (name, items) in names {
            let normal = normalise(&name);
            if normal.is_empty() {
                continue;
            }
            let at = dictionary.entries.len() as u32;
            for word in normal.split(' ') {
                let bearers = dictionary.by_word.entry(word.to_owned()).or_default();
                if bearers.last() != Some(&at) {
                    bearers.push(at);
                }
            }
            dictionary.by_form.entry(normal.clone()).or_insert(at);
            let letters = letters(&normal);
            dictionary.entries.push(Entry { name, normal, items, letters });
        }
        // A name's own form wins over another name's words in any order.
        for (at, entry) in dictionary.entries.iter().enumerate() {
            for form in [in_any_order(&entry.normal), without_spaces(&entry.normal)] {
                dictionary.by_form.entry(form).or_insert(at as u32);
            }
        }
        dictionary
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The name that is compared as the same.
    pub(crate) fn exact(&self, normal: &str) -> Option<&str> {
        [normal.to_owned(), in_any_order(normal), without_spaces(normal)]
            .iter()
            .find_map(|form| self.by_form.get(form))
            .and_then(|at| self.entry(*at))
            .map(|entry| entry.name.as_str())
    }

    /// The name that has the same words in the same order.
    pub(crate) fn named(&self, normal: &str) -> Option<&str> {
        let entry = self.entry(*self.by_form.get(normal)?)?;
        (entry.normal == normal).then_some(entry.name.as_str())
    }

    /// The number of items of a name as the catalogue spells it.
    pub(crate) fn spelled(&self, name: &str) -> Option<u32> {
        let entry = self.entry(*self.by_form.get(&normalise(name))?)?;
        (entry.name == name).then_some(entry.items)
    }

    /// The one name that this is a slip of the pen for.
    pub(crate) fn near(&self, normal: &str) -> Option<&str> {
        let asked = letters(normal);
        let mut best: Option<(usize, &Entry)> = None;
        let mut tied = false;
        for entry in &self.entries {
            // A change swaps at most two letters of the set; three changes are the
            // most that a name of two long words may have, with one for the sound.
            if (asked ^ entry.letters).count_ones() > 8
                || entry.normal.len().abs_diff(normal.len()) > 4
            {
                continue;
            }
            let Some(changes) = name_changes(normal, &entry.normal) else { continue };
            if !self.may_be_a_slip(normal, entry) {
                continue;
            }
            match best {
                Some((least, _)) if changes > least => {}
                // Entries come with the most items first.
                Some((least, first)) if changes == least => {
                    tied |= entry.items.saturating_mul(2) > first.items;
                }
                _ => {
                    best = Some((changes, entry));
                    tied = false;
                }
            }
        }
        best.filter(|_| !tied).map(|(_, entry)| entry.name.as_str())
    }

    /// A word that other names have is spelled right, so it is no slip, unless
    /// another word stands for this one name above all, or it sounds like its own.
    fn may_be_a_slip(&self, normal: &str, entry: &Entry) -> bool {
        let has = |word: &str| entry.normal.split(' ').any(|own| own == word);
        normal.split(' ').any(|word| has(word) && self.stands_for(word, entry))
            || normal.split(' ').all(|word| {
                has(word)
                    || self.bearers(word).is_empty()
                    || entry.normal.split(' ').any(|own| sound_alike(own, word))
            })
    }

    /// Whether a word makes one think of this name: no other has it, or this one
    /// has at least three items and three times as many as any other.
    fn stands_for(&self, word: &str, entry: &Entry) -> bool {
        let next = self
            .with_word(word)
            .filter(|other| other.name != entry.name)
            .map(|other| other.items)
            .next();
        next.is_none_or(|next| entry.items >= 3 && entry.items >= next.saturating_mul(3))
    }

    /// The nearest names, nearest first: those that share a word, and those that
    /// look alike; where nothing does, those that begin most alike.
    pub(crate) fn nearest(&self, normal: &str, most: usize) -> Vec<String> {
        let asked = letters(normal);
        let mut ranked: Vec<(f64, &Entry)> = self
            .entries
            .iter()
            .filter(|entry| (asked & !entry.letters).count_ones() <= MOST_LETTERS_LACKING)
            .filter_map(|entry| Some((nearness(normal, entry)?, entry)))
            .collect();
        if ranked.is_empty() {
            let alike = |entry: &Entry| strsim::jaro_winkler(normal, &entry.normal);
            ranked = self.entries.iter().map(|entry| (alike(entry), entry)).collect();
        }
        // Sorting is stable, and entries come with the most items first.
        ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        ranked.into_iter().take(most).map(|(_, entry)| entry.name.clone()).collect()
    }

    /// The names that hold a word, those with the most items first.
    pub(crate) fn with_word(&self, word: &str) -> impl Iterator<Item = &Entry> {
        self.bearers(word).iter().filter_map(|at| self.entry(*at))
    }

    /// All words that occur in names.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.by_word.keys().map(String::as_str)
    }

    fn bearers(&self, word: &str) -> &[u32] {
        self.by_word.get(word).map_or(&[], Vec::as_slice)
    }

    fn entry(&self, at: u32) -> Option<&Entry> {
        self.entries.get(at as usize)
    }
}

/// How near a name is to what was asked; `None` if it is not.
fn nearness(normal: &str, entry: &Entry) -> Option<f64> {
    let shared = normal
        .split(' ')
        .any(|word| word.len() > 2 && entry.normal.split(' ').any(|own| own == word));
    if shared && !normal.contains(' ') {
        // Of one word asked for, all that share it are equally near.
        return Some(1.0);
    }
    if !shared && entry.normal.len().abs_diff(normal.len()) > normal.len() {
        return None;
    }
    let likeness = likeness(normal, &entry.normal);
    (shared || likeness >= LEAST_LIKENESS).then_some(likeness)
}
