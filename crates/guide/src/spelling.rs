//! Slips of the pen in the words that questions are made of. Names have their own
//! dictionaries.

use strsim::osa_distance;

/// Words that a question hangs on, and that few other words look like.
const KEYWORDS: &[&str] = &[
    "recommend", "recommended", "recommendation", "recommendations", "suggest", "suggested",
    "suggestion", "suggestions", "movie", "movies", "similar", "popular", "released", "directed",
    "director", "directors", "between", "minutes", "history", "watched", "percentage",
    "description", "category", "interactions", "length", "duration", "runtime", "genre", "genres",
];
/// Words of their own, however near they are.
const OWN: &[&str] = &[
    "moves", "moved", "mover", "poplar", "directory", "directly", "watches", "watcher", "releases",
    "genie", "genies",
];
/// What is written short.
const SHORT: &[(&str, &str)] = &[
    ("sth", "something"),
    ("smth", "something"),
    ("pls", "please"),
    ("plz", "please"),
    ("thx", "thanks"),
    ("u", "you"),
    ("gud", "good"),
    ("wanna", "want"),
    ("gimme", "give"),
    ("recs", "recommendations"),
    ("rec", "recommend"),
    ("reco", "recommendation"),
    ("movi", "movie"),
    ("movis", "movies"),
    ("mov", "movie"),
    ("flim", "film"),
    ("fim", "film"),
    ("fims", "films"),
    ("usre", "user"),
    ("uesr", "user"),
    ("flims", "films"),
    ("dir", "directed"),
    ("mins", "minutes"),
    ("abt", "about"),
    ("hrs", "hours"),
];
/// The shortest word that is looked at.
const LEAST_CHARS: usize = 5;
/// From this length on, two slips are one word still.
const LONG_CHARS: usize = 9;

/// The word that is meant, if this is a slip for one. Both begin alike.
pub(crate) fn mended(word: &str) -> Option<&'static str> {
    if let Some((_, meant)) = SHORT.iter().find(|(short, _)| *short == word) {
        return Some(meant);
    }
    let length = word.len();
    if length < LEAST_CHARS || OWN.contains(&word) || KEYWORDS.iter().any(|k| is_form(word, k)) {
        return None;
    }
    KEYWORDS
        .iter()
        .filter(|keyword| {
            keyword.as_bytes().first() == word.as_bytes().first()
                && keyword.len().abs_diff(length) <= 2
        })
        .map(|keyword| (osa_distance(word, keyword), *keyword))
        .filter(|(slips, keyword)| {
            let long = keyword.len().min(length) >= LONG_CHARS;
            *slips <= if long { 2 } else { 1 }
        })
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, keyword)| keyword)
}

/// "recommending" is no slip for "recommend", nor "suggests".
fn is_form(word: &str, keyword: &str) -> bool {
    word.strip_prefix(keyword).is_some() || keyword.strip_prefix(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_mended_and_words_are_left() {
        for (word, meant) in [
            ("reccomend", Some("recommend")),
            ("sth", Some("something")),
            ("recomendations", Some("recommendations")),
            ("moveis", Some("movies")),
            ("pouplar", Some("popular")),
            ("relased", Some("released")),
            ("lenght", Some("length")),
            ("genie", None),
            ("moves", None),
            ("recommends", None),
            ("related", None),
            ("watches", None),
            ("é", None),
        ] {
            assert_eq!(mended(word), meant, "{word}");
        }
    }
}
