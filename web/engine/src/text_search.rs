//! What a search of texts reads: large, and not needed before the first such question.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, Shared, select};
use js_sys::Reflect;
use usher_bundle::{BundleError, Manifest, SectionEntry, SectionKind};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::download::Folder;
use crate::face::sleep;
use crate::gauge::{Gauge, Listeners};

/// How long the words of the texts wait for their meaning before they answer alone, in
/// milliseconds.
const GRACE_MS: i32 = 1_500;

/// A file on its way, for all who wait for it. It comes also where nobody waits.
type Coming = Shared<LocalBoxFuture<'static, Result<Vec<u8>, BundleError>>>;

/// The files of a search of texts: fetched ahead, or when a question needs them.
pub(crate) struct TextSearch {
    folder: Rc<Folder>,
    entries: Vec<SectionEntry>,
    /// By name, until they are read.
    coming: RefCell<Vec<(String, Coming)>>,
    gauge: Gauge,
    has_begun: Cell<bool>,
}

impl TextSearch {
    pub(crate) fn new(folder: Rc<Folder>, manifest: &Manifest, listeners: Listeners) -> Rc<Self> {
        // Words first: they can answer alone.
        let entries: Vec<SectionEntry> = SectionKind::TEXT_SEARCH
            .iter()
            .flat_map(|kind| manifest.sections.iter().filter(move |entry| entry.kind == *kind))
            .cloned()
            .collect();
        let bytes = entries.iter().map(|entry| entry.bytes).fold(0, u64::saturating_add);
        Rc::new(Self {
            folder,
            entries,
            coming: RefCell::default(),
            gauge: Gauge::new("Loading the search of texts".to_owned(), bytes, listeners),
            has_begun: Cell::new(false),
        })
    }

    /// Whether it would help to begin before a question does.
    pub(crate) fn may_begin(&self) -> bool {
        !self.has_begun.get() && !saves_data()
    }

    /// Fetches one file after the other, once.
    pub(crate) fn begin(self: &Rc<Self>) {
        if self.has_begun.replace(true) {
            return;
        }
        let all = Rc::clone(self);
        spawn_local(async move {
            for entry in &all.entries {
                // What fails now is fetched again when a question needs it.
                let _ = all.coming(entry).await;
            }
        });
    }

    /// Reads a file for a question.
    ///
    /// # Errors
    /// It cannot be loaded; or it holds the meaning of texts and takes longer than a
    /// question waits: then it goes on coming for the next one.
    pub(crate) async fn read(
        self: &Rc<Self>,
        entry: &SectionEntry,
    ) -> Result<Vec<u8>, BundleError> {
        self.has_begun.set(true);
        let coming = self.coming(entry);
        let read = match coming.peek() {
            Some(_) => coming.await,
            None if entry.kind == SectionKind::Search => self.gauge.watch(coming).await,
            None => {
                let patience = sleep(GRACE_MS).boxed_local();
                match self.gauge.watch(select(coming, patience)).await {
                    Either::Left((read, _)) => read,
                    Either::Right(_) => return Err(self.still_loading()),
                }
            }
        };
        self.forget(&entry.file);
        read
    }

    fn coming(self: &Rc<Self>, entry: &SectionEntry) -> Coming {
        let known = |coming: &&(String, Coming)| coming.0 == entry.file;
        if let Some((_, coming)) = self.coming.borrow().iter().find(known) {
            return coming.clone();
        }
        let (all, entry) = (Rc::clone(self), entry.clone());
        let file = entry.file.clone();
        let coming = async move {
            let loaded_bytes = Cell::new(0);
            let on_bytes = |bytes| {
                loaded_bytes.set(loaded_bytes.get() + bytes);
                all.gauge.add(bytes);
            };
            let read = all.folder.fetch(&entry, &on_bytes).await;
            if read.is_err() {
                all.gauge.take_back(loaded_bytes.get());
                all.forget(&entry.file);
            }
            read
        };
        let coming = coming.boxed_local().shared();
        self.coming.borrow_mut().push((file, coming.clone()));
        spawn_local(coming.clone().map(drop));
        coming
    }

    fn forget(&self, file: &str) {
        self.coming.borrow_mut().retain(|(name, _)| name != file);
    }

    fn still_loading(&self) -> BundleError {
        BundleError::Unreadable {
            what: format!(
                "The search by meaning is still being loaded ({} %).",
                self.gauge.percent()
            ),
            next: "Ask again in a moment to find more.".to_owned(),
        }
    }
}

/// Whether the person asked their browser to load as little as it can.
fn saves_data() -> bool {
    let of = |object: JsValue, name: &&str| Reflect::get(&object, &JsValue::from_str(name)).ok();
    let path = ["navigator", "connection", "saveData"];
    let found = path.iter().try_fold(JsValue::from(js_sys::global()), of);
    found.is_some_and(|saves| saves.is_truthy())
}
