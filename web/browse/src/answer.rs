//! What an answer in the chat counts, drawn.

use leptos::prelude::*;
use serde_json::Value;
use usher_protocol::{FromJson, Id, Step, readable};
use usher_web_answer::item::{Item, listed};
use usher_web_answer::quantity::counted;
use usher_web_answer::words::filled;
use usher_web_parts::genre::hue;

use crate::chart::{Bar, Numbers, bars, columns};
use crate::view::taste::{Row, taste};

/// Bars that a chart of a table shows; the table has all.
const MOST: usize = 12;
/// The same where the bars have an order, of which none may be missing at the end.
const MOST_IN_ORDER: usize = 100;

/// A table of an answer: what its second column says of its first.
#[derive(Debug)]
struct Table {
    title: String,
    /// The head of the first column.
    what: String,
    bars: Vec<Counted>,
}

readable!(struct Table { title, what, bars });

#[derive(Debug)]
struct Counted {
    label: String,
    value: f64,
    said: String,
}

readable!(struct Counted { label, value, said });

/// Charts of an answer's tables, and of the history that it tells of, if it does.
pub(crate) fn charts(tables: Value, steps: &[Step]) -> AnyView {
    let tables = Vec::<Table>::from_json(tables).unwrap_or_default();
    let tables: Vec<AnyView> = tables.into_iter().map(drawn).collect();
    let rows = history(steps);
    let count = steps
        .iter()
        .rfind(|step| step.tool == "get_interacted_items")
        .and_then(|step| step.result.data()?.get("count")?.as_u64())
        .filter(|count| *count > rows.len() as u64 && !rows.is_empty());
    let part = count.map(|count| {
        let (count, shown) = (counted(count, "rating"), rows.len().to_string());
        let told = filled("{0}; the charts show the newest {1}.", &[&count, &shown]);
        view! { <p class="quiet">{told}</p> }
    });
    view! {
        {tables}
        {part}
        {taste(&rows)}
    }
    .into_any()
}

fn drawn(table: Table) -> AnyView {
    let is_genre = table.what.to_lowercase().starts_with("genre");
    // Years, minutes: what has an order.
    let is_ordered =
        table.bars.iter().all(|bar| bar.label.starts_with(|c: char| c.is_ascii_digit()));
    let bar = |counted: Counted| Bar {
        hue: is_genre.then(|| hue(&counted.label)),
        label: counted.label,
        value: counted.value,
        said: counted.said,
    };
    let most = if is_ordered { MOST_IN_ORDER } else { MOST };
    let counted: Vec<Bar> = table.bars.into_iter().take(most).map(bar).collect();
    let draw = if is_ordered { columns } else { bars };
    draw(&table.title, &counted, Numbers::Beside)
}

/// The items that the last history names, with what the steps after it know of them.
fn history(steps: &[Step]) -> Vec<(Row, Item)> {
    let Some(at) = steps.iter().rposition(|step| step.tool == "get_interacted_items") else {
        return Vec::new();
    };
    let (_, from) = steps.split_at(at);
    let Some((found, after)) = from.split_first() else { return Vec::new() };
    let known = after.iter().filter(|step| step.tool == "get_item_metadata");
    let items: Vec<Item> = known.flat_map(|step| listed(&step.result)).collect();
    let of = |id: &Id| items.iter().find(|item| item.item_id == *id).cloned();
    let rows: Vec<Row> = listed(&found.result);
    rows.into_iter().filter_map(|row| Some((row.clone(), of(&row.item_id)?))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_history_is_joined_with_what_is_known_of_its_items() {
        let step = |tool: &str, items: Value| {
            let result = json!({"status": "success", "message": "", "data": {"items": items}});
            let step = json!({"tool": tool, "arguments": {}, "result": result, "elapsed_us": 1});
            Step::from_json(step).unwrap()
        };
        let steps = [
            step("get_interacted_items", json!([{"item_id": 7, "rating": 4}, {"item_id": 8}])),
            step("get_item_metadata", json!([{"item_id": 7, "title": "Twelve Monkeys"}])),
        ];
        let history = history(&steps);
        assert_eq!(history.len(), 1);
        assert_eq!(
            (history[0].0.rating, history[0].1.name()),
            (Some(4.0), "Twelve Monkeys".into())
        );
        assert!(super::history(&steps[1..]).is_empty());
    }
}
