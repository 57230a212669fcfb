use usher_bundle::sections::{AgeGroup, Gender, Interaction};
use usher_bundle::{BundleError, ItemRow, UserRow};
use usher_names::Names;
use usher_protocol::Id;

use crate::filter::Conditions;
use crate::sets::Sets;

/// The data behind a port cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// What happened: a sentence.
    pub what: String,
    /// What to do: a sentence.
    pub next: String,
    /// The same call may succeed in a moment.
    pub retryable: bool,
}

impl From<BundleError> for Unavailable {
    fn from(error: BundleError) -> Self {
        if let BundleError::Unreadable { what, next } = error {
            return Self { what, next, retryable: true };
        }
        // Every other message ends with a sentence that says what to do.
        let text = error.to_string();
        let (what, next) = text.rsplit_once(". ").unwrap_or((&text, ""));
        Self { what: format!("{what}."), next: next.to_owned(), retryable: false }
    }
}

/// What tools read: three ports that may come from different places, the
/// catalogue's names, and the conversation's item sets.
///
/// Rows are the ports' common dense numbers for items and users, in the order of
/// [`usher_bundle::compare_ids`]; ids appear at the edges only.
pub trait Ports {
    /// Items, users and what happened between them.
    type Catalogue: Catalogue;
    /// Who may like what.
    type Ranking: Ranking;
    /// Items by their text.
    type Search: Search;
    /// The catalogue's names, for resolving what a model wrote.
    fn names(&self) -> &Names;
    /// The item sets of this conversation.
    fn sets(&self) -> &Sets;
    /// Items, users and what happened between them.
    fn catalogue(&self) -> &Self::Catalogue;
    /// Who may like what.
    fn ranking(&self) -> &Self::Ranking;
    /// Items by their text.
    fn search(&self) -> &Self::Search;
}

/// Items, users and what happened between them. Futures need not be `Send`: what
/// is in memory is ready at once, a file or a database waits.
#[allow(async_fn_in_trait, reason = "the futures are driven on one thread everywhere")]
pub trait Catalogue {
    /// Number of items.
    fn n_items(&self) -> usize;
    /// Number of users.
    fn n_users(&self) -> usize;
    /// A rating at or above this is a like.
    fn like_threshold(&self) -> f32;
    /// A few words on which user ids there are, for a message.
    fn known_users(&self) -> String;
    /// A few words on which item ids there are, for a message.
    fn known_items(&self) -> String;
    /// The row of a user.
    fn user(&self, id: &Id) -> Option<UserRow>;
    /// The row of an item.
    fn item(&self, id: &Id) -> Option<ItemRow>;
    /// The id of an item.
    fn item_id(&self, item: ItemRow) -> Id;
    /// Items that fulfil all conditions, rising.
    async fn filter(&self, conditions: &Conditions) -> Result<Vec<ItemRow>, Unavailable>;
    /// What is known of items, in the order given. The long texts may be left out
    /// where `texts` is false: they are the costly part.
    async fn item_facts(
        &self,
        items: &[ItemRow],
        texts: bool,
    ) -> Result<Vec<ItemFacts>, Unavailable>;
    /// What is known of a user.
    async fn user_facts(&self, user: UserRow) -> Result<UserFacts, Unavailable>;
    /// A user's interactions, newest first, ties by item.
    async fn history(&self, user: UserRow) -> Result<Vec<Interaction>, Unavailable>;
    /// For each item, the number of its ratings by users in the group (by
    /// everyone if there is none).
    async fn n_ratings(
        &self,
        items: &[ItemRow],
        group: Option<&Group>,
    ) -> Result<Vec<u32>, Unavailable>;
    /// How many distinct users rated, and liked, any of the items.
    async fn likes(&self, items: &[ItemRow]) -> Result<Likes, Unavailable>;
}

/// Who may like what.
#[allow(async_fn_in_trait, reason = "the futures are driven on one thread everywhere")]
pub trait Ranking {
    /// A user's score for every item, by row.
    async fn scores(&self, user: UserRow) -> Result<Vec<f32>, Unavailable>;
    /// The score for every item, by row, of somebody of whom only these items are known,
    /// which they like: each once, and at least one.
    async fn scores_liking(&self, items: &[ItemRow]) -> Result<Vec<f32>, Unavailable>;
    /// The items of the history that carry the item's score, most first, at most `n`.
    async fn because(
        &self,
        item: ItemRow,
        history: &[ItemRow],
        n: usize,
    ) -> Result<Vec<ItemRow>, Unavailable>;
}

/// Items by their text.
#[allow(async_fn_in_trait, reason = "the futures are driven on one thread everywhere")]
pub trait Search {
    /// The items whose text is nearest to the query, best first, with a score of
    /// 0 to 1; within `items` if given (rising).
    async fn nearest(
        &self,
        query: &str,
        items: Option<&[ItemRow]>,
        k: usize,
    ) -> Result<Nearest, Unavailable>;
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// The items, best first, each with a score of 0 to 1.
    pub items: Vec<(ItemRow, f32)>,
    /// Why only the words of the texts were compared, where their meaning should
    /// have been too.
    pub words_alone: Option<Unavailable>,
}

/// What is known of an item; missing is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemFacts {
    /// Title without the year.
    pub title: Option<String>,
    /// One or two sentences.
    pub description: Option<String>,
    /// The story at more length.
    pub storyline: Option<String>,
    /// Genres.
    pub genres: Vec<String>,
    /// Directors.
    pub directors: Vec<String>,
    /// Producers or writers.
    pub producers: Vec<String>,
    /// Actors, leading ones first.
    pub actors: Vec<String>,
    /// Country.
    pub country: Option<String>,
    /// Age rating.
    pub age_rating: Option<String>,
    /// Length in minutes.
    pub duration_minutes: Option<u16>,
    /// Year of release.
    pub year: Option<u16>,
    /// Month of release, 1–12.
    pub month: Option<u8>,
    /// IMDb rating, 0–10.
    pub imdb_rating: Option<f64>,
    /// Number of IMDb reviews.
    pub imdb_num_reviews: Option<u32>,
    /// Number of ratings in the interactions.
    pub n_ratings: u32,
}

/// What is known of a user; missing is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFacts {
    /// Age in years.
    pub age: Option<u8>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Occupation.
    pub occupation: Option<String>,
}

/// Some of the users: those of any of the ages, and of any of the genders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Age groups; empty: every age.
    pub ages: Vec<AgeGroup>,
    /// Genders; empty: every gender.
    pub genders: Vec<Gender>,
}

impl Group {
    /// Whether a user of this age group and gender belongs to it.
    #[must_use]
    pub fn holds(&self, age: Option<AgeGroup>, gender: Gender) -> bool {
        (self.ages.is_empty() || age.is_some_and(|age| self.ages.contains(&age)))
            && (self.genders.is_empty() || self.genders.contains(&gender))
    }
}

/// Distinct users who had to do with some items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Likes {
    /// Users who rated any of them.
    pub interacted: usize,
    /// Users who rated any of them at or above the like threshold.
    pub liked: usize,
}
