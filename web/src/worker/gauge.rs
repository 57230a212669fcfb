use std::cell::Cell;

use usher_protocol::FromEngine;

use super::post;

/// How often progress is told, in parts of the whole.
const TOLD_PARTS: u64 = 100;

/// How much of some files has come, told while somebody waits for it.
pub(super) struct Gauge {
    what: String,
    total_bytes: u64,
    loaded_bytes: Cell<u64>,
    told_parts: Cell<u64>,
    waiting: Cell<u32>,
}

impl Gauge {
    /// For so many bytes of `what`, as a person is told it.
    pub(super) fn new(what: String, total_bytes: u64) -> Self {
        Self {
            what,
            total_bytes,
            loaded_bytes: Cell::new(0),
            told_parts: Cell::new(0),
            waiting: Cell::new(0),
        }
    }

    /// Waits for some of it, and tells how far it is.
    pub(super) async fn watch<T>(&self, coming: impl Future<Output = T>) -> T {
        self.waiting.set(self.waiting.get() + 1);
        self.tell();
        let came = coming.await;
        self.waiting.set(self.waiting.get() - 1);
        came
    }

    /// Some more has come.
    pub(super) fn add(&self, bytes: u64) {
        self.loaded_bytes.set(self.loaded_bytes.get().saturating_add(bytes));
        let parts = self.loaded_bytes.get() / (self.total_bytes / TOLD_PARTS).max(1);
        if parts > self.told_parts.replace(parts) {
            self.tell();
        }
    }

    /// What had come of a file is of no use.
    pub(super) fn take_back(&self, bytes: u64) {
        self.loaded_bytes.set(self.loaded_bytes.get().saturating_sub(bytes));
        self.told_parts.set(0);
    }

    pub(super) fn percent(&self) -> u64 {
        (self.loaded_bytes.get().saturating_mul(100) / self.total_bytes.max(1)).min(100)
    }

    fn tell(&self) {
        if self.waiting.get() > 0 {
            post(&FromEngine::Progress {
                what: self.what.clone(),
                loaded_bytes: self.loaded_bytes.get(),
                total_bytes: self.total_bytes,
            });
        }
    }
}
