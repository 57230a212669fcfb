//! Which items fulfil conditions, by index where there is one.

use usher_bundle::sections::ArchivedCatalog;
use usher_bundle::{ArchivedColumn, ItemRow, Lists};

use crate::filter::{Bounds, Conditions, Match};

/// Per name of each column, the items that bear it.
#[derive(Debug)]
pub(super) struct Filter {
    actors: Lists,
    directors: Lists,
    producers: Lists,
    genres: Lists,
    countries: Lists,
    age_ratings: Lists,
}

/// Per name of a column, the rows that hold it, rising.
fn postings(column: &ArchivedColumn) -> Lists {
    column.rows.inverted(column.names.len(), 0..column.rows.rows() as u32)
}

impl Filter {
    pub(super) fn new(catalog: &ArchivedCatalog) -> Self {
        Self {
            actors: postings(&catalog.actors),
            directors: postings(&catalog.directors),
            producers: postings(&catalog.producers),
            genres: postings(&catalog.genres),
            countries: postings(&catalog.countries),
            age_ratings: postings(&catalog.age_ratings),
        }
    }

    /// The items of the catalogue that fulfil all conditions, rising.
    pub(super) fn select(
        &self,
        conditions: &Conditions,
        catalog: &ArchivedCatalog,
    ) -> Vec<ItemRow> {
        let country = conditions.country.as_slice();
        let age_rating = conditions.age_rating.as_slice();
        let matching = conditions.matching;
        let lists: Vec<Vec<u32>> = [
            (&self.actors, &catalog.actors, conditions.actors.as_slice(), matching),
            (&self.genres, &catalog.genres, &conditions.genres, matching),
            (&self.directors, &catalog.directors, &conditions.directors, matching),
            (&self.producers, &catalog.producers, &conditions.producers, matching),
            (&self.countries, &catalog.countries, country, Match::All),
            (&self.age_ratings, &catalog.age_ratings, age_rating, Match::All),
        ]
        .into_iter()
        .filter(|(_, _, names, _)| !names.is_empty())
        .map(|(postings, column, names, matching)| {
            let bearing = names.iter().map(|name| {
                column.place(name).map_or(&[][..], |place| postings.row(place as usize))
            });
            match matching {
                Match::All => in_all(bearing),
                Match::Any => in_any(bearing),
            }
        })
        .collect();
        let shortest = lists.iter().min_by_key(|list| list.len());
        let Some(rows) = shortest else {
            return catalog.rows().filter(|row| numbers_hold(conditions, catalog, *row)).collect();
        };
        let in_all = |row: &u32| lists.iter().all(|list| list.binary_search(row).is_ok());
        let rows = rows.iter().copied().filter(in_all).map(ItemRow);
        rows.filter(|row| numbers_hold(conditions, catalog, *row)).collect()
    }
}

/// Rows that are in all lists.
fn in_all<'a>(lists: impl Iterator<Item = &'a [u32]>) -> Vec<u32> {
    let lists: Vec<&[u32]> = lists.collect();
    let shortest = lists.iter().min_by_key(|list| list.len()).copied().unwrap_or_default();
    let in_all = |row: &u32| lists.iter().all(|list| list.binary_search(row).is_ok());
    let mut rows: Vec<u32> = shortest.iter().copied().filter(in_all).collect();
    rows.dedup();
    rows
}

/// Rows that are in any list.
fn in_any<'a>(lists: impl Iterator<Item = &'a [u32]>) -> Vec<u32> {
    let mut rows: Vec<u32> = lists.flatten().copied().collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn numbers_hold(conditions: &Conditions, catalog: &ArchivedCatalog, row: ItemRow) -> bool {
    let number = |bounds: Option<Bounds>, value: Option<f64>| {
        bounds.is_none_or(|bounds| value.is_some_and(|value| bounds.hold(value)))
    };
    number(conditions.year, catalog.year(row).map(f64::from))
        && number(conditions.duration_minutes, catalog.duration_minutes(row).map(f64::from))
        && number(conditions.imdb_rating, catalog.imdb_rating(row))
        && number(conditions.month, catalog.month(row).map(f64::from))
}
