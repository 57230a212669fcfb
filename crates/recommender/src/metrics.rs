//! How good a ranking is, in RecBole's definitions: the mean over the users that
//! occur in the held-out part, each ranked over all items they were not fitted on.

use usher_bundle::{ItemRow, UserRow};

use crate::Interactions;
use crate::ranking::top_k;

/// Mean quality over the held-out users.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// Normalised discounted cumulative gain at k.
    pub ndcg: f64,
    /// Recall at k.
    pub recall: f64,
    /// Mean reciprocal rank of the first hit among k; 0 without a hit.
    pub mrr: f64,
    /// The share of users with a hit among k.
    pub hit: f64,
    /// Precision at k: hits by places, filled or not.
    pub precision: f64,
    /// How many users were measured.
    pub users: usize,
}

/// NDCG@k of one ranking with binary relevance (Järvelin and Kekäläinen 2002). The
/// ideal ranking is cut at min(|relevant|, k). `relevant` in rising order; 0 if
/// it is empty.
#[must_use]
pub fn ndcg_at(k: usize, ranking: &[ItemRow], relevant: &[ItemRow]) -> f64 {
    let gain = |rank: usize| 1.0 / libm::log2(rank as f64 + 2.0);
    let ideal: f64 = (0..relevant.len().min(k)).map(gain).sum();
    let found: f64 = hits(k, ranking, relevant).map(gain).sum();
    if ideal > 0.0 { found / ideal } else { 0.0 }
}

/// Recall@k of one ranking: the share of the relevant items among its first k.
/// `relevant` in rising order; 0 if it is empty.
#[must_use]
pub fn recall_at(k: usize, ranking: &[ItemRow], relevant: &[ItemRow]) -> f64 {
    hits(k, ranking, relevant).count() as f64 / relevant.len().max(1) as f64
}

/// The ranks, from 0, at which a relevant item stands.
fn hits<'a>(
    k: usize,
    ranking: &'a [ItemRow],
    relevant: &'a [ItemRow],
) -> impl Iterator<Item = usize> + 'a {
    ranking
        .iter()
        .take(k)
        .enumerate()
        .filter(|(_, item)| relevant.binary_search(item).is_ok())
        .map(|(rank, _)| rank)
}

/// Measures the rankings of all users who hold something out.
pub fn measure(
    k: usize,
    held_out: &Interactions,
    mut ranking: impl FnMut(UserRow) -> Vec<ItemRow>,
) -> Measured {
    let mut sum = Measured::default();
    for user in held_out.users() {
        let relevant = held_out.of(user);
        if relevant.is_empty() {
            continue;
        }
        let ranked = ranking(user);
        sum.ndcg += ndcg_at(k, &ranked, relevant);
        sum.recall += recall_at(k, &ranked, relevant);
        if let Some(first) = hits(k, &ranked, relevant).next() {
            sum.mrr += 1.0 / (first + 1) as f64;
            sum.hit += 1.0;
        }
        sum.precision += hits(k, &ranked, relevant).count() as f64 / k.max(1) as f64;
        sum.users += 1;
    }
    let users = sum.users.max(1) as f64;
    for metric in [&mut sum.ndcg, &mut sum.recall, &mut sum.mrr, &mut sum.hit, &mut sum.precision] {
        *metric /= users;
    }
    sum
}

