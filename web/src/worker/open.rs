use std::cell::Cell;

use futures::future::try_join_all;
use usher_bundle::{Bundle, BundleError, MANIFEST_FILE, Manifest};
use usher_protocol::{FromEngine, Problem};
use web_sys::RequestCache;

use super::download::download;
use super::post;

/// The largest manifest that is read, in bytes.
const MANIFEST_BYTES: u64 = 4 << 20;

/// How often progress is told, in parts of the whole.
const TOLD_PARTS: u64 = 100;

/// Loads a bundle from the folder at the address `folder`, telling how far it is.
/// With `may_be_kept`, files that the browser keeps are taken: their names hold
/// their hashes, so that they never change.
///
/// # Errors
/// What could not be loaded or read, and what to do.
pub(super) async fn open(folder: &str, may_be_kept: bool) -> Result<Bundle, Problem> {
    let address = |file: &str| format!("{folder}{file}");
    let (manifest_cache, cache) = if may_be_kept {
        (RequestCache::NoCache, RequestCache::Default)
    } else {
        (RequestCache::Reload, RequestCache::Reload)
    };
    let manifest =
        download(&address(MANIFEST_FILE), manifest_cache, MANIFEST_BYTES, |_| ()).await?;
    let manifest = Manifest::parse(&manifest).map_err(|error| problem(&error))?;

    let total_bytes = manifest.total_bytes();
    let tell = |what: String, loaded_bytes| {
        post(&FromEngine::Progress { what, loaded_bytes, total_bytes });
    };
    let what = format!("Loading {}", manifest.name);
    let loaded_bytes = Cell::new(0_u64);
    let told_parts = Cell::new(0);
    let count = |bytes: u64| {
        loaded_bytes.set(loaded_bytes.get().saturating_add(bytes));
        let parts = loaded_bytes.get() / (total_bytes / TOLD_PARTS).max(1);
        if parts > told_parts.replace(parts) {
            tell(what.clone(), loaded_bytes.get());
        }
    };
    tell(what.clone(), 0);
    let sections = manifest.sections.iter().map(|section| {
        let address = address(&section.file);
        let count = &count;
        async move {
            let bytes = download(&address, cache, section.bytes, count).await?;
            Ok((section.kind, bytes))
        }
    });
    let files = try_join_all(sections).await?;
    tell(format!("Checking {}", manifest.name), total_bytes);
    Bundle::open(manifest, &files).map_err(|error| problem(&error))
}

/// A bundle's error ends with a sentence that says what to do.
fn problem(error: &BundleError) -> Problem {
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
