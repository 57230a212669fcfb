//! What a question on statistics measures.

use crate::lexicon::{ITEMS, is_item_noun};
use crate::request::{ItemField, Measure};
use crate::text::Text;

/// What a question on statistics measures, and where the word stands.
pub(crate) fn measure(text: &Text<'_>) -> Option<(Measure, usize)> {
    const LENGTH: &[&str] = &[
        "length", "duration", "runtime", "running time", "run time", "how long", "how many minutes",
    ];
    const IDEAL: &[&str] = &[
        "ideal", "optimal", "best", "perfect", "typical", "average", "right", "preferred",
        "recommended", "suitable", "successful", "should", "usual", "usually", "optimum", "good",
        "median", "mean", "popular", "favourite", "favorite", "common", "engaging", "most",
        "prefer", "appropriate", "target", "normal", "expected", "standard",
    ];
    const RATING: &[&str] = &["rating", "imdb rating", "imdb score", "score", "ratings"];
    const AVERAGE: &[&str] =
        &["average", "typical", "usual", "usually", "median", "mean", "normal"];
    const NAMES: &[(&str, ItemField)] = &[
        ("genre", ItemField::Genres),
        ("genres", ItemField::Genres),
        ("type of movie", ItemField::Genres),
        ("type of movies", ItemField::Genres),
        ("kind of movie", ItemField::Genres),
        ("kind of movies", ItemField::Genres),
        ("type of film", ItemField::Genres),
        ("type of content", ItemField::Genres),
        ("kind of content", ItemField::Genres),
        ("kind of films", ItemField::Genres),
        ("types of movies", ItemField::Genres),
        ("director", ItemField::Director),
        ("directors", ItemField::Director),
        ("filmmaker", ItemField::Director),
        ("actor", ItemField::Actors),
        ("actors", ItemField::Actors),
        ("actress", ItemField::Actors),
        ("actresses", ItemField::Actors),
        ("star", ItemField::Actors),
        ("producer", ItemField::Producer),
        ("producers", ItemField::Producer),
        ("writer", ItemField::Producer),
        ("writers", ItemField::Producer),
        ("country", ItemField::Country),
        ("countries", ItemField::Country),
        ("age rating", ItemField::AgeRating),
        ("release month", ItemField::ReleaseMonth),
        ("month", ItemField::ReleaseMonth),
    ];
    const SUPERLATIVE: &[&str] = &[
        "most", "best", "top", "favourite", "favorite", "preferred", "popular", "engaging",
        "ideal", "successful", "liked", "loved", "watched", "common", "prefer", "prefers", "works",
        "work", "attract", "attracts", "dominant", "dominates", "trending", "beloved", "frequent",
        "favourites", "favorites", "biggest", "greatest", "appreciated", "strongest", "leading",
        "hottest",
    ];
    for at in 0..text.len() {
        let said = |words: &[&str]| {
            (0..text.len()).any(|i| text.is(i, words) && !text.is_claimed(i) && i != at)
        };
        if text.phrases(at, LENGTH).is_some() && !text.is_claimed(at) && said(IDEAL) {
            return Some((Measure::Number(ItemField::Duration), at));
        }
        // "The best rating" is one movie's; "a good rating" is a condition.
        if text.phrases(at, RATING).is_some() && !text.is_claimed(at) && said(AVERAGE) {
            return Some((Measure::Number(ItemField::ImdbRating), at));
        }
        if text.is_claimed(at) {
            continue;
        }
        // "Whose comedies are the most popular?"
        if text.is(at, &["whose"])
            && (at + 1..at + 4).any(|i| text.is(i, ITEMS))
            && (at + 1..text.len()).any(|i| text.is(i, SUPERLATIVE))
        {
            return Some((Measure::Names(ItemField::Director), at));
        }
        let Some((length, field)) = NAMES
            .iter()
            .filter_map(|(phrase, field)| Some((text.phrase(at, phrase)?, *field)))
            .max_by_key(|(length, _)| *length)
        else {
            continue;
        };
        // "most popular genre", "which genre is the most popular", "what genre do
        // teenagers like most". In "the best director's movies" the movies are asked for.
        let of_items =
            is_item_noun(text.word(at + length)) && !text.is(at + length, &["show", "feature"]);
        let before = (at.saturating_sub(5)..at).any(|i| text.is(i, SUPERLATIVE));
        let asked = at > 0
            && (text.before_is(at, 1, &["which", "what", "whose"])
                || text.before_is(at, 2, &["which", "what"]) && at > 1);
        let after = (at + length..text.len()).any(|i| text.is(i, SUPERLATIVE));
        const LIKED: &[&str] = &[
            "like", "likes", "love", "loves", "enjoy", "enjoys", "watch", "watches", "should",
            "release", "engages", "engage", "performs", "perform", "suits", "fits", "draws",
            "appeals", "interests", "favour", "sells",
        ];
        let liked = (at + length..text.len()).any(|i| text.is(i, LIKED));
        if !of_items && (before || asked && (after || liked)) {
            return Some((Measure::Names(field), at));
        }
    }
    None
}
