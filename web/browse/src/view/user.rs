use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::{Value, json};
use usher_protocol::{Id, readable};
use usher_web_parts::genre::hue;
use usher_web_parts::item::Item;
use usher_web_parts::quantity::{counted, plain};

use super::ask;
use super::grid::{GET, grid};
use super::later::later;
use crate::chart::{Bar, bars, columns};
use crate::tools::Host;

/// Of a history, as much as the tool tells at once.
const HISTORY: usize = 100;
/// Cards of it.
const CARDS: usize = 12;
/// Genres that a chart shows.
const GENRES: usize = 8;

/// An item of a history, or one that is recommended.
#[derive(Debug, Clone)]
struct Row {
    item_id: Id,
    rating: Option<f64>,
    date: Option<String>,
    fit: Option<f64>,
}

readable!(struct Row { item_id, rating, date, fit });

/// A history: how long it is, and its newest part.
struct History {
    count: u64,
    rows: Vec<(Row, Item)>,
}

/// A user: who they are, what fits them, and what they have watched.
pub(super) fn user(host: Host, id: &Id) -> AnyView {
    let (who, recommended, history) = (who(host, id), recommended(host, id), history(host, id));
    view! {
        <section class="browse" aria-labelledby="browse-title">
            <h2 id="browse-title">{format!("User {id}")}</h2>
            {later(who, |who: &String| view! { <p data-testid="who">{who.clone()}</p> }.into_any())}
            <ul class="asks" aria-label="Ask about this user">
                {ask(host, format!("Recommend some movies to user {id}"))}
                {ask(host, format!("What has user {id} watched?"))}
                {ask(host, format!("User {id} is sad, what could we offer?"))}
            </ul>
            <h3>"Recommended"</h3>
            {later(recommended, |rows: &Vec<(Row, Item)>| {
                let note = |row: &Row| row.fit.map(|fit| format!("fit {}", plain(fit)));
                grid(rows.iter().map(|(row, item)| (item.clone(), note(row))).collect(), "Recommended items")
            })}
            {later(history, draw)}
        </section>
    }
    .into_any()
}

fn draw(History { count, rows }: &History) -> AnyView {
    let note = |row: &Row| {
        let rating = row.rating.map(|rating| format!("rated {}", plain(rating)));
        let parts: Vec<String> = rating.into_iter().chain(row.date.clone()).collect();
        Some(parts.join(", "))
    };
    let cards = rows.iter().take(CARDS).map(|(row, item)| (item.clone(), note(row))).collect();
    let told = match rows.len() as u64 {
        told if told < *count => {
            format!("{}; the charts show the newest {told}.", counted(*count, "rating"))
        }
        _ => format!("{}.", counted(*count, "rating")),
    };
    view! {
        <h3>"Taste"</h3>
        <p class="quiet">{told}</p>
        <div class="charts">
            {bars("Genres, with the mean rating", &by_genre(rows))}
            {columns("Items by year of release", &by_decade(rows))}
            {columns("Ratings by month", &by_month(rows))}
        </div>
        <h3>"Watched last"</h3>
        {grid(cards, "Watched last")}
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
        said: format!("{n}, rated {}", plain((sum / f64::from(n) * 10.0).round() / 10.0)),
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
    counts.into_iter().map(|(decade, n)| column(format!("{decade}s"), n)).collect()
}

fn by_month(rows: &[(Row, Item)]) -> Vec<Bar> {
    let months = rows.iter().filter_map(|(row, _)| row.date.as_deref()?.get(..7));
    counts(months).into_iter().map(|(month, n)| column(month.to_owned(), n)).collect()
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

fn who(host: Host, id: &Id) -> impl Future<Output = Result<String, String>> + 'static {
    let asked = json!({"user": id, "get": ["age", "age_category", "gender", "occupation"]});
    async move {
        let data = host.tool("get_user_metadata", asked).await?.data;
        let known = ["age", "age_category", "gender", "occupation"].iter().filter_map(|name| {
            match data.get(name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(age) => Some(format!("{age} years old")),
                _ => None,
            }
        });
        Ok(known.collect::<Vec<_>>().join(" · "))
    }
}

fn recommended(
    host: Host,
    id: &Id,
) -> impl Future<Output = Result<Vec<(Row, Item)>, String>> + 'static {
    let asked = json!({"user": id, "k": 6});
    async move { with_items(host, host.tool("get_top_k_recommendations", asked).await?.items()).await }
}

fn history(host: Host, id: &Id) -> impl Future<Output = Result<History, String>> + 'static {
    let asked = json!({"user": id, "k": HISTORY});
    async move {
        let done = host.tool("get_interacted_items", asked).await?;
        let count = done.data.get("count").and_then(Value::as_u64).unwrap_or_default();
        Ok(History { count, rows: with_items(host, done.items()).await? })
    }
}

async fn with_items(host: Host, rows: Vec<Row>) -> Result<Vec<(Row, Item)>, String> {
    let ids: Vec<Id> = rows.iter().map(|row| row.item_id.clone()).collect();
    let items = host.items(&ids, &GET).await?;
    let of = |id: &Id| items.iter().find(|item| item.item_id == *id).cloned();
    Ok(rows.into_iter().filter_map(|row| Some((row.clone(), of(&row.item_id)?))).collect())
}
