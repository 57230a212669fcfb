//! The same trees from a full CommonMark parser, for documents of what both read.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{Event, Options, Parser, Tag as Start};

use super::tree::Tree;
use super::{DEEPEST, Node, Tag, is_web_address};

/// Parses CommonMark.
pub(crate) fn reference(markdown: &str) -> Vec<Node> {
    let mut tree = Tree::new(DEEPEST);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(start) => tree.start(tag(start)),
            Event::End(_) => tree.end(),
            Event::Code(text) => tree.push(Node::Code(text.into_string())),
            Event::SoftBreak => tree.push(Node::Text(" ".to_owned())),
            Event::HardBreak => tree.push(Node::Break),
            Event::Rule => tree.push(Node::Rule),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                tree.push(Node::Text(text.into_string()));
            }
            other => panic!("{other:?}"),
        }
    }
    tree.finish()
}

fn tag(start: Start<'_>) -> Option<Tag> {
    Some(match start {
        Start::Paragraph | Start::HtmlBlock => Tag::Paragraph,
        Start::Heading { .. } => Tag::Heading,
        Start::BlockQuote(_) => Tag::Quote,
        Start::CodeBlock(_) => Tag::CodeBlock,
        Start::List(None) => Tag::Bullets,
        Start::List(Some(first)) => Tag::Numbered(first.try_into().unwrap()),
        Start::Item => Tag::Entry,
        Start::Emphasis => Tag::Emphasis,
        Start::Strong => Tag::Strong,
        Start::Strikethrough => Tag::Struck,
        Start::Table(_) => Tag::Table,
        Start::TableHead => Tag::TableHead,
        Start::TableRow => Tag::TableRow,
        Start::TableCell => Tag::TableCell,
        Start::Link { dest_url, .. } if is_web_address(&dest_url) => {
            Tag::Link(dest_url.into_string())
        }
        _ => return None,
    })
}

/// A tree with code on one line each. The reference keeps the indent of lines
/// that go on with code, which the specification takes away.
pub(crate) fn squeezed(nodes: Vec<Node>) -> Vec<Node> {
    let squeeze = |node| match node {
        Node::Code(code) => Node::Code(code.split_whitespace().collect::<Vec<_>>().join(" ")),
        Node::Element(tag, children) => Node::Element(tag, squeezed(children)),
        node => node,
    };
    nodes.into_iter().map(squeeze).collect()
}

/// Words with marks, on one line, that begin no block.
fn words() -> impl Strategy<Value = String> {
    let whole = [
        "film",
        "é",
        "映画",
        "snake_case",
        "2 * 3",
        "A&B",
        "1986",
        "**Top Gun**",
        "*a*",
        "_b_",
        "__c__",
        "***d***",
        "**a *b* c**",
        "*a **b***",
        "~~gone~~",
        "`co*de`",
        "``a`b``",
        "` x `",
        "\\*",
        "\\[",
        "\\\\",
        "&amp;",
        "&lt;",
        "&quot;",
        "&#39;",
        "&#x41;",
        "[a *b*](https://e.org/a_(b)?x&amp;y)",
        "[a](<https://e.org> \"title\")",
        "[a](/b)",
        "![a **b**](https://e.org/p.png)",
        "<https://e.org/*a*>",
        "<foo:bar>",
        "a < b",
        "(x)",
        "·",
    ];
    let marks =
        ["*", "**", "_", "__", "`", "[", "]", "](u)", "!", "a", "b", " ", ".", "\"", "é", "(", ")"];
    let piece = prop_oneof![
        6 => select(whole.to_vec()).prop_map(str::to_owned),
        1 => vec(select(marks.to_vec()), 1..9).prop_map(|marks| marks.concat()),
    ];
    (vec((piece, select(vec![" ", " ", ""])), 1..6)).prop_map(|pieces| {
        let line: String = pieces.into_iter().map(|(piece, space)| piece + space).collect();
        format!("w{}", line.trim_end_matches([' ', '\\']))
    })
}

type Lines = Vec<String>;

fn paragraph() -> impl Strategy<Value = Lines> {
    vec((words(), select(vec!["", "", "  ", "\\", " "])), 1..4)
        .prop_map(|lines| lines.into_iter().map(|(words, end)| words + end).collect())
}

fn block() -> impl Strategy<Value = Lines> {
    let heading =
        (1..7_usize, words()).prop_map(|(level, words)| vec!["#".repeat(level) + " " + &words]);
    let rule = select(vec!["***", "_ _ _"]).prop_map(|rule| vec![rule.to_owned()]);
    let code = (
        select(vec!["```", "~~~~", "``` rust"]),
        vec(select(vec!["a *b*", "", "  # c", "> `d`"]), 0..4),
    )
        .prop_map(|(fence, lines)| {
            let end = fence.trim_end_matches(" rust");
            let lines = lines.into_iter().map(str::to_owned);
            std::iter::once(fence.to_owned()).chain(lines).chain([end.to_owned()]).collect()
        });
    let cell = select(vec!["a", "**b**", "x \\| y", "`c`", "1.5"]);
    let table = (1..4_usize)
        .prop_flat_map(move |columns| vec(vec(cell.clone(), columns), 1..4))
        .prop_map(|rows| {
            let mut lines: Lines =
                rows.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
            lines.insert(1, format!("|{}", ":--|".repeat(rows[0].len())));
            lines
        });
    let leaf = prop_oneof![4 => paragraph(), 1 => heading, 1 => rule, 1 => code, 1 => table];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let quote = blocks(inner.clone()).prop_map(|mut lines| {
            // A blank last line within a quote loosens a list around it, against the specification.
            while lines.last().is_some_and(|line| line.trim().is_empty()) {
                lines.pop();
            }
            lines.into_iter().map(|line| format!("> {line}")).collect::<Lines>()
        });
        let markers = select(vec!["- ", "* ", "+ ", "1. ", "7. ", "2) ", "-   "]);
        let entries = vec((paragraph(), proptest::option::of(inner)), 1..4);
        let list = (markers, any::<bool>(), entries).prop_map(|(marker, is_loose, entries)| {
            let mut lines = Lines::new();
            for (mut entry, more) in entries {
                if is_loose {
                    entry.push(String::new());
                }
                entry.extend(more.into_iter().flatten());
                for (at, line) in entry.into_iter().enumerate() {
                    let lead = if at == 0 { marker.to_owned() } else { " ".repeat(marker.len()) };
                    lines.push(format!("{lead}{line}").trim_end_matches("\u{0}").to_owned());
                }
            }
            lines
        });
        prop_oneof![quote, list]
    })
}

fn blocks(block: impl Strategy<Value = Lines>) -> impl Strategy<Value = Lines> {
    vec(block, 1..4).prop_map(|blocks| blocks.join(&String::new()))
}

/// A document of what both parsers read.
pub(crate) fn document() -> impl Strategy<Value = String> {
    blocks(block()).prop_map(|lines| lines.join("\n") + "\n")
}
