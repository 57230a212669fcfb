//! What a text is made of: paragraphs, lists, quotes, code, tables. Lines are
//! read one after another, as in the CommonMark specification (version 0.31,
//! "Phase 1: block structure").

use super::inline::{self, run_length};
use super::{DEEPEST, Node, Tag};

/// Deeper indented, a line begins no block.
const INDENT: usize = 4;

/// Something that has blocks in it.
struct Container {
    kind: Kind,
    children: Vec<Node>,
}

enum Kind {
    Quote,
    List {
        marker: Marker,
        /// Blank lines between what it holds: its paragraphs stay paragraphs.
        is_loose: bool,
    },
    Entry {
        /// Where its content begins.
        indent: usize,
    },
}

/// What stands before the entry of a list.
struct Marker {
    /// Lists differ by it.
    mark: char,
    number: Option<u32>,
}

/// The block that the next line may go on.
enum Leaf {
    Paragraph(String),
    Code { fence: Fence, text: String },
    Table { columns: usize, rows: Vec<Node> },
}

struct Fence {
    mark: char,
    length: usize,
    indent: usize,
}

/// What begins a block.
enum Start<'a> {
    Quote(&'a str),
    Rule,
    Heading(&'a str),
    Fence(Fence),
    /// Its marker, the width up to its content, and the content.
    Entry(Marker, usize, &'a str),
}

pub(super) fn parse(markdown: &str) -> Vec<Node> {
    let mut blocks = Blocks::default();
    for line in markdown.lines() {
        if line.contains('\t') { blocks.line(&untabbed(line)) } else { blocks.line(line) }
    }
    blocks.close_to(0);
    blocks.done
}

/// A line whose tabs before its first word are spaces.
fn untabbed(line: &str) -> String {
    let is_word = |c: char| !c.is_ascii_digit() && !" \t>*+-.)".contains(c);
    let (lead, words) = line.split_at(line.find(is_word).unwrap_or(line.len()));
    let mut spaced = String::with_capacity(line.len());
    for c in lead.chars() {
        match c {
            '\t' => spaced.push_str("    ".get(spaced.len() % 4..).unwrap_or_default()),
            c => spaced.push(c),
        }
    }
    spaced + words
}

#[derive(Default)]
struct Blocks {
    open: Vec<Container>,
    leaf: Option<Leaf>,
    /// After a blank line: what is open from here on had it within.
    blank: Option<usize>,
    done: Vec<Node>,
}

impl Blocks {
    fn line(&mut self, line: &str) {
        let (mut going_on, mut quotes, mut rest) = self.going_on(line);
        if going_on == self.open.len() && matches!(self.leaf, Some(Leaf::Code { .. })) {
            self.blank = None;
            return self.code(rest);
        }
        let mut has_begun = false;
        while let Some(start) = self.start(rest, going_on) {
            match start {
                Start::Quote(inner) => {
                    rest = inner;
                    if self.open.len() >= DEEPEST && going_on == self.open.len() {
                        continue;
                    }
                    self.begin(going_on);
                    self.push(Kind::Quote);
                    quotes = self.open.len();
                }
                Start::Entry(marker, width, content) => {
                    let indent = run_length(rest, ' ') + width;
                    rest = content;
                    self.begin_entry(going_on, marker, indent);
                }
                Start::Rule => return self.add(going_on, Node::Rule),
                Start::Heading(words) => {
                    self.begin(going_on);
                    let words = inline::parse(words, self.room());
                    return self.add(going_on, Node::Element(Tag::Heading, words));
                }
                Start::Fence(fence) => {
                    self.begin(going_on);
                    self.leaf = Some(Leaf::Code { fence, text: String::new() });
                    self.blank = None;
                    return;
                }
            }
            has_begun = true;
            going_on = self.open.len();
        }
        let words = rest.trim_start();
        if words.is_empty() {
            self.finish_leaf();
            self.close_to(going_on);
            self.blank = (!has_begun).then_some(quotes);
        } else {
            self.words(going_on, words);
            self.blank = None;
        }
    }

    /// How many of the open containers a line goes on, how many up to the last
    /// quote among them, and the line's rest.
    fn going_on<'a>(&self, line: &'a str) -> (usize, usize, &'a str) {
        let (mut rest, mut quotes) = (line, 0);
        for (place, container) in self.open.iter().enumerate() {
            let spaces = run_length(rest, ' ');
            let inner = match container.kind {
                Kind::List { .. } => Some(rest),
                Kind::Quote if spaces < INDENT => quoted(rest.trim_start_matches(' ')),
                Kind::Quote => None,
                Kind::Entry { .. } if spaces == rest.len() => {
                    let is_empty = place + 1 == self.open.len()
                        && container.children.is_empty()
                        && self.leaf.is_none();
                    // Blank, it belongs to the entry, if that has begun.
                    (!is_empty).then(|| rest.get(self.indent(place)..).unwrap_or_default())
                }
                Kind::Entry { indent } => rest.get(indent..).filter(|_| spaces >= indent),
            };
            let Some(inner) = inner else { return (place, quotes, rest) };
            rest = inner;
            if matches!(container.kind, Kind::Quote) {
                quotes = place + 1;
            }
        }
        (self.open.len(), quotes, rest)
    }

    fn indent(&self, place: usize) -> usize {
        match self.open.get(place) {
            Some(Container { kind: Kind::Entry { indent }, .. }) => *indent,
            _ => 0,
        }
    }

    /// The block that begins with a line.
    fn start<'a>(&self, line: &'a str, going_on: usize) -> Option<Start<'a>> {
        let text = line.trim_start_matches(' ');
        if line.len() - text.len() >= INDENT {
            return None;
        }
        if let Some(inner) = quoted(text) {
            return Some(Start::Quote(inner));
        }
        if is_rule(text) {
            return Some(Start::Rule);
        }
        let interrupts =
            matches!(self.leaf, Some(Leaf::Paragraph(_))) && going_on == self.open.len();
        heading(text)
            .map(Start::Heading)
            .or_else(|| fence(text, line.len() - text.len()).map(Start::Fence))
            .or_else(|| {
                let (marker, width, content) = entry(text)?;
                // A number that begins a line within a text is seldom a list's.
                let is_clear = !content.is_empty() && marker.number.is_none_or(|n| n == 1);
                let fits = going_on + 2 <= DEEPEST && (is_clear || !interrupts);
                fits.then_some(Start::Entry(marker, width, content))
            })
    }

    /// A line of words.
    fn words(&mut self, going_on: usize, words: &str) {
        let is_inside = going_on == self.open.len();
        let room = self.room();
        match &mut self.leaf {
            Some(Leaf::Paragraph(text)) => {
                let (before, head) = text.rsplit_once('\n').unwrap_or(("", text));
                if is_inside && let Some(columns) = columns(head, words) {
                    let rows = vec![row(Tag::TableHead, head, columns, room)];
                    text.truncate(before.len());
                    self.finish_leaf();
                    self.leaf = Some(Leaf::Table { columns, rows });
                } else {
                    text.push('\n');
                    text.push_str(words);
                }
            }
            Some(Leaf::Table { columns, rows }) if is_inside => {
                rows.push(row(Tag::TableRow, words, *columns, room));
            }
            _ => {
                self.begin(going_on);
                self.leaf = Some(Leaf::Paragraph(words.to_owned()));
            }
        }
    }

    /// A line within fences, or the fence that ends them.
    fn code(&mut self, line: &str) {
        let Some(Leaf::Code { fence, text }) = &mut self.leaf else { return };
        let unindented = line.trim_start_matches(' ');
        let spaces = line.len() - unindented.len();
        let length = run_length(unindented, fence.mark);
        let is_end = spaces < INDENT
            && length >= fence.length
            && unindented.get(length..).is_some_and(|rest| rest.trim().is_empty());
        if is_end {
            self.finish_leaf();
        } else {
            text.push_str(line.get(spaces.min(fence.indent)..).unwrap_or_default());
            text.push('\n');
        }
    }

    /// How many levels the content of a block may have.
    fn room(&self) -> usize {
        DEEPEST.saturating_sub(self.open.len() + 1)
    }

    fn siblings(&mut self) -> &mut Vec<Node> {
        self.open.last_mut().map_or(&mut self.done, |container| &mut container.children)
    }

    fn push(&mut self, kind: Kind) {
        self.open.push(Container { kind, children: Vec::new() });
    }

    /// Adds a block of one line.
    fn add(&mut self, going_on: usize, node: Node) {
        self.begin(going_on);
        self.siblings().push(node);
        self.blank = None;
    }

    /// Makes room for a block within the first `going_on` containers.
    fn begin(&mut self, going_on: usize) {
        self.close_to(going_on);
        if matches!(self.open.last(), Some(Container { kind: Kind::List { .. }, .. })) {
            self.close();
        }
        let entry = self.open.len().wrapping_sub(1);
        if self.open.last().is_some_and(|container| !container.children.is_empty())
            && self.blank.is_some_and(|from| entry >= from)
        {
            self.loosen(entry.wrapping_sub(1));
        }
    }

    /// Begins an entry, and a list if it is not the open one's.
    fn begin_entry(&mut self, going_on: usize, marker: Marker, indent: usize) {
        self.close_to(going_on);
        let list = self.open.len().wrapping_sub(1);
        match self.open.last() {
            Some(Container { kind: Kind::List { marker: open, .. }, .. })
                if open.mark == marker.mark =>
            {
                if self.blank.is_some_and(|from| list >= from) {
                    self.loosen(list);
                }
            }
            _ => {
                self.begin(going_on);
                self.push(Kind::List { marker, is_loose: false });
            }
        }
        self.push(Kind::Entry { indent });
    }

    fn loosen(&mut self, place: usize) {
        if let Some(Container { kind: Kind::List { is_loose, .. }, .. }) = self.open.get_mut(place)
        {
            *is_loose = true;
        }
    }

    fn close_to(&mut self, depth: usize) {
        self.finish_leaf();
        while self.open.len() > depth {
            self.close();
        }
    }

    /// Closes the innermost container.
    fn close(&mut self) {
        let Some(Container { kind, mut children }) = self.open.pop() else { return };
        let tag = match kind {
            Kind::Quote => Tag::Quote,
            Kind::Entry { .. } => Tag::Entry,
            Kind::List { marker, is_loose } => {
                if !is_loose {
                    children.iter_mut().for_each(tighten);
                }
                marker.number.map_or(Tag::Bullets, Tag::Numbered)
            }
        };
        self.siblings().push(Node::Element(tag, children));
    }

    fn finish_leaf(&mut self) {
        let node = match self.leaf.take() {
            Some(Leaf::Paragraph(text)) if !text.is_empty() => {
                Node::Element(Tag::Paragraph, inline::parse(&text, self.room()))
            }
            Some(Leaf::Code { text, .. }) => {
                let text = (!text.is_empty()).then_some(Node::Text(text));
                Node::Element(Tag::CodeBlock, text.into_iter().collect())
            }
            Some(Leaf::Table { rows, .. }) => Node::Element(Tag::Table, rows),
            _ => return,
        };
        self.siblings().push(node);
    }
}

