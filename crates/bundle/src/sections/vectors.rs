use std::ops::Range;

use rkyv::{Archive, Serialize};

use super::Bounds;
use crate::section::Check;
use crate::shards::Sharded;

/// What the items' texts mean, as unit vectors of small integers: a number of a
/// vector is its `value * scale`. An item has one vector for its whole text and then
/// any number for its sentences; an item without text has none.
#[derive(Debug, Clone, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Vectors {
    /// Length of each vector: a multiple of [`Self::STEP`] up to
    /// [`Self::MOST_DIMENSIONS`].
    pub dimensions: u32,
    /// Per item, where its vectors start; and where the last one's end.
    pub offsets: Vec<u32>,
    /// Per vector, what its values are multiplied with; from 0 to 1.
    pub scales: Vec<f32>,
    /// Vectors × dimensions, one after the other.
    pub values: Vec<i8>,
}

impl Vectors {
    /// Numbers that a processor multiplies at once.
    pub const STEP: u32 = 16;
    /// The longest vector: dot products of such are exact as `f32`.
    pub const MOST_DIMENSIONS: u32 = 1_024;

    pub(super) fn check_dimensions(dimensions: u32) -> Result<(), String> {
        let fits = (Self::STEP..=Self::MOST_DIMENSIONS).contains(&dimensions)
            && dimensions.is_multiple_of(Self::STEP);
        fits.then_some(()).ok_or_else(|| format!("its vectors have {dimensions} numbers"))
    }
}

impl ArchivedVectors {
    /// Number of items, with and without text.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The numbers of an item's vectors; the first one is of its whole text. Empty for
    /// an item without text, and past the last item.
    #[must_use]
    pub fn of(&self, item: usize) -> Range<usize> {
        match (self.offsets.get(item), self.offsets.get(item + 1)) {
            (Some(start), Some(end)) => start.to_native() as usize..end.to_native() as usize,
            _ => 0..0,
        }
    }

    /// The values of some vectors, one after the other, and their scales.
    #[must_use]
    pub fn get(&self, vectors: Range<usize>) -> (&[i8], &[rkyv::rend::f32_le]) {
        let dimensions = self.dimensions.to_native() as usize;
        let values = vectors.start * dimensions..vectors.end * dimensions;
        (self.values.get(values).unwrap_or_default(), self.scales.get(vectors).unwrap_or_default())
    }
}

impl Check for ArchivedVectors {
    fn check(&self) -> Result<(), String> {
        let dimensions = self.dimensions.to_native();
        Vectors::check_dimensions(dimensions)?;
        let n = self.scales.len();
        if n.checked_mul(dimensions as usize) != Some(self.values.len()) {
            return Err("its vectors have a wrong number of values".into());
        }
        let ends = [self.offsets.first(), self.offsets.last()];
        if ends.map(|end| end.map(|end| end.to_native() as usize)) != [Some(0), Some(n)]
            || !self.offsets.is_sorted_by_key(|offset| offset.to_native())
        {
            return Err("its vectors have offsets out of order".into());
        }
        // What is not a number is in no range.
        if self.scales.iter().all(|scale| (0.0..=1.0).contains(&scale.to_native())) {
            Ok(())
        } else {
            Err("a vector's scale is not between 0 and 1".into())
        }
    }
}

impl Sharded for Vectors {
    fn check_rows(archived: &ArchivedVectors, rows: usize, _: Bounds) -> Result<(), String> {
        super::same_rows("vectors", archived.n_items(), rows)
    }

    /// It stays in one piece: a search reads all of it.
    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        0
    }

    #[cfg(feature = "write")]
    fn slice(&self, _: Range<usize>) -> Self {
        self.clone()
    }
}
