use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::InputFile;
use crate::error::PackError;
use crate::report::Log;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// RecBole's: TAB-separated, no quotes, a header of `name:type`.
    Atomic,
    /// Separated by the character that splits the first line into most columns;
    /// fields in quotes may hold it, and span lines.
    Sniffed,
}

/// A file with a header, ready to be read row by row.
pub(super) struct Table<'a> {
    file: &'a str,
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    columns: Vec<String>,
}

/// Where a column stands; `None` if the file has none.
pub(super) type Place = Option<usize>;

impl<'a> Table<'a> {
    /// Reads the header.
    pub(super) fn open(file: &'a InputFile, syntax: Syntax) -> Self {
        // The mark that some editors put before UTF-8.
        let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
        let delimiters: &[u8] = if syntax == Syntax::Atomic { b"\t" } else { b";,\t" };
        let reader = |delimiter: u8| {
            ReaderBuilder::new()
                .delimiter(delimiter)
                .quoting(syntax == Syntax::Sniffed)
                .flexible(true)
                .from_reader(bytes)
        };
        let columns = |delimiter: u8| -> Vec<String> {
            // A reader of bytes in memory does not fail.
            let header = reader(delimiter).byte_headers().cloned().unwrap_or_default();
            header.iter().map(|name| column_name(name, syntax)).collect()
        };
        let delimiter = delimiters
            .iter()
            .copied()
            .max_by_key(|delimiter| columns(*delimiter).len())
            .unwrap_or(b',');
        Self { file: &file.name, bytes, reader: reader(delimiter), columns: columns(delimiter) }
    }

    /// Where the first of these columns stands that the file has.
    pub(super) fn place(&self, names: &[&str]) -> Place {
        names.iter().find_map(|name| self.columns.iter().position(|column| column == name))
    }

    /// Where a column stands without which the file cannot be read.
    pub(super) fn needed(&self, column: &'static str) -> Result<Place, PackError> {
        let place = self.place(&[column]);
        if place.is_some() {
            return Ok(place);
        }
        const SHOWN: usize = 200;
        let found: String = self.columns.join(", ").chars().take(SHOWN).collect();
        Err(PackError::MissingColumn {
            file: self.file.to_owned(),
            column,
            found: if found.is_empty() { "nothing".to_owned() } else { found },
        })
    }

    /// Hands every row to `take`, which may refuse it with a reason.
    pub(super) fn each(
        mut self,
        log: &mut Log,
        mut take: impl FnMut(&Row<'_>) -> Result<(), String>,
    ) -> Result<(), PackError> {
        // The header, so that positions are those of rows.
        let _ = self.reader.byte_headers();
        let mut record = ByteRecord::new();
        loop {
            let before = self.reader.position().clone();
            if !self.reader.read_byte_record(&mut record).unwrap_or(false) {
                return Ok(());
            }
            let line = before.line() + self.skipped_lines(before.byte());
            let row = Row { record: &record };
            let outcome = if record.len() != self.columns.len() {
                let spans_lines = self.reader.position().line() > line + 1;
                Err(format!(
                    "it has {} fields, not {}{}",
                    record.len(),
                    self.columns.len(),
                    if spans_lines { "; a quote may not be closed" } else { "" },
                ))
            } else if record.iter().any(|field| std::str::from_utf8(field).is_err()) {
                Err("it is not UTF-8 text".to_owned())
            } else {
                take(&row)
            };
            match outcome {
                Ok(()) => log.row(),
                Err(reason) => log.broken(line, reason)?,
            }
        }
    }

    /// How many line ends lie between a position and the row that follows it: the
    /// reader passes over empty lines.
    fn skipped_lines(&self, byte: u64) -> u64 {
        let rest = self.bytes.get(byte as usize..).unwrap_or_default();
        let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        ends.filter(|byte| **byte == b'\n').count() as u64
    }
}

fn column_name(name: &[u8], syntax: Syntax) -> String {
    let name = String::from_utf8_lossy(name);
    let name = match syntax {
        Syntax::Atomic => name.split(':').next().unwrap_or_default(),
        Syntax::Sniffed => &name,
    };
    name.trim().to_lowercase()
}

/// One row.
pub(super) struct Row<'r> {
    record: &'r ByteRecord,
}

