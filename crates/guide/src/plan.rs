//! From a request to tool calls: which are needed, and what each is given from the
//! results before it.

use serde_json::{Map, Value, json};
use usher_protocol::Id;

use crate::context::Context;
use crate::describe;
use crate::request::{ItemField, Popular, Request, Search, Selection, Task};
use crate::results::Results;

/// How many items are recommended if nobody says.
pub(crate) const K: i64 = 5;
/// How many items an answer lists if nobody says.
pub(crate) const LISTED: usize = 10;
/// The most items whose metadata one call reads.
const MOST_READ: usize = 50;
/// The most items that one call recommends or finds.
pub(crate) const MOST: i64 = 100;
/// How many items a share is estimated on.
const SHARE_ITEMS: i64 = 10;
/// How many items near to a text statistics are computed on.
const STATISTICS_ITEMS: i64 = 50;
/// How much of a text is searched for, in characters.
const QUERY_CHARS: usize = 2_000;

/// One step of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// The group that a user belongs to.
    GroupOfUser,
    /// Items that fulfil conditions.
    Filter,
    /// Popular items among those found so far.
    Popular,
    /// The text of the items that others are to be like.
    ModelText,
    /// Items near to a text among those found so far.
    Search,
    /// The best of those found so far for a user.
    Rank,
    /// What is shown of the items found.
    Details,
    /// What is known of the popular items, all of them.
    PopularDetails,
    /// What a user has rated.
    History,
    /// What is shown of the history.
    HistoryDetails,
    /// What recommendations and history have in common.
    Evidence,
    /// How many users like any of the items found.
    Likes,
    /// What is known of a user.
    UserData,
    /// What is known of items.
    ItemData,
}

impl Action {
    pub(crate) fn tool(self) -> &'static str {
        match self {
            Self::GroupOfUser | Self::UserData => "get_user_metadata",
            Self::Filter => "item_filter",
            Self::Popular => "get_popular_items",
            Self::Search => "vector_store_search",
            Self::Rank => "get_top_k_recommendations",
            Self::History => "get_interacted_items",
            Self::Likes => "get_like_percentage",
            Self::ModelText
            | Self::Details
            | Self::PopularDetails
            | Self::HistoryDetails
            | Self::Evidence
            | Self::ItemData => "get_item_metadata",
        }
    }
}

/// The steps of a request, in order.
pub(crate) fn actions(task: &Task) -> Vec<Action> {
    match task {
        Task::Recommend { what, .. } => {
            let mut actions = selecting(what);
            actions.extend([Action::Rank, Action::Details]);
            actions
        }
        Task::List { what, .. } => {
            let mut actions = selecting(what);
            actions.push(Action::Details);
            actions
        }
        Task::Items { .. } => vec![Action::ItemData],
        Task::User { .. } => vec![Action::UserData],
        Task::History { .. } | Task::Favourite { .. } => {
            vec![Action::History, Action::HistoryDetails]
        }
        Task::Statistics { what, .. } => {
            // What is popular among the items of a story, not the other way round.
            let mut actions = selecting(what);
            actions.retain(|action| *action != Action::Popular);
            actions.extend([Action::Popular, Action::PopularDetails]);
            actions
        }
        Task::Share { items, what } => {
            let mut actions = if items.is_empty() { selecting(what) } else { Vec::new() };
            actions.push(Action::Likes);
            actions
        }
        Task::Explain => vec![Action::History, Action::Evidence],
        Task::Steps | Task::Say(_) => Vec::new(),
    }
}

fn selecting(what: &Selection) -> Vec<Action> {
    let mut actions = Vec::new();
    if what.popular.as_ref().is_some_and(|popular| popular.like_user.is_some()) {
        actions.push(Action::GroupOfUser);
    }
    if !what.conditions.is_empty() {
        actions.push(Action::Filter);
    }
    if what.popular.is_some() {
        actions.push(Action::Popular);
    }
    match &what.search {
        Some(Search::Similar(_)) => actions.extend([Action::ModelText, Action::Search]),
        Some(Search::Text(_) | Search::Mood { .. }) => actions.push(Action::Search),
        None => {}
    }
    actions
}

