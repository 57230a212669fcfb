//! What of a request goes on to a language model's server, and what of its answer comes
//! back.

use serde_json::{Map, Value, json};

use crate::{Limits, Refusal};

/// How a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// OpenAI's Chat Completions.
    Chat,
    /// OpenAI's Responses.
    Responses,
    /// Ollama's chat.
    Ollama,
}

/// A server that requests go on to.
#[derive(Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Its address without a slash at the end.
    pub base: String,
    /// The key that it wants.
    key: Option<String>,
}

impl std::fmt::Debug for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = self.key.as_ref().map(|_| "…");
        f.debug_struct("Upstream").field("base", &self.base).field("key", &key).finish()
    }
}

impl Upstream {
    /// A server and its key.
    ///
    /// # Errors
    /// The address is none, or holds more than an address.
    pub fn new(base: &str, key: Option<String>) -> Result<Self, String> {
        let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        match rest {
            Some(rest) if !rest.is_empty() && !rest.contains(['@', '?', '#', ' ']) => {
                Ok(Self { base: base.trim_end_matches('/').to_owned(), key })
            }
            _ => Err("Write an address like https://api.openai.com/v1, without a user, a \
                      password or a question mark."
                .to_owned()),
        }
    }

    /// The header that shows the key, if there is one.
    #[must_use]
    pub fn authorization(&self) -> Option<String> {
        self.key.as_ref().map(|key| format!("Bearer {key}"))
    }

    /// The key itself, for servers that want it in a header of their own.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether a text holds the key.
    #[must_use]
    pub fn is_told_in(&self, text: &str) -> bool {
        self.key.as_ref().is_some_and(|key| text.contains(key.as_str()))
    }

    fn is_openai(&self) -> bool {
        self.base.starts_with("https://api.openai.com/")
    }
}

/// The models that may be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Models(Vec<String>);

impl Models {
    /// Reads names separated by commas or spaces; one that ends with `*` is any name
    /// that begins so.
    #[must_use]
    pub fn read(written: &str) -> Self {
        let names = written.split([',', ' ', '\n']).filter(|name| !name.is_empty());
        Self(names.map(str::to_owned).collect())
    }

    /// Whether a model may be asked.
    #[must_use]
    pub fn allow(&self, model: &str) -> bool {
        self.0.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => model.starts_with(start),
            None => known == model,
        })
    }

    /// A list of models, as the server tells it, with those that may be asked.
    #[must_use]
    pub fn among(&self, api: Api, mut list: Value) -> Value {
        let (place, name) = if api == Api::Ollama { ("models", "name") } else { ("data", "id") };
        if let Some(models) = list.get_mut(place).and_then(Value::as_array_mut) {
            models.retain(|model| {
                model.get(name).and_then(Value::as_str).is_some_and(|name| self.allow(name))
            });
        }
        list
    }
}

/// What would run on past a limit, cost beside the tokens, or hide what came before.
const UNLIMITED: [&str; 6] = [
    "background",
    "conversation",
    "previous_response_id",
    "prompt",
    "service_tier",
    "web_search_options",
];

/// Checks a request for a model and gives what goes on: the same request, with a limit
/// on what the model may write.
///
/// # Errors
/// It is no such request, or asks for what it may not.
pub fn checked(
    api: Api,
    body: &[u8],
    upstream: &Upstream,
    models: &Models,
    limits: &Limits,
) -> Result<Vec<u8>, Refusal> {
    let invalid = |message: &str| Refusal::new(400, "invalid_request", message);
    let Ok(Value::Object(mut request)) = serde_json::from_slice(body) else {
        return Err(Refusal::new(
            400,
            "malformed_json",
            "The body is not a JSON object. Send one, as the model's server documents it.",
        ));
    };
    let Some(model) = request.get("model").and_then(Value::as_str) else {
        return Err(invalid("The request names no model. Write its name as `model`."));
    };
    if !models.allow(model) {
        return Err(Refusal::new(
            403,
            "model_not_allowed",
            "This worker does not pass requests on to this model. GET /v1/models or /api/tags \
             lists those that it does; its owner can add others to USHER_MODELS.",
        ));
    }
    let set = |name: &&&str| {
        request.get(**name).is_some_and(|value| !value.is_null() && value != &Value::Bool(false))
    };
    for many in ["n", "best_of"] {
        if request.get(many).is_some_and(|n| !n.is_null() && n.as_u64() != Some(1)) {
            return Err(invalid("This worker asks for one answer at a time. Leave out `n`."));
        }
    }
    if let Some(name) = UNLIMITED.iter().find(set) {
        return Err(Refusal::new(
            403,
            "field_not_allowed",
            format!(
                "This worker does not pass `{name}` on, which none of its limits holds. Leave it out."
            ),
        ));
    }
    let others = request.get("tools").and_then(Value::as_array).into_iter().flatten();
    let is_function = |tool: &Value| tool.get("type").is_none_or(|kind| kind == "function");
    if !others.into_iter().all(is_function) {
        return Err(Refusal::new(
            403,
            "tool_not_allowed",
            "This worker passes on functions as tools, and none of the server's own. Leave the \
             others out of `tools`.",
        ));
    }
    if steps(api, &request) > limits.steps {
        return Err(Refusal::new(
            400,
            "too_many_steps",
            format!(
                "More than {} tool calls followed the last question. Ask a smaller one; the \
                 worker's owner can raise USHER_MOST_STEPS.",
                limits.steps
            ),
        ));
    }
    limit_tokens(api, &mut request, upstream, limits.tokens)?;
    Ok(Value::Object(request).to_string().into_bytes())
}

