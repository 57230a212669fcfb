use std::collections::BTreeMap;

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::InputFile;
use crate::error::PackError;
use crate::report::Log;

/// How a file is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'a> {
    /// What may stand between fields: that one which splits the first line into most.
    pub(super) delimiters: &'a [u8],
    /// Fields may stand in quotes, hold the delimiter there, and span lines.
    pub(super) quoted: bool,
    /// The first line gives each column as `name:type`.
    pub(super) typed: bool,
    /// The columns of a file whose first line is a row already.
    pub(super) columns: Option<&'a [String]>,
    /// Our names of columns with the file's own; an empty one: the file has none.
    pub(super) names: Option<&'a BTreeMap<String, String>>,
}

impl Layout<'static> {
    /// RecBole's: TAB-separated, no quotes, a header of `name:type`.
    pub(super) const ATOMIC: Self =
        Self { delimiters: b"\t", quoted: false, typed: true, columns: None, names: None };
    /// Separated by a semicolon, a comma or a TAB, with our names of columns.
    pub(super) const SNIFFED: Self =
        Self { delimiters: b";,\t", quoted: true, typed: false, columns: None, names: None };
}

/// A file whose columns are known, ready to be read row by row.
pub(super) struct Table<'a> {
    file: &'a str,
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    columns: Vec<String>,
}

/// Where a column stands; `None` if the file has none.
pub(super) type Place = Option<usize>;

impl<'a> Table<'a> {
    /// Finds out the delimiter and the columns.
    ///
    /// # Errors
    /// The file has no column of a name that the layout tells.
    pub(super) fn open(file: &'a InputFile, layout: Layout<'_>) -> Result<Self, PackError> {
        // The mark that some editors put before UTF-8.
        let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
        let reader = |delimiter: u8| {
            ReaderBuilder::new()
                .delimiter(delimiter)
                .quoting(layout.quoted)
                .has_headers(layout.columns.is_none())
                .flexible(true)
                .from_reader(bytes)
        };
        let first_line = |delimiter: u8| -> ByteRecord {
            // A reader of bytes in memory does not fail.
            reader(delimiter).byte_headers().cloned().unwrap_or_default()
        };
        let delimiter = layout
            .delimiters
            .iter()
            .copied()
            .max_by_key(|delimiter| first_line(*delimiter).len())
            .unwrap_or(b',');
        let columns = match layout.columns {
            Some(columns) => columns.iter().map(|name| plain(name)).collect(),
            None => first_line(delimiter)
                .iter()
                .map(|name| {
                    let name = String::from_utf8_lossy(name);
                    let end = if layout.typed { name.find(':') } else { None };
                    plain(name.get(..end.unwrap_or(name.len())).unwrap_or_default())
                })
                .collect(),
        };
        let mut table = Self { file: &file.name, bytes, reader: reader(delimiter), columns };
        if let Some(names) = layout.names {
            table.rename(names)?;
        }
        Ok(table)
    }

    /// Gives columns our names in place of the file's own.
    fn rename(&mut self, names: &BTreeMap<String, String>) -> Result<(), PackError> {
        let mut renamed = self.columns.clone();
        // A column of our name that is not meant is none of ours.
        for name in &mut renamed {
            if names.contains_key(name) {
                name.clear();
            }
        }
        for (ours, theirs) in names.iter().filter(|(_, theirs)| !theirs.trim().is_empty()) {
            let place = self.place(&[&plain(theirs)]);
            match place.and_then(|place| renamed.get_mut(place)) {
                Some(name) => ours.clone_into(name),
                None => return Err(self.missing(theirs)),
            }
        }
        self.columns = renamed;
        Ok(())
    }

    /// Where the first of these columns stands that the file has.
    pub(super) fn place(&self, names: &[&str]) -> Place {
        names.iter().find_map(|name| self.columns.iter().position(|column| column == name))
    }

    /// Where a column stands without which the file cannot be read.
    pub(super) fn needed(&self, column: &str) -> Result<Place, PackError> {
        match self.place(&[column]) {
            None => Err(self.missing(column)),
            place => Ok(place),
        }
    }

    fn missing(&self, column: &str) -> PackError {
        const SHOWN: usize = 200;
        let found: String = self.columns.join(", ").chars().take(SHOWN).collect();
        PackError::MissingColumn {
            file: self.file.to_owned(),
            column: column.to_owned(),
            found: if found.is_empty() { "nothing".to_owned() } else { found },
        }
    }

    /// Hands every row to `take`, which may refuse it with a reason.
    pub(super) fn each(
        mut self,
        log: &mut Log,
        mut take: impl FnMut(&Row<'_>) -> Result<(), String>,
    ) -> Result<(), PackError> {
        // The header, if there is one, so that positions are those of rows.
        if self.reader.has_headers() {
            let _ = self.reader.byte_headers();
        }
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

/// A column's name as it is compared.
fn plain(name: &str) -> String {
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
    fn rows(text: &str, layout: Layout<'_>) -> (Vec<Vec<String>>, Vec<String>) {
        let file = InputFile { name: "t.csv".into(), bytes: text.into() };
        let table = Table::open(&file, layout).unwrap();
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
            let (taken, broken) = rows(text, Layout::SNIFFED);
            assert_eq!(taken.concat().len(), 2, "{text:?}");
            assert_eq!(broken, [""; 0]);
        }
    }

    #[test]
    fn quoted_fields_span_lines_and_lines_are_counted_as_an_editor_does() {
        let text = "id,text\n1,\"one\ntwo, \"\"three\"\"\"\n\n\n2\n,x\n3,z\n";
        let (taken, broken) = rows(text, Layout::SNIFFED);
        assert_eq!(taken, [["1", "one\ntwo, \"three\""], ["3", "z"]]);
        assert_eq!(broken, ["6: it has 1 fields, not 2", "7: its id is empty"]);
        let (_, broken) = rows(&text.replace('\n', "\r\n"), Layout::SNIFFED);
        assert_eq!(broken, ["6: it has 1 fields, not 2", "7: its id is empty"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_one_broken_row() {
        let (taken, broken) = rows("id,text\n1,a\n2,\"b\n3,c\n4,d,e,f\n", Layout::SNIFFED);
        assert_eq!(taken, [["1", "a"], ["2", "b\n3,c\n4,d,e,f"]]);
        assert_eq!(broken, [""; 0]);
        let (_, broken) = rows("id,a,b\n2,\"b\n3,c,d\n4,d,e\n", Layout::SNIFFED);
        assert_eq!(broken, ["2: it has 2 fields, not 3; a quote may not be closed"]);
    }

    #[test]
    fn atomic_files_have_types_in_the_header_and_no_quotes() {
        let (taken, broken) = rows("id:token\ttext:token_seq\n1\t\"Heat\n", Layout::ATOMIC);
        assert_eq!(taken, [["1", "\"Heat"]]);
        assert_eq!(broken, [""; 0]);
    }

    #[test]
    fn a_row_that_is_not_utf8_is_broken() {
        let file = InputFile { name: "t.csv".into(), bytes: b"id,a\n1,caf\xe9\n".to_vec() };
        let mut log = Log::new(true);
        log.file("t.csv", "rows");
        let error =
            Table::open(&file, Layout::SNIFFED).unwrap().each(&mut log, |_| Ok(())).unwrap_err();
        assert!(error.to_string().starts_with("t.csv, line 2: it is not UTF-8 text."), "{error}");
    }
}
