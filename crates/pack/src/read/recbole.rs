//! RecBole atomic files, with a metadata table beside them.

use super::delimited::{Layout, Table};
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
            "csv" | "tsv" | "txt" => is_table(file).then_some(Self::Table),
            _ => None,
        }
    }
}

/// The file tells of items, and of no users: it may stand beside an item file.
pub(super) fn is_table(file: &InputFile) -> bool {
    Table::open(file, Layout::SNIFFED).is_ok_and(|table| {
        table.place(&["item_id"]).is_some() && table.place(&["user_id"]).is_none()
    })
}

/// The file is one of RecBole's.
pub(super) fn is_atomic(file: &InputFile) -> bool {
    !matches!(Role::of(file), None | Some(Role::Table))
}

/// The file holds RecBole's interactions, which none of its datasets is without.
pub(super) fn is_interactions(file: &InputFile) -> bool {
    Role::of(file) == Some(Role::Interactions)
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
    let missing = |file: &str, what| PackError::MissingFile {
        file: String::from(file),
        beside: beside().to_owned(),
        what,
    };
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
                interactions::read(file, Layout::ATOMIC, &mut dataset, log)?;
            }
            Some(Role::Users) => users::read(file, Layout::ATOMIC, &mut dataset, log)?,
            Some(Role::Items) => items::read(file, &mut dataset, log, Source::ATOMIC_FILE)?,
            Some(Role::Table) => items::read(file, &mut dataset, log, Source::TABLE)?,
            None => log.left_out(
                file.name.clone(),
                "it is neither an atomic file nor a table with an item_id column",
            ),
        }
    }
    Ok(dataset)
}
