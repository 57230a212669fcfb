//! `mapping.toml`: files and columns by names of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::delimited::Layout;
use super::items::Source;
use super::lists::ListSyntax;
use super::{Telling, Wanted, interactions, items, recbole, users};
use crate::InputFile;
use crate::dataset::Dataset;
use crate::error::PackError;
use crate::items::ITEM_COLUMNS;
use crate::report::Log;

/// The name of the file.
pub(super) const FILE: &str = "mapping.toml";

/// Which file is which, and what its columns are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    /// The kind of dataset, in words.
    #[serde(skip)]
    pub(super) from: Option<&'static str>,
    items: FileMapping,
    users: Option<FileMapping>,
    interactions: FileMapping,
}

/// One file and its columns.
#[derive(Debug, Deserialize)]
struct FileMapping {
    file: String,
    /// What stands between fields; if absent, it is found out.
    separator: Option<String>,
    /// What stands between the parts of a list.
    list_separator: Option<char>,
    /// Fields may stand in quotes.
    quoted: Option<bool>,
    encoding: Option<Encoding>,
    /// The columns of a file without a header.
    columns: Option<Vec<String>>,
    /// Columns that say by 1 that an item is of the genre of that name.
    #[serde(default)]
    genre_flags: Vec<String>,
    /// By column: words of the file with ours.
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, String>>,
    /// Our names of columns with the file's.
    #[serde(flatten)]
    names: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "latin-1")]
    Latin1,
}

/// The columns that the other files may have.
const USERS: [&str; 4] = ["user_id", "age", "gender", "occupation"];
const INTERACTIONS: [&str; 4] = ["user_id", "item_id", "rating", "timestamp"];

/// Stands between fields in place of a separator of several characters.
const UNIT_SEPARATOR: u8 = 0x1f;

impl Mapping {
    /// Reads a mapping of one's own.
    pub(super) fn read(file: &InputFile) -> Result<Self, PackError> {
        let unusable = |reason: String| PackError::Mapping { file: file.name.clone(), reason };
        let text = std::str::from_utf8(&file.bytes).map_err(|error| unusable(error.to_string()))?;
        Self::parse(text).map_err(unusable)
    }

    /// Reads a mapping; an error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(text).map_err(|error| {
            // An error within flattened keys has no place and no name.
            error.message().replace(
                "data did not match any variant",
                "a value is neither a text nor what its key takes",
            )
        })?;
        for (table, file, known) in [
            ("items", Some(&mapping.items), ITEM_COLUMNS.as_slice()),
            ("users", mapping.users.as_ref(), &USERS),
            ("interactions", Some(&mapping.interactions), &INTERACTIONS),
        ] {
            let Some(file) = file else { continue };
            let names = file.names.keys().chain(file.words.keys());
            if let Some(unknown) = names.into_iter().find(|name| !known.contains(&name.as_str())) {
                return Err(format!(
                    "[{table}] names {unknown}, which is none of its columns ({})",
                    known.join(", ")
                ));
            }
            if file.separator.as_ref().is_some_and(String::is_empty) {
                return Err(format!("the separator of [{table}] is empty"));
            }
        }
        Ok(mapping)
    }

    /// The names of the files, those of users last.
    fn files(&self) -> impl Iterator<Item = &FileMapping> {
        [&self.items, &self.interactions].into_iter().chain(&self.users)
    }

    /// Whether one of the mapping's files is this one.
    pub(super) fn names(&self, file: &InputFile) -> bool {
        self.files().any(|mapped| mapped.is(file))
    }

    /// Reads the files of a folder. A table of metadata may stand beside them.
    pub(super) fn read_files(
        &self,
        files: &[InputFile],
        wanted: Wanted,
        log: &mut Log,
        telling: &mut Telling<'_>,
    ) -> Result<Dataset, PackError> {
        let beside = files.iter().find(|file| self.names(file));
        let beside = beside.map_or_else(|| FILE.to_owned(), |file| file.name.clone());
        for (mapped, what) in [
            (Some(&self.items), "the items with their titles"),
            (Some(&self.interactions), "the interactions of users with items"),
            // Who names a file of users wants it; MovieLens comes with or without.
            (self.users.as_ref().filter(|_| self.from.is_none()), "the users"),
        ] {
            let Some(mapped) = mapped else { continue };
            let is_wanted = wanted == Wanted::Everything || std::ptr::eq(mapped, &self.items);
            if is_wanted && !files.iter().any(|file| mapped.is(file)) {
                let file = mapped.file.clone();
                return Err(PackError::MissingFile { file, beside, what });
            }
        }
        let from = self.from.unwrap_or("files named by a mapping");
        let name = if self.from.is_some() { "MovieLens" } else { "Catalogue" };
        let mut dataset = Dataset::new(name.to_owned(), from);
        for file in files {
            telling.file(file);
            let has = |mapped: &FileMapping| mapped.is(file);
            if has(&self.items) {
                let read = self.items.plain(file);
                items::read(&read, &mut dataset, log, self.items.source())?;
            } else if has(&self.interactions) {
                if wanted == Wanted::Everything {
                    let read = self.interactions.plain(file);
                    interactions::read(&read, self.interactions.layout(), &mut dataset, log)?;
                }
            } else if let Some(mapped) = self.users.as_ref().filter(|mapped| has(mapped)) {
                if wanted == Wanted::Everything {
                    users::read(&mapped.plain(file), mapped.layout(), &mut dataset, log)?;
                }
            } else if is_text_table(file) && recbole::is_table(file) {
                dataset.has_table = true;
                items::read(file, &mut dataset, log, Source::TABLE)?;
            } else {
                log.left_out(file.name.clone(), "nothing in it is used");
            }
        }
        self.translate(&mut dataset);
        Ok(dataset)
    }

    /// Puts our words for the files' own.
    fn translate(&self, dataset: &mut Dataset) {
        let words = |of: &FileMapping, column: &str, value: &mut String| {
            if let Some(ours) = of.words.get(column).and_then(|words| words.get(value.as_str())) {
                ours.clone_into(value);
            }
        };
        if !self.items.words.is_empty() {
            dataset.items.each(|item| {
                let Some(facts) = &mut item.listed else { return };
                for (column, parts) in [
                    ("genres", &mut facts.genres),
                    ("director", &mut facts.directors),
                    ("producer", &mut facts.producers),
                    ("actors", &mut facts.actors),
                ] {
                    parts.iter_mut().for_each(|part| words(&self.items, column, part));
                }
                for (column, text) in [
                    ("title", &mut facts.title),
                    ("release_date", &mut facts.date),
                    ("release_month", &mut facts.month),
                    ("country", &mut facts.country),
                    ("duration", &mut facts.duration),
                    ("age_rating", &mut facts.age_rating),
                    ("imdb_rating", &mut facts.imdb_rating),
                    ("imdb_num_reviews", &mut facts.imdb_num_reviews),
                    ("description", &mut facts.description),
                    ("storyline", &mut facts.storyline),
                ] {
                    words(&self.items, column, text);
                }
            });
        }
        if let Some(of) = self.users.as_ref().filter(|users| !users.words.is_empty()) {
            dataset.users.each(|user| {
                words(of, "age", &mut user.age);
                words(of, "gender", &mut user.gender);
                words(of, "occupation", &mut user.occupation);
            });
        }
    }
}

