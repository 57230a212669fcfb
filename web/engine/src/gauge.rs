use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use usher_protocol::FromEngine;

use crate::face::{Face, Functions};

/// How often progress is told, in parts of the whole.
const TOLD_PARTS: u64 = 100;

/// How much of some files has come, told while somebody waits for it.
pub(crate) struct Gauge {
    what: String,
    total_bytes: u64,
    loaded_bytes: Cell<u64>,
    told_parts: Cell<u64>,
    waiting: Cell<u32>,
    listeners: Listeners,
}

/// The faces of those who use some files. One that is gone hears nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listeners(Rc<RefCell<Vec<Weak<Functions>>>>);

impl Listeners {
    pub(crate) fn add(&self, face: &Face) {
        let mut faces = self.0.borrow_mut();
        faces.retain(|face| face.strong_count() > 0);
        faces.push(Rc::downgrade(&face.0));
    }

    fn tell(&self, message: &FromEngine) {
        let faces: Vec<Face> = self.0.borrow().iter().filter_map(Weak::upgrade).map(Face).collect();
        for face in faces {
            face.tell(message);
        }
    }
}

impl Gauge {
    /// For so many bytes of `what`, as a person is told it.
    pub(crate) fn new(what: String, total_bytes: u64, listeners: Listeners) -> Self {
        Self {
            what,
            total_bytes,
            loaded_bytes: Cell::new(0),
            told_parts: Cell::new(0),
            waiting: Cell::new(0),
            listeners,
        }
    }

    /// Waits for some of it, and tells how far it is.
    pub(crate) async fn watch<T>(&self, coming: impl Future<Output = T>) -> T {
        self.waiting.set(self.waiting.get() + 1);
        self.tell();
        let came = coming.await;
        self.waiting.set(self.waiting.get() - 1);
        came
    }

    /// Some more has come.
    pub(crate) fn add(&self, bytes: u64) {
        self.loaded_bytes.set(self.loaded_bytes.get().saturating_add(bytes));
        let parts = self.loaded_bytes.get() / (self.total_bytes / TOLD_PARTS).max(1);
        if parts > self.told_parts.replace(parts) {
            self.tell();
        }
    }

    /// What had come of a file is of no use.
    pub(crate) fn take_back(&self, bytes: u64) {
        self.loaded_bytes.set(self.loaded_bytes.get().saturating_sub(bytes));
        self.told_parts.set(0);
    }

    pub(crate) fn percent(&self) -> u64 {
        (self.loaded_bytes.get().saturating_mul(100) / self.total_bytes.max(1)).min(100)
    }

    fn tell(&self) {
        if self.waiting.get() > 0 {
            self.listeners.tell(&FromEngine::Progress {
                what: self.what.clone(),
                loaded_bytes: self.loaded_bytes.get(),
                total_bytes: self.total_bytes,
            });
        }
    }
}
