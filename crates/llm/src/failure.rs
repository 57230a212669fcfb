//! Errors as servers tell them, in many shapes and words, made into kinds.

use serde_json::Value;
use usher_protocol::{ModelError, ModelErrorKind as Kind, ModelEvent, StopReason};

use crate::detail::text_of_html;
use crate::wait::{milliseconds, wait_in_words};

/// Letters of what came that are told.
const MOST_EXCERPT: usize = 60;

/// Bytes of a body that are looked at.
const MOST_BODY_BYTES: usize = 64 << 10;

/// What an error turned out to be.
#[derive(Debug, PartialEq)]
pub(crate) enum Failure {
    /// An error.
    Error(ModelError),
    /// The model wrote this, and the server found no call in it.
    Said(String),
}

impl Failure {
    /// The error, or what the model wrote as if it had been streamed.
    pub(crate) fn or_said(self) -> Result<Vec<ModelEvent>, ModelError> {
        match self {
            Self::Error(error) => Err(error),
            Self::Said(text) => {
                Ok(vec![ModelEvent::Text(text), ModelEvent::Done(StopReason::Finished)])
            }
        }
    }
}

pub(crate) fn error(kind: Kind, detail: &str) -> ModelError {
    ModelError { kind, detail: detail.to_owned(), retry_after_ms: None }
}

/// Bytes that no format allows: what is wrong with them, and some of them.
pub(crate) fn malformed(what: &str, excerpt: &str) -> ModelError {
    let excerpt: String = excerpt.chars().take(MOST_EXCERPT).collect();
    // Bytes that are no text tell nobody anything.
    let is_text = !excerpt.contains(char::REPLACEMENT_CHARACTER);
    let excerpt = if is_text { excerpt } else { String::new() };
    let colon = if excerpt.is_empty() { "" } else { ": " };
    error(Kind::Malformed, &format!("{what}{colon}{excerpt}"))
}

/// A page for people where an answer was expected: a wrong address, or a proxy.
pub(crate) fn web_page(html: &str) -> ModelError {
    malformed("a web page came instead of an answer", &text_of_html(html))
}

/// What a status other than 200 and the body beside it mean.
pub(crate) fn of_status(status: u16, retry_after: Option<&str>, body: &[u8]) -> Failure {
    let body = String::from_utf8_lossy(body.get(..MOST_BODY_BYTES).unwrap_or(body));
    let mut said = match serde_json::from_str::<Value>(&body) {
        Ok(value) => Said::of(&value),
        Err(_) if body.trim_start().starts_with('<') => Said::words(text_of_html(&body)),
        Err(_) => Said::words(body.trim().to_owned()),
    };
    said.status = Some(status);
    said.failure(retry_after)
}

/// Whether a document in a stream is an error.
pub(crate) fn is_error(value: &Value) -> bool {
    let value = if value.is_array() { &value[0] } else { value };
    let error = &value["error"];
    error.is_object()
        || error.as_str().is_some_and(|text| !text.is_empty())
        || value["object"] == "error"
        || value["type"] == "error"
}

/// What an error amid a stream means.
pub(crate) fn in_band(value: &Value) -> Failure {
    Said::of(value).failure(None)
}

/// What a server says of an error, wherever it says it.
#[derive(Debug, Default)]
struct Said {
    /// That of the answer; amid a stream, one that the error itself names.
    status: Option<u16>,
    /// What a program should read: codes and types, apart from each other by spaces.
    codes: String,
    /// What a person should read.
    message: String,
    /// What the model wrote, where the server found no call in it.
    generation: Option<String>,
}

impl Said {
    fn words(message: String) -> Self {
        Self { message, ..Self::default() }
    }

    /// `{"error": {"message", "type", "code"}}` of OpenAI and most others, `{"error":
    /// "…"}` of Ollama, `{"object": "error", "message"}` of older vLLM, `[{"error"}]`
    /// of Google, `{"detail": […]}` of FastAPI, `{"errors": […]}` of Cloudflare.
    fn of(value: &Value) -> Self {
        let value = if value.is_array() { &value[0] } else { value };
        let inner = ["error", "errors", "detail"].iter().map(|name| &value[*name]);
        let inner = inner.map(|inner| if inner.is_array() { &inner[0] } else { inner });
        let error = inner.into_iter().find(|inner| !inner.is_null()).unwrap_or(value);
        let text = |value: &Value| value.as_str().map(str::to_owned);

        // Ollama passes on, as text, what the program behind it said as JSON.
        if let Some(Ok(inner @ Value::Object(_))) = error.as_str().map(serde_json::from_str) {
            return Self::of(&inner);
        }
        let mut message = text(error)
            .or_else(|| ["message", "msg", "error"].iter().find_map(|name| text(&error[*name])))
            .or_else(|| text(&value["message"]))
            .unwrap_or_default();
        // OpenRouter says what the provider behind it said.
        if let Some(raw) = error["metadata"]["raw"].as_str() {
            let raw = serde_json::from_str(raw)
                .map_or_else(|_| raw.to_owned(), |raw| Self::of(&raw).message);
            message = format!("{message}: {raw}");
        }
        let mut codes = String::new();
        let mut status = None;
        for code in [
            &error["code"],
            &error["type"],
            &error["status"],
            &error["status_code"],
            &value["code"],
            &error["metadata"]["error_type"],
        ] {
            match code {
                Value::String(code) => {
                    codes.push_str(code);
                    codes.push(' ');
                }
                Value::Number(code) => {
                    let code = code.as_u64().and_then(|code| u16::try_from(code).ok());
                    status = status.or(code.filter(|code| (400..600).contains(code)));
                }
                _ => {}
            }
        }
        let generation = text(&error["failed_generation"]);
        Self { status, codes, message, generation }
    }

