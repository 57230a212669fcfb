use std::cmp::Ordering;

use usher_bundle::ItemRow;

/// The `k` best of some scored items: best first, equal scores by row, and what
/// is not a number last.
#[must_use]
pub fn top_k(scored: impl IntoIterator<Item = (ItemRow, f32)>, k: usize) -> Vec<(ItemRow, f32)> {
    let mut best: Vec<(ItemRow, f32)> = scored.into_iter().collect();
    if k < best.len() {
        best.select_nth_unstable_by(k, better_first);
        best.truncate(k);
    }
    best.sort_unstable_by(better_first);
    best
}

fn better_first((a, score_a): &(ItemRow, f32), (b, score_b): &(ItemRow, f32)) -> Ordering {
    score_a
        .is_nan()
        .cmp(&score_b.is_nan())
        .then_with(|| score_b.partial_cmp(score_a).unwrap_or(Ordering::Equal))
        .then_with(|| a.cmp(b))
}

/// The share of a user's unseen items that score lower than `score`, in whole
/// percent, rounded down: an unseen item never claims to beat itself. 0 where
/// there are none.
#[must_use]
pub fn fit_percent(score: f32, unseen_scores: &[f32]) -> u8 {
    let lower = unseen_scores.iter().filter(|unseen| **unseen < score).count();
    let percent = 100 * lower / unseen_scores.len().max(1);
    u8::try_from(percent).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(scores: &[f32]) -> Vec<(ItemRow, f32)> {
        scores.iter().zip(0..).map(|(score, row)| (ItemRow(row), *score)).collect()
    }

    #[test]
    fn equal_scores_come_by_row_and_nan_comes_last() {
        let best = top_k(rows(&[f32::NAN, 1.0, -0.0, 2.0, 0.0, 1.0, f32::NEG_INFINITY]), 10);
        let order: Vec<u32> = best.iter().map(|(item, _)| item.0).collect();
        assert_eq!(order, [3, 1, 5, 2, 4, 6, 0]);
        assert_eq!(top_k(rows(&[1.0]), 0), []);
    }

    #[test]
    fn fit_counts_what_scores_lower() {
        assert_eq!(fit_percent(3.0, &[1.0, 2.0, 3.0, 4.0]), 50);
        assert_eq!(fit_percent(9.0, &[1.0, f32::NAN]), 50);
        assert_eq!(fit_percent(9.0, &[1.0]), 100);
        assert_eq!(fit_percent(1.0, &[]), 0);
        assert_eq!(fit_percent(f32::NAN, &[1.0]), 0);
    }

    proptest! {
        #[test]
        fn the_best_k_are_the_start_of_the_whole_order(
            scores in prop::collection::vec(prop_oneof![Just(f32::NAN), -2.0f32..2.0, Just(1.0)], 0..40),
            k in 0usize..45,
        ) {
            let items = |found: Vec<(ItemRow, f32)>| -> Vec<ItemRow> {
                found.into_iter().map(|(item, _)| item).collect()
            };
            let whole = items(top_k(rows(&scores), scores.len()));
            prop_assert_eq!(items(top_k(rows(&scores), k)), &whole[..k.min(whole.len())]);
        }

        #[test]
        fn a_better_score_never_fits_worse(
            scores in prop::collection::vec(-2.0f32..2.0, 0..40), a in -2.0f32..2.0, b in -2.0f32..2.0,
        ) {
            prop_assert!(fit_percent(a.min(b), &scores) <= fit_percent(a.max(b), &scores));
            prop_assert!(fit_percent(a, &scores) <= 100);
        }
    }
}
