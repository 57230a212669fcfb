use rkyv::{Archive, Serialize};

use super::{Bounds, same_rows};
use crate::ids::UserRow;
use crate::lists::Lists;
use crate::section::Check;
use crate::shards::Sharded;

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
    /// Who rated the item of a row, and whether they liked it.
    pub fn of(&self, row: usize) -> impl ExactSizeIterator<Item = (UserRow, bool)> {
        self.users.range(row).map(|at| (UserRow(self.users.values[at].to_native()), self.liked[at]))
    }
}

impl Check for ArchivedAudience {
    fn check(&self) -> Result<(), String> {
        self.users.check("audiences", self.users.rows(), usize::MAX)?;
        same_rows("likes", self.liked.len(), self.users.values.len())
    }
}

impl Sharded for Audience {
    fn check_rows(archived: &ArchivedAudience, rows: usize, bounds: Bounds) -> Result<(), String> {
        archived.users.check("audiences", rows, bounds.users)
    }

    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        self.users.values.len() * 5 + self.users.offsets.len() * 4
    }

    #[cfg(feature = "write")]
    fn slice(&self, rows: std::ops::Range<usize>) -> Self {
        let span = self.users.span(rows.clone());
        Self {
            users: self.users.slice(rows),
            liked: self.liked.get(span).unwrap_or_default().to_vec(),
        }
    }
}
