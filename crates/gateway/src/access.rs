//! Cloudflare Access: its JSON Web Tokens, but for their signature, which the worker
//! checks with the platform's own cryptography.
//!
//! <https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/>

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::Refusal;

/// Seconds by which two clocks may differ.
const LEEWAY_SECONDS: u64 = 30;
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16_384;

/// An Access application before the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who signs: `https://TEAM.cloudflareaccess.com`.
    issuer: String,
    /// The application's audience tag.
    audience: String,
}

impl Access {
    /// An application: its team's name or whole address, and its audience tag.
    ///
    /// # Errors
    /// One of them cannot be right.
    pub fn new(team: &str, audience: &str) -> Result<Self, String> {
        let is_address = team.starts_with("https://") || team.starts_with("http://127.0.0.1:");
        let issuer = match is_address {
            true => team.trim_end_matches('/').to_owned(),
            false => format!("https://{team}.cloudflareaccess.com"),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !is_address && !team.chars().all(is_name) {
            return Err(
                "Write the name of the team, as in https://NAME.cloudflareaccess.com.".to_owned()
            );
        }
        if audience.is_empty() {
            return Err("Set the application's audience tag as USHER_ACCESS_AUDIENCE.".to_owned());
        }
        Ok(Self { issuer, audience: audience.to_owned() })
    }

    /// Where the keys are that it signs with.
    #[must_use]
    pub fn certificates(&self) -> String {
        format!("{}/cdn-cgi/access/certs", self.issuer)
    }

    /// Reads a token and checks what it claims; its signature remains to be checked.
    ///
    /// # Errors
    /// It is none, or claims something else.
    pub fn read(&self, token: &str, now_seconds: u64) -> Result<Signed, Refusal> {
        let wrong = |why: &str| {
            Refusal::new(401, "wrong_access_token", format!("{why} Sign in to Access again."))
        };
        let not_one = || wrong("This is not a token of Cloudflare Access.");
        if token.len() > LONGEST {
            return Err(not_one());
        }
        let (content, signature) = token.rsplit_once('.').ok_or_else(not_one)?;
        let (header, claims) = content.split_once('.').ok_or_else(not_one)?;
        let json = |part: &str| -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        let header = json(header).ok_or_else(not_one)?;
        let claims = json(claims).ok_or_else(not_one)?;
        // A token may not choose how it is checked.
        let key = header.get("kid").and_then(Value::as_str);
        let (Some(key), Some("RS256")) = (key, header.get("alg").and_then(Value::as_str)) else {
            return Err(not_one());
        };
        let is_ours = match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(|aud| aud == self.audience.as_str()),
            Some(one) => one == self.audience.as_str(),
            None => false,
        };
        if !is_ours || claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(wrong("This token is for another application."));
        }
        let seconds = |name| claims.get(name).and_then(Value::as_f64).unwrap_or(0.0) as u64;
        if seconds("exp") + LEEWAY_SECONDS < now_seconds {
            return Err(wrong("This token is no longer valid."));
        }
        if seconds("nbf") > now_seconds + LEEWAY_SECONDS {
            return Err(wrong("This token is not valid yet."));
        }
        let who = ["email", "common_name", "sub"].into_iter().find_map(|name| {
            claims.get(name).and_then(Value::as_str).filter(|who| !who.is_empty())
        });
        Ok(Signed {
            key: key.to_owned(),
            who: who.unwrap_or("access").to_owned(),
            content: content.as_bytes().to_vec(),
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| not_one())?,
        })
    }
}

/// A token whose claims are right, if its signature is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The id of the key that signed it.
    pub key: String,
    /// Who shows it.
    pub who: String,
    /// What is signed.
    pub content: Vec<u8>,
    /// The signature: RSASSA-PKCS1-v1_5 with SHA-256.
    pub signature: Vec<u8>,
}

/// The key of an id among those that Access tells of, as a JSON Web Key.
#[must_use]
pub fn key_of<'a>(certificates: &'a Value, id: &str) -> Option<&'a Value> {
    let keys = certificates.get("keys")?.as_array()?;
    keys.iter().find(|key| key.get("kid").and_then(Value::as_str) == Some(id))
}

/// The refusal of a token whose signature is wrong, or whose key is not known.
#[must_use]
pub fn wrong_signature() -> Refusal {
    Refusal::new(
        401,
        "wrong_access_token",
        "This token was not signed by Cloudflare Access. Sign in to Access again.",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn access() -> Access {
        Access::new("films", "app").unwrap()
    }

    fn token(header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.{}", part(header), part(claims), URL_SAFE_NO_PAD.encode("signature"))
    }

    fn right() -> (Value, Value) {
        (
            json!({"alg": "RS256", "kid": "k1"}),
            json!({"aud": ["app"], "iss": "https://films.cloudflareaccess.com", "exp": 1_000,
                   "nbf": 900, "email": "ann@films.example"}),
        )
    }

    #[test]
    fn a_right_token_tells_who_shows_it() {
        let (header, claims) = right();
        let signed = access().read(&token(&header, &claims), 950).unwrap();
        assert_eq!((signed.key.as_str(), signed.who.as_str()), ("k1", "ann@films.example"));
        assert_eq!(signed.signature, b"signature");
        let keys = json!({"keys": [{"kid": "k0"}, {"kid": "k1", "n": "…"}]});
        assert_eq!(key_of(&keys, "k1").unwrap()["n"], "…");
        assert_eq!(key_of(&keys, "k2"), None);
    }

    #[test]
    fn a_token_that_claims_otherwise_is_refused() {
        let (header, claims) = right();
        let other = |place: &str, value: Value| {
            let (mut header, mut claims) = (header.clone(), claims.clone());
            let of = if place == "alg" || place == "kid" { &mut header } else { &mut claims };
            of[place] = value;
            token(&header, &claims)
        };
        for token in [
            other("alg", json!("none")),
            other("alg", json!("HS256")),
            other("kid", json!(null)),
            other("aud", json!("another")),
            other("iss", json!("https://evil.cloudflareaccess.com")),
            other("exp", json!(100)),
            other("exp", json!(null)),
            other("nbf", json!(5_000)),
            "a.b".to_owned(),
            "..".to_owned(),
            "x".repeat(LONGEST + 1),
        ] {
            assert_eq!(access().read(&token, 950).unwrap_err().status, 401);
        }
    }

    proptest! {
        #[test]
        fn any_token_is_answered(token in any::<String>()) {
            prop_assert!(access().read(&token, 0).is_err());
        }
    }
}
