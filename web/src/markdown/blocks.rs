//! Lines to blocks.

use super::{DEEPEST, Node, Tag, inline};

/// Parses lines that stand `depth` blocks deep.
pub(super) fn parse(lines: &[&str], depth: usize) -> Vec<Node> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        let block = if line.trim().is_empty() {
            Some((None, 1))
        } else {
            block(rest, &paragraph, depth).map(|(node, taken)| (Some(node), taken))
        };
        let Some((node, taken)) = block else {
            paragraph.push(line);
            at += 1;
            continue;
        };
        finish(&mut paragraph, &mut blocks);
        blocks.extend(node);
        at += taken.max(1);
    }
    finish(&mut paragraph, &mut blocks);
    blocks
}

fn finish(paragraph: &mut Vec<&str>, blocks: &mut Vec<Node>) {
    if !paragraph.is_empty() {
        blocks.push(Node::Element(Tag::Paragraph, inline::parse(&paragraph.join("\n"))));
        paragraph.clear();
    }
}

/// The block that the first of `lines` begins, if it is more than a paragraph, and
/// how many lines it takes.
fn block(lines: &[&str], paragraph: &[&str], depth: usize) -> Option<(Node, usize)> {
    let line = lines.first()?.trim_start();
    if let Some(fence) = fence_of(line) {
        return Some(code(lines, fence));
    }
    if let Some(words) = heading(line) {
        return Some((Node::Element(Tag::Heading, inline::parse(words)), 1));
    }
    if is_rule(line) {
        return Some((Node::Rule, 1));
    }
    if paragraph.is_empty()
        && let Some(table) = table(lines)
    {
        return Some(table);
    }
    if depth >= DEEPEST {
        return None;
    }
    if line.starts_with('>') {
        return Some(quote(lines, depth));
    }
    // In a paragraph, a year at the beginning of a line is not a list.
    Marker::of(line)
        .filter(|marker| paragraph.is_empty() || matches!(marker.number, None | Some(1)))
        .map(|marker| list(lines, marker, depth))
}

/// Whether a line begins a block of its own, rather than going on with a paragraph.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start();
    fence_of(line).is_some()
        || heading(line).is_some()
        || is_rule(line)
        || line.starts_with('>')
        || Marker::of(line).is_some_and(|marker| matches!(marker.number, None | Some(1)))
}

/// The mark that a code block's first line begins with.
fn fence_of(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(mark);
    let fence = line.get(..line.len() - rest.len())?;
    (fence.len() >= 3 && !(mark == '`' && rest.contains('`'))).then_some(fence)
}

fn code(lines: &[&str], fence: &str) -> (Node, usize) {
    let closes = |line: &&str| {
        let line = line.trim();
        line.starts_with(fence) && line.chars().all(|c| fence.starts_with(c))
    };
    let content = lines.iter().skip(1).take_while(|line| !closes(line));
    let mut taken = 1;
    let mut text = String::new();
    for line in content {
        text.push_str(line);
        text.push('\n');
        taken += 1;
    }
    (Node::Element(Tag::CodeBlock, vec![Node::Text(text)]), taken + 1)
}

fn heading(line: &str) -> Option<&str> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let is_heading = (1..=6).contains(&level) && (words.is_empty() || words.starts_with(' '));
    is_heading.then(|| words.trim().trim_end_matches('#').trim_end())
}

fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let first = marks.next();
    matches!(first, Some('-' | '*' | '_'))
        && marks.clone().count() >= 2
        && marks.all(|mark| Some(mark) == first)
}

fn quote(lines: &[&str], depth: usize) -> (Node, usize) {
    let mut inner = Vec::new();
    for line in lines {
        let line = line.trim_start();
        match line.strip_prefix('>') {
            Some(words) => inner.push(words.strip_prefix(' ').unwrap_or(words)),
            // A paragraph goes on without the mark.
            None if !line.is_empty() && !begins_block(line) => inner.push(line),
            None => break,
        }
    }
    (Node::Element(Tag::Quote, parse(&inner, depth + 1)), inner.len())
}

