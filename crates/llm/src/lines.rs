/// Longer lines are refused: nothing that a model says in one piece is so long.
pub(crate) const MOST_LINE_BYTES: usize = 4 << 20;

/// Bytes as they arrive, cut anywhere, made into lines. A line ends with LF, CR or
/// both, as server-sent events may.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    bytes: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// How far a line's end was looked for in vain.
    seen: usize,
    /// The last line ended with CR: an LF that follows belongs to it.
    after_cr: bool,
    begun: bool,
}

impl Lines {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.seen -= self.start;
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole line, without its end; of a line that is too long, as much as
    /// tells that.
    pub(crate) fn next_line(&mut self) -> Option<Vec<u8>> {
        if self.after_cr && self.bytes.get(self.start)? == &b'\n' {
            self.start += 1;
            self.seen = self.seen.max(self.start);
        }
        self.after_cr = false;
        let rest = self.bytes.get(self.seen..)?;
        let Some(length) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.seen = self.bytes.len();
            return (self.bytes.len() - self.start > MOST_LINE_BYTES).then(|| self.take_rest());
        };
        let end = self.seen + length;
        self.after_cr = self.bytes.get(end) == Some(&b'\r');
        let line = self.line(end);
        self.start = end + 1;
        self.seen = self.start;
        Some(line)
    }

    /// What is left when no more bytes come: a line without an end, maybe empty.
    pub(crate) fn take_rest(&mut self) -> Vec<u8> {
        let line = self.line(self.bytes.len());
        *self = Self { begun: true, ..Self::default() };
        line
    }

    fn line(&mut self, end: usize) -> Vec<u8> {
        let line = self.bytes.get(self.start..end).unwrap_or_default();
        // A byte order mark may stand before the first line.
        let is_first = !std::mem::replace(&mut self.begun, true);
        let line = if is_first { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        line.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        for chunk in chunks {
            lines.push(chunk);
            while let Some(line) = lines.next_line() {
                all.push(String::from_utf8_lossy(&line).into_owned());
            }
        }
        all.push(String::from_utf8_lossy(&lines.take_rest()).into_owned());
        all
    }

    #[test]
    fn a_line_ends_with_lf_or_cr_or_both() {
        assert_eq!(lines([&b"a\nb\rc\r\n\r\nd"[..]]), ["a", "b", "c", "", "d"]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        assert_eq!(lines(["\u{feff}a\n\u{feff}b".as_bytes()]), ["a", "\u{feff}b"]);
    }

    #[test]
    fn a_line_without_an_end_is_given_when_it_is_too_long() {
        let mut lines = Lines::default();
        lines.push(&vec![b'x'; MOST_LINE_BYTES]);
        assert_eq!(lines.next_line(), None);
        lines.push(b"x");
        assert!(lines.next_line().is_some_and(|line| line.len() > MOST_LINE_BYTES));
    }

    proptest! {
        #[test]
        fn lines_are_the_same_wherever_the_bytes_are_cut(
            text in "\u{feff}?[a\u{e9}\r\n]{0,40}",
            cuts in prop::collection::vec(1_usize..6, 1..60),
        ) {
            let bytes = text.as_bytes();
            let mut rest = bytes;
            let mut chunks = Vec::new();
            for cut in cuts {
                let (chunk, after) = rest.split_at(cut.min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            chunks.push(rest);
            prop_assert_eq!(lines(chunks), lines([bytes]));
        }
    }
}
