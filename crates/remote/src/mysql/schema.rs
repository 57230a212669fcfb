//! What the tables are. Their names hold the version, so that several stand side by side
//! and a reader never sees half of one.

/// The number of this form of the tables. Whatever is changed below makes it another.
pub(super) const SCHEMA: u32 = 1;

/// Which versions there are, and which are complete.
pub(super) const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS usher_versions (
    version CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    schema_number INT UNSIGNED NOT NULL,
    name TEXT NOT NULL,
    items BIGINT UNSIGNED NOT NULL,
    users BIGINT UNSIGNED NOT NULL,
    interactions BIGINT UNSIGNED NOT NULL,
    loaded BIGINT UNSIGNED NOT NULL DEFAULT 0,
    complete TINYINT UNSIGNED NOT NULL DEFAULT 0,
    loaded_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

/// The tables of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tables {
    pub(super) names: String,
    pub(super) items: String,
    pub(super) item_names: String,
    pub(super) users: String,
    pub(super) ratings: String,
}

impl Tables {
    /// The tables of a version; nothing for a text that is none, since it becomes a part
    /// of SQL.
    pub(super) fn of(version: &str) -> Option<Self> {
        let is_version = version.len() == 16
            && version.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let table = |what: &str| format!("usher_{version}_{what}");
        is_version.then(|| Self {
            names: table("names"),
            items: table("items"),
            item_names: table("item_names"),
            users: table("users"),
            ratings: table("ratings"),
        })
    }

    /// All of them, those that point to others last.
    pub(super) fn all(&self) -> [&str; 5] {
        [&self.names, &self.items, &self.item_names, &self.users, &self.ratings]
    }

    /// What makes them, in the order of [`Self::all`].
    pub(super) fn create(&self) -> [String; 5] {
        let Self { names, items, item_names, users, ratings } = self;
        [
            // The dictionaries of actors, directors, producers, genres, countries and age
            // ratings: a name has the number that it has in the bundle.
            format!(
                "CREATE TABLE IF NOT EXISTS {names} (
                    field TINYINT UNSIGNED NOT NULL,
                    name INT UNSIGNED NOT NULL,
                    text TEXT NOT NULL,
                    PRIMARY KEY (field, name)
                )"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {items} (
                    item INT UNSIGNED NOT NULL,
                    id TEXT NOT NULL,
                    title TEXT,
                    year SMALLINT UNSIGNED,
                    month TINYINT UNSIGNED,
                    duration_minutes SMALLINT UNSIGNED,
                    imdb_rating_hundredths SMALLINT UNSIGNED,
                    imdb_num_reviews INT UNSIGNED,
                    n_ratings INT UNSIGNED NOT NULL,
                    description MEDIUMTEXT,
                    storyline MEDIUMTEXT,
                    PRIMARY KEY (item),
                    KEY by_year (year),
                    KEY by_rating (imdb_rating_hundredths)
                )"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {item_names} (
                    item INT UNSIGNED NOT NULL,
                    field TINYINT UNSIGNED NOT NULL,
                    place INT UNSIGNED NOT NULL,
                    name INT UNSIGNED NOT NULL,
                    PRIMARY KEY (item, field, place),
                    KEY by_name (field, name, item),
                    FOREIGN KEY (item) REFERENCES {items} (item),
                    FOREIGN KEY (field, name) REFERENCES {names} (field, name)
                )"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {users} (
                    user INT UNSIGNED NOT NULL,
                    id TEXT NOT NULL,
                    age TINYINT UNSIGNED,
                    age_group TINYINT UNSIGNED NOT NULL,
                    gender TINYINT UNSIGNED NOT NULL,
                    occupation TEXT,
                    PRIMARY KEY (user)
                )"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {ratings} (
                    user INT UNSIGNED NOT NULL,
                    item INT UNSIGNED NOT NULL,
                    rating FLOAT NOT NULL,
                    time BIGINT,
                    PRIMARY KEY (user, item),
                    KEY by_item (item, user, rating),
                    FOREIGN KEY (user) REFERENCES {users} (user),
                    FOREIGN KEY (item) REFERENCES {items} (item)
                )"
            ),
        ]
        .map(|table| format!("{table} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_becomes_a_part_of_sql() {
        assert_eq!(Tables::of("0123456789abcdef").unwrap().users, "usher_0123456789abcdef_users");
        for text in
            ["", "0123456789ABCDEF", "0123456789abcde", "0123456789abcde`", "a; DROP TABLE x; "]
        {
            assert_eq!(Tables::of(text), None, "{text}");
        }
    }
}
