//! A dataset in three parts, as RecBole and others write them.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use usher_bundle::{ItemRow, UserRow, compare_ids};
use usher_recommender::Interactions;

/// The parts over one table: every id of any part has its row.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) users: Vec<String>,
    pub(super) items: Vec<String>,
    pub(super) train: Interactions,
    pub(super) valid: Interactions,
    pub(super) test: Interactions,
}

impl Split {
    /// What of the parts makes a measurement say less than it seems to.
    pub(super) fn warnings(&self) -> Vec<String> {
        let Self { train, valid, test, .. } = self;
        let known = train.with(valid);
        let mut warnings = Vec::new();
        for (part, name, earlier, names) in
            [(valid, "valid", train, "train"), (test, "test", &known, "train or valid")]
        {
            let both = part.pairs().filter(|(user, item)| earlier.contains(*user, *item));
            let both: Vec<String> = both
                .map(|(user, item)| {
                    format!("user {} with item {}", self.user(user), self.item(item))
                })
                .collect();
            if !both.is_empty() {
                warnings.push(format!(
                    "{} of the {} pairs of {name} also stand in {names}: {}. Nobody is recommended \
                     what they have, so these count as missed. Split so that each pair stands in one file",
                    both.len(),
                    part.len(),
                    some_of(&both)
                ));
            }
        }
        let strangers: Vec<String> = test
            .users()
            .filter(|user| !test.of(*user).is_empty() && known.of(*user).is_empty())
            .map(|user| self.user(user).to_owned())
            .collect();
        if !strangers.is_empty() {
            let users = test.users().filter(|user| !test.of(*user).is_empty()).count();
            warnings.push(format!(
                "{} of the {users} users of test stand neither in train nor in valid: {}. No model \
                 knows anything of them, and they are measured with the others",
                strangers.len(),
                some_of(&strangers)
            ));
        }
        warnings
    }

    fn user(&self, user: UserRow) -> &str {
        self.users.get(user.index()).map_or("", String::as_str)
    }

    fn item(&self, item: ItemRow) -> &str {
        self.items.get(item.index()).map_or("", String::as_str)
    }
}

/// The first of some names.
fn some_of(names: &[String]) -> String {
    const TOLD: usize = 5;
    let told = names.get(..TOLD.min(names.len())).unwrap_or_default().join(", ");
    if names.len() > TOLD { format!("{told}, …") } else { told }
}

/// Pairs of ids, in the order of a file.
type Pairs = Vec<(String, String)>;

/// Reads the parts.
pub(super) fn read(train: &Path, valid: &Path, test: &Path) -> Result<Split> {
    let read = |path: &Path| {
        csv::ReaderBuilder::new()
            .delimiter(b'\t')
            .quoting(false)
            .flexible(true)
            .from_path(path)
            .map_err(anyhow::Error::from)
            .and_then(pairs)
            .with_context(|| format!("{} cannot be used", path.display()))
    };
    Ok(over_one_table([read(train)?, read(valid)?, read(test)?]))
}

fn pairs<R: std::io::Read>(mut reader: csv::Reader<R>) -> Result<Pairs> {
    const COLUMNS: [&str; 4] = ["user_id", "item_id", "rating", "timestamp"];
    let mut places = [None; 4];
    for (place, column) in reader.headers()?.iter().enumerate() {
        // RecBole writes the type behind the name.
        let name = column.split(':').next().unwrap_or(column).trim_start_matches('\u{feff}');
        let known = COLUMNS.iter().zip(&mut places).find(|(known, _)| **known == name);
        let Some((_, known)) = known else {
            let next = if column.contains([',', ';', '|']) {
                "Separate the columns by TABs"
            } else {
                "The first line names the columns, TAB-separated"
            };
            bail!("column {column:?} is not known: there may be {}. {next}", COLUMNS.join(", "));
        };
        ensure!(known.replace(place).is_none(), "there are two columns {name}");
    }
    let [user, item, numbers @ ..] = places;
    let (Some(user), Some(item)) = (user, item) else {
        bail!("its first line does not name user_id and item_id, TAB-separated");
    };
    let columns: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut pairs = Vec::new();
    for row in reader.records() {
        let row = row?;
        let at = || format!("line {}", row.position().map_or(0, csv::Position::line));
        ensure!(
            row.len() == columns.len(),
            "{}: {} and not {}: {}, TAB-separated",
            at(),
            if row.len() == 1 { "1 field".to_owned() } else { format!("{} fields", row.len()) },
            columns.len(),
            columns.join(", ")
        );
        for (place, name) in numbers.iter().zip(&COLUMNS[2..]) {
            let Some((place, text)) = place.and_then(|place| Some((place, row.get(place)?))) else {
                continue;
            };
            let is_number = text.parse().is_ok_and(f64::is_finite);
            ensure!(
                is_number,
                "{}, column {}: the {name} is {text:?}, not a number",
                at(),
                place + 1
            );
        }
        let id = |place: usize, name: &str| {
            row.get(place).filter(|id| !id.is_empty()).with_context(|| {
                format!("{}, column {}: the {name} is empty. Each row needs one", at(), place + 1)
            })
        };
        pairs.push((id(user, "user_id")?.to_owned(), id(item, "item_id")?.to_owned()));
    }
    ensure!(!pairs.is_empty(), "it holds no interactions");
    Ok(pairs)
}

