//! Raw rows in, typed rows out, in the order of their ids; every rule that
//! applied is counted.

mod interaction;
mod item;
mod text;
mod title;
mod user;
mod value;

use std::collections::HashSet;

use usher_bundle::Counts;
use usher_bundle::sections::Gender;

use crate::dataset::{ById, Dataset, RawItem};
use crate::report::{Log, Rule};

/// A clean dataset.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// In the order of ids.
    pub(crate) items: Vec<Item>,
    /// In the order of ids.
    pub(crate) users: Vec<User>,
    /// By user; of a user newest first, ties by item. Each item once.
    pub(crate) interactions: Vec<Interaction>,
    /// A rating at or above this is a like.
    pub(crate) like_threshold: f32,
}

/// An item after cleaning. A text or list that is missing is empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Item {
    /// The id as in the files.
    pub id: String,
    /// Title, with the article in front and without the year.
    pub title: String,
    /// Year of release.
    pub year: Option<u16>,
    /// Month of release, 1 to 12.
    pub month: Option<u8>,
    /// Running time.
    pub duration_minutes: Option<u16>,
    /// IMDb's rating, 0 to 1000.
    pub imdb_rating_hundredths: Option<u16>,
    /// How many rated there.
    pub imdb_num_reviews: Option<u32>,
    /// Genres by name.
    pub genres: Vec<String>,
    /// Directors by name.
    pub directors: Vec<String>,
    /// Producers by name.
    pub producers: Vec<String>,
    /// Actors by name.
    pub actors: Vec<String>,
    /// Country by name.
    pub country: Option<String>,
    /// Age rating as in the files.
    pub age_rating: Option<String>,
    /// A sentence or two.
    pub description: String,
    /// The story, in full.
    pub storyline: String,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) age: Option<u8>,
    pub(crate) gender: Gender,
    pub(crate) occupation: Option<String>,
}

/// One interaction. User and item are rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interaction {
    pub(crate) user: u32,
    pub(crate) item: u32,
    pub(crate) rating: f32,
    /// Unix time in seconds.
    pub(crate) time: Option<i64>,
}

impl Catalogue {
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            items: self.items.len() as u64,
            users: self.users.len() as u64,
            interactions: self.interactions.len() as u64,
        }
    }
}

/// Cleans the items of a dataset; with them, for each place its row.
pub(crate) fn clean_items(
    items: ById<RawItem>,
    has_table: bool,
    log: &mut Log,
) -> (Vec<Item>, Vec<u32>) {
    let (items, rows) = items.into_rows();
    let items: Vec<Item> =
        items.into_iter().map(|(id, raw)| item::clean(id, raw, has_table, log)).collect();
    tell_of_gaps_and_doubles(&items, log);
    (items, rows)
}

/// Cleans a dataset.
pub(crate) fn clean(dataset: Dataset, like_threshold: Option<f32>, log: &mut Log) -> Catalogue {
    let Dataset { items, users, interactions, has_ratings, has_table, .. } = dataset;
    let (items, item_rows) = clean_items(items, has_table, log);
    let (users, user_rows) = users.into_rows();
    let users: Vec<User> = users.into_iter().map(|(id, raw)| user::clean(id, &raw, log)).collect();
    let interactions = interaction::clean(&interactions, &user_rows, &item_rows, |user| {
        let id = users.get(user as usize).map_or("", |user| &user.id);
        log.cleaned(Rule::RepeatedInteraction, id);
    });
    let like_threshold =
        like_threshold.unwrap_or_else(|| interaction::like_threshold(&interactions, has_ratings));
    Catalogue { items, users, interactions, like_threshold }
}

/// Counts what is missing in the end, and titles that two items bear: whoever looks
/// one up by its title gets the most rated.
fn tell_of_gaps_and_doubles(items: &[Item], log: &mut Log) {
    let mut known = HashSet::new();
    for item in items {
        if item.description.is_empty() {
            log.cleaned(Rule::NoDescription, &item.id);
        }
        if !item.title.is_empty() && !known.insert((item.title.as_str(), item.year)) {
            log.cleaned(Rule::SameTitle, &item.id);
        }
    }
}
