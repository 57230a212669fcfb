//! The wire formats of language models: protocol to bytes, and bytes back to
//! protocol. No HTTP, no clock: a face sends an [`HttpRequest`] and feeds what
//! comes back.
//!
//! ```
//! use usher_llm::Decoder;
//! use usher_protocol::{Api, ModelEvent, ModelRequest, ModelSettings};
//!
//! # fn main() -> Result<(), usher_protocol::ModelError> {
//! let settings = ModelSettings {
//!     api: Api::Chat,
//!     base_url: "http://localhost:1234".into(),
//!     model: "qwen3".into(),
//!     key: None,
//!     temperature: None,
//!     context_tokens: 16_384,
//!     mode: Default::default(),
//!     small: false,
//! };
//! let request = ModelRequest::default();
//! let http = usher_llm::request(&settings, &request).unwrap();
//! assert_eq!(http.url, "http://localhost:1234/v1/chat/completions");
//!
//! // Status 200: every chunk goes into a decoder. Any other status: `failure`.
//! let mut decoder = Decoder::new(&settings, &request.messages);
//! let mut events = Vec::new();
//! decoder.push(b"data: {\"choices\":[{\"delta\":{\"content\":\"Hel", &mut events)?;
//! decoder.push(b"lo\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", &mut events)?;
//! decoder.end(&mut events)?;
//! assert_eq!(events[0], ModelEvent::Text("Hello".into()));
//! # Ok(())
//! # }
//! ```
//!
//! Servers deviate from what their format says. What is known of that lies in
//! `fixtures/`, one file each, and every one is read as it was meant.

mod address;
mod calls;
mod chat;
mod decoder;
mod detail;
mod failure;
mod frames;
mod http;
mod lines;
mod models;
mod ollama;
mod reply;
mod responses;
mod thinking;
mod turns;
mod wait;

use usher_protocol::{Api, ModelError, ModelEvent, ModelRequest, ModelSettings};

pub use decoder::Decoder;
pub use http::{HttpRequest, Method, SettingsError};
pub use models::{Abilities, list_models, read_abilities, read_models, show_model};

/// The request that makes a model stream its reply. The only headers are
/// `Content-Type` and, where there is a key, `Authorization`: others have made
/// browsers' preflights fail.
///
/// # Errors
///
/// Fails if the address or the key cannot be used, and says what to write instead.
pub fn request(
    settings: &ModelSettings,
    request: &ModelRequest,
) -> Result<HttpRequest, SettingsError> {
    let (endpoint, body) = match settings.api {
        Api::Responses => ("responses", responses::encode(settings, request)),
        Api::Chat => ("chat/completions", chat::encode(settings, request)),
        Api::Ollama => ("api/chat", ollama::encode(settings, request)),
    };
    HttpRequest::post(settings, endpoint, &body)
}

/// What came of a request that was answered with another status than 200.
///
/// A server may refuse what the model wrote and tell what that was (Groq's
/// `tool_use_failed`). That is no error here but events, as if they had been
/// streamed, so that a call in them can be rescued.
///
/// `retry_after` is the header of that name, in seconds; where a browser hides it,
/// the time is read from the server's words. The body may be anything, also a page
/// of HTML.
///
/// # Errors
///
/// The error that the server means. Its detail has at most 300 characters and no
/// key.
pub fn failure(
    settings: &ModelSettings,
    status: u16,
    retry_after: Option<&str>,
    body: &[u8],
) -> Result<Vec<ModelEvent>, ModelError> {
    failure::of_status(status, retry_after, body)
        .or_said()
        .map_err(|error| detail::without_key(error, settings.key.as_ref()))
}
