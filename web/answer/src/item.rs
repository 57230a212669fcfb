//! Items as the tools tell of them.

use serde_json::Value;
use usher_protocol::{FromJson, Id, ToolResult, readable};

/// What `get_item_metadata` tells of one item; what was not asked or is not known
/// is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// As the tools know it.
    pub item_id: Id,
    /// Without the year.
    pub title: Option<String>,
    /// Year.
    pub release_date: Option<u32>,
    /// Minutes.
    pub duration: Option<u32>,
    /// In the order of the catalogue.
    pub genres: Option<Vec<String>>,
    /// Names.
    pub director: Option<Vec<String>>,
    /// Names: writers where those are what is known.
    pub producer: Option<Vec<String>>,
    /// Names, the leading first.
    pub actors: Option<Vec<String>>,
    /// Of production.
    pub country: Option<String>,
    /// As written: PG-13.
    pub age_rating: Option<String>,
    /// From 0 to 10.
    pub imdb_rating: Option<f64>,
    /// One sentence.
    pub description: Option<String>,
    /// A few sentences.
    pub storyline: Option<String>,
}

readable!(struct Item {
    item_id, title, release_date, duration, genres, director, producer, actors, country,
    age_rating, imdb_rating, description, storyline
});

impl Item {
    /// The title; of an item without one, its id.
    pub fn name(&self) -> String {
        self.title.clone().unwrap_or_else(|| format!("Item {}", self.item_id))
    }

    /// The title, with the year where it is known.
    pub fn titled(&self) -> String {
        let title = self.name();
        match self.release_date {
            Some(year) => format!("{title} ({year})"),
            None => title,
        }
    }

    /// Genres; none where they are not known.
    pub fn genres(&self) -> &[String] {
        self.genres.as_deref().unwrap_or_default()
    }
}

/// The items that a successful result's data lists under `items`, each parsed; those
/// of another form are left out.
pub fn listed<T: FromJson>(result: &ToolResult) -> Vec<T> {
    result
        .data()
        .and_then(|data| data.get("items"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| T::from_json(item.clone()).ok())
        .collect()
}