fn over_one_table(parts: [Pairs; 3]) -> Split {
    let ids = |side: fn(&(String, String)) -> &String| {
        let distinct: BTreeSet<&String> = parts.iter().flatten().map(side).collect();
        let mut ids: Vec<String> = distinct.into_iter().cloned().collect();
        ids.sort_by(|a, b| compare_ids(a, b));
        ids
    };
    let (users, items) = (ids(|(user, _)| user), ids(|(_, item)| item));
    let rows = |ids: &[String]| -> HashMap<String, u32> { ids.iter().cloned().zip(0..).collect() };
    let (user_rows, item_rows) = (rows(&users), rows(&items));
    let [train, valid, test] = parts.map(|part| {
        let pairs = part.iter().filter_map(|(user, item)| {
            Some((UserRow(*user_rows.get(user)?), ItemRow(*item_rows.get(item)?)))
        });
        Interactions::new(users.len(), items.len(), pairs)
    });
    Split { users, items, train, valid, test }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Pairs> {
        let mut reader = csv::ReaderBuilder::new();
        pairs(reader.delimiter(b'\t').flexible(true).from_reader(text.as_bytes()))
    }

    #[test]
    fn columns_are_found_by_name_with_or_without_a_type() {
        let expected = [("u1".to_owned(), "7".to_owned())];
        assert_eq!(parse("item_id\tuser_id\n7\tu1\n").unwrap(), expected);
        let typed = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n";
        assert_eq!(parse(&format!("{typed}u1\t7\t3.5\t8e8\n")).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (text, said) in [
            ("", "does not name user_id and item_id"),
            ("user_id,item_id\n1,2\n", "\"user_id,item_id\" is not known"),
            ("user_id\titem_id\tstars\n", "\"stars\" is not known"),
            ("user_id\titem_id\titem_id\n", "two columns item_id"),
            (
                "user_id\titem_id\trating\n1\t2\t3\n1\t2\tgood\n",
                "line 3, column 3: the rating is \"good\"",
            ),
            ("user_id\titem_id\trating\n1\t2\tNaN\n", "line 2, column 3: the rating is \"NaN\""),
            ("user_id\titem_id\n\t2\n", "line 2, column 1: the user_id is empty"),
            ("user_id\titem_id\n1\n", "line 2: 1 field and not 2: user_id, item_id"),
            ("user_id\titem_id\n", "no interactions"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(said), "{text:?}: {error}");
        }
    }

    #[test]
    fn rows_are_common_to_all_parts_and_duplicates_count_once() {
        let part = |pairs: &[(&str, &str)]| -> Pairs {
            pairs.iter().map(|(user, item)| ((*user).to_owned(), (*item).to_owned())).collect()
        };
        let parts = [part(&[("2", "10"), ("2", "10")]), part(&[("2", "9")]), part(&[("1", "a")])];
        let split = over_one_table(parts);
        assert_eq!(split.users, ["1", "2"]);
        assert_eq!(split.items, ["9", "10", "a"]);
        assert_eq!(split.train.of(UserRow(1)), [ItemRow(1)]);
        assert_eq!(split.test.of(UserRow(0)), [ItemRow(2)]);
    }

    #[test]
    fn what_stands_in_two_parts_and_who_is_unknown_is_told() {
        let part = |pairs: &[(&str, &str)]| -> Pairs {
            pairs.iter().map(|(user, item)| ((*user).to_owned(), (*item).to_owned())).collect()
        };
        let train = part(&[("1", "a"), ("2", "b")]);
        let clean = over_one_table([train.clone(), part(&[("1", "b")]), part(&[("2", "a")])]);
        assert_eq!(clean.warnings(), [""; 0]);
        let test = part(&[("1", "a"), ("1", "c"), ("8", "a"), ("9", "b")]);
        let warnings = over_one_table([train, part(&[("2", "b")]), test]).warnings();
        let [valid, pairs, users] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(valid.starts_with("1 of the 1 pairs of valid also stand in train: user 2 with"));
        assert!(pairs.starts_with("1 of the 4 pairs of test also stand in train or valid: user 1"));
        assert!(
            users
                .starts_with("2 of the 3 users of test stand neither in train nor in valid: 8, 9.")
        );
    }
}
