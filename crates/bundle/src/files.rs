use std::collections::HashMap;
use std::pin::Pin;

use crate::error::BundleError;
use crate::manifest::SectionEntry;

/// A file on its way.
pub type Reading<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, BundleError>> + 'a>>;

/// Where a bundle's files are: a folder, a server, memory. The bundle asks for a
/// file when it is needed.
pub trait Files {
    /// Reads a section file.
    ///
    /// # Errors
    /// [`BundleError::Unreadable`] if it cannot be read now.
    fn read<'a>(&'a self, entry: &'a SectionEntry) -> Reading<'a>;
}

/// Files in memory, by name.
#[derive(Debug, Clone, Default)]
pub struct InMemory(HashMap<String, Vec<u8>>);

impl FromIterator<(String, Vec<u8>)> for InMemory {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

impl Files for InMemory {
    fn read<'a>(&'a self, entry: &'a SectionEntry) -> Reading<'a> {
        let found = self.0.get(&entry.file).cloned();
        let missing = BundleError::Missing { section: entry.kind.name() };
        Box::pin(std::future::ready(found.ok_or(missing)))
    }
}
