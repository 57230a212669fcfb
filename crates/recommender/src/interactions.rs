use usher_bundle::{ItemRow, UserRow};

/// Which user took which item: for each user, their items in rising order, each
/// once. What a model is fitted on, or measured against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interactions {
    offsets: Vec<usize>,
    items: Vec<ItemRow>,
    n_items: usize,
}

impl Interactions {
    /// Gathers pairs, in any order. Repeated pairs count once; pairs outside the
    /// table of `n_users` × `n_items` are left out.
    #[must_use]
    pub fn new(
        n_users: usize,
        n_items: usize,
        pairs: impl IntoIterator<Item = (UserRow, ItemRow)>,
    ) -> Self {
        let mut pairs: Vec<(UserRow, ItemRow)> = pairs
            .into_iter()
            .filter(|(user, item)| user.index() < n_users && item.index() < n_items)
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut offsets = Vec::with_capacity(n_users + 1);
        let mut at = 0;
        for user in 0..n_users {
            offsets.push(at);
            at += pairs.iter().skip(at).take_while(|(of, _)| of.index() == user).count();
        }
        offsets.push(at);
        Self { offsets, items: pairs.into_iter().map(|(_, item)| item).collect(), n_items }
    }

    /// Number of users, with or without items.
    #[must_use]
    pub fn n_users(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of items, with or without users.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.n_items
    }

    /// Number of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// There is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items of a user, rising; none of a user outside the table.
    #[must_use]
    pub fn of(&self, user: UserRow) -> &[ItemRow] {
        match self.offsets.get(user.index()..) {
            Some([start, end, ..]) => self.items.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The user took the item.
    #[must_use]
    pub fn contains(&self, user: UserRow, item: ItemRow) -> bool {
        self.of(user).binary_search(&item).is_ok()
    }

    /// The users, by row.
    pub fn users(&self) -> impl Iterator<Item = UserRow> + use<> {
        (0..self.n_users() as u32).map(UserRow)
    }

    /// The pairs, by user and then by item.
    pub fn pairs(&self) -> impl Iterator<Item = (UserRow, ItemRow)> {
        self.users().flat_map(|user| self.of(user).iter().map(move |item| (user, *item)))
    }

    /// The pairs of both tables, in a table as large as this one.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self::new(self.n_users(), self.n_items, self.pairs().chain(other.pairs()))
    }

    /// The same pairs seen from the items: per item, the users who took it, rising.
    #[must_use]
    pub fn by_item(&self) -> Vec<Vec<UserRow>> {
        let mut users = vec![Vec::new(); self.n_items];
        for (user, item) in self.pairs() {
            if let Some(of_item) = users.get_mut(item.index()) {
                of_item.push(user);
            }
        }
        users
    }

    /// Splits at random, user by user: one pair in `of_each` is held out, rounded,
    /// and never all of a user's. Returns what to fit on, and what is held out.
    #[must_use]
    pub fn hold_out(&self, of_each: usize, seed: u64) -> (Self, Self) {
        let mut rng = fastrand::Rng::with_seed(seed);
        let (mut fit_on, mut held_out) = (Vec::new(), Vec::new());
        for user in self.users() {
            let mut items = self.of(user).to_vec();
            rng.shuffle(&mut items);
            let n = (items.len() + of_each / 2) / of_each.max(2);
            let (held, fit) = items.split_at(n.min(items.len().saturating_sub(1)));
            held_out.extend(held.iter().map(|item| (user, *item)));
            fit_on.extend(fit.iter().map(|item| (user, *item)));
        }
        let part = |pairs| Self::new(self.n_users(), self.n_items, pairs);
        (part(fit_on), part(held_out))
    }

    /// The pairs of at most so many users, drawn at random of those who have any: what is
    /// measured on them holds for all.
    #[must_use]
    pub fn of_some_users(self, most: usize, seed: u64) -> Self {
        let mut users: Vec<UserRow> =
            self.users().filter(|user| !self.of(*user).is_empty()).collect();
        if users.len() <= most {
            return self;
        }
        fastrand::Rng::with_seed(seed).shuffle(&mut users);
        users.truncate(most);
        let pairs = users.iter().flat_map(|user| self.of(*user).iter().map(|item| (*user, *item)));
        Self::new(self.n_users(), self.n_items, pairs)
    }

    /// Per item, how many users took it.
    #[must_use]
    pub fn item_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.n_items];
        for item in &self.items {
            if let Some(count) = counts.get_mut(item.index()) {
                *count += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pairs_are_sorted_counted_once_and_kept_within_the_table() {
        let pairs = [(2, 1), (0, 3), (0, 0), (2, 1), (5, 0), (0, 9)];
        let table =
            Interactions::new(3, 4, pairs.map(|(user, item)| (UserRow(user), ItemRow(item))));
        let found: Vec<(u32, u32)> = table.pairs().map(|(user, item)| (user.0, item.0)).collect();
        assert_eq!(found, [(0, 0), (0, 3), (2, 1)]);
        assert_eq!(table.of(UserRow(1)), []);
        assert_eq!(table.of(UserRow(9)), []);
        assert!(table.contains(UserRow(2), ItemRow(1)) && !table.contains(UserRow(1), ItemRow(1)));
        assert_eq!(table.item_counts(), [1, 1, 0, 1]);
        assert_eq!(table.by_item(), [vec![UserRow(0)], vec![UserRow(2)], vec![], vec![UserRow(0)]]);
    }

    #[test]
    fn some_users_keep_all_that_they_took() {
        let pairs = (0..9).flat_map(|user| [(user, 0), (user, user % 4)]);
        let all = Interactions::new(12, 4, pairs.map(|(u, i)| (UserRow(u), ItemRow(i))));
        let some = all.clone().of_some_users(5, 1);
        let kept: Vec<UserRow> = some.users().filter(|user| !some.of(*user).is_empty()).collect();
        assert_eq!((kept.len(), some.n_users()), (5, 12));
        assert!(kept.iter().all(|user| some.of(*user) == all.of(*user)));
        assert_eq!(all.clone().of_some_users(9, 1), all);
    }

    proptest! {
        #[test]
        fn a_split_loses_no_pair_and_leaves_each_user_some(
            pairs in prop::collection::btree_set((0u32..5, 0u32..30), 0..100),
            of_each in 0usize..20,
            seed: u64,
        ) {
            let all = Interactions::new(
                5, 30, pairs.into_iter().map(|(user, item)| (UserRow(user), ItemRow(item))),
            );
            let (fit_on, held_out) = all.hold_out(of_each, seed);
            let both = Interactions::new(5, 30, fit_on.pairs().chain(held_out.pairs()));
            prop_assert_eq!(fit_on.len() + held_out.len(), all.len());
            prop_assert_eq!(&both, &all);
            for user in all.users().filter(|user| !all.of(*user).is_empty()) {
                prop_assert!(!fit_on.of(user).is_empty());
            }
            prop_assert_eq!(all.hold_out(of_each, seed), (fit_on, held_out));
        }
    }
}
