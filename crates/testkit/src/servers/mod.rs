//! Real servers for tests: private ones on loopback, gone when the test is.

mod guard;
mod mariadb;
mod qdrant;

pub use mariadb::MariaDb;
pub use qdrant::{QdrantEngine, send};
