//! What the steps of a plan are for, in words.

use super::{Action, Progress, wanted};
use crate::describe;
use crate::request::{Search, Task};

impl Progress<'_> {
    /// What a step is for, in a few words.
    pub(crate) fn purpose(&self, action: Action) -> String {
        let k = match &self.request.task {
            Task::Recommend { k, skip, .. } => wanted(*k, *skip),
            _ => 0,
        };
        let user = match &self.request.task {
            Task::Explain { .. } => {
                self.context.recommended.as_ref().and_then(|made| made.whom.user())
            }
            task => task.user(),
        };
        let user =
            user.map_or_else(|| "somebody who likes it".to_owned(), |user| format!("user {user}"));
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
            Action::Popular if matches!(self.request.task, Task::Popularity { .. }) => {
                "count the group's ratings".to_owned()
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
            Action::Liked => "read what is liked".to_owned(),
            Action::Rank if matches!(self.request.task, Task::Fit { .. }) => {
                format!("see how it suits {user}")
            }
            Action::Rank if k == 1 => format!("take the best one for {user}"),
            Action::Rank => format!("take the best {k} for {user}"),
            Action::Details => "read their details".to_owned(),
            Action::PopularDetails => "read the details of the popular ones".to_owned(),
            Action::History => format!("read the history of {user}"),
            Action::HistoryDetails => "read the details of what was rated".to_owned(),
            Action::Evidence => "compare the recommendations with the history".to_owned(),
            Action::Likes => "count the users who like them".to_owned(),
            Action::UserData => format!("read the data of {user}"),
            Action::ItemData => "read the data of what is asked about".to_owned(),
        }
    }
}
