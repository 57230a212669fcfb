//! Names that the catalogue lacks or spells in another way.

use std::ops::Range;

use strsim::osa_distance;
use usher_names::{Field, Names, Resolution};

use super::{BEFORE_NAME, CUES, JOINS, PEOPLE, Role, Slot, resolved};
use crate::entity::numbers::value;
use crate::lexicon::{PLAIN, RECOMMEND, THEMES, is_item_noun};
use crate::text::Text;

const PARTICLES: &[&str] =
    &["de", "di", "da", "van", "von", "der", "den", "la", "le", "el", "bin", "al", "st", "."];

/// Names that the catalogue lacks, after words that only a name follows.
pub(super) fn unknown_after_cues(text: &Text<'_>, names: &Names, slots: &mut Vec<Slot>) {
    let mut at = 0;
    while at < text.len() {
        let cue = CUES
            .iter()
            .filter_map(|(phrase, role, strong)| Some((text.phrase(at, phrase)?, *role, *strong)))
            .max_by_key(|(length, ..)| *length);
        let Some((length, role, strong)) = cue else {
            at += 1;
            continue;
        };
        at += length;
        if text.is_claimed(at - 1) {
            continue;
        }
        // After "films by" a name follows, however it is written.
        const SORTED: &[&str] = &[
            "rating", "ratings", "year", "country", "popularity", "date", "length", "duration",
            "release", "score",
        ];
        let made = at.checked_sub(length + 1).is_some_and(|noun| {
            is_item_noun(text.word(noun)) || text.is_claimed(noun) && text.is_word(noun)
        });
        let strong = strong || role == Role::MakerOf && made && !text.is(at, SORTED);
        let by = matches!(role, Role::Of(_) | Role::MakerOf)
            || at.checked_sub(length + 1).is_some_and(|noun| is_item_noun(text.word(noun)));
        while text.is(at, BEFORE_NAME) {
            at += 1;
        }
        // Names go on over "and", "or" and commas.
        loop {
            if let Some(slot) = slots.iter().find(|slot| slot.range.start == at) {
                at = slot.range.end;
            } else if let Some(range) = raw_name(text, at, strong, by)
                .or_else(|| lower_case_name(text, names, at))
                .filter(|range| overlaps_none(slots, range))
            {
                let name = text.slice(&range).trim_end_matches('.').to_owned();
                at = range.end;
                slots.push(Slot { range, name, known: Vec::new() });
            } else {
                break;
            }

            let mut next = at;
            while text.is(next, JOINS) {
                next += 1;
            }
            if next == at {
                break;
            }
            at = next;
        }
    }
}

fn overlaps_none(slots: &[Slot], range: &Range<usize>) -> bool {
    slots.iter().all(|slot| slot.range.end <= range.start || range.end <= slot.range.start)
}

/// A run of words that looks like a name: capitals, or after a strong cue any
/// words up to the next that is plain.
fn raw_name(text: &Text<'_>, at: usize, strong: bool, by: bool) -> Option<Range<usize>> {
    let is_capital = |at: usize| text.is_proper(at) && !text.is_claimed(at);
    let mut end = at;
    if is_capital(at) && by && !THEMES.contains(&text.word(at)) {
        while end < at + 6 {
            let particle = end > at
                && text.is(end, PARTICLES)
                && (is_capital(end + 1) || text.is(end + 1, PARTICLES) && is_capital(end + 2));
            let hyphen = text.is(end, &["-"]) && end > at && is_capital(end + 1);
            if is_capital(end) || particle || hyphen {
                end += 1;
            } else {
                break;
            }
        }
        return Some(at..end);
    }
    if !strong {
        return None;
    }
    while end < at + 3
        && text.is_word(end)
        && !text.is_claimed(end)
        && !text.is(end, PLAIN)
        && !is_item_noun(text.word(end))
    {
        end += 1;
    }
    (end > at).then_some(at..end)
}

/// After a weak cue in lower case: two or three words that are near to somebody's
/// name, or a director's surname.
fn lower_case_name(text: &Text<'_>, names: &Names, at: usize) -> Option<Range<usize>> {
    let plain = |at: usize| {
        !text.is_word(at)
            || text.is_claimed(at)
            || PLAIN.contains(&text.word(at))
            || is_item_noun(text.word(at))
    };
    for length in [3, 2] {
        let range = at..at + length;
        if !range.clone().any(plain) && resembles_someone(names, text.slice(&range)) {
            return Some(range);
        }
    }
    (!plain(at) && is_renowned(names, text.word(at))).then_some(at..at + 1)
}

