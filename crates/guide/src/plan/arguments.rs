//! What each call is given, from the request and the results before it.

use serde_json::{Map, Value, json};
use usher_protocol::Id;

use super::{Action, LISTED, MOST, MOST_READ, Progress, excludes, found_by, group_of_user, wanted};
use crate::context::recommended_items;
use crate::request::{Comparison, Exclusion, ItemField, Popular, Rated, Search, Task, Whom};
use crate::results::id_of;

/// How many items a share is estimated on.
const SHARE_ITEMS: i64 = 10;
/// How many items near to a text statistics are computed on.
const STATISTICS_ITEMS: i64 = 50;
/// From this part of the nearest item's score on, an item is nearly as near.
const NEARLY: f64 = 0.7;
/// How many items of a history are named as reasons.
const REASONS: usize = 3;
/// How much of a text is searched for, in characters.
const QUERY_CHARS: usize = 2_000;

impl Progress<'_> {
    /// The arguments of a step, if the results before it suffice.
    pub(crate) fn arguments(&self, action: Action) -> Option<Value> {
        match action {
            Action::GroupOfUser => {
                let like = self.what()?.popular.as_ref()?.like_user.as_ref()?;
                let mut get = Vec::new();
                if like.age {
                    get.push("age_category");
                }
                if like.gender {
                    get.push("gender");
                }
                Some(json!({"user": like.user.as_ref()?, "get": get}))
            }
            Action::Filter => Some(Value::Object(self.what()?.conditions.arguments())),
            Action::Popular => Some(self.popular(self.what()?.popular.as_ref()?)),
            Action::ModelText => {
                let Some(Search::Similar(items)) = &self.what()?.search else { return None };
                let get = ["title", "release_date", "genres", "description", "storyline"];
                Some(json!({"items": items, "get": get}))
            }
            Action::Search => self.search(),
            Action::Liked => {
                let Task::Recommend { whom: Some(Whom::Liking(items)), .. } = &self.request.task
                else {
                    return None;
                };
                let items: Vec<&Id> = items.iter().take(MOST_READ).collect();
                Some(json!({"items": items, "get": fields(&[], false)}))
            }
            Action::Rank => self.rank(),
            Action::Details => self.details(),
            Action::PopularDetails => {
                let Task::Statistics { measure, .. } = &self.request.task else { return None };
                let get = fields(&[measure.field(), ItemField::NRatings], false);
                Some(json!({"items": self.results.set("get_popular_items")?, "get": get}))
            }
            Action::History => self.history(),
            Action::HistoryDetails => {
                let ids = match &self.request.task {
                    Task::History { about, .. } if !about.is_empty() => about.clone(),
                    Task::History { only: Rated { rating: Some(rating), .. }, .. } => {
                        self.rated(*rating)
                    }
                    _ => self.results.ids("get_interacted_items"),
                };
                let ids: Vec<Id> = ids.into_iter().take(MOST_READ).collect();
                let get = match &self.request.task {
                    Task::Favourite { measure, .. } => fields(&[measure.field()], false),
                    Task::History { only, .. } => {
                        let mut told = vec![ItemField::Genres];
                        told.extend(only.conditions.fields());
                        fields(&told, false)
                    }
                    _ => fields(&[ItemField::Genres], false),
                };
                (!ids.is_empty()).then(|| json!({"items": ids, "get": get}))
            }
            Action::Evidence => self.evidence(),
            Action::Likes => {
                let Task::Share { items, .. } = &self.request.task else { return None };
                if !items.is_empty() {
                    return Some(json!({"items": items}));
                }
                Some(json!({"items": self.found()?}))
            }
            Action::UserData => {
                let Task::User { user, get } = &self.request.task else { return None };
                let get: Vec<&str> = get.iter().map(|field| field.name()).collect();
                Some(json!({"user": user.as_ref()?, "get": get}))
            }
            Action::ItemData => {
                let Task::Items { items, .. } = &self.request.task else { return None };
                let items: Vec<&Id> = items.iter().take(MOST_READ).collect();
                Some(json!({"items": items, "get": fields(&self.request.show, false)}))
            }
        }
    }

    fn excludes(&self) -> bool {
        excludes(&self.request.task)
    }

    /// The items found so far: a handle, or ids where some were left out.
    fn found(&self) -> Option<Value> {
        if let Some(ids) = self.nearest().or_else(|| self.similar()) {
            return (!ids.is_empty()).then(|| json!(ids));
        }
        let shown = &self.what()?.shown;
        if !shown.is_empty() {
            return Some(json!(shown));
        }
        ["vector_store_search", "get_popular_items", "item_filter"]
            .into_iter()
            .find(|tool| self.results.step(tool).is_some())
            .and_then(|tool| self.results.set(tool))
            .map(Value::from)
    }

    /// The items that were found to be like others, without those.
    fn similar(&self) -> Option<Vec<Id>> {
        let Some(Search::Similar(models)) = &self.what()?.search else { return None };
        self.results.step("vector_store_search")?;
        let mut ids = self.results.ids("vector_store_search");
        ids.retain(|id| !models.contains(id));
        Some(ids)
    }

    /// Of the items near to a text, those that are to be ranked for a user: nearly as near
    /// as the nearest, in any case somewhat more than are wished, so that some remain when
    /// what the user has seen is left out. Ranked by taste alone, more would be any items.
    fn nearest(&self) -> Option<Vec<Id>> {
        let Task::Recommend { k, skip, .. } = &self.request.task else { return None };
        if self.excludes() {
            return None;
        }
        self.results.step("vector_store_search")?;
        let mut ids = self.similar().unwrap_or_else(|| self.results.ids("vector_store_search"));
        // What others are to be like is nearest to itself, and no measure.
        let scores: Vec<f64> = self
            .results
            .items("vector_store_search")
            .iter()
            .filter(|item| item.get("item_id").and_then(id_of).is_some_and(|id| ids.contains(&id)))
            .map(|item| item.get("score").and_then(Value::as_f64).unwrap_or_default())
            .collect();
        let best = scores.first().copied().unwrap_or_default();
        let near = scores.iter().take_while(|score| **score >= NEARLY * best).count();
        let k = usize::try_from(wanted(*k, *skip)).unwrap_or_default();
        ids.truncate(near.clamp(2 * k + 3, 4 * k + 4));
        Some(ids)
    }

    fn popular(&self, popular: &Popular) -> Value {
        let mut groups = popular.groups.clone();
        groups.extend(group_of_user(popular, &self.results));
        let mut arguments = Map::new();
        if groups.is_empty() {
            arguments.insert("popularity".to_owned(), json!("standard"));
        } else {
            arguments.insert("popularity".to_owned(), json!("by_user_group"));
            arguments.insert("user_group".to_owned(), json!(groups));
        }
        if let Task::Popularity { what } = &self.request.task {
            arguments.insert("items".to_owned(), json!(what.shown));
        } else if let Some(ids) = self.similar() {
            arguments.insert("items".to_owned(), json!(ids));
        } else if let Some(set) =
            self.results.set("vector_store_search").or(self.results.set("item_filter"))
        {
            arguments.insert("items".to_owned(), json!(set));
        }
        let k = match &self.request.task {
            Task::Statistics { .. } => Some(3),
            Task::List { .. } if self.excludes() => Some(MOST_READ as i64),
            Task::List { k, skip, .. } => Some(listed(*k, *skip)),
            _ => None,
        };
        if let Some(k) = k {
            arguments.insert("k".to_owned(), json!(k));
        }
        Value::Object(arguments)
    }

    fn search(&self) -> Option<Value> {
        let what = self.what()?;
        let (query, models) = match what.search.as_ref()? {
            Search::Text(text) => (telling(text), 0),
            Search::Mood { query, .. } => ((*query).to_owned(), 0),
            Search::Similar(items) => (self.model_text(items)?, items.len() as i64),
        };
        let k = match &self.request.task {
            Task::Recommend { .. } if self.excludes() => MOST,
            Task::List { .. } if self.excludes() => MOST_READ as i64 + models,
            Task::Recommend { k, skip, .. } => {
                // Enough must remain when what the user has seen is left out.
                (wanted(*k, *skip).saturating_mul(4)).max(50) + models
            }
            Task::List { k, skip, .. } => listed(*k, *skip) + models,
            Task::Statistics { .. } => STATISTICS_ITEMS + models,
            _ => SHARE_ITEMS + models,
        };
        let mut arguments = Map::new();
        arguments.insert("query".to_owned(), json!(query));
        let within = self.results.set("get_popular_items").or(self.results.set("item_filter"));
        if let Some(set) = within {
            arguments.insert("items".to_owned(), json!(set));
        }
        arguments.insert("k".to_owned(), json!(k.min(MOST)));
        Some(Value::Object(arguments))
    }

    /// What the items that others are to be like are about. Genres keep to the kind of story
    /// what its words alone would find anywhere.
    fn model_text(&self, items: &[Id]) -> Option<String> {
        let mut query = String::new();
        for id in items {
            let Some(item) = self.results.metadata(id) else { continue };
            let text = |field: &str| item.get(field).and_then(Value::as_str).map(str::trim);
            let told = |field: &str| text(field).filter(|text| !text.is_empty());
            let description = told("description");
            // A storyline may begin with the description.
            let storyline = told("storyline");
            let repeats = |text: &&str| storyline.is_some_and(|story| story.starts_with(*text));
            let description = description.filter(|text| !repeats(text));
            let genres = crate::results::names_of(item, "genres").join(" ");
            // Without a story, the title and the genres must do.
            let title = text("title").filter(|_| description.is_none() && storyline.is_none());
            let parts = [title, Some(genres.as_str()), description, storyline];
            for part in parts.into_iter().flatten() {
                query += part;
                query.push(' ');
            }
        }
        let query: String = query.trim().chars().take(QUERY_CHARS).collect();
        (!query.is_empty()).then_some(query)
    }

    fn rank(&self) -> Option<Value> {
        if let Task::Fit { user, items } = &self.request.task {
            return Some(json!({"user": user.as_ref()?, "k": items.len(), "items": items}));
        }
        let Task::Recommend { whom, k, skip, seen, what, .. } = &self.request.task else {
            return None;
        };
        let (name, whom) = match whom.as_ref()? {
            Whom::User(user) => ("user", json!(user)),
            Whom::Liking(items) => ("likes", json!(items)),
        };
        let mut arguments = Map::new();
        arguments.insert(name.to_owned(), whom);
        // Of what is not wanted nobody knows how much is among the best.
        let k = if self.excludes() { MOST_READ as i64 } else { wanted(*k, *skip) };
        arguments.insert("k".to_owned(), json!(k));
        if what.finds() {
            arguments.insert("items".to_owned(), self.found()?);
        }
        if *seen {
            arguments.insert("exclude_seen".to_owned(), json!(false));
        }
        Some(Value::Object(arguments))
    }

    fn details(&self) -> Option<Value> {
        match &self.request.task {
            Task::Fit { .. } => {
                let ranked = recommended_items(&self.request.task, &self.results);
                let because = ranked.iter().flat_map(|item| item.because.iter().take(REASONS));
                let mut ids: Vec<&Id> = ranked.iter().map(|item| &item.id).collect();
                ids.extend(because);
                ids.truncate(MOST_READ);
                return (!ids.is_empty()).then(|| json!({"items": ids, "get": fields(&[], true)}));
            }
            Task::Popularity { what } => {
                return Some(
                    json!({"items": what.shown, "get": fields(&[ItemField::NRatings], false)}),
                );
            }
            _ => {}
        }
        let mut told = self.request.show.clone();
        told.extend(self.what()?.without.iter().map(Exclusion::field));
        let get = fields(&told, true);
        let (ids, most) = match &self.request.task {
            Task::Recommend { .. } if self.excludes() => {
                (self.results.ids("get_top_k_recommendations"), MOST_READ)
            }
            Task::Recommend { skip, .. } => {
                let ids = self.results.ids("get_top_k_recommendations");
                (ids.into_iter().skip(*skip).collect(), MOST_READ)
            }
            Task::List { k, skip, order, .. } => {
                let most = usize::try_from(k.unwrap_or(LISTED as i64)).unwrap_or(LISTED);
                let whole = order.is_some() || self.excludes();
                let ids = if let Some(similar) = self.similar() {
                    similar
                } else {
                    let tool = found_by(&self.results)?;
                    let ids = self.results.ids(tool);
                    let more =
                        self.results.count(tool).is_some_and(|count| count > ids.len() as u64);
                    let few = tool == "item_filter" && most + skip > ids.len();
                    if (few || whole) && more {
                        // Few are named; the set holds all.
                        return Some(json!({"items": self.results.set(tool)?, "get": get}));
                    }
                    ids
                };
                // What is sorted is read whole; the answer passes over those shown.
                let (pass, most) = if whole { (0, MOST_READ) } else { (*skip, most) };
                let ids: Vec<Id> = ids.into_iter().skip(pass).collect();
                (ids, most.clamp(1, MOST_READ))
            }
            _ => return None,
        };
        let ids: Vec<Id> = ids.into_iter().take(most).collect();
        (!ids.is_empty()).then(|| json!({"items": ids, "get": get}))
    }

    /// The items of the history with certain ratings.
    fn rated(&self, rating: Comparison) -> Vec<Id> {
        self.results
            .items("get_interacted_items")
            .iter()
            .filter(|item| {
                item.get("rating").and_then(Value::as_f64).is_some_and(|x| rating.holds(x))
            })
            .filter_map(|item| id_of(item.get("item_id")?))
            .collect()
    }

    fn history(&self) -> Option<Value> {
        match &self.request.task {
            Task::History { user, k, about, only } => {
                let mut arguments = Map::new();
                arguments.insert("user".to_owned(), json!(user.as_ref()?));
                if !(about.is_empty() && only.is_all()) {
                    arguments.insert("k".to_owned(), json!(MOST));
                } else if let Some(k) = k {
                    arguments.insert("k".to_owned(), json!((*k).min(MOST)));
                }
                Some(Value::Object(arguments))
            }
            Task::Favourite { user, .. } => Some(json!({"user": user.as_ref()?, "k": MOST_READ})),
            Task::Explain { .. } | Task::Recommend { .. } => {
                let recommended = self.recommended()?;
                Some(json!({"user": recommended.whom.user()?, "k": MOST}))
            }
            _ => None,
        }
    }

    /// The recommended items, the items they come from, and as much of the history
    /// as one call reads.
    fn evidence(&self) -> Option<Value> {
        let recommended = self.recommended()?;
        let only = match self.request.task {
            Task::Explain { only, .. } => only,
            _ => None,
        };
        let explained = || {
            let most = if only.is_some() { 1 } else { LISTED };
            recommended.items.iter().skip(only.unwrap_or(0)).take(most)
        };
        let shown = explained();
        let because = explained().flat_map(|item| &item.because);
        let mut ids: Vec<Id> = Vec::new();
        for id in shown.map(|item| &item.id).chain(because).chain(&self.compared(&recommended)) {
            if ids.len() < MOST_READ && !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        let mut told =
            vec![ItemField::Genres, ItemField::Director, ItemField::Actors, ItemField::Description];
        // What was read before is read again, since the last call tells.
        told.extend(&self.request.show);
        let get = fields(&told, false);
        Some(json!({"items": ids, "get": get}))
    }
}

