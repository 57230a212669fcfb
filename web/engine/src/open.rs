//! Bundles on servers, opened once for all who ask for them.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use usher_bundle::{
    Bundle, BundleError, Files, MANIFEST_FILE, Manifest, Reading, SectionEntry, SectionKind,
};
use usher_protocol::Problem;
use wasm_bindgen::JsValue;

use crate::download::{Folder, download};
use crate::face::Face;
use crate::gauge::{Gauge, Listeners};
use crate::text_search::TextSearch;

/// The largest manifest that is read, in bytes.
const MANIFEST_BYTES: u64 = 4 << 20;

thread_local! {
    /// What is open, as long as somebody uses it.
    static OPEN: RefCell<Vec<Shared>> = const { RefCell::new(Vec::new()) };
}

/// A bundle that others may use, too, if they fetch in the same way: another's fetch may be
/// allowed more, or end with what it belongs to.
struct Shared {
    fetching: JsValue,
    folder: String,
    /// A server may replace what it serves.
    manifest: Vec<u8>,
    bundle: Weak<Bundle>,
    text_search: Weak<TextSearch>,
    listeners: Listeners,
}

/// Loads a bundle from the folder at the address `folder`, telling how far it is:
/// what every question needs now, the rest when it is needed. With `may_be_kept`,
/// files that the browser keeps are taken: their names hold their hashes, so that
/// they never change. Also gives what a search of texts reads, to be fetched ahead.
///
/// # Errors
/// What could not be loaded or read, and what to do.
pub(crate) async fn open(
    folder: &str,
    may_be_kept: bool,
    face: &Face,
) -> Result<(Rc<Bundle>, Rc<TextSearch>), Problem> {
    let (manifest_cache, cache) =
        if may_be_kept { ("no-cache", "default") } else { ("reload", "reload") };
    let address = format!("{folder}{MANIFEST_FILE}");
    let text = download(face, &address, manifest_cache, MANIFEST_BYTES, &|_| ()).await?;
    if let Some(opened) = is_open(folder, &text, face) {
        return Ok(opened);
    }
    let manifest = Manifest::parse(&text).map_err(|error| problem(&error))?;
    let bytes = manifest.at_once().map(|entry| entry.bytes).fold(0, u64::saturating_add);
    let listeners = Listeners::default();
    listeners.add(face);
    let what = format!("Loading {}", manifest.name);
    let opening = Rc::new(Gauge::new(what, bytes, listeners.clone()));
    let from = Rc::new(Folder { address: folder.to_owned(), cache, face: face.clone() });
    let text_search = TextSearch::new(Rc::clone(&from), &manifest, listeners.clone());
    let files = Sections {
        folder: from,
        opening: Rc::clone(&opening),
        text_search: Rc::clone(&text_search),
    };
    let bundle = opening.watch(Bundle::open(manifest, Rc::new(files))).await;
    let bundle = Rc::new(bundle.map_err(|error| problem(&error))?);
    let (open, search) = (Rc::downgrade(&bundle), Rc::downgrade(&text_search));
    OPEN.with_borrow_mut(|shared| {
        shared.push(Shared {
            fetching: face.fetching(),
            folder: folder.to_owned(),
            manifest: text,
            bundle: open,
            text_search: search,
            listeners,
        });
    });
    Ok((bundle, text_search))
}

/// A bundle that somebody uses, if it is still the one at this address.
fn is_open(folder: &str, manifest: &[u8], face: &Face) -> Option<(Rc<Bundle>, Rc<TextSearch>)> {
    OPEN.with_borrow_mut(|shared| {
        shared.retain(|shared| shared.bundle.strong_count() > 0);
        let found = shared.iter().find(|open| {
            open.folder == folder && open.manifest == manifest && open.fetching == face.fetching()
        })?;
        let opened = (found.bundle.upgrade()?, found.text_search.upgrade()?);
        found.listeners.add(face);
        Some(opened)
    })
}

/// The section files of a bundle on a server.
struct Sections {
    folder: Rc<Folder>,
    opening: Rc<Gauge>,
    text_search: Rc<TextSearch>,
}

impl Files for Sections {
    fn read<'a>(&'a self, entry: &'a SectionEntry) -> Reading<'a> {
        if SectionKind::TEXT_SEARCH.contains(&entry.kind) {
            return Box::pin(self.text_search.read(entry));
        }
        Box::pin(async move {
            // Nobody watches once the bundle is open.
            self.folder.fetch(entry, &|bytes| self.opening.add(bytes)).await
        })
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
