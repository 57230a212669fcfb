//! The catalogue in a real MariaDB: it answers as the bundle does, and says what is wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::rc::Rc;

use support::{Mixed, Tcp, connection, run};
use usher_bundle::Bundle;
use usher_remote::mysql::{Address, MySqlCatalogue, load};
use usher_testkit::contract;
use usher_testkit::dataset::{Dataset, Size};
use usher_testkit::servers::MariaDb;
use usher_tools::BundleSearch;

/// Sizes of datasets, from the smallest to one that needs several batches.
const SIZES: [Size; 4] = [
    Size { items: 1, users: 1, interactions: 1 },
    Size { items: 7, users: 3, interactions: 12 },
    Size { items: 12, users: 30, interactions: 200 },
    Size { items: 24, users: 150, interactions: 2_500 },
];

fn ports(server: &MariaDb, bundle: &Rc<Bundle>) -> Mixed<MySqlCatalogue<Tcp>, BundleSearch> {
    let address: Address = server.address("usher").parse().unwrap();
    let catalogue = MySqlCatalogue::new(bundle.clone(), address.clone(), Tcp(address));
    Mixed::new(bundle, catalogue, BundleSearch::new(bundle.clone()))
}

#[test]
fn any_catalogue_is_answered_for_as_by_its_bundle() {
    let server = MariaDb::start();
    run(async {
        for (seed, size) in (1..).zip(SIZES) {
            let dataset = Dataset::random(seed, size);
            let bundle = Rc::new(dataset.bundle());
            let mut connection = connection(&server.address("usher")).await;
            let loaded = load(&mut connection, &bundle, 2, &mut |_| {}).await.unwrap();
            assert_eq!(loaded.before, 0);
            if let Err(told) = contract::check(&ports(&server, &bundle), &dataset).await {
                panic!("seed {seed}, {size:?}:\n{told}");
            }
        }
    });
}
