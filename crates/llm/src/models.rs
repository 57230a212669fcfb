//! Which models a server has, and what one of them can do.

use serde_json::{Value, json};
use usher_protocol::{Api, ListedModel, ModelError, ModelSettings};

use crate::detail::without_key;
use crate::failure::{in_band, is_error, malformed, web_page};
use crate::http::{HttpRequest, SettingsError};

/// The request for a server's list of models.
///
/// # Errors
///
/// Fails if the address or the key cannot be used, and says what to write instead.
pub fn list_models(settings: &ModelSettings) -> Result<HttpRequest, SettingsError> {
    let endpoint = match settings.api {
        Api::Responses | Api::Chat => "models",
        Api::Ollama => "api/tags",
    };
    HttpRequest::get(settings, endpoint)
}

/// Reads the answer to [`list_models`]: the models that can hold a conversation, by
/// name. Of OpenAI's own, those that plainly cannot are left out, and those that
/// will be switched off have a warning.
///
/// # Errors
///
/// Fails if this is no list of models, or an error in the place of one.
pub fn read_models(api: Api, body: &[u8]) -> Result<Vec<ListedModel>, ModelError> {
    let body = read(body)?;
    // Some servers wrap the list in nothing, or call it as Ollama does.
    let places = match api {
        Api::Responses | Api::Chat => [&body["data"], &body, &body["models"]],
        Api::Ollama => [&body["models"], &body["data"], &body],
    };
    let Some(list) = places.into_iter().find_map(Value::as_array) else {
        return Err(without_key(malformed("this is no list of models", &body.to_string()), None));
    };
    let mut models: Vec<ListedModel> = list.iter().filter_map(model).collect();
    models.sort_by(|one, other| one.name.cmp(&other.name));
    models.dedup_by(|one, other| one.name == other.name);
    Ok(models)
}

fn model(entry: &Value) -> Option<ListedModel> {
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    let name = text("id").or_else(|| text("model")).or_else(|| text("name"))?;
    let is_openais = matches!(text("owned_by"), Some("openai" | "openai-internal" | "system"));
    let is_embedding = entry["details"]["family"].as_str().is_some_and(|it| it.contains("bert"));
    if is_embedding || is_openais && NO_CHAT.iter().any(|word| name.contains(word)) {
        return None;
    }
    // OpenAI's word, and Mistral's.
    let date = text("shutdown_date").or_else(|| text("deprecation"));
    let warning = date.map(|date| {
        let day: String = date.chars().take_while(|&letter| letter != 'T').take(10).collect();
        format!("This model will be switched off on {day}.")
    });
    Some(ListedModel { name: name.to_owned(), warning })
}

/// What names of OpenAI's models have that do other things than talk in text.
const NO_CHAT: [&str; 15] = [
    "embedding",
    "tts",
    "whisper",
    "transcribe",
    "translate",
    "audio",
    "realtime",
    "image",
    "dall-e",
    "sora",
    "moderation",
    "babbage",
    "davinci",
    "instruct",
    "live",
];

/// The request for what a model can do, of servers that tell.
///
/// # Errors
///
/// Fails if the address or the key cannot be used, and says what to write instead.
pub fn show_model(settings: &ModelSettings) -> Result<Option<HttpRequest>, SettingsError> {
    match settings.api {
        Api::Responses | Api::Chat => Ok(None),
        Api::Ollama => {
            HttpRequest::post(settings, "api/show", &json!({"model": settings.model})).map(Some)
        }
    }
}

/// What a model can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// It can call tools.
    pub tools: bool,
    /// It can think before it speaks.
    pub thinking: bool,
    /// How many tokens its conversation may have at most, whatever the machine.
    pub context_tokens: Option<u32>,
}

/// Reads the answer to [`show_model`].
///
/// # Errors
///
/// Fails if this does not tell what a model can do; older Ollama does not.
pub fn read_abilities(body: &[u8]) -> Result<Abilities, ModelError> {
    let body = read(body)?;
    let Some(list) = body["capabilities"].as_array() else {
        let error = malformed("the server does not tell what the model can do", "");
        return Err(without_key(error, None));
    };
    let can = |ability: &str| list.iter().any(|other| other == ability);
    let info = body["model_info"].as_object();
    let length = info.and_then(|info| info.iter().find(|(n, _)| n.ends_with(".context_length")));
    let length = length.and_then(|(_, length)| u32::try_from(length.as_u64()?).ok());
    Ok(Abilities { tools: can("tools"), thinking: can("thinking"), context_tokens: length })
}

