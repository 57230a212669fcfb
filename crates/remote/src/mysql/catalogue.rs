use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::rc::Rc;

use mysql_common::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use usher_bundle::sections::{AgeGroup, Gender, Groups, Interaction};
use usher_bundle::{Bundle, ItemRow, UserRow};
use usher_protocol::Id;
use usher_tools::{
    Catalogue, Conditions, Group, ItemFacts, Likes, Unavailable, UserFacts, known_items,
    known_users,
};

use super::address::Address;
use super::connection::Connection;
use super::error::MySqlError;
use super::filter;
use super::row::Row;
use super::schema::{SCHEMA, Tables};
use crate::version;

/// The rows of a list that is one bound parameter.
const WANTED: &str = "JSON_TABLE(?, '$[*]' COLUMNS (item INT UNSIGNED PATH '$')) AS wanted";

/// Gives streams to the database.
#[allow(async_fn_in_trait, reason = "the futures are driven on one thread everywhere")]
pub trait Connect {
    /// A stream of bytes.
    type Stream: AsyncRead + AsyncWrite + Unpin;
    /// A fresh stream to the database.
    ///
    /// # Errors
    /// Nobody answers.
    async fn connect(&self) -> io::Result<Self::Stream>;
}

/// Items, users and interactions of a bundle, read from the database that they were
/// loaded into. Which ids there are, and in which row, the bundle says at once.
///
/// It connects when it is first asked, and keeps that connection as long as it lives: in
/// a worker, a request. A lost connection is made again once.
pub struct MySqlCatalogue<C: Connect> {
    bundle: Rc<Bundle>,
    version: String,
    address: Address,
    connect: C,
    /// The connection that waits. Who asks takes it out, so that a question that is
    /// dropped half-way takes its connection along.
    waiting: RefCell<Option<Connection<C::Stream>>>,
}

impl<C: Connect> fmt::Debug for MySqlCatalogue<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MySqlCatalogue").field(&self.address).field(&self.version).finish()
    }
}

impl<C: Connect> MySqlCatalogue<C> {
    /// The catalogue of a bundle, in a database. Nothing is asked yet.
    #[must_use]
    pub fn new(bundle: Rc<Bundle>, address: Address, connect: C) -> Self {
        let version = version(bundle.manifest());
        Self { bundle, version, address, connect, waiting: RefCell::default() }
    }

    /// Whether the database answers and holds this bundle: to be asked before the first
    /// question, where it should be known.
    ///
    /// # Errors
    /// It does not, and why.
    pub async fn check(&self) -> Result<(), Unavailable> {
        self.rows("SELECT 1", &[]).await.map(drop)
    }

    fn tables(&self) -> Result<Tables, MySqlError> {
        Tables::of(&self.version).ok_or_else(|| MySqlError::protocol("a version that is none"))
    }

    /// A question, answered over the connection that waits or a fresh one; asked once
    /// more if that is lost: nothing is changed by asking twice.
    async fn rows(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, Unavailable> {
        let waiting = self.waiting.borrow_mut().take();
        let first = match waiting {
            Some(connection) => self.ask(connection, sql, parameters).await,
            None => self.ask_fresh(sql, parameters).await,
        };
        let answer = match first {
            Err(error) if error.is_lost() => self.ask_fresh(sql, parameters).await,
            answer => answer,
        };
        Ok(answer?)
    }

    async fn ask_fresh(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, MySqlError> {
        let stream = self.connect.connect().await;
        let stream =
            stream.map_err(|error| MySqlError::Unreachable { detail: error.to_string() })?;
        let mut connection = Connection::open(stream, &self.address).await?;
        check_version(&mut connection, &self.version).await?;
        self.ask(connection, sql, parameters).await
    }

    async fn ask(
        &self,
        mut connection: Connection<C::Stream>,
        sql: &str,
        parameters: &[Value],
    ) -> Result<Vec<Row>, MySqlError> {
        let rows = connection.query(sql, parameters).await.map_err(|error| match error {
            // It was there a moment ago: a newer one took its place.
            MySqlError::NoTable => MySqlError::NoVersion,
            error => error,
        })?;
        *self.waiting.borrow_mut() = Some(connection);
        Ok(rows)
    }
}

/// Whether the database holds a version, complete and in the form that is read here.
async fn check_version<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    version: &str,
) -> Result<(), MySqlError> {
    let sql = "SELECT schema_number, complete FROM usher_versions WHERE version = ?";
    let rows = connection.query(sql, &[Value::from(version)]).await?;
    let row = rows.first().ok_or(MySqlError::NoVersion)?;
    let found = row.count(0)?;
    if found != SCHEMA {
        return Err(MySqlError::OtherSchema { found, known: SCHEMA });
    }
    if row.count::<u8>(1)? == 0 {
        return Err(MySqlError::HalfLoaded);
    }
    Ok(())
}

impl<C: Connect> Catalogue for MySqlCatalogue<C> {
    fn n_items(&self) -> usize {
        self.bundle.catalog().n_items()
    }

