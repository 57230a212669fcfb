//! The words of a block: marks within lines.

use super::{DEEPEST, Node, Tag};

/// The longest address of a link, in bytes.
const LONGEST_ADDRESS: usize = 2_000;

/// Parses the words of a block; its lines are parted by `\n`.
pub(super) fn parse(text: &str) -> Vec<Node> {
    let mut words = Words { text, at: 0, open: vec![Open::new(Kind::All)], unclosed: 0 };
    words.read();
    words.finish()
}

/// Something that was opened and holds what comes until it is closed.
struct Open {
    kind: Kind,
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The whole text.
    All,
    /// `*`, `_` or `~`, once or twice.
    Mark(char, usize),
    /// `[`, or `![` of an image.
    Bracket { is_image: bool },
}

impl Open {
    fn new(kind: Kind) -> Self {
        Self { kind, nodes: Vec::new() }
    }

    /// What opened it, as it was written.
    fn written(&self) -> String {
        match self.kind {
            Kind::All => String::new(),
            Kind::Mark(mark, width) => mark.to_string().repeat(width),
            Kind::Bracket { is_image } => if is_image { "![" } else { "[" }.to_owned(),
        }
    }
}

struct Words<'a> {
    text: &'a str,
    at: usize,
    /// Never empty: the first holds all.
    open: Vec<Open>,
    /// Bit n: no run of n backticks closes a code from here on.
    unclosed: u64,
}

