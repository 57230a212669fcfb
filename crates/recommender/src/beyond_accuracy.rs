//! What a list is worth besides its hits: whether it reaches the whole catalogue, whether
//! its items differ, and how far it keeps to what is popular anyway.

use usher_bundle::{ItemRow, UserRow};

use crate::Interactions;

/// Means over the users' lists.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BeyondAccuracy {
    /// The share of the catalogue's items that some list holds.
    pub coverage: f64,
    /// Within a list, how different two items are: one minus the cosine of the sets of
    /// users who took them (Ziegler et al., "Improving Recommendation Lists Through Topic
    /// Diversification", 2005). 0 to 1.
    pub intra_list_diversity: f64,
    /// How surprising an item is: −log₂ of the share of users who took it, in bits (Zhou
    /// et al., "Solving the apparent diversity-accuracy dilemma", 2010). An item that
    /// nobody took counts like one that one user took.
    pub novelty_bits: f64,
    /// How many users took an item of a list: a mean (RecBole's average popularity).
    pub average_popularity: f64,
    /// By how much the items of a list are more popular than those that the user took, as
    /// a share of the latter (Abdollahpouri et al., "The Unfairness of Popularity Bias in
    /// Recommendation", 2019). 0: as popular; 1: twice as popular.
    pub popularity_lift: f64,
}

/// Judges the first k places of each user's list by what the models were fitted on.
#[must_use]
pub fn beyond_accuracy(
    k: usize,
    fitted_on: &Interactions,
    lists: &[(UserRow, Vec<ItemRow>)],
) -> BeyondAccuracy {
    let takers = fitted_on.by_item();
    let of = |item: &ItemRow| takers.get(item.index()).map_or(&[][..], Vec::as_slice);
    let popularity = |item: &ItemRow| of(item).len() as f64;
    let n_users = fitted_on.n_users().max(1) as f64;
    let mut listed = vec![false; fitted_on.n_items()];
    let (mut diversity, mut novelty, mut in_lists, mut in_histories) =
        (Mean::default(), Mean::default(), Mean::default(), Mean::default());
    for (user, list) in lists {
        let list = list.get(..k).unwrap_or(list);
        for item in list {
            if let Some(listed) = listed.get_mut(item.index()) {
                *listed = true;
            }
        }
        let pairs = list
            .iter()
            .enumerate()
            .flat_map(|(n, a)| list.iter().skip(n + 1).map(|b| 1.0 - cosine(of(a), of(b))));
        diversity.add(mean(pairs));
        novelty.add(mean(list.iter().map(|item| libm::log2(n_users / popularity(item).max(1.0)))));
        in_lists.add(mean(list.iter().map(popularity)));
        in_histories.add(mean(fitted_on.of(*user).iter().map(popularity)));
    }
    let listed = listed.iter().filter(|listed| **listed).count();
    let lift = in_lists.value() / in_histories.value() - 1.0;
    BeyondAccuracy {
        coverage: listed as f64 / fitted_on.n_items().max(1) as f64,
        intra_list_diversity: diversity.value(),
        novelty_bits: novelty.value(),
        average_popularity: in_lists.value(),
        popularity_lift: if lift.is_finite() { lift } else { 0.0 },
    }
}

/// A mean of what there is; 0 of nothing.
#[derive(Debug, Default)]
struct Mean {
    sum: f64,
    n: usize,
}

impl Mean {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.n += 1;
        }
    }

    fn value(&self) -> f64 {
        self.sum / self.n.max(1) as f64
    }
}

/// Nothing of nothing: a list that is too short to judge does not count.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut mean = Mean::default();
    values.for_each(|value| mean.add(Some(value)));
    (mean.n > 0).then(|| mean.value())
}

/// The cosine of two sets, both rising; 0 where one is empty.
fn cosine(a: &[UserRow], b: &[UserRow]) -> f64 {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut rest = many;
    let common = few.iter().filter(|user| {
        let at = rest.partition_point(|other| other < user);
        rest = rest.get(at..).unwrap_or_default();
        rest.first() == Some(user)
    });
    common.count() as f64 / libm::sqrt((a.len() * b.len()).max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_judged_by_who_took_their_items() {
        // Item 0: both users; 1: the first; 2: the second; 3: nobody.
        let pairs = [(0, 0), (0, 1), (1, 0), (1, 2)];
        let taken = Interactions::new(2, 4, pairs.map(|(u, i)| (UserRow(u), ItemRow(i))));
        let lists = [(UserRow(0), vec![ItemRow(0), ItemRow(2)]), (UserRow(1), vec![ItemRow(1)])];
        let judged = beyond_accuracy(10, &taken, &lists);
        assert_eq!(judged.coverage, 0.75);
        // The one pair has one user in common, of two and one.
        assert!((judged.intra_list_diversity - (1.0 - 1.0 / libm::sqrt(2.0))).abs() < 1e-12);
        // Bits 0 and 1 in the first list, 1 in the second.
        assert_eq!(judged.novelty_bits, 0.75);
        assert_eq!(judged.average_popularity, 1.25);
        assert!((judged.popularity_lift - (1.25 / 1.5 - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_judged_without_lists() {
        let nothing = Interactions::new(0, 0, []);
        assert_eq!(beyond_accuracy(10, &nothing, &[]), BeyondAccuracy::default());
        let lists = [(UserRow(0), Vec::new())];
        assert_eq!(beyond_accuracy(10, &nothing, &lists), BeyondAccuracy::default());
    }
}
