use std::collections::HashMap;

use usher_bundle::compare_ids;
use usher_protocol::Example;

/// What a reader gives: everything as it stands in the files.
#[derive(Debug)]
pub(crate) struct Dataset {
    /// Name for people.
    pub(crate) name: String,
    /// Kind of dataset, in words.
    pub(crate) from: &'static str,
    /// What people should know of it.
    pub(crate) note: Option<String>,
    /// Questions to begin with.
    pub(crate) examples: Vec<Example>,
    pub(crate) items: ById<RawItem>,
    pub(crate) users: ById<RawUser>,
    pub(crate) interactions: Vec<RawInteraction>,
    /// Some file has ratings; without any, an interaction is a like.
    pub(crate) has_ratings: bool,
    /// A metadata table stands beside the item file.
    pub(crate) has_table: bool,
}

impl Dataset {
    pub(crate) fn new(name: String, from: &'static str) -> Self {
        Self {
            name,
            from,
            note: None,
            examples: Vec::new(),
            items: ById::default(),
            users: ById::default(),
            interactions: Vec::new(),
            has_ratings: false,
            has_table: false,
        }
    }
}

/// Things by id, in the order of first use.
#[derive(Debug)]
pub(crate) struct ById<T> {
    places: HashMap<String, u32>,
    entries: Vec<(String, T)>,
}

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self { places: HashMap::new(), entries: Vec::new() }
    }
}

impl<T: Default> ById<T> {
    /// The place of an id, new or not.
    pub(crate) fn place(&mut self, id: &str) -> u32 {
        if let Some(place) = self.places.get(id) {
            return *place;
        }
        let place = self.entries.len() as u32;
        self.places.insert(id.to_owned(), place);
        self.entries.push((id.to_owned(), T::default()));
        place
    }

    /// The thing of an id, new or not.
    pub(crate) fn entry(&mut self, id: &str) -> &mut T {
        let place = self.place(id) as usize;
        &mut self.entries[place].1
    }

    /// Hands each thing to `change`.
    pub(crate) fn each(&mut self, change: impl FnMut(&mut T)) {
        self.entries.iter_mut().map(|(_, thing)| thing).for_each(change);
    }

    /// The things in the order of their ids, and for each place its row there.
    pub(crate) fn into_rows(self) -> (Vec<(String, T)>, Vec<u32>) {
        let mut sorted: Vec<(u32, (String, T))> = (0..).zip(self.entries).collect();
        sorted.sort_by(|(_, (a, _)), (_, (b, _))| compare_ids(a, b));
        let mut rows = vec![0; sorted.len()];
        for ((place, _), row) in sorted.iter().zip(0..) {
            rows[*place as usize] = row;
        }
        (sorted.into_iter().map(|(_, entry)| entry).collect(), rows)
    }
}

/// What the sources say of an item.
#[derive(Debug, Default)]
pub(crate) struct RawItem {
    /// What the item file says; `None` if the item has no row there.
    pub(crate) listed: Option<Facts>,
    /// What the metadata table says; `None` if the item has no row there.
    pub(crate) table: Option<Facts>,
}

/// What one source says of an item. Empty is missing.
#[derive(Debug, Default, Clone)]
pub(crate) struct Facts {
    pub(crate) title: String,
    /// A year or an ISO date.
    pub(crate) date: String,
    pub(crate) month: String,
    pub(crate) genres: Vec<String>,
    pub(crate) directors: Vec<String>,
    pub(crate) producers: Vec<String>,
    pub(crate) actors: Vec<String>,
    pub(crate) country: String,
    pub(crate) duration: String,
    pub(crate) age_rating: String,
    pub(crate) imdb_rating: String,
    pub(crate) imdb_num_reviews: String,
    pub(crate) description: String,
    pub(crate) storyline: String,
}

/// What the user file says.
#[derive(Debug, Default)]
pub(crate) struct RawUser {
    /// The user has a row there.
    pub(crate) listed: bool,
    pub(crate) age: String,
    pub(crate) gender: String,
    pub(crate) occupation: String,
}

/// One interaction. User and item are places in [`ById`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawInteraction {
    pub(crate) user: u32,
    pub(crate) item: u32,
    pub(crate) rating: f32,
    /// Unix time in seconds.
    pub(crate) time: Option<i64>,
}
