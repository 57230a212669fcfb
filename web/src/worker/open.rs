use std::cell::{Cell, RefCell};
use std::rc::Rc;

use usher_bundle::{Bundle, BundleError, Files, MANIFEST_FILE, Manifest, Reading, SectionEntry};
use usher_protocol::{FromEngine, Problem};
use web_sys::RequestCache;

use super::download::download;
use super::post;

/// The largest manifest that is read, in bytes.
const MANIFEST_BYTES: u64 = 4 << 20;

/// A file of this size takes a while to come: only those that a search of texts reads are
/// as large, since the others come in shards.
const LARGE_BYTES: u64 = 256 << 10;

/// How often progress is told, in parts of the whole.
const TOLD_PARTS: u64 = 100;

/// Loads a bundle from the folder at the address `folder`, telling how far it is:
/// what every question needs now, the rest when it is needed. With `may_be_kept`,
/// files that the browser keeps are taken: their names hold their hashes, so that
/// they never change.
///
/// # Errors
/// What could not be loaded or read, and what to do.
pub(super) async fn open(folder: &str, may_be_kept: bool) -> Result<Bundle, Problem> {
    let (manifest_cache, cache) = if may_be_kept {
        (RequestCache::NoCache, RequestCache::Default)
    } else {
        (RequestCache::Reload, RequestCache::Reload)
    };
    let address = format!("{folder}{MANIFEST_FILE}");
    let manifest = download(&address, manifest_cache, MANIFEST_BYTES, |_| ()).await?;
    let manifest = Manifest::parse(&manifest).map_err(|error| problem(&error))?;
    let files = Rc::new(Folder {
        address: folder.to_owned(),
        cache,
        what: RefCell::new(Some(format!("Loading {}", manifest.name))),
        loaded_bytes: Cell::new(0),
        total_bytes: manifest.at_once().map(|entry| entry.bytes).fold(0, u64::saturating_add),
        told_parts: Cell::new(0),
    });
    files.tell();
    let opened = Bundle::open(manifest, Rc::clone(&files) as Rc<dyn Files>).await;
    // From now on a file is fetched in the middle of a question.
    files.what.take();
    opened.map_err(|error| problem(&error))
}

/// The folder of a bundle on a server.
struct Folder {
    address: String,
    cache: RequestCache,
    /// What progress is told of; nothing once the bundle is open.
    what: RefCell<Option<String>>,
    loaded_bytes: Cell<u64>,
    total_bytes: u64,
    told_parts: Cell<u64>,
}

impl Files for Folder {
    fn read<'a>(&'a self, entry: &'a SectionEntry) -> Reading<'a> {
        Box::pin(async move {
            let address = format!("{}{}", self.address, entry.file);
            // In the middle of a question, a large file is told of by itself.
            let is_alone = self.what.borrow().is_none() && entry.bytes >= LARGE_BYTES;
            let mut loaded_bytes = 0;
            let on_bytes = |bytes| {
                if is_alone {
                    loaded_bytes += bytes;
                    let total_bytes = entry.bytes;
                    let what = "Loading the search of texts".to_owned();
                    post(&FromEngine::Progress { what, loaded_bytes, total_bytes });
                } else {
                    self.count(bytes);
                }
            };
            download(&address, self.cache, entry.bytes, on_bytes).await.map_err(|problem| {
                BundleError::Unreadable { what: problem.what, next: problem.next }
            })
        })
    }
}

impl Folder {
    fn count(&self, bytes: u64) {
        self.loaded_bytes.set(self.loaded_bytes.get().saturating_add(bytes));
        let parts = self.loaded_bytes.get() / (self.total_bytes / TOLD_PARTS).max(1);
        if parts > self.told_parts.replace(parts) {
            self.tell();
        }
    }

    fn tell(&self) {
        if let Some(what) = self.what.borrow().clone() {
            post(&FromEngine::Progress {
                what,
                loaded_bytes: self.loaded_bytes.get(),
                total_bytes: self.total_bytes,
            });
        }
    }
}

/// A bundle's error ends with a sentence that says what to do.
fn problem(error: &BundleError) -> Problem {
    if let BundleError::Unreadable { what, next } = error {
        return Problem { what: what.clone(), next: next.clone() };
    }
    let text = error.to_string();
    let (what, next) = text.rsplit_once(". ").unwrap_or((&text, "Try again."));
    Problem { what: format!("{what}."), next: next.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_of_a_bundle_says_what_happened_and_what_to_do() {
        let reason = || "it ends. Early".to_owned();
        for (error, what) in [
            (
                BundleError::Manifest { reason: reason() },
                "manifest.json cannot be read: it ends. Early.",
            ),
            (
                BundleError::NewerFormat { found: 9, known: 1 },
                "The bundle has format 9, and this Usher reads up to 1.",
            ),
            (BundleError::Missing { section: "text" }, "The bundle's text section is missing."),
            (
                BundleError::Damaged { file: "text-1.bin".into(), reason: reason() },
                "text-1.bin is damaged: it ends. Early.",
            ),
        ] {
            let problem = problem(&error);
            assert_eq!(problem.what, what);
            assert!(problem.next.contains("bundle"), "{problem:?}");
        }
    }
}
