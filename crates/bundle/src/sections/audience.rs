use rkyv::{Archive, Serialize};

use super::same_rows;
use crate::ids::{ItemRow, UserRow};
use crate::lists::Lists;
use crate::section::Check;

/// Per item, who rated it and who liked it. The history, seen from the items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Audience {
    /// Per item, user rows in rising order.
    pub users: Lists,
    /// Beside each entry of `users`: the rating reached the like threshold.
    pub liked: Vec<bool>,
}

impl ArchivedAudience {
    /// Who rated an item, and whether they liked it.
    pub fn of(&self, item: ItemRow) -> impl ExactSizeIterator<Item = (UserRow, bool)> {
        self.users
            .range(item.index())
            .map(|at| (UserRow(self.users.values[at].to_native()), self.liked[at]))
    }

    pub(crate) fn check_rows(&self, items: usize, users: usize) -> Result<(), String> {
        self.users.check("audiences", items, users)
    }
}

impl Check for ArchivedAudience {
    fn check(&self) -> Result<(), String> {
        self.users.check("audiences", self.users.rows(), usize::MAX)?;
        same_rows("likes", self.liked.len(), self.users.values.len())
    }
}
