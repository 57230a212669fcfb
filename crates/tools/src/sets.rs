use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::rc::Rc;

use sha2::{Digest, Sha256};
use usher_bundle::ItemRow;

/// What a handle begins with.
pub(crate) const PREFIX: &str = "set:";

/// The item sets of one conversation, by handle.
///
/// A model passes a handle where it would pass a long list. The handle is a hash
/// of the set's content, so the same set has the same handle, always.
#[derive(Debug, Default)]
pub struct Sets {
    by_handle: RefCell<HashMap<String, Rc<[ItemRow]>>>,
    kept_out: RefCell<HashSet<ItemRow>>,
}

impl Sets {
    /// Keeps a set and gives its handle. Order and repetitions do not matter.
    pub fn keep(&self, items: impl IntoIterator<Item = ItemRow>) -> String {
        let mut rows: Vec<ItemRow> = items.into_iter().collect();
        rows.sort_unstable();
        rows.dedup();
        let mut hash = Sha256::new();
        for row in &rows {
            hash.update(row.0.to_le_bytes());
        }
        let mut handle = PREFIX.to_owned();
        for byte in hash.finalize().iter().take(6) {
            // Writing to a string cannot fail.
            let _ = write!(handle, "{byte:02x}");
        }
        self.by_handle.borrow_mut().insert(handle.clone(), rows.into());
        handle
    }

    /// The items of a handle, rising.
    #[must_use]
    pub fn get(&self, handle: &str) -> Option<Rc<[ItemRow]>> {
        self.by_handle.borrow().get(handle).cloned()
    }

    /// Keeps items out of what is recommended in this conversation, in place of those
    /// that were kept out before.
    pub fn keep_out(&self, items: impl IntoIterator<Item = ItemRow>) {
        *self.kept_out.borrow_mut() = items.into_iter().collect();
    }

    /// Whether an item is kept out.
    #[must_use]
    pub fn keeps_out(&self, item: ItemRow) -> bool {
        self.kept_out.borrow().contains(&item)
    }

    /// Forgets all sets, and what was kept out: the conversation is over.
    pub fn clear(&self) {
        self.by_handle.borrow_mut().clear();
        self.kept_out.borrow_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_handle_depends_on_the_content_alone(mut rows in proptest::collection::vec(0_u32..50, 0..20)) {
            let sets = Sets::default();
            let handle = sets.keep(rows.iter().copied().map(ItemRow));
            rows.reverse();
            rows.extend(rows.clone());
            prop_assert_eq!(&sets.keep(rows.iter().copied().map(ItemRow)), &handle);
            rows.push(50);
            prop_assert_ne!(&sets.keep(rows.iter().copied().map(ItemRow)), &handle);
        }
    }

    #[test]
    fn a_cleared_handle_is_unknown() {
        let sets = Sets::default();
        let handle = sets.keep([ItemRow(1)]);
        assert!(sets.get(&handle).is_some());
        sets.clear();
        assert!(sets.get(&handle).is_none());
    }
}
