use leptos::prelude::*;
use serde_json::{Value, json};
use usher_protocol::Id;
use usher_web_answer::item::Item;
use usher_web_answer::quantity::{counted, plain};

use super::ask;
use super::grid::{GET, grid};
use super::later::later;
use super::taste::{Row, taste};
use crate::tools::Host;
use usher_web_answer::words::{filled, t};

/// Of a history, as much as the tool tells at once.
const HISTORY: usize = 100;
/// Cards of it.
const CARDS: usize = 12;

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
            <h2 id="browse-title">{filled("User {0}", &[&id.to_string()])}</h2>
            {later(who, |who: &String| view! { <p data-testid="who">{who.clone()}</p> }.into_any())}
            <ul class="asks" aria-label=t("Ask about this user")>
                {ask(host, format!("Recommend some movies to user {id}"))}
                {ask(host, format!("What has user {id} watched?"))}
                {ask(host, format!("User {id} is sad, what could we offer?"))}
            </ul>
            <h3>{t("Recommended")}</h3>
            {later(recommended, |rows: &Vec<(Row, Item)>| {
                let note = |row: &Row| row.fit.map(|fit| filled("fit {0}", &[&plain(fit)]));
                grid(rows.iter().map(|(row, item)| (item.clone(), note(row))).collect(), &t("Recommended items"))
            })}
            {later(history, draw)}
        </section>
    }
    .into_any()
}

fn draw(History { count, rows }: &History) -> AnyView {
    let note = |row: &Row| {
        let rating = row.rating.map(|rating| filled("rated {0}", &[&plain(rating)]));
        let parts: Vec<String> = rating.into_iter().chain(row.date.clone()).collect();
        Some(parts.join(", "))
    };
    let cards = rows.iter().take(CARDS).map(|(row, item)| (item.clone(), note(row))).collect();
    let told = match rows.len() as u64 {
        told if told < *count => filled(
            "{0}; the charts show the newest {1}.",
            &[&counted(*count, "rating"), &told.to_string()],
        ),
        _ => format!("{}.", counted(*count, "rating")),
    };
    view! {
        <h3>{t("Taste")}</h3>
        <p class="quiet">{told}</p>
        <div class="charts">{taste(rows)}</div>
        <h3>{t("Watched last")}</h3>
        {grid(cards, &t("Watched last"))}
    }
    .into_any()
}

fn who(host: Host, id: &Id) -> impl Future<Output = Result<String, String>> + 'static {
    let asked = json!({"user": id, "get": ["age", "age_category", "gender", "occupation"]});
    async move {
        let data = host.tool("get_user_metadata", asked).await?.data;
        let known = ["age", "age_category", "gender", "occupation"].iter().filter_map(|name| {
            match data.get(name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(age) => Some(filled("{0} years old", &[&age.to_string()])),
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
