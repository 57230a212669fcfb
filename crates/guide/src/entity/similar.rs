//! Items that others are to be like.

use usher_names::Names;
use usher_protocol::Id;

use crate::entity::{ids, negation};
use crate::lexicon::{SOMETHING, is_item_noun};
use crate::text::Text;

/// What "similar to" or "movies like" points at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Model {
    /// Items by id.
    Items(Vec<Id>),
    /// Items by title, with the correction if there was one.
    Titled { items: Vec<Id>, correction: Option<String> },
    /// The items spoken of before ("it", "these").
    Before,
    /// A title that the catalogue lacks.
    Unknown(String),
}

/// The items that others are to be like.
pub(crate) fn similar(text: &mut Text<'_>, names: &Names, by_id: &[Id]) -> Option<Model> {
    const CUES: &[&str] = &[
        "similar to", "comparable to", "in the style of", "along the lines of", "close to",
        "along the same lines as", "along similar lines to", "on the lines of", "in line with",
        "resembling", "that resemble", "resemble", "resembles", "reminds of", "remind of",
        "the same kind as", "reminiscent of", "more like", "such as", "as good as", "related to",
        "in the vein of", "in a similar vein to", "in the same vein as", "in the spirit of",
        "in the manner of", "in the mould of", "in the mold of", "in the tradition of", "akin to",
        "similar in style to", "similar in tone to", "similar in spirit to", "comparable with",
        "the likes of", "reminds me of", "remind me of", "reminds one of", "reminding of",
        "not unlike", "much the same as", "of the same kind as", "the same sort as", "a la",
        "à la", "that evoke", "that evokes", "evoking", "near to",
    ];
    for at in 0..text.len() {
        let length = match text.phrases(at, CUES) {
            Some(length) => length,
            // "similar movies to …"
            None if text.is(at, &["similar", "comparable"])
                && is_item_noun(text.word(at + 1))
                && text.is(at + 2, &["to", "like"])
                && is_item_noun(text.word(at + 3)) =>
            {
                3
            }
            // "similar movies": similar to what was spoken of.
            None if text.is(at, &["similar", "comparable"]) && is_item_noun(text.word(at + 1)) => {
                if text.is(at + 2, &["to"]) && !text.is_claimed(at + 3) {
                    continue;
                }
                text.claim(at..at + 1);
                // "User 4 liked item 82: find comparable movies".
                return Some(match by_id {
                    [] => Model::Before,
                    items => Model::Items(items.to_vec()),
                });
            }
            None if text.is(at, &["like"]) && at > 0 => {
                let before = text.before(at);
                let of_item = is_item_noun(before)
                    || before == "what's"
                    || before == "is" && text.before_is(at, 2, &["what", "which"])
                    || is_likened(text, at)
                    || SOMETHING.contains(&before)
                    || before == "more"
                    || before == "and" && at == 1;
                if !of_item {
                    continue;
                }
                1
            }
            None => continue,
        };
        // "Nothing like Fargo" asks for no others like it.
        if negation::lead(text, at).is_some() {
            continue;
        }
        let start = at + length;
        let named = by_id.first().is_some_and(|_| {
            (start..start + 4).any(|i| text.is_claimed(i)) && is_item_noun(text.word(start))
                || text.is_claimed(start) && is_item_noun(text.word(start))
                || text.is_claimed(start + 1) && is_item_noun(text.word(start + 1))
        });
        if named {
            text.claim(at..start);
            return Some(Model::Items(by_id.to_vec()));
        }
        // "Similar to number 475".
        let number = start + usize::from(text.is(start, &["number", "no", "nr", "id", "#"]));
        if let Some((id, end)) = ids::item_at(text, number)
            && text.is_free(&(start..end))
            && names.ids_titled(text.slice(&(start..end))).is_empty()
        {
            text.claim(at..end);
            return Some(Model::Items(vec![id]));
        }
        let end = end_of_object(text, start);
        if start >= end {
            continue;
        }
        if text.is(
            start,
            &["what", "those", "these", "this", "that", "it", "them", "his", "her", "their", "the"],
        ) && (start..end).all(|i| {
            text.is(
                i,
                &[
                    "it", "this", "that", "these", "those", "them", "one", "the", "last", "first",
                    "ones",
                ],
            ) || is_item_noun(text.word(i))
        }) {
            text.claim(at..end);
            return Some(Model::Before);
        }
        if text.is(start, OTHERS) || text.is_claimed(start) {
            // Similar to a user's taste: that is what a recommendation is.
            continue;
        }
        let model = titled(names, text.slice(&(start..end)));
        // "Films akin to Toy Story should be recommended".
        let goes_on = (start + 1..end).find(|at| text.is(*at, MODALS));
        if let (Model::Unknown(_), Some(end)) = (&model, goes_on)
            && let known @ Model::Titled { .. } = titled(names, text.slice(&(start..end)))
        {
            text.claim(at..end);
            return Some(known);
        }
        text.claim(at..end);
        return Some(model);
    }
    None
}