/// A request while its plan is being carried out.
pub(crate) struct Progress<'a> {
    pub(crate) request: &'a Request,
    pub(crate) context: &'a Context<'a>,
    pub(crate) results: Results<'a>,
}

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
                    _ => self.results.ids("get_interacted_items"),
                };
                let ids: Vec<Id> = ids.into_iter().take(MOST_READ).collect();
                let get = match &self.request.task {
                    Task::Favourite { measure, .. } => fields(&[measure.field()], false),
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
                let Task::Items { items } = &self.request.task else { return None };
                let items: Vec<&Id> = items.iter().take(MOST_READ).collect();
                Some(json!({"items": items, "get": fields(&self.request.show, false)}))
            }
        }
    }

    fn what(&self) -> Option<&Selection> {
        selection(&self.request.task)
    }

    /// The items found so far: a handle, or ids where some were left out.
    fn found(&self) -> Option<Value> {
        if let Some(ids) = self.similar() {
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
        if let Some(ids) = self.similar() {
            arguments.insert("items".to_owned(), json!(ids));
        } else if let Some(set) =
            self.results.set("vector_store_search").or(self.results.set("item_filter"))
        {
            arguments.insert("items".to_owned(), json!(set));
        }
        let k = match &self.request.task {
            Task::Statistics { .. } => Some(3),
            Task::List { k, .. } => Some(k.unwrap_or(LISTED as i64).min(MOST)),
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
            Task::Recommend { k, skip, .. } => {
                // Enough must remain when what the user has seen is left out.
                (wanted(*k, *skip).saturating_mul(4)).max(50) + models
            }
            Task::List { k, .. } => k.unwrap_or(LISTED as i64).max(1) + models,
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

    /// What the items that others are to be like are about.
    fn model_text(&self, items: &[Id]) -> Option<String> {
        let mut query = String::new();
        for id in items {
            let Some(item) = self.results.metadata(id) else { continue };
            let text = |field: &str| item.get(field).and_then(Value::as_str).map(str::trim);
            let told = ["storyline", "description"]
                .into_iter()
                .find_map(|field| text(field).filter(|text| !text.is_empty()));
            let genres = crate::results::names_of(item, "genres").join(" ");
            // Without a story, the title and the genres must do.
            query += told.or_else(|| text("title")).unwrap_or_default();
            query.push(' ');
            if told.is_none() {
                query += &genres;
                query.push(' ');
            }
        }
        let query: String = query.trim().chars().take(QUERY_CHARS).collect();
        (!query.is_empty()).then_some(query)
    }

    fn rank(&self) -> Option<Value> {
        let Task::Recommend { user, k, skip, what } = &self.request.task else { return None };
        let mut arguments = Map::new();
        arguments.insert("user".to_owned(), json!(user.as_ref()?));
        arguments.insert("k".to_owned(), json!(wanted(*k, *skip)));
        if !what.is_empty() {
            arguments.insert("items".to_owned(), self.found()?);
        }
        Some(Value::Object(arguments))
    }

    fn details(&self) -> Option<Value> {
        let get = fields(&self.request.show, true);
        let (ids, most) = match &self.request.task {
            Task::Recommend { skip, .. } => {
                let ids = self.results.ids("get_top_k_recommendations");
                (ids.into_iter().skip(*skip).collect(), MOST_READ)
            }
            Task::List { k, .. } => {
                let most = usize::try_from(k.unwrap_or(LISTED as i64)).unwrap_or(LISTED);
                let ids = if let Some(similar) = self.similar() {
                    similar
                } else {
                    let tool = ["vector_store_search", "get_popular_items", "item_filter"]
                        .into_iter()
                        .find(|tool| self.results.step(tool).is_some())?;
                    let ids = self.results.ids(tool);
                    let more =
                        self.results.count(tool).is_some_and(|count| count > ids.len() as u64);
                    if tool == "item_filter" && most > ids.len() && more {
                        // The filter names few; its set holds all.
                        return Some(json!({"items": self.results.set(tool)?, "get": get}));
                    }
                    ids
                };
                (ids, most.clamp(1, MOST_READ))
            }
            _ => return None,
        };
        let ids: Vec<Id> = ids.into_iter().take(most).collect();
        (!ids.is_empty()).then(|| json!({"items": ids, "get": get}))
    }

    fn history(&self) -> Option<Value> {
        match &self.request.task {
            Task::History { user, k, about } => {
                let mut arguments = Map::new();
                arguments.insert("user".to_owned(), json!(user.as_ref()?));
                if !about.is_empty() {
                    arguments.insert("k".to_owned(), json!(MOST));
                } else if let Some(k) = k {
                    arguments.insert("k".to_owned(), json!((*k).min(MOST)));
                }
                Some(Value::Object(arguments))
            }
            Task::Favourite { user, .. } => Some(json!({"user": user.as_ref()?, "k": MOST_READ})),
            Task::Explain => {
                let recommended = self.context.recommended.as_ref()?;
                Some(json!({"user": recommended.user, "k": MOST}))
            }
            _ => None,
        }
    }

    /// The recommended items, the items they come from, and as much of the history
    /// as one call reads.
    fn evidence(&self) -> Option<Value> {
        let recommended = self.context.recommended.as_ref()?;
        let shown = recommended.items.iter().take(LISTED);
        let because = recommended.items.iter().take(LISTED).flat_map(|item| &item.because);
        let mut ids: Vec<Id> = Vec::new();
        for id in shown
            .map(|item| &item.id)
            .chain(because)
            .chain(&self.results.ids("get_interacted_items"))
        {
            if ids.len() < MOST_READ && !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        let get = fields(&[ItemField::Genres, ItemField::Director, ItemField::Actors], false);
        Some(json!({"items": ids, "get": get}))
    }

    /// What a step is for, in a few words.
    pub(crate) fn purpose(&self, action: Action) -> String {
        let k = match &self.request.task {
            Task::Recommend { k, skip, .. } => wanted(*k, *skip),
            _ => 0,
        };
        let user = match &self.request.task {
            Task::Recommend { user, .. }
            | Task::User { user, .. }
            | Task::History { user, .. }
            | Task::Favourite { user, .. } => user.as_ref(),
            Task::Explain => self.context.recommended.as_ref().map(|recommended| &recommended.user),
            _ => None,
        };
        let user = user.map_or_else(String::new, |user| user.0.clone());
        match action {
            Action::GroupOfUser => {
                let like = self.what().and_then(|what| what.popular.as_ref()?.like_user.as_ref());
                let of =
                    like.and_then(|like| like.user.as_ref()).map_or("", |user| user.0.as_str());
                format!("look up the group of user {of}")
            }
            Action::Filter => {
                let words = self
                    .what()
                    .map(|what| describe::conditions(&what.conditions))
                    .unwrap_or_default();
                format!("find the movies: {words}")
            }
            Action::Popular => {
                let popular = self.what().and_then(|what| what.popular.as_ref());
                let words = popular.map_or_else(String::new, describe::popularity);
                format!("find which are {words}")
            }
            Action::ModelText => "read what it is to be like".to_owned(),
            Action::Search => match self.what().and_then(|what| what.search.as_ref()) {
                Some(Search::Text(text)) => {
                    format!("search the texts for “{}”", describe::shortened(text))
                }
                Some(Search::Mood { mood, .. }) => {
                    format!("search the texts for what suits someone who is {mood}")
                }
                _ => "search for texts like that".to_owned(),
            },
            Action::Rank if k == 1 => format!("take the best one for user {user}"),
            Action::Rank => format!("take the best {k} for user {user}"),
            Action::Details => "read their details".to_owned(),
            Action::PopularDetails => "read the details of the popular ones".to_owned(),
            Action::History => format!("read the history of user {user}"),
            Action::HistoryDetails => "read the details of what was rated".to_owned(),
            Action::Evidence => "compare the recommendations with the history".to_owned(),
            Action::Likes => "count the users who like them".to_owned(),
            Action::UserData => format!("read the data of user {user}"),
            Action::ItemData => "read the data of what is asked about".to_owned(),
        }
    }
}

/// A text without the words that any story has, if others are left.
fn telling(text: &str) -> String {
    const ANY_STORY: &[&str] = &[
        "main",
        "character",
        "characters",
        "protagonist",
        "protagonists",
        "movie",
        "movies",
        "film",
        "films",
        "story",
        "storyline",
        "plot",
    ];
    let told: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            !ANY_STORY.contains(&plain.as_str())
        })
        .collect();
    let left = told.iter().any(|word| word.chars().count() > 3);
    let query = if left { told.join(" ") } else { text.to_owned() };
    query.chars().take(QUERY_CHARS).collect()
}

/// The items that a task selects.
pub(crate) fn selection(task: &Task) -> Option<&Selection> {
    match task {
        Task::Recommend { what, .. }
        | Task::List { what, .. }
        | Task::Statistics { what, .. }
        | Task::Share { what, .. } => Some(what),
        _ => None,
    }
}

/// How many items are ranked: those to show, and those shown before.
pub(crate) fn wanted(k: Option<i64>, skip: usize) -> i64 {
    k.unwrap_or(K).saturating_add(i64::try_from(skip).unwrap_or(0)).min(MOST)
}

/// The groups that a user was found to belong to, as far as they are asked for.
pub(crate) fn group_of_user(popular: &Popular, results: &Results<'_>) -> Vec<&'static str> {
    const GROUPS: [&str; 7] =
        ["kid", "teenager", "young_adult", "adult", "senior", "male", "female"];
    let (Some(like), Some(data)) = (&popular.like_user, results.data("get_user_metadata")) else {
        return Vec::new();
    };
    [("age_category", like.age), ("gender", like.gender)]
        .into_iter()
        .filter(|(_, asked)| *asked)
        .filter_map(|(field, _)| data.get(field)?.as_str())
        .filter_map(|group| {
            let group = group.replace(' ', "_");
            GROUPS.into_iter().find(|known| *known == group)
        })
        .collect()
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
