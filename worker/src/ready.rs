//! Whether what the worker needs is there.

use serde_json::{Value, json};
use usher_gateway::Settings;
use worker::Env;

use crate::ports;

/// What is there and what is missing, and whether all of it is.
pub(crate) async fn ready(env: &Env, settings: &Settings) -> (bool, Value) {
    let catalogue = match ports::catalogue(env, settings).await {
        Ok(ports) => {
            let manifest = ports.bundle().manifest();
            json!({"ok": true, "name": manifest.name, "items": manifest.counts.items})
        }
        Err(refusal) => json!({"ok": false, "problem": refusal.message}),
    };
    let parts = json!({
        "catalogue": catalogue,
        "models": {"openai": settings.openai.is_some(), "ollama": settings.ollama.is_some()},
    });
    let is_ready = parts
        .as_object()
        .into_iter()
        .flat_map(|parts| parts.values())
        .all(|part| part.get("ok") != Some(&Value::Bool(false)));
    let mut told = parts;
    told["ready"] = is_ready.into();
    (is_ready, told)
}
