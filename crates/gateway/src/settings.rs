use thiserror::Error;

use crate::access::Access;
use crate::guard::{Origins, Tokens};
use crate::proxy::{Models, Upstream};
use crate::{Limits, Refusal};

/// What the worker's owner has set, read from its variables and secrets.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who may ask.
    pub tokens: Tokens,
    /// Cloudflare Access before the worker.
    pub access: Option<Access>,
    /// Anybody on this machine may ask: for trying it.
    open: bool,
    /// Pages of other origins that may ask.
    pub origins: Origins,
    /// A server that speaks as OpenAI's does.
    pub openai: Option<Upstream>,
    /// An Ollama server.
    pub ollama: Option<Upstream>,
    /// A Qdrant server, which searches in the bundle's place.
    pub qdrant: Option<Upstream>,
    /// Its collection, where it is not the usual one.
    pub qdrant_collection: Option<String>,
    /// The models that may be asked.
    pub models: Models,
    /// What one request may cost.
    pub limits: Limits,
    /// Where the catalogue's bundle lies among the worker's files.
    pub bundle: String,
}

/// A variable that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("The worker's setting {name} cannot be used. {problem}")]
pub struct SettingsError {
    /// The variable or secret.
    pub name: &'static str,
    /// What is wrong with it; never its value where it is secret.
    pub problem: String,
}

impl Settings {
    /// Reads the settings; `get` gives the text of a variable or secret, if it is set.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let get =
            |name: &str| get(name).map(|text| text.trim().to_owned()).filter(|t| !t.is_empty());
        let wrong = |name| move |problem| SettingsError { name, problem };
        let text = |name: &'static str| get(name).unwrap_or_default();
        let upstream = |address: &'static str, key: &'static str| {
            let Some(base) = get(address) else { return Ok(None) };
            Upstream::new(&base, get(key)).map(Some).map_err(wrong(address))
        };
        let team = text("USHER_ACCESS_TEAM");
        let access = match team.is_empty() {
            true => None,
            false => Some(
                Access::new(&team, &text("USHER_ACCESS_AUDIENCE"))
                    .map_err(wrong("USHER_ACCESS_TEAM"))?,
            ),
        };
        let usual = Limits::default();
        let limits = Limits {
            body_bytes: number(get, "USHER_MOST_BODY_BYTES", usual.body_bytes as u64)? as usize,
            tokens: number(get, "USHER_MOST_TOKENS", usual.tokens)?,
            steps: number(get, "USHER_MOST_STEPS", usual.steps as u64)? as usize,
            seconds: number(get, "USHER_MOST_SECONDS", u64::from(usual.seconds))? as u32,
            a_minute: number(get, "USHER_REQUESTS_A_MINUTE", u64::from(usual.a_minute))? as u32,
        };
        Ok(Self {
            tokens: Tokens::read(&text("USHER_TOKENS")).map_err(wrong("USHER_TOKENS"))?,
            access,
            open: text("USHER_OPEN") == "true",
            origins: Origins::read(&text("USHER_ORIGINS")).map_err(wrong("USHER_ORIGINS"))?,
            openai: upstream("USHER_OPENAI", "USHER_OPENAI_KEY")?,
            ollama: upstream("USHER_OLLAMA", "USHER_OLLAMA_KEY")?,
            qdrant: upstream("USHER_QDRANT", "USHER_QDRANT_KEY")?,
            qdrant_collection: get("USHER_QDRANT_COLLECTION"),
            models: Models::read(&text("USHER_MODELS")),
            limits,
            bundle: get("USHER_BUNDLE").unwrap_or_else(|| "bundle".to_owned()),
        })
    }

    /// Whether anybody may ask who names this host: where nobody else is named who may, and
    /// by this machine's own names alone. Any page can have a name of its own point here, and
    /// would else be taken for the worker's.
    #[must_use]
    pub fn is_open_to(&self, host: &str) -> bool {
        let is_closed = !self.tokens.is_empty() || self.access.is_some();
        self.open && !is_closed && ["localhost", "127.0.0.1", "[::1]"].contains(&host)
    }

    /// Refuses everybody where the owner has said nothing of who may ask: a worker that
    /// was just deployed gives its key to nobody.
    ///
    /// # Errors
    /// Nobody may ask.
    pub fn somebody_may_ask(&self, host: &str) -> Result<(), Refusal> {
        if self.is_open_to(host) || !self.tokens.is_empty() || self.access.is_some() {
            return Ok(());
        }
        Err(Refusal::new(
            503,
            "nobody_may_ask",
            "This worker does not know yet who may ask it. Its owner must set USHER_TOKENS \
             (`wrangler secret put USHER_TOKENS`), or put Cloudflare Access before it and set \
             USHER_ACCESS_TEAM and USHER_ACCESS_AUDIENCE.",
        ))
    }
}

/// A number from 1 to 2^31 − 1.
fn number(
    get: impl Fn(&str) -> Option<String>,
    name: &'static str,
    usual: u64,
) -> Result<u64, SettingsError> {
    let Some(text) = get(name) else { return Ok(usual) };
    let number = text.parse::<u64>().ok().filter(|n| (1..=i32::MAX as u64).contains(n));
    number.ok_or_else(|| SettingsError {
        name,
        problem: format!("Write a whole number from 1 to {}.", i32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let get = |name: &str| {
            set.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        };
        Settings::read(get)
    }

    #[test]
    fn a_worker_without_settings_serves_nobody() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.somebody_may_ask("usher.example").unwrap_err().status, 503);
        assert_eq!(settings.limits, Limits::default());
        assert!(settings.openai.is_none() && settings.ollama.is_none());
    }

    #[test]
    fn an_open_worker_is_open_on_its_own_machine_alone() {
        let settings = read(&[("USHER_OPEN", "true")]).unwrap();
        assert!(settings.is_open_to("127.0.0.1") && settings.is_open_to("localhost"));
        for host in ["usher.example", "127.0.0.1.evil.example", "localhost.evil.example", ""] {
            assert!(!settings.is_open_to(host), "{host}");
            assert_eq!(settings.somebody_may_ask(host).unwrap_err().status, 503);
        }
        assert!(!read(&[]).unwrap().is_open_to("localhost"));
        let tokens = ("USHER_TOKENS", "ann=0123456789abcdef");
        let settings = read(&[("USHER_OPEN", "true"), tokens]).unwrap();
        assert!(!settings.is_open_to("localhost"), "a wrong token is refused");
    }

    #[test]
    fn what_is_set_is_read() {
        let settings = read(&[
            ("USHER_TOKENS", "ann=0123456789abcdef"),
            ("USHER_OPENAI", "https://api.openai.com/v1/"),
            ("USHER_OPENAI_KEY", "sk-secret"),
            ("USHER_MOST_TOKENS", "100"),
        ])
        .unwrap();
        assert_eq!(settings.somebody_may_ask("usher.example"), Ok(()));
        assert_eq!(settings.limits.tokens, 100);
        assert!(!format!("{settings:?}").contains("sk-secret"));
    }

    #[test]
    fn what_cannot_be_used_is_named_without_its_secret() {
        for (name, value) in [
            ("USHER_TOKENS", "0123456789abcdef"),
            ("USHER_ORIGINS", "everywhere"),
            ("USHER_OPENAI", "ftp://example.com"),
            ("USHER_OPENAI", "https://user:secret@example.com"),
            ("USHER_MOST_TOKENS", "many"),
            ("USHER_MOST_BODY_BYTES", "0"),
            ("USHER_ACCESS_TEAM", "a/b"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.name, name);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