/// What a list's entry begins with.
#[derive(Clone, Copy)]
struct Marker {
    number: Option<u32>,
    /// The mark itself, or what follows the number: another one is another list.
    mark: char,
    /// Length with the space after it, in bytes.
    length: usize,
}

impl Marker {
    fn of(line: &str) -> Option<Self> {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let number = line.get(..digits).filter(|digits| !digits.is_empty());
        let mark = line.get(digits..)?.chars().next()?;
        let number = match (number, mark) {
            (None, '-' | '*' | '+') => None,
            // Nine digits, as CommonMark allows, fit the number.
            (Some(number), '.' | ')') if digits <= 9 => Some(number.parse().ok()?),
            _ => return None,
        };
        let words = line.get(digits + 1..)?;
        let is_marker = words.is_empty() || words.starts_with(' ');
        is_marker.then_some(Self { number, mark, length: digits + 2 })
    }

    fn is_of_one_list_with(self, other: Self) -> bool {
        self.mark == other.mark && self.number.is_some() == other.number.is_some()
    }
}

fn list(lines: &[&str], first: Marker, depth: usize) -> (Node, usize) {
    let mut entries: Vec<Vec<&str>> = Vec::new();
    let mut indent = 0;
    let mut is_loose = false;
    let mut blank = 0;
    let mut taken = 0;
    for line in lines {
        let words = line.trim_start();
        if words.is_empty() {
            blank += 1;
            continue;
        }
        let inset = line.len() - words.len();
        let next = Marker::of(words).filter(|marker| {
            (inset < indent || entries.is_empty())
                && marker.is_of_one_list_with(first)
                && !is_rule(words)
        });
        let entry = if let Some(marker) = next {
            indent = inset + marker.length;
            is_loose |= blank > 0;
            entries.push(Vec::new());
            words.get(marker.length..).unwrap_or_default()
        } else if inset >= indent {
            line.get(indent..).unwrap_or(words)
        } else if blank == 0 && !begins_block(words) {
            words
        } else {
            break;
        };
        if let Some(current) = entries.last_mut() {
            if next.is_none() && blank > 0 {
                is_loose = true;
                current.push("");
            }
            current.push(entry);
        }
        taken += blank + 1;
        blank = 0;
    }
    let entries = entries.iter().map(|lines| {
        let mut blocks = parse(lines, depth + 1);
        if !is_loose {
            blocks = blocks.into_iter().flat_map(without_paragraph).collect();
        }
        Node::Element(Tag::Entry, blocks)
    });
    let tag = first.number.map_or(Tag::Bullets, Tag::Numbered);
    (Node::Element(tag, entries.collect()), taken)
}

fn without_paragraph(block: Node) -> Vec<Node> {
    match block {
        Node::Element(Tag::Paragraph, words) => words,
        block => vec![block],
    }
}

fn table(lines: &[&str]) -> Option<(Node, usize)> {
    let [head, rule, ..] = lines else { return None };
    let columns = cells(head)?.len();
    let is_rule = |cell: &String| {
        let dashes = cell.trim_start_matches(':').trim_end_matches(':');
        !dashes.is_empty() && dashes.chars().all(|c| c == '-')
    };
    let rule = cells(rule)?;
    if rule.len() != columns || !rule.iter().all(is_rule) {
        return None;
    }
    let row = |tag: Tag, line: &str| {
        let cells = cells(line)?.into_iter().take(columns);
        let cells = cells.map(|cell| Node::Element(Tag::TableCell, inline::parse(&cell)));
        Some(Node::Element(tag, cells.collect()))
    };
    let mut rows = vec![row(Tag::TableHead, head)?];
    rows.extend(lines.iter().skip(2).map_while(|line| row(Tag::TableRow, line)));
    let taken = rows.len() + 1;
    Some((Node::Element(Tag::Table, rows), taken))
}

/// The cells of a table's line; nothing where no `|` parts any.
fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    let mut cells = vec![String::new()];
    let mut is_escaped = false;
    for c in line.strip_prefix('|').unwrap_or(line).chars() {
        if c == '|' && !is_escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    let is_table = line.starts_with('|') || cells.len() > 1;
    is_table.then(|| cells.iter().map(|cell| cell.trim().to_owned()).collect())
}
