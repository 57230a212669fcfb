//! Factors that were trained elsewhere, put into the rows of a catalogue.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use usher_recommender::{Fitted, ItemFactors};

use crate::clean::Catalogue;
use crate::matrix::Matrix;
use crate::report::{Log, Rule};
use crate::train::Trained;
use crate::{InputFile, PackError, npy};

/// With fewer comparisons, chance says as much as the order of rows.
const FEWEST_TO_COMPARE: usize = 500;
/// The share of comparisons that users' own items must win. Rows in a wrong order win a half.
const LEAST_SHARE_WON: f64 = 0.55;

/// The two factors of a model that was trained elsewhere. A score is the dot product of a
/// user's and an item's row: a bias has to stand in the factors, as a column beside a
/// column of ones.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenFactors {
    users: FactorTable,
    items: FactorTable,
}

/// The factors of the users, or of the items, checked as far as they can be without a
/// dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorTable {
    file: String,
    matrix: Matrix,
    /// What the columns are called; none where they have no names.
    columns: Vec<String>,
    /// `None`: the rows are the dataset's users or items in the order of their ids, whole
    /// numbers by value and before all others.
    ids: Option<Ids>,
}

#[derive(Debug, Clone, PartialEq)]
struct Ids {
    file: String,
    /// The row of each.
    rows: HashMap<String, usize>,
}

/// Words for one side.
struct Words {
    many: &'static str,
    option: &'static str,
    without: Rule,
    unknown: Rule,
}

const USERS: Words = Words {
    many: "users",
    option: "--user-ids",
    without: Rule::UserWithoutFactors,
    unknown: Rule::FactorsOfUnknownUser,
};
const ITEMS: Words = Words {
    many: "items",
    option: "--item-ids",
    without: Rule::ItemWithoutFactors,
    unknown: Rule::FactorsOfUnknownItem,
};

impl GivenFactors {
    /// Brings the two factors of a model together.
    ///
    /// # Errors
    /// The two differ in their columns, or in the order of those of one name.
    pub fn new(users: FactorTable, items: FactorTable) -> Result<Self, PackError> {
        if users.matrix.columns != items.matrix.columns {
            return Err(PackError::Factors {
                reason: format!(
                    "it has {} columns, and {} has {}. Save the two factors of one model",
                    items.matrix.columns, users.file, users.matrix.columns
                ),
                file: items.file,
            });
        }
        let sorted = |columns: &[String]| {
            let mut columns = columns.to_vec();
            columns.sort_unstable();
            columns
        };
        let (theirs, ours) = (&users.columns, &items.columns);
        if theirs != ours && sorted(theirs) == sorted(ours) {
            let (there, here) = theirs.iter().zip(ours).find(|(a, b)| a != b).unzip();
            return Err(PackError::Factors {
                reason: format!(
                    "its columns are those of {} in another order: {} stands where {} does there. Save both in one order",
                    users.file,
                    here.map_or("", String::as_str),
                    there.map_or("", String::as_str)
                ),
                file: items.file,
            });
        }
        Ok(Self { users, items })
    }

