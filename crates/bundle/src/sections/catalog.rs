use rkyv::string::ArchivedString;
use rkyv::vec::ArchivedVec;
use rkyv::{Archive, Serialize};

use super::same_rows;
use crate::ids::{ItemRow, UserRow, compare_ids};
use crate::lists::{ArchivedColumn, Column};
use crate::section::Check;

/// A missing value in a column of bytes.
pub const MISSING_U8: u8 = u8::MAX;
/// A missing value in a column of 16-bit numbers.
pub const MISSING_U16: u16 = u16::MAX;
/// A missing value in a column of 32-bit numbers.
pub const MISSING_U32: u32 = u32::MAX;

/// The items as columns, and the users. Rows stand in the order of
/// [`compare_ids`].
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Catalog {
    /// External ids.
    pub item_ids: Vec<String>,
    /// Titles as people say them, without the year ("The Godfather"); empty if unknown.
    pub titles: Vec<String>,
    /// Year of release, or [`MISSING_U16`].
    pub years: Vec<u16>,
    /// Month of release, 1–12, or [`MISSING_U8`].
    pub months: Vec<u8>,
    /// Length in minutes, or [`MISSING_U16`].
    pub durations_minutes: Vec<u16>,
    /// IMDb rating in hundredths, 0–1000, or [`MISSING_U16`].
    pub imdb_ratings_hundredths: Vec<u16>,
    /// Number of IMDb reviews, or [`MISSING_U32`].
    pub imdb_num_reviews: Vec<u32>,
    /// Number of ratings in the interactions.
    pub n_ratings: Vec<u32>,
    /// Genres.
    pub genres: Column,
    /// Directors.
    pub directors: Column,
    /// Producers or writers.
    pub producers: Column,
    /// Actors, leading ones first.
    pub actors: Column,
    /// Country: at most one a row.
    pub countries: Column,
    /// Age rating ("PG-13"): at most one a row.
    pub age_ratings: Column,
    /// The users.
    pub users: Users,
}

/// The users as columns.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Users {
    /// External ids.
    pub ids: Vec<String>,
    /// Age in years, or [`MISSING_U8`].
    pub ages: Vec<u8>,
    /// [`Gender`] as a number.
    pub genders: Vec<u8>,
    /// Occupation: at most one a row.
    pub occupations: Column,
    /// How many items each has rated.
    pub n_ratings: Vec<u32>,
}

/// Gender of a user, as far as the dataset tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Not told.
    Unknown,
    /// Male.
    Male,
    /// Female.
    Female,
    /// Told, and neither.
    Other,
}

impl Gender {
    /// The number in the column.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Male => 1,
            Self::Female => 2,
            Self::Other => 3,
        }
    }

    /// All genders.
    pub const ALL: [Self; Self::CODES] = [Self::Unknown, Self::Male, Self::Female, Self::Other];
    /// Number of codes.
    pub const CODES: usize = 4;

    fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Male,
            2 => Self::Female,
            3 => Self::Other,
            _ => Self::Unknown,
        }
    }
}

impl ArchivedCatalog {
    /// The columns of names: actors, directors, producers, genres, countries, age ratings.
    #[must_use]
    pub fn name_columns(&self) -> [&ArchivedColumn; 6] {
        [
            &self.actors,
            &self.directors,
            &self.producers,
            &self.genres,
            &self.countries,
            &self.age_ratings,
        ]
    }

    /// Number of items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.item_ids.len()
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = ItemRow> + use<> {
        (0..self.item_ids.len() as u32).map(ItemRow)
    }

    /// The row of an external id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<ItemRow> {
        find(&self.item_ids, id).map(ItemRow)
    }

    /// The external id of a row.
    #[must_use]
    pub fn item_id(&self, row: ItemRow) -> &str {
        text(&self.item_ids, row.index())
    }

    /// The title, without the year.
    #[must_use]
    pub fn title(&self, row: ItemRow) -> Option<&str> {
        Some(text(&self.titles, row.index())).filter(|title| !title.is_empty())
    }

    /// Year of release.
    #[must_use]
    pub fn year(&self, row: ItemRow) -> Option<u16> {
        self.years.get(row.index()).map(|year| year.to_native()).filter(|year| *year != MISSING_U16)
    }

    /// Month of release, 1–12.
    #[must_use]
    pub fn month(&self, row: ItemRow) -> Option<u8> {
        self.months.get(row.index()).copied().filter(|month| *month != MISSING_U8)
    }

    /// Length in minutes.
    #[must_use]
    pub fn duration_minutes(&self, row: ItemRow) -> Option<u16> {
        self.durations_minutes
            .get(row.index())
            .map(|minutes| minutes.to_native())
            .filter(|minutes| *minutes != MISSING_U16)
    }

    /// IMDb rating, 0–10.
    #[must_use]
    pub fn imdb_rating(&self, row: ItemRow) -> Option<f64> {
        self.imdb_ratings_hundredths
            .get(row.index())
            .map(|rating| rating.to_native())
            .filter(|rating| *rating != MISSING_U16)
            .map(|hundredths| f64::from(hundredths) / 100.0)
    }

    /// Number of IMDb reviews.
    #[must_use]
    pub fn imdb_num_reviews(&self, row: ItemRow) -> Option<u32> {
        self.imdb_num_reviews
            .get(row.index())
            .map(|reviews| reviews.to_native())
            .filter(|reviews| *reviews != MISSING_U32)
    }

    /// Number of ratings in the interactions.
    #[must_use]
    pub fn n_ratings(&self, row: ItemRow) -> u32 {
        self.n_ratings.get(row.index()).map_or(0, |count| count.to_native())
    }

    /// Country.
    #[must_use]
    pub fn country(&self, row: ItemRow) -> Option<&str> {
        self.countries.row(row.index()).next()
    }

    /// Age rating.
    #[must_use]
    pub fn age_rating(&self, row: ItemRow) -> Option<&str> {
        self.age_ratings.row(row.index()).next()
    }
}

