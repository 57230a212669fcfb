use rkyv::{Archive, Serialize};

use super::{Bounds, same_rows};
use crate::section::Check;
use crate::shards::Sharded;

/// The long texts of the items. Empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Text {
    /// One or two sentences.
    pub descriptions: Vec<String>,
    /// The story at more length.
    pub storylines: Vec<String>,
}

impl ArchivedText {
    /// The description of a row.
    #[must_use]
    pub fn description(&self, row: usize) -> Option<&str> {
        self.descriptions.get(row).map(|text| text.as_str()).filter(|text| !text.is_empty())
    }

    /// The storyline of a row.
    #[must_use]
    pub fn storyline(&self, row: usize) -> Option<&str> {
        self.storylines.get(row).map(|text| text.as_str()).filter(|text| !text.is_empty())
    }
}

impl Check for ArchivedText {
    fn check(&self) -> Result<(), String> {
        same_rows("storylines", self.storylines.len(), self.descriptions.len())
    }
}

impl Sharded for Text {
    fn check_rows(archived: &ArchivedText, rows: usize, _: Bounds) -> Result<(), String> {
        same_rows("texts", archived.descriptions.len(), rows)
    }

    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        self.descriptions.iter().chain(&self.storylines).map(String::len).sum()
    }

    #[cfg(feature = "write")]
    fn slice(&self, rows: std::ops::Range<usize>) -> Self {
        Self {
            descriptions: self.descriptions.get(rows.clone()).unwrap_or_default().to_vec(),
            storylines: self.storylines.get(rows).unwrap_or_default().to_vec(),
        }
    }
}