    fn n_users(&self) -> usize {
        self.bundle.catalog().users.n_users()
    }

    fn like_threshold(&self) -> f32 {
        self.bundle.manifest().like_threshold
    }

    fn known_users(&self) -> String {
        known_users(self.bundle.catalog())
    }

    fn known_items(&self) -> String {
        known_items(self.bundle.catalog())
    }

    fn user(&self, id: &Id) -> Option<UserRow> {
        self.bundle.catalog().users.user(&id.0)
    }

    fn item(&self, id: &Id) -> Option<ItemRow> {
        self.bundle.catalog().item(&id.0)
    }

    fn item_id(&self, item: ItemRow) -> Id {
        Id::from(self.bundle.catalog().item_id(item))
    }

    async fn filter(&self, conditions: &Conditions) -> Result<Vec<ItemRow>, Unavailable> {
        let question = filter::question(conditions, self.bundle.catalog(), &self.tables()?);
        let Some((sql, parameters)) = question else { return Ok(Vec::new()) };
        let rows = self.rows(&sql, &parameters).await?;
        let item = |row: &Row| Ok(ItemRow(row.count(0)?));
        Ok(rows.iter().map(item).collect::<Result<_, MySqlError>>()?)
    }

    async fn item_facts(
        &self,
        items: &[ItemRow],
        texts: bool,
    ) -> Result<Vec<ItemFacts>, Unavailable> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let Tables { items: of_items, names, item_names, .. } = self.tables()?;
        let long = if texts { ", description, storyline" } else { "" };
        let sql = format!(
            "SELECT item, title, year, month, duration_minutes, imdb_rating_hundredths,
                imdb_num_reviews, n_ratings{long}
            FROM {WANTED} STRAIGHT_JOIN {of_items} USING (item)"
        );
        let wanted = [list(items)];
        let mut facts = HashMap::new();
        for row in self.rows(&sql, &wanted).await? {
            facts.insert(row.count::<u32>(0)?, facts_of(&row)?);
        }
        let sql = format!(
            "SELECT item, field, text
            FROM {WANTED} STRAIGHT_JOIN {item_names} USING (item) STRAIGHT_JOIN {names} USING (field, name)
            ORDER BY item, field, place"
        );
        for row in self.rows(&sql, &wanted).await? {
            let text = row.text(2)?.unwrap_or_default();
            let Some(facts) = facts.get_mut(&row.count(0)?) else { continue };
            // In the order of the bundle's columns.
            match row.count::<u8>(1)? {
                0 => facts.actors.push(text),
                1 => facts.directors.push(text),
                2 => facts.producers.push(text),
                3 => facts.genres.push(text),
                4 => facts.country = Some(text),
                _ => facts.age_rating = Some(text),
            }
        }
        Ok(items.iter().map(|item| facts.get(&item.0).cloned().unwrap_or_default()).collect())
    }

    async fn user_facts(&self, user: UserRow) -> Result<UserFacts, Unavailable> {
        let sql =
            format!("SELECT age, gender, occupation FROM {} WHERE user = ?", self.tables()?.users);
        let rows = self.rows(&sql, &[Value::from(user.0)]).await?;
        let Some(row) = rows.first() else { return Ok(UserFacts::default()) };
        let code: u8 = row.count(1)?;
        let gender = Gender::ALL.into_iter().find(|gender| gender.code() == code);
        Ok(UserFacts {
            age: row.number(0)?,
            gender: gender.filter(|gender| *gender != Gender::Unknown),
            occupation: row.text(2)?,
        })
    }

