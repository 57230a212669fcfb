use mysql_common::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use usher_bundle::sections::{AgeGroup, NO_TIME};
use usher_bundle::{Bundle, BundleError, ItemRow, UserRow};

use super::catalogue::age_number;
use super::connection::Connection;
use super::error::MySqlError;
use super::filter::marks;
use super::schema::{SCHEMA, Tables, VERSIONS};
use crate::version;

/// Rows and bytes of one batch: a transaction, one statement.
const MOST_ROWS: usize = 1_000;
const MOST_BYTES: usize = 1 << 20;
/// Items whose texts are read at once.
const TEXTS_AT_ONCE: usize = 200;

/// Loading as it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loading {
    /// Which table is filled.
    pub what: &'static str,
    /// Rows of all tables that are there.
    pub done: u64,
    /// Rows of all tables.
    pub total: u64,
}

/// A bundle was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Its version.
    pub version: String,
    /// How many rows were there before: all if it was complete.
    pub before: u64,
    /// Rows of all tables.
    pub total: u64,
    /// Older versions that were dropped.
    pub dropped: Vec<String>,
}

/// A bundle cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum Load {
    /// The database does not take it.
    #[error("{0}. {next}", next = .0.next())]
    MySql(MySqlError),
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Someone else loads the same.
    #[error(
        "this catalogue is being loaded by someone else at this moment. Wait until that is done"
    )]
    Twice,
}

// Not as its source: the message has all of it.
impl From<MySqlError> for Load {
    fn from(error: MySqlError) -> Self {
        Self::MySql(error)
    }
}

/// Loads a bundle into a database, beside the versions that are there: readers see it
/// once it is complete. What an interrupted load has brought in is not brought in again,
/// and a complete version not at all, but it counts as the newest again. At the end the
/// oldest versions of the same catalogue, by its name, are dropped but for the newest
/// `keep`, this one counted.
///
/// # Errors
/// The database or the bundle fails, or someone loads the same.
pub async fn load<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    bundle: &Bundle,
    keep: usize,
    progress: &mut dyn FnMut(Loading),
) -> Result<Loaded, Load> {
    let version = version(bundle.manifest());
    let tables = tables_of(&version)?;
    let total = total(bundle);
    if found(connection, &version).await?.is_some_and(|found| found.is_complete()) {
        renew(connection, &version).await?;
        let dropped = drop_older(connection, &version, keep).await?;
        return Ok(Loaded { version, before: total, total, dropped });
    }
    connection.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES'", &[]).await?;
    connection.execute(VERSIONS, &[]).await?;
    if !lock(connection, &version).await? {
        return Err(Load::Twice);
    }
    // Again, since only now nobody else changes it.
    let mut before = 0;
    match found(connection, &version).await? {
        Some(found) if found.schema == SCHEMA => before = found.loaded,
        Some(_) => drop_version(connection, &version).await?,
        None => {}
    }
    let manifest = bundle.manifest();
    connection
        .execute(
            "INSERT IGNORE INTO usher_versions
                (version, schema_number, name, items, users, interactions)
            VALUES (?, ?, ?, ?, ?, ?)",
            &[
                version.as_str().into(),
                SCHEMA.into(),
                manifest.name.as_str().into(),
                manifest.counts.items.into(),
                manifest.counts.users.into(),
                manifest.counts.interactions.into(),
            ],
        )
        .await?;
    for table in tables.create() {
        connection.execute(&table, &[]).await?;
    }
    connection.execute("SET SESSION autocommit = 0", &[]).await?;
    let mut loader = Loader {
        connection,
        version: &version,
        batch: Batch::default(),
        skip: before,
        done: before,
        total,
        progress,
    };
    loader.fill(bundle, &tables).await?;
    connection
        .execute(
            "UPDATE usher_versions SET complete = 1, loaded_at = CURRENT_TIMESTAMP(6)
            WHERE version = ?",
            &[version.as_str().into()],
        )
        .await?;
    connection.execute("COMMIT", &[]).await?;
    connection.execute("SET SESSION autocommit = 1", &[]).await?;
    let dropped = drop_older(connection, &version, keep).await?;
    Ok(Loaded { version, before, total, dropped })
}

fn tables_of(version: &str) -> Result<Tables, MySqlError> {
    Tables::of(version).ok_or_else(|| MySqlError::protocol("a version that is none"))
}

/// Rows of all tables.
fn total(bundle: &Bundle) -> u64 {
    let catalog = bundle.catalog();
    let columns = catalog.name_columns();
    let names: usize =
        columns.iter().map(|column| column.names.len() + column.rows.values.len()).sum();
    let users = &catalog.users;
    let ratings: u64 =
        (0..users.n_users() as u32).map(|row| u64::from(users.n_ratings(UserRow(row)))).sum();
    (names + catalog.n_items() + users.n_users()) as u64 + ratings
}