/// The k items that score best, without those of `seen`: best first, equal scores by
/// row. `scores` by row.
#[must_use]
pub fn best_unseen(scores: &[f32], user: UserRow, seen: &Interactions, k: usize) -> Vec<ItemRow> {
    let unseen = (0..)
        .map(ItemRow)
        .zip(scores.iter().copied())
        .filter(|(item, _)| !seen.contains(user, *item));
    top_k(unseen, k).into_iter().map(|(item, _)| item).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(items: &[u32]) -> Vec<ItemRow> {
        items.iter().copied().map(ItemRow).collect()
    }

    #[test]
    fn the_values_are_those_of_recbole() {
        // Hits at ranks 2 and 4 of three relevant items:
        // (1/log2(3) + 1/log2(5)) / (1 + 1/log2(3) + 1/log2(4)).
        let ranking = rows(&[7, 1, 8, 2, 9]);
        let relevant = rows(&[1, 2, 3]);
        assert!((ndcg_at(5, &ranking, &relevant) - 0.498_188_8).abs() < 1e-6);
        assert!((recall_at(5, &ranking, &relevant) - 2.0 / 3.0).abs() < 1e-12);
        // The ideal is cut at k: one hit at rank 2, ideal of one.
        assert!((ndcg_at(1, &rows(&[1]), &relevant) - 1.0).abs() < 1e-12);
        assert_eq!(ndcg_at(0, &ranking, &relevant), 0.0);
        assert_eq!(ndcg_at(5, &ranking, &[]), 0.0);
    }

    #[test]
    fn every_metric_is_recboles_to_four_decimals() {
        let held_out = [(1, 1), (1, 2), (1, 3), (1, 4), (2, 9), (3, 29), (3, 10), (3, 40), (4, 1)];
        let held_out = Interactions::new(5, 41, held_out.map(|(u, i)| (UserRow(u), ItemRow(i))));
        let ranking = |user: UserRow| match user.0 {
            1 => rows(&[7, 1, 8, 2, 9, 30, 31, 3, 32, 33, 34, 35, 4]),
            2 => rows(&[5, 6]),
            3 => rows(&(10..30).collect::<Vec<_>>()),
            _ => Vec::new(),
        };
        for (k, golden) in [
            (5, [0.2209, 0.2083, 0.3750, 0.5, 0.15]),
            (10, [0.2517, 0.2708, 0.3750, 0.5, 0.1]),
            (20, [0.3041, 0.4167, 0.3750, 0.5, 0.075]),
        ] {
            assert_agree(k, measure(k, &held_out, ranking), golden);
        }
    }

    /// NDCG, recall, MRR, hit and precision, to four decimals.
    fn assert_agree(k: usize, measured: Measured, golden: [f64; 5]) {
        let Measured { ndcg, recall, mrr, hit, precision, .. } = measured;
        for (value, golden) in [ndcg, recall, mrr, hit, precision].into_iter().zip(golden) {
            assert!((value - golden).abs() < 5.1e-5, "at {k}: {measured:?}, not {golden}");
        }
    }

    #[test]
    fn only_users_who_hold_something_out_count() {
        let held_out =
            Interactions::new(3, 4, [(UserRow(0), ItemRow(1)), (UserRow(2), ItemRow(3))]);
        let measured = measure(2, &held_out, |_| rows(&[1, 2]));
        let half =
            Measured { ndcg: 0.5, recall: 0.5, mrr: 0.5, hit: 0.5, precision: 0.25, users: 2 };
        assert_eq!(measured, half);
        assert_eq!(measure(2, &Interactions::new(3, 4, []), |_| Vec::new()), Measured::default());
    }

    #[test]
    fn the_best_are_unseen_ones_and_equal_ones_come_by_row() {
        let seen = Interactions::new(1, 4, [(UserRow(0), ItemRow(2))]);
        assert_eq!(best_unseen(&[1.0, 5.0, 9.0, 5.0], UserRow(0), &seen, 2), rows(&[1, 3]));
    }

    proptest! {
        #[test]
        fn metrics_lie_between_zero_and_one_and_are_one_for_the_ideal(
            relevant in prop::collection::btree_set(0u32..30, 1..10),
            k in 1usize..15,
        ) {
            let relevant: Vec<ItemRow> = relevant.into_iter().map(ItemRow).collect();
            let ideal = ndcg_at(k, &relevant, &relevant);
            prop_assert!((ideal - 1.0).abs() < 1e-12);
            let any = rows(&(0..30).rev().collect::<Vec<_>>());
            for value in [ndcg_at(k, &any, &relevant), recall_at(k, &any, &relevant)] {
                prop_assert!((0.0..=1.0).contains(&value));
            }
        }
    }
}
