//! A server's address as people write it, and the addresses that requests go to.

use usher_protocol::{Api, ModelSettings};

use crate::http::SettingsError;

/// Endings of addresses that are pasted from documentation and examples: a request
/// goes there, so the server lies before them.
const OPENAI_ENDPOINTS: [&str; 5] =
    ["/chat/completions", "/responses", "/completions", "/embeddings", "/models"];
const OLLAMA_ENDPOINTS: [&str; 7] =
    ["/chat/completions", "/chat", "/generate", "/tags", "/show", "/models", "/responses"];

/// The address of an endpoint: `chat/completions` of a server that speaks as OpenAI
/// does, `api/chat` of Ollama.
pub(crate) fn endpoint(settings: &ModelSettings, endpoint: &str) -> Result<String, SettingsError> {
    let address = checked(&settings.base_url)?;
    let root = match settings.api {
        Api::Responses | Api::Chat => openai_root(&address),
        Api::Ollama => ollama_root(&address).to_owned(),
    };
    Ok(format!("{root}/{endpoint}"))
}

/// Whether requests go to OpenAI itself, which knows its own models' quirks alone.
pub(crate) fn is_openai(base_url: &str) -> bool {
    let host = base_url.trim().split("://").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default().to_ascii_lowercase();
    host == "api.openai.com" || host.ends_with(".api.openai.com")
}

/// The address without slashes at its end.
fn checked(written: &str) -> Result<String, SettingsError> {
    let address = written.trim();
    if address.is_empty() {
        return Err(SettingsError::NoAddress);
    }
    if address.contains(['@', '?', '#']) {
        return Err(SettingsError::Secrets);
    }
    let shown = || address.chars().filter(|letter| !letter.is_control()).take(80).collect();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None if address.contains(char::is_whitespace) => {
            return Err(SettingsError::NotAnAddress(shown()));
        }
        None => {
            let scheme = if is_near(address) { "http" } else { "https" };
            let meant = format!("{scheme}://{}", shown());
            return Err(SettingsError::NoScheme(shown(), meant));
        }
    };
    let host = rest.split('/').next().unwrap_or_default();
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '\\';
    if !matches!(scheme.as_str(), "http" | "https")
        || host.split(':').next().is_none_or(str::is_empty)
        || rest.contains(is_odd)
    {
        return Err(SettingsError::NotAnAddress(shown()));
    }
    Ok(format!("{scheme}://{}", rest.trim_end_matches('/')))
}

/// Whether a host is this machine or one in the same network, where few servers
/// have a certificate.
fn is_near(address: &str) -> bool {
    let host = address.split(['/', ':']).next().unwrap_or_default();
    host == "localhost"
        || host.ends_with(".local")
        || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn openai_root(address: &str) -> String {
    // Somebody who pastes a whole endpoint means that one, with a version or without.
    if let Some(root) = without_ending(address, &OPENAI_ENDPOINTS) {
        return root.to_owned();
    }
    let path = address.split("://").nth(1).unwrap_or_default();
    if path.split('/').skip(1).any(is_version) {
        address.to_owned()
    } else {
        format!("{address}/v1")
    }
}

fn ollama_root(address: &str) -> &str {
    let root = without_ending(address, &OLLAMA_ENDPOINTS).unwrap_or(address);
    without_ending(root, &["/api", "/v1"]).unwrap_or(root)
}

fn without_ending<'a>(address: &'a str, endings: &[&str]) -> Option<&'a str> {
    let root = endings.iter().find_map(|ending| address.strip_suffix(ending))?;
    Some(root.trim_end_matches('/'))
}

/// `v1`, `v1beta`.
fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn settings(api: Api, base_url: &str) -> ModelSettings {
        ModelSettings {
            api,
            base_url: base_url.to_owned(),
            model: "a-model".to_owned(),
            key: None,
            temperature: None,
            context_tokens: 16_384,
            mode: usher_protocol::Mode::StepByStep,
            small: false,
        }
    }

    fn of(api: Api, base_url: &str, path: &str) -> Result<String, SettingsError> {
        endpoint(&settings(api, base_url), path)
    }

    #[test]
    fn an_openai_address_may_be_written_in_many_ways() {
        for (written, meant) in [
            ("https://api.openai.com", "https://api.openai.com/v1"),
            ("https://api.openai.com/", "https://api.openai.com/v1"),
            (" https://api.openai.com/v1/\n", "https://api.openai.com/v1"),
            ("HTTPS://api.openai.com/v1", "https://api.openai.com/v1"),
            ("https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1"),
            ("https://api.openai.com/v1/responses/", "https://api.openai.com/v1"),
            ("https://api.openai.com/v1/models", "https://api.openai.com/v1"),
            ("http://localhost:1234", "http://localhost:1234/v1"),
            ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
            ("https://openrouter.ai/api", "https://openrouter.ai/api/v1"),
            ("https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1"),
            ("https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
            ("https://example.org/v1beta/openai/", "https://example.org/v1beta/openai"),
            ("https://api.perplexity.ai/chat/completions", "https://api.perplexity.ai"),
            ("http://[::1]:8080", "http://[::1]:8080/v1"),
        ] {
            for api in [Api::Chat, Api::Responses] {
                assert_eq!(of(api, written, "x"), Ok(format!("{meant}/x")), "{written}");
            }
        }
    }

    #[test]
    fn an_ollama_address_may_be_written_in_many_ways() {
        for written in [
            "http://localhost:11434",
            "http://localhost:11434/",
            "http://localhost:11434/api",
            "http://localhost:11434/api/",
            "http://localhost:11434/v1",
            "http://localhost:11434/api/chat",
            "http://localhost:11434/api/tags",
            "http://localhost:11434/v1/chat/completions",
            "\thttp://localhost:11434 ",
        ] {
            let expected = Ok("http://localhost:11434/api/chat".to_owned());
            assert_eq!(of(Api::Ollama, written, "api/chat"), expected, "{written}");
        }
        let behind_a_proxy = of(Api::Ollama, "https://example.org/ollama", "api/chat");
        assert_eq!(behind_a_proxy, Ok("https://example.org/ollama/api/chat".to_owned()));
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_to_write() {
        for (written, says) in [
            ("", "http://localhost:11434"),
            ("  ", "http://localhost:11434"),
            ("localhost:11434", "write http://localhost:11434."),
            ("192.168.1.7:8080/v1", "write http://192.168.1.7:8080/v1."),
            ("api.openai.com", "write https://api.openai.com."),
            ("ftp://example.org", "is not one"),
            ("http://", "is not one"),
            ("http://:80", "is not one"),
            ("http://a b", "is not one"),
            ("my server", "is not one"),
            ("http://exa\\mple", "is not one"),
        ] {
            let error = of(Api::Chat, written, "x").unwrap_err().to_string();
            assert!(error.contains(says), "{written}: {error}");
        }
    }

    #[test]
    fn what_may_be_a_secret_in_an_address_is_not_repeated() {
        for written in
            ["https://me:hunter2@example.org", "https://example.org/v1?key=hunter2", "me:hunter2@x"]
        {
            let error = of(Api::Chat, written, "x").unwrap_err();
            assert_eq!(error, SettingsError::Secrets);
            assert!(!error.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn openai_itself_is_recognised() {
        for base_url in
            ["https://api.openai.com/v1", "https://eu.api.openai.com", "https://API.openai.com:443"]
        {
            assert!(is_openai(base_url), "{base_url}");
        }
        for base_url in ["https://notapi.openai.com.evil.example", "http://localhost", "openai"] {
            assert!(!is_openai(base_url), "{base_url}");
        }
    }
}