impl FileMapping {
    fn is(&self, file: &InputFile) -> bool {
        file.name.eq_ignore_ascii_case(&self.file)
    }

    fn layout(&self) -> Layout<'_> {
        let delimiters = match self.separator.as_ref().map(String::as_bytes) {
            None => Layout::SNIFFED.delimiters,
            Some(one @ [_]) => one,
            Some(_) => &[UNIT_SEPARATOR],
        };
        Layout {
            delimiters,
            quoted: self.quoted.unwrap_or(true),
            typed: false,
            columns: self.columns.as_deref(),
            names: (!self.names.is_empty()).then_some(&self.names),
        }
    }

    fn source(&self) -> Source<'_> {
        Source {
            layout: self.layout(),
            lists: ListSyntax::Separated(self.list_separator.unwrap_or('|')),
            flags: &self.genre_flags,
            is_table: false,
        }
    }

    /// The file as UTF-8, with one character between fields.
    fn plain<'f>(&self, file: &'f InputFile) -> Cow<'f, InputFile> {
        let mut bytes = Cow::Borrowed(file.bytes.as_slice());
        if self.encoding == Some(Encoding::Latin1) {
            // Each byte of Latin-1 is the character of that number.
            let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            bytes = Cow::Owned(text.into_bytes());
        }
        if let Some(separator) = self.separator.as_ref().filter(|separator| separator.len() > 1) {
            bytes = Cow::Owned(replaced(&bytes, separator.as_bytes(), UNIT_SEPARATOR));
        }
        match bytes {
            Cow::Borrowed(_) => Cow::Borrowed(file),
            Cow::Owned(bytes) => Cow::Owned(InputFile { name: file.name.clone(), bytes }),
        }
    }
}

/// A table of metadata is named as text.
fn is_text_table(file: &InputFile) -> bool {
    let extension = file.name.rsplit('.').next().unwrap_or_default();
    ["csv", "tsv", "txt"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Bytes with one of them in place of each occurrence of some.
fn replaced(bytes: &[u8], some: &[u8], by: u8) -> Vec<u8> {
    let mut rest = bytes;
    let mut result = Vec::with_capacity(bytes.len());
    while let Some((first, after)) = rest.split_first() {
        match rest.strip_prefix(some) {
            Some(after) => {
                result.push(by);
                rest = after;
            }
            None => {
                result.push(*first);
                rest = after;
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_with_a_mapping_is_named() {
        for (text, part) in [
            ("", "items"),
            ("[items]\nfile = 1", "string"),
            ("[items]\nfile = 'a'\ncolour = 'b'\n[interactions]\nfile = 'c'", "colour"),
            ("[items]\nfile = 'a'\nseparator = ''\n[interactions]\nfile = 'c'", "empty"),
            ("[items]\nfile = 'a'\nencoding = 'ebcdic'\n[interactions]\nfile = 'c'", "ebcdic"),
            ("[items]\nfile = 'a'\n[interactions]\nfile = 'c'\n[prices]\nfile = 'd'", "prices"),
        ] {
            let error = Mapping::parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn separators_of_several_characters_are_replaced() {
        assert_eq!(replaced(b"1::a:b:::c", b"::", b'|'), b"1|a:b|:c");
    }

    proptest! {
        #[test]
        fn any_text_is_a_mapping_or_not(text in any::<String>()) {
            let _ = Mapping::parse(&text);
        }
    }
}
