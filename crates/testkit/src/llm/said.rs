use serde_json::Value;
use usher_protocol::{StopReason, Usage};

use super::conversation::Asked;
use super::fill;
use super::script::Reply;

/// A reply with everything filled in, in no provider's words.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) model: String,
    /// How many messages came before: what tells one reply's ids from another's.
    pub(crate) number: usize,
    pub(crate) thinking: String,
    pub(crate) text: String,
    /// Whether the text is a refusal, which OpenAI's formats carry apart.
    pub(crate) refused: bool,
    pub(crate) calls: Vec<SaidCall>,
    pub(crate) stop: StopReason,
    pub(crate) usage: Usage,
    /// Whether a stream should end with what it cost.
    pub(crate) tell_usage: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct SaidCall {
    pub(crate) id: String,
    pub(crate) name: String,
    /// As the model writes them: JSON, if all goes well.
    pub(crate) arguments: String,
}

impl SaidCall {
    pub(crate) fn new(number: usize, index: usize, name: &str, arguments: &Value) -> Self {
        let id = format!("call_{number:06}_{index:02}");
        Self { id, name: name.to_owned(), arguments: arguments.to_string() }
    }

    /// The arguments as a value; `None` if they are not JSON.
    pub(crate) fn value(&self) -> Option<Value> {
        serde_json::from_str(&self.arguments).ok()
    }
}

impl Said {
    /// # Errors
    /// The reply wants a value that no tool returned.
    pub(crate) fn new(reply: &Reply, asked: &Asked, results: &[Value]) -> Result<Self, String> {
        let number = asked.conversation.0.len();
        // A model that is offered no tools cannot call any.
        let calls = if asked.tools.is_empty() { &[] } else { &reply.calls[..] };
        let calls: Vec<SaidCall> = calls
            .iter()
            .enumerate()
            .map(|(index, call)| {
                let arguments = fill::arguments(&call.arguments, results)?;
                Ok(SaidCall::new(number, index, &call.name, &arguments))
            })
            .collect::<Result<_, String>>()?;
        let mut text = fill::text(&reply.text, results)?;
        if calls.is_empty() && !reply.calls.is_empty() && text.is_empty() {
            text = "I have no tools to find that out.".into();
        }
        let written = calls.iter().map(|call| call.arguments.len()).sum::<usize>();
        let usage = reply.usage.unwrap_or_else(|| Usage {
            input_tokens: tokens(asked.bytes),
            output_tokens: tokens(text.len() + reply.thinking.len() + written).max(1),
        });
        Ok(Self {
            model: asked.model.clone(),
            number,
            thinking: reply.thinking.clone(),
            text,
            refused: false,
            calls,
            stop: StopReason::Finished,
            usage,
            tell_usage: asked.usage,
        })
    }

    /// An id in the provider's form.
    pub(crate) fn id(&self, prefix: &str, index: usize) -> String {
        format!("{prefix}{:024x}", self.number * 256 + index)
    }
}

/// Tokens in so many bytes, roughly.
pub(crate) fn tokens(bytes: usize) -> u64 {
    bytes as u64 / 4
}
