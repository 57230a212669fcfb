//! Answers: JSON, refusals, and the headers that all of them bear.

use serde_json::Value;
use usher_gateway::Refusal;
use worker::{Response, Result};

/// Headers that keep a browser from making of an answer what it is not.
const SECURITY: [(&str, &str); 6] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
    ("Strict-Transport-Security", "max-age=31536000"),
];

/// An answer in JSON.
pub(crate) fn json(status: u16, body: &Value) -> Result<Response> {
    Ok(Response::from_json(body)?.with_status(status))
}

/// Why a request is not answered.
pub(crate) fn refusal(refusal: &Refusal, request: &str) -> Result<Response> {
    let mut response = json(refusal.status, &refusal.body(request))?;
    let headers = response.headers_mut();
    if let Some(seconds) = refusal.retry_after {
        headers.set("Retry-After", &seconds.to_string())?;
    }
    if let Some(allow) = refusal.allow {
        headers.set("Allow", allow)?;
    }
    if refusal.status == 401 {
        headers.set("WWW-Authenticate", "Bearer realm=\"usher\"")?;
    }
    Ok(response)
}

/// Adds what every answer bears; `origin` is that of a page that may read it.
pub(crate) fn finish(
    mut response: Response,
    request: &str,
    origin: Option<&str>,
) -> Result<Response> {
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.set(name, value)?;
    }
    headers.set("X-Request-Id", request)?;
    headers.append("Vary", "Origin")?;
    if let Some(origin) = origin {
        headers.set("Access-Control-Allow-Origin", origin)?;
        headers.set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")?;
    }
    Ok(response)
}

/// What a browser asks before it lets a page of another origin ask. The page's origin was
/// looked at; which headers it sends besides does not matter.
pub(crate) fn preflight(asked: Option<&str>) -> Result<Response> {
    let mut response = Response::empty()?.with_status(204);
    let headers = response.headers_mut();
    headers.set("Access-Control-Allow-Methods", "GET, POST")?;
    headers.set("Access-Control-Allow-Headers", asked.unwrap_or("Authorization, Content-Type"))?;
    headers.set("Access-Control-Max-Age", "600")?;
    Ok(response)
}
