//! Which items fulfil conditions, by index where there is one.

use usher_bundle::sections::ArchivedCatalog;
use usher_bundle::{ArchivedColumn, ItemRow};

use crate::filter::{Bounds, Conditions, Match};

/// Per name of each column, the items that bear it.
#[derive(Debug)]
pub(super) struct Filter {
    actors: Postings,
    directors: Postings,
    producers: Postings,
    genres: Postings,
    countries: Postings,
    age_ratings: Postings,
}

/// Per name of a column, the rows that hold it, rising.
#[derive(Debug)]
struct Postings {
    offsets: Vec<usize>,
    rows: Vec<ItemRow>,
}

impl Postings {
    fn of(column: &ArchivedColumn) -> Self {
        let mut offsets = vec![0; column.names.len() + 1];
        for name in column.rows.values.iter() {
            if let Some(count) = offsets.get_mut(name.to_native() as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut next = offsets.clone();
        let mut rows = vec![ItemRow(0); sum];
        for row in 0..column.rows.rows() {
            for name in column.rows.row(row) {
                if let Some(at) = next.get_mut(name.to_native() as usize)
                    && let Some(place) = rows.get_mut(*at)
                {
                    *place = ItemRow(row as u32);
                    *at += 1;
                }
            }
        }
        Self { offsets, rows }
    }

    fn rows(&self, name: u32) -> &[ItemRow] {
        let name = name as usize;
        match (self.offsets.get(name), self.offsets.get(name + 1)) {
            (Some(start), Some(end)) => self.rows.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }
}

impl Filter {
    pub(super) fn new(catalog: &ArchivedCatalog) -> Self {
        Self {
            actors: Postings::of(&catalog.actors),
            directors: Postings::of(&catalog.directors),
            producers: Postings::of(&catalog.producers),
            genres: Postings::of(&catalog.genres),
            countries: Postings::of(&catalog.countries),
            age_ratings: Postings::of(&catalog.age_ratings),
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
        let lists: Vec<Vec<ItemRow>> = [
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
            let bearing = names
                .iter()
                .map(|name| column.place(name).map_or(&[][..], |place| postings.rows(place)));
            match matching {
                Match::All => in_all(bearing),
                Match::Any => in_any(bearing),
            }
        })
        .collect();
        let shortest = lists.iter().min_by_key(|list| list.len());
        let Some(mut rows) = shortest.cloned() else {
            return catalog.rows().filter(|row| numbers_hold(conditions, catalog, *row)).collect();
        };
        rows.retain(|row| lists.iter().all(|list| list.binary_search(row).is_ok()));
        rows.retain(|row| numbers_hold(conditions, catalog, *row));
        rows
    }
}

/// Rows that are in all lists.
fn in_all<'a>(lists: impl Iterator<Item = &'a [ItemRow]>) -> Vec<ItemRow> {
    let lists: Vec<&[ItemRow]> = lists.collect();
    let shortest = lists.iter().min_by_key(|list| list.len()).copied().unwrap_or_default();
    let in_all = |row: &ItemRow| lists.iter().all(|list| list.binary_search(row).is_ok());
    let mut rows: Vec<ItemRow> = shortest.iter().copied().filter(in_all).collect();
    rows.dedup();
    rows
}

/// Rows that are in any list.
fn in_any<'a>(lists: impl Iterator<Item = &'a [ItemRow]>) -> Vec<ItemRow> {
    let mut rows: Vec<ItemRow> = lists.flatten().copied().collect();
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
        && conditions.month.is_none_or(|month| catalog.month(row) == Some(month))
}
