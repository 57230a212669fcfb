//! The catalogue in a real MariaDB: it answers as the bundle does, and says what is wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use support::{Cut, Tcp, connection, run};
use usher_bundle::{Bundle, ItemRow, UserRow};
use usher_remote::mysql::{Address, Connect, Connection, Load, MySqlCatalogue, MySqlError, load};
use usher_remote::version;
use usher_testkit::dataset::{Dataset, Size};
use usher_testkit::servers::MariaDb;
use usher_testkit::{Mixed, contract};
use usher_tools::{BundleSearch, Catalogue, Conditions, Unavailable};

/// Sizes of datasets, from the smallest to one that needs several batches.
const SIZES: [Size; 4] = [
    Size { items: 1, users: 1, interactions: 1 },
    Size { items: 7, users: 3, interactions: 12 },
    Size { items: 12, users: 30, interactions: 200 },
    Size { items: 24, users: 150, interactions: 2_500 },
];

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn catalogue(address: &str, bundle: &Rc<Bundle>) -> MySqlCatalogue<Tcp> {
    let address: Address = address.parse().unwrap();
    MySqlCatalogue::new(bundle.clone(), address.clone(), Tcp(address))
}

async fn agrees(server: &MariaDb, bundle: &Rc<Bundle>, dataset: &Dataset) {
    let catalogue = catalogue(&server.address("usher"), bundle);
    let ports = Mixed::new(bundle, catalogue, BundleSearch::new(bundle.clone()));
    if let Err(told) = contract::check(&ports, dataset).await {
        panic!("{told}");
    }
}

/// What a question about everything comes to.
async fn asked(catalogue: &MySqlCatalogue<Tcp>) -> Result<usize, Unavailable> {
    Ok(catalogue.filter(&Conditions::default()).await?.len())
}

/// What cannot be had, and that it has words on what to do and none of the password.
async fn refused(catalogue: &MySqlCatalogue<Tcp>, part: &str, retryable: bool) {
    let refused = asked(catalogue).await.unwrap_err();
    assert!(refused.what.contains(part), "{refused:?}");
    assert_eq!(refused.retryable, retryable, "{refused:?}");
    assert!(refused.what.ends_with('.') && refused.next.ends_with('.'), "{refused:?}");
    let shown = format!("{refused:?} {catalogue:?}");
    assert!(!shown.contains(MariaDb::password()) && !shown.contains("secret"), "{shown}");
}

async fn load_all(address: &str, bundle: &Bundle) {
    load(&mut connection(address).await, bundle, 2, &mut |_| {}).await.unwrap();
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
            agrees(&server, &bundle, &dataset).await;
            // Again is nothing.
            let loaded = load(&mut connection, &bundle, 2, &mut |_| {}).await.unwrap();
            assert_eq!(loaded.before, loaded.total);
        }
        // Two versions stay.
        let mut connection = connection(&server.address("usher")).await;
        let tables = connection
            .query(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
                &[],
            )
            .await;
        assert_eq!(tables.unwrap().len(), 2 * 5 + 1);
    });
}

#[test]
fn an_interrupted_load_is_hidden_and_goes_on() {
    let server = MariaDb::start();
    let dataset = Dataset::random(5, SIZES[3]);
    let bundle = Rc::new(dataset.bundle());
    run(async {
        let address = address(&server.address("usher"));
        let mut before = 0;
        let mut interrupted = 0;
        for bytes in (20_000..).step_by(20_000) {
            let stream = Tcp(address.clone()).connect().await.unwrap();
            let cut = Cut(stream, Rc::new(Cell::new(bytes)));
            let mut connection = Connection::open(cut, &address).await.unwrap();
            match load(&mut connection, &bundle, 2, &mut |_| {}).await {
                Ok(loaded) => {
                    assert!(loaded.before >= before, "{loaded:?}");
                    before = loaded.before;
                    break;
                }
                Err(Load::MySql(MySqlError::Lost { .. })) => interrupted += 1,
                // The server has not noticed yet that the connection before is gone.
                Err(Load::Twice) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(other) => panic!("{other}"),
            }
            drop(connection);
            refused(&catalogue(&server.address("usher"), &bundle), "not loaded to its end", true)
                .await;
        }
        assert!(interrupted > 0 && before > 0, "{interrupted} {before}");
        agrees(&server, &bundle, &dataset).await;
    });
}

