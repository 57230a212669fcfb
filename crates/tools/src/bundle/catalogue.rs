use std::rc::Rc;

use fixedbitset::FixedBitSet;
use usher_bundle::sections::{AgeGroup, ArchivedCatalog, Gender, Groups, Interaction};
use usher_bundle::{ArchivedColumn, Bundle, ItemRow, UserRow};
use usher_protocol::Id;

use super::filter::Filter;
use crate::filter::Conditions;
use crate::ports::{Catalogue, Group, ItemFacts, Likes, Unavailable, UserFacts};

/// Items, users and interactions of an open bundle.
#[derive(Debug)]
pub struct BundleCatalogue {
    bundle: Rc<Bundle>,
    filter: Filter,
}

impl BundleCatalogue {
    /// The catalogue of an open bundle.
    #[must_use]
    pub fn new(bundle: Rc<Bundle>) -> Self {
        Self { filter: Filter::new(bundle.catalog()), bundle }
    }

    /// What is known of an item, but for its long texts.
    fn facts(&self, item: ItemRow) -> ItemFacts {
        let catalog = self.bundle.catalog();
        let names = |column: &ArchivedColumn| column.row(item.index()).map(str::to_owned).collect();
        ItemFacts {
            title: catalog.title(item).map(str::to_owned),
            description: None,
            storyline: None,
            genres: names(&catalog.genres),
            directors: names(&catalog.directors),
            producers: names(&catalog.producers),
            actors: names(&catalog.actors),
            country: catalog.country(item).map(str::to_owned),
            age_rating: catalog.age_rating(item).map(str::to_owned),
            duration_minutes: catalog.duration_minutes(item),
            year: catalog.year(item),
            month: catalog.month(item),
            imdb_rating: catalog.imdb_rating(item),
            imdb_num_reviews: catalog.imdb_num_reviews(item),
            n_ratings: catalog.n_ratings(item),
        }
    }
}

impl Catalogue for BundleCatalogue {
    fn n_items(&self) -> usize {
        self.bundle.catalog().n_items()
    }

    fn n_users(&self) -> usize {
        self.bundle.catalog().users.n_users()
    }

    fn like_threshold(&self) -> f32 {
        self.bundle.manifest().like_threshold
    }

    fn known_users(&self) -> String {
        known_users(self.bundle.catalog())
    }

    fn known_items(&self) -> String {
        known_items(self.bundle.catalog())
    }

    fn user(&self, id: &Id) -> Option<UserRow> {
        self.bundle.catalog().users.user(&id.0)
    }

    fn item(&self, id: &Id) -> Option<ItemRow> {
        self.bundle.catalog().item(&id.0)
    }

    fn item_id(&self, item: ItemRow) -> Id {
        Id::from(self.bundle.catalog().item_id(item))
    }

    async fn filter(&self, conditions: &Conditions) -> Result<Vec<ItemRow>, Unavailable> {
        Ok(self.filter.select(conditions, self.bundle.catalog()))
    }

    async fn item_facts(
        &self,
        items: &[ItemRow],
        texts: bool,
    ) -> Result<Vec<ItemFacts>, Unavailable> {
        let mut facts: Vec<ItemFacts> = items.iter().map(|item| self.facts(*item)).collect();
        if texts {
            for (facts, texts) in facts.iter_mut().zip(self.bundle.texts(items).await?) {
                facts.description = texts.description;
                facts.storyline = texts.storyline;
            }
        }
        Ok(facts)
    }

    async fn user_facts(&self, user: UserRow) -> Result<UserFacts, Unavailable> {
        let users = &self.bundle.catalog().users;
        Ok(UserFacts {
            age: users.age(user),
            gender: Some(users.gender(user)).filter(|gender| *gender != Gender::Unknown),
            occupation: users.occupation(user).map(str::to_owned),
        })
    }

    async fn history(&self, user: UserRow) -> Result<Vec<Interaction>, Unavailable> {
        Ok(self.bundle.history(user).await?)
    }

    async fn n_ratings(
        &self,
        items: &[ItemRow],
        group: Option<&Group>,
    ) -> Result<Vec<u32>, Unavailable> {
        let catalog = self.bundle.catalog();
        let Some(group) = group else {
            return Ok(items.iter().map(|item| catalog.n_ratings(*item)).collect());
        };
        let groups = self.bundle.groups().await?;
        let ages = std::iter::once(None).chain(AgeGroup::ALL.map(Some));
        let cells: Vec<usize> = ages
            .flat_map(|age| Gender::ALL.map(|gender| (age, gender)))
            .filter(|(age, gender)| group.holds(*age, *gender))
            .map(|(age, gender)| Groups::cell(age, gender))
            .collect();
        let count = |item: &ItemRow| -> u32 {
            let counts = cells.iter().map(|cell| groups.get().count(*cell, *item));
            counts.fold(0, u32::saturating_add)
        };
        Ok(items.iter().map(count).collect())
    }

    async fn likes(&self, items: &[ItemRow]) -> Result<Likes, Unavailable> {
        let mut interacted = FixedBitSet::with_capacity(self.n_users());
        let mut liked = FixedBitSet::with_capacity(self.n_users());
        self.bundle
            .audience(items, |user, likes| {
                interacted.insert(user.index());
                if likes {
                    liked.insert(user.index());
                }
            })
            .await?;
        Ok(Likes { interacted: interacted.count_ones(..), liked: liked.count_ones(..) })
    }
}

/// A few words on which user ids there are, for a message.
#[must_use]
pub fn known_users(catalog: &ArchivedCatalog) -> String {
    let users = &catalog.users;
    known_ids("user", users.n_users(), |row| users.id(UserRow(row)))
}

/// A few words on which item ids there are, for a message.
#[must_use]
pub fn known_items(catalog: &ArchivedCatalog) -> String {
    known_ids("item", catalog.n_items(), |row| catalog.item_id(ItemRow(row)))
}

/// "Known user ids: 1 to 943." where they are so, else the first few.
fn known_ids<'a>(what: &str, count: usize, id: impl Fn(u32) -> &'a str) -> String {
    let last = (count as u32).saturating_sub(1);
    match (count, id(0).parse::<u64>(), id(last).parse::<u64>()) {
        (0, ..) => format!("There are no {what}s in this catalogue."),
        (_, Ok(first), Ok(last)) if last.checked_sub(first) == Some(count as u64 - 1) => {
            format!("Known {what} ids: {first} to {last}.")
        }
        _ => {
            let some: Vec<&str> = (0..=last.min(4)).map(id).collect();
            format!("Some of the {count} known {what} ids: {}.", some.join(", "))
        }
    }
}
