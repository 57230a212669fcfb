//! What is shown of a turn, as JSON: for faces that draw with JavaScript.

use serde_json::{Value, json};
use usher_protocol::{Status, Step, ToolResult, Turn};
use usher_web_answer::card::{Card, Detail, cards};
use usher_web_answer::chips::chips;
use usher_web_answer::markdown::{Node, Tag, lead_of, parse, spoken};
use usher_web_answer::quantity::plain;

/// `lead`, `cards` and `rest` in the order in which they are read, and `steps`.
pub(crate) fn shown(turn: &Turn) -> Value {
    let nodes = parse(&turn.answer);
    let cards = match turn.status {
        Status::Answered => cards(&turn.steps, &spoken(&nodes)),
        _ => Vec::new(),
    };
    let titles: Vec<&str> = cards.iter().filter_map(|card| card.item.title.as_deref()).collect();
    let (lead, rest) = nodes.split_at(lead_of(&nodes, &titles, cards.is_empty()));
    json!({
        "lead": written(lead),
        "cards": cards.iter().map(card).collect::<Vec<_>>(),
        "rest": written(rest),
        "steps": turn.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn written(nodes: &[Node]) -> Vec<Value> {
    nodes.iter().map(node).collect()
}

fn node(node: &Node) -> Value {
    let (tag, children) = match node {
        Node::Text(text) => return json!(text),
        Node::Code(text) => return json!({"code": text}),
        Node::Break => return json!({"tag": "br"}),
        Node::Rule => return json!({"tag": "hr"}),
        Node::Element(tag, children) => (tag, written(children)),
    };
    let name = match tag {
        Tag::Paragraph => "p",
        Tag::Heading => "h3",
        Tag::Bullets => "ul",
        Tag::Numbered(first) => return json!({"tag": "ol", "start": first, "children": children}),
        Tag::Entry => "li",
        Tag::Quote => "blockquote",
        Tag::CodeBlock => "pre",
        Tag::Strong => "strong",
        Tag::Emphasis => "em",
        Tag::Struck => "s",
        Tag::Link(url) => return json!({"tag": "a", "href": url, "children": children}),
        Tag::Table => "table",
        Tag::TableHead => "thead",
        Tag::TableRow => "tr",
        Tag::TableCell => "td",
    };
    json!({"tag": name, "children": children})
}

fn card(card: &Card) -> Value {
    let Card { item, details, genres, pick } = card;
    let marked = |details: &[Detail]| {
        let detail = |detail: &Detail| json!({"text": detail.text, "answers": detail.answers});
        details.iter().map(detail).collect::<Vec<_>>()
    };
    json!({
        "item_id": item.item_id,
        "title": item.name(),
        "titled": item.titled(),
        "details": marked(details),
        "genres": marked(genres),
        "about": item.description.as_ref().or(item.storyline.as_ref()),
        "fit": pick.as_ref().and_then(|pick| pick.fit).map(|fit| plain(fit.clamp(0.0, 100.0))),
        "standing": pick.as_ref().and_then(|pick| pick.standing()),
        "user": pick.as_ref().and_then(|pick| pick.user.as_ref()),
        "because": pick.as_ref().map(|pick| &pick.because),
    })
}

fn step(step: &Step) -> Value {
    let outcome = match &step.result {
        ToolResult::Success { message, data } => match data.get("count").and_then(Value::as_u64) {
            Some(count) => format!("{count} found"),
            None => message.clone(),
        },
        ToolResult::Failure { message, .. } => message.clone(),
    };
    json!({
        "tool": step.tool,
        "arguments": chips(&step.arguments),
        "requested": step.requested.as_ref().map(chips),
        "why": step.why,
        "failed": step.result.error().is_some(),
        "outcome": outcome,
        "elapsed_us": step.elapsed_us,
    })
}
