use serde_json::Value;

use super::error::QdrantError;

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
}

impl Method {
    /// As HTTP writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// Nobody answered, or not to the end: what the network says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// Sends requests to Qdrant.
#[allow(async_fn_in_trait, reason = "the futures are driven on one thread everywhere")]
pub trait Fetch {
    /// Sends a request below Qdrant's address, and gives the answer's status and body.
    /// The path begins with a slash. Who implements it puts the address before it, adds
    /// the header `api-key` where there is one and `content-type: application/json`, and
    /// limits the time and the size of an answer.
    ///
    /// # Errors
    /// Nobody answers.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(u16, Vec<u8>), Unreachable>;
}

/// What Qdrant answers: the field `result`.
pub(super) async fn ask<F: Fetch>(
    fetch: &F,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, QdrantError> {
    let body = body.map(|body| body.to_string().into_bytes());
    let sent = fetch.send(method, path, body).await;
    let (status, body) = sent.map_err(|Unreachable(detail)| QdrantError::Unreachable { detail })?;
    let answer: Option<Value> = serde_json::from_slice(&body).ok();
    if !(200..300).contains(&status) {
        let message = answer.as_ref().and_then(|answer| answer["status"]["error"].as_str());
        return Err(QdrantError::of_status(status, message.unwrap_or_default()));
    }
    match answer {
        Some(Value::Object(mut answer)) if answer.contains_key("result") => {
            Ok(answer.remove("result").unwrap_or_default())
        }
        _ => Err(QdrantError::Protocol),
    }
}
