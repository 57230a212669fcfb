use std::fmt;

use serde_json::Value;
use usher_protocol::{Key, ModelSettings};

use crate::address;

/// How a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Without a body.
    Get,
    /// With a body.
    Post,
}

impl Method {
    /// The method's name in HTTP.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request, ready to be sent. The key is in a header and nowhere else; the debug
/// form shows neither headers nor body.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// GET or POST.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Names and values of the headers.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, of a POST.
    pub body: Option<Vec<u8>>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish()
    }
}

impl HttpRequest {
    pub(crate) fn get(settings: &ModelSettings, endpoint: &str) -> Result<Self, SettingsError> {
        let url = address::endpoint(settings, endpoint)?;
        let headers = authorization(settings.key.as_ref())?.into_iter().collect();
        Ok(Self { method: Method::Get, url, headers, body: None })
    }

    pub(crate) fn post(
        settings: &ModelSettings,
        endpoint: &str,
        body: &Value,
    ) -> Result<Self, SettingsError> {
        let mut request = Self::get(settings, endpoint)?;
        request.method = Method::Post;
        request.headers.push(("Content-Type", "application/json".to_owned()));
        request.body = Some(body.to_string().into_bytes());
        Ok(request)
    }
}

/// Settings that no request can be made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is no address.
    #[error("There is no address of a server: write one, such as http://localhost:11434.")]
    NoAddress,
    /// The address begins with neither `http://` nor `https://`.
    #[error("The address {0} does not say how to reach the server: write {1}.")]
    NoScheme(
        /// The address as it was written.
        String,
        /// What was meant, most likely.
        String,
    ),
    /// The address has no host, or spaces inside.
    #[error("The address {0} is not one: write it like https://api.openai.com/v1.")]
    NotAnAddress(
        /// The address as it was written.
        String,
    ),
    /// Something follows the path, or there is a password in the address. Either may
    /// be a secret, so it is not repeated.
    #[error(
        "The address has a password, a question mark or a hash sign in it: write it \
         without, and put a key into the field for the key."
    )]
    Secrets,
    /// The key has characters that a header cannot carry.
    #[error(
        "The key has characters that no key has (a line break, a space, an accent): copy it again."
    )]
    Key,
}

/// The key itself: it is pasted, often with a line break, sometimes with the word
/// before it.
pub(crate) fn token(key: &Key) -> &str {
    let key = key.0.trim();
    key.strip_prefix("Bearer ").map_or(key, str::trim)
}

fn authorization(key: Option<&Key>) -> Result<Option<(&'static str, String)>, SettingsError> {
    let key = key.map_or("", token);
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SettingsError::Key);
    }
    Ok((!key.is_empty()).then(|| ("Authorization", format!("Bearer {key}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::tests::settings;

    fn with_key(key: &str) -> Result<HttpRequest, SettingsError> {
        let mut settings = settings(usher_protocol::Api::Chat, "http://localhost:1234");
        settings.key = Some(Key(key.to_owned()));
        HttpRequest::get(&settings, "models")
    }

    #[test]
    fn a_key_is_in_its_header_and_nowhere_else() {
        for pasted in ["abc-123", " abc-123\n", "Bearer abc-123"] {
            let request = with_key(pasted).unwrap();
            assert_eq!(request.headers, [("Authorization", "Bearer abc-123".to_owned())]);
            assert!(!request.url.contains("abc"), "{}", request.url);
            assert!(!format!("{request:?}").contains("abc"), "{request:?}");
        }
    }

    #[test]
    fn no_key_is_no_header() {
        assert_eq!(with_key("").unwrap().headers, []);
        assert_eq!(with_key(" \n").unwrap().headers, []);
    }

    #[test]
    fn a_key_that_a_header_cannot_carry_is_refused_and_not_repeated() {
        for key in ["abc\r\nX-Evil: 1", "abc def", "abc\u{e9}", "abc\0def"] {
            let error = with_key(key).unwrap_err();
            assert_eq!(error, SettingsError::Key);
            assert!(!error.to_string().contains("abc"), "{error}");
        }
    }
}
