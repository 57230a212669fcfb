//! What is within a paragraph: emphasis, code, links, line breaks.
//!
//! Emphasis is matched by the delimiter stack of the CommonMark specification
//! (version 0.31, "An algorithm for parsing nested emphasis and links"), which
//! takes time in proportion to the text.

use std::collections::BTreeMap;

use super::tree::Tree;
use super::{Node, Tag, is_web_address};

/// What may mean something within a line.
const MARKS: [char; 10] = ['\\', '`', '<', '&', '\n', '*', '_', '~', '[', ']'];

/// As many parentheses may be open within the address of a link. Without a
/// limit, many addresses that never end would take quadratic time.
const OPEN_PARENTHESES: usize = 32;

enum Token {
    Node(Node),
    Run(Run),
    /// A bracket that may yet begin a link, or an image.
    Bracket {
        is_image: bool,
    },
    /// An element, or only the bounds of a link that leads nowhere.
    Start(Option<Tag>),
    End,
}

/// A run of `*`, `_` or `~`.
struct Run {
    mark: char,
    length: usize,
    opens: bool,
    closes: bool,
    /// How many of its marks are not used yet. They are text in the end.
    left: usize,
    /// The elements that end here.
    ends: usize,
    /// The elements that start here, the innermost first.
    starts: Vec<Tag>,
}

/// Parses the text of a paragraph, of which every line begins at its first
/// word, into at most `room` levels.
pub(super) fn parse(text: &str, room: usize) -> Vec<Node> {
    let text = text.trim_end();
    let mut scanner = Scanner {
        text,
        at: 0,
        tokens: Vec::new(),
        brackets: Vec::new(),
        last_link: 0,
        backticks: last_backticks(text),
    };
    while scanner.at < text.len() {
        scanner.token();
    }
    let mut tokens = scanner.tokens;
    match_emphasis(&mut tokens);
    tree(tokens, room)
}

/// Where the last run of so many backticks begins.
fn last_backticks(text: &str) -> BTreeMap<usize, usize> {
    let mut last = BTreeMap::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(before) = rest.find('`')
    {
        let length = run_length(rest.get(before..).unwrap_or_default(), '`');
        last.insert(length, at + before);
        at += before + length;
    }
    last
}

