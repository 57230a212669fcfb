use super::delimited::{Layout, Table};
use crate::InputFile;
use crate::dataset::{Dataset, RawUser};
use crate::error::PackError;
use crate::report::{Log, Rule};

/// Reads a file of users.
pub(super) fn read(
    file: &InputFile,
    layout: Layout<'_>,
    dataset: &mut Dataset,
    log: &mut Log,
) -> Result<(), PackError> {
    log.file(&file.name, "users");
    let table = Table::open(file, layout)?;
    let id = table.needed("user_id")?;
    let [age, gender, occupation] =
        ["age", "gender", "occupation"].map(|column| table.place(&[column]));
    let mut repeated = Vec::new();
    table.each(log, |row| {
        let id = row.id(id, "user_id")?;
        let user = dataset.users.entry(id);
        if user.listed {
            repeated.push(id.to_owned());
            return Ok(());
        }
        *user = RawUser {
            listed: true,
            age: row.get(age).to_owned(),
            gender: row.get(gender).to_owned(),
            occupation: row.get(occupation).to_owned(),
        };
        Ok(())
    })?;
    for id in repeated {
        log.cleaned(Rule::RepeatedUser, &id);
    }
    Ok(())
}