impl ArchivedUsers {
    /// Number of users.
    #[must_use]
    pub fn n_users(&self) -> usize {
        self.ids.len()
    }

    /// The row of an external id.
    #[must_use]
    pub fn user(&self, id: &str) -> Option<UserRow> {
        find(&self.ids, id).map(UserRow)
    }

    /// The external id of a row.
    #[must_use]
    pub fn id(&self, row: UserRow) -> &str {
        text(&self.ids, row.index())
    }

    /// Age in years.
    #[must_use]
    pub fn age(&self, row: UserRow) -> Option<u8> {
        self.ages.get(row.index()).copied().filter(|age| *age != MISSING_U8)
    }

    /// Gender.
    #[must_use]
    pub fn gender(&self, row: UserRow) -> Gender {
        self.genders.get(row.index()).map_or(Gender::Unknown, |code| Gender::from_code(*code))
    }

    /// How many items a user has rated.
    #[must_use]
    pub fn n_ratings(&self, row: UserRow) -> u32 {
        self.n_ratings.get(row.index()).map_or(0, |count| count.to_native())
    }

    /// Occupation.
    #[must_use]
    pub fn occupation(&self, row: UserRow) -> Option<&str> {
        self.occupations.row(row.index()).next()
    }
}

fn text(column: &ArchivedVec<ArchivedString>, row: usize) -> &str {
    column.get(row).map_or("", |text| text.as_str())
}

fn find(ids: &ArchivedVec<ArchivedString>, id: &str) -> Option<u32> {
    ids.binary_search_by(|probe| compare_ids(probe.as_str(), id)).ok().map(|row| row as u32)
}

/// Ids rise, and are written as they are looked up: without space around them.
fn check_ids(what: &str, ids: &ArchivedVec<ArchivedString>) -> Result<(), String> {
    if !ids.is_sorted_by(|a, b| compare_ids(a, b).is_lt()) {
        return Err(format!("{what} are out of order"));
    }
    if ids.iter().any(|id| id.is_empty() || id.trim().len() != id.len()) {
        return Err(format!("one of its {what} is empty or has space around it"));
    }
    Ok(())
}

fn at_most_one(what: &str, column: &ArchivedColumn) -> Result<(), String> {
    if (0..column.rows.rows()).all(|row| column.rows.row(row).len() <= 1) {
        Ok(())
    } else {
        Err(format!("{what} has more than one value in a row"))
    }
}

impl Check for ArchivedCatalog {
    fn check(&self) -> Result<(), String> {
        let items = self.item_ids.len();
        check_ids("item ids", &self.item_ids)?;
        same_rows("titles", self.titles.len(), items)?;
        same_rows("years", self.years.len(), items)?;
        same_rows("months", self.months.len(), items)?;
        same_rows("durations", self.durations_minutes.len(), items)?;
        same_rows("IMDb ratings", self.imdb_ratings_hundredths.len(), items)?;
        same_rows("IMDb reviews", self.imdb_num_reviews.len(), items)?;
        same_rows("numbers of ratings", self.n_ratings.len(), items)?;
        if self.months.iter().any(|month| *month != MISSING_U8 && !(1..=12).contains(month)) {
            return Err("a month is not between 1 and 12".into());
        }
        for (what, column) in [
            ("genres", &self.genres),
            ("directors", &self.directors),
            ("producers", &self.producers),
            ("actors", &self.actors),
            ("countries", &self.countries),
            ("age ratings", &self.age_ratings),
        ] {
            column.check(what, items)?;
        }
        at_most_one("country", &self.countries)?;
        at_most_one("age rating", &self.age_ratings)?;
        let users = self.users.ids.len();
        check_ids("user ids", &self.users.ids)?;
        same_rows("ages", self.users.ages.len(), users)?;
        same_rows("genders", self.users.genders.len(), users)?;
        same_rows("numbers of ratings of users", self.users.n_ratings.len(), users)?;
        self.users.occupations.check("occupations", users)?;
        at_most_one("occupation", &self.users.occupations)
    }
}
