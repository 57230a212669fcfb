use rkyv::{Archive, Serialize};

use super::same_rows;
use crate::ids::ItemRow;
use crate::section::Check;

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
    /// The description.
    #[must_use]
    pub fn description(&self, item: ItemRow) -> Option<&str> {
        self.descriptions
            .get(item.index())
            .map(|text| text.as_str())
            .filter(|text| !text.is_empty())
    }

    /// The storyline.
    #[must_use]
    pub fn storyline(&self, item: ItemRow) -> Option<&str> {
        self.storylines.get(item.index()).map(|text| text.as_str()).filter(|text| !text.is_empty())
    }
}

impl Check for ArchivedText {
    fn check(&self) -> Result<(), String> {
        same_rows("storylines", self.storylines.len(), self.descriptions.len())
    }
}