/// How many times the one-byte `mark` stands at the beginning of a text.
pub(super) fn run_length(text: &str, mark: char) -> usize {
    text.len() - text.trim_start_matches(mark).len()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// The places of open brackets among the tokens.
    brackets: Vec<usize>,
    /// Where the last link began: a bracket before it is not a link, because a
    /// link has none within it.
    last_link: usize,
    backticks: BTreeMap<usize, usize>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads one token, which takes at least one character.
    fn token(&mut self) {
        let rest = self.rest();
        let mut chars = rest.chars();
        let Some(first) = chars.next() else { return };
        match first {
            '\\' => match chars.next() {
                Some('\n') => self.line_break(2, true),
                Some(c) if c.is_ascii_punctuation() => {
                    self.at += 1;
                    self.take_text(1);
                }
                _ => self.take_text(1),
            },
            '`' => self.code(),
            '<' => self.autolink(),
            '&' => match entity(rest) {
                Some((c, length)) => self.push_text(c.encode_utf8(&mut [0; 4]), length),
                None => self.take_text(1),
            },
            '\n' => self.line_break(1, false),
            '*' | '_' | '~' => self.run(first),
            '[' => self.bracket(false),
            ']' => self.close_bracket(),
            _ => {
                let plain = rest.find(MARKS).unwrap_or(rest.len());
                let before = plain.saturating_sub(1);
                if rest.get(before..).is_some_and(|rest| rest.starts_with("![")) {
                    self.take_text(before);
                    self.bracket(true);
                } else {
                    self.take_text(plain);
                }
            }
        }
    }

    /// Takes the next `length` bytes as text.
    fn take_text(&mut self, length: usize) {
        self.push_text(self.rest().get(..length).unwrap_or_default(), length);
    }

    /// Adds text that stands for the next `length` bytes.
    fn push_text(&mut self, text: &str, length: usize) {
        self.at += length;
        match self.tokens.last_mut() {
            Some(Token::Node(Node::Text(before))) => before.push_str(text),
            _ => self.push(Node::Text(text.to_owned())),
        }
    }

    fn push(&mut self, node: Node) {
        self.tokens.push(Token::Node(node));
    }

    /// The end of a line. Two spaces before it break the line, and so does a
    /// backslash.
    fn line_break(&mut self, length: usize, mut is_hard: bool) {
        if let Some(Token::Node(Node::Text(text))) = self.tokens.last_mut() {
            is_hard |= text.ends_with("  ");
            text.truncate(text.trim_end_matches([' ', '\t']).len());
        }
        if is_hard {
            self.push(Node::Break);
            self.at += length;
        } else {
            self.push_text(" ", length);
        }
    }

    fn code(&mut self) {
        let length = run_length(self.rest(), '`');
        let from = self.at + length;
        if self.backticks.get(&length).is_none_or(|last| *last < from) {
            return self.take_text(length);
        }
        let mut to = from;
        while let Some(rest) = self.text.get(to..)
            && let Some(before) = rest.find('`')
        {
            let found = run_length(rest.get(before..).unwrap_or_default(), '`');
            to += before;
            if found == length {
                break;
            }
            to += found;
        }
        let code = self.text.get(from..to).unwrap_or_default().replace('\n', " ");
        let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
        let inner = inner.filter(|inner| !inner.trim_matches(' ').is_empty());
        self.push(Node::Code(inner.unwrap_or(&code).to_owned()));
        self.at = to + length;
    }

    /// An address in angle brackets. All else that begins so is text.
    fn autolink(&mut self) {
        let rest = self.rest().get(1..).unwrap_or_default();
        let end = rest.find(|c: char| c == '<' || c == '>' || c.is_whitespace());
        let url = end.filter(|end| rest.get(*end..).is_some_and(|rest| rest.starts_with('>')));
        match url.and_then(|end| rest.get(..end)).filter(|url| has_scheme(url)) {
            Some(url) => {
                self.tokens.push(Token::Start(link(url.to_owned())));
                self.push(Node::Text(url.to_owned()));
                self.tokens.push(Token::End);
                self.at += url.len() + 2;
            }
            None => self.take_text(1),
        }
    }

    fn run(&mut self, mark: char) {
        let length = run_length(self.rest(), mark);
        if mark == '~' && length != 2 {
            return self.take_text(length);
        }
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back());
        let after = self.rest().get(length..).and_then(|text| text.chars().next());
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_boundary = |c: Option<char>| is_space(c) || c.is_some_and(is_punctuation);
        // `_` within a word is a letter.
        let reaches = |inner, outer| {
            !is_space(inner)
                && (is_boundary(outer) || mark == '~' || mark == '*' && !is_boundary(inner))
        };
        self.tokens.push(Token::Run(Run {
            mark,
            length,
            opens: reaches(after, before),
            closes: reaches(before, after),
            left: length,
            ends: 0,
            starts: Vec::new(),
        }));
        self.at += length;
    }

    fn bracket(&mut self, is_image: bool) {
        self.brackets.push(self.tokens.len());
        self.tokens.push(Token::Bracket { is_image });
        self.at += 1 + usize::from(is_image);
    }

    fn close_bracket(&mut self) {
        let place = self.brackets.pop();
        let last_link = self.last_link;
        let found = place.and_then(|place| match self.tokens.get_mut(place)? {
            opener @ Token::Bracket { is_image: true } => Some((place, true, opener)),
            opener if place >= last_link => Some((place, false, opener)),
            _ => None,
        });
        let target = self.text.get(self.at + 1..).and_then(destination);
        let (Some((place, is_image, opener)), Some((url, length))) = (found, target) else {
            return self.take_text(1);
        };
        if is_image {
            // An image is not fetched: its address could tell a stranger what was asked.
            *opener = Token::Start(None);
        } else {
            *opener = Token::Start(link(url));
            self.last_link = place;
        }
        self.tokens.push(Token::End);
        self.at += 1 + length;
    }
}

fn link(url: String) -> Option<Tag> {
    is_web_address(&url).then_some(Tag::Link(url))
}

fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_punctuation()
    } else {
        !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
    }
}

fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        (2..=32).contains(&scheme.len())
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
    })
}

/// The character that an entity at the beginning of a text is, and the
/// entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    let named = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"')];
    if let Some((name, c)) = named.into_iter().find(|(name, _)| text.starts_with(name)) {
        return Some((c, name.len()));
    }
    let number = text.strip_prefix("&#")?;
    let (digits, radix, most) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 6),
        None => (number, 10, 7),
    };
    let length = digits.bytes().take(most).take_while(|b| char::from(*b).is_digit(radix)).count();
    digits.get(length..)?.strip_prefix(';')?;
    let code = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
    let c = char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((c, text.len() - digits.len() + length + 1))
}

/// A text without backslashes before marks, and with its entities resolved.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let rest = text.get(at..).unwrap_or_default();
        if c == '&'
            && let Some((c, length)) = entity(rest)
        {
            plain.push(c);
            chars.nth(length - 2);
        } else if c == '\\' && escaped(rest).is_some() {
            plain.extend(chars.next().map(|(_, c)| c));
        } else {
            plain.push(c);
        }
    }
    plain
}

/// The character that a backslash at the beginning of a text makes plain.
fn escaped(text: &str) -> Option<char> {
    text.strip_prefix('\\')?.chars().next().filter(char::is_ascii_punctuation)
}

