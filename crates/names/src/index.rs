//! The index of a catalogue's names, made when the catalogue is packed.

use std::collections::{BTreeMap, BTreeSet};

use usher_bundle::sections::{Catalog, NameIndex, NameWords, TitleForms};
use usher_bundle::{Column, Lists};

use crate::normalise::normalise;
use crate::titles::{forms, without_article};

/// Indexes the names and titles of a catalogue.
#[must_use]
pub fn index(catalog: &Catalog) -> NameIndex {
    NameIndex {
        actors: name_words(&catalog.actors),
        directors: name_words(&catalog.directors),
        producers: name_words(&catalog.producers),
        genres: name_words(&catalog.genres),
        countries: name_words(&catalog.countries),
        age_ratings: name_words(&catalog.age_ratings),
        titles: title_forms(&catalog.titles, &catalog.n_ratings),
    }
}

fn name_words(column: &Column) -> NameWords {
    let normal: Vec<String> = column.names.iter().map(|name| normalise(name)).collect();
    let words: Vec<String> = normal
        .iter()
        .flat_map(|name| words_of(name))
        .collect::<BTreeSet<String>>()
        .into_iter()
        .collect();
    let place = |word: String| words.binary_search(&word).map_or(0, |at| at as u32);
    let names: Lists =
        normal.iter().map(|name| words_of(name).map(place).collect::<Vec<u32>>()).collect();
    let letters: Vec<String> = normal.iter().map(|name| name.replace(' ', "")).collect();
    let mut by_letters: Vec<u32> = (0..normal.len() as u32).collect();
    by_letters.sort_by_key(|name| letters.get(*name as usize));
    NameWords { words, names, by_letters }
}

fn words_of(normal: &str) -> impl Iterator<Item = String> {
    normal.split(' ').filter(|word| !word.is_empty()).map(str::to_owned)
}

/// Per form, the items of which it is the whole title, the title without an
/// article, and the title without what follows a colon.
type Rows = [Vec<u32>; 3];

fn title_forms(titles: &[String], n_ratings: &[u32]) -> TitleForms {
    let mut by_form: BTreeMap<String, Rows> = BTreeMap::new();
    let mut add = |form: String, kind: usize, row: u32| {
        if form.is_empty() {
            return;
        }
        if let Some(rows) = by_form.entry(form).or_default().get_mut(kind)
            && rows.last() != Some(&row)
        {
            rows.push(row);
        }
    };
    for (title, row) in titles.iter().zip(0..) {
        for form in forms(title) {
            let bare = without_article(&form).unwrap_or(&form).to_owned();
            add(bare, 1, row);
            add(form, 0, row);
        }
        if let Some((head, _)) = title.split_once(':') {
            add(normalise(head), 2, row);
        }
    }
    let rated = |row: u32| n_ratings.get(row as usize).copied().unwrap_or_default();
    for rows in by_form.values_mut().flatten() {
        rows.sort_by_key(|row| (std::cmp::Reverse(rated(*row)), *row));
    }
    let list = |kind: usize| -> Lists {
        by_form.values().map(|rows| rows.get(kind).map_or(&[][..], Vec::as_slice)).collect()
    };
    TitleForms {
        whole: list(0),
        bare: list(1),
        short: list(2),
        forms: by_form.into_keys().collect(),
    }
}
