//! Which fields of items or users are asked for.

use std::ops::Range;

use crate::request::{ItemField, UserField};
use crate::text::Text;

const ITEM_FIELDS: &[(&str, ItemField)] = &[
    ("title", ItemField::Title),
    ("titles", ItemField::Title),
    ("description", ItemField::Description),
    ("descriptions", ItemField::Description),
    ("genre", ItemField::Genres),
    ("genres", ItemField::Genres),
    ("kind of movie", ItemField::Genres),
    ("kind of film", ItemField::Genres),
    ("director", ItemField::Director),
    ("directors", ItemField::Director),
    ("directed", ItemField::Director),
    ("producer", ItemField::Producer),
    ("producers", ItemField::Producer),
    ("produced", ItemField::Producer),
    ("writer", ItemField::Producer),
    ("writers", ItemField::Producer),
    ("wrote", ItemField::Producer),
    ("written", ItemField::Producer),
    ("screenwriter", ItemField::Producer),
    ("duration", ItemField::Duration),
    ("durations", ItemField::Duration),
    ("length", ItemField::Duration),
    ("runtime", ItemField::Duration),
    ("running time", ItemField::Duration),
    ("run time", ItemField::Duration),
    ("how long", ItemField::Duration),
    ("how many minutes", ItemField::Duration),
    ("minutes", ItemField::Duration),
    ("release date", ItemField::ReleaseDate),
    ("release dates", ItemField::ReleaseDate),
    ("release year", ItemField::ReleaseDate),
    ("release years", ItemField::ReleaseDate),
    ("date of release", ItemField::ReleaseDate),
    ("year of release", ItemField::ReleaseDate),
    ("year", ItemField::ReleaseDate),
    ("years", ItemField::ReleaseDate),
    ("when", ItemField::ReleaseDate),
    ("how old", ItemField::ReleaseDate),
    ("came out", ItemField::ReleaseDate),
    ("month", ItemField::ReleaseMonth),
    ("release month", ItemField::ReleaseMonth),
    ("country", ItemField::Country),
    ("countries", ItemField::Country),
    ("where", ItemField::Country),
    ("nationality", ItemField::Country),
    ("actor", ItemField::Actors),
    ("actors", ItemField::Actors),
    ("actress", ItemField::Actors),
    ("actresses", ItemField::Actors),
    ("cast", ItemField::Actors),
    ("starring", ItemField::Actors),
    ("starred", ItemField::Actors),
    ("stars", ItemField::Actors),
    ("who plays", ItemField::Actors),
    ("who played", ItemField::Actors),
    ("who acts", ItemField::Actors),
    ("who acted", ItemField::Actors),
    ("who is in", ItemField::Actors),
    ("who was in", ItemField::Actors),
    ("who appears", ItemField::Actors),
    ("age rating", ItemField::AgeRating),
    ("age ratings", ItemField::AgeRating),
    ("age limit", ItemField::AgeRating),
    ("certificate", ItemField::AgeRating),
    ("certification", ItemField::AgeRating),
    ("suitable", ItemField::AgeRating),
    ("imdb rating", ItemField::ImdbRating),
    ("imdb ratings", ItemField::ImdbRating),
    ("imdb score", ItemField::ImdbRating),
    ("imdb", ItemField::ImdbRating),
    ("rating", ItemField::ImdbRating),
    ("score", ItemField::ImdbRating),
    ("how good", ItemField::ImdbRating),
    ("reviews", ItemField::ImdbNumReviews),
    ("imdb reviews", ItemField::ImdbNumReviews),
    ("number of reviews", ItemField::ImdbNumReviews),
    ("number of imdb reviews", ItemField::ImdbNumReviews),
    ("how many reviews", ItemField::ImdbNumReviews),
    ("storyline", ItemField::Storyline),
    ("storylines", ItemField::Storyline),
    ("plot", ItemField::Storyline),
    ("plots", ItemField::Storyline),
    ("story", ItemField::Storyline),
    ("summary", ItemField::Storyline),
    ("synopsis", ItemField::Storyline),
    ("what happens", ItemField::Storyline),
    ("number of ratings", ItemField::NRatings),
    ("how many ratings", ItemField::NRatings),
    ("how many users", ItemField::NRatings),
    ("how many people", ItemField::NRatings),
    ("how popular", ItemField::NRatings),
    ("how often", ItemField::NRatings),
];

