//! Names that people use for what a catalogue calls otherwise.

use std::collections::{HashMap, HashSet};

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
    &["Horror", "scary"],
    &["Music"],
    &["Musical"],
    &["Mystery"],
    &["Romance", "romantic"],
    &["Sci-Fi", "Science Fiction", "SF"],
    &["Sport", "sports"],
    &["Thriller", "suspense", "suspenseful", "suspense thriller"],
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

/// Also countries that few catalogues have: what they are called is no slip of
/// another country's name.
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
    &["Cambodia", "Cambodian"],
    &["Cameroon", "Cameroonian"],
    &["Canada", "Canadian"],
    &["Chile", "Chilean"],
    &["China", "People's Republic of China", "Chinese"],
    &["Colombia", "Colombian"],
    &["Croatia", "Croatian"],
    &["Cuba", "Cuban"],
    &["Czech Republic", "Czechia", "Czechoslovakia", "Czech"],
    &["Denmark", "Danish"],
    &["East Germany", "East German"],
    &["Egypt", "Egyptian"],
    &["Estonia", "Estonian"],
    &["Finland", "Finnish"],
    &["France", "French"],
    &["Georgia", "Georgian"],
    &["Germany", "West Germany", "German"],
    &["Greece", "Greek"],
    &["Hong Kong"],
    &["Hungary", "Hungarian"],
    &["Iceland", "Icelandic"],
    &["India", "Indian", "Bollywood"],
    &["Indonesia", "Indonesian"],
    &["Iran", "Persia", "Iranian"],
    &["Iraq", "Iraqi"],
    &["Ireland", "Irish"],
    &["Israel", "Israeli"],
    &["Italy", "Italian"],
    &["Jamaica", "Jamaican"],
    &["Japan", "Japanese"],
    &["Jordan", "Jordanian"],
    &["Kazakhstan", "Kazakh"],
    &["Kenya", "Kenyan"],
    &["Latvia", "Latvian"],
    &["Lebanon", "Lebanese"],
    &["Lithuania", "Lithuanian"],
    &["Luxembourg"],
    &["Malaysia", "Malaysian"],
    &["Mali", "Malian"],
    &["Malta", "Maltese"],
    &["Mexico", "Mexican"],
    &["Mongolia", "Mongolian"],
    &["Morocco", "Moroccan"],
    &["Netherlands", "the Netherlands", "Holland", "Dutch"],
    &["New Zealand"],
    &["Niger"],
    &["Nigeria", "Nigerian"],
    &["North Korea", "North Korean"],
    &["Norway", "Norwegian"],
    &["Pakistan", "Pakistani"],
    &["Palestine", "Palestinian"],
    &["Peru", "Peruvian"],
    &["Philippines", "the Philippines", "Filipino"],
    &["Poland", "Polish"],
    &["Portugal", "Portuguese"],
    &["Romania", "Romanian"],
    &["Russia", "Soviet Union", "USSR", "Russian", "Soviet"],
    &["Senegal", "Senegalese"],
    &["Serbia", "Serbian"],
    &["Singapore"],
    &["Slovakia", "Slovak"],
    &["Slovenia", "Slovenian"],
    &["South Africa", "South African"],
    &["South Korea", "Korea", "Republic of Korea", "Korean", "South Korean"],
    &["Spain", "Spanish"],
    &["Sweden", "Swedish"],
    &["Switzerland", "Swiss"],
    &["Taiwan", "Taiwanese"],
    &["Thailand", "Thai"],
    &["Tunisia", "Tunisian"],
    &["Turkey", "Turkish"],
    &["Ukraine", "Ukrainian"],
    &["Uruguay", "Uruguayan"],
    &["Venezuela", "Venezuelan"],
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
    (Field::AgeRating, "rating ", ""),
    (Field::AgeRating, "", " rated"),
    (Field::AgeRating, "", " rating"),
];

/// What people call a field's values.
#[derive(Debug, Default)]
pub(crate) struct OtherNames {
    /// Normalised other name to the catalogue's names.
    pub(crate) values: HashMap<String, Vec<String>>,
    /// Normalised names of what the catalogue lacks: they are spelled right, so no
    /// slips of other names.
    pub(crate) lacking: HashSet<String>,
}

/// The other names of a field's values.
pub(crate) fn other_names(field: Field, known: &Dictionary) -> OtherNames {
    let mut others = HashMap::new();
    let mut lacking = HashSet::new();
    let groups = match field {
        Field::Genre => GENRES,
        Field::Country => COUNTRIES,
        Field::Actor | Field::Director | Field::Producer | Field::AgeRating => &[],
    };
    for group in groups {
        let meant = group.iter().find_map(|name| known.exact(&normalise(name)));
        let Some(meant) = meant.map(|name| known.spelling(name).to_owned()) else {
            lacking.extend(group.iter().map(|name| normalise(name)));
            continue;
        };
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
    OtherNames { values: others, lacking }
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
