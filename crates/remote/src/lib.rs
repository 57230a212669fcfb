//! The ports that tools read through, over servers: the catalogue in MySQL or MariaDB
//! ([`mysql`]), the search of texts in Qdrant ([`qdrant`]), and how both are filled from
//! a bundle.
//!
//! A bundle stays beside them. It says which ids there are and ranks, and its rows are
//! the servers' keys: so what is stored bears the bundle's [`version`], and whoever
//! holds another bundle reads another version or none.
//!
//! No sockets and no clock: a face gives streams ([`mysql::Connect`]) and requests
//! ([`qdrant::Fetch`]).

pub mod mysql;
pub mod qdrant;
mod version;

pub use version::version;
