//! Factors that were trained elsewhere, put into the rows of a catalogue.

use std::collections::{HashMap, HashSet};

use usher_recommender::{Fitted, ItemFactors};

use crate::clean::Catalogue;
use crate::npy::Matrix;
use crate::report::{Log, Rule};
use crate::train::Trained;
use crate::{InputFile, PackError};

/// With fewer comparisons, chance says as much as the order of rows.
const FEWEST_TO_COMPARE: usize = 500;
/// The share of comparisons that users' own items must win. Rows in a wrong order win a half.
const LEAST_SHARE_WON: f64 = 0.55;

/// The files of factors that were trained elsewhere. A score is the dot product of a
/// user's and an item's row: a bias has to stand in the factors, as a column beside a
/// column of ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorFiles {
    /// Users × dim, as `.npy`: `float32` or `float64`, row after row.
    pub users: InputFile,
    /// Items × dim, likewise.
    pub items: InputFile,
    /// Text: the id of each row of `users`, one a line. `None`: the rows are the dataset's
    /// users in the order of their ids, whole numbers by value and before all others.
    pub user_ids: Option<InputFile>,
    /// The same of `items`.
    pub item_ids: Option<InputFile>,
}

/// Factors that were trained elsewhere, checked as far as they can be without a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenFactors {
    users: Side,
    items: Side,
}

/// The factors of the users, or of the items.
#[derive(Debug, Clone, PartialEq)]
struct Side {
    file: String,
    matrix: Matrix,
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
    /// Reads the files.
    ///
    /// # Errors
    /// A file is no matrix of finite numbers, the two differ in their columns, or ids are
    /// not one for each row.
    pub fn read(files: FactorFiles) -> Result<Self, PackError> {
        let users = Side::read(files.users, files.user_ids)?;
        let items = Side::read(files.items, files.item_ids)?;
        if users.matrix.columns != items.matrix.columns {
            return Err(PackError::Factors {
                reason: format!(
                    "it has {} columns, and {} has {}. Save the two factors of one model",
                    items.matrix.columns, users.file, users.matrix.columns
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
                [] => "Write the ids in the order of the rows, and give factors of this dataset"
                    .to_owned(),
                asked => {
                    format!("Give {}: one id a line, in the order of the rows", asked.join(" and "))
                }
            };
            return Err(PackError::Factors {
                file: format!("{} with {}", self.users.file, self.items.file),
                reason: format!(
                    "the users' own items do not score higher than those of others, so the rows seem to be in another order than the ids. {next}"
                ),
            });
        }
        let unchecked = if order == Order::TooFew && !asked.is_empty() {
            "; the rows were taken in the order of the dataset's ids, and too few interactions could tell another order"
        } else {
            ""
        };
        let model = format!(
            "given: {dim} factors, trained elsewhere, from {} and {}; what they were fitted on is not known here, so no quality is claimed{unchecked}",
            self.users.file, self.items.file
        );
        Ok(Trained { fitted, model, quality: None, is_given: true })
    }
}

impl Side {
    fn read(factors: InputFile, ids: Option<InputFile>) -> Result<Self, PackError> {
        let file = factors.name;
        let matrix = Matrix::read(&factors.bytes)
            .map_err(|reason| PackError::Factors { file: file.clone(), reason })?;
        let ids = ids
            .map(|ids| match read_ids(&ids.bytes, &file, matrix.rows) {
                Ok(rows) => Ok(Ids { file: ids.name, rows }),
                Err(reason) => Err(PackError::Factors { file: ids.name, reason }),
            })
            .transpose()?;
        Ok(Self { file, matrix, ids })
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

/// The row of each id.
fn read_ids(
    bytes: &[u8],
    factors: &str,
    expected: usize,
) -> Result<HashMap<String, usize>, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| "it is not UTF-8. Write it as text, one id a line".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = HashMap::new();
    for (row, id) in text.lines().map(str::trim).enumerate() {
        let line = row + 1;
        if id.is_empty() {
            return Err(format!("line {line} is empty. Write one id a line, for each row"));
        }
        if let Some(earlier) = rows.insert(id.to_owned(), row) {
            return Err(format!(
                "lines {} and {line} both are {id:?}. Write each id once",
                earlier + 1
            ));
        }
    }
    if rows.len() != expected {
        return Err(format!(
            "it has {} ids, and {factors} has {expected} rows. Write one id a line, for each row",
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
