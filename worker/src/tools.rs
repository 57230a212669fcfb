//! The tools over HTTP. Sets of items live in the instance and, where the owner has
//! bound one, in a key-value store, so that a handle holds wherever the next request
//! arrives.

use std::rc::Rc;

use serde_json::{Value, json};
use usher_bundle::{Bundle, ItemRow};
use usher_protocol::{ErrorKind, Step};
use usher_tools::{Ports, Registry};
use worker::{Env, KvStore};

use crate::ports::EdgePorts;
use crate::state;

/// How long a set is kept in the store, in seconds.
const SET_SECONDS: u64 = 86_400;
/// What a handle begins with.
const HANDLE: &str = "set:";

/// The tools: made once for as long as an instance lives.
pub(crate) fn registry() -> Rc<Registry<EdgePorts>> {
    state::with(|state| Rc::clone(state.registry.get_or_init(Rc::default)))
}

/// The catalogue in a sentence, for a model.
pub(crate) fn instructions(bundle: &Bundle) -> String {
    let manifest = bundle.manifest();
    format!(
        "Usher recommends items of the catalogue {:?} ({} items, {} users, {} interactions) and \
         answers questions about it. Ids are those of the catalogue; a set handle (set:…) may \
         stand in place of a list of ids.",
        manifest.name, manifest.counts.items, manifest.counts.users, manifest.counts.interactions
    )
}

/// Runs a tool.
pub(crate) async fn call(env: &Env, ports: &EdgePorts, name: &str, arguments: Value) -> Step {
    let started_ms = js_sys::Date::now();
    let store = env.kv("SETS").ok();
    if let Some(handle) = handle_in(&arguments) {
        recall(ports, store.as_ref(), handle).await;
    }
    let called = registry().call(name, &arguments, ports).await;
    if let Some(handle) = called.result.data().and_then(|data| data["set"].as_str()) {
        keep(ports, store.as_ref(), handle).await;
    }
    Step {
        tool: name.to_owned(),
        arguments: called.arguments,
        requested: called.requested,
        why: None,
        result: called.result,
        elapsed_us: ((js_sys::Date::now() - started_ms) * 1_000.0) as u64,
    }
}

/// The status of what a tool answered: a question that has no answer is answered, one
/// that cannot be asked is not.
pub(crate) fn status(step: &Step) -> u16 {
    match step.result.error().map(|error| error.kind) {
        Some(ErrorKind::InvalidArguments) => 400,
        Some(ErrorKind::UnknownTool) => 404,
        Some(ErrorKind::Refused) => 403,
        Some(ErrorKind::Unavailable) => 503,
        _ => 200,
    }
}

/// The list of tools.
pub(crate) fn list() -> Value {
    json!({"tools": registry().specs().collect::<Vec<_>>()})
}

fn handle_in(arguments: &Value) -> Option<&str> {
    let items = arguments.get("items")?;
    let handle = items.as_str().or_else(|| items.get(0)?.as_str())?;
    handle.starts_with(HANDLE).then_some(handle)
}

/// Gives the request a set that an earlier one found. A set that is not found is told
/// by the tool.
async fn recall(ports: &EdgePorts, store: Option<&KvStore>, handle: &str) {
    if let Some(rows) = state::with(|state| state.sets.borrow().get(handle)) {
        ports.sets().keep(rows.iter().copied());
        return;
    }
    let Some(store) = store else { return };
    if let Ok(Some(bytes)) = store.get(handle).bytes().await {
        // Its handle is made of its rows: another's cannot be given in its place.
        let n_items = ports.of_bundle().bundle().catalog().n_items();
        let rows = bytes.as_chunks::<4>().0.iter().map(|row| u32::from_le_bytes(*row));
        ports.sets().keep(rows.filter(|row| (*row as usize) < n_items).map(ItemRow));
    }
}

async fn keep(ports: &EdgePorts, store: Option<&KvStore>, handle: &str) {
    let Some(rows) = ports.sets().get(handle) else { return };
    state::with(|state| state.sets.borrow_mut().keep(handle, rows.clone()));
    let Some(store) = store else { return };
    let bytes: Vec<u8> = rows.iter().flat_map(|row| row.0.to_le_bytes()).collect();
    let kept = match store.put_bytes(handle, &bytes) {
        Ok(put) => put.expiration_ttl(SET_SECONDS).execute().await,
        Err(error) => Err(error),
    };
    if kept.is_err() {
        worker::console_error!("{}", json!({"event": "set_not_kept"}));
    }
}
