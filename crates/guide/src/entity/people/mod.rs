//! People, and in which role they are meant.

mod unknown;

use std::ops::Range;

use usher_names::{Field, Mention, Names, Resolution};

use crate::entity::negation;
use crate::entity::numbers::Notes;
use crate::lexicon::PLAIN;
use crate::request::{Conditions, Exclusion, ItemField};
use crate::text::Text;

use unknown::{unknown_after_cues, unknown_before_nouns};

/// What stands before a name and tells its role. A weak cue may lead in something
/// else than a name.
const CUES: &[(&str, Role, bool)] = &[
    ("starring", Role::Of(Field::Actor), true),
    ("stars", Role::Of(Field::Actor), true),
    ("featuring", Role::Of(Field::Actor), false),
    ("features", Role::Of(Field::Actor), false),
    ("together with", Role::Of(Field::Actor), false),
    ("alongside", Role::Of(Field::Actor), false),
    ("opposite", Role::Of(Field::Actor), false),
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

const JOINS: &[&str] = &["and", "or", ",", "&", "both", "either", "also"];
const BEFORE_NAME: &[&str] = &[
    "the", "a", "an", "mr", "ms", "mrs", ".", ":", "famous", "great", "legendary", "late",
    "called", "named",
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
    notes: &mut Notes,
) {
    let mut slots = known(text, mentions);
    unknown_after_cues(text, names, &mut slots);
    unknown_before_nouns(text, names, &mut slots);
    slots.sort_by_key(|slot| slot.range.start);
    let mut last: Option<(Range<usize>, Role, Field)> = None;
    let mut last_negated: Option<Range<usize>> = None;
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
        let mut besides = None;
        if text.is(end, &["'"]) && text.is(end + 1, &["s"]) {
            end += 2;
        }
        let verb_at = |at: usize| {
            VERBS.iter().find_map(|(verb, field)| Some((text.phrase(at, verb)?, *field)))
        };
        let verb = end + usize::from(text.is(end, &["both", "has", "have", "himself", "herself"]));
        // "Stephen King as a producer".
        if matches!(role, None | Some(Role::Any | Role::Of(Field::Actor)))
            && let Some((field, length)) = as_what(text, end)
        {
            role = Some(Role::Of(field));
            end += length;
        }
        if matches!(role, None | Some(Role::Any))
            && let Some((length, field)) = verb_at(verb)
        {
            role = Some(Role::Of(field));
            end = verb + length;
            // "both directed and acted in"
            if text.is(end, &["and"])
                && let Some((length, other)) = verb_at(end + 1)
            {
                besides = Some(other);
                end += 1 + length;
            }
        }
        let field = match role {
            Some(Role::Of(field)) => field,
            Some(Role::MakerOf) => maker(names, &slot),
            Some(Role::Any) | None => usual(names, &slot),
        };
        if let Some(from) = negation::before(text, &(start..end), last_negated.as_ref()) {
            start = from;
            match resolved(names, field, &slot.name) {
                Some((name, true)) => {
                    let list = match field {
                        Field::Director => ItemField::Director,
                        Field::Producer => ItemField::Producer,
                        _ => ItemField::Actors,
                    };
                    notes.without.push(Exclusion::Names(list, vec![name]));
                }
                // Whom nobody can be meant by is not left out in somebody's place.
                Some((_, false)) | None => notes.unused.push(text.slice(&(start..end)).to_owned()),
            }
            text.claim(start..end);
            last_negated = Some(start..end);
            continue;
        }
        if let Some((range, _, before)) = &joined
            && *before == field
            && (range.end..slot.range.start).any(|at| text.is(at, &["or"]))
        {
            conditions.any = true;
        }
        for field in std::iter::once(field).chain(besides.filter(|other| *other != field)) {
            let list = match field {
                Field::Director => &mut conditions.director,
                Field::Producer => &mut conditions.producer,
                _ => &mut conditions.actors,
            };
            if !list.contains(&slot.name) {
                list.push(slot.name.clone());
            }
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

/// "as a producer", "as director": the role, and how many tokens tell it.
fn as_what(text: &Text<'_>, at: usize) -> Option<(Field, usize)> {
    let noun = at + 1 + usize::from(text.is(at + 1, &["a", "an", "the"]));
    let field = match text.word(noun) {
        "director" => Field::Director,
        "producer" | "writer" | "author" => Field::Producer,
        "actor" | "actress" | "star" => Field::Actor,
        _ => return None,
    };
    text.is(at, &["as"]).then_some((field, noun + 1 - at))
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

const PEOPLE: [Field; 3] = [Field::Actor, Field::Director, Field::Producer];

fn resolved(names: &Names, field: Field, name: &str) -> Option<(String, bool)> {
    match names.resolve(field, name) {
        Resolution::Known(known) => known.into_iter().next().map(|name| (name, true)),
        Resolution::Corrected(name) => Some((name, false)),
        Resolution::Unknown { .. } => None,
    }
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