fn read(body: &[u8]) -> Result<Value, ModelError> {
    let body = String::from_utf8_lossy(body);
    let error = match serde_json::from_str(&body) {
        Ok(value) if !is_error(&value) => return Ok(value),
        Ok(value) => match in_band(&value).or_said() {
            Err(error) => error,
            Ok(_) => malformed("this is no list of models", ""),
        },
        Err(_) if body.trim_start().starts_with('<') => web_page(&body),
        Err(_) => malformed("what came is not JSON", &body),
    };
    Err(without_key(error, None))
}

#[cfg(test)]
mod tests {
    use usher_protocol::ModelErrorKind;

    use super::*;

    fn names(api: Api, body: &Value) -> Vec<String> {
        let models = read_models(api, body.to_string().as_bytes()).unwrap();
        models.into_iter().map(|model| model.name).collect()
    }

    #[test]
    fn openais_models_that_do_not_talk_are_left_out() {
        let all = [
            "gpt-5.6-terra",
            "text-embedding-3-small",
            "whisper-1",
            "gpt-image-2",
            "o3",
            "gpt-4o-mini-tts",
            "omni-moderation-latest",
            "gpt-realtime",
            "gpt-4o-transcribe",
        ];
        let entry = |id: &&str| json!({"id": id, "object": "model", "owned_by": "system"});
        let body = json!({"object": "list", "data": all.iter().map(entry).collect::<Value>()});
        assert_eq!(names(Api::Responses, &body), ["gpt-5.6-terra", "o3"]);
    }

    #[test]
    fn other_servers_models_are_all_listed() {
        let body = json!({"data": [
            {"id": "b-instruct", "object": "model", "owned_by": "vllm"},
            {"id": "a", "object": "model", "owned_by": "organization_owner"},
        ]});
        assert_eq!(names(Api::Chat, &body), ["a", "b-instruct"]);
        assert_eq!(names(Api::Chat, &json!([{"id": "x"}, {"id": "x"}, {"no": 1}, 7])), ["x"]);
    }

    #[test]
    fn a_model_that_will_be_switched_off_has_a_warning() {
        let body = json!({"data": [
            {"id": "a", "owned_by": "openai", "shutdown_date": "2027-01-31"},
            {"id": "b", "owned_by": "openai", "shutdown_date": null},
            {"id": "c", "owned_by": "mistralai", "deprecation": "2027-03-01T12:00:00Z"},
        ]});
        let models = read_models(Api::Chat, body.to_string().as_bytes()).unwrap();
        let warnings: Vec<Option<String>> = models.into_iter().map(|model| model.warning).collect();
        let off = |day: &str| Some(format!("This model will be switched off on {day}."));
        assert_eq!(warnings, [off("2027-01-31"), None, off("2027-03-01")]);
    }

    #[test]
    fn ollamas_models_are_listed_without_those_for_embedding() {
        let body = json!({"models": [
            {"name": "qwen3:8b", "model": "qwen3:8b", "details": {"family": "qwen3"}},
            {"name": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}},
        ]});
        assert_eq!(names(Api::Ollama, &body), ["qwen3:8b"]);
        assert_eq!(names(Api::Ollama, &json!({"models": []})), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_list_is_an_error_that_tells() {
        for (body, kind, says) in [
            ("<html><title>Sign in</title>", ModelErrorKind::Malformed, "Sign in"),
            ("{\"ok\":true}", ModelErrorKind::Malformed, "no list"),
            ("", ModelErrorKind::Malformed, "not JSON"),
            (
                r#"{"error":{"message":"Invalid API key","code":401}}"#,
                ModelErrorKind::Authentication,
                "Invalid",
            ),
        ] {
            let error = read_models(Api::Chat, body.as_bytes()).unwrap_err();
            assert_eq!(error.kind, kind, "{body}");
            assert!(error.detail.contains(says), "{body}: {}", error.detail);
        }
    }

    #[test]
    fn abilities_are_read_where_the_server_tells_them() {
        let body = json!({
            "capabilities": ["completion", "tools"],
            "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
        });
        let abilities = read_abilities(body.to_string().as_bytes());
        let expected = Abilities { tools: true, thinking: false, context_tokens: Some(40960) };
        assert_eq!(abilities, Ok(expected));
        assert!(read_abilities(b"{}").is_err());
    }
}
