use std::cmp::Ordering;

use itertools::Itertools;
use usher_bundle::ItemRow;

/// The `k` best of some scored items: best first, equal scores by row, and what
/// is not a number last.
#[must_use]
pub fn top_k(scored: impl IntoIterator<Item = (ItemRow, f32)>, k: usize) -> Vec<(ItemRow, f32)> {
    scored.into_iter().k_smallest_by(k, better_first).collect()
}

fn better_first((a, score_a): &(ItemRow, f32), (b, score_b): &(ItemRow, f32)) -> Ordering {
    score_a
        .is_nan()
        .cmp(&score_b.is_nan())
        .then_with(|| score_b.partial_cmp(score_a).unwrap_or(Ordering::Equal))
        .then_with(|| a.cmp(b))
}

/// For each of some scores, best first: the share of a user's unseen items that
/// score lower, in whole percent, rounded down: an unseen item never claims to beat
/// itself. 0 where there are none.
#[must_use]
pub fn fit_percent(best_first: &[f32], unseen: impl IntoIterator<Item = f32>) -> Vec<u8> {
    // How many unseen scores are lower than the score here, and not than the next.
    let mut lower = vec![0_usize; best_first.len()];
    let mut n_unseen = 0;
    for score in unseen {
        n_unseen += 1;
        let beaten_by = best_first.partition_point(|best| *best > score);
        if let Some(last) = beaten_by.checked_sub(1)
            && let Some(count) = lower.get_mut(last)
        {
            *count += 1;
        }
    }
    let mut fits = vec![0; best_first.len()];
    let mut sum = 0;
    for (fit, count) in fits.iter_mut().zip(&lower).rev() {
        sum += count;
        *fit = u8::try_from(100 * sum / n_unseen.max(1)).unwrap_or(100);
    }
    fits
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
        let fit = |best: &[f32], unseen: &[f32]| fit_percent(best, unseen.iter().copied());
        assert_eq!(fit(&[3.0], &[1.0, 2.0, 3.0, 4.0]), [50]);
        assert_eq!(fit(&[9.0, 1.5, 1.0], &[1.0, 2.0, 3.0, 4.0]), [100, 25, 0]);
        assert_eq!(fit(&[9.0], &[1.0, f32::NAN]), [50]);
        assert_eq!(fit(&[1.0], &[]), [0]);
        assert_eq!(fit(&[f32::NAN], &[1.0]), [0]);
        assert_eq!(fit(&[], &[1.0]), [0_u8; 0]);
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
        fn the_fit_is_the_share_that_scores_lower(
            unseen in prop::collection::vec(-2.0f32..2.0, 0..40),
            mut best in prop::collection::vec(-2.0f32..2.0, 0..9),
        ) {
            best.sort_by(|a, b| b.total_cmp(a));
            let fits = fit_percent(&best, unseen.iter().copied());
            for (score, fit) in best.iter().zip(fits) {
                let lower = unseen.iter().filter(|unseen| *unseen < score).count();
                prop_assert_eq!(usize::from(fit), 100 * lower / unseen.len().max(1));
            }
        }
    }
}