impl Words<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn read(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\\' => self.escape(),
                '`' => self.code(),
                '*' | '_' | '~' => self.mark(c),
                '!' if self.rest().starts_with("![") => self.bracket(true),
                '[' => self.bracket(false),
                ']' => self.close_bracket(),
                '<' => self.address(),
                '&' => self.entity(),
                '\n' => self.line_end(),
                _ => self.text(c.len_utf8()),
            }
        }
    }

    fn push(&mut self, node: Node) {
        if let Some(open) = self.open.last_mut() {
            match (open.nodes.last_mut(), node) {
                (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
                (_, Node::Text(text)) if text.is_empty() => {}
                (_, node) => open.nodes.push(node),
            }
        }
    }

    /// Takes the next bytes as they are.
    fn text(&mut self, length: usize) {
        let text = self.rest().get(..length).unwrap_or_default().to_owned();
        self.push(Node::Text(text));
        self.at += length;
    }

    fn escape(&mut self) {
        let mut next = self.rest().chars().skip(1);
        match next.next() {
            Some(c) if c.is_ascii_punctuation() => {
                self.at += 1;
                self.text(1);
            }
            Some('\n') => {
                self.at += 1;
                self.break_line();
            }
            _ => self.text(1),
        }
    }

    fn line_end(&mut self) {
        let is_hard = self.text.get(..self.at).is_some_and(|text| text.ends_with("  "));
        if let Some(Node::Text(text)) = self.open.last_mut().and_then(|open| open.nodes.last_mut())
        {
            text.truncate(text.trim_end().len());
        }
        if is_hard {
            self.break_line();
        } else {
            self.push(Node::Text(" ".to_owned()));
            self.skip_line_end();
        }
    }

    fn break_line(&mut self) {
        self.push(Node::Break);
        self.skip_line_end();
    }

    fn skip_line_end(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn code(&mut self) {
        let length = run(self.rest(), '`');
        let bit = 1_u64.checked_shl(length as u32).unwrap_or(0);
        if bit == 0 || self.unclosed & bit != 0 {
            return self.text(length);
        }
        let content = self.rest().get(length..).unwrap_or_default();
        let mut end = 0;
        while let Some(start) = content.get(end..).and_then(|rest| rest.find('`')) {
            let start = end + start;
            end = start + run(content.get(start..).unwrap_or_default(), '`');
            if end - start == length {
                let code = content.get(..start).unwrap_or_default().replace('\n', " ");
                // A space on both sides lets code begin or end with a backtick.
                let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
                let inner = inner.filter(|inner| !inner.trim().is_empty());
                self.at += length + end;
                return self.push(Node::Code(inner.unwrap_or(&code).to_owned()));
            }
        }
        self.unclosed |= bit;
        self.text(length);
    }

    fn mark(&mut self, mark: char) {
        let length = run(self.rest(), mark);
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back());
        let after = self.rest().get(length..).and_then(|text| text.chars().next());
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let can_open = !is_space(after) && (mark != '_' || !is_letter(before));
        let can_close = !is_space(before) && (mark != '_' || !is_letter(after));
        let mut left = length;
        // A run of many is a line that someone drew.
        while left > 0 && length <= 3 && (mark != '~' || length == 2) {
            let fits = |open: &Open| matches!(open.kind, Kind::Mark(m, width) if m == mark && width <= left);
            let within = self
                .open
                .iter()
                .rposition(|open| matches!(open.kind, Kind::Bracket { .. } | Kind::All));
            let closed = self.open.iter().rposition(fits).filter(|at| Some(*at) > within);
            if let Some(at) = closed.filter(|_| can_close) {
                self.flush(at + 1);
                let Some(open) = self.open.pop() else { return };
                let Kind::Mark(_, width) = open.kind else { return };
                let tag = match (mark, width) {
                    ('~', _) => Tag::Struck,
                    (_, 2) => Tag::Strong,
                    _ => Tag::Emphasis,
                };
                self.push(Node::Element(tag, open.nodes));
                self.at += width;
                left -= width;
            } else if can_open && self.open.len() < DEEPEST {
                let width = left.min(2);
                self.open.push(Open::new(Kind::Mark(mark, width)));
                self.at += width;
                left -= width;
            } else {
                break;
            }
        }
        self.text(left);
    }

    fn bracket(&mut self, is_image: bool) {
        let length = if is_image { 2 } else { 1 };
        if self.open.len() < DEEPEST {
            self.open.push(Open::new(Kind::Bracket { is_image }));
            self.at += length;
        } else {
            self.text(length);
        }
    }

    fn close_bracket(&mut self) {
        let opened = self.open.iter().rposition(|open| matches!(open.kind, Kind::Bracket { .. }));
        let Some(at) = opened else { return self.text(1) };
        let target = target(self.rest().get(1..).unwrap_or_default());
        let Some((url, length)) = target else {
            self.flush(at);
            return self.text(1);
        };
        self.flush(at + 1);
        let Some(open) = self.open.pop() else { return };
        self.at += 1 + length;
        let is_link = open.kind == Kind::Bracket { is_image: false } && is_web_address(&url);
        if is_link {
            self.push(Node::Element(Tag::Link(url), open.nodes));
        } else {
            // An image is not fetched: its address could tell a stranger what was asked.
            for node in open.nodes {
                self.push(node);
            }
        }
    }

    /// `<https://…>`
    fn address(&mut self) {
        let inside = self.rest().get(1..).unwrap_or_default();
        let url = inside.split(['>', '<', ' ', '\n']).next().unwrap_or_default();
        let is_closed = inside.get(url.len()..).is_some_and(|rest| rest.starts_with('>'));
        if is_closed && url.len() <= LONGEST_ADDRESS && is_web_address(url) {
            let (url, length) = (url.to_owned(), url.len() + 2);
            self.push(Node::Element(Tag::Link(url.clone()), vec![Node::Text(url)]));
            self.at += length;
        } else {
            self.text(1);
        }
    }

    /// The few entities that are needed to write Markdown itself.
    fn entity(&mut self) {
        let entities = [
            ("&amp;", "&"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&nbsp;", "\u{a0}"),
            ("&#39;", "'"),
        ];
        let found = entities.into_iter().find(|(name, _)| self.rest().starts_with(name));
        match found {
            Some((name, text)) => {
                self.push(Node::Text(text.to_owned()));
                self.at += name.len();
            }
            None => self.text(1),
        }
    }

    /// Gives up what is open from `from` on: its marks were only text.
    fn flush(&mut self, from: usize) {
        let from = from.max(1);
        if from < self.open.len() {
            for open in self.open.split_off(from) {
                self.push(Node::Text(open.written()));
                for node in open.nodes {
                    self.push(node);
                }
            }
        }
    }

    fn finish(mut self) -> Vec<Node> {
        self.flush(1);
        self.open.pop().map(|all| all.nodes).unwrap_or_default()
    }
}

/// How many of a character a text begins with.
fn run(text: &str, c: char) -> usize {
    text.chars().take_while(|next| *next == c).count()
}

/// The address in `(…)`, and the length of all of it in bytes.
fn target(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix('(')?;
    let mut depth = 0_usize;
    let end = inside.char_indices().take_while(|(at, _)| *at <= LONGEST_ADDRESS).find(|(_, c)| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return true,
            ')' => depth -= 1,
            _ => {}
        }
        false
    });
    let (end, _) = end?;
    // After a space may come a title.
    let url = inside.get(..end)?.split_whitespace().next().unwrap_or_default();
    let url = url.strip_prefix('<').and_then(|url| url.strip_suffix('>')).unwrap_or(url);
    Some((url.to_owned(), end + 2))
}

fn is_web_address(url: &str) -> bool {
    let starts = |scheme: &str| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    starts("https://") || starts("http://")
}
