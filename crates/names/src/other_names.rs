//! Names that people use for what a catalogue calls otherwise.

use std::collections::HashMap;

use crate::dictionary::Dictionary;
use crate::field::Field;
use crate::normalise::{normalise, without_spaces};

/// Names of one thing. Whichever the catalogue has is the one meant; of several,
/// the first here.
type Same = &'static [&'static str];

const GENRES: &[Same] = &[
    &["Action", "action-packed"],
    &["Adventure", "adventurous"],
    &["Animation", "Animated", "cartoon", "anime"],
    &[
        "Children's",
        "Children",
        "Kids",
        "Family",
        "for children",
        "for kids",
        "for families",
        "family-friendly",
        "kid-friendly",
    ],
    &["Comedy", "comedic"],
    &["Crime"],
    &["Documentary", "docu", "factual"],
    &["Drama", "dramatic"],
    &["Fantasy"],
    &["Film-Noir", "noir"],
    &["History", "historical"],
    &["Biography", "biographical", "biopic"],
    &["Horror"],
    &["Music"],
    &["Musical"],
    &["Mystery"],
    &["Romance", "romantic"],
    &["Sci-Fi", "Science Fiction", "SF"],
    &["Sport", "sports"],
    &["Thriller", "suspense thriller"],
    &["War"],
    &["Western"],
];

/// One word for several genres.
const COMBINED: &[(&str, &[&str])] = &[
    ("rom-com", &["Romance", "Comedy"]),
    ("romantic comedy", &["Romance", "Comedy"]),
    ("comedy drama", &["Comedy", "Drama"]),
    ("dramedy", &["Comedy", "Drama"]),
    ("tragicomedy", &["Comedy", "Drama"]),
];

const COUNTRIES: &[Same] = &[
    &[
        "United States",
        "United States of America",
        "USA",
        "US",
        "America",
        "the States",
        "American",
        "Hollywood",
    ],
    &["United Kingdom", "UK", "Great Britain", "Britain", "England", "British", "English"],
    &["Algeria", "Algerian"],
    &["Argentina", "Argentinian", "Argentine"],
    &["Australia", "Australian"],
    &["Austria", "Austrian"],
    &["Belgium", "Belgian"],
    &["Bosnia and Herzegovina", "Bosnia", "Bosnian"],
    &["Brazil", "Brazilian"],
    &["Bulgaria", "Bulgarian"],
    &["Canada", "Canadian"],
    &["Chile", "Chilean"],
    &["China", "People's Republic of China", "Chinese"],
    &["Colombia", "Colombian"],
    &["Croatia", "Croatian"],
    &["Cuba", "Cuban"],
    &["Czech Republic", "Czechia", "Czechoslovakia", "Czech"],
    &["Denmark", "Danish"],
    &["Egypt", "Egyptian"],
    &["Finland", "Finnish"],
    &["France", "French"],
    &["Germany", "West Germany", "German"],
    &["Greece", "Greek"],
    &["Hong Kong"],
    &["Hungary", "Hungarian"],
    &["Iceland", "Icelandic"],
    &["India", "Indian", "Bollywood"],
    &["Indonesia", "Indonesian"],
    &["Iran", "Persia", "Iranian"],
    &["Ireland", "Irish"],
    &["Israel", "Israeli"],
    &["Italy", "Italian"],
    &["Japan", "Japanese"],
    &["Mexico", "Mexican"],
    &["Netherlands", "the Netherlands", "Holland", "Dutch"],
    &["New Zealand"],
    &["Norway", "Norwegian"],
    &["Peru", "Peruvian"],
    &["Philippines", "the Philippines", "Filipino"],
    &["Poland", "Polish"],
    &["Portugal", "Portuguese"],
    &["Romania", "Romanian"],
    &["Russia", "Soviet Union", "USSR", "Russian", "Soviet"],
    &["Singapore"],
    &["South Africa", "South African"],
    &["South Korea", "Korea", "Republic of Korea", "Korean", "South Korean"],
    &["Spain", "Spanish"],
    &["Sweden", "Swedish"],
    &["Switzerland", "Swiss"],
    &["Taiwan", "Taiwanese"],
    &["Thailand", "Thai"],
    &["Turkey", "Turkish"],
    &["Ukraine", "Ukrainian"],
    &["Uruguay", "Uruguayan"],
    &["Vietnam", "Vietnamese"],
    &["Yugoslavia", "Yugoslav", "Yugoslavian"],
];

/// What may stand around a name without changing it.
const AROUND: &[(Field, &str, &str)] = &[
    (Field::Genre, "", " movie"),
    (Field::Genre, "", " movies"),
    (Field::Genre, "", " film"),
    (Field::Genre, "", " films"),
    (Field::Genre, "", " genre"),
    (Field::Country, "the ", ""),
    (Field::AgeRating, "rated ", ""),
    (Field::AgeRating, "", " rated"),
    (Field::AgeRating, "", " rating"),
];

/// The other names of a field's values: normalised name to the catalogue's names.
pub(crate) fn other_names(field: Field, known: &Dictionary) -> HashMap<String, Vec<String>> {
    let mut others = HashMap::new();
    let groups = match field {
        Field::Genre => GENRES,
        Field::Country => COUNTRIES,
        Field::Actor | Field::Director | Field::Producer | Field::AgeRating => &[],
    };
    for group in groups {
        let meant = group.iter().find_map(|name| known.exact(&normalise(name)));
        let Some(meant) = meant.map(|name| known.spelling(name).to_owned()) else { continue };
        for name in *group {
            add(&mut others, known, normalise(name), std::slice::from_ref(&meant));
        }
    }
    if field == Field::Genre {
        for (name, parts) in COMBINED {
            let spelled = |part: &&str| {
                known.exact(&normalise(part)).map(|name| known.spelling(name).to_owned())
            };
            let parts: Option<Vec<String>> = parts.iter().map(spelled).collect();
            if let Some(parts) = parts {
                add(&mut others, known, normalise(name), &parts);
            }
        }
        let single: Vec<(String, Vec<String>)> = known
            .names()
            .map(|name| (known.normal(name), vec![known.spelling(name).to_owned()]))
            .chain(others.iter().map(|(name, values)| (name.clone(), values.clone())))
            .collect();
        for (name, values) in single {
            add(&mut others, known, plural(&name), &values);
        }
    }
    others
}

/// What a name may be called with a word around it: "horror movies", "rated R".
pub(crate) fn bare(field: Field, normal: &str) -> Option<&str> {
    AROUND.iter().filter(|(of, _, _)| *of == field).find_map(|(_, before, after)| {
        normal.strip_prefix(before)?.strip_suffix(after).filter(|bare| !bare.is_empty())
    })
}

/// A value's own name never becomes another name of something else.
fn add(
    others: &mut HashMap<String, Vec<String>>,
    known: &Dictionary,
    name: String,
    values: &[String],
) {
    for form in [without_spaces(&name), name] {
        if !form.is_empty() && known.exact(&form).is_none() {
            others.entry(form).or_insert_with(|| values.to_vec());
        }
    }
}

fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        // "War" and "wars" are not the same to someone who asks for Star Wars.
        _ if name.len() < 4 || name.ends_with('s') => String::new(),
        _ => format!("{name}s"),
    }
}
