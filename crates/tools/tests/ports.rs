//! The ports over a bundle hold what every implementation of the ports must.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use futures::executor::block_on;
use usher_testkit::dataset::{Dataset, Size};
use usher_testkit::{Tools, contract};

fn dataset(seed: u64) -> Dataset {
    let size =
        Size { items: 1 + seed as usize % 17, users: 1 + seed as usize % 7, interactions: 60 };
    Dataset::random(seed, size)
}

#[test]
fn the_ports_over_a_bundle_answer_as_all_ports_must() {
    for seed in 0..16 {
        let dataset = dataset(seed);
        let tools = Tools::over(dataset.bundle());
        if let Err(disagreements) = block_on(contract::check(&tools.ports, &dataset)) {
            panic!("dataset {seed}:\n{disagreements}");
        }
    }
}

#[test]
fn a_port_that_differs_anywhere_is_found_out() {
    type Change = fn(&mut Dataset);
    let changes: [(&str, Change); 12] = [
        ("history of", |dataset| dataset.interactions[0].rating = 0.5),
        ("likes of", |dataset| dataset.interactions.iter_mut().for_each(|it| it.rating = 5.0)),
        ("history of", |dataset| dataset.interactions[0].time = Some(0)),
        ("number of ratings of", |dataset| dataset.interactions.truncate(20)),
        ("facts of user", |dataset| dataset.users[1].age = Some(77)),
        ("number of ratings of", |dataset| dataset.users[1].gender = Some("other".into())),
        ("row of user", |dataset| dataset.users[1].id = "someone".into()),
        ("row of item", |dataset| dataset.items[1].id = "something".into()),
        ("facts of", |dataset| dataset.items[1].storyline = Some("Otherwise.".into())),
        ("actors: [", |dataset| dataset.items[1].actors = vec!["Nobody".into()]),
        ("the Genre Opera", |dataset| dataset.items[1].genres.push("Opera".into())),
        ("number of items", |dataset| dataset.items.truncate(8)),
    ];
    let truth = Dataset::random(7, Size { items: 9, users: 6, interactions: 40 });
    let tools = Tools::over(truth.bundle());
    assert_eq!(block_on(contract::check(&tools.ports, &truth)), Ok(()));
    for (at, (question, change)) in changes.into_iter().enumerate() {
        let mut changed = truth.clone();
        change(&mut changed);
        changed.interactions.retain(|interaction| interaction.item < changed.items.len());
        let told = block_on(contract::check(&tools.ports, &changed)).unwrap_err();
        assert!(told.contains(question), "change {at}: {told}");
    }
}