/// What "everything" shows of an item.
pub(crate) const MAIN: &[ItemField] = &[
    ItemField::Description,
    ItemField::Genres,
    ItemField::Director,
    ItemField::Actors,
    ItemField::Country,
    ItemField::Duration,
    ItemField::AgeRating,
    ItemField::ImdbRating,
];

/// All fields that are named, in order, outside the tokens of a title. In a
/// question that is not about one item, `governed` leaves out words that only
/// describe ("starring", "where").
pub(crate) fn of_items(text: &Text<'_>, governed: bool, title: &Range<usize>) -> Vec<ItemField> {
    const LEADS: &[&str] = &[
        "the", "their", "its", "and", ",", "&", "including", "include", "with", "also", "provide",
        "show", "give", "list", "tell", "of",
    ];
    let mut fields = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let found = ITEM_FIELDS
            .iter()
            .filter_map(|(phrase, field)| Some((text.phrase(at, phrase)?, *field)))
            .max_by_key(|(length, _)| *length);
        let Some((length, field)) = found.filter(|_| !title.contains(&at)) else {
            at += 1;
            continue;
        };
        let led = at > 0 && text.before_is(at, 1, LEADS);
        // "action title" and "the best directors' movies" name no field.
        let noun = !text.is(
            at,
            &["where", "when", "starring", "starred", "stars", "directed", "produced", "written"],
        );
        if !governed || led && noun && text.is_free(&(at..at + length)) {
            push(&mut fields, field);
        }
        at += length;
    }
    if !governed {
        let last = (0..text.len()).rev().find(|at| text.is_word(*at));
        if last.is_some_and(|last| text.word(last) == "about") && text.is(0, &["what", "what's"]) {
            push(&mut fields, ItemField::Storyline);
        }
    }
    fields
}

fn push(fields: &mut Vec<ItemField>, field: ItemField) {
    if !fields.contains(&field) {
        fields.push(field);
    }
}

/// The fields of a user that are named.
pub(crate) fn of_user(text: &Text<'_>) -> Vec<UserField> {
    let mut fields = Vec::new();
    let age_category = [
        "age category", "age group", "age class", "age range", "age bracket", "age segment",
        "age categories", "young or old",
    ];
    let mut age = false;
    for at in 0..text.len() {
        if text.phrases(at, &age_category).is_some() {
            fields.push(UserField::AgeCategory);
        } else if text.is(at, &["age", "aged", "ages"]) || text.phrase(at, "how old").is_some() {
            age = true;
        } else if text.is(at, &["gender", "sex", "genders"])
            || text.phrases(at, &["male or", "female or", "man or", "woman or", "boy or"]).is_some()
        {
            fields.push(UserField::Gender);
        } else if !text.is_claimed(at)
            && text.is(
                at,
                &[
                    "occupation", "occupations", "job", "profession", "employment", "jobs",
                    "professions",
                ],
            )
            || text.phrases(at, &["for a living", "work as", "works as"]).is_some()
        {
            fields.push(UserField::Occupation);
        }
    }
    if text.is(0, &["is", "was"]) && fields.is_empty() {
        if text.has(&["teenager", "teen", "kid", "child", "adult", "senior", "pensioner"]) {
            fields.push(UserField::AgeCategory);
        } else if text.has(&["man", "woman", "boy", "girl", "male", "female"]) {
            fields.push(UserField::Gender);
        }
    }
    if age {
        fields.insert(0, UserField::Age);
    }
    fields.dedup();
    fields
}

/// Asking for all that is known.
pub(crate) fn is_everything(text: &Text<'_>) -> bool {
    const ALL: &[&str] = &[
        "metadata", "profile", "details", "information", "info", "everything", "who is", "who's",
        "about", "describe", "demographics", "data", "know", "compare", "difference",
    ];
    // In "profile 28" the word stands for the user.
    (0..text.len()).any(|at| !text.is_claimed(at) && text.phrases(at, ALL).is_some())
}
