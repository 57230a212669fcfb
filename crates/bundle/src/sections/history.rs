use rkyv::{Archive, Serialize};

use super::{Bounds, same_rows};
use crate::ids::ItemRow;
use crate::lists::Lists;
use crate::section::Check;
use crate::shards::Sharded;

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
    /// The interactions of a row, newest first.
    pub fn of(&self, row: usize) -> impl ExactSizeIterator<Item = Interaction> {
        self.items.range(row).map(|at| Interaction {
            item: ItemRow(self.items.values[at].to_native()),
            rating: self.ratings[at].to_native(),
            time: Some(self.times[at].to_native()).filter(|time| *time != NO_TIME),
        })
    }
}

impl Check for ArchivedHistory {
    fn check(&self) -> Result<(), String> {
        self.items.check("histories", self.items.rows(), usize::MAX)?;
        same_rows("ratings", self.ratings.len(), self.items.values.len())?;
        same_rows("times", self.times.len(), self.items.values.len())?;
        if self.ratings.iter().all(|rating| rating.to_native().is_finite()) {
            Ok(())
        } else {
            Err("a rating is not a finite number".into())
        }
    }
}

impl Sharded for History {
    fn check_rows(archived: &ArchivedHistory, rows: usize, bounds: Bounds) -> Result<(), String> {
        archived.items.check("histories", rows, bounds.items)
    }

    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        self.items.values.len() * 16 + self.items.offsets.len() * 4
    }

    #[cfg(feature = "write")]
    fn slice(&self, rows: std::ops::Range<usize>) -> Self {
        let span = self.items.span(rows.clone());
        Self {
            items: self.items.slice(rows),
            ratings: self.ratings.get(span.clone()).unwrap_or_default().to_vec(),
            times: self.times.get(span).unwrap_or_default().to_vec(),
        }
    }
}