    async fn history(&self, user: UserRow) -> Result<Vec<Interaction>, Unavailable> {
        let sql = format!(
            "SELECT item, rating, time FROM {} WHERE user = ? ORDER BY time DESC, item",
            self.tables()?.ratings
        );
        let rows = self.rows(&sql, &[Value::from(user.0)]).await?;
        let interaction = |row: &Row| {
            Ok(Interaction {
                item: ItemRow(row.count(0)?),
                rating: row.float(1)?,
                time: row.signed(2)?,
            })
        };
        Ok(rows.iter().map(interaction).collect::<Result<_, MySqlError>>()?)
    }

    async fn n_ratings(
        &self,
        items: &[ItemRow],
        group: Option<&Group>,
    ) -> Result<Vec<u32>, Unavailable> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let Tables { items: of_items, users, ratings, .. } = self.tables()?;
        let rows = match group {
            None => {
                let sql = format!(
                    "SELECT item, n_ratings FROM {WANTED} STRAIGHT_JOIN {of_items} USING (item)"
                );
                self.rows(&sql, &[list(items)]).await?
            }
            Some(group) => {
                let sql = format!(
                    "SELECT item, COUNT(*)
                    FROM {WANTED} STRAIGHT_JOIN {ratings} USING (item) STRAIGHT_JOIN {users} USING (user)
                    WHERE (? >> age_group) & 1 AND (? >> gender) & 1
                    GROUP BY item"
                );
                let [ages, genders] = members(group);
                self.rows(&sql, &[list(items), Value::UInt(ages), Value::UInt(genders)]).await?
            }
        };
        let mut counts = HashMap::new();
        for row in rows {
            counts.insert(row.count::<u32>(0)?, row.count(1)?);
        }
        Ok(items.iter().map(|item| counts.get(&item.0).copied().unwrap_or_default()).collect())
    }

    async fn likes(&self, items: &[ItemRow]) -> Result<Likes, Unavailable> {
        let sql = format!(
            "SELECT COUNT(DISTINCT user), COUNT(DISTINCT IF(rating >= ?, user, NULL))
            FROM {WANTED} STRAIGHT_JOIN {} USING (item)",
            self.tables()?.ratings
        );
        let parameters = [Value::Float(self.like_threshold()), list(items)];
        let rows = self.rows(&sql, &parameters).await?;
        let Some(row) = rows.first() else { return Ok(Likes::default()) };
        Ok(Likes { interacted: row.count(0)?, liked: row.count(1)? })
    }
}

/// Distinct rows as JSON, for one parameter.
fn list(items: &[ItemRow]) -> Value {
    let mut rows: Vec<u32> = items.iter().map(|item| item.0).collect();
    rows.sort_unstable();
    rows.dedup();
    let rows: Vec<String> = rows.iter().map(u32::to_string).collect();
    Value::from(format!("[{}]", rows.join(",")))
}

fn facts_of(row: &Row) -> Result<ItemFacts, MySqlError> {
    Ok(ItemFacts {
        title: row.text(1)?,
        year: row.number(2)?,
        month: row.number(3)?,
        duration_minutes: row.number(4)?,
        imdb_rating: row.number::<u16>(5)?.map(|hundredths| f64::from(hundredths) / 100.0),
        imdb_num_reviews: row.number(6)?,
        n_ratings: row.count(7)?,
        description: row.text(8)?,
        storyline: row.text(9)?,
        ..ItemFacts::default()
    })
}

/// The numbers of the age groups and genders that belong to a group, as bits.
fn members(group: &Group) -> [u64; 2] {
    let ages = std::iter::once(None).chain(AgeGroup::ALL.map(Some));
    let mut bits = [0, 0];
    for age in ages {
        for gender in Gender::ALL {
            if group.holds(age, gender) {
                bits[0] |= 1 << age_number(age);
                bits[1] |= 1 << gender.code();
            }
        }
    }
    bits
}

/// The number of an age group, or of none, in the database.
pub(super) fn age_number(age: Option<AgeGroup>) -> u64 {
    (Groups::cell(age, Gender::Unknown) / Gender::CODES) as u64
}
