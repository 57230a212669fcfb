//! The items of a dataset alone: read as for a bundle, and written as `items.csv`.

use crate::InputFile;
use crate::clean::{self, Item};
use crate::error::PackError;
use crate::progress::Progress;
use crate::read::{self, Wanted};
use crate::report::{Log, Report};

/// The items of a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemsRead {
    /// The catalogue's name, for people.
    pub name: String,
    /// In the order of their ids.
    pub items: Vec<Item>,
    /// What was read, cleaned and left out.
    pub report: Report,
}

/// Reads and cleans the items of a dataset, in any of the forms that [`pack`](crate::pack)
/// reads. Users and interactions need not be there.
///
/// # Errors
/// No dataset among the files, or no file of items in it.
pub fn read_items(
    files: Vec<InputFile>,
    progress: &mut dyn FnMut(Progress),
) -> Result<ItemsRead, PackError> {
    let mut log = Log::new(false);
    let dataset = read::read(files, Wanted::Items, &mut log, progress)?;
    let (items, _) = clean::clean_items(dataset.items, dataset.has_table, &mut log);
    let counts = usher_bundle::Counts { items: items.len() as u64, ..Default::default() };
    Ok(ItemsRead { name: dataset.name, items, report: log.into_report(counts, None) })
}

/// The columns of `items.csv`, in the order in which they are written.
pub(crate) const ITEM_COLUMNS: [&str; 15] = [
    "item_id",
    "title",
    "release_date",
    "release_month",
    "genres",
    "director",
    "producer",
    "actors",
    "country",
    "duration",
    "age_rating",
    "imdb_rating",
    "imdb_num_reviews",
    "description",
    "storyline",
];

/// Items as `items.csv`: read again, they are the same.
///
/// # Errors
/// None for memory; the writer's own.
pub fn items_csv(items: &[Item]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(ITEM_COLUMNS)?;
    for item in items {
        let number = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
        let list = |names: &[String]| names.join("|");
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let rating = item.imdb_rating_hundredths.map_or_else(String::new, |hundredths| {
            format!("{}.{:02}", hundredths / 100, hundredths % 100)
        });
        writer.write_record([
            item.id.clone(),
            item.title.clone(),
            number(item.year.map(u32::from)),
            number(item.month.map(u32::from)),
            list(&item.genres),
            list(&item.directors),
            list(&item.producers),
            list(&item.actors),
            text(&item.country),
            number(item.duration_minutes.map(u32::from)),
            text(&item.age_rating),
            rating,
            number(item.imdb_num_reviews),
            item.description.clone(),
            item.storyline.clone(),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
