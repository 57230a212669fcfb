//! Recommending to somebody of whom only liked items are known: from the items to their
//! factors, the scores of all items, and the ten best with what each comes from.
//!
//! `cargo bench -p usher-recommender --features train --bench fold_in -- [USERS ITEMS
//! INTERACTIONS]` fits each model that a bundle can hold to a made-up audience, one of
//! MovieLens-100k's size if nothing else is said, and tells medians.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends by panicking")]

mod made_up;

use std::hint::black_box;
use std::time::Instant;

use fastrand::Rng;
use made_up::{SEED, made_up, sizes};
use usher_bundle::ItemRow;
use usher_recommender::models::Kind;
use usher_recommender::{Ranker, top_k};

/// Somebody else is folded in each time.
const TIMES: usize = 501;
const LIKED: [usize; 2] = [3, 50];
/// Items that are recommended, and reasons of each.
const RECOMMENDED: usize = 10;
const REASONS: usize = 3;

fn main() {
    let (users, items, interactions) = sizes((943, 1_682, 110_000));
    let all = made_up(users, items, interactions);
    println!("{users} users × {items} items × {} interactions, made up", all.len());
    for kind in Kind::candidates(&all) {
        let settings = kind.grid().into_iter().next().unwrap();
        let fitted = settings.factors(&all, SEED, &mut |_, _| {}).unwrap();
        let ranker = Ranker::new(fitted.items);
        for liked in LIKED {
            let mut rng = Rng::with_seed(SEED);
            let mut times: Vec<[f64; 2]> = (0..TIMES)
                .map(|_| {
                    let mut likes: Vec<ItemRow> = (0..items as u32).map(ItemRow).collect();
                    rng.shuffle(&mut likes);
                    likes.truncate(liked);
                    let since = Instant::now();
                    let taste = black_box(ranker.taste(black_box(&likes)));
                    let folded_in = since.elapsed();
                    let scores = ranker.scores(&taste);
                    let unseen = (0..).map(ItemRow).zip(scores);
                    let unseen = unseen.filter(|(item, _)| !likes.contains(item));
                    for (item, _) in top_k(unseen, RECOMMENDED) {
                        black_box(ranker.because(item, &likes, REASONS));
                    }
                    [folded_in, since.elapsed()].map(|time| time.as_secs_f64() * 1e6)
                })
                .collect();
            let mut median = |part: usize| {
                times.sort_by(|a, b| a[part].total_cmp(&b[part]));
                times[TIMES / 2][part]
            };
            let (folded_in, whole) = (median(0), median(1));
            println!(
                "{}, {liked} liked items: factors {folded_in:.1} µs, recommended {whole:.1} µs",
                kind.name()
            );
        }
    }
}
