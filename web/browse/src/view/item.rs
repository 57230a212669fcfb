use leptos::prelude::*;
use serde_json::{Value, json};
use usher_protocol::Id;
use usher_web_answer::item::Item;
use usher_web_answer::quantity::plain;
use usher_web_parts::poster::poster;

use super::ask;
use super::grid::{GET, genres, grid};
use super::later::later;
use crate::chart::{Bar, Numbers, bars};
use crate::tools::Host;
use usher_web_answer::words::{filled, t};

/// Everything that can be told of an item.
const ALL: [&str; 12] = [
    "title",
    "description",
    "genres",
    "director",
    "producer",
    "duration",
    "release_date",
    "country",
    "actors",
    "age_rating",
    "imdb_rating",
    "storyline",
];
/// The groups of an audience: as the tool calls them, and as people do.
const AGES: [(&str, &str); 5] = [
    ("kid", "to 12"),
    ("teenager", "13 to 19"),
    ("young_adult", "20 to 30"),
    ("adult", "31 to 60"),
    ("senior", "from 61"),
];
const GENDERS: [(&str, &str); 2] = [("female", "women"), ("male", "men")];
/// Similar items that are shown.
const SIMILAR: usize = 6;

/// An item: its facts, what is like it, and who watches it.
pub(super) fn item(host: Host, id: Id) -> AnyView {
    let found = async move { host.items(&[id], &ALL).await?.pop().ok_or_else(String::new) };
    let draw = move |item: &Item| {
        let (similar, audience, liked) =
            (similar(host, item.clone()), audience(host, item.item_id.clone()), liked(host, item));
        let title = item.titled();
        view! {
            {facts(item)}
            <ul class="asks" aria-label=t("Ask about it")>
                {ask(host, format!("Recommend movies similar to {title}"))}
                {ask(host, format!("What share of users would like {}?", item.name()))}
            </ul>
            {later(liked, |said: &String| view! { <p data-testid="liked">{said.clone()}</p> }.into_any())}
            {later(audience, |(ages, genders): &(Vec<Bar>, Vec<Bar>)| view! {
                <div class="charts">
                    {bars(&t("Ratings by age"), ages, Numbers::Behind)} {bars(&t("Ratings by gender"), genders, Numbers::Behind)}
                </div>
            }.into_any())}
            <h3>{t("Similar")}</h3>
            {later(similar, |items: &Vec<Item>| {
                grid(items.iter().map(|item| (item.clone(), None)).collect(), &t("Similar items"))
            })}
        }
        .into_any()
    };
    view! {
        <section class="browse" aria-label=t("Item")>
            {later(found, draw)}
        </section>
    }
    .into_any()
}

fn facts(item: &Item) -> AnyView {
    let names = |names: &Option<Vec<String>>| names.as_ref().map(|names| names.join(", "));
    let facts = [
        ("Director", names(&item.director)),
        ("With", names(&item.actors)),
        ("Writers and producers", names(&item.producer)),
        ("Country", item.country.clone()),
        ("Minutes", item.duration.map(|minutes| minutes.to_string())),
        ("Age rating", item.age_rating.clone()),
        ("IMDb rating", item.imdb_rating.map(plain)),
        ("Id", Some(item.item_id.to_string())),
    ];
    let facts = facts.into_iter().filter_map(|(label, fact)| {
        let fact = fact?;
        let told = view! {
            <dt>{t(label)}</dt>
            <dd>{fact}</dd>
        };
        Some(told.into_any())
    });
    view! {
        <div class="item-face">
            {poster(item)}
            <div>
                <h2>{item.titled()}</h2>
                {genres(item)}
                <dl>{facts.collect_view()}</dl>
            </div>
        </div>
        {item.description.clone().map(|text| view! { <p>{text}</p> })}
        {item.storyline.clone().map(|text| view! { <p class="storyline">{text}</p> })}
    }
    .into_any()
}

/// The items whose texts are nearest to this one's, genres included.
async fn similar(host: Host, item: Item) -> Result<Vec<Item>, String> {
    let story = [item.description.clone(), item.storyline.clone()];
    let mut text = item.genres().join(" ");
    if story.iter().all(Option::is_none) {
        text = format!("{} {text}", item.name());
    }
    for story in story.into_iter().flatten() {
        text = format!("{text} {story}");
    }
    let asked = json!({"query": text, "k": SIMILAR + 1});
    let mut ids = host.tool("vector_store_search", asked).await?.ids();
    ids.retain(|id| *id != item.item_id);
    ids.truncate(SIMILAR);
    host.items(&ids, &GET).await
}

/// How often each group has rated it.
async fn audience(host: Host, id: Id) -> Result<(Vec<Bar>, Vec<Bar>), String> {
    let mut counted = Vec::new();
    for (group, label) in AGES.into_iter().chain(GENDERS) {
        let asked = json!({
            "popularity": "by_user_group", "user_group": [group], "items": [id], "k": 1
        });
        // A group without a rating of it is nothing found.
        let done = host.tool("get_popular_items", asked).await.ok();
        let ratings = done.and_then(|done| done.data.pointer("/items/0/n_ratings")?.as_u64());
        let ratings = ratings.unwrap_or_default() as u32;
        counted.push(Bar {
            label: t(label),
            value: f64::from(ratings),
            said: ratings.to_string(),
            hue: None,
        });
    }
    let genders = counted.split_off(AGES.len());
    Ok((counted, genders))
}

fn liked(host: Host, item: &Item) -> impl Future<Output = Result<String, String>> + 'static {
    let asked = json!({"items": [item.item_id]});
    async move {
        let data = host.tool("get_like_percentage", asked).await?.data;
        let percent = |name| data.get(name).and_then(Value::as_f64).map(plain).unwrap_or_default();
        Ok(filled(
            "{0} % of all users rated it, {1} % liked it.",
            &[&percent("interacted_percentage"), &percent("like_percentage")],
        ))
    }
}
