//! The names of one field.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use itertools::Itertools;
use usher_bundle::sections::{ArchivedNameWords, Catalog, NameIndex};
use usher_bundle::{ArchivedColumn, Lists, Section};

use crate::field::Field;
use crate::near::{Shape, Slips, letter_set, letters, likeness, sound_alike};
use crate::normalise::{in_any_order, join, without_spaces};

/// Names less alike than this are not offered as the nearest.
const LEAST_LIKENESS: f64 = 0.75;
/// Names of more words are not looked for in all turns of their words.
const MOST_TURNS: usize = 4;
/// A near name is at most this much longer or shorter, in bytes.
const MOST_LENGTH: usize = 4;
/// Names on each side that begin alike and are looked at.
const NEIGHBOURS: usize = 16;
/// Names that share a word and are looked at, for each word, the most borne ones.
const SHARING: usize = 64;

/// A name's place in its column's dictionary.
pub(crate) type Name = u32;

/// The names of one field, found by what they are called and by what looks like
/// it. Read in place from the bundle; only what is quickly counted is made here.
#[derive(Debug)]
pub(crate) struct Dictionary {
    catalog: Section<Catalog>,
    index: Section<NameIndex>,
    field: Field,
    slips: Slips,
    /// Per name, how many items bear it.
    items: Vec<u32>,
    /// Per name, its letters as a set, and its length without spaces.
    shapes: Vec<(u64, usize)>,
    /// Per word.
    word_shapes: Vec<Shape>,
    /// Per word, the names that hold it, those with the most items first.
    bearers: Lists,
}

impl Dictionary {
    /// Of a catalogue's names. `items` says how many items bear each.
    pub(crate) fn new(
        catalog: Section<Catalog>,
        index: Section<NameIndex>,
        field: Field,
        items: Vec<u32>,
        slips: Slips,
    ) -> Self {
        let words = words(&index, field);
        let word_shapes: Vec<Shape> = words.words.iter().map(|word| Shape::new(word)).collect();
        let lengths: Vec<usize> = words.words.iter().map(|word| word.len()).collect();
        let of_name =
            |name: usize| words.names.row(name).iter().map(|word| word.to_native() as usize);
        let shapes = (0..words.names.rows())
            .map(|name| {
                of_name(name).fold((0, 0), |(set, length), word| {
                    let more = lengths.get(word).copied().unwrap_or_default();
                    (
                        set | word_shapes.get(word).map_or(0, |shape| shape.letter_set()),
                        length + more,
                    )
                })
            })
            .collect();
        let mut most_first: Vec<Name> = (0..words.names.rows() as u32).collect();
        most_first.sort_unstable_by_key(|name| (Reverse(items.get(*name as usize)), *name));
        let bearers = words.names.inverted(words.words.len(), most_first.into_iter());
        Self { catalog, index, field, slips, items, shapes, word_shapes, bearers }
    }

    /// All names, in the order of the column.
    pub(crate) fn names(&self) -> impl Iterator<Item = Name> + use<> {
        0..self.words().names.rows() as u32
    }

    /// A name as the catalogue spells it.
    pub(crate) fn spelling(&self, name: Name) -> &str {
        self.column().name(name).unwrap_or_default()
    }

    /// A name as it is compared.
    pub(crate) fn normal(&self, name: Name) -> String {
        join(self.words_of(name))
    }

