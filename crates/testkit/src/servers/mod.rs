//! Real servers for tests: private ones on loopback, gone when the test is.

mod guard;
mod mariadb;

pub use mariadb::MariaDb;