/// What a sentence may go on with behind a title.
const MODALS: &[&str] =
    &["should", "can", "could", "would", "might", "must", "may", "will", "is", "are", "to", "for"];
/// People, and what people like.
const OTHERS: &[&str] = &[
    "what", "those", "his", "her", "their", "him", "user", "me", "us", "my", "i", "people",
    "users", "to", "best", "most", "mine", "you",
];

/// "Movies that are like Fargo", "what else is like Fargo", "something that feels a bit
/// like Fargo".
fn is_likened(text: &Text<'_>, like: usize) -> bool {
    const LINKS: &[&str] = &[
        "are", "is", "be", "feel", "feels", "look", "looks", "play", "plays", "sound", "sounds",
        "much", "just", "bit", "lot", "little", "rather", "somewhat", "quite", "very", "a", "most",
    ];
    let mut at = like;
    while at > 0 && text.is(at - 1, LINKS) {
        at -= 1;
    }
    let end = at - usize::from(at < like && text.before_is(at, 1, &["that", "which"]));
    at < like
        && (end.saturating_sub(2)..end)
            .any(|i| is_item_noun(text.word(i)) || text.is(i, SOMETHING) || text.is(i, &["else"]))
}

/// Where what "similar to" points at ends.
fn end_of_object(text: &Text<'_>, start: usize) -> usize {
    if text.is(start, &["\"", "“", "«"]) {
        let close = (start + 1..text.len()).find(|at| text.is(*at, &["\"", "”", "»"]));
        return close.map_or(text.len(), |close| close + 1);
    }
    (start..text.len())
        .find(|at| {
            let user = text.is(*at, &["to", "for"])
                && (text.is_claimed(*at + 1)
                    || text.is(*at + 1, &["user", "him", "her", "them", "the", "me", "a"]));
            let ends = text.is(*at, &["?", "!", ";", ","])
                || text.is(*at, &["."])
                    && (*at + 1 >= text.len()
                        || text.token(*at + 1).is_some_and(|next| next.opens));
            let condition = *at > start
                && text.is(*at, &["and"])
                && text
                    .phrases(
                        *at + 1,
                        &[
                            "released", "directed by", "starring", "with an imdb", "shorter than",
                            "longer than", "that", "with a rating", "rated", "popular",
                        ],
                    )
                    .is_some()
                || *at > start
                    && text
                        .phrases(
                            *at,
                            &[
                                "released", "but", "without", "except", "not", "that", "which",
                                "starring", "directed by", "with an imdb", "please", "from the",
                                "shorter than", "longer than", "in style", "in tone", "in spirit",
                                "in mood", "in feel",
                            ],
                        )
                        .is_some();
            user || ends || condition
        })
        .unwrap_or(text.len())
}

/// A title, however it is written.
pub(crate) fn titled(names: &Names, phrase: &str) -> Model {
    let bare = phrase.trim_matches(['"', '“', '”', '«', '»', '\'', ' ', '.', ',']);
    let mut forms = vec![bare];
    for lead in ["the movie ", "the film ", "movie ", "film ", "the title ", "title ", "item "] {
        if let Some(head) = bare.get(..lead.len())
            && head.eq_ignore_ascii_case(lead)
        {
            forms.push(bare.get(lead.len()..).unwrap_or_default());
        }
    }
    let roman: Vec<String> = forms.iter().filter_map(|form| with_roman_numeral(form)).collect();
    for form in forms.iter().copied().chain(roman.iter().map(String::as_str)) {
        let items = names.ids_titled(form);
        if !items.is_empty() {
            return Model::Titled { items: to_ids(items), correction: None };
        }
    }
    for form in &forms {
        if let Some((title, items)) = names.near_title(form) {
            let correction = Some(format!("{form} → {title}"));
            return Model::Titled { items: to_ids(items), correction };
        }
    }
    Model::Unknown(forms.last().copied().unwrap_or(bare).to_owned())
}

/// "The Godfather part 2" as "The Godfather part II".
pub(crate) fn with_roman_numeral(title: &str) -> Option<String> {
    const NUMERALS: [&str; 9] = ["II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];
    let (before, number) = title.rsplit_once(' ')?;
    let place = number.parse::<usize>().ok()?.checked_sub(2)?;
    Some(format!("{before} {}", NUMERALS.get(place)?))
}

pub(crate) fn to_ids(ids: Vec<String>) -> Vec<Id> {
    ids.into_iter().map(Id).collect()
}
