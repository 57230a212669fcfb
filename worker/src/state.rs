//! What one instance of the worker keeps from request to request.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use serde_json::Value;
use usher_bundle::ItemRow;
use usher_gateway::{Refusal, Settings, Windows};
use usher_tools::{BundlePorts, Registry};
use worker::Env;

use crate::ports::EdgePorts;

/// Most sets of items that are kept.
const MOST_SETS: usize = 1_000;

/// Never borrowed while anything is waited for: another request may run meanwhile.
#[derive(Default)]
pub(crate) struct State {
    settings: OnceCell<Result<Rc<Settings>, Refusal>>,
    /// The tools.
    pub(crate) registry: OnceCell<Rc<Registry<EdgePorts>>>,
    /// The open bundle.
    pub(crate) catalogue: RefCell<Option<Rc<BundlePorts>>>,
    /// Requests, where the platform counts none.
    pub(crate) windows: RefCell<Windows>,
    /// Sets that tools found, by handle.
    pub(crate) sets: RefCell<Sets>,
    /// The keys of Cloudflare Access, and when they were fetched, in milliseconds.
    pub(crate) certificates: RefCell<Option<(Rc<Value>, u64)>>,
}

thread_local! {
    static STATE: State = State::default();
}

/// Shows the state.
pub(crate) fn with<T>(show: impl FnOnce(&State) -> T) -> T {
    STATE.with(show)
}

/// The owner's settings, read once: they are the same for as long as an instance lives.
pub(crate) fn settings(env: &Env) -> Result<Rc<Settings>, Refusal> {
    let get = |name: &str| env.var(name).ok().map(|text| text.to_string());
    with(|state| {
        let read = || {
            let read = Settings::read(get).map(Rc::new);
            read.map_err(|error| Refusal::new(503, "wrong_setting", error.to_string()))
        };
        state.settings.get_or_init(read).clone()
    })
}

/// Sets of items by handle, of which the oldest are forgotten.
#[derive(Default)]
pub(crate) struct Sets {
    by_handle: HashMap<String, Rc<[ItemRow]>>,
    oldest_first: VecDeque<String>,
}

impl Sets {
    pub(crate) fn get(&self, handle: &str) -> Option<Rc<[ItemRow]>> {
        self.by_handle.get(handle).cloned()
    }

    pub(crate) fn keep(&mut self, handle: &str, rows: Rc<[ItemRow]>) {
        if self.by_handle.insert(handle.to_owned(), rows).is_none() {
            self.oldest_first.push_back(handle.to_owned());
        }
        while self.oldest_first.len() > MOST_SETS {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.by_handle.remove(&oldest);
            }
        }
    }
}