/// The address in `(address "title")` at the beginning of a text, and the
/// length of it all.
fn destination(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('(')?.trim_start();
    let (url, rest) = match inner.strip_prefix('<') {
        Some(inner) => {
            let end = find_unescaped(inner, |c| matches!(c, '<' | '>' | '\n'))?;
            (inner.get(..end)?, inner.get(end..)?.strip_prefix('>')?)
        }
        None => inner.split_at_checked(bare_address(inner)?)?,
    };
    let mut after = rest.trim_start();
    if after.len() < rest.len()
        && let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'' | '('))
    {
        let last = if quote == '(' { ')' } else { quote };
        let title = after.get(1..)?;
        let end = find_unescaped(title, |c| c == last || c == quote)?;
        after = title.get(end..)?.strip_prefix(last)?.trim_start();
    }
    let after = after.strip_prefix(')')?;
    Some((unescape(url), text.len() - after.len()))
}

/// The length of an address without angle brackets: its parentheses are in
/// pairs.
fn bare_address(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let end = find_unescaped(text, |c| {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return true,
            ')' => open -= 1,
            _ => {}
        }
        c == ' ' || c.is_ascii_control() || open > OPEN_PARENTHESES
    })?;
    (open == 0).then_some(end)
}

/// Where a character first is `wanted` that has no backslash before it.
fn find_unescaped(text: &str, mut wanted: impl FnMut(char) -> bool) -> Option<usize> {
    let mut after_backslash = false;
    text.find(|c: char| {
        if after_backslash && c.is_ascii_punctuation() {
            after_backslash = false;
            return false;
        }
        after_backslash = c == '\\';
        wanted(c)
    })
}

/// Below these tokens no opener is for a run of this mark and kind. They bound
/// each search, so that all of them together are linear.
type Bottoms = [usize; 18];

fn kind(run: &Run) -> usize {
    let mark = match run.mark {
        '*' => 0,
        '_' => 1,
        _ => 2,
    };
    mark * 6 + usize::from(run.opens) * 3 + run.length % 3
}

/// Finds what each run starts and ends.
fn match_emphasis(tokens: &mut [Token]) {
    let mut openers: Vec<usize> = Vec::new();
    let mut bottoms: Bottoms = [0; 18];
    // Emphasis begins and ends on the same side of a link's bounds.
    let mut around: Vec<(usize, Bottoms)> = Vec::new();
    for place in 0..tokens.len() {
        let (before, rest) = tokens.split_at_mut(place);
        match rest.first_mut() {
            Some(Token::Start(_)) => {
                around.push((openers.len(), bottoms));
                bottoms = [place; 18];
            }
            Some(Token::End) => {
                if let Some((outer, outer_bottoms)) = around.pop() {
                    openers.truncate(outer);
                    bottoms = outer_bottoms;
                }
            }
            Some(Token::Run(run)) => {
                if run.closes
                    && let Some(bottom) = bottoms.get_mut(kind(run))
                    && !close(run, before, &mut openers, *bottom)
                {
                    *bottom = place;
                }
                if run.opens && run.left > 0 {
                    openers.push(place);
                }
            }
            _ => {}
        }
    }
}

/// Ends what a run can end, and tells whether all of it did.
fn close(run: &mut Run, before: &mut [Token], openers: &mut Vec<usize>, bottom: usize) -> bool {
    while run.left > 0 {
        let found = openers.iter().enumerate().rev().take_while(|(_, place)| **place >= bottom);
        let found = found.map(|(depth, place)| (depth, *place)).find(|(_, place)| {
            matches!(before.get(*place), Some(Token::Run(opener)) if is_pair(opener, run))
        });
        let Some((depth, place)) = found else { return false };
        let Some(Token::Run(opener)) = before.get_mut(place) else { return false };
        let (tag, used) = match run.mark {
            '~' => (Tag::Struck, 2),
            _ if run.left >= 2 && opener.left >= 2 => (Tag::Strong, 2),
            _ => (Tag::Emphasis, 1),
        };
        opener.starts.push(tag);
        opener.left = opener.left.saturating_sub(used);
        run.ends += 1;
        run.left = run.left.saturating_sub(used);
        openers.truncate(depth + usize::from(opener.left > 0));
    }
    true
}

fn is_pair(opener: &Run, closer: &Run) -> bool {
    let is_ambiguous = opener.closes || closer.opens;
    opener.mark == closer.mark
        && (!is_ambiguous
            || !(opener.length + closer.length).is_multiple_of(3)
            || closer.length.is_multiple_of(3))
}

fn tree(tokens: Vec<Token>, room: usize) -> Vec<Node> {
    let mut tree = Tree::new(room);
    let text = |text: &str| Node::Text(text.to_owned());
    for token in tokens {
        match token {
            Token::Node(node) => tree.push(node),
            Token::Bracket { is_image } => tree.push(text(if is_image { "![" } else { "[" })),
            Token::Start(tag) => tree.start(tag),
            Token::End => tree.end(),
            Token::Run(run) => {
                (0..run.ends).for_each(|_| tree.end());
                tree.push(text(&run.mark.to_string().repeat(run.left)));
                run.starts.into_iter().rev().for_each(|tag| tree.start(Some(tag)));
            }
        }
    }
    tree.finish()
}