/// Makes the paragraphs of an entry its own words.
fn tighten(entry: &mut Node) {
    if let Node::Element(Tag::Entry, blocks) = entry {
        let flat = std::mem::take(blocks).into_iter().flat_map(|block| match block {
            Node::Element(Tag::Paragraph, words) => words,
            block => vec![block],
        });
        *blocks = flat.collect();
    }
}

/// What a `>` quotes.
fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('>')?;
    Some(inner.strip_prefix(' ').unwrap_or(inner))
}

fn is_rule(text: &str) -> bool {
    text.chars().next().filter(|c| "*-_".contains(*c)).is_some_and(|mark| {
        text.chars().all(|c| c == mark || c == ' ')
            && text.chars().filter(|c| *c == mark).count() > 2
    })
}

fn heading(text: &str) -> Option<&str> {
    let level = run_length(text, '#');
    let words = text.get(level..).filter(|_| (1..=6).contains(&level))?;
    let words = words.strip_prefix(' ').or(words.is_empty().then_some(words))?.trim();
    let open = words.trim_end_matches('#');
    Some(if open.is_empty() || open.ends_with(' ') { open } else { words })
}

fn fence(text: &str, indent: usize) -> Option<Fence> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = run_length(text, mark);
    let is_code_in_line = mark == '`' && text.get(length..)?.contains(mark);
    (length >= 3 && !is_code_in_line).then_some(Fence { mark, length, indent })
}

