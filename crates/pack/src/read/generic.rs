//! `items.csv`, `users.csv` and `interactions.csv`.

use super::delimited::Layout;
use super::items::Source;
use super::{Telling, Wanted, interactions, items, users};
use crate::InputFile;
use crate::dataset::Dataset;
use crate::error::PackError;
use crate::report::Log;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Items,
    Users,
    Interactions,
}

impl Role {
    pub(super) fn of(file: &InputFile) -> Option<Self> {
        match file.name.to_lowercase().as_str() {
            "items.csv" | "items.tsv" => Some(Self::Items),
            "users.csv" | "users.tsv" => Some(Self::Users),
            "interactions.csv" | "interactions.tsv" => Some(Self::Interactions),
            _ => None,
        }
    }
}

/// The file is one that generic CSV cannot be without.
pub(super) fn is_needed(file: &InputFile) -> bool {
    matches!(Role::of(file), Some(Role::Items | Role::Interactions))
}

/// Reads the files of a folder.
pub(super) fn read(
    files: &[InputFile],
    wanted: Wanted,
    log: &mut Log,
    telling: &mut Telling<'_>,
) -> Result<Dataset, PackError> {
    let first = |role: Role| files.iter().find(|file| Role::of(file) == Some(role));
    let beside = files.iter().find(|file| Role::of(file).is_some());
    for (role, file, what) in [
        (Role::Items, "items.csv", "the items with their titles"),
        (Role::Interactions, "interactions.csv", "the interactions of users with items"),
    ] {
        if first(role).is_none() && (role == Role::Items || wanted == Wanted::Everything) {
            let beside = beside.map_or_else(String::new, |file| file.name.clone());
            return Err(PackError::MissingFile { file: file.to_owned(), beside, what });
        }
    }
    let mut dataset = Dataset::new("Catalogue".to_owned(), "generic CSV");
    for file in files {
        telling.file(file);
        match Role::of(file) {
            Some(Role::Users | Role::Interactions) if wanted == Wanted::Items => {}
            Some(Role::Items) => items::read(file, &mut dataset, log, Source::GENERIC)?,
            Some(Role::Users) => users::read(file, Layout::SNIFFED, &mut dataset, log)?,
            Some(Role::Interactions) => {
                interactions::read(file, Layout::SNIFFED, &mut dataset, log)?;
            }
            None => log.left_out(
                file.name.clone(),
                "it is none of items.csv, users.csv and interactions.csv",
            ),
        }
    }
    Ok(dataset)
}
