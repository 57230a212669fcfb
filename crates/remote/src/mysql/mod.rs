//! A catalogue in MySQL (8) or MariaDB (10.6 or newer).

mod address;
mod catalogue;
mod connection;
mod error;
mod filter;
mod load;
mod login;
mod row;
mod schema;

pub use address::{Address, AddressError};
pub use catalogue::{Connect, MySqlCatalogue};
pub use connection::Connection;
pub use error::MySqlError;
pub use load::{Load, Loaded, Loading, load};
pub use mysql_common::Value;
pub use row::Row;
