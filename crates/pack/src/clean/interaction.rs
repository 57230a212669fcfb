use std::cmp::Reverse;

use super::Interaction;
use crate::dataset::RawInteraction;

/// The share of the highest rating at which a rating is a like: 4 of 5, 8 of 10.
const LIKED_SHARE: f64 = 0.8;

/// Puts interactions into the order of the history. Of several interactions of a
/// user with an item the latest counts; of equally late ones the last in the
/// files. `repeated` hears the user row of each other one.
pub(super) fn clean(
    raw: &[RawInteraction],
    user_rows: &[u32],
    item_rows: &[u32],
    mut repeated: impl FnMut(u32),
) -> Vec<Interaction> {
    let row = |rows: &[u32], place: u32| rows.get(place as usize).copied();
    let mut interactions: Vec<Interaction> = raw
        .iter()
        .filter_map(|raw| {
            Some(Interaction {
                user: row(user_rows, raw.user)?,
                item: row(item_rows, raw.item)?,
                rating: raw.rating,
                time: raw.time,
            })
        })
        .collect();
    // Stable, so that among equals the order of the files remains: here from the
    // last to the first.
    interactions.reverse();
    interactions.sort_by_key(|x| (x.user, x.item, Reverse(x.time)));
    interactions.dedup_by(|later, kept| {
        let same = (later.user, later.item) == (kept.user, kept.item);
        if same {
            repeated(kept.user);
        }
        same
    });
    interactions.sort_by_key(|x| (x.user, Reverse(x.time), x.item));
    interactions
}

/// The rating from which on an interaction is a like. Without ratings it is the
/// rating of them all.
pub(super) fn like_threshold(interactions: &[Interaction], has_ratings: bool) -> f32 {
    let highest = interactions.iter().map(|x| x.rating).fold(f32::MIN, f32::max);
    if has_ratings && highest > 0.0 { (f64::from(highest) * LIKED_SHARE) as f32 } else { highest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(user: u32, item: u32, rating: f32, time: Option<i64>) -> RawInteraction {
        RawInteraction { user, item, rating, time }
    }

    #[test]
    fn history_is_newest_first_and_unknown_times_come_last() {
        let rows = [0, 1, 2, 3];
        let raw = [
            raw(1, 0, 1.0, None),
            raw(0, 3, 1.0, Some(5)),
            raw(0, 1, 1.0, Some(9)),
            raw(0, 0, 1.0, None),
            raw(0, 2, 1.0, Some(5)),
        ];
        let order: Vec<(u32, u32)> = clean(&raw, &rows, &rows, |_| panic!("nothing repeats"))
            .iter()
            .map(|x| (x.user, x.item))
            .collect();
        assert_eq!(order, [(0, 1), (0, 2), (0, 3), (0, 0), (1, 0)]);
    }

    #[test]
    fn of_repeated_interactions_the_latest_counts_and_then_the_last() {
        let rows = [0, 1];
        let raw = [
            raw(0, 0, 1.0, Some(9)),
            raw(0, 0, 2.0, Some(3)),
            raw(0, 1, 3.0, Some(4)),
            raw(0, 1, 4.0, Some(4)),
            raw(0, 1, 5.0, None),
        ];
        let mut repeated = 0;
        let kept = clean(&raw, &rows, &rows, |_| repeated += 1);
        assert_eq!(kept.iter().map(|x| x.rating).collect::<Vec<_>>(), [1.0, 4.0]);
        assert_eq!(repeated, 3);
    }

    #[test]
    fn four_of_five_is_a_like() {
        let rated = |rating| [Interaction { user: 0, item: 0, rating, time: None }];
        assert_eq!(like_threshold(&rated(5.0), true), 4.0);
        assert_eq!(like_threshold(&rated(10.0), true), 8.0);
        assert_eq!(like_threshold(&rated(1.0), false), 1.0);
        assert_eq!(like_threshold(&rated(-2.0), true), -2.0);
    }
}
