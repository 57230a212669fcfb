//! The readers: files in, a [`Dataset`] out.

mod about;
mod delimited;
mod generic;
mod interactions;
mod items;
mod lists;
mod mapping;
mod movielens;
mod recbole;
mod tour;
mod users;

use self::mapping::Mapping;
use crate::InputFile;
use crate::dataset::Dataset;
use crate::error::PackError;
use crate::progress::{Phase, Progress};
use crate::report::Log;

/// What is wanted of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Items, users and interactions; there must be some of the latter.
    Everything,
    /// The items. Files of users and interactions are not read, and need not be there.
    Items,
}

/// Finds out what the files are and reads them, in the order of their names.
pub(crate) fn read(
    mut files: Vec<InputFile>,
    wanted: Wanted,
    log: &mut Log,
    progress: &mut dyn FnMut(Progress),
) -> Result<Dataset, PackError> {
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let (folders, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.name.contains(['/', '\\']));
    for file in folders {
        log.left_out(file.name, "it is in a sub-folder");
    }
    let (about, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.name == about::FILE);
    let about = about.first().map(about::read).transpose()?.unwrap_or_default();
    let (tour, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.name == tour::FILE);
    let tour = tour.first().map(tour::read).transpose()?.unwrap_or_default();
    let (own, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.name == mapping::FILE);
    let own = own.first().map(Mapping::read).transpose()?;
    let mut telling = Telling { done: 0, total: files.len() as u32, progress };
    let is_ours = |file| recbole::is_interactions(file) || generic::is_needed(file);
    let mapping = own.or_else(|| match files.iter().any(is_ours) {
        true => None,
        false => movielens::mapping(&files),
    });
    let mut dataset = if let Some(mapping) = mapping {
        mapping.read_files(&files, wanted, log, &mut telling)
    } else if files.iter().any(recbole::is_atomic) {
        recbole::read(&files, wanted, log, &mut telling)
    } else if files.iter().any(|file| generic::Role::of(file).is_some()) {
        generic::read(&files, wanted, log, &mut telling)
    } else {
        Err(PackError::NothingKnown { found: listing(&files) })
    }?;
    if let Some(name) = about.name {
        dataset.name = name;
    }
    dataset.note = about.note;
    dataset.examples = tour;
    if wanted == Wanted::Everything && dataset.interactions.is_empty() {
        return Err(PackError::NoInteractions {
            file: log.files_of(interactions::WHAT),
            because: log.first_broken(interactions::WHAT).map_or_else(String::new, |row| {
                format!(" that can be used (line {} of {}: {})", row.line, row.file, row.reason)
            }),
        });
    }
    Ok(dataset)
}

/// Tells of each file before it is read.
struct Telling<'a> {
    done: u32,
    total: u32,
    progress: &'a mut dyn FnMut(Progress),
}

impl Telling<'_> {
    fn file(&mut self, file: &InputFile) {
        let phase = Phase::Reading { file: file.name.clone() };
        (self.progress)(Progress { phase, done: self.done, total: self.total });
        self.done += 1;
    }
}

/// The names of the first few files.
fn listing(files: &[InputFile]) -> String {
    const SHOWN: usize = 5;
    let names: Vec<&str> = files.iter().take(SHOWN).map(|file| file.name.as_str()).collect();
    match files.len() {
        0 => "no files at all".to_owned(),
        n if n > SHOWN => format!("{}, … {n} files", names.join(", ")),
        _ => names.join(", "),
    }
}