/// Tool results since the person last spoke.
fn steps(api: Api, request: &Map<String, Value>) -> usize {
    let place = if api == Api::Responses { "input" } else { "messages" };
    let messages = request.get(place).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let said = |message: &Value, key: &str, what: &str| {
        message.get(key).and_then(Value::as_str) == Some(what)
    };
    let since = messages.iter().rev().take_while(|message| !said(message, "role", "user"));
    since
        .filter(|message| {
            said(message, "role", "tool") || said(message, "type", "function_call_output")
        })
        .count()
}

fn limit_tokens(
    api: Api,
    request: &mut Map<String, Value>,
    upstream: &Upstream,
    most: u64,
) -> Result<(), Refusal> {
    let request = match api {
        Api::Ollama => {
            let options = request.entry("options").or_insert_with(|| json!({}));
            let Some(options) = options.as_object_mut() else {
                return Err(Refusal::new(400, "invalid_request", "`options` must be an object."));
            };
            options
        }
        _ => request,
    };
    let names: &[&str] = match api {
        Api::Chat => &["max_completion_tokens", "max_tokens"],
        Api::Responses => &["max_output_tokens"],
        Api::Ollama => &["num_predict"],
    };
    let mut is_limited = false;
    for name in names {
        let Some(asked) = request.get_mut(*name).filter(|asked| !asked.is_null()) else { continue };
        // Ollama writes "without end" as a negative number.
        let least = asked.as_u64().map_or(most, |asked| asked.min(most));
        if asked.as_i64().is_none() && asked.as_u64().is_none() {
            return Err(Refusal::new(
                400,
                "invalid_request",
                format!("`{name}` must be a whole number."),
            ));
        }
        *asked = least.into();
        is_limited = true;
    }
    if !is_limited {
        // Servers that only speak like OpenAI's know the older name.
        let name = if api == Api::Chat && !upstream.is_openai() { "max_tokens" } else { names[0] };
        request.insert(name.to_owned(), most.into());
    }
    Ok(())
}

/// What becomes of an upstream's status: nothing where its answer is passed on as it
/// is. A refused key is the worker's trouble, and its text may tell of the key.
#[must_use]
pub fn refusal_of(status: u16) -> Option<Refusal> {
    match status {
        401 | 403 => Some(Refusal::new(
            502,
            "upstream_refuses_key",
            "The model's server refuses this worker's key. Its owner must set it anew \
             (`wrangler secret put USHER_OPENAI_KEY` or `USHER_OLLAMA_KEY`).",
        )),
        300..=399 => Some(Refusal::new(
            502,
            "upstream_redirects",
            "The model's server sends requests elsewhere. The worker's owner must write its own \
             address into USHER_OPENAI or USHER_OLLAMA.",
        )),
        _ => None,
    }
}

/// The refusal where no server is set for a request.
#[must_use]
pub fn no_upstream(api: Api) -> Refusal {
    let name = if api == Api::Ollama { "USHER_OLLAMA" } else { "USHER_OPENAI" };
    Refusal::new(
        503,
        "no_upstream",
        format!(
            "This worker knows no model's server for this path. Its owner must write the \
             server's address into {name}."
        ),
    )
}

