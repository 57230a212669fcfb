use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;

use rkyv::api::high::HighValidator;
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error as ArchiveError;
use rkyv::{Archive, Portable};

use crate::error::BundleError;
use crate::files::{Files, read_all};
use crate::manifest::SectionEntry;
use crate::section::{Check, Section};
use crate::sections::Bounds;

/// How much of one section stays in memory, in bytes. What was read first goes first.
const MOST_KEPT_BYTES: usize = 64 << 20;
/// How many shards are fetched side by side.
const SIDE_BY_SIDE: usize = 8;

/// Content that is cut into shards of rows.
pub(crate) trait Sharded: Archive {
    /// A shard has the rows that the manifest says, and points at rows that are.
    fn check_rows(archived: &Self::Archived, rows: usize, bounds: Bounds) -> Result<(), String>;
    /// Its size, roughly, in bytes; 0 for what stays in one piece.
    #[cfg(feature = "write")]
    fn bytes(&self) -> usize;
    /// Some of its rows.
    #[cfg(feature = "write")]
    fn slice(&self, rows: std::ops::Range<usize>) -> Self;
}

/// A section whose files are read when they are needed.
pub(crate) struct Shards<T> {
    /// In the order of their rows, without gap.
    entries: Vec<SectionEntry>,
    bounds: Bounds,
    files: Rc<dyn Files>,
    kept: RefCell<Kept<T>>,
}

struct Kept<T> {
    by_shard: HashMap<usize, Section<T>>,
    first_read_first: VecDeque<usize>,
    bytes: usize,
}

impl<T> std::fmt::Debug for Shards<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shards({} of {})", self.kept.borrow().by_shard.len(), self.entries.len())
    }
}

impl<T> Shards<T>
where
    T: Sharded,
    T::Archived: Portable + Check + for<'a> CheckBytes<HighValidator<'a, ArchiveError>>,
{
    pub(crate) fn new(entries: Vec<SectionEntry>, bounds: Bounds, files: Rc<dyn Files>) -> Self {
        let kept = Kept { by_shard: HashMap::new(), first_read_first: VecDeque::new(), bytes: 0 };
        Self { entries, bounds, files, kept: RefCell::new(kept) }
    }

    /// Shows each row: its position among those asked for, the shard that holds
    /// it, and its row in that shard. Rows come shard by shard; what is not in
    /// memory is read first. A row past the end is not shown.
    pub(crate) async fn visit(
        &self,
        rows: &[u32],
        mut each: impl FnMut(usize, &T::Archived, usize),
    ) -> Result<(), BundleError> {
        // Per shard, the positions among those asked for, and the rows in the shard.
        let mut wanted: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (position, row) in rows.iter().enumerate() {
            if let Some((shard, local)) = self.place(*row) {
                wanted.entry(shard).or_default().push((position, local));
            }
        }
        let wanted: Vec<(usize, Vec<(usize, usize)>)> = wanted.into_iter().collect();
        for some in wanted.chunks(SIDE_BY_SIDE) {
            let sections = self.shards(some.iter().map(|(shard, _)| *shard)).await?;
            for (section, (_, rows)) in sections.iter().zip(some) {
                for (position, local) in rows {
                    each(*position, section.get(), *local);
                }
            }
        }
        Ok(())
    }

    /// Reads and checks every shard.
    pub(crate) async fn check(&self) -> Result<(), BundleError> {
        for shard in 0..self.entries.len() {
            self.shards(std::iter::once(shard)).await?;
        }
        Ok(())
    }

    /// The shard that holds the first row; the whole section if it is in one piece.
    /// Nothing if the bundle has none.
    pub(crate) async fn first(&self) -> Result<Option<Section<T>>, BundleError> {
        Ok(self.shards(std::iter::once(0)).await?.pop())
    }

    /// The shard of a row, and the row within it.
    fn place(&self, row: u32) -> Option<(usize, usize)> {
        let after = self.entries.partition_point(|entry| entry.first_row <= row);
        let shard = after.checked_sub(1)?;
        let entry = self.entries.get(shard)?;
        let local = row.checked_sub(entry.first_row).filter(|local| *local < entry.rows)?;
        Some((shard, local as usize))
    }

    /// Some shards; those that are not in memory are read side by side.
    async fn shards(
        &self,
        shards: impl Iterator<Item = usize> + Clone,
    ) -> Result<Vec<Section<T>>, BundleError> {
        let kept = |shard: usize| self.kept.borrow().by_shard.get(&shard).cloned();
        let missing = shards.clone().filter(|shard| kept(*shard).is_none());
        let missing = missing.filter_map(|shard| Some((shard, self.entries.get(shard)?)));
        let missing: Vec<(usize, &SectionEntry)> = missing.collect();
        let mut sections: Vec<Option<Section<T>>> = shards.clone().map(kept).collect();
        let files = read_all(&*self.files, missing.iter().map(|(_, entry)| *entry)).await?;
        for ((shard, entry), file) in missing.into_iter().zip(files) {
            let section = Section::<T>::open(entry, &file)?;
            T::check_rows(section.get(), entry.rows as usize, self.bounds)
                .map_err(|reason| BundleError::Damaged { file: entry.file.clone(), reason })?;
            self.kept.borrow_mut().keep(shard, &section);
            if let Some(place) = shards.clone().position(|asked| asked == shard)
                && let Some(place) = sections.get_mut(place)
            {
                *place = Some(section);
            }
        }
        Ok(sections.into_iter().flatten().collect())
    }
}

impl<T> Kept<T>
where
    T: Sharded,
    T::Archived: Portable + Check + for<'a> CheckBytes<HighValidator<'a, ArchiveError>>,
{
    fn keep(&mut self, shard: usize, section: &Section<T>) {
        if self.by_shard.insert(shard, section.clone()).is_some() {
            return;
        }
        self.bytes += section.bytes();
        self.first_read_first.push_back(shard);
        // The one just read stays, however large.
        while self.bytes > MOST_KEPT_BYTES && self.first_read_first.len() > 1 {
            let Some(first) = self.first_read_first.pop_front() else { break };
            if let Some(gone) = self.by_shard.remove(&first) {
                self.bytes -= gone.bytes();
            }
        }
    }
}
