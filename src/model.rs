use std::env;
use std::rc::Rc;

use anyhow::{Result, bail};
use clap::Args;
use usher_engine::GUIDE;
use usher_models::{Patience, Remote, check};
use usher_protocol::{Api, Key, Mode, ModelSettings};

use crate::network::Network;

/// Tokens that a server's model is taken to have, unless told otherwise. Ollama
/// takes 4,096 by itself, which instructions and tools nearly fill.
const CONTEXT_TOKENS: u32 = 16_384;

/// Which model plans and answers, and how.
#[derive(Debug, Args)]
pub(crate) struct ModelChoice {
    /// `guide` (built in), `openai:NAME`, `ollama:NAME`, or `chat:NAME` for any
    /// other server with Chat Completions
    #[arg(long, default_value = GUIDE, value_parser = model_name)]
    model: String,
    /// Where the model's server is, such as http://localhost:1234/v1
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Let the model plan all calls at once: two requests instead of several
    #[arg(long)]
    plan_first: bool,
    /// Shorter instructions, for models of few parameters
    #[arg(long)]
    small: bool,
    /// How freely the model words things, 0 to 2; the server's own choice if absent
    #[arg(long)]
    temperature: Option<f64>,
    /// How many tokens the conversation may have
    #[arg(long, default_value_t = CONTEXT_TOKENS, value_parser = clap::value_parser!(u32).range(2048..))]
    context: u32,
    /// Seconds that a silent server is waited for; 120 for the first word and 45
    /// between two, if absent
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    wait: Option<u64>,
}

const UNKNOWN_MODEL: &str = "write guide, openai:NAME, ollama:NAME or chat:NAME";

/// A model as it is named on the command line.
fn model_name(text: &str) -> Result<String, &'static str> {
    let is_known = text == GUIDE
        || text.split_once(':').is_some_and(|(kind, name)| {
            matches!(kind, "openai" | "ollama" | "chat") && !name.trim().is_empty()
        });
    is_known.then(|| text.to_owned()).ok_or(UNKNOWN_MODEL)
}

impl ModelChoice {
    /// The model's server, with the key from the environment; nothing for the guide.
    ///
    /// # Errors
    /// There is no such kind of model, or it is not said where it is.
    pub(crate) fn remote(&self) -> Result<Option<Remote>> {
        if self.model == GUIDE {
            return Ok(None);
        }
        let (api, own_url, key) = match self.model.split_once(':') {
            Some(("openai", _)) => {
                (Api::Responses, Some("https://api.openai.com/v1"), "OPENAI_API_KEY")
            }
            Some(("ollama", _)) => (Api::Ollama, Some("http://localhost:11434"), "OLLAMA_API_KEY"),
            Some(("chat", _)) => (Api::Chat, None, "USHER_API_KEY"),
            _ => bail!(UNKNOWN_MODEL),
        };
        let name = self.model.split_once(':').map_or("", |(_, name)| name.trim());
        if self.temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
            bail!("the temperature is from 0 to 2");
        }
        let Some(base_url) = self.base_url.as_deref().or(own_url) else {
            bail!("chat:NAME needs the server's address: add --base-url http://…");
        };
        let settings = ModelSettings {
            api,
            base_url: base_url.to_owned(),
            model: name.to_owned(),
            key: env::var(key).ok().filter(|key| !key.trim().is_empty()).map(Key),
            temperature: self.temperature,
            context_tokens: self.context,
            mode: if self.plan_first { Mode::PlanFirst } else { Mode::StepByStep },
            small: self.small,
        };
        if let Err(problem) = check(&settings) {
            bail!("{} {}", problem.what, problem.next);
        }
        if own_url == Some(base_url) && key == "OPENAI_API_KEY" && settings.key.is_none() {
            bail!("OpenAI wants a key: put yours into the environment as OPENAI_API_KEY");
        }
        let mut patience = Patience::default();
        if let Some(wait_ms) = self.wait.map(|seconds| seconds.saturating_mul(1_000)) {
            patience.first_byte_ms = wait_ms;
            patience.silence_ms = wait_ms;
        }
        Ok(Some(Remote::new(settings, Rc::new(Network::new()?), patience)))
    }
}
