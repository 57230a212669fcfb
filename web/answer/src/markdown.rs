//! Markdown as a tree that holds nothing dangerous: raw HTML is text, an image is
//! its description, and a link to anywhere but the web is its words.
//!
//! The part of CommonMark and GitHub's tables that answers are written in:
//! paragraphs, headings (`#`), lists, quotes, fenced code, tables, rules; strong,
//! emphasis, struck, code, links, breaks, escapes. What is not understood stays as
//! it was written. A full parser's tables of entities and case folding would be an
//! eighth of the page's code.

use std::slice;

mod block;
mod inline;
#[cfg(test)]
mod reference;
mod tree;

/// Deeper than this, structure is dropped and text kept: a hostile text of ten
/// thousand `>` must not exhaust the stack.
const DEEPEST: usize = 12;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Words.
    Text(String),
    /// Code within a line.
    Code(String),
    /// The line ends here.
    Break,
    /// A line across.
    Rule,
    /// An element, and what it holds.
    Element(Tag, Vec<Node>),
}

/// What an element is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// Words that belong together.
    Paragraph,
    /// A heading of any level.
    Heading,
    /// A list without an order.
    Bullets,
    /// A numbered list, and its first number.
    Numbered(u32),
    /// An entry of a list.
    Entry,
    /// A quotation.
    Quote,
    /// Lines of code.
    CodeBlock,
    /// Said with weight.
    Strong,
    /// Stressed.
    Emphasis,
    /// No longer so.
    Struck,
    /// A link to an `http:` or `https:` address.
    Link(String),
    /// A table.
    Table,
    /// The row of its headings.
    TableHead,
    /// A row of it.
    TableRow,
    /// A cell of a row.
    TableCell,
}

impl Tag {
    /// Whether it stands within a line.
    fn is_inline(&self) -> bool {
        matches!(self, Self::Strong | Self::Emphasis | Self::Struck | Self::Link(_))
    }
}

/// Parses Markdown, in time proportional to its length.
#[must_use]
pub fn parse(markdown: &str) -> Vec<Node> {
    block::parse(markdown)
}

fn is_web_address(url: &str) -> bool {
    let starts = |scheme: &str| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    starts("https://") || starts("http://")
}

/// How many nodes of an answer are read before its items: up to where the words begin to
/// list them; a table that counts something else stays with the words. `titles`: of the
/// items.
#[must_use]
pub fn lead_of(nodes: &[Node], titles: &[&str], without_items: bool) -> usize {
    let is_list = |node: &Node| match node {
        Node::Element(Tag::Bullets | Tag::Numbered(_), _) => true,
        Node::Element(Tag::Table, _) => {
            let words = spoken(slice::from_ref(node));
            titles.iter().any(|title| words.contains(title))
        }
        _ => false,
    };
    let at = nodes.iter().position(is_list).filter(|_| !without_items);
    at.unwrap_or(nodes.len())
}

