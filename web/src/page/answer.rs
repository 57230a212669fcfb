use leptos::html::Div;
use leptos::prelude::*;
use usher_protocol::{Status, Step};

use super::answers;
use super::cards::Cards;
use super::conversations::Way;
use super::session::Session;
use crate::progress::End;
use usher_web_answer::card::cards;
use usher_web_answer::markdown::{Node, Tag, lead_of, parse, spoken};
use usher_web_answer::words::t;

/// The end of a turn: the answer's words, and cards of the items it is about.
pub(crate) fn answer(session: Session, end: &End, steps: &[Step], run: u32, way: Way) -> AnyView {
    let nodes = parse(&end.answer);
    let cards =
        if end.status == Status::Answered { cards(steps, &spoken(&nodes)) } else { Vec::new() };
    let (status, is_failure) = match end.status {
        Status::Answered => ("answered", false),
        Status::NeedsInput => ("needs_input", false),
        Status::Failed => ("failed", true),
        Status::Stopped => ("stopped", false),
    };
    // The items come where the words begin to list them.
    let titles: Vec<&str> = cards.iter().filter_map(|card| card.item.title.as_deref()).collect();
    let (lead, rest) = nodes.split_at(lead_of(&nodes, &titles, cards.is_empty()));
    let place = NodeRef::<Div>::new();
    let (markdown, steps) = (end.answer.clone(), steps.to_vec());
    place.on_load(move |place| answers::stands(&place, run, &markdown, &steps, way));
    view! {
        <div
            class="answer"
            node_ref=place
            data-testid="answer"
            data-status=status
            role=is_failure.then_some("alert")
        >
            <div class="words">{written(lead)}</div>
            {(!cards.is_empty()).then(|| view! { <Cards session cards /> })}
            {(!rest.is_empty()).then(|| view! { <div class="words">{written(rest)}</div> })}
            {(end.status == Status::Stopped).then(|| view! { <p class="quiet">{t("Stopped.")}</p> })}
        </div>
    }
    .into_any()
}

/// Markdown as elements. Text stays text: nothing is ever parsed as HTML.
pub(crate) fn written(nodes: &[Node]) -> AnyView {
    nodes.iter().map(element).collect_view().into_any()
}

fn element(node: &Node) -> AnyView {
    let (tag, children) = match node {
        Node::Text(text) => return text.clone().into_any(),
        Node::Code(text) => return view! { <code>{text.clone()}</code> }.into_any(),
        Node::Break => return view! { <br /> }.into_any(),
        Node::Rule => return view! { <hr /> }.into_any(),
        Node::Element(Tag::TableHead, cells) => return table_head(cells),
        Node::Element(tag, children) => (tag, written(children)),
    };
    match tag {
        Tag::Paragraph => view! { <p dir="auto">{children}</p> }.into_any(),
        // The question is the heading above.
        Tag::Heading => view! { <h3>{children}</h3> }.into_any(),
        Tag::Bullets => view! { <ul>{children}</ul> }.into_any(),
        Tag::Numbered(first) => view! { <ol start=first.to_string()>{children}</ol> }.into_any(),
        Tag::Entry => view! { <li dir="auto">{children}</li> }.into_any(),
        Tag::Quote => view! { <blockquote>{children}</blockquote> }.into_any(),
        Tag::CodeBlock => view! {
            <pre tabindex="0">
                <code>{children}</code>
            </pre>
        }
        .into_any(),
        Tag::Strong => view! { <strong>{children}</strong> }.into_any(),
        Tag::Emphasis => view! { <em>{children}</em> }.into_any(),
        Tag::Struck => view! { <s>{children}</s> }.into_any(),
        Tag::Link(url) => view! {
            <a href=url.clone() target="_blank" rel="noopener noreferrer nofollow">
                {children}
            </a>
        }
        .into_any(),
        Tag::Table => view! {
            <div class="table" tabindex="0">
                <table>{children}</table>
            </div>
        }
        .into_any(),
        Tag::TableHead | Tag::TableRow => view! { <tr>{children}</tr> }.into_any(),
        Tag::TableCell => view! { <td>{children}</td> }.into_any(),
    }
}

fn table_head(cells: &[Node]) -> AnyView {
    let heads = cells.iter().map(|cell| {
        let head = match cell {
            Node::Element(_, words) => written(words),
            word => element(word),
        };
        view! { <th scope="col">{head}</th> }.into_any()
    });
    view! { <tr>{heads.collect_view()}</tr> }.into_any()
}
