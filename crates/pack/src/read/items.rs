use super::delimited::{Layout, Place, Row, Table};
use super::lists::{ListSyntax, parts, python_list};
use crate::InputFile;
use crate::dataset::{Dataset, Facts};
use crate::error::PackError;
use crate::report::{Log, Rule};

/// A file that says something of items, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) layout: Layout<'a>,
    pub(super) lists: ListSyntax,
    /// Columns that say by 1 that an item is of a genre; they bear its name.
    pub(super) flags: &'a [String],
    /// It stands beside the item file.
    pub(super) is_table: bool,
}

impl Source<'static> {
    /// RecBole's `.item`.
    pub(super) const ATOMIC_FILE: Self =
        Self { layout: Layout::ATOMIC, lists: ListSyntax::Words, flags: &[], is_table: false };
    /// A metadata table beside an item file.
    pub(super) const TABLE: Self =
        Self { layout: Layout::SNIFFED, lists: ListSyntax::Sentence, flags: &[], is_table: true };
    /// `items.csv`.
    pub(super) const GENERIC: Self = Self {
        layout: Layout::SNIFFED,
        lists: ListSyntax::Separated('|'),
        flags: &[],
        is_table: false,
    };
}

/// Reads a file of items.
pub(super) fn read(
    file: &InputFile,
    dataset: &mut Dataset,
    log: &mut Log,
    source: Source<'_>,
) -> Result<(), PackError> {
    log.file(&file.name, if source.is_table { "rows of metadata" } else { "items" });
    let table = Table::open(file, source.layout)?;
    let id = table.needed("item_id")?;
    let columns = Columns::of(&table, source)?;
    let mut repeated = Vec::new();
    table.each(log, |row| {
        let id = row.id(id, "item_id")?;
        let item = dataset.items.entry(id);
        let facts = if source.is_table { &mut item.table } else { &mut item.listed };
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
    /// Genres with the columns that say by 1 that an item is of them.
    flags: Vec<(String, Place)>,
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
    fn of(table: &Table<'_>, source: Source<'_>) -> Result<Self, PackError> {
        let list = |names: &[&str], python: &str| ListColumn {
            text: table.place(names),
            python: table.place(&[python]),
            syntax: source.lists,
        };
        let flags = source.flags.iter().map(|name| {
            let place = table.needed(&name.to_lowercase())?;
            Ok((name.clone(), place))
        });
        Ok(Self {
            flags: flags.collect::<Result<_, PackError>>()?,
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
        })
    }

    fn facts(&self, row: &Row<'_>) -> Facts {
        let text = |place| row.get(place).to_owned();
        let list = |column: &ListColumn| {
            python_list(row.get(column.python))
                .unwrap_or_else(|| parts(row.get(column.text), column.syntax))
        };
        let mut genres = list(&self.genres);
        let flagged = self.flags.iter().filter(|(_, place)| row.get(*place) == "1");
        genres.extend(flagged.map(|(genre, _)| genre.clone()));
        Facts {
            genres,
            title: text(self.title),
            date: text(self.date),
            month: text(self.month),
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
