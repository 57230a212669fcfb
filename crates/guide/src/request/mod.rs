//! What a question asks for.

mod conditions;
mod exclusion;
mod fields;

use serde_json::Value;
use usher_protocol::Id;

pub(crate) use conditions::{Comparison, Conditions, Scale};
pub(crate) use exclusion::Exclusion;
pub(crate) use fields::{ItemField, Measure, UserField};

/// A question, understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) task: Task,
    /// What to show of items beside title, genres and description.
    pub(crate) show: Vec<ItemField>,
    /// Corrections that the guide made itself, such as of a title.
    pub(crate) corrections: Vec<String>,
    /// What was read and could not be used.
    pub(crate) unused: Vec<String>,
    /// The language of the question, where it is not English.
    pub(crate) language: Option<&'static str>,
    /// As what a question was read that no rule understands.
    pub(crate) guess: Option<&'static str>,
    /// Further users to answer the same for, one after the other.
    pub(crate) also: Vec<Id>,
}

impl Request {
    /// The request for each of its users.
    pub(crate) fn parts(&self) -> Vec<Self> {
        let mut first = self.clone();
        first.also.clear();
        let rest = self.also.iter().map(|user| {
            let mut part = first.clone();
            part.task.set_user(user.clone());
            part.unused.clear();
            part.corrections.clear();
            part
        });
        std::iter::once(first.clone()).chain(rest).collect()
    }
}