/// The refusal where a server cannot be reached, or not in time.
#[must_use]
pub fn unreachable(late: bool) -> Refusal {
    match late {
        true => Refusal::new(
            504,
            "upstream_timeout",
            "The model's server did not answer in time. Try again, or ask a smaller question.",
        ),
        false => Refusal::new(
            502,
            "upstream_unreachable",
            "The model's server cannot be reached. Try again in a moment.",
        ),
    }
    .after(5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn upstream() -> Upstream {
        Upstream::new("http://127.0.0.1:9/v1", Some("sk-secret".to_owned())).unwrap()
    }

    fn checked_as(api: Api, request: &Value) -> Result<Value, Refusal> {
        let limits = Limits { tokens: 100, steps: 2, ..Limits::default() };
        let body = request.to_string().into_bytes();
        let models = Models::read("gpt-5-mini, qwen*");
        let passed_on = super::checked(api, &body, &upstream(), &models, &limits)?;
        Ok(serde_json::from_slice(&passed_on).unwrap())
    }

    #[test]
    fn what_a_model_may_write_is_limited() {
        for (api, asked, passed_on) in [
            (Api::Chat, json!({}), json!({"max_tokens": 100})),
            (Api::Chat, json!({"max_tokens": 5}), json!({"max_tokens": 5})),
            (
                Api::Chat,
                json!({"max_completion_tokens": 5_000}),
                json!({"max_completion_tokens": 100}),
            ),
            (Api::Responses, json!({}), json!({"max_output_tokens": 100})),
            (Api::Ollama, json!({}), json!({"options": {"num_predict": 100}})),
            (
                Api::Ollama,
                json!({"options": {"num_predict": -1, "seed": 1}}),
                json!({"options": {"num_predict": 100, "seed": 1}}),
            ),
        ] {
            let with_model = |mut request: Value| {
                request["model"] = json!("gpt-5-mini");
                request
            };
            let outcome = checked_as(api, &with_model(asked));
            assert_eq!(outcome, Ok(with_model(passed_on)), "{api:?}");
        }
        let server = Upstream::new("https://api.openai.com/v1", None).unwrap();
        let body = br#"{"model":"gpt-5-mini"}"#;
        let passed_on = super::checked(
            Api::Chat,
            body,
            &server,
            &Models::read("gpt-5-mini"),
            &Limits::default(),
        );
        assert!(String::from_utf8(passed_on.unwrap()).unwrap().contains("max_completion_tokens"));
    }

    #[test]
    fn only_what_is_allowed_goes_on() {
        for (request, code) in [
            (json!([]), "malformed_json"),
            (json!({}), "invalid_request"),
            (json!({"model": "gpt-5"}), "model_not_allowed"),
            (json!({"model": "qwen3", "n": 2}), "invalid_request"),
            (json!({"model": "qwen3", "max_tokens": "many"}), "invalid_request"),
            (json!({"model": "qwen3", "web_search_options": {}}), "field_not_allowed"),
            (json!({"model": "qwen3", "background": true}), "field_not_allowed"),
            (json!({"model": "qwen3", "previous_response_id": "r"}), "field_not_allowed"),
            (json!({"model": "qwen3", "tools": [{"type": "web_search"}]}), "tool_not_allowed"),
        ] {
            let refusal = checked_as(Api::Chat, &request).unwrap_err();
            assert_eq!(refusal.code, code, "{request}");
        }
        let plain = json!({"model": "qwen3:4b", "n": null, "background": false});
        assert!(checked_as(Api::Chat, &plain).is_ok());
    }

    #[test]
    fn tool_calls_since_the_last_question_are_counted() {
        let tool = json!({"role": "tool"});
        let user = json!({"role": "user"});
        let request = |messages: Value| json!({"model": "qwen3", "messages": messages});
        assert!(checked_as(Api::Chat, &request(json!([user, tool, tool]))).is_ok());
        assert!(checked_as(Api::Chat, &request(json!([tool, tool, tool, user, tool]))).is_ok());
        let refusal = checked_as(Api::Chat, &request(json!([user, tool, tool, tool]))).unwrap_err();
        assert_eq!(refusal.code, "too_many_steps");
        let output = json!({"type": "function_call_output"});
        let request = json!({"model": "qwen3", "input": [user, output, output, output]});
        assert_eq!(checked_as(Api::Responses, &request).unwrap_err().code, "too_many_steps");
    }

    #[test]
    fn lists_hold_the_models_that_may_be_asked() {
        let models = Models::read("gpt-5-mini,qwen*");
        assert_eq!(
            models.among(Api::Chat, json!({"data": [{"id": "gpt-5"}, {"id": "gpt-5-mini"}, 3]})),
            json!({"data": [{"id": "gpt-5-mini"}]})
        );
        assert_eq!(
            models.among(Api::Ollama, json!({"models": [{"name": "qwen3:4b"}, {"name": "phi"}]})),
            json!({"models": [{"name": "qwen3:4b"}]})
        );
        assert_eq!(models.among(Api::Chat, json!(3)), json!(3));
    }

    #[test]
    fn a_key_is_in_its_header_alone() {
        assert_eq!(upstream().authorization().as_deref(), Some("Bearer sk-secret"));
        assert!(!format!("{:?}", upstream()).contains("sk-secret"));
        assert!(upstream().is_told_in("Incorrect API key provided: sk-secret."));
        assert_eq!(refusal_of(401).map(|refusal| refusal.status), Some(502));
        assert_eq!(refusal_of(429), None);
    }

    proptest! {
        #[test]
        fn any_body_is_answered(body in any::<Vec<u8>>()) {
            let models = Models::read("*");
            let _ = super::checked(Api::Chat, &body, &upstream(), &models, &Limits::default());
        }
    }
}
