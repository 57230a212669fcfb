//! Which of many come first: "the longest", "highest rated", "recent".

use crate::lexicon::is_item_noun;
use crate::request::{Comparison, ItemField, Order};
use crate::text::Text;

/// An order that is asked for, and how to ask for it as a condition.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) order: Order,
    pub(crate) words: &'static str,
    pub(crate) instead: &'static str,
}

impl Wish {
    /// Where what comes first is found, if that can be said of any catalogue.
    pub(crate) fn among(&self) -> Option<(ItemField, Comparison)> {
        let Order { field, descending } = self.order;
        let among = match (field, descending, self.words) {
            (ItemField::Duration, false, "short") => Comparison::AtMost(90.0),
            (ItemField::Duration, true, "long") => Comparison::AtLeast(150.0),
            (ItemField::Duration, false, _) => Comparison::AtMost(60.0),
            (ItemField::Duration, true, _) => Comparison::AtLeast(180.0),
            (ItemField::ImdbRating, true, _) => Comparison::AtLeast(8.0),
            (ItemField::ImdbRating, false, _) => Comparison::AtMost(4.0),
            _ => return None,
        };
        Some((field, among))
    }

    /// What to say of an order that cannot be used.
    pub(crate) fn instead_of(&self) -> String {
        format!("{} ({})", self.words.replace(" - ", "-"), self.instead)
    }
}

const LENGTH: &str = "give a length, such as: under 90 minutes";
const PAST: &str = "give a year, such as: before 1970";
const YEAR: &str = "give a year, such as: after 1995";
const RATING: &str = "give a rating, such as: IMDb rating above 8";

/// Words, what they sort by, largest first or not, and whether they must stand
/// before a noun to mean it.
const ORDERS: &[(&str, ItemField, bool, &str, bool)] = &[
    ("longer", ItemField::Duration, true, LENGTH, false),
    ("shorter", ItemField::Duration, false, LENGTH, false),
    ("newer", ItemField::ReleaseDate, true, YEAR, false),
    ("more recent", ItemField::ReleaseDate, true, YEAR, false),
    ("older", ItemField::ReleaseDate, false, PAST, false),
    ("longest", ItemField::Duration, true, LENGTH, false),
    ("shortest", ItemField::Duration, false, LENGTH, false),
    ("newest", ItemField::ReleaseDate, true, YEAR, false),
    ("latest", ItemField::ReleaseDate, true, YEAR, false),
    ("most recent", ItemField::ReleaseDate, true, YEAR, false),
    ("this year", ItemField::ReleaseDate, true, YEAR, false),
    ("last year", ItemField::ReleaseDate, true, YEAR, false),
    ("new releases", ItemField::ReleaseDate, true, YEAR, false),
    ("oldest", ItemField::ReleaseDate, false, PAST, false),
    ("earliest", ItemField::ReleaseDate, false, PAST, false),
    ("highest rated", ItemField::ImdbRating, true, RATING, false),
    ("highest - rated", ItemField::ImdbRating, true, RATING, false),
    ("best rated", ItemField::ImdbRating, true, RATING, false),
    ("best - rated", ItemField::ImdbRating, true, RATING, false),
    ("top rated", ItemField::ImdbRating, true, RATING, false),
    ("top - rated", ItemField::ImdbRating, true, RATING, false),
    ("rated highest", ItemField::ImdbRating, true, RATING, false),
    ("rated best", ItemField::ImdbRating, true, RATING, false),
    ("rated the highest", ItemField::ImdbRating, true, RATING, false),
    ("rated the best", ItemField::ImdbRating, true, RATING, false),
    ("best reviewed", ItemField::ImdbRating, true, RATING, false),
    ("highest rating", ItemField::ImdbRating, true, RATING, false),
    ("highest ratings", ItemField::ImdbRating, true, RATING, false),
    ("best rating", ItemField::ImdbRating, true, RATING, false),
    ("best ratings", ItemField::ImdbRating, true, RATING, false),
    ("highest imdb", ItemField::ImdbRating, true, RATING, false),
    ("best imdb", ItemField::ImdbRating, true, RATING, false),
    ("highest score", ItemField::ImdbRating, true, RATING, false),
    ("by imdb", ItemField::ImdbRating, true, RATING, false),
    ("by rating", ItemField::ImdbRating, true, RATING, false),
    ("worst rating", ItemField::ImdbRating, false, RATING, false),
    ("worst ratings", ItemField::ImdbRating, false, RATING, false),
    ("lowest rating", ItemField::ImdbRating, false, RATING, false),
    ("lowest ratings", ItemField::ImdbRating, false, RATING, false),
    ("lowest imdb", ItemField::ImdbRating, false, RATING, false),
    ("lowest score", ItemField::ImdbRating, false, RATING, false),
    ("lowest rated", ItemField::ImdbRating, false, RATING, false),
    ("worst rated", ItemField::ImdbRating, false, RATING, false),
    ("rated worst", ItemField::ImdbRating, false, RATING, false),
    ("worst", ItemField::ImdbRating, false, RATING, true),
    ("bad", ItemField::ImdbRating, false, RATING, true),
    ("highly rated", ItemField::ImdbRating, true, RATING, true),
    ("highly - rated", ItemField::ImdbRating, true, RATING, true),
    ("high rated", ItemField::ImdbRating, true, RATING, true),
    ("well rated", ItemField::ImdbRating, true, RATING, true),
    ("well - rated", ItemField::ImdbRating, true, RATING, true),
    ("acclaimed", ItemField::ImdbRating, true, RATING, true),
    ("short", ItemField::Duration, false, LENGTH, true),
    ("long", ItemField::Duration, true, LENGTH, true),
    ("old", ItemField::ReleaseDate, false, PAST, true),
    ("recent", ItemField::ReleaseDate, true, YEAR, true),
];

/// The order that is asked for, if one is; its words are claimed.
pub(super) fn read(text: &mut Text<'_>) -> Option<Wish> {
    for at in 0..text.len() {
        for (words, field, descending, instead, vague) in ORDERS {
            let Some(length) = text.phrase(at, words) else { continue };
            let end = at + length;
            if !text.is_free(&(at..end)) || *vague && !stands_before_noun(text, end) {
                continue;
            }
            text.claim(at..end);
            let order = Order { field: *field, descending: *descending };
            return Some(Wish { order, words, instead });
        }
    }
    None
}

/// "short movies", "short French comedies"; not "a short time".
fn stands_before_noun(text: &Text<'_>, at: usize) -> bool {
    (at..at + 3)
        .find(|next| is_item_noun(text.word(*next)) || !text.is_claimed(*next))
        .is_some_and(|noun| is_item_noun(text.word(noun)) || noun > at)
}
