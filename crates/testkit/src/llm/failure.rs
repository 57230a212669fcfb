//! How servers turn requests down, each in its own shape and words.

use serde_json::{Value, json};
use usher_protocol::Api;

use super::conversation::Asked;
use super::fault::Fault;
use super::refusal::Refusal;
use super::said::{SaidCall, tokens};

/// An answer that is not the model's.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: FailureBody,
}

#[derive(Debug)]
pub(crate) enum FailureBody {
    Json(Value),
    Page(String),
    Text(String),
}

impl Failure {
    pub(crate) fn new(refusal: &Refusal, api: Api) -> Self {
        Self::json(refusal.status, refusal.body(api))
    }

    fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: FailureBody::Json(body) }
    }

    /// A proxy's web page.
    fn page(status: u16, title: &str) -> Self {
        let page = format!(
            "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx/1.27.3</center>\r\n</body>\r\n</html>\r\n"
        );
        Self { status, headers: Vec::new(), body: FailureBody::Page(page) }
    }

    fn text(status: u16, text: &str) -> Self {
        Self { status, headers: Vec::new(), body: FailureBody::Text(text.to_owned()) }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What a server with this fault answers to any request; `None` if the fault is not
/// of this kind.
pub(crate) fn of_server(fault: Fault, api: Api, key: Option<&str>) -> Option<Failure> {
    let refuse = |refusal: Refusal| Failure::new(&refusal, api);
    let ollama = api == Api::Ollama;
    let rate_limit = |wait: &str| {
        let message = format!(
            "Rate limit reached for scripted in organization org-scripted on requests per min (RPM): Limit 3, Used 3, Requested 1.{wait} Visit https://platform.openai.com/account/rate-limits to learn more."
        );
        refuse(Refusal::new(429, "requests", message).with_code("rate_limit_exceeded"))
            .with("x-ratelimit-limit-requests", "3")
            .with("x-ratelimit-remaining-requests", "0")
    };
    Some(match fault {
        Fault::KeyWrong if ollama => refuse(Refusal::new(401, "", "unauthorized")),
        Fault::KeyWrong => {
            let message = "Incorrect API key provided: sk-scrip******************cret. You can find your API key at https://platform.openai.com/account/api-keys.";
            refuse(Refusal::new(401, "invalid_request_error", message).with_code("invalid_api_key"))
        }
        Fault::KeyEchoed => {
            let message = format!("Incorrect API key provided: {}.", key.unwrap_or("(none)"));
            refuse(Refusal::new(401, "invalid_request_error", message).with_code("invalid_api_key"))
        }
        Fault::Forbidden => {
            let message = "Country, region, or territory not supported";
            let refusal = Refusal::new(403, "request_forbidden", message);
            refuse(refusal.with_code("unsupported_country_region_territory"))
        }
        Fault::Quota => {
            let message = "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.";
            refuse(Refusal::new(429, "insufficient_quota", message).with_code("insufficient_quota"))
        }
        Fault::Payment if ollama => {
            refuse(Refusal::new(402, "", "you have reached your usage limit"))
        }
        // OpenRouter's shape: the code is a number.
        Fault::Payment => Failure::json(
            402,
            json!({"error": {"message": "Insufficient credits. Add more using https://openrouter.ai/settings/credits", "code": 402}}),
        ),
        Fault::PathMissing if ollama => Failure::text(404, "404 page not found"),
        Fault::PathMissing => Failure::page(404, "Not Found"),
        Fault::RateLimit => rate_limit(""),
        Fault::RateLimitWait => rate_limit(" Please try again in 1s.").with("retry-after", "1"),
        Fault::RateLimitLong => {
            rate_limit(" Please try again in 1h0m0s.").with("retry-after", "3600")
        }
        Fault::ServerError if ollama => {
            refuse(Refusal::new(500, "", "llama runner process has terminated: exit status 2"))
        }
        Fault::ServerError => refuse(Refusal::new(
            500,
            "server_error",
            "The server had an error while processing your request. Sorry about that!",
        )),
        Fault::BadGateway => Failure::page(502, "Bad Gateway"),
        Fault::GatewayTimeout => Failure::page(504, "Gateway Time-out"),
        Fault::Unavailable if ollama => refuse(Refusal::new(
            503,
            "",
            "server busy, please try again.  maximum pending requests exceeded",
        )),
        // llama.cpp's shape while it loads.
        Fault::Unavailable => Failure::json(
            503,
            json!({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}),
        ),
        Fault::Overloaded => refuse(Refusal::new(529, "overloaded_error", "Overloaded")),
        Fault::Redirect => Failure::page(302, "Found").with("location", "/sign-in"),
        Fault::CorsRefused => Failure::text(403, ""),
        Fault::PageInstead => Failure::page(200, "Welcome"),
        _ => return None,
    })
}

/// What a server with this fault answers to this request; `None` if there is
/// nothing in it that the fault is about.
pub(crate) fn of_request(fault: Fault, api: Api, asked: &Asked) -> Option<Failure> {
    let refuse = |refusal: Refusal| Failure::new(&refusal, api);
    let model = &asked.model;
    let place = if api == Api::Responses { "input" } else { "messages" };
    Some(match fault {
        Fault::BodyTooLarge => Failure::page(413, "Request Entity Too Large"),
        Fault::ModelMissing => refuse(model_missing(model, api)),
        Fault::ContextOpenai if api == Api::Responses => {
            let message = "Your input exceeds the context window of this model. Please adjust your input and try again.";
            refuse(Refusal::invalid(place, message).with_code("context_length_exceeded"))
        }
        Fault::ContextOpenai => {
            let message = format!(
                "This model's maximum context length is 4096 tokens. However, your messages resulted in {} tokens. Please reduce the length of the messages.",
                tokens(asked.bytes).max(4097)
            );
            refuse(Refusal::invalid(place, message).with_code("context_length_exceeded"))
        }
        Fault::ContextLlama if api == Api::Ollama => {
            refuse(Refusal::new(400, "", "the input length exceeds the context length"))
        }
        Fault::ContextLlama => Failure::json(
            400,
            json!({"error": {
                "code": 400,
                "message": "the request exceeds the available context size. try increasing the context size or enable context shift",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": tokens(asked.bytes).max(4097),
                "n_ctx": 4096,
            }}),
        ),
        Fault::Temperature => {
            let sent = asked.temperature.filter(|sent| (*sent - 1.0).abs() > f64::EPSILON)?;
            let message = format!(
                "Unsupported value: 'temperature' does not support {sent} with this model. Only the default (1) value is supported."
            );
            refuse(Refusal::invalid("temperature", message).with_code("unsupported_value"))
        }
        Fault::ToolsUnsupported if !asked.tools.is_empty() => refuse(Refusal::new(
            400,
            "api_error",
            format!("registry.ollama.ai/library/{model} does not support tools"),
        )),
        Fault::ToolsNeedResponses if !asked.tools.is_empty() => {
            let message = format!(
                "Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'."
            );
            refuse(Refusal::invalid("reasoning_effort", message))
        }
        Fault::PromptFlagged => {
            let message = "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.";
            refuse(Refusal::new(400, "invalid_request_error", message).with_code("invalid_prompt"))
        }
        _ => return None,
    })
}

/// There is no such model, in the provider's words.
pub(crate) fn model_missing(model: &str, api: Api) -> Refusal {
    if api == Api::Ollama {
        return super::ollama::missing(model);
    }
    let message = format!("The model `{model}` does not exist or you do not have access to it.");
    Refusal::new(404, "invalid_request_error", message).with_code("model_not_found")
}

/// Groq's answer when a model writes calls wrongly.
pub(crate) fn tool_use_failed(calls: &[SaidCall]) -> Failure {
    let written = calls.iter().map(|call| {
        let call = json!({"name": call.name, "arguments": call.value().unwrap_or_default()});
        format!("<tool_call>\n{call}\n</tool_call>")
    });
    Failure::json(400, groq(&written.collect::<Vec<_>>().join("\n")))
}

/// The same as an event of a stream, with the call as Llama writes it.
pub(crate) fn tool_use_failed_event(calls: &[SaidCall]) -> Value {
    let written =
        calls.iter().map(|call| format!("<function={}>{}</function>", call.name, call.arguments));
    let mut body = groq(&written.collect::<Vec<_>>().join("\n"));
    body["error"]["status_code"] = 400.into();
    body
}

fn groq(failed: &str) -> Value {
    json!({"error": {
        "message": "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
        "type": "invalid_request_error",
        "code": "tool_use_failed",
        "failed_generation": failed,
    }})
}