#[test]
fn what_is_wrong_with_a_database_is_told() {
    let mut server = MariaDb::start();
    let dataset = Dataset::random(6, SIZES[1]);
    let bundle = Rc::new(dataset.bundle());
    let n_items = dataset.items.len();
    let sound = server.address("usher");
    run(async {
        // Nothing is loaded.
        let kept = catalogue(&sound, &bundle);
        refused(&kept, "holds no catalogue", false).await;
        let other = Dataset::random(7, SIZES[1]).bundle();
        load_all(&sound, &other).await;
        refused(&kept, "another version", false).await;
        load_all(&sound, &bundle).await;
        assert_eq!(asked(&kept).await, Ok(n_items));

        // Someone may not.
        let wrong = server.address_of("usher", "secret", "usher");
        refused(&catalogue(&wrong, &bundle), "refuses the user", false).await;
        let nowhere = server.address("nowhere");
        refused(&catalogue(&nowhere, &bundle), "no database of that name", false).await;

        // The form of the tables.
        let mut admin = connection(&sound).await;
        for (change, part) in [
            ("complete = 0", "not loaded to its end"),
            ("complete = 1, schema_number = 99", "form 99"),
        ] {
            let change = format!("UPDATE usher_versions SET {change} WHERE version = ?");
            admin.execute(&change, &[version(bundle.manifest()).into()]).await.unwrap();
            refused(&catalogue(&sound, &bundle), part, part.starts_with("not")).await;
        }
        // A load makes it right again.
        load_all(&sound, &bundle).await;
        assert_eq!(asked(&catalogue(&sound, &bundle)).await, Ok(n_items));

        // It goes away, and comes back: the same port recovers.
        assert_eq!(asked(&kept).await, Ok(n_items));
        server.restart();
        assert_eq!(asked(&kept).await, Ok(n_items));
        server.stop();
        refused(&kept, "cannot be reached", true).await;
        server.restart_read_only();
        assert_eq!(asked(&kept).await, Ok(n_items));

        // A database that takes no changes.
        let mut connection = connection(&sound).await;
        assert!(load(&mut connection, &bundle, 2, &mut |_| {}).await.is_ok());
        let another = Dataset::random(8, SIZES[1]).bundle();
        let error = load(&mut connection, &another, 2, &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, Load::MySql(MySqlError::ReadOnly)), "{error}");
    });
}

#[test]
fn the_same_is_not_loaded_twice_at_once() {
    let server = MariaDb::start();
    let bundle = Dataset::random(9, SIZES[3]).bundle();
    run(async {
        let address = server.address("usher");
        let mut first = connection(&address).await;
        let mut second = connection(&address).await;
        let sql = "SELECT GET_LOCK(LEFT(CONCAT('usher_', ?, '_', MD5(DATABASE())), 64), 0)";
        first.query(sql, &[version(bundle.manifest()).into()]).await.unwrap();
        let error = load(&mut second, &bundle, 2, &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, Load::Twice), "{error}");
        drop(first);
        load(&mut second, &bundle, 2, &mut |_| {}).await.unwrap();
    });
}

#[test]
fn rows_that_are_none_are_nothing() {
    let server = MariaDb::start();
    let bundle = Rc::new(Dataset::random(6, SIZES[1]).bundle());
    run(async {
        load_all(&server.address("usher"), &bundle).await;
        let catalogue = catalogue(&server.address("usher"), &bundle);
        let (item, user) = (ItemRow(u32::MAX), UserRow(u32::MAX));
        assert_eq!(catalogue.item_facts(&[item], true).await.unwrap(), [Default::default()]);
        assert_eq!(catalogue.history(user).await.unwrap(), []);
        assert_eq!(catalogue.user_facts(user).await.unwrap(), Default::default());
        assert_eq!(catalogue.likes(&[item]).await.unwrap(), Default::default());
        assert_eq!(catalogue.n_ratings(&[item], None).await.unwrap(), [0]);
    });
}
