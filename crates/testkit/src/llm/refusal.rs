use serde_json::{Value, json};
use usher_protocol::Api;

/// A request that is turned down, in the provider's own shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// `error.type` of OpenAI's shape.
    pub(crate) kind: &'static str,
    pub(crate) param: Option<String>,
    pub(crate) code: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), kind, param: None, code: None }
    }

    /// A request that is not as the provider wants it.
    pub(crate) fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        let refusal = Self::new(400, "invalid_request_error", message);
        Self { param: Some(param.into()), ..refusal }
    }

    pub(crate) fn with_code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    pub(crate) fn body(&self, api: Api) -> Value {
        match api {
            Api::Ollama => json!({"error": self.message}),
            Api::Chat | Api::Responses => json!({"error": {
                "message": self.message,
                "type": self.kind,
                "param": self.param,
                "code": self.code,
            }}),
        }
    }
}
