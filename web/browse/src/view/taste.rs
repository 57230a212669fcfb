//! What a history says of a taste.

use std::collections::BTreeMap;

use leptos::prelude::*;
use usher_protocol::{Id, readable};
use usher_web_answer::item::Item;
use usher_web_answer::quantity::plain;
use usher_web_parts::genre::hue;

use crate::chart::{Bar, Numbers, bars, columns};
use usher_web_answer::words::{filled, t};

/// Genres that a chart shows.
const GENRES: usize = 8;

/// Months that are shown one beside the other.
const MONTHS: i32 = 60;

/// An item of a history, or one that is recommended.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) item_id: Id,
    pub(crate) rating: Option<f64>,
    pub(crate) date: Option<String>,
    pub(crate) fit: Option<f64>,
}

readable!(struct Row { item_id, rating, date, fit });

/// Charts of a history: its genres, and how it lies in time.
pub(crate) fn taste(rows: &[(Row, Item)]) -> AnyView {
    view! {
        {bars(&t("Genres, with the mean rating"), &by_genre(rows), Numbers::Behind)}
        {columns(&t("Items by year of release"), &by_decade(rows), Numbers::Behind)}
        {columns(&t("Ratings by month"), &by_month(rows), Numbers::Behind)}
    }
    .into_any()
}

fn by_genre(rows: &[(Row, Item)]) -> Vec<Bar> {
    let mut sums: BTreeMap<&str, (u32, f64)> = BTreeMap::new();
    for (row, item) in rows {
        for genre in item.genres() {
            let (n, sum) = sums.entry(genre).or_default();
            *n += 1;
            *sum += row.rating.unwrap_or_default();
        }
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, (n, _))| std::cmp::Reverse(*n));
    sums.truncate(GENRES);
    let bar = |(genre, (n, sum)): (&str, (u32, f64))| Bar {
        label: genre.to_owned(),
        value: f64::from(n),
        said: filled(
            "{0}, rated {1}",
            &[&n.to_string(), &plain((sum / f64::from(n) * 10.0).round() / 10.0)],
        ),
        hue: Some(hue(genre)),
    };
    sums.into_iter().map(bar).collect()
}

fn by_decade(rows: &[(Row, Item)]) -> Vec<Bar> {
    let decades = rows.iter().filter_map(|(_, item)| Some(item.release_date? / 10 * 10));
    let mut counts = counts(decades);
    if let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) {
        for decade in (*first..=*last).step_by(10) {
            counts.entry(decade).or_default();
        }
    }
    counts
        .into_iter()
        .map(|(decade, n)| column(filled("{0}s", &[&decade.to_string()]), n))
        .collect()
}

fn by_month(rows: &[(Row, Item)]) -> Vec<Bar> {
    let month = |row: &Row| {
        let (year, rest) = row.date.as_deref()?.split_once('-')?;
        let month: i32 = rest.get(..2)?.parse().ok()?;
        Some(year.parse::<i32>().ok()?.checked_mul(12)? + month - 1)
    };
    let mut counts = counts(rows.iter().filter_map(|(row, _)| month(row)));
    if let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) {
        let between = *first..=*last;
        // Of a history over decades, months without a rating would be all that is seen.
        if last - first < MONTHS {
            for month in between {
                counts.entry(month).or_default();
            }
        }
    }
    let label = |month: i32| format!("{}-{:02}", month / 12, month % 12 + 1);
    counts.into_iter().map(|(month, n)| column(label(month), n)).collect()
}

fn counts<T: Ord>(values: impl Iterator<Item = T>) -> BTreeMap<T, u32> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

fn column(label: String, n: u32) -> Bar {
    Bar { label, value: f64::from(n), said: n.to_string(), hue: None }
}