    /// The factors in the rows of a catalogue. Whoever has none there gets zeros.
    ///
    /// # Errors
    /// There are no ids, and rows are not as many as in the catalogue; or rows are in another
    /// order than the ids; or the ids are those of another dataset.
    pub(crate) fn trained(
        &self,
        catalogue: &Catalogue,
        log: &mut Log,
    ) -> Result<Trained, PackError> {
        let users: Vec<&str> = catalogue.users.iter().map(|user| user.id.as_str()).collect();
        let items: Vec<&str> = catalogue.items.iter().map(|item| item.id.as_str()).collect();
        let users = self.users.in_order_of(&users, &USERS, log)?;
        let items = self.items.in_order_of(&items, &ITEMS, log)?;
        let dim = self.items.matrix.columns;
        let bias = vec![0.0; catalogue.items.len()];
        let items = ItemFactors { dim, factors: items, bias, history_weights: Vec::new() };
        let fitted = Fitted { items, users };
        let asked = [(&self.users, USERS.option), (&self.items, ITEMS.option)];
        let asked: Vec<&str> = asked
            .iter()
            .filter(|(side, _)| side.ids.is_none())
            .map(|(_, option)| *option)
            .collect();
        let order = order_of_rows(catalogue, &fitted);
        if order == Order::Another {
            let next = match asked.as_slice() {
                [] => "Give users' and items' factors of one model, fitted on this dataset, with the ids as the dataset has them, not the model's own numbers"
                    .to_owned(),
                asked => {
                    format!("Give {}: one id a line, in the order of the rows", asked.join(" and "))
                }
            };
            return Err(PackError::Factors {
                file: format!("{} with {}", self.users.file, self.items.file),
                reason: format!(
                    "the users' own items do not score higher than those of others, so the rows seem to be those of other ids. {next}"
                ),
            });
        }
        let unchecked = match order {
            Order::TooFew if asked.is_empty() => {
                "; too few interactions could tell whether the rows are those of their ids"
            }
            Order::TooFew => {
                "; the rows were taken in the order of the dataset's ids, and too few interactions could tell another order"
            }
            Order::Same | Order::Another => "",
        };
        let model = format!(
            "given: {dim} factors, trained elsewhere, from {} and {}; what they were fitted on is not known here, so no quality is claimed{unchecked}",
            self.users.file, self.items.file
        );
        Ok(Trained { fitted, model, quality: None, is_given: true })
    }
}

impl FactorTable {
    /// Reads a matrix as NumPy saves it: `.npy` of `float32` or `float64`.
    ///
    /// # Errors
    /// The file is no matrix of finite numbers.
    pub fn from_npy(file: InputFile) -> Result<Self, PackError> {
        match npy::read(&file.bytes) {
            Ok(matrix) => Ok(Self { file: file.name, matrix, columns: Vec::new(), ids: None }),
            Err(reason) => Err(PackError::Factors { file: file.name, reason }),
        }
    }

    /// Takes numbers, so many to a row and one row after the other, and the id of each row if
    /// it is known, as they came from a file of this name.
    ///
    /// # Errors
    /// The numbers are no matrix of finite ones, or the ids are not one for each row.
    pub fn from_rows(
        file: String,
        factors: usize,
        numbers: Vec<f32>,
        ids: Option<Vec<String>>,
    ) -> Result<Self, PackError> {
        let table = Matrix::new(factors, numbers).and_then(|matrix| {
            let rows = ids.map(|ids| row_of_each(ids, &file, matrix.rows)).transpose()?;
            Ok((matrix, rows))
        });
        match table {
            Ok((matrix, rows)) => {
                let ids = rows.map(|rows| Ids { file: file.clone(), rows });
                Ok(Self { file, matrix, columns: Vec::new(), ids })
            }
            Err(reason) => Err(PackError::Factors { file, reason }),
        }
    }

    /// Says what the columns are called.
    #[must_use]
    pub fn with_columns(self, columns: Vec<String>) -> Self {
        Self { columns, ..self }
    }

    /// Rows, and factors to a row.
    pub fn size(&self) -> (usize, usize) {
        (self.matrix.rows, self.matrix.columns)
    }

    /// Whether it is known whose row each one is.
    pub fn has_ids(&self) -> bool {
        self.ids.is_some()
    }

    /// Reads the ids of the rows: text of one id a line.
    ///
    /// # Errors
    /// The ids are known already, or these are not one for each row.
    pub fn with_ids(self, ids: InputFile) -> Result<Self, PackError> {
        if self.has_ids() {
            let reason = format!("{} has ids of its own. Leave one of them out", self.file);
            return Err(PackError::Factors { file: ids.name, reason });
        }
        match read_ids(&ids.bytes, &self.file, self.matrix.rows) {
            Ok(rows) => Ok(Self { ids: Some(Ids { file: ids.name, rows }), ..self }),
            Err(reason) => Err(PackError::Factors { file: ids.name, reason }),
        }
    }

