use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde_json::{Value, json};
use usher_web_answer::item::Item;
use usher_web_answer::quantity::grouped;
use usher_web_parts::genre;

use super::grid::{GET, grid};
use super::later::later;
use super::{entries, go};
use crate::filter::{FIELDS, Filter, Kind, TEXT};
use crate::place::Place;
use crate::tools::{AT_ONCE, Host};
use usher_web_answer::words::{filled, t};

/// What a filter finds, as far as it is shown.
struct Found {
    count: u64,
    items: Vec<Item>,
    message: String,
}

/// The catalogue: conditions, and what fulfils them.
pub(super) fn items(host: Host, filter: Filter) -> AnyView {
    let form = form(&filter);
    let found = async move { find(host, &filter).await };
    view! {
        <section class="browse" aria-labelledby="browse-title">
            <h2 id="browse-title">{t("Catalogue")}</h2>
            {form}
            {later(found, draw)}
        </section>
    }
    .into_any()
}

fn draw(Found { count, items, message }: &Found) -> AnyView {
    let shown = items.len() as u64;
    let rest = (shown < *count).then(|| {
        " ".to_owned() + &filled("{0} of {1} are shown.", &[&shown.to_string(), &grouped(*count)])
    });
    let items = items.iter().map(|item| (item.clone(), None)).collect();
    view! {
        <p class="quiet" role="status" data-testid="found">
            {message.clone()}
            {rest}
        </p>
        {grid(items, &t("Items"))}
    }
    .into_any()
}

/// Conditions and a text are looked up as the chat does it: the filter first, then the
/// text among what it leaves. Without either, what is popular.
async fn find(host: Host, filter: &Filter) -> Result<Found, String> {
    let (mut message, mut within) = (String::new(), None);
    let mut count = 0;
    let mut ids = Vec::new();
    if let Some(conditions) = filter.arguments() {
        let done = host.tool("item_filter", conditions).await?;
        count = number(&done.data, "count");
        within = done.data.get("set").cloned();
        message = done.message;
    }
    let text = filter.value(TEXT);
    if !text.is_empty() {
        let mut asked = json!({"query": text, "k": AT_ONCE});
        if let (Some(within), Some(asked)) = (within.take(), asked.as_object_mut()) {
            asked.insert("items".to_owned(), within);
        }
        let done = host.tool("vector_store_search", asked).await?;
        ids = done.ids();
        count = ids.len() as u64;
        message = done.message;
    } else if within.is_none() {
        let asked = json!({"popularity": "standard", "k": AT_ONCE});
        let done = host.tool("get_popular_items", asked).await?;
        ids = done.ids();
        count = number(&done.data, "count");
        message = t("The most popular. Search, or give conditions.");
    }
    let items = match within {
        // Of a set, the most rated are told.
        Some(set) => {
            let asked = json!({"items": set, "get": GET});
            host.tool("get_item_metadata", asked).await?.items()
        }
        None => host.items(&ids, &GET).await?,
    };
    Ok(Found { count, items, message })
}

fn number(data: &Value, name: &str) -> u64 {
    data.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn form(filter: &Filter) -> AnyView {
    let search = move |event: SubmitEvent| {
        event.prevent_default();
        go(&Place::Items(Filter::of(entries(&event))));
    };
    let fields = FIELDS.map(|(name, label, kind)| field(filter, name, label, kind));
    let is_open = FIELDS.iter().any(|(name, ..)| {
        ["", "-from", "-to"].iter().any(|end| !filter.value(&format!("{name}{end}")).is_empty())
    });
    let genres = genre::known().map(|name| view! { <option value=name></option> }.into_any());
    view! {
        // What does not fit is told by the tool: a field that is folded away could not.
        <form class="conditions" role="search" novalidate on:submit=search>
            <div class="beside">
                <label for="browse-text">{t("Search")}</label>
                <input
                    id="browse-text"
                    name=TEXT
                    type="search"
                    maxlength="400"
                    placeholder=t("A story, a mood, a theme")
                    value=filter.value(TEXT).to_owned()
                />
                <button type="submit" class="button">
                    {t("Find")}
                </button>
            </div>
            <details open=is_open>
                <summary>{t("Conditions")}</summary>
                <div class="fields">{fields.collect_view()}</div>
                <p class="quiet">{t("Several names with commas between them: all must fit.")}</p>
            </details>
            <datalist id="browse-genres">{genres.collect_view()}</datalist>
        </form>
    }
    .into_any()
}

fn field(filter: &Filter, name: &'static str, label: &'static str, kind: Kind) -> AnyView {
    let label = t(label);
    let (least, most, step) = match kind {
        Kind::Names | Kind::Name => {
            return view! {
                <label class="entry">
                    <span>{label}</span>
                    <input
                        name=name
                        type="text"
                        maxlength="400"
                        autocomplete="off"
                        list=(name == "genres").then_some("browse-genres")
                        value=filter.value(name).to_owned()
                    />
                </label>
            }
            .into_any();
        }
        Kind::Whole { least, most } => (least, most, "1"),
        Kind::Decimal { least, most } => (least, most, "0.1"),
    };
    let end = |end: &'static str, placeholder: &str| {
        let (name, placeholder) = (format!("{name}-{end}"), t(placeholder));
        view! {
            <input
                name=name.clone()
                type="number"
                min=least.to_string()
                max=most.to_string()
                step=step
                aria-label=format!("{label}, {placeholder}")
                placeholder=placeholder
                value=filter.value(&name).to_owned()
            />
        }
    };
    view! {
        <div class="entry" role="group" aria-label=label.clone()>
            <span>{label.clone()}</span>
            <span class="ends">{end("from", "from")} {end("to", "to")}</span>
        </div>
    }
    .into_any()
}
