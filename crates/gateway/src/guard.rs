//! Who may ask, and from where.

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::Refusal;

/// Secrets that callers show, each with a name. Only their hashes are kept.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tokens(Vec<(String, [u8; 32])>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// The shortest token that is taken: shorter ones are guessed.
const SHORTEST: usize = 16;

impl Tokens {
    /// Reads `name=token`, separated by commas or lines.
    ///
    /// # Errors
    /// What is wrong, without the token.
    pub fn read(written: &str) -> Result<Self, String> {
        let mut tokens = Vec::new();
        for (at, pair) in written.split([',', '\n']).map(str::trim).enumerate() {
            if pair.is_empty() {
                continue;
            }
            let Some((name, token)) = pair.split_once('=') else {
                return Err(format!("Its entry {} is not name=token.", at + 1));
            };
            let (name, token) = (name.trim(), token.trim());
            if name.is_empty() || token.len() < SHORTEST {
                return Err(format!(
                    "Its entry {} needs a name and a token of at least {SHORTEST} characters.",
                    at + 1
                ));
            }
            tokens.push((name.to_owned(), Sha256::digest(token).into()));
        }
        Ok(Self(tokens))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of who shows this token. It takes as long whichever token it is, and
    /// if it is none.
    #[must_use]
    pub fn name_of(&self, token: &str) -> Option<&str> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let mut found = u32::MAX;
        for (at, (_, known)) in (0_u32..).zip(&self.0) {
            let same: Choice = known.ct_eq(&hash);
            found = u32::conditional_select(&found, &at, same);
        }
        self.0.get(found as usize).map(|(name, _)| name.as_str())
    }
}

/// The token of an `Authorization: Bearer …` header.
#[must_use]
pub fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// The refusal of a request that shows no secret (`shown` is false) or a wrong one.
#[must_use]
pub fn unauthorized(shown: bool) -> Refusal {
    let message = if shown {
        "The token is not one of those that this worker knows. Use the one that its owner gave \
         you."
    } else {
        "The request shows no token. Send it in the header `Authorization: Bearer …`."
    };
    Refusal::new(401, if shown { "wrong_token" } else { "no_token" }, message)
}

/// Pages of other origins that may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    any: bool,
    named: Vec<String>,
}

impl Origins {
    /// Reads origins separated by commas or spaces; `*` is any.
    ///
    /// # Errors
    /// One is not an origin.
    pub fn read(written: &str) -> Result<Self, String> {
        let mut origins = Self::default();
        for origin in written.split([',', ' ', '\n']).map(str::trim).filter(|o| !o.is_empty()) {
            let after = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            match after {
                _ if origin == "*" => origins.any = true,
                Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@']) => {
                    origins.named.push(origin.to_ascii_lowercase());
                }
                _ => return Err(format!("{origin:?} is not an origin like https://example.com.")),
            }
        }
        Ok(origins)
    }

    /// The origin that may read the answer; nothing for a request that no page of
    /// another origin made. `own` is the worker's own origin.
    ///
    /// # Errors
    /// The page's origin may not ask.
    pub fn check<'a>(
        &self,
        origin: Option<&'a str>,
        own: &str,
    ) -> Result<Option<&'a str>, Refusal> {
        let Some(origin) = origin.filter(|origin| *origin != own) else { return Ok(None) };
        if self.any || self.named.iter().any(|known| known.eq_ignore_ascii_case(origin)) {
            return Ok(Some(origin));
        }
        Err(Refusal::new(
            403,
            "origin_not_allowed",
            "Pages of this origin may not ask this worker. Its owner can add the origin to \
             USHER_ORIGINS.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_who_shows_it() {
        let tokens = Tokens::read("ann=0123456789abcdef, bob=fedcba9876543210\n").unwrap();
        assert_eq!(tokens.name_of("0123456789abcdef"), Some("ann"));
        assert_eq!(tokens.name_of("fedcba9876543210"), Some("bob"));
        for wrong in ["", "0123456789abcde", "0123456789abcdef ", "ann"] {
            assert_eq!(tokens.name_of(wrong), None);
        }
        assert!(Tokens::read("").unwrap().is_empty());
    }

    #[test]
    fn tokens_that_cannot_be_read_are_told_without_them() {
        for written in ["0123456789abcdef", "ann=short", "=0123456789abcdef"] {
            let told = Tokens::read(written).unwrap_err();
            assert!(!told.contains("0123") && !told.contains("short"), "{told}");
        }
        let tokens = Tokens::read("ann=0123456789abcdef").unwrap();
        assert_eq!(format!("{tokens:?}"), r#"["ann"]"#);
    }

    #[test]
    fn a_bearer_token_is_read_from_its_header() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for wrong in ["", "Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(bearer(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_named_origins_may_ask() {
        let own = "https://usher.example";
        let origins = Origins::read("https://admin.example, http://localhost:3000").unwrap();
        assert_eq!(origins.check(None, own), Ok(None));
        assert_eq!(origins.check(Some(own), own), Ok(None));
        let admin = Some("https://admin.example");
        assert_eq!(origins.check(admin, own), Ok(admin));
        for wrong in ["https://admin.example.evil.test", "http://admin.example", "null", ""] {
            assert_eq!(origins.check(Some(wrong), own).unwrap_err().status, 403, "{wrong}");
        }
        assert_eq!(Origins::read("*").unwrap().check(Some("null"), own), Ok(Some("null")));
        for wrong in ["admin.example", "https://a/b", "https://", "ftp://a"] {
            assert!(Origins::read(wrong).is_err(), "{wrong}");
        }
    }
}
