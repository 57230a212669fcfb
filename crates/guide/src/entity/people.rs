//! People, and in which role they are meant.

use std::ops::Range;

use usher_names::{Field, Mention, Names, Resolution};

use crate::lexicon::{PLAIN, RECOMMEND, THEMES, is_item_noun};
use crate::request::Conditions;
use crate::text::Text;

/// What stands before a name and tells its role. A weak cue may lead in something
/// else than a name.
const CUES: &[(&str, Role, bool)] = &[
    ("starring", Role::Of(Field::Actor), true),
    ("stars", Role::Of(Field::Actor), true),
    ("featuring", Role::Of(Field::Actor), false),
    ("acted by", Role::Of(Field::Actor), true),
    ("played by", Role::Of(Field::Actor), true),
    ("acting", Role::Of(Field::Actor), false),
    ("actor", Role::Of(Field::Actor), true),
    ("actors", Role::Of(Field::Actor), true),
    ("actress", Role::Of(Field::Actor), true),
    ("actresses", Role::Of(Field::Actor), true),
    ("actor named", Role::Of(Field::Actor), true),
    ("actor called", Role::Of(Field::Actor), true),
    ("with", Role::Of(Field::Actor), false),
    ("star", Role::Of(Field::Actor), false),
    ("directed by", Role::Of(Field::Director), true),
    ("director", Role::Of(Field::Director), true),
    ("directors", Role::Of(Field::Director), true),
    ("filmmaker", Role::Of(Field::Director), true),
    ("director named", Role::Of(Field::Director), true),
    ("shot by", Role::Of(Field::Director), true),
    ("filmed by", Role::Of(Field::Director), true),
    ("made by", Role::MakerOf, true),
    ("by", Role::MakerOf, false),
    ("produced by", Role::Of(Field::Producer), true),
    ("producer", Role::Of(Field::Producer), true),
    ("producers", Role::Of(Field::Producer), true),
    ("written by", Role::Of(Field::Producer), true),
    ("writer", Role::Of(Field::Producer), true),
    ("writers", Role::Of(Field::Producer), true),
    ("penned by", Role::Of(Field::Producer), true),
    ("screenplay by", Role::Of(Field::Producer), true),
    ("author", Role::Of(Field::Producer), true),
    ("of", Role::Any, false),
    ("from", Role::Any, false),
    ("did", Role::Any, false),
    ("does", Role::Any, false),
    ("has", Role::Any, false),
];

/// What stands after a name and tells its role.
const VERBS: &[(&str, Field)] = &[
    ("directed", Field::Director),
    ("directs", Field::Director),
    ("direct", Field::Director),
    ("made", Field::Director),
    ("stars", Field::Actor),
    ("star", Field::Actor),
    ("starred", Field::Actor),
    ("acts", Field::Actor),
    ("act", Field::Actor),
    ("acted", Field::Actor),
    ("plays", Field::Actor),
    ("play", Field::Actor),
    ("played", Field::Actor),
    ("appears", Field::Actor),
    ("appear", Field::Actor),
    ("appeared", Field::Actor),
    ("is in", Field::Actor),
    ("was in", Field::Actor),
    ("in it", Field::Actor),
    ("wrote", Field::Producer),
    ("write", Field::Producer),
    ("written", Field::Producer),
    ("writes", Field::Producer),
    ("produced", Field::Producer),
    ("produce", Field::Producer),
    ("produces", Field::Producer),
];

const PARTICLES: &[&str] =
    &["de", "di", "da", "van", "von", "der", "den", "la", "le", "el", "bin", "al", "st", "."];
const JOINS: &[&str] = &["and", "or", ",", "&", "both", "either", "also"];
const BEFORE_NAME: &[&str] = &[
    "the",
    "a",
    "an",
    "mr",
    "ms",
    "mrs",
    ".",
    ":",
    "famous",
    "great",
    "legendary",
    "late",
    "called",
    "named",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Of(Field),
    /// The director, or who wrote it.
    MakerOf,
    Any,
}

/// A name and where it stands.
struct Slot {
    range: Range<usize>,
    name: String,
    /// The roles in which the catalogue has this very name.
    known: Vec<Field>,
}

/// Reads people into the conditions and claims their tokens.
pub(crate) fn read(
    text: &mut Text<'_>,
    names: &Names,
    mentions: &[Mention],
    conditions: &mut Conditions,
    unused: &mut Vec<String>,
) {
    let mut slots = known(text, mentions);
    unknown_after_cues(text, names, &mut slots);
    unknown_before_nouns(text, names, &mut slots);
    slots.sort_by_key(|slot| slot.range.start);
    let mut last: Option<(Range<usize>, Role, Field)> = None;
    for slot in slots {
        if !text.is_free(&slot.range) {
            continue;
        }
        let cue = cue_before(text, slot.range.start);
        let (mut start, mut role) =
            cue.map_or((slot.range.start, None), |(start, role, _)| (start, Some(role)));
        let joined = last.as_ref().filter(|(range, _, _)| {
            range.end < slot.range.start
                && (range.end..slot.range.start)
                    .all(|at| text.is(at, JOINS) || text.is(at, BEFORE_NAME))
        });
        if role.is_none()
            && let Some((_, same, _)) = joined
        {
            role = Some(*same);
        }
        let mut end = slot.range.end;
        if text.is(end, &["'"]) && text.is(end + 1, &["s"]) {
            end += 2;
        }
        if matches!(role, None | Some(Role::Any))
            && let Some((length, field)) =
                VERBS.iter().find_map(|(verb, field)| Some((text.phrase(end, verb)?, *field)))
        {
            role = Some(Role::Of(field));
            end += length;
        }
        let field = match role {
            Some(Role::Of(field)) => field,
            Some(Role::MakerOf) => maker(names, &slot),
            Some(Role::Any) | None => usual(names, &slot),
        };
        if start > 0 && text.before_is(start, 1, &["not", "without", "no", "except", "excluding"]) {
            start -= 1;
            unused.push(text.slice(&(start..end)).to_owned());
            text.claim(start..end);
            continue;
        }
        if let Some((range, _, before)) = &joined
            && *before == field
            && (range.end..slot.range.start).any(|at| text.is(at, &["or"]))
        {
            conditions.any = true;
        }
        let list = match field {
            Field::Director => &mut conditions.director,
            Field::Producer => &mut conditions.producer,
            _ => &mut conditions.actors,
        };
        if !list.contains(&slot.name) {
            list.push(slot.name);
        }
        text.claim(start..end);
        last = Some((slot.range.start..end, role.unwrap_or(Role::Any), field));
    }
}

