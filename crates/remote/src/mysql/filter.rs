use mysql_common::Value;
use usher_bundle::ArchivedColumn;
use usher_bundle::sections::ArchivedCatalog;
use usher_tools::{Bounds, Conditions, Match};

use super::schema::Tables;

/// The most that a number is compared with: what is farther is as far.
const FARTHEST: f64 = 1e300;

/// The question for the items that fulfil all conditions, rising; nothing if none can.
///
/// It answers as the bundle does. Names are compared by their place in the bundle's
/// dictionaries, numbers as 64-bit ones.
pub(super) fn question(
    conditions: &Conditions,
    catalog: &ArchivedCatalog,
    tables: &Tables,
) -> Option<(String, Vec<Value>)> {
    let Conditions {
        matching,
        actors,
        genres,
        directors,
        producers,
        country,
        age_rating,
        imdb_rating,
        duration_minutes,
        year,
        month,
    } = conditions;
    let mut question = Question { all: Vec::new(), parameters: Vec::new() };
    let wanted = [
        (actors.as_slice(), *matching),
        (directors, *matching),
        (producers, *matching),
        (genres, *matching),
        (country.as_slice(), Match::All),
        (age_rating.as_slice(), Match::All),
    ];
    for (field, (column, (names, matching))) in
        catalog.name_columns().into_iter().zip(wanted).enumerate()
    {
        if !names.is_empty() {
            question.names(tables, field, &places(column, names, matching)?, matching);
        }
    }
    question.number("year", *year)?;
    question.number("month", *month)?;
    question.number("duration_minutes", *duration_minutes)?;
    question.number("imdb_rating_hundredths / 100e0", *imdb_rating)?;
    let all = match question.all.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", question.all.join(" AND ")),
    };
    Some((format!("SELECT item FROM {}{all} ORDER BY item", tables.items), question.parameters))
}

/// The places of names; nothing if no item can bear what is wanted.
fn places(column: &ArchivedColumn, names: &[String], matching: Match) -> Option<Vec<u64>> {
    let place = |name: &String| column.place(name).map(u64::from);
    match matching {
        Match::All => names.iter().map(place).collect(),
        Match::Any => {
            let known: Vec<u64> = names.iter().filter_map(place).collect();
            (!known.is_empty()).then_some(known)
        }
    }
}

struct Question {
    /// Conditions, all of which must hold.
    all: Vec<String>,
    parameters: Vec<Value>,
}

impl Question {
    fn names(&mut self, tables: &Tables, field: usize, places: &[u64], matching: Match) {
        let bearing = |some: &str| {
            format!(
                "item IN (SELECT item FROM {} WHERE field = {field} AND name {some})",
                tables.item_names
            )
        };
        self.parameters.extend(places.iter().map(|place| Value::UInt(*place)));
        match matching {
            Match::All => self.all.extend(places.iter().map(|_| bearing("= ?"))),
            Match::Any => {
                self.all.push(bearing(&format!("IN ({})", marks(places.len()))));
            }
        }
    }

    /// A comparison; nothing if no number can fulfil it.
    fn number(&mut self, column: &str, bounds: Option<Bounds>) -> Option<()> {
        let (condition, numbers) = match bounds {
            None => return Some(()),
            Some(Bounds::Higher(threshold)) => (format!("{column} > ?"), vec![threshold]),
            Some(Bounds::Lower(threshold)) => (format!("{column} < ?"), vec![threshold]),
            Some(Bounds::Exact(threshold)) => {
                (format!("ABS({column} - ?) < 0.005e0"), vec![threshold])
            }
            Some(Bounds::Between(from, to)) => {
                (format!("{column} >= ? AND {column} <= ?"), vec![from, to])
            }
        };
        for number in numbers {
            if number.is_nan() {
                return None;
            }
            self.parameters.push(Value::Double(number.clamp(-FARTHEST, FARTHEST)));
        }
        self.all.push(condition);
        Some(())
    }
}

/// So many marks for parameters.
pub(super) fn marks(n: usize) -> String {
    let mut marks = "?,".repeat(n);
    marks.pop();
    marks
}
