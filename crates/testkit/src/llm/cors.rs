//! Which pages may read an answer.

use axum::http::{HeaderMap, HeaderValue, header};
use usher_protocol::Api;

use super::fault::Fault;

const OLLAMA_HEADERS: &str = "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,Openai-Beta,X-Stainless-Arch,X-Stainless-Async,X-Stainless-Custom-Poll-Interval,X-Stainless-Helper-Method,X-Stainless-Lang,X-Stainless-Os,X-Stainless-Package-Version,X-Stainless-Poll-Helper,X-Stainless-Retry-Count,X-Stainless-Runtime,X-Stainless-Runtime-Version,X-Stainless-Timeout";

/// Whether this server turns down a request for the page that it comes from.
pub(crate) fn is_refused(api: Api, fault: Option<Fault>, origin: Option<&str>) -> bool {
    let Some(origin) = origin else { return false };
    fault == Some(Fault::CorsRefused)
        || (api == Api::Ollama && fault != Some(Fault::CorsMissing) && !is_local(origin))
}

/// The headers that let a page read an answer: OpenAI lets every page, Ollama those
/// of this machine unless `OLLAMA_ORIGINS` says more.
pub(crate) fn allow(
    headers: &mut HeaderMap,
    api: Api,
    fault: Option<Fault>,
    origin: Option<&str>,
    preflight: bool,
) {
    if fault == Some(Fault::CorsMissing) {
        return;
    }
    let Some(origin) = origin else { return };
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let (origin, methods, names) = match api {
        Api::Ollama => (origin, "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS", OLLAMA_HEADERS),
        Api::Chat | Api::Responses => ("*", "GET, OPTIONS, POST", "authorization, content-type"),
    };
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if preflight {
        set(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        set(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
        set(header::ACCESS_CONTROL_MAX_AGE, "43200");
    } else if api != Api::Ollama {
        set(header::ACCESS_CONTROL_EXPOSE_HEADERS, "X-Request-ID");
    }
    if api == Api::Ollama {
        set(header::VARY, "Origin");
    }
}

/// Ollama's own list of origins, at any port.
fn is_local(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host);
    match scheme {
        "http" | "https" => ["localhost", "127.0.0.1", "0.0.0.0"].contains(&host),
        other => ["app", "file", "tauri", "vscode-webview", "vscode-file"].contains(&other),
    }
}