    /// The factors of these ids, row after row.
    fn in_order_of(
        &self,
        ids: &[&str],
        words: &Words,
        log: &mut Log,
    ) -> Result<Vec<f32>, PackError> {
        let Words { many, option, without, unknown } = words;
        let Some(Ids { file, rows }) = &self.ids else {
            if self.matrix.rows == ids.len() {
                return Ok(self.matrix.numbers.clone());
            }
            let reason = format!(
                "it has {} rows, and the dataset has {} {many}. Without ids there has to be a row for each, in the order of their ids (whole numbers by value, then other texts by their bytes). Give {option} with one id a line, in the order of the rows",
                self.matrix.rows,
                ids.len(),
            );
            return Err(PackError::Factors { file: self.file.clone(), reason });
        };
        let missing: Vec<&&str> = ids.iter().filter(|id| !rows.contains_key(**id)).collect();
        if missing.len() == ids.len() {
            let reason = format!(
                "none of its ids is that of one of the dataset's {} {many}; theirs are like {:?}. Write the ids as the dataset has them, not the model's own numbers",
                ids.len(),
                ids.first().unwrap_or(&"")
            );
            return Err(PackError::Factors { file: file.clone(), reason });
        }
        for id in missing {
            log.cleaned(*without, id);
        }
        let known: HashSet<&str> = ids.iter().copied().collect();
        let mut others: Vec<&String> =
            rows.keys().filter(|id| !known.contains(id.as_str())).collect();
        others.sort_unstable();
        for id in others {
            log.cleaned(*unknown, id);
        }
        let mut numbers = Vec::with_capacity(ids.len() * self.matrix.columns);
        for id in ids {
            match rows.get(*id) {
                Some(row) => numbers.extend_from_slice(self.matrix.row(*row)),
                None => numbers.extend((0..self.matrix.columns).map(|_| 0.0)),
            }
        }
        Ok(numbers)
    }
}

/// The row of each id in a text of one id a line.
fn read_ids(bytes: &[u8], factors: &str, rows: usize) -> Result<HashMap<String, usize>, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| "it is not UTF-8. Write it as text, one id a line".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    row_of_each(text.lines().map(|id| id.trim().to_owned()), factors, rows)
}

/// The row of each id.
fn row_of_each(
    ids: impl IntoIterator<Item = String>,
    factors: &str,
    expected: usize,
) -> Result<HashMap<String, usize>, String> {
    let mut rows = HashMap::new();
    for (row, id) in ids.into_iter().enumerate() {
        let line = row + 1;
        if id.is_empty() {
            return Err(format!("id {line} is empty. Write an id for each row"));
        }
        match rows.entry(id) {
            Entry::Vacant(place) => place.insert(row),
            Entry::Occupied(place) => {
                return Err(format!(
                    "ids {} and {line} both are {:?}. Write each id once",
                    place.get() + 1,
                    place.key()
                ));
            }
        };
    }
    if rows.len() != expected {
        return Err(format!(
            "it has {} ids, and {factors} has {expected} rows. Write an id for each row, in their order",
            rows.len()
        ));
    }
    Ok(rows)
}

/// Whether rows are those of the ids that they were taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Same,
    Another,
    /// There are too few interactions to tell.
    TooFew,
}

/// In another order, the users' own items score no higher than chance has it. Two
/// interactions of users u and v with items i and j are compared with their exchange, u with j and v with i:
/// how active users and how popular items are is the same in both, and the difference of
/// the scores is (u − v) · (i − j).
fn order_of_rows(catalogue: &Catalogue, fitted: &Fitted) -> Order {
    let interactions = &catalogue.interactions;
    let dim = fitted.items.dim;
    let item = |row: u32| {
        let start = row as usize * dim;
        fitted.items.factors.get(start..start + dim).unwrap_or_default()
    };
    let far = interactions.iter().cycle().skip(interactions.len() / 2);
    let (mut won, mut lost) = (0_usize, 0_usize);
    for (one, other) in interactions.iter().zip(far) {
        let users = fitted.of(one.user as usize).iter().zip(fitted.of(other.user as usize));
        let items = item(one.item).iter().zip(item(other.item));
        let difference: f32 = users.zip(items).map(|((u, v), (i, j))| (u - v) * (i - j)).sum();
        won += usize::from(difference > 0.0);
        lost += usize::from(difference < 0.0);
    }
    let compared = won + lost;
    match (won as f64) < LEAST_SHARE_WON * compared as f64 {
        _ if compared < FEWEST_TO_COMPARE => Order::TooFew,
        true => Order::Another,
        false => Order::Same,
    }
}