struct Found {
    schema: u32,
    complete: bool,
    loaded: u64,
}

impl Found {
    fn is_complete(&self) -> bool {
        self.schema == SCHEMA && self.complete
    }
}

async fn found<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    version: &str,
) -> Result<Option<Found>, MySqlError> {
    let sql = "SELECT schema_number, complete, loaded FROM usher_versions WHERE version = ?";
    let rows = match connection.query(sql, &[version.into()]).await {
        Err(MySqlError::NoTable) => return Ok(None),
        rows => rows?,
    };
    let found = |row: &super::Row| {
        let complete = row.count::<u8>(1)? != 0;
        Ok(Found { schema: row.count(0)?, complete, loaded: row.count(2)? })
    };
    rows.first().map(found).transpose()
}

/// Takes the lock of a version; it is free again when the connection ends.
async fn lock<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    version: &str,
) -> Result<bool, MySqlError> {
    // Locks are the server's, not the database's.
    let sql = "SELECT GET_LOCK(LEFT(CONCAT('usher_', ?, '_', MD5(DATABASE())), 64), 0)";
    let rows = connection.query(sql, &[version.into()]).await?;
    Ok(rows.first().map(|row| row.count::<u8>(0)).transpose()? == Some(1))
}

/// Makes a version the newest of its catalogue, if it is not: a database that takes no
/// changes need not be changed.
async fn renew<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    version: &str,
) -> Result<(), MySqlError> {
    let sql = "SELECT COUNT(*) FROM usher_versions AS newer JOIN usher_versions AS this
        ON this.version = ? AND newer.name = this.name AND newer.loaded_at > this.loaded_at";
    let rows = connection.query(sql, &[version.into()]).await?;
    if rows.first().map(|row| row.count::<u64>(0)).transpose()? > Some(0) {
        let sql = "UPDATE usher_versions SET loaded_at = CURRENT_TIMESTAMP(6) WHERE version = ?";
        connection.execute(sql, &[version.into()]).await?;
    }
    Ok(())
}

async fn drop_older<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    version: &str,
    keep: usize,
) -> Result<Vec<String>, MySqlError> {
    let sql = "SELECT older.version, older.complete FROM usher_versions AS older
        JOIN usher_versions AS this
        ON this.version = ? AND older.name = this.name AND older.version <> this.version
        ORDER BY older.complete DESC, older.loaded_at DESC, older.version";
    let rows = connection.query(sql, &[version.into()]).await?;
    let mut dropped = Vec::new();
    let mut kept = 1;
    for row in rows {
        let Some(older) = row.text(0)? else { continue };
        if row.count::<u8>(1)? != 0 && kept < keep {
            kept += 1;
            continue;
        }
        // Another's load that goes on holds its lock.
        if lock(connection, &older).await? {
            drop_version(connection, &older).await?;
            dropped.push(older);
        }
    }
    Ok(dropped)
}

async fn drop_version<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    version: &str,
) -> Result<(), MySqlError> {
    // First of all nobody begins to read it.
    connection
        .execute("UPDATE usher_versions SET complete = 0 WHERE version = ?", &[version.into()])
        .await?;
    if let Some(tables) = Tables::of(version) {
        for table in tables.all().into_iter().rev() {
            connection.execute(&format!("DROP TABLE IF EXISTS {table}"), &[]).await?;
        }
    }
    connection.execute("DELETE FROM usher_versions WHERE version = ?", &[version.into()]).await?;
    Ok(())
}

/// Rows on their way into one table.
#[derive(Default)]
struct Batch {
    into: String,
    columns: usize,
    rows: usize,
    bytes: usize,
    values: Vec<Value>,
}