/// The names of the catalogue that stand in the text.
fn known(text: &Text<'_>, mentions: &[Mention]) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.field.is_person()) {
        let range = text.tokens_of(&mention.span);
        if let Some(slot) = slots.iter_mut().find(|slot| slot.range == range) {
            slot.known.push(mention.field);
            continue;
        }
        // One word that is a name is mostly just a word.
        let capital = text.is_proper(range.start) && !PLAIN.contains(&text.word(range.start));
        let word = range.len() == 1
            && !capital
            && cue_before(text, range.start).is_none_or(|(_, _, strong)| !strong);
        let also_a_thing =
            mentions.iter().any(|other| !other.field.is_person() && other.span == mention.span);
        if let Some(name) = mention.names.first()
            && !range.is_empty()
            && text.is_free(&range)
            && !word
            && !also_a_thing
        {
            slots.push(Slot { range, name: name.clone(), known: vec![mention.field] });
        }
    }
    slots
}

/// The cue right before a token: where it begins, its role, whether it is strong.
fn cue_before(text: &Text<'_>, at: usize) -> Option<(usize, Role, bool)> {
    let mut end = at;
    for _ in 0..4 {
        let cue = CUES
            .iter()
            .filter_map(|(phrase, role, strong)| {
                let start = end.checked_sub(phrase.split(' ').count())?;
                text.phrase(start, phrase).map(|length| (length, start, *role, *strong))
            })
            .max_by_key(|(length, ..)| *length);
        if let Some((_, start, role, strong)) = cue {
            return Some((start, role, strong));
        }
        end = end.checked_sub(1).filter(|filler| text.is(*filler, BEFORE_NAME))?;
    }
    None
}

/// Names that the catalogue lacks, after words that only a name follows.
fn unknown_after_cues(text: &Text<'_>, names: &Names, slots: &mut Vec<Slot>) {
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
fn unknown_before_nouns(text: &Text<'_>, names: &Names, slots: &mut Vec<Slot>) {
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
        let known_thing = [Field::Genre, Field::Country]
            .iter()
            .any(|field| !matches!(names.resolve(*field, &name), Resolution::Unknown { .. }));
        let someone = is_someone(names, &name);
        if !theme
            && !known_thing
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

const PEOPLE: [Field; 3] = [Field::Actor, Field::Director, Field::Producer];

fn resolved(names: &Names, field: Field, name: &str) -> Option<(String, bool)> {
    match names.resolve(field, name) {
        Resolution::Known(known) => known.into_iter().next().map(|name| (name, true)),
        Resolution::Corrected(name) => Some((name, false)),
        Resolution::Unknown { .. } => None,
    }
}

/// A surname that stands for one director with at least three items.
fn is_renowned(names: &Names, surname: &str) -> bool {
    let surname = surname.trim_end_matches("'s");
    if surname.chars().count() < 5 {
        return false;
    }
    resolved(names, Field::Director, surname).is_some_and(|(name, _)| {
        let last = name.rsplit(' ').next().unwrap_or_default().to_lowercase();
        last == surname && names.n_items(Field::Director, &name) >= 3
    })
}

/// Of "a film by …": the director, else the writer, else whoever it is.
fn maker(names: &Names, slot: &Slot) -> Field {
    for field in [Field::Director, Field::Producer] {
        if slot.known.contains(&field) {
            return field;
        }
    }
    if slot.known.contains(&Field::Actor) {
        return Field::Actor;
    }
    [Field::Director, Field::Producer, Field::Actor]
        .into_iter()
        .find(|field| resolved(names, *field, &slot.name).is_some())
        .unwrap_or(Field::Director)
}

/// Of "… movies": the actor, unless the name is more often a director's.
fn usual(names: &Names, slot: &Slot) -> Field {
    let items = |field: Field| -> u32 {
        let name = if slot.known.is_empty() {
            resolved(names, field, &slot.name).map(|(name, _)| name)
        } else {
            slot.known.contains(&field).then(|| slot.name.clone())
        };
        name.map_or(0, |name| names.n_items(field, &name))
    };
    let (actor, director, producer) =
        (items(Field::Actor), items(Field::Director), items(Field::Producer));
    if director > actor {
        Field::Director
    } else if actor > 0 || producer == 0 {
        Field::Actor
    } else {
        Field::Producer
    }
}