/// The words alone, for reading aloud.
#[must_use]
pub fn spoken(nodes: &[Node]) -> String {
    fn speak(nodes: &[Node], text: &mut String) {
        for node in nodes {
            match node {
                Node::Text(words) | Node::Code(words) => text.push_str(words),
                Node::Break | Node::Rule => text.push(' '),
                Node::Element(tag, children) => {
                    speak(children, text);
                    if !tag.is_inline() && !text.ends_with([' ', '\n']) {
                        text.push('\n');
                    }
                }
            }
        }
    }
    let mut text = String::new();
    speak(nodes, &mut text);
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A tree in one line: elements as `name(…)`, text as it is.
    fn outline(markdown: &str) -> String {
        fn write(nodes: &[Node], out: &mut String) {
            for node in nodes {
                match node {
                    Node::Text(text) => out.push_str(text),
                    Node::Code(text) => *out += &format!("code({text})"),
                    Node::Break => out.push('⏎'),
                    Node::Rule => out.push_str("rule"),
                    Node::Element(tag, children) => {
                        *out += &match tag {
                            Tag::Link(url) => format!("link {url}("),
                            Tag::Numbered(first) => format!("ol {first}("),
                            Tag::Paragraph => "p(".to_owned(),
                            Tag::Bullets => "ul(".to_owned(),
                            Tag::Entry => "li(".to_owned(),
                            Tag::Strong => "b(".to_owned(),
                            Tag::Emphasis => "i(".to_owned(),
                            other => format!("{other:?}(").to_lowercase(),
                        };
                        write(children, out);
                        out.push(')');
                    }
                }
            }
        }
        let mut out = String::new();
        write(&parse(markdown), &mut out);
        out
    }

    #[test]
    fn lines_become_words_with_marks() {
        for (markdown, expected) in [
            ("plain words", "p(plain words)"),
            ("**Top Gun** (1986)", "p(b(Top Gun) (1986))"),
            ("*a* _b_ __c__ ~~d~~ `e*f*`", "p(i(a) i(b) b(c) struck(d) code(e*f*))"),
            ("***both*** and **a *b* c**", "p(i(b(both)) and b(a i(b) c))"),
            ("*a **b*", "p(*a *i(b))"),
            ("2 * 3 * 4, snake_case_name", "p(2 * 3 * 4, snake_case_name)"),
            ("**open, `open, [open, *", "p(**open, `open, [open, *)"),
            (r"M\*A\*S\*H \[x\](y) \<b\>", "p(M*A*S*H [x](y) <b>)"),
            ("``a`b`` ` c", "p(code(a`b) ` c)"),
            ("one\ntwo  \nthree\\\nfour", "p(one two⏎three⏎four)"),
            ("Tom &amp; Jerry &lt;b&gt; &unknown; AT&T", "p(Tom & Jerry <b> &unknown; AT&T)"),
        ] {
            assert_eq!(outline(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn blocks_become_elements() {
        for (markdown, expected) in [
            ("a\n\nb", "p(a)p(b)"),
            ("# Films #\ntext", "heading(Films)p(text)"),
            ("#hashtag", "p(#hashtag)"),
            ("1. **a**\n2. b", "ol 1(li(b(a))li(b))"),
            ("3) a\n4) b\n\nc", "ol 3(li(a)li(b))p(c)"),
            ("- a\n  more\nlazy\n- b", "ul(li(a more lazy)li(b))"),
            ("- a\n  - b\n    - c\n- d", "ul(li(aul(li(bul(li(c)))))li(d))"),
            ("1. a\n   text\n\n2. b", "ol 1(li(p(a text))li(p(b)))"),
            ("- a\n* b", "ul(li(a))ul(li(b))"),
            ("in 1995. b\n1986. a great year", "p(in 1995. b 1986. a great year)"),
            ("> a\n> **b**\nc", "quote(p(a b(b) c))"),
            ("```rust\nlet *a* = 1;\n\n# b\n```\nc", "codeblock(let *a* = 1;\n\n# b\n)p(c)"),
            ("~~~\nnever closed", "codeblock(never closed\n)"),
            ("a\n***\nb\n- - -", "p(a)rulep(b)rule"),
            (
                "|a|b|\n|--|:-:|\n| **1** | x \\| y |\n\nend",
                "table(tablehead(tablecell(a)tablecell(b))\
                 tablerow(tablecell(b(1))tablecell(x | y)))p(end)",
            ),
            ("a | b\nno table", "p(a | b no table)"),
        ] {
            let expected = expected.replace("/n", "\n");
            assert_eq!(outline(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn raw_html_is_only_text() {
        for markdown in ["<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b"] {
            assert_eq!(outline(markdown), format!("p({markdown})"));
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        for (markdown, expected) in [
            ("[x](https://example.org/a_(b))", "p(link https://example.org/a_(b)(x))"),
            ("[**x**](<HTTP://example.org> \"title\")", "p(link HTTP://example.org(b(x)))"),
            ("<https://example.org>", "p(link https://example.org(https://example.org))"),
            ("[x](javascript:alert(1))", "p(x)"),
            ("[x](data:text/html,x) [y](//example.org) [z](/z)", "p(x y z)"),
            ("[x]( javascript:alert(1) ) <javascript:alert(1)>", "p(x javascript:alert(1))"),
            ("[x] (y) [z]", "p([x] (y) [z])"),
            ("![a *poster*](https://example.org/p.png)", "p(a i(poster))"),
        ] {
            assert_eq!(outline(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn what_is_spoken_has_no_marks() {
        let markdown = "# Films\n\nSee **Top *Gun***:\n\n- a\n- b";
        assert_eq!(spoken(&parse(markdown)), "Films\nSee Top Gun:\na\nb");
    }

    #[test]
    fn text_of_any_depth_is_kept_and_does_not_overflow() {
        for mark in [">", "- ", "1. ", "**", "[", "_ *", "> - "] {
            let nodes = parse(&format!("{}deep", mark.repeat(20_000)));
            assert!(spoken(&nodes).ends_with("deep"), "{mark}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_text_is_parsed_and_its_words_are_kept(
            markdown in "([a-z]{1,3}|[*_~`\\[\\]()<>#|>:.\\\\&;!-]{1,3}|[ \n]{1,2}|[0-9]\\.|é){0,60}"
        ) {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            // Addresses and a fence's language are not spoken; nothing is added.
            prop_assert!(letters(&spoken(&parse(&markdown))) <= letters(&markdown));
            if !markdown.contains(['(', '<', '`', '~', '&']) {
                prop_assert_eq!(letters(&spoken(&parse(&markdown))), letters(&markdown));
            }
        }

        #[test]
        fn a_document_is_the_tree_a_full_parser_makes(markdown in reference::document()) {
            prop_assert_eq!(
                reference::squeezed(parse(&markdown)),
                reference::squeezed(reference::reference(&markdown)),
            );
        }

        #[test]
        fn no_text_is_too_much(text in "\\PC{0,40}", mark in "[-*_~`>#|&<(\\[\\]!\\\\ \n\t1.]{1,4}") {
            let _ = parse(&text);
            let _ = parse(&mark.repeat(2_000));
        }
    }
}
