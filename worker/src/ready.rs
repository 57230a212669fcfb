//! Whether what the worker needs is there.

use serde_json::{Value, json};
use usher_gateway::Settings;
use usher_tools::Unavailable;
use worker::Env;

use crate::ports::EdgePorts;

/// What is there and what is missing, and whether all of it is.
pub(crate) async fn ready(env: &Env, settings: &Settings) -> (bool, Value) {
    let mut told = json!({
        "models": {"openai": settings.openai.is_some(), "ollama": settings.ollama.is_some()},
    });
    let mut is_ready = false;
    match EdgePorts::open(env, settings).await {
        Ok(ports) => {
            let manifest = ports.of_bundle().bundle().manifest();
            told["catalogue"] =
                json!({"ok": true, "name": manifest.name, "items": manifest.counts.items});
            let (database, service) = (ports.database().await, ports.search_service().await);
            is_ready = [&database, &service].into_iter().flatten().all(Result::is_ok);
            told["mysql"] = database.map_or(Value::Null, |there| part(&there));
            told["qdrant"] = service.map_or(Value::Null, |there| part(&there));
        }
        Err(refusal) => told["catalogue"] = json!({"ok": false, "problem": refusal.message}),
    }
    told["ready"] = is_ready.into();
    (is_ready, told)
}

fn part(there: &Result<(), Unavailable>) -> Value {
    match there {
        Ok(()) => json!({"ok": true}),
        Err(problem) => {
            json!({"ok": false, "problem": format!("{} {}", problem.what, problem.next)})
        }
    }
}