    /// The words of a name as they are compared.
    pub(crate) fn words_of(&self, name: Name) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.words().words_of(name)
    }

    /// How many items bear a name.
    pub(crate) fn items(&self, name: Name) -> u32 {
        self.items.get(name as usize).copied().unwrap_or_default()
    }

    /// The most words that a name has.
    pub(crate) fn most_words(&self) -> usize {
        (0..self.words().names.rows())
            .map(|name| self.words().names.row(name).len())
            .max()
            .unwrap_or_default()
    }

    /// The name that is compared as the same: by its words, by its words in any
    /// order, or by its letters without spaces.
    pub(crate) fn exact(&self, normal: &str) -> Option<Name> {
        self.named(normal).or_else(|| self.in_any_order(normal)).or_else(|| self.by_letters(normal))
    }

    /// The name that has the same words in the same order.
    pub(crate) fn named(&self, normal: &str) -> Option<Name> {
        self.holding(normal)?.find(|name| self.words_of(*name).eq(normal.split(' ')))
    }

    fn in_any_order(&self, normal: &str) -> Option<Name> {
        let asked = in_any_order(normal);
        self.holding(normal)?.find(|name| in_any_order(&self.normal(*name)) == asked)
    }

    /// Names that hold the rarest of some words, all of which are known.
    fn holding(&self, normal: &str) -> Option<impl Iterator<Item = Name>> {
        let places: Option<Vec<u32>> =
            normal.split(' ').map(|word| self.words().word(word)).collect();
        let bearers = places?.into_iter().map(|word| self.bearers.row(word as usize));
        Some(bearers.min_by_key(|names| names.len())?.iter().copied())
    }

    fn by_letters(&self, normal: &str) -> Option<Name> {
        let asked = without_spaces(normal);
        if asked.is_empty() {
            return None;
        }
        let order = &self.words().by_letters;
        let compare = |name: Name| self.words_of(name).flat_map(str::bytes).cmp(asked.bytes());
        let first = order.partition_point(|name| compare(name.to_native()).is_lt());
        order
            .iter()
            .skip(first)
            .map(|name| name.to_native())
            .take_while(|name| compare(*name).is_eq())
            .min_by_key(|name| (Reverse(self.items(*name)), *name))
    }

    /// The number of items of a name as the catalogue spells it.
    pub(crate) fn spelled(&self, name: &str) -> Option<u32> {
        self.column().place(name).map(|name| self.items(name))
    }

    /// The one name that this is a slip of the pen for.
    pub(crate) fn near(&self, normal: &str) -> Option<Name> {
        let mut slips: Vec<HashMap<u32, usize>> =
            normal.split(' ').map(|word| self.near_words(word).collect()).collect();
        let mut near = self.near_word_by_word(normal, &slips);
        near.extend(self.near_as_a_whole(normal));
        // The surname first, or the first name last.
        for _ in 1..slips.len().min(MOST_TURNS) {
            if near.is_empty() {
                slips.rotate_left(1);
                near = self.near_word_by_word(normal, &slips);
            }
        }
        near.retain(|(_, name)| self.may_be_a_slip(normal, *name));
        let least = near.iter().map(|(changes, _)| *changes).min()?;
        near.retain(|(changes, _)| *changes == least);
        let by_items = |name: &Name| (Reverse(self.items(*name)), *name);
        let mut best = near.into_iter().map(|(_, name)| name).k_smallest_by_key(2, by_items);
        let first = best.next()?;
        let tied = |name: Name| self.items(name).saturating_mul(2) > self.items(first);
        (!best.any(tied)).then_some(first)
    }

    /// Names of as many words, each of which is near, with the number of changes.
    /// `slips` says, for each word, which words it may be.
    fn near_word_by_word(&self, normal: &str, slips: &[HashMap<u32, usize>]) -> Vec<(usize, Name)> {
        let bearers = |words: &HashMap<u32, usize>| -> usize {
            words.keys().map(|word| self.bearers.row(*word as usize).len()).sum()
        };
        let Some((place, rarest)) =
            slips.iter().enumerate().min_by_key(|(_, words)| bearers(words))
        else {
            return Vec::new();
        };
        let mut near = Vec::new();
        for (word, name) in rarest.keys().flat_map(|word| {
            self.bearers.row(*word as usize).iter().map(move |name| (*word, *name))
        }) {
            let own = self.words().names.row(name as usize);
            if own.len() != slips.len() || own.get(place).is_none_or(|own| *own != word) {
                continue;
            }
            let length = self.shapes.get(name as usize).map_or(0, |(_, length)| *length);
            if (length + own.len() - 1).abs_diff(normal.len()) > MOST_LENGTH {
                continue;
            }
            let changes: Option<usize> = own
                .iter()
                .zip(slips)
                .map(|(own, slips)| slips.get(&own.to_native()).copied())
                .sum();
            if let Some(changes) = changes {
                near.push((changes, name));
            }
        }
        near
    }

    /// Names that part words otherwise and have at most one other letter.
    fn near_as_a_whole(&self, normal: &str) -> Vec<(usize, Name)> {
        let (asked, n_words) = (letter_set(letters(normal)), normal.split(' ').count());
        let length = normal.len() + 1 - n_words;
        self.shapes
            .iter()
            .zip(0..)
            .filter(|((own, own_length), _)| {
                own_length.abs_diff(length) <= 1 && (own ^ asked).count_ones() <= 2
            })
            .map(|(_, name)| name)
            .filter(|name| self.words_of(*name).count() != n_words)
            .filter_map(|name| Some((self.slips.name_changes(normal, &self.normal(name))?, name)))
            .collect()
    }

    /// Words that may be this one with a slip of the pen, with the number of changes.
    fn near_words(&self, word: &str) -> impl Iterator<Item = (u32, usize)> {
        let asked = Shape::new(word);
        self.word_shapes
            .iter()
            .zip(0..)
            .filter(move |(own, _)| self.slips.may_be_alike(asked, **own))
            .filter_map(move |(_, place)| {
                let known = self.words().words.get(place as usize)?.as_str();
                self.slips.word_changes(word, known).map(|changes| (place, changes))
            })
    }

    /// A word that other names have is spelled right, so it is no slip, unless it
    /// sounds like this name's own, another word stands for this one name above all,
    /// or this one stands out among those that have it.
    fn may_be_a_slip(&self, normal: &str, name: Name) -> bool {
        let has = |word: &str| self.words_of(name).any(|own| own == word);
        normal.split(' ').any(|word| has(word) && self.stands_for(word, name))
            || normal.split(' ').all(|word| {
                has(word)
                    || self.stands_for(word, name)
                    || self.words_of(name).any(|own| sound_alike(own, word))
            })
    }

    /// Whether a word makes one think of this name: no other has it, or this one
    /// stands out among those that do.
    fn stands_for(&self, word: &str, name: Name) -> bool {
        let next = self.with_word(word).find(|other| *other != name);
        self.slips.stands_out(self.items(name), next.map(|next| self.items(next)))
    }

    /// The nearest names, nearest first: of those that share a word, and those that
    /// begin alike.
    pub(crate) fn nearest(&self, normal: &str, most: usize) -> Vec<String> {
        let telling = |word: &&str| word.chars().count() > 2;
        let sharing: BTreeSet<Name> = normal
            .split(' ')
            .filter(telling)
            .flat_map(|word| self.with_word(word).take(SHARING))
            .collect();
        let one_word = !normal.contains(' ');
        let mut ranked: Vec<(f64, Name)> = sharing
            .iter()
            // Of one word asked for, all that share it are equally near.
            .map(|name| if one_word { 1.0 } else { likeness(normal, &self.normal(*name)) })
            .zip(sharing.iter().copied())
            .collect();
        let beginning = self.neighbours(normal).filter(|name| !sharing.contains(name));
        ranked.extend(beginning.filter_map(|name| {
            let likeness = likeness(normal, &self.normal(name));
            (likeness >= LEAST_LIKENESS).then_some((likeness, name))
        }));
        if ranked.is_empty() {
            // Nothing is near: what stands beside it in a dictionary.
            ranked = self
                .neighbours(normal)
                .map(|name| (likeness(normal, &self.normal(name)), name))
                .collect();
        }
        let best = ranked.into_iter().k_smallest_by(most, |(a, name_a), (b, name_b)| {
            let by_items = || self.items(*name_b).cmp(&self.items(*name_a));
            b.total_cmp(a).then_with(by_items).then_with(|| name_a.cmp(name_b))
        });
        best.map(|(_, name)| self.spelling(name).to_owned()).collect()
    }

    /// Names on both sides of where this one would stand in the order of letters.
    fn neighbours(&self, normal: &str) -> impl Iterator<Item = Name> {
        let asked = without_spaces(normal);
        let order = &self.words().by_letters;
        let compare = |name: Name| self.words_of(name).flat_map(str::bytes).cmp(asked.bytes());
        let place = order.partition_point(|name| compare(name.to_native()).is_lt());
        let first = place.saturating_sub(NEIGHBOURS);
        order.iter().skip(first).take(2 * NEIGHBOURS).map(|name| name.to_native())
    }

    /// The names that hold a word, those with the most items first.
    pub(crate) fn with_word(&self, word: &str) -> impl Iterator<Item = Name> {
        let bearers =
            self.words().word(word).map_or(&[][..], |word| self.bearers.row(word as usize));
        bearers.iter().copied()
    }

    /// The one word of all names that this is a slip of the pen for.
    pub(crate) fn near_word(&self, word: &str) -> Option<&str> {
        let near: Vec<(u32, usize)> = self.near_words(word).collect();
        let least = near.iter().map(|(_, changes)| *changes).min()?;
        let mut best = near.iter().filter(|(_, changes)| *changes == least);
        match (best.next(), best.next()) {
            (Some((only, _)), None) => {
                self.words().words.get(*only as usize).map(|word| word.as_str())
            }
            _ => None,
        }
    }

    fn words(&self) -> &ArchivedNameWords {
        words(&self.index, self.field)
    }

    fn column(&self) -> &ArchivedColumn {
        self.field.column(self.catalog.get())
    }
}

fn words(index: &Section<NameIndex>, field: Field) -> &ArchivedNameWords {
    let index = index.get();
    match field {
        Field::Actor => &index.actors,
        Field::Director => &index.directors,
        Field::Producer => &index.producers,
        Field::Genre => &index.genres,
        Field::Country => &index.countries,
        Field::AgeRating => &index.age_ratings,
    }
}