/// Names before "movies" that the catalogue's dictionaries do not spell this way:
/// "a Tom Hanx movie", "Spielberg films"; or before what kind of movie it is: "a
/// Tom Hanx comedy".
pub(super) fn unknown_before_nouns(text: &Text<'_>, names: &Names, slots: &mut Vec<Slot>) {
    for noun in 1..text.len() {
        let is_noun = is_item_noun(text.word(noun));
        let is_kind = text.is_claimed(noun);
        if !(is_noun || is_kind) || !text.is_word(noun - 1) || text.is_claimed(noun - 1) {
            continue;
        }
        let mut start = noun;
        while start > 0
            && noun - start < 4
            && text.token(start - 1).is_some_and(|token| token.capital)
            && text.is_word(start - 1)
            && !text.is_claimed(start - 1)
            && !RECOMMEND.contains(&text.word(start - 1))
            && !PLAIN.contains(&text.word(start - 1))
        {
            start -= 1;
        }
        let mut name = text.slice(&(start..noun)).to_owned();
        if start == noun && !is_noun {
            continue;
        }
        if start == noun {
            // In lower case: a name of two words, or a director's surname.
            let found = noun.checked_sub(2).and_then(|two| {
                lower_case_name(text, names, two).filter(|range| range.end == noun)
            });
            start = match found.or_else(|| lower_case_name(text, names, noun - 1)) {
                Some(range) if range.end == noun => range.start,
                _ => continue,
            };
            text.slice(&(start..noun)).clone_into(&mut name);
        }

        if let Some(bare) = name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")) {
            name = bare.to_owned();
        }
        let range = start..noun;
        let single = range.len() == 1;
        let theme = THEMES.contains(&text.word(start));
        let articled = start > 0 && text.before_is(start, 1, &["a", "an"]);
        let counted = single && value(text, start).is_some();
        let known_thing = [Field::Genre, Field::Country]
            .iter()
            .any(|field| !matches!(names.resolve(*field, &name), Resolution::Unknown { .. }));
        let someone = is_someone(names, &name);
        if !theme
            && !known_thing
            && !counted
            && overlaps_none(slots, &range)
            && (someone || is_noun && (!single || articled && text.is_proper(start)))
        {
            slots.push(Slot { range, name, known: Vec::new() });
        }
    }
}

/// Whether a name is somebody's in some role.
fn is_someone(names: &Names, name: &str) -> bool {
    PEOPLE.iter().any(|field| resolved(names, *field, name).is_some())
}

/// Whether a name is so like somebody's that a person is meant, whoever it is: one
/// of two words is the same, and the other begins in the same way.
fn resembles_someone(names: &Names, name: &str) -> bool {
    let alike = |known: &String| {
        let known = known.to_lowercase();
        match (name.to_lowercase().split_once(' '), known.split_once(' ')) {
            (Some((first, last)), Some((known_first, known_last))) => {
                first == known_first && last.chars().take(3).eq(known_last.chars().take(3))
                    || last == known_last && first.chars().next() == known_first.chars().next()
            }
            _ => false,
        }
    };
    PEOPLE.iter().any(|field| match names.resolve(*field, name) {
        Resolution::Unknown { nearest } => nearest.iter().any(alike),
        Resolution::Known(_) | Resolution::Corrected(_) => true,
    })
}

/// A surname that stands for one director with at least three items.
fn is_renowned(names: &Names, surname: &str) -> bool {
    let surname = surname.trim_end_matches("'s");
    if surname.chars().count() < 5 {
        return false;
    }
    resolved(names, Field::Director, surname).is_some_and(|(name, _)| {
        let last = name.rsplit(' ').next().unwrap_or_default().to_lowercase();
        let slips = match surname.chars().count() {
            0..=6 => 0,
            7..=9 => 1,
            _ => 2,
        };
        let near =
            last.chars().next() == surname.chars().next() && osa_distance(&last, surname) <= slips;
        near && names.n_items(Field::Director, &name) >= 3
    })
}
