use serde_json::{Value, json};

/// A request that is not answered: the status and why, with what to do. It holds no
/// secret and nothing of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// What kind of refusal, for a program.
    pub code: &'static str,
    /// What happened and what to do: sentences for a person.
    pub message: String,
    /// Seconds after which it may go better.
    pub retry_after: Option<u32>,
    /// The methods that a path takes, where another was used.
    pub allow: Option<&'static str>,
}

impl Refusal {
    /// A refusal; the message says what happened and what to do.
    #[must_use]
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None, allow: None }
    }

    /// One that may go better after so many seconds.
    #[must_use]
    pub fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The body, in the form in which OpenAI's servers tell of errors.
    #[must_use]
    pub fn body(&self, request: &str) -> Value {
        json!({"error": {
            "message": self.message,
            "type": self.code,
            "code": self.code,
            "param": null,
            "request_id": request,
        }})
    }
}
