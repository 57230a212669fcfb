//! A catalogue of one's own, packed in the page. A Web Worker loads this WebAssembly file
//! once files are dropped or chosen; those who take what is there never pay for it.
//!
//! What is dropped is a bundle, which is checked, or a dataset, which is packed as
//! `usher pack` does it. Either may come in a zip archive.

mod archive;
mod dropped;
mod folder;

use js_sys::{Function, Uint8Array};
use usher_bundle::BundleFile;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use dropped::{Catalogue, Told};
use folder::Folder;

/// The files that are dropped, one after the other.
#[wasm_bindgen]
#[derive(Default)]
pub struct Dropped {
    folder: Folder,
}

#[wasm_bindgen]
impl Dropped {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        console_error_panic_hook::set_once();
        Self::default()
    }

    /// Adds a file by its path, or what is in it if it is a zip archive.
    ///
    /// # Errors
    /// The archive cannot be unpacked, or it is too much; says why, and what to do.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), JsError> {
        self.folder.add(path, bytes).map_err(JsError::from)
    }

    /// Whether all of it is a bundle, rather than a dataset.
    pub fn is_bundle(&mut self) -> bool {
        self.folder.enter();
        self.folder.is_bundle()
    }

    /// Checks a bundle or packs a dataset. `table` is the token table, by which English
    /// texts become vectors; where it is empty, texts are compared by LSA. `tell` hears of each
    /// step: what is done, and how much of how much.
    ///
    /// # Errors
    /// There is neither a bundle nor a dataset, or not a whole one; says why, and what to do.
    pub fn finish(self, table: &[u8], tell: &Function) -> Result<Packed, JsError> {
        let mut tell = |Told { what, done, total }: Told| {
            // Whoever listens does not fail.
            let _ = tell.call3(&JsValue::NULL, &what.into(), &done.into(), &total.into());
        };
        let table = (!table.is_empty()).then_some(table);
        let catalogue = dropped::open(self.folder, table, &mut tell)?;
        Ok(Packed { catalogue })
    }
}

/// A bundle that can be opened.
#[wasm_bindgen]
pub struct Packed {
    catalogue: Catalogue,
}

#[wasm_bindgen]
impl Packed {
    /// The catalogue's name.
    #[must_use]
    pub fn name(&self) -> String {
        self.catalogue.name.clone()
    }

    /// Items, users and interactions.
    #[must_use]
    pub fn counts(&self) -> Vec<f64> {
        let counts = self.catalogue.counts;
        [counts.items, counts.users, counts.interactions].map(|count| count as f64).to_vec()
    }

    /// What was read, cleaned and left out, as lines: what is indented belongs to the line
    /// before it that is not.
    #[must_use]
    pub fn report(&self) -> String {
        self.catalogue.report.clone()
    }

    /// Takes the next file out: its name and its bytes. Nothing after the last.
    pub fn next_file(&mut self) -> Option<Part> {
        self.catalogue.files.pop().map(|file| Part { file })
    }
}

/// One file of a bundle.
#[wasm_bindgen]
pub struct Part {
    file: BundleFile,
}

#[wasm_bindgen]
impl Part {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        self.file.name.clone()
    }

    /// Its content.
    #[must_use]
    pub fn bytes(self) -> Uint8Array {
        Uint8Array::from(self.file.bytes.as_slice())
    }
}
