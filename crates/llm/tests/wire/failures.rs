//! Answers with other statuses than 200, in each server's own words.

use usher_llm::failure;
use usher_protocol::ModelErrorKind::{
    Authentication, ContextTooLong, Malformed, ModelMissing, Quota, RateLimit, Refused, Rejected,
    Server, Timeout,
};
use usher_protocol::{Api, Key, ModelError, ModelErrorKind, ModelEvent, ModelSettings, StopReason};

use crate::support::settings;

fn fail(status: u16, retry_after: Option<&str>, body: &str) -> ModelError {
    let settings = ModelSettings {
        key: Some(Key("sk-proj-NotAKeyButLooksLikeOne".to_owned())),
        ..settings(Api::Chat)
    };
    failure(&settings, status, retry_after, body.as_bytes()).unwrap_err()
}

const ANSWERS: &[(ModelErrorKind, u16, &str)] = &[
    // OpenAI.
    (
        Authentication,
        401,
        r#"{"error":{"message":"Incorrect API key provided: sk-proj-********LikeOne. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
    ),
    (
        Authentication,
        401,
        r#"{"error":{"message":"You didn't provide an API key.","type":"invalid_request_error","param":null,"code":null}}"#,
    ),
    (
        Authentication,
        403,
        r#"{"error":{"message":"Country, region, or territory not supported","type":"request_forbidden","param":null,"code":"unsupported_country_region_territory"}}"#,
    ),
    (
        Quota,
        429,
        r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
    ),
    (
        RateLimit,
        429,
        r#"{"error":{"message":"Rate limit reached for gpt-4.1 in organization org-x on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
    ),
    (
        ContextTooLong,
        429,
        r#"{"error":{"message":"Request too large for gpt-4.1 in organization org-x on tokens per min (TPM): Limit 30000, Requested 35364.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#,
    ),
    (
        ContextTooLong,
        400,
        r#"{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}"#,
    ),
    (
        ContextTooLong,
        400,
        r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
    ),
    (
        ModelMissing,
        404,
        r#"{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
    ),
    (
        Rejected,
        400,
        r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"#,
    ),
    (
        Rejected,
        400,
        r#"{"error":{"message":"Function tools with reasoning_effort are not supported for gpt-5.6-terra in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.","type":"invalid_request_error","param":"reasoning_effort","code":null}}"#,
    ),
    (
        Refused,
        400,
        r#"{"error":{"message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy.","type":"invalid_request_error","param":null,"code":"invalid_prompt"}}"#,
    ),
    (
        Server,
        500,
        r#"{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}"#,
    ),
    (
        Server,
        503,
        r#"{"error":{"message":"The engine is currently overloaded, please try again later","type":"server_error","param":null,"code":null}}"#,
    ),
    // Azure.
    (
        Refused,
        400,
        r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400}}"#,
    ),
    // vLLM, before and since it wraps errors.
    (
        ContextTooLong,
        400,
        r#"{"object":"error","message":"This model's maximum context length is 6048 tokens. However, you requested 6616 tokens (568 in the messages, 6048 in the completion). Please reduce the length of the messages or completion.","type":"BadRequestError","param":null,"code":400}"#,
    ),
    (
        ContextTooLong,
        400,
        r#"{"object":"error","message":"max_tokens must be at least 1, got -186.","type":"BadRequestError","param":null,"code":400}"#,
    ),
    (
        ModelMissing,
        404,
        r#"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":"model","code":404}}"#,
    ),
    (
        Rejected,
        400,
        r#"{"error":{"message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","type":"BadRequestError","param":null,"code":400}}"#,
    ),
    (Authentication, 401, r#"{"error":"Unauthorized"}"#),
    // llama.cpp.
    (
        ContextTooLong,
        400,
        r#"{"error":{"code":400,"message":"request (1407 tokens) exceeds the available context size (256 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":1407,"n_ctx":256}}"#,
    ),
    (
        ContextTooLong,
        500,
        r#"{"error":{"code":500,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"server_error"}}"#,
    ),
    (Server, 503, r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#),
    (
        Authentication,
        401,
        r#"{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}"#,
    ),
    (
        Server,
        500,
        r#"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
    ),
    // LM Studio.
    (
        ContextTooLong,
        400,
        r#"{"error":"Trying to keep the first 6547 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."}"#,
    ),
    (
        ModelMissing,
        404,
        r#"{"error":{"message":"No models loaded. Please load a model in the developer page or use the 'lms load' command.","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#,
    ),
    (
        Rejected,
        400,
        r#"{"error":"Error rendering prompt with jinja template: \"No user query found in messages.\"."}"#,
    ),
    // Ollama.
    (ModelMissing, 404, r#"{"error":"model 'qwen9' not found"}"#),
    (ModelMissing, 404, r#"{"error":"model \"qwen9\" not found, try pulling it first"}"#),
    (
        Rejected,
        400,
        r#"{"error":"registry.ollama.ai/library/gemma:latest does not support tools"}"#,
    ),
    (Rejected, 400, r#"{"error":"\"llama3.2\" does not support thinking"}"#),
    (
        Server,
        500,
        r#"{"error":"model requires more system memory (5.5 GiB) than is available (3.7 GiB)"}"#,
    ),
    (
        ContextTooLong,
        400,
        r#"{"error":"{\"error\":{\"code\":400,\"message\":\"request (351 tokens) exceeds the available context size (256 tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":351,\"n_ctx\":256}}"}"#,
    ),
    (Authentication, 403, ""),
    (ModelMissing, 404, "404 page not found"),
    // OpenRouter.
    (Authentication, 401, r#"{"error":{"message":"No auth credentials found","code":401}}"#),
    (
        Quota,
        402,
        r#"{"error":{"message":"This request requires more credits, or fewer max_tokens.","code":402}}"#,
    ),
    (
        Refused,
        403,
        r#"{"error":{"message":"Your input was flagged","code":403,"metadata":{"reasons":["violence"],"flagged_input":"x","provider_name":"OpenAI"}}}"#,
    ),
    (
        Rejected,
        404,
        r#"{"error":{"message":"No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing","code":404}}"#,
    ),
    (
        ModelMissing,
        400,
        r#"{"error":{"message":"x/y is not a valid model ID","code":400},"user_id":"user_x"}"#,
    ),
    (
        RateLimit,
        429,
        r#"{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"qwen/qwen3-32b:free is temporarily rate-limited upstream. Please retry shortly.","provider_name":"Chutes"}}}"#,
    ),
    (Timeout, 408, r#"{"error":{"message":"Request timed out","code":408}}"#),
    // Groq.
    (
        ContextTooLong,
        413,
        r#"{"error":{"message":"Request too large for model `llama-3.1-8b-instant` on tokens per minute (TPM): Limit 6000, Requested 7207, please reduce your message size and try again.","type":"tokens","code":"rate_limit_exceeded"}}"#,
    ),
    (
        ModelMissing,
        400,
        r#"{"error":{"message":"The model `x` has been decommissioned and is no longer supported.","type":"invalid_request_error","code":"model_decommissioned"}}"#,
    ),
    (
        Malformed,
        400,
        r#"{"error":{"message":"Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":""}}"#,
    ),
    // Google, Mistral, DeepSeek, and servers made with FastAPI.
    (
        Authentication,
        400,
        r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#,
    ),
    (
        RateLimit,
        429,
        r#"[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. Please retry in 32.5s.","status":"RESOURCE_EXHAUSTED"}}]"#,
    ),
    (
        Rejected,
        422,
        r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","param":null,"code":null}"#,
    ),
    (
        Quota,
        402,
        r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
    ),
    (
        Rejected,
        422,
        r#"{"detail":[{"type":"missing","loc":["body","model"],"msg":"Field required","input":{}}]}"#,
    ),
    // Proxies.
    (
        Server,
        502,
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n",
    ),
    (Server, 524, "error code: 524"),
    (Server, 500, ""),
    (ModelMissing, 404, "<!doctype html><p>Not <b>here</b></p>"),
    (Malformed, 302, ""),
];

#[test]
fn errors_are_told_apart_in_the_words_of_each_server() {
    for (kind, status, body) in ANSWERS {
        let error = fail(*status, None, body);
        assert_eq!(error.kind, *kind, "{status} {body}: {error:?}");
        assert!(!error.detail.is_empty(), "{status} {body}");
    }
}

#[test]
fn the_servers_own_words_are_told() {
    for (body, words) in [
        (ANSWERS[1].2, "You didn't provide an API key."),
        (r#"{"error":"model 'qwen9' not found"}"#, "model 'qwen9' not found"),
        (r#"{"detail":[{"msg":"Field required"}]}"#, "Field required"),
        (r#"{"errors":[{"message":"Slow down"}]}"#, "Slow down"),
        (r#"{"error":{"message":"A","metadata":{"raw":"B"}}}"#, "A: B"),
        ("<title>\n Bad  Gateway</title>", "Bad Gateway"),
        ("<!doctype html><p>Not <b>here</b></p>", "Not here"),
        ("plain\u{7} words\n", "plain words"),
        ("", "status 400"),
        (r#"{"error":{"code":"odd_code"}}"#, "status 400 odd_code"),
    ] {
        assert_eq!(fail(400, None, body).detail.trim(), words, "{body}");
    }
}

#[test]
fn the_time_to_wait_is_read_from_the_header_or_else_from_the_words() {
    let words = |words: &str| format!(r#"{{"error":{{"message":"{words}"}}}}"#);
    for (header, message, wait) in [
        (Some("7"), "", Some(7000)),
        (Some("0.5"), "", Some(500)),
        (Some("7"), "Please try again in 20s.", Some(7000)),
        (Some("Fri, 20 Nov 2026 07:28:00 GMT"), "", None),
        (Some("Fri, 20 Nov 2026 07:28:00 GMT"), "Please try again in 20s.", Some(20_000)),
        (Some("99999999999999999999"), "", None),
        (Some("18446744073709551615"), "", Some(u64::MAX)),
        (None, "Please try again in 1.242s. Visit https://x", Some(1242)),
        (None, "Please try again in 6m0s.", Some(360_000)),
        (None, "Please try again in 284ms.", Some(284)),
        (None, "Please try again in 1h2m3.5s", Some(3_723_500)),
        (None, "Please retry in 32.5s.", Some(32_500)),
        (None, "try again in 3 seconds", Some(3000)),
        (None, "try again in a while", None),
        (None, "Please try again in ", None),
        (None, "again in \u{e9}", None),
    ] {
        let error = fail(429, header, &words(message));
        assert_eq!(error.retry_after_ms, wait, "{header:?} {message}");
    }
    assert_eq!(fail(503, Some("3"), "").retry_after_ms, Some(3000));
    assert_eq!(fail(401, Some("3"), "").retry_after_ms, None);
}

#[test]
fn no_detail_has_a_key_or_is_long() {
    for said in [
        "Incorrect API key provided: sk-proj-NotAKeyButLooksLikeOne.",
        "Incorrect API key provided: sk-proj-********LikeOne. See the docs.",
        "Bad header Authorization: Bearer abcdef123456",
        "Key gsk_abcdefgh1234 is not known",
        "sk-proj-NotAKeyButLooksLikeOne",
    ] {
        let error = fail(401, None, &serde_json::json!({"error": {"message": said}}).to_string());
        for secret in ["NotAKey", "LikeOne", "abcdef"] {
            assert!(!error.detail.contains(secret), "{said}: {}", error.detail);
        }
        assert!(error.detail.contains("[key]"), "{}", error.detail);
    }
    let harmless = "A task-based, disk-key-value model with key- and sk- in it";
    assert_eq!(fail(400, None, harmless).detail, harmless);
    let long = "\u{e9} ".repeat(5000);
    assert_eq!(fail(500, None, &long).detail.chars().count(), 300);
    // A key that the shortening would cut in two.
    let late = format!("{} sk-proj-NotAKeyButLooksLikeOne", "x".repeat(285));
    assert!(!fail(500, None, &late).detail.contains("NotA"));
}

#[test]
fn what_the_model_wrote_when_no_call_was_found_in_it_is_no_error() {
    let body = r#"{"error":{"message":"Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<function=item_filter{\"genres\": [\"Comedy\"]}</function>"}}"#;
    let events = failure(&settings(Api::Chat), 400, None, body.as_bytes()).unwrap();
    let text = "<function=item_filter{\"genres\": [\"Comedy\"]}</function>".to_owned();
    assert_eq!(events, [ModelEvent::Text(text), ModelEvent::Done(StopReason::Finished)]);
}

proptest::proptest! {
    #[test]
    fn any_answer_is_some_error(status: u16, header: Option<String>, body: Vec<u8>, text: String) {
        let settings = settings(Api::Chat);
        let _ = failure(&settings, status, header.as_deref(), &body);
        let said = serde_json::json!({"error": {"message": text}}).to_string();
        if let Err(error) = failure(&settings, status, header.as_deref(), said.as_bytes()) {
            proptest::prop_assert!(error.detail.chars().count() <= 300);
        }
    }
}
