use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

use crate::conversation::Message;
use crate::read::FromJson;
use crate::readable;
use crate::tool::{ToolCall, ToolSpec};

/// What a model is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelRequest {
    /// What a model is told before the conversation. The guide needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// The tools it may call now. Empty: it must answer with what it has.
    pub tools: Vec<ToolSpec>,
}

/// What a model says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum ModelReply {
    /// Run these tools, in order, and come back.
    Calls {
        /// The plan in plain words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<String>,
        /// The calls.
        calls: Vec<ToolCall>,
    },
    /// Something is missing that only the person knows.
    Ask {
        /// The question, in Markdown.
        question: String,
    },
    /// The answer.
    Answer {
        /// Markdown.
        markdown: String,
    },
}

/// A piece of what a model says, as it arrives.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    /// More of its text.
    Text(String),
    /// More of what it thinks before it speaks; never part of the answer.
    Thinking(String),
    /// A whole call. Arguments that are not JSON are a string, as they were written.
    Call(ToolCall),
    /// What the request cost. The last one counts.
    Usage(Usage),
    /// It said that it is done. A stream that ends without this was cut.
    Done(StopReason),
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// It had nothing more to say, or waits for its calls.
    Finished,
    /// Its output grew too long.
    Length,
    /// The provider's filter ended it.
    Filtered,
}

/// What requests cost, in tokens as the provider counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written, thinking included.
    pub output_tokens: u64,
}

readable!(struct Usage { input_tokens, output_tokens });

/// Why a model gave no reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelError {
    /// What kind of failure.
    pub kind: ModelErrorKind,
    /// What the server said, shortened; empty if it said nothing. Never a key.
    pub detail: String,
    /// The time that the server asks to be left alone, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// Kinds of failure of a model's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelErrorKind {
    /// The key is missing, wrong, or may not do this (401, 403).
    Authentication,
    /// The account's money or allowance is used up.
    Quota,
    /// Too many requests for now.
    RateLimit,
    /// The conversation does not fit into the model's context.
    ContextTooLong,
    /// The server has no such model, or no such address (404).
    ModelMissing,
    /// No request can be made of the address or the key.
    Settings,
    /// The server does not take such a request (other 4xx); the model may not be
    /// able to call tools, say.
    Rejected,
    /// The server failed or is overloaded (5xx).
    Server,
    /// The provider's filter refuses question or answer.
    Refused,
    /// What came is not what the provider's wire format allows.
    Malformed,
    /// The stream ended before the model was done.
    Cut,
    /// The server could not be reached, or the connection broke.
    Network,
    /// Nothing came for too long.
    Timeout,
}

/// A wire format that a model's server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// OpenAI's Responses.
    Responses,
    /// Chat Completions, which most servers speak.
    Chat,
    /// Ollama's own.
    Ollama,
}

readable!(enum Api { responses => Responses, chat => Chat, ollama => Ollama });

/// How a run uses a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The model sees each result before its next call.
    #[default]
    StepByStep,
    /// One request plans all calls, one more writes the answer.
    PlanFirst,
}

readable!(enum Mode { step_by_step => StepByStep, plan_first => PlanFirst });

/// A secret. It is neither printed nor shown when debugging.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Key(pub String);

impl FromJson for Key {
    fn from_json(value: Value) -> Result<Self, Error> {
        String::from_json(value).map(Self)
    }
}

readable!(Key);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A model on a server, and how to use it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelSettings {
    /// The wire format.
    pub api: Api,
    /// Where the server is: `https://api.openai.com/v1`, `http://localhost:11434`.
    pub base_url: String,
    /// The model's name, as the server lists it.
    pub model: String,
    /// The key, where the server wants one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// How freely the model words things, 0 to 2; absent: the server's own choice,
    /// which some models insist on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// How many tokens the conversation may have, instructions and tools included.
    pub context_tokens: u32,
    /// Step by step or plan first.
    pub mode: Mode,
    /// Shorter instructions, for models of few parameters.
    pub small: bool,
}

readable!(struct ModelSettings {
    api, base_url, model, key, temperature, context_tokens, mode: default, small: default
});

/// A model as its server lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedModel {
    /// Its name, as a request must write it.
    pub name: String,
    /// What a person should know before choosing it (it will be switched off, say).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

readable!(struct ListedModel { name, warning });
