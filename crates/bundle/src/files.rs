use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

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

/// Reads files side by side, and gives them in their order.
pub(crate) async fn read_all<'a>(
    files: &'a dyn Files,
    entries: impl Iterator<Item = &'a SectionEntry>,
) -> Result<Vec<Vec<u8>>, BundleError> {
    let mut reading: Vec<Option<Reading<'a>>> = entries.map(|e| Some(files.read(e))).collect();
    let mut read: Vec<Result<Vec<u8>, BundleError>> = vec![Ok(Vec::new()); reading.len()];
    poll_fn(|context| {
        for (file, place) in reading.iter_mut().zip(&mut read) {
            if let Some(on_its_way) = file
                && let Poll::Ready(bytes) = on_its_way.as_mut().poll(context)
            {
                *place = bytes;
                *file = None;
            }
        }
        if reading.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    read.into_iter().collect()
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
