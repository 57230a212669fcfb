//! A model's failures, in plain words with the next step.

use usher_protocol::{Api, ModelError, ModelErrorKind, ModelSettings, Problem};

/// What happened, and what to do about it.
pub(crate) fn problem(error: &ModelError, settings: &ModelSettings) -> Problem {
    let model = &settings.model;
    let server = &settings.base_url;
    let is_ollama = settings.api == Api::Ollama;
    let (what, next) = match error.kind {
        ModelErrorKind::Settings => {
            let what = "The model's server cannot be asked.".to_owned();
            return Problem { what, next: error.detail.clone() };
        }
        ModelErrorKind::Authentication if settings.key.is_none() => (
            format!("{server} asks for a key."),
            "Enter your key.".to_owned(),
        ),
        ModelErrorKind::Authentication => (
            format!("{server} does not accept the key."),
            "Look whether the key is whole, still valid, and allowed to use this model; then enter it again.".to_owned(),
        ),
        ModelErrorKind::Quota => (
            format!("The account at {server} has nothing left to spend."),
            "Look at the account's billing page, or choose another model.".to_owned(),
        ),
        ModelErrorKind::RateLimit => (
            match error.retry_after_ms {
                Some(ms) => format!(
                    "{server} gets too many requests; it asks to wait {} s.",
                    ms.div_ceil(1000)
                ),
                None => format!("{server} gets too many requests."),
            },
            "Wait a little, then ask again.".to_owned(),
        ),
        ModelErrorKind::ContextTooLong => (
            format!("The conversation is too long for {model}."),
            if is_ollama {
                "Start a new conversation, or raise the context length (the model must be loaded with it).".to_owned()
            } else {
                "Start a new conversation, or set the context length to what the model has.".to_owned()
            },
        ),
        ModelErrorKind::ModelMissing => (
            format!("{server} has no model {model:?}, or speaks another format there."),
            if is_ollama {
                format!("Choose a model from the list, or get this one: ollama pull {model}")
            } else {
                "Choose one of the models that the server lists, and look whether the address is right.".to_owned()
            },
        ),
        ModelErrorKind::Rejected => (
            format!("{server} does not take the request for {model:?}."),
            "It may not be able to call tools, or not take the temperature that is set: choose another model, or leave the temperature empty.".to_owned(),
        ),
        ModelErrorKind::Server => (
            format!("{server} fails or is overloaded."),
            "Ask again in a while, or choose another model.".to_owned(),
        ),
        ModelErrorKind::Refused => (
            format!("The filter of {server} refuses this question or its answer."),
            "Ask in other words.".to_owned(),
        ),
        ModelErrorKind::Malformed => (
            format!("What {server} answers is not in the format that was chosen for it."),
            "Look at the address and at the kind of server that was chosen.".to_owned(),
        ),
        ModelErrorKind::Cut => (
            format!("The answer from {server} ended in the middle."),
            "Ask again.".to_owned(),
        ),
        ModelErrorKind::Network => (
            format!("{server} cannot be reached."),
            "See that the server runs and the address is right: the settings of the page can test the connection.".to_owned(),
        ),
        ModelErrorKind::Timeout => (
            format!("{server} says nothing for too long."),
            "See whether the server is busy or still loads the model; then ask again.".to_owned(),
        ),
    };
    let detail = error.detail.trim().trim_end_matches('.');
    let end = if detail.ends_with(['!', '?']) { "" } else { "." };
    let what = if detail.is_empty() { what } else { format!("{what} It says: {detail}{end}") };
    Problem { what, next }
}

#[cfg(test)]
mod tests {
    use usher_protocol::{Key, Mode};

    use super::*;

    #[test]
    fn every_failure_says_what_happened_and_what_to_do_and_never_the_key() {
        let settings = ModelSettings {
            api: Api::Ollama,
            base_url: "http://localhost:11434".into(),
            model: "qwen3".into(),
            key: Some(Key("sk-secret".into())),
            temperature: None,
            context_tokens: 8_192,
            mode: Mode::StepByStep,
            small: true,
        };
        for kind in [
            ModelErrorKind::Authentication,
            ModelErrorKind::Quota,
            ModelErrorKind::RateLimit,
            ModelErrorKind::ContextTooLong,
            ModelErrorKind::ModelMissing,
            ModelErrorKind::Rejected,
            ModelErrorKind::Server,
            ModelErrorKind::Refused,
            ModelErrorKind::Malformed,
            ModelErrorKind::Cut,
            ModelErrorKind::Network,
            ModelErrorKind::Timeout,
        ] {
            let error = ModelError { kind, detail: "no luck.".into(), retry_after_ms: Some(1_500) };
            let problem = problem(&error, &settings);
            assert!(problem.what.ends_with("It says: no luck."), "{problem:?}");
            assert!(problem.next.len() > 8, "{problem:?}");
            assert!(!format!("{problem:?}").contains("sk-secret"), "{problem:?}");
        }
    }
}