    fn failure(self, retry_after: Option<&str>) -> Failure {
        if self.codes.contains("tool_use_failed") {
            return match self.generation {
                // It may also be another error message.
                Some(text) if text.contains(['{', '<']) => Failure::Said(text),
                _ => Failure::Error(error(Kind::Malformed, &self.message)),
            };
        }
        let kind = self.kind();
        let retry_after_ms = matches!(kind, Kind::RateLimit | Kind::Server)
            .then(|| {
                let header = retry_after.and_then(|seconds| milliseconds(seconds, "s"));
                header.or_else(|| wait_in_words(&self.message))
            })
            .flatten();
        let detail = match (self.message.is_empty(), self.status) {
            (true, Some(status)) => format!("status {status} {}", self.codes),
            (true, None) => self.codes,
            (false, _) => self.message,
        };
        Failure::Error(ModelError { kind, detail, retry_after_ms })
    }

    fn kind(&self) -> Kind {
        let codes = self.codes.to_ascii_lowercase();
        let words = format!("{codes} {}", self.message.to_lowercase());
        let says = |all: &[&str]| all.iter().any(|one| words.contains(one));
        let status = self.status.unwrap_or(0);
        if status == 402 || says(QUOTA) {
            return Kind::Quota;
        }
        // It is more than the account may send in a minute: waiting does not help.
        if status == 413 || says(&["request too large"]) {
            return Kind::ContextTooLong;
        }
        if status == 429 || says(RATE_LIMIT) {
            return Kind::RateLimit;
        }
        if status == 401 || says(AUTHENTICATION) {
            return Kind::Authentication;
        }
        if says(CONTEXT) {
            return Kind::ContextTooLong;
        }
        if says(REFUSED) {
            return Kind::Refused;
        }
        if says(MODEL_MISSING) {
            return Kind::ModelMissing;
        }
        match status {
            403 => Kind::Authentication,
            408 => Kind::Timeout,
            // A proxy that has no such server behind it, or none that can do this.
            404 if says(&["no endpoints found"]) => Kind::Rejected,
            404 | 405 => Kind::ModelMissing,
            409 | 425 | 500.. => Kind::Server,
            400.. => Kind::Rejected,
            // Amid a stream, an error of the request alone is not the server's.
            0 if says(&["invalid_request", "badrequest", "invalid request"]) => Kind::Rejected,
            0 => Kind::Server,
            _ => Kind::Malformed,
        }
    }
}

const QUOTA: &[&str] = &[
    "insufficient_quota",
    "billing_",
    "insufficient credit",
    "insufficient balance",
    "credit balance is too low",
    "payment_required",
    "out of credits",
];

const RATE_LIMIT: &[&str] =
    &["rate_limit", "rate limit", "too_many_requests", "too many requests", "resource_exhausted"];

const AUTHENTICATION: &[&str] = &[
    "invalid_api_key",
    "invalid api key",
    "incorrect api key",
    "api key not valid",
    "no auth credentials",
    "authentication_error",
];

/// OpenAI, llama.cpp, vLLM, LM Studio, Ollama, OpenRouter, Groq, Mistral and others
/// have no word for it in common.
const CONTEXT: &[&str] = &[
    "context_length_exceeded",
    "exceed_context_size",
    "context length",
    "context window",
    "context size",
    "context the overflows",
    "context overflow",
    "maximum context",
    "max_model_len",
    "prompt is too long",
    "prompt too long",
    "input is too long",
    "input length",
    "input token count",
    "too many tokens",
    "reduce the length",
    "tokens to keep from the initial prompt",
    "max_tokens must be at least 1",
];

const REFUSED: &[&str] = &[
    "content_filter",
    "content_policy",
    "content policy",
    "content management policy",
    "moderation",
    "flagged",
    "guardrail",
    "safety system",
];

const MODEL_MISSING: &[&str] = &[
    "model_not_found",
    "try pulling it",
    "no models loaded",
    "no model loaded",
    "not a valid model",
    "unknown model",
    "invalid model",
    "model_decommissioned",
];
