use super::delimited::{Place, Row, Syntax, Table};
use super::lists::{ListSyntax, parts, python_list};
use crate::InputFile;
use crate::dataset::{Dataset, Facts};
use crate::error::PackError;
use crate::report::{Log, Rule};

/// Kinds of file that say something of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// RecBole's `.item`.
    AtomicFile,
    /// A metadata table beside it.
    Table,
    /// `items.csv`.
    Generic,
}

/// Reads a file of items.
pub(super) fn read(
    file: &InputFile,
    dataset: &mut Dataset,
    log: &mut Log,
    source: Source,
) -> Result<(), PackError> {
    let (what, syntax, lists) = match source {
        Source::AtomicFile => ("items", Syntax::Atomic, ListSyntax::Words),
        Source::Table => ("rows of metadata", Syntax::Sniffed, ListSyntax::Sentence),
        Source::Generic => ("items", Syntax::Sniffed, ListSyntax::Bars),
    };
    log.file(&file.name, what);
    let table = Table::open(file, syntax);
    let id = table.needed("item_id")?;
    let columns = Columns::of(&table, lists);
    let mut repeated = Vec::new();
    table.each(log, |row| {
        let id = row.id(id, "item_id")?;
        let item = dataset.items.entry(id);
        let facts = if source == Source::Table { &mut item.table } else { &mut item.listed };
        if facts.is_some() {
            repeated.push(id.to_owned());
        } else {
            *facts = Some(columns.facts(row));
        }
        Ok(())
    })?;
    for id in repeated {
        log.cleaned(Rule::RepeatedItem, &id);
    }
    Ok(())
}

/// Where a file keeps what it says of an item.
struct Columns {
    title: Place,
    date: Place,
    month: Place,
    genres: ListColumn,
    directors: ListColumn,
    producers: ListColumn,
    actors: ListColumn,
    country: Place,
    duration: Place,
    age_rating: Place,
    imdb_rating: Place,
    imdb_num_reviews: Place,
    description: Place,
    storyline: Place,
}

/// A list in one column, and perhaps once more as Python writes it.
struct ListColumn {
    text: Place,
    python: Place,
    syntax: ListSyntax,
}

impl Columns {
    fn of(table: &Table<'_>, syntax: ListSyntax) -> Self {
        let list = |names: &[&str], python: &str| ListColumn {
            text: table.place(names),
            python: table.place(&[python]),
            syntax,
        };
        Self {
            title: table.place(&["title", "movie_title", "item_title", "name"]),
            date: table.place(&["release_date", "release_year", "year"]),
            month: table.place(&["release_month"]),
            genres: list(&["genres", "genre", "class", "categories", "category"], "genres_list"),
            directors: list(&["director", "directors"], "directors_list"),
            producers: list(&["producer", "producers"], "producers_list"),
            actors: list(&["actors"], "actors_list"),
            country: table.place(&["country"]),
            duration: table.place(&["duration"]),
            age_rating: table.place(&["age_rating"]),
            imdb_rating: table.place(&["imdb_rating"]),
            imdb_num_reviews: table.place(&["imdb_num_reviews"]),
            description: table.place(&["description"]),
            storyline: table.place(&["storyline"]),
        }
    }

    fn facts(&self, row: &Row<'_>) -> Facts {
        let text = |place| row.get(place).to_owned();
        let list = |column: &ListColumn| {
            python_list(row.get(column.python))
                .unwrap_or_else(|| parts(row.get(column.text), column.syntax))
        };
        Facts {
            title: text(self.title),
            date: text(self.date),
            month: text(self.month),
            genres: list(&self.genres),
            directors: list(&self.directors),
            producers: list(&self.producers),
            actors: list(&self.actors),
            country: text(self.country),
            duration: text(self.duration),
            age_rating: text(self.age_rating),
            imdb_rating: text(self.imdb_rating),
            imdb_num_reviews: text(self.imdb_num_reviews),
            description: text(self.description),
            storyline: text(self.storyline),
        }
    }
}