/// How many items are listed: those to show, and those shown before.
fn listed(k: Option<i64>, skip: usize) -> i64 {
    let skip = i64::try_from(skip).unwrap_or(MOST);
    k.unwrap_or(LISTED as i64).saturating_add(skip).clamp(1, MOST)
}

/// A text without the words that any story has, if others are left.
fn telling(text: &str) -> String {
    const ANY_STORY: &[&str] = &[
        "main", "character", "characters", "protagonist", "protagonists", "movie", "movies",
        "film", "films", "story", "storyline", "plot",
    ];
    // "A true story" and "a love story" say more than a story.
    const KIND: &[&str] = &["true", "love", "ghost", "fairy", "life", "success", "bible"];
    let mut kind = false;
    let told: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            let after_kind = std::mem::replace(&mut kind, KIND.contains(&plain.as_str()));
            after_kind || !ANY_STORY.contains(&plain.as_str())
        })
        .collect();
    let left = told.iter().any(|word| word.chars().count() > 3);
    let query = if left { told.join(" ") } else { text.to_owned() };
    query.chars().take(QUERY_CHARS).collect()
}

/// The fields to read: title and year, for lists also what an entry or a card of
/// an item shows, and those asked for.
fn fields(asked: &[ItemField], listed: bool) -> Vec<&'static str> {
    let mut fields = vec![ItemField::Title, ItemField::ReleaseDate];
    if listed {
        fields.extend([ItemField::Genres, ItemField::Duration, ItemField::Description]);
    }
    for field in asked {
        if !fields.contains(field) {
            fields.push(*field);
        }
    }
    fields.into_iter().map(ItemField::name).collect()
}
