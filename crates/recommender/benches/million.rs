//! Choosing and fitting a model on a made-up audience, a large one if nothing else is said.
//!
//! `cargo bench -p usher-recommender --features train --bench million -- [USERS ITEMS
//! INTERACTIONS]` tells the time of each step and the most memory that was held.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends by panicking")]

mod made_up;

use std::time::Instant;

use made_up::{SEED, made_up, sizes};
use usher_recommender::models::Kind;
use usher_recommender::{Comparing, choose};

/// Users whose ranking is measured, as packing does it.
const MEASURED: usize = 10_000;

fn main() {
    let (users, items, interactions) = sizes((1_000_000, 100_000, 20_000_000));
    let mut clock = Instant::now();
    let mut told = |what: &str| {
        let gigabytes = peak_memory_bytes() as f64 / 1e9;
        println!("{what}: {:.1} s; peak memory {gigabytes:.2} GB", clock.elapsed().as_secs_f64());
        clock = Instant::now();
    };
    let all = made_up(users, items, interactions);
    told(&format!("{users} users × {items} items × {} interactions, made up", all.len()));
    let (fit_on, held_out) = all.hold_out(10, SEED);
    let held_out = held_out.of_some_users(MEASURED, SEED);
    told("put aside");
    let candidates = Kind::candidates(&all).into_iter().rev().flat_map(Kind::grid);
    let best = choose(candidates, &fit_on, &held_out, SEED, &mut |heard| {
        if let Comparing::Measured(tried) = heard {
            let (kind, ndcg) = (tried.settings.kind().name(), tried.measured.ndcg);
            told(&format!("{kind}, {}: NDCG@10 {ndcg:.4}, fitted and measured", tried.settings));
        }
    });
    drop((fit_on, held_out));
    let fitted = best.unwrap().settings.factors(&all, SEED, &mut |_, _| {}).unwrap();
    assert!(fitted.fits_a_bundle());
    told("fitted on everything");
    let (factors, tastes) = fitted.into_sections();
    told(&format!(
        "in few bits ({} MB of items, {} MB of users)",
        factors.items.len() / 1_000_000,
        2 * tastes.users.len() / 1_000_000
    ));
}

/// The most memory that this process has held at once; 0 where the system does not tell.
fn peak_memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() * 1024
}