fn entry(text: &str) -> Option<(Marker, usize, &str)> {
    let digits = text.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let (number, after) = text.split_at_checked(digits).filter(|_| digits < 10)?;
    let mark = after.chars().next()?;
    let number = match mark {
        '-' | '*' | '+' if digits == 0 => None,
        '.' | ')' => Some(number.parse().ok()?),
        _ => return None,
    };
    let after = after.get(1..)?;
    let content = after.trim_start_matches(' ');
    let marker = Marker { mark, number };
    // Far from its marker, the content is indented.
    match after.len() - content.len() {
        _ if content.is_empty() => Some((marker, digits + 2, "")),
        0 => None,
        1..=INDENT => Some((marker, text.len() - content.len(), content)),
        _ => Some((marker, digits + 2, after.get(1..)?)),
    }
}

/// How many columns the table has that a line is the head of, if the next line
/// is its delimiter row.
fn columns(head: &str, next: &str) -> Option<usize> {
    if !next.contains('|') || !next.bytes().all(|b| b"|-: ".contains(&b)) {
        return None;
    }
    let delimiters = cells(next);
    let is_delimiter = |cell: &String| {
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|b| b == b'-')
    };
    let is_table = delimiters.iter().all(is_delimiter) && cells(head).len() == delimiters.len();
    is_table.then_some(delimiters.len())
}

/// The cells of a row. A bar with a backslash before it is text.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim();
    let mut cells = vec![String::new()];
    let mut chars = row.strip_prefix('|').unwrap_or(row).chars().peekable();
    while let Some(c) = chars.next() {
        match (c, cells.last_mut()) {
            ('\\', Some(cell)) if chars.next_if_eq(&'|').is_some() => cell.push('|'),
            ('|', _) if chars.peek().is_some() => cells.push(String::new()),
            ('|', _) => {}
            (c, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn row(tag: Tag, line: &str, columns: usize, room: usize) -> Node {
    let room = room.saturating_sub(2);
    let cells = cells(line).into_iter().take(columns);
    let cell = |cell: String| Node::Element(Tag::TableCell, inline::parse(&cell, room));
    Node::Element(tag, cells.map(cell).collect())
}
