//! From a request to tool calls: which are needed, and in which order.

mod arguments;
mod purpose;
mod shown;

use usher_protocol::Id;

use crate::context::{Context, Recommended, recommended_items};
use crate::request::{Popular, Request, Search, Selection, Task, Whom};
use crate::results::Results;

pub(crate) use shown::{excludes, found_by, shown, told};

/// How many items are recommended if nobody says.
pub(crate) const K: i64 = 5;
/// How many items an answer lists if nobody says.
pub(crate) const LISTED: usize = 10;

/// The most items whose metadata one call reads.
pub(crate) const MOST_READ: usize = 50;
/// The most items that one call recommends or finds.
pub(crate) const MOST: i64 = 100;

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
    /// The items that somebody likes.
    Liked,
    /// The best of those found so far for somebody.
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
            | Self::Liked
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
        Task::Recommend { whom, what, explain, .. } => {
            let mut actions = selecting(what);
            let liking = matches!(whom, Some(Whom::Liking(_)));
            if liking {
                actions.push(Action::Liked);
            }
            actions.extend([Action::Rank, Action::Details]);
            if *explain {
                actions.extend(evidence(!liking));
            }
            actions
        }
        Task::List { what, .. } => {
            let mut actions = selecting(what);
            actions.push(Action::Details);
            actions
        }
        Task::Fit { .. } => vec![Action::Rank, Action::Details],
        Task::Popularity { what } => {
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
        Task::Explain { of_user, .. } => evidence(*of_user),
        Task::Steps | Task::Say(_) => Vec::new(),
    }
}

fn evidence(of_user: bool) -> Vec<Action> {
    let mut actions = vec![Action::History, Action::Evidence];
    actions.retain(|action| of_user || *action != Action::History);
    actions
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
    /// The recommendations that are to be explained.
    pub(crate) fn recommended(&self) -> Option<Recommended> {
        match &self.request.task {
            Task::Recommend { whom: Some(whom), explain: true, .. } => {
                let items = recommended_items(&self.request.task, &self.results);
                (!items.is_empty()).then(|| Recommended { whom: whom.clone(), items })
            }
            Task::Explain { .. } => self.context.recommended.clone(),
            _ => None,
        }
    }

    /// What recommendations are compared with: the history that was read, or what is liked.
    pub(crate) fn compared(&self, recommended: &Recommended) -> Vec<Id> {
        match &recommended.whom {
            Whom::User(_) => self.results.ids("get_interacted_items"),
            Whom::Liking(items) => items.clone(),
        }
    }

    /// The items that the request selects.
    pub(crate) fn what(&self) -> Option<&Selection> {
        selection(&self.request.task)
    }
}

/// The items that a task selects.
pub(crate) fn selection(task: &Task) -> Option<&Selection> {
    match task {
        Task::Recommend { what, .. }
        | Task::List { what, .. }
        | Task::Statistics { what, .. }
        | Task::Popularity { what }
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
