//! RecBole atomic files, with a metadata table beside them.

use super::delimited::{Syntax, Table};
use super::items::Source;
use super::{Telling, Wanted, interactions, items, users};
use crate::InputFile;
use crate::dataset::Dataset;
use crate::error::PackError;
use crate::report::Log;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Interactions,
    Items,
    Users,
    /// Facts of items beside the item file.
    Table,
}

impl Role {
    fn of(file: &InputFile) -> Option<Self> {
        let (_, extension) = file.name.rsplit_once('.')?;
        match extension.to_lowercase().as_str() {
            "inter" => Some(Self::Interactions),
            "item" => Some(Self::Items),
            "user" => Some(Self::Users),
            "csv" | "tsv" | "txt" => {
                let table = Table::open(file, Syntax::Sniffed);
                let of_items = table.place(&["item_id"]).is_some();
                (of_items && table.place(&["user_id"]).is_none()).then_some(Self::Table)
            }
            _ => None,
        }
    }
}

/// The file is one of RecBole's.
pub(super) fn is_atomic(file: &InputFile) -> bool {
    !matches!(Role::of(file), None | Some(Role::Table))
}

/// Reads the files of a folder.
pub(super) fn read(
    files: &[InputFile],
    wanted: Wanted,
    log: &mut Log,
    telling: &mut Telling<'_>,
) -> Result<Dataset, PackError> {
    let roles: Vec<Option<Role>> = files.iter().map(Role::of).collect();
    let first = |role: Role| {
        files.iter().zip(&roles).find(|(_, of)| **of == Some(role)).map(|(file, _)| file)
    };
    let beside = || files.iter().find(|file| is_atomic(file)).map_or("", |file| &file.name);
    let missing = |file, what| PackError::MissingFile { file, beside: beside().to_owned(), what };
    let named_by = match wanted {
        Wanted::Everything => first(Role::Interactions),
        Wanted::Items => files.iter().find(|file| is_atomic(file)),
    };
    let name = match named_by {
        Some(file) => file.name.split('.').next().unwrap_or_default().to_owned(),
        None => return Err(missing("NAME.inter", "the interactions of users with items")),
    };
    if first(Role::Items).is_none() && first(Role::Table).is_none() {
        return Err(missing("NAME.item", "the items with their titles"));
    }
    let has_table = first(Role::Table).is_some();
    let from = if has_table {
        "RecBole atomic files with a metadata table"
    } else {
        "RecBole atomic files"
    };
    let mut dataset = Dataset { has_table, ..Dataset::new(name, from) };
    for (file, role) in files.iter().zip(roles) {
        telling.file(file);
        match role {
            Some(Role::Users | Role::Interactions) if wanted == Wanted::Items => {}
            Some(Role::Interactions) => {
                interactions::read(file, Syntax::Atomic, &mut dataset, log)?;
            }
            Some(Role::Users) => users::read(file, Syntax::Atomic, &mut dataset, log)?,
            Some(Role::Items) => items::read(file, &mut dataset, log, Source::AtomicFile)?,
            Some(Role::Table) => items::read(file, &mut dataset, log, Source::Table)?,
            None => log.left_out(
                file.name.clone(),
                "it is neither an atomic file nor a table with an item_id column",
            ),
        }
    }
    Ok(dataset)
}
