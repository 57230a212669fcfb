use std::ops::Range;

use rkyv::rend::u32_le;
use rkyv::{Archive, Serialize};

/// One list of numbers for each row, end to end.
///
/// `offsets` has one entry more than there are rows; the list of row `r` is
/// `values[offsets[r]..offsets[r + 1]]`.
#[derive(Debug, Clone, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Lists {
    /// Where each row's list starts, and where the last one ends.
    pub offsets: Vec<u32>,
    /// The lists.
    pub values: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { offsets: vec![0], values: Vec::new() }
    }
}

impl<L: AsRef<[u32]>> FromIterator<L> for Lists {
    fn from_iter<I: IntoIterator<Item = L>>(rows: I) -> Self {
        let mut lists = Self::default();
        for row in rows {
            lists.values.extend_from_slice(row.as_ref());
            // A bundle holds fewer than 2^32 values; the archive's own offsets
            // are 32 bits wide and refuse more.
            lists.offsets.push(u32::try_from(lists.values.len()).unwrap_or(u32::MAX));
        }
        lists
    }
}

impl Lists {
    /// The lists of some rows.
    #[must_use]
    pub fn slice(&self, rows: Range<usize>) -> Self {
        rows.map(|row| self.row(row)).collect()
    }

    /// The list of a row; empty past the last row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[u32] {
        self.values.get(self.span(row..row + 1)).unwrap_or_default()
    }

    /// Where the lists of some rows stand in the values.
    pub(crate) fn span(&self, rows: Range<usize>) -> Range<usize> {
        let at = |row: usize| self.offsets.get(row).map_or(self.values.len(), |at| *at as usize);
        at(rows.start)..at(rows.end)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }
}

impl ArchivedLists {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Where the list of a row stands in the values; empty past the last row.
    #[must_use]
    pub fn range(&self, row: usize) -> Range<usize> {
        match (self.offsets.get(row), self.offsets.get(row + 1)) {
            (Some(start), Some(end)) => start.to_native() as usize..end.to_native() as usize,
            _ => 0..0,
        }
    }

    /// The list of a row; empty past the last row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[u32_le] {
        self.values.get(self.range(row)).unwrap_or_default()
    }

    /// The lists turned round: per value below `values`, the rows that hold it, in
    /// the order in which `rows` names them. By counting, in linear time.
    #[must_use]
    pub fn inverted(&self, values: usize, rows: impl Iterator<Item = u32>) -> Lists {
        let mut offsets = vec![0_u32; values + 1];
        for value in self.values.iter() {
            if let Some(count) = offsets.get_mut(value.to_native() as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut next = offsets.clone();
        let mut turned = vec![0; sum as usize];
        for row in rows {
            for value in self.row(row as usize) {
                if let Some(at) = next.get_mut(value.to_native() as usize)
                    && let Some(place) = turned.get_mut(*at as usize)
                {
                    *place = row;
                    *at += 1;
                }
            }
        }
        Lists { offsets, values: turned }
    }

    /// Checks the shape: `rows` lists, every value below `bound`.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn check(&self, what: &str, rows: usize, bound: usize) -> Result<(), String> {
        let ends_meet = self.offsets.first().map(|first| first.to_native()) == Some(0)
            && self.offsets.last().map(|last| last.to_native() as usize) == Some(self.values.len());
        if self.rows() != rows || !ends_meet {
            return Err(format!("{what} has a wrong number of rows"));
        }
        if !self.offsets.is_sorted_by_key(|offset| offset.to_native()) {
            return Err(format!("{what} has offsets out of order"));
        }
        if self.values.iter().any(|value| value.to_native() as usize >= bound) {
            return Err(format!("{what} points outside its table"));
        }
        Ok(())
    }
}

/// A column whose rows each hold several names out of a dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Column {
    /// The dictionary, in rising byte order.
    pub names: Vec<String>,
    /// Per row, indices into the dictionary, in the order of the source.
    pub rows: Lists,
}

impl ArchivedColumn {
    /// The names of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        self.rows.row(row).iter().filter_map(|name| self.name(name.to_native()))
    }

    /// A name of the dictionary.
    #[must_use]
    pub fn name(&self, index: u32) -> Option<&str> {
        self.names.get(index as usize).map(|name| name.as_str())
    }

    /// The place of a name in the dictionary.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<u32> {
        self.names.binary_search_by(|probe| probe.as_str().cmp(name)).ok().map(|at| at as u32)
    }

    /// Checks the shape.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn check(&self, what: &str, rows: usize) -> Result<(), String> {
        if !self.names.is_sorted_by(|a, b| a.as_str() < b.as_str()) {
            return Err(format!("the names of {what} are out of order"));
        }
        self.rows.check(what, rows, self.names.len())
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use proptest::prelude::*;
    use rkyv::rancor::Error;

    use super::*;

    proptest! {
        #[test]
        fn turned_round_twice_lists_are_themselves(
            rows in prop::collection::vec(prop::collection::btree_set(0_u32..6, 0..5), 0..8),
        ) {
            let lists: Lists =
                rows.iter().map(|row| row.iter().copied().collect::<Vec<u32>>()).collect();
            let invert = |lists: &Lists, values: usize| {
                let bytes = rkyv::to_bytes::<Error>(lists).unwrap();
                let archived = rkyv::access::<ArchivedLists, Error>(&bytes).unwrap();
                archived.inverted(values, 0..archived.rows() as u32)
            };
            let turned = invert(&lists, 6);
            for (value, row) in (0..6).flat_map(|value| (0..rows.len()).map(move |row| (value, row))) {
                let holds = turned.row(value).contains(&(row as u32));
                prop_assert_eq!(holds, rows[row].contains(&(value as u32)));
            }
            prop_assert_eq!(invert(&turned, rows.len()), lists);
        }
    }
}
