use std::rc::Rc;

use usher_bundle::sections::{Gender, Interaction};
use usher_bundle::{ArchivedColumn, Bundle, ItemRow, UserRow};
use usher_protocol::Id;

use crate::filter::Conditions;
use crate::ports::{Catalogue, Group, ItemFacts, Likes, Unavailable, UserFacts};

/// Items, users and interactions of an open bundle.
#[derive(Debug)]
pub struct BundleCatalogue {
    bundle: Rc<Bundle>,
}

impl BundleCatalogue {
    pub(super) fn new(bundle: Rc<Bundle>) -> Self {
        Self { bundle }
    }

    fn facts(&self, item: ItemRow, texts: bool) -> ItemFacts {
        let catalog = self.bundle.catalog();
        let text = self.bundle.text();
        let names = |column: &ArchivedColumn| column.row(item.index()).map(str::to_owned).collect();
        ItemFacts {
            title: catalog.title(item).map(str::to_owned),
            description: text.description(item).filter(|_| texts).map(str::to_owned),
            storyline: text.storyline(item).filter(|_| texts).map(str::to_owned),
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

    fn gender(&self, user: UserRow) -> Option<&'static str> {
        match self.bundle.catalog().users.gender(user) {
            Gender::Unknown => None,
            Gender::Male => Some("male"),
            Gender::Female => Some("female"),
            Gender::Other => Some("other"),
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
        let users = &self.bundle.catalog().users;
        known_ids("user", users.n_users(), |row| users.id(UserRow(row)))
    }

    fn known_items(&self) -> String {
        let catalog = self.bundle.catalog();
        known_ids("item", catalog.n_items(), |row| catalog.item_id(ItemRow(row)))
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
        Ok(conditions.select(self.bundle.catalog()))
    }

    async fn item_facts(
        &self,
        items: &[ItemRow],
        texts: bool,
    ) -> Result<Vec<ItemFacts>, Unavailable> {
        Ok(items.iter().map(|item| self.facts(*item, texts)).collect())
    }

    async fn user_facts(&self, user: UserRow) -> Result<UserFacts, Unavailable> {
        let users = &self.bundle.catalog().users;
        Ok(UserFacts {
            age: users.age(user),
            gender: self.gender(user).map(str::to_owned),
            occupation: users.occupation(user).map(str::to_owned),
        })
    }

    async fn history(&self, user: UserRow) -> Result<Vec<Interaction>, Unavailable> {
        Ok(self.bundle.history().of(user).collect())
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
        let members: Vec<bool> = (0..catalog.users.n_users() as u32)
            .map(UserRow)
            .map(|user| group.holds(catalog.users.age(user), self.gender(user)))
            .collect();
        let is_member = |user: UserRow| members.get(user.index()).is_some_and(|member| *member);
        let count = |item: &ItemRow| {
            self.bundle.audience().of(*item).filter(|(user, _)| is_member(*user)).count() as u32
        };
        Ok(items.iter().map(count).collect())
    }

    async fn likes(&self, items: &[ItemRow]) -> Result<Likes, Unavailable> {
        // Per user: did they rate any, did they like any.
        let mut users = vec![(false, false); self.n_users()];
        for item in items {
            for (user, liked) in self.bundle.audience().of(*item) {
                if let Some((interacted, any_liked)) = users.get_mut(user.index()) {
                    *interacted = true;
                    *any_liked |= liked;
                }
            }
        }
        Ok(Likes {
            interacted: users.iter().filter(|(interacted, _)| *interacted).count(),
            liked: users.iter().filter(|(_, liked)| *liked).count(),
        })
    }
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
