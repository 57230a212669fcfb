//! How close a ranking comes to the best possible one, where the truth is known.

use std::cmp::Ordering;

/// The expected liking of a ranking's first `k` items, as a share of that of the `k`
/// best: 1 for the best possible ranking, less for any other. What is liked not at
/// all (zero) adds nothing.
///
/// `likings` holds the expected liking of every item, `ranking` items by place, best
/// first, and `seen` those that were not to be ranked: they are not among the best,
/// and add nothing where a ranking names them. So do items that are not there and
/// those named before. `None` if nothing can be ranked or nothing is liked.
#[must_use]
pub fn closeness(likings: &[f64], seen: &[usize], ranking: &[usize], k: usize) -> Option<f64> {
    let mut open: Vec<Option<f64>> = likings
        .iter()
        .map(|liking| Some(liking.max(0.0)).filter(|liking| liking.is_finite()))
        .collect();
    for place in seen {
        if let Some(liking) = open.get_mut(*place) {
            *liking = None;
        }
    }
    let mut best: Vec<f64> = open.iter().flatten().copied().collect();
    best.sort_by(|a, b| b.partial_cmp(a).unwrap_or(Ordering::Equal));
    let best: f64 = best.iter().take(k).sum();
    let found = |place: &usize| open.get_mut(*place).and_then(Option::take).unwrap_or(0.0);
    let found: f64 = ranking.iter().take(k).map(found).sum();
    (best > 0.0).then(|| found / best)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_best_ranking_has_one_and_others_their_share() {
        let likings = [1.0, 4.0, 2.0, 5.0];
        assert_eq!(closeness(&likings, &[], &[3, 1], 2), Some(1.0));
        assert_eq!(closeness(&likings, &[], &[1, 3], 2), Some(1.0));
        assert_eq!(closeness(&likings, &[], &[0, 2], 2), Some(3.0 / 9.0));
        assert_eq!(closeness(&likings, &[3], &[1, 2], 2), Some(1.0));
    }

    #[test]
    fn items_that_were_seen_named_before_or_are_unknown_add_nothing() {
        let likings = [1.0, 4.0, 2.0, 5.0];
        assert_eq!(closeness(&likings, &[3], &[3, 1], 2), Some(4.0 / 6.0));
        assert_eq!(closeness(&likings, &[], &[3, 3], 2), Some(5.0 / 9.0));
        assert_eq!(closeness(&likings, &[], &[3, 99], 2), Some(5.0 / 9.0));
    }

    #[test]
    fn where_nothing_can_be_ranked_there_is_no_closeness() {
        assert_eq!(closeness(&[], &[], &[0], 10), None);
        assert_eq!(closeness(&[4.0], &[0], &[0], 10), None);
        assert_eq!(closeness(&[0.0, f64::NAN], &[], &[0], 10), None);
        assert_eq!(closeness(&[4.0], &[], &[0], 0), None);
    }

    proptest! {
        #[test]
        fn no_ranking_is_better_than_the_best(
            likings in prop::collection::vec(-1.0..5.0_f64, 1..20),
            seen in prop::collection::vec(0..25_usize, 0..5),
            ranking in prop::collection::vec(0..25_usize, 0..20),
            k in 0..12_usize,
        ) {
            if let Some(close) = closeness(&likings, &seen, &ranking, k) {
                prop_assert!((0.0..=1.0 + 1e-12).contains(&close), "{close}");
            }
        }
    }
}
