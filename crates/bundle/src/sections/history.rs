use rkyv::{Archive, Serialize};

use super::same_rows;
use crate::ids::{ItemRow, UserRow};
use crate::lists::{ArchivedLists, Lists};
use crate::section::Check;

/// The time of an interaction whose time is not known.
pub const NO_TIME: i64 = i64::MIN;

/// Per user, what they rated: newest first, ties by item row. Each item once.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct History {
    /// Per user, item rows.
    pub items: Lists,
    /// Beside each entry of `items`, its rating.
    pub ratings: Vec<f32>,
    /// Beside each entry of `items`, Unix time in seconds, or [`NO_TIME`].
    pub times: Vec<i64>,
}

/// One interaction of a user.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interaction {
    /// The item.
    pub item: ItemRow,
    /// The rating.
    pub rating: f32,
    /// Unix time in seconds.
    pub time: Option<i64>,
}

impl ArchivedHistory {
    /// A user's interactions, newest first.
    pub fn of(&self, user: UserRow) -> impl ExactSizeIterator<Item = Interaction> {
        self.items.range(user.index()).map(|at| Interaction {
            item: ItemRow(self.items.values[at].to_native()),
            rating: self.ratings[at].to_native(),
            time: Some(self.times[at].to_native()).filter(|time| *time != NO_TIME),
        })
    }
}

impl ArchivedHistory {
    /// Lists and columns fit each other and the catalogue.
    pub(crate) fn check_rows(&self, users: usize, items: usize) -> Result<(), String> {
        check_lists(&self.items, users, items)
    }
}

fn check_lists(lists: &ArchivedLists, users: usize, items: usize) -> Result<(), String> {
    lists.check("histories", users, items)
}

impl Check for ArchivedHistory {
    fn check(&self) -> Result<(), String> {
        check_lists(&self.items, self.items.rows(), usize::MAX)?;
        same_rows("ratings", self.ratings.len(), self.items.values.len())?;
        same_rows("times", self.times.len(), self.items.values.len())?;
        if self.ratings.iter().all(|rating| rating.to_native().is_finite()) {
            Ok(())
        } else {
            Err("a rating is not a finite number".into())
        }
    }
}
