//! A made-up audience of any size.

use fastrand::Rng;
use usher_bundle::{ItemRow, UserRow};
use usher_recommender::Interactions;

pub(crate) const SEED: u64 = 42;
/// Kinds of item; a user likes a few of them.
const KINDS: usize = 200;
const LIKED_KINDS: usize = 3;

/// USERS, ITEMS and INTERACTIONS as they were given on the command line, or else these.
pub(crate) fn sizes(or_else: (usize, usize, usize)) -> (usize, usize, usize) {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    match sizes.as_slice() {
        [users, items, interactions] => (*users, *items, *interactions),
        _ => or_else,
    }
}

/// Users who mostly take items of the kinds that they like, popular ones more often.
pub(crate) fn made_up(users: usize, items: usize, interactions: usize) -> Interactions {
    let mut rng = Rng::with_seed(SEED);
    let mut pairs = Vec::with_capacity(interactions);
    for user in 0..users {
        let kinds: [usize; LIKED_KINDS] = std::array::from_fn(|_| rng.usize(..KINDS));
        let n = interactions * (user + 1) / users - interactions * user / users;
        for _ in 0..n {
            let popular = rng.f64() * rng.f64() * rng.f64();
            let item = (popular * items as f64) as usize;
            let kind = kinds[rng.usize(..LIKED_KINDS)];
            let item = if rng.u8(..) < 200 { item - item % KINDS + kind } else { item };
            pairs.push((UserRow(user as u32), ItemRow(item.min(items - 1) as u32)));
        }
    }
    Interactions::new(users, items, pairs)
}
