//! Items as the tools tell of them.

use serde_json::Value;
use usher_protocol::{FromJson, Id, ToolResult, readable};

/// What `get_item_metadata` tells of one item; what was not asked or is not known
/// is absent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) item_id: Id,
    pub(crate) title: Option<String>,
    /// Year.
    pub(crate) release_date: Option<u32>,
    /// Minutes.
    pub(crate) duration: Option<u32>,
    pub(crate) genres: Option<Vec<String>>,
    pub(crate) director: Option<Vec<String>>,
    pub(crate) producer: Option<Vec<String>>,
    pub(crate) actors: Option<Vec<String>>,
    pub(crate) country: Option<String>,
    pub(crate) age_rating: Option<String>,
    pub(crate) imdb_rating: Option<f64>,
    pub(crate) description: Option<String>,
    pub(crate) storyline: Option<String>,
}

readable!(struct Item {
    item_id, title, release_date, duration, genres, director, producer, actors, country,
    age_rating, imdb_rating, description, storyline
});

impl Item {
    /// The title; of an item without one, its id.
    pub(crate) fn name(&self) -> String {
        self.title.clone().unwrap_or_else(|| format!("Item {}", self.item_id))
    }

    /// The title, with the year where it is known.
    pub(crate) fn titled(&self) -> String {
        let title = self.name();
        match self.release_date {
            Some(year) => format!("{title} ({year})"),
            None => title,
        }
    }

    /// Genres; none where they are not known.
    pub(crate) fn genres(&self) -> &[String] {
        self.genres.as_deref().unwrap_or_default()
    }
}

/// The items that a successful result's data lists under `items`, each parsed; those
/// of another form are left out.
pub(crate) fn listed<T: FromJson>(result: &ToolResult) -> Vec<T> {
    result
        .data()
        .and_then(|data| data.get("items"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| T::from_json(item.clone()).ok())
        .collect()
}
