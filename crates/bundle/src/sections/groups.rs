use rkyv::{Archive, Serialize};

use super::{Bounds, Gender, same_rows};
use crate::ids::ItemRow;
use crate::section::Check;
use crate::shards::Sharded;

/// The age groups that people are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeGroup {
    /// Up to 12 years.
    Kid,
    /// 13 to 19 years.
    Teenager,
    /// 20 to 30 years.
    YoungAdult,
    /// 31 to 60 years.
    Adult,
    /// 61 years or more.
    Senior,
}

impl AgeGroup {
    /// All of them, the youngest first.
    pub const ALL: [Self; 5] =
        [Self::Kid, Self::Teenager, Self::YoungAdult, Self::Adult, Self::Senior];
    /// Number of codes: that of no group, and one for each.
    const CODES: usize = 6;

    /// The group of an age in years.
    #[must_use]
    pub fn of(age: u8) -> Self {
        match age {
            0..=12 => Self::Kid,
            13..=19 => Self::Teenager,
            20..=30 => Self::YoungAdult,
            31..=60 => Self::Adult,
            61.. => Self::Senior,
        }
    }

    fn code(group: Option<Self>) -> usize {
        match group {
            None => 0,
            Some(Self::Kid) => 1,
            Some(Self::Teenager) => 2,
            Some(Self::YoungAdult) => 3,
            Some(Self::Adult) => 4,
            Some(Self::Senior) => 5,
        }
    }
}

/// Per item, how many users of each age group and gender rated it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Groups {
    /// Number of items.
    pub items: u32,
    /// A column of one number an item for each cell: see [`Groups::cell`].
    pub counts: Vec<u32>,
}

impl Groups {
    /// Number of cells: an age group or none, with each gender.
    pub const CELLS: usize = AgeGroup::CODES * Gender::CODES;

    /// The cell in which users of an age group (or of unknown age) and a gender
    /// are counted.
    #[must_use]
    pub fn cell(age: Option<AgeGroup>, gender: Gender) -> usize {
        AgeGroup::code(age) * Gender::CODES + usize::from(gender.code())
    }
}

impl ArchivedGroups {
    /// How many users of a cell rated an item.
    #[must_use]
    pub fn count(&self, cell: usize, item: ItemRow) -> u32 {
        let at = cell * self.items.to_native() as usize + item.index();
        self.counts.get(at).map_or(0, |count| count.to_native())
    }
}

impl Check for ArchivedGroups {
    fn check(&self) -> Result<(), String> {
        let items = self.items.to_native() as usize;
        match items.checked_mul(Groups::CELLS) {
            Some(cells) => same_rows("counts by group", self.counts.len(), cells),
            None => Err("it has too many items".into()),
        }
    }
}

impl Sharded for Groups {
    fn check_rows(archived: &ArchivedGroups, rows: usize, _: Bounds) -> Result<(), String> {
        same_rows("groups", archived.items.to_native() as usize, rows)
    }

    /// It stays in one piece.
    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        0
    }

    #[cfg(feature = "write")]
    fn slice(&self, _: std::ops::Range<usize>) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_a_place_of_its_own() {
        let ages = std::iter::once(None).chain(AgeGroup::ALL.map(Some));
        let mut cells: Vec<usize> =
            ages.flat_map(|age| Gender::ALL.map(|gender| Groups::cell(age, gender))).collect();
        cells.sort_unstable();
        assert_eq!(cells, (0..Groups::CELLS).collect::<Vec<_>>());
    }
}