impl Row<'_> {
    /// The text of a column, without blanks around it; empty if the file has no
    /// such column.
    pub(super) fn get(&self, place: Place) -> &str {
        let field = place.and_then(|place| self.record.get(place)).unwrap_or_default();
        // Rows that are not UTF-8 do not come this far.
        std::str::from_utf8(field).unwrap_or_default().trim()
    }

    /// The id in a column.
    pub(super) fn id(&self, place: Place, column: &str) -> Result<&str, String> {
        const LONGEST_ID: usize = 256;
        let id = self.get(place);
        if id.is_empty() {
            Err(format!("its {column} is empty"))
        } else if id.len() > LONGEST_ID || id.contains(char::is_control) {
            Err(format!("its {column} is not an id"))
        } else {
            Ok(id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows with their lines, and what is broken.
    fn rows(text: &str, syntax: Syntax) -> (Vec<Vec<String>>, Vec<String>) {
        let file = InputFile { name: "t.csv".into(), bytes: text.into() };
        let table = Table::open(&file, syntax);
        let places: Vec<Place> = (0..table.columns.len()).map(Some).collect();
        let mut log = Log::new(false);
        log.file("t.csv", "rows");
        let mut taken = Vec::new();
        table
            .each(&mut log, |row| {
                row.id(Some(0), "id")?;
                taken.push(places.iter().map(|place| row.get(*place).to_owned()).collect());
                Ok(())
            })
            .unwrap();
        let report = log.into_report(usher_bundle::Counts::default(), None);
        let told = report.broken.iter().map(|row| format!("{}: {}", row.line, row.reason));
        (taken, told.collect())
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_the_header() {
        for text in ["id,a b\n1,x;y", "id;a b\n1;x,y", "\u{feff}id\ta b\r\n1\tx,y\r\n"] {
            let (taken, broken) = rows(text, Syntax::Sniffed);
            assert_eq!(taken.concat().len(), 2, "{text:?}");
            assert_eq!(broken, [""; 0]);
        }
    }

    #[test]
    fn quoted_fields_span_lines_and_lines_are_counted_as_an_editor_does() {
        let text = "id,text\n1,\"one\ntwo, \"\"three\"\"\"\n\n\n2\n,x\n3,z\n";
        let (taken, broken) = rows(text, Syntax::Sniffed);
        assert_eq!(taken, [["1", "one\ntwo, \"three\""], ["3", "z"]]);
        assert_eq!(broken, ["6: it has 1 fields, not 2", "7: its id is empty"]);
        let (_, broken) = rows(&text.replace('\n', "\r\n"), Syntax::Sniffed);
        assert_eq!(broken, ["6: it has 1 fields, not 2", "7: its id is empty"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_one_broken_row() {
        let (taken, broken) = rows("id,text\n1,a\n2,\"b\n3,c\n4,d,e,f\n", Syntax::Sniffed);
        assert_eq!(taken, [["1", "a"], ["2", "b\n3,c\n4,d,e,f"]]);
        assert_eq!(broken, [""; 0]);
        let (_, broken) = rows("id,a,b\n2,\"b\n3,c,d\n4,d,e\n", Syntax::Sniffed);
        assert_eq!(broken, ["2: it has 2 fields, not 3; a quote may not be closed"]);
    }

    #[test]
    fn atomic_files_have_types_in_the_header_and_no_quotes() {
        let (taken, broken) = rows("id:token\ttext:token_seq\n1\t\"Heat\n", Syntax::Atomic);
        assert_eq!(taken, [["1", "\"Heat"]]);
        assert_eq!(broken, [""; 0]);
    }

    #[test]
    fn a_row_that_is_not_utf8_is_broken() {
        let file = InputFile { name: "t.csv".into(), bytes: b"id,a\n1,caf\xe9\n".to_vec() };
        let mut log = Log::new(true);
        log.file("t.csv", "rows");
        let error = Table::open(&file, Syntax::Sniffed).each(&mut log, |_| Ok(())).unwrap_err();
        assert!(error.to_string().starts_with("t.csv, line 2: it is not UTF-8 text."), "{error}");
    }
}