struct Loader<'a, S> {
    connection: &'a mut Connection<S>,
    version: &'a str,
    batch: Batch,
    /// Rows that are there already, and come first.
    skip: u64,
    done: u64,
    total: u64,
    progress: &'a mut dyn FnMut(Loading),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Loader<'_, S> {
    /// All rows of all tables, always in the same order.
    async fn fill(&mut self, bundle: &Bundle, tables: &Tables) -> Result<(), Load> {
        let catalog = bundle.catalog();
        let columns = catalog.name_columns();

        self.begin(format!("{} (field, name, text)", tables.names), 3);
        for (field, column) in columns.iter().enumerate() {
            for (name, text) in column.names.iter().enumerate() {
                let row = || vec![number(field), number(name), Value::from(text.as_str())];
                self.row("names", row).await?;
            }
        }
        self.send("names").await?;

        let into = "(item, id, title, year, month, duration_minutes, imdb_rating_hundredths, imdb_num_reviews, n_ratings, description, storyline)";
        self.begin(format!("{} {into}", tables.items), 11);
        let rows: Vec<ItemRow> = catalog.rows().collect();
        for some in rows.chunks(TEXTS_AT_ONCE) {
            if self.skip >= some.len() as u64 {
                self.skip -= some.len() as u64;
                continue;
            }
            for (item, texts) in some.iter().zip(bundle.texts(some).await?) {
                let hundredths = catalog.imdb_ratings_hundredths.get(item.index());
                let hundredths = catalog.imdb_rating(*item).and(hundredths);
                let row = || {
                    vec![
                        item.0.into(),
                        catalog.item_id(*item).into(),
                        catalog.title(*item).into(),
                        catalog.year(*item).into(),
                        catalog.month(*item).into(),
                        catalog.duration_minutes(*item).into(),
                        hundredths.map(|number| number.to_native()).into(),
                        catalog.imdb_num_reviews(*item).into(),
                        catalog.n_ratings(*item).into(),
                        texts.description.into(),
                        texts.storyline.into(),
                    ]
                };
                self.row("items", row).await?;
            }
        }
        self.send("items").await?;

        self.begin(format!("{} (item, field, place, name)", tables.item_names), 4);
        for item in &rows {
            for (field, column) in columns.iter().enumerate() {
                for (place, name) in column.rows.row(item.index()).iter().enumerate() {
                    let name = name.to_native();
                    let row = || vec![item.0.into(), number(field), number(place), name.into()];
                    self.row("names of items", row).await?;
                }
            }
        }
        self.send("names of items").await?;

        let users = &catalog.users;
        self.begin(format!("{} (user, id, age, age_group, gender, occupation)", tables.users), 6);
        for user in (0..users.n_users() as u32).map(UserRow) {
            let age = users.age(user);
            let row = || {
                vec![
                    user.0.into(),
                    users.id(user).into(),
                    age.into(),
                    age_number(age.map(AgeGroup::of)).into(),
                    users.gender(user).code().into(),
                    users.occupation(user).into(),
                ]
            };
            self.row("users", row).await?;
        }
        self.send("users").await?;

        self.begin(format!("{} (user, item, rating, time)", tables.ratings), 4);
        for user in (0..users.n_users() as u32).map(UserRow) {
            for rating in bundle.history(user).await? {
                let time = rating.time.filter(|time| *time != NO_TIME);
                let row = || {
                    vec![
                        user.0.into(),
                        rating.item.0.into(),
                        Value::Float(rating.rating),
                        time.into(),
                    ]
                };
                self.row("ratings", row).await?;
            }
        }
        self.send("ratings").await?;
        Ok(())
    }

    fn begin(&mut self, into: String, columns: usize) {
        self.batch = Batch { into, columns, ..Batch::default() };
    }

    /// Adds a row, unless it is there already.
    async fn row(
        &mut self,
        what: &'static str,
        values: impl FnOnce() -> Vec<Value>,
    ) -> Result<(), MySqlError> {
        if self.skip > 0 {
            self.skip -= 1;
            return Ok(());
        }
        let values = values();
        self.batch.rows += 1;
        self.batch.bytes += values.iter().map(bytes).sum::<usize>();
        self.batch.values.extend(values);
        if self.batch.rows >= MOST_ROWS || self.batch.bytes >= MOST_BYTES {
            self.send(what).await?;
        }
        Ok(())
    }

    /// Brings the batch in, and with it the note of how many rows are there.
    async fn send(&mut self, what: &'static str) -> Result<(), MySqlError> {
        let Batch { into, columns, rows, .. } = &self.batch;
        if *rows == 0 {
            return Ok(());
        }
        let row = format!("({})", marks(*columns));
        let sql = format!("INSERT INTO {into} VALUES {}", vec![row; *rows].join(","));
        self.connection.execute(&sql, &self.batch.values).await?;
        self.done += *rows as u64;
        let sql = "UPDATE usher_versions SET loaded = ? WHERE version = ?";
        self.connection.execute(sql, &[self.done.into(), self.version.into()]).await?;
        self.connection.execute("COMMIT", &[]).await?;
        self.batch.rows = 0;
        self.batch.bytes = 0;
        self.batch.values.clear();
        (self.progress)(Loading { what, done: self.done, total: self.total });
        Ok(())
    }
}

fn number(number: usize) -> Value {
    Value::UInt(number as u64)
}

fn bytes(value: &Value) -> usize {
    match value {
        Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}
