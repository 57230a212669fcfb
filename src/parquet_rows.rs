//! Rows of factors from Parquet (<https://parquet.apache.org/docs/file-format/>): a column
//! of lists of numbers, as Spark's ALS writes them, or a column for each factor, as pandas
//! does; and beside them, if there is one, a column of ids.

use std::fs::File;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use parquet::basic::{ConvertedType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

/// With what every file of Parquet begins.
const MAGIC: [u8; 4] = *b"PAR1";
/// What a column of ids is called if several could be one, the likeliest first.
const IDS: [&str; 3] = ["id", "user_id", "item_id"];
/// How many rows are decoded at a time.
const BATCH: usize = 8192;

/// Whether a file begins as Parquet does.
pub(crate) fn is_parquet(path: &Path) -> bool {
    let mut start = MAGIC.map(|_| 0);
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == MAGIC
}

/// The rows of one file, or of several, one after the other.
#[derive(Debug, Default)]
pub(crate) struct ParquetRows {
    /// Numbers to a row; 0 as long as there is none.
    pub(crate) columns: usize,
    pub(crate) numbers: Vec<f32>,
    /// What the columns are called where each holds a factor.
    pub(crate) names: Vec<String>,
    /// The id of each row; `None` where no column holds them.
    pub(crate) ids: Option<Vec<String>>,
}

/// Where in a file the factors and the ids are, as places among its columns.
struct Layout {
    factors: Factors,
    ids: Option<usize>,
}

enum Factors {
    /// A column holds a row's factors as a list.
    List(usize),
    /// Each column holds a factor.
    Columns(Vec<usize>),
}

/// What a column of a row group holds.
struct Values<T> {
    values: Vec<T>,
    /// Where the list of each row begins. Without lists every value is a row.
    starts: Option<Vec<usize>>,
}

impl ParquetRows {
    /// Adds a file's rows.
    ///
    /// # Errors
    /// What is wrong, and what to do, for people. The rows are of no use then.
    pub(crate) fn add(&mut self, file: impl ChunkReader + 'static) -> Result<(), String> {
        // The library panics on some damaged files.
        let added = panic::catch_unwind(AssertUnwindSafe(|| self.add_rows(file)));
        added.unwrap_or_else(|_| Err("it is damaged Parquet. Write it again".to_owned()))
    }

    fn add_rows(&mut self, file: impl ChunkReader + 'static) -> Result<(), String> {
        let reader = SerializedFileReader::new(file).map_err(|error| {
            format!("it is no Parquet file, or is cut short ({error}). Write it again")
        })?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let layout = Layout::of(schema)?;
        if let Factors::Columns(columns) = &layout.factors {
            let names: Vec<String> = columns.iter().map(|place| name(schema, *place)).collect();
            if !self.names.is_empty() && self.names != names {
                return Err(
                    "its columns are not those of the files before it. Write it again".into()
                );
            }
            self.names = names;
        }
        for place in 0..reader.num_row_groups() {
            let group = readable(reader.get_row_group(place))?;
            let rows = match &layout.factors {
                Factors::List(column) => self.add_lists(&*group, *column)?,
                Factors::Columns(columns) => self.add_columns(&*group, columns)?,
            };
            if let Some(column) = layout.ids {
                let ids = ids(&*group, column)?;
                if ids.len() != rows {
                    return Err(format!(
                        "it has {} ids for {rows} rows. Write it again",
                        ids.len()
                    ));
                }
                self.ids.get_or_insert_default().extend(ids);
            }
        }
        Ok(())
    }

    /// Adds the lists of a column, and says how many there were.
    fn add_lists(&mut self, group: &dyn RowGroupReader, column: usize) -> Result<usize, String> {
        let Values { values, starts } = factors(group, column)?;
        let starts = starts.unwrap_or_default();
        let ends = starts.iter().skip(1).copied().chain([values.len()]);
        for (row, (start, end)) in starts.iter().zip(ends).enumerate() {
            self.same_columns(end - start, row)?;
        }
        self.numbers.extend(values);
        Ok(starts.len())
    }

    /// Adds the rows that stand across columns, and says how many there were.
    fn add_columns(
        &mut self,
        group: &dyn RowGroupReader,
        columns: &[usize],
    ) -> Result<usize, String> {
        let columns: Vec<Vec<f32>> = columns
            .iter()
            .map(|column| factors(group, *column).map(|factors| factors.values))
            .collect::<Result<_, _>>()?;
        self.same_columns(columns.len(), 0)?;
        let rows = columns.first().map_or(0, Vec::len);
        if columns.iter().any(|column| column.len() != rows) {
            return Err("its columns differ in length. Write it again".to_owned());
        }
        for row in 0..rows {
            self.numbers.extend(columns.iter().filter_map(|column| column.get(row)));
        }
        Ok(rows)
    }

    fn same_columns(&mut self, columns: usize, row: usize) -> Result<(), String> {
        if self.columns == 0 {
            self.columns = columns;
        }
        if self.columns != columns {
            return Err(format!(
                "its row {row} (from 0) has {columns} factors, and those before have {}. Save the factors of one model",
                self.columns
            ));
        }
        Ok(())
    }
}

impl Layout {
    fn of(schema: &SchemaDescriptor) -> Result<Self, String> {
        let (mut lists, mut numbers, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for (place, column) in schema.columns().iter().enumerate() {
            let is_on_top = column.path().parts().len() == 1;
            let is_id =
                matches!(column.physical_type(), Type::INT32 | Type::INT64 | Type::BYTE_ARRAY);
            if is_on_top && !is_id && IDS.contains(&column.name()) {
                return Err(format!(
                    "its column {} is of type {}. Save the ids as whole numbers or text",
                    column.name(),
                    column.physical_type()
                ));
            }
            match (column.physical_type(), column.max_rep_level()) {
                (Type::FLOAT | Type::DOUBLE, 1) => lists.push(place),
                (Type::FLOAT | Type::DOUBLE, 0) if is_on_top => numbers.push(place),
                (_, 0) if is_on_top && is_id => ids.push(place),
                _ => {}
            }
        }
        let name = |place: &usize| name(schema, *place);
        let names = |places: &[usize]| places.iter().map(name).collect::<Vec<_>>().join(", ");
        let factors = match (lists.as_slice(), numbers.as_slice()) {
            ([list], []) => Factors::List(*list),
            ([], [_, ..]) => Factors::Columns(numbers),
            _ => {
                let all: Vec<usize> = (0..schema.num_columns()).collect();
                return Err(format!(
                    "its columns are {}. Save one column of lists of float or double, or one column for each factor, and one of ids",
                    names(&all)
                ));
            }
        };
        let called = |wanted: &&str| ids.iter().find(|place| name(place) == **wanted);
        let ids = match (IDS.iter().find_map(called), ids.as_slice()) {
            (Some(id), _) | (None, [id]) => Some(*id),
            (None, []) => None,
            (None, _) => {
                return Err(format!(
                    "its columns {} could all be ids. Save one of them, or call it id",
                    names(&ids)
                ));
            }
        };
        Ok(Self { factors, ids })
    }
}

/// A column's name, without what is in it: `features` of `features.list.element`.
fn name(schema: &SchemaDescriptor, column: usize) -> String {
    schema.column(column).path().parts().first().cloned().unwrap_or_default()
}

/// A column's numbers.
fn factors(group: &dyn RowGroupReader, column: usize) -> Result<Values<f32>, String> {
    let described = group.metadata().column(column).column_descr_ptr();
    match readable(group.get_column_reader(column))? {
        ColumnReader::FloatColumnReader(reader) => values(reader, &described, Ok),
        ColumnReader::DoubleColumnReader(reader) => {
            values(reader, &described, |number| Ok(number as f32))
        }
        _ => Err(another_type(&described)),
    }
}

/// A column's ids: whole numbers are written out.
fn ids(group: &dyn RowGroupReader, column: usize) -> Result<Vec<String>, String> {
    let described = group.metadata().column(column).column_descr_ptr();
    let is_unsigned = matches!(
        described.converted_type(),
        ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64
    );
    let ids = match readable(group.get_column_reader(column))? {
        ColumnReader::Int32ColumnReader(reader) => values(reader, &described, |id| {
            Ok(if is_unsigned { id.cast_unsigned().to_string() } else { id.to_string() })
        }),
        ColumnReader::Int64ColumnReader(reader) => values(reader, &described, |id| {
            Ok(if is_unsigned { id.cast_unsigned().to_string() } else { id.to_string() })
        }),
        ColumnReader::ByteArrayColumnReader(reader) => values(reader, &described, |id| {
            let text = std::str::from_utf8(id.data()).map(str::to_owned);
            text.map_err(|_| "an id is not UTF-8. Save the ids as text".to_owned())
        }),
        _ => Err(another_type(&described)),
    };
    Ok(ids?.values)
}

/// All values of a column of a row group, none of them missing.
fn values<D: DataType, T>(
    mut reader: ColumnReaderImpl<D>,
    column: &ColumnDescriptor,
    of: impl Fn(D::T) -> Result<T, String>,
) -> Result<Values<T>, String> {
    let (mut values, mut raw) = (Vec::new(), Vec::new());
    let (mut definitions, mut repetitions) = (Vec::new(), Vec::new());
    let mut starts = (column.max_rep_level() > 0).then(Vec::new);
    let mut rows = 0;
    loop {
        definitions.clear();
        repetitions.clear();
        let levels = (Some(&mut definitions), Some(&mut repetitions));
        let (read, ..) = readable(reader.read_records(BATCH, levels.0, levels.1, &mut raw))?;
        if read == 0 {
            break;
        }
        // Whatever is missing, a number, a list or what is in it, has a lower level.
        let missing = definitions.iter().position(|level| *level < column.max_def_level());
        if let Some(missing) = missing {
            let before = repetitions.iter().take(missing + 1).filter(|level| **level == 0).count();
            let row = if starts.is_some() { before.saturating_sub(1) } else { missing };
            return Err(format!(
                "its column {} has nothing in row {} (from 0). Leave the row out",
                column.path().string(),
                rows + row
            ));
        }
        if let Some(starts) = &mut starts {
            let begins = repetitions.iter().enumerate().filter(|(_, level)| **level == 0);
            starts.extend(begins.map(|(place, _)| values.len() + place));
        }
        rows += read;
        for value in raw.drain(..) {
            values.push(of(value)?);
        }
    }
    Ok(Values { values, starts })
}

/// What the library gives, or what to do instead.
fn readable<T>(outcome: Result<T, ParquetError>) -> Result<T, String> {
    outcome.map_err(|error| {
        format!(
            "it cannot be read as Parquet ({error}). Write it plain, or compressed with snappy, zstd, gzip or lz4"
        )
    })
}

fn another_type(column: &ColumnDescriptor) -> String {
    format!("its column {} is of another type in its rows. Write it again", column.path().string())
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};
    use std::sync::Arc;

    use parquet::column::writer::ColumnWriter;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use proptest::prelude::*;

    use super::*;

    /// What a column of a file is filled with.
    enum Filled<'a> {
        Floats(&'a [f32]),
        Doubles(&'a [f64]),
        /// Numbers with their levels of definition and repetition.
        Lists(&'a [f32], &'a [i16], &'a [i16]),
        Whole(&'a [i64]),
        Texts(&'a [&'a [u8]]),
    }

    fn file(schema: &str, columns: &[Filled<'_>]) -> File {
        let file = tempfile::tempfile().unwrap();
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let copy = file.try_clone().unwrap();
        let mut writer = SerializedFileWriter::new(copy, schema, Arc::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        for column in columns {
            let mut column_writer = group.next_column().unwrap().unwrap();
            let written = match (column_writer.untyped(), column) {
                (ColumnWriter::FloatColumnWriter(to), Filled::Floats(from)) => {
                    to.write_batch(from, None, None)
                }
                (ColumnWriter::FloatColumnWriter(to), Filled::Lists(from, defined, repeated)) => {
                    to.write_batch(from, Some(defined), Some(repeated))
                }
                (ColumnWriter::DoubleColumnWriter(to), Filled::Doubles(from)) => {
                    to.write_batch(from, None, None)
                }
                (ColumnWriter::Int64ColumnWriter(to), Filled::Whole(from)) => {
                    to.write_batch(from, None, None)
                }
                (ColumnWriter::ByteArrayColumnWriter(to), Filled::Texts(from)) => {
                    let from: Vec<_> = from.iter().map(|text| text.to_vec().into()).collect();
                    to.write_batch(&from, None, None)
                }
                _ => panic!("the column is of another type"),
            };
            written.unwrap();
            column_writer.close().unwrap();
        }
        group.close().unwrap();
        writer.close().unwrap();
        file
    }

    fn read(files: impl IntoIterator<Item = File>) -> Result<ParquetRows, String> {
        let mut rows = ParquetRows::default();
        files.into_iter().try_for_each(|file| rows.add(file))?;
        Ok(rows)
    }

    const LISTS: &str = "message m {
        required int64 id;
        optional group features (LIST) { repeated group list { optional float element; } }
    }";

    #[test]
    fn lists_and_their_ids_are_read_one_file_after_the_other() {
        let part = |ids: &[i64], from: f32| {
            let numbers = [from, from + 1.0, from + 2.0, from + 3.0];
            let lists = Filled::Lists(&numbers, &[3; 4], &[0, 1, 0, 1]);
            file(LISTS, &[Filled::Whole(ids), lists])
        };
        let rows = read([part(&[7, -5], 1.0), part(&[9, 2], 5.0)]).unwrap();
        assert_eq!((rows.columns, rows.numbers), (2, (1..=8).map(|n| n as f32).collect()));
        assert_eq!(rows.ids.unwrap(), ["7", "-5", "9", "2"]);
    }

    #[test]
    fn a_column_for_each_factor_is_a_row_across_them() {
        let schema = "message m {
            required float a; required binary name (UTF8); required double b;
        }";
        let texts: [&[u8]; 2] = ["Zoë".as_bytes(), b"u1"];
        let columns =
            [Filled::Floats(&[1.0, 2.0]), Filled::Texts(&texts), Filled::Doubles(&[3.0, 4.0])];
        let rows = read([file(schema, &columns)]).unwrap();
        assert_eq!((rows.columns, rows.numbers), (2, vec![1.0, 3.0, 2.0, 4.0]));
        assert_eq!(rows.ids.unwrap(), ["Zoë", "u1"]);
    }

    #[test]
    fn whole_numbers_without_a_sign_are_written_without_one() {
        let schema = "message m { required int64 id (UINT_64); required float a; }";
        let rows = read([file(schema, &[Filled::Whole(&[-1]), Filled::Floats(&[1.0])])]).unwrap();
        assert_eq!(rows.ids.unwrap(), ["18446744073709551615"]);
    }

    #[test]
    fn one_of_several_columns_holds_the_ids_if_it_is_called_so() {
        let schema = |name: &str| {
            format!("message m {{ required int64 row; required int64 {name}; required float a; }}")
        };
        let columns = [Filled::Whole(&[0]), Filled::Whole(&[7]), Filled::Floats(&[1.0])];
        assert_eq!(read([file(&schema("id"), &columns)]).unwrap().ids.unwrap(), ["7"]);
        let message = read([file(&schema("user"), &columns)]).unwrap_err();
        assert!(message.starts_with("its columns row, user could all be ids"), "{message}");
        let fractions = "message m { required double user_id; required float a; }";
        let file = file(fractions, &[Filled::Doubles(&[1.0]), Filled::Floats(&[1.0])]);
        let message = read([file]).unwrap_err();
        assert!(message.starts_with("its column user_id is of type DOUBLE"), "{message}");
    }

    #[test]
    fn what_cannot_be_used_is_said_with_the_next_step() {
        let lists = |numbers: &[f32], defined: &[i16], repeated: &[i16]| {
            file(LISTS, &[Filled::Whole(&[1, 2]), Filled::Lists(numbers, defined, repeated)])
        };
        let texts: [&[u8]; 1] = [b"\xff"];
        let bytes = "message m { required binary id; required float a; }";
        for (file, said) in [
            (lists(&[1.0, 2.0, 3.0], &[3; 3], &[0, 1, 0]), "row 1 (from 0) has 1 factors"),
            (lists(&[1.0, 2.0, 3.0], &[3, 3, 2, 3], &[0, 1, 0, 1]), "nothing in row 1 (from 0)"),
            (lists(&[1.0, 2.0], &[3, 3, 1], &[0, 1, 0]), "nothing in row 1 (from 0)"),
            (lists(&[1.0, 2.0], &[0, 3, 3], &[0, 0, 1]), "nothing in row 0 (from 0)"),
            (
                file("message m { required int64 id; }", &[Filled::Whole(&[1])]),
                "its columns are id. Save one column of lists",
            ),
            (file(bytes, &[Filled::Texts(&texts), Filled::Floats(&[1.0])]), "not UTF-8"),
        ] {
            let message = read([file]).unwrap_err();
            assert!(message.contains(said), "{message}");
        }
    }

    proptest! {
        #[test]
        fn a_damaged_file_is_rows_or_an_error(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cut in prop_oneof![9 => Just(0_usize), 1 => 1_usize..20],
        ) {
            let mut whole = file(
                LISTS,
                &[Filled::Whole(&[1, 2]), Filled::Lists(&[1.0; 6], &[3; 6], &[0, 1, 1, 0, 1, 1])],
            );
            let mut bytes = Vec::new();
            whole.rewind().unwrap();
            whole.read_to_end(&mut bytes).unwrap();
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes.truncate(bytes.len() - cut);
            let mut damaged = tempfile::tempfile().unwrap();
            damaged.write_all(&bytes).unwrap();
            if let Ok(rows) = read([damaged]) {
                prop_assert_eq!(rows.numbers.len() % rows.columns.max(1), 0);
            }
        }
    }
}
