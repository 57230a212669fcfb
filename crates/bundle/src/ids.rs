use std::cmp::Ordering;

/// An item's place in every column of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemRow(pub u32);

/// A user's place in every per-user column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserRow(pub u32);

impl ItemRow {
    /// The row as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl UserRow {
    /// The row as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The order of ids, in which rows stand: whole numbers by value, then all other
/// texts by their bytes. So the order of rows is the order of ids, and a row is
/// found by binary search.
#[must_use]
pub fn compare_ids(a: &str, b: &str) -> Ordering {
    // Without leading zeros and short enough for 64 bits, the longer number is the
    // greater one: nothing need be parsed.
    let plain = |id: &str| {
        (1..=19).contains(&id.len())
            && !id.starts_with('0')
            && id.bytes().all(|byte| byte.is_ascii_digit())
    };
    if plain(a) && plain(b) {
        return a.len().cmp(&b.len()).then_with(|| a.cmp(b));
    }
    let number = |id: &str| -> Option<u64> {
        (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| id.parse().ok())
            .flatten()
    };
    match (number(a), number(b)) {
        // "7" and "07" are two ids.
        (Some(x), Some(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_come_by_value_before_other_texts() {
        let mut ids = ["tt1", "10", "9", "07", "7", "a"];
        ids.sort_by(|a, b| compare_ids(a, b));
        assert_eq!(ids, ["07", "7", "9", "10", "a", "tt1"]);
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[0-9a-c]{0,4}", b in "[0-9a-c]{0,4}", c in "[0-9a-c]{0,4}") {
            prop_assert_eq!(compare_ids(&a, &b), compare_ids(&b, &a).reverse());
            prop_assert_eq!(compare_ids(&a, &b) == Ordering::Equal, a == b);
            if compare_ids(&a, &b).is_le() && compare_ids(&b, &c).is_le() {
                prop_assert!(compare_ids(&a, &c).is_le());
            }
        }
    }
}