impl From<Task> for Request {
    fn from(task: Task) -> Self {
        Self {
            task,
            show: Vec::new(),
            corrections: Vec::new(),
            unused: Vec::new(),
            language: None,
            guess: None,
            also: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Task {
    /// The best items for somebody.
    Recommend {
        whom: Option<Whom>,
        /// How many; 5 if not said.
        k: Option<i64>,
        /// How many of the best were shown before ("more").
        skip: usize,
        /// What the user has rated already may be among them.
        seen: bool,
        /// The reasons are asked for with them.
        explain: bool,
        what: Selection,
    },
    /// Items that are selected, for nobody in particular.
    List {
        k: Option<i64>,
        /// How many of them were shown before ("more").
        skip: usize,
        order: Option<Order>,
        what: Selection,
    },
    /// What is known of items.
    Items {
        items: Vec<Id>,
        order: Option<Order>,
        /// What is asked whether it holds.
        whether: Conditions,
    },
    /// What is known of a user.
    User { user: Option<Id>, get: Vec<UserField> },
    /// What a user has rated; whether some items are among it; only some of it.
    History { user: Option<Id>, k: Option<i64>, about: Vec<Id>, only: Rated },
    /// Whether items suit a user.
    Fit { user: Option<Id>, items: Vec<Id> },
    /// How popular certain items are in a group.
    Popularity { what: Selection },
    /// What is typical of popular items.
    Statistics { measure: Measure, what: Selection },
    /// What is typical of what a user has rated.
    Favourite { user: Option<Id>, measure: Measure },
    /// How many users like any of some items.
    Share { items: Vec<Id>, what: Selection },
    /// Why the last recommendations were made; of one of them, its place from 0.
    Explain {
        only: Option<usize>,
        /// They were for a user, whose history is read.
        of_user: bool,
    },
    /// Which tools were used for the last answer.
    Steps,
    /// What needs no tool.
    Say(Saying),
}

impl Task {
    /// The user that it is about.
    pub(crate) fn user(&self) -> Option<&Id> {
        match self {
            Self::Recommend { whom, .. } => whom.as_ref()?.user(),
            Self::User { user, .. }
            | Self::History { user, .. }
            | Self::Fit { user, .. }
            | Self::Favourite { user, .. } => user.as_ref(),
            _ => None,
        }
    }

    /// Asks the same of another user.
    pub(crate) fn set_user(&mut self, new: Id) {
        match self {
            Self::Recommend { whom, skip, what, .. } => {
                // "In their age group" is of whom it is recommended to.
                if let Some(Popular { like_user: Some(like), .. }) = &mut what.popular
                    && like.user.as_ref() == whom.as_ref().and_then(Whom::user)
                {
                    like.user = Some(new.clone());
                }
                *whom = Some(Whom::User(new));
                *skip = 0;
            }
            Self::User { user, .. }
            | Self::History { user, .. }
            | Self::Fit { user, .. }
            | Self::Favourite { user, .. } => {
                *user = Some(new);
            }
            _ => {}
        }
    }
}

/// Whom items are recommended to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Whom {
    User(Id),
    /// Somebody of whom only items are told that they like.
    Liking(Vec<Id>),
}

impl Whom {
    pub(crate) fn user(&self) -> Option<&Id> {
        match self {
            Self::User(id) => Some(id),
            Self::Liking(_) => None,
        }
    }
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) field: ItemField,
    pub(crate) descending: bool,
}

impl Order {
    /// Sorts items by the field; those of which it is not known come last.
    pub(crate) fn sort(self, items: &mut [&Value]) {
        let value = |item: &Value| item.get(self.field.name()).and_then(Value::as_f64);
        items.sort_by(|a, b| match (value(a), value(b)) {
            (Some(a), Some(b)) if self.descending => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }
}

/// Which of what a user has rated.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rated {
    pub(crate) conditions: Conditions,
    /// The rating that the user gave.
    pub(crate) rating: Option<Comparison>,
    /// How the user rates on average is asked for.
    pub(crate) mean: bool,
    /// Whether the user liked it is asked, and not whether it was seen.
    pub(crate) liked: bool,
}

impl Rated {
    pub(crate) fn is_all(&self) -> bool {
        self.rating.is_none() && self.conditions.is_empty() && !self.mean
    }
}

/// An answer that needs no tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Saying {
    Hello,
    Help,
    StartOver,
    Thanks,
    NoThanks,
    NothingToExplain,
    /// What is asked about is none of the last recommendations.
    NotRecommended,
    NoSteps,
    UnknownTitle(String),
    WhichItem,
    /// A number that may be a user or an item.
    UserOrItem(Id),
    /// So many items cannot be given.
    NoCount(i64),
    /// Conditions that nothing can fulfil together.
    Contradiction(String),
    /// What is least popular is asked for.
    LeastPopular,
    /// How many users there are is asked.
    CountOfUsers,
    /// What no catalogue of movies tells.
    OutOfReach,
    /// The catalogue is only read.
    ReadOnly,
    NotUnderstood,
}

/// Which items are meant: conditions, popularity and text must all hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Selection {
    pub(crate) conditions: Conditions,
    pub(crate) popular: Option<Popular>,
    pub(crate) search: Option<Search>,
    /// Items shown before or named ("recommend one of these"); only where nothing else is
    /// asked.
    pub(crate) shown: Vec<Id>,
    /// What is not wanted of them.
    pub(crate) without: Vec<Exclusion>,
}

impl Selection {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether anything says which items are wanted, not only which are not.
    pub(crate) fn finds(&self) -> bool {
        !self.conditions.is_empty()
            || self.popular.is_some()
            || self.search.is_some()
            || !self.shown.is_empty()
    }
}

/// Popular among whom.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Popular {
    /// Groups of users; none and no `like_user`: everyone.
    pub(crate) groups: Vec<&'static str>,
    /// The group that a user belongs to.
    pub(crate) like_user: Option<LikeUser>,
}

/// The group of users that are like one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LikeUser {
    /// The user; the one recommended to if `None`.
    pub(crate) user: Option<Id>,
    pub(crate) age: bool,
    pub(crate) gender: bool,
}

/// Items by their texts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Search {
    /// Near to a text.
    Text(String),
    /// Suiting a mood; the text that is searched for.
    Mood { mood: String, query: &'static str },
    /// Like some items.
    Similar(Vec<Id>),
}
