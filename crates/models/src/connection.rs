use usher_protocol::{
    ListedModel, Message, ModelErrorKind, ModelReply, ModelRequest, ModelSettings, Problem,
    ToolSpec,
};

use super::client::{Client, unusable};
use super::patience::Patience;
use super::transport::Transport;
use super::words;

/// A test does not wait as long as a conversation does, nor does it try again.
const PATIENCE: Patience = Patience {
    first_byte_ms: 60_000,
    silence_ms: 20_000,
    retries: 0,
    backoff_ms: 0,
    longest_wait_ms: 0,
};

/// The models that a server lists.
///
/// # Errors
/// Why there is no list, and what to do.
pub async fn list_models(
    settings: &ModelSettings,
    transport: &dyn Transport,
) -> Result<Vec<ListedModel>, Problem> {
    let client = Client { settings, transport, patience: PATIENCE };
    let told = |error| words::problem(&error, settings);
    let http = usher_llm::list_models(settings).map_err(|error| told(unusable(&error)))?;
    match client.fetch(&http).await {
        Ok(body) => usher_llm::read_models(settings.api, &body).map_err(told),
        Err(error) if error.kind == ModelErrorKind::Network => {
            Err(transport.diagnose(&http.url).await)
        }
        Err(error) => Err(told(error)),
    }
}

/// Asks a model for one call of a small tool: whether the server can be reached,
/// takes the key, has the model, and lets it call tools. What works, in a sentence.
///
/// # Errors
/// What does not work, and what to type.
pub async fn test_connection(
    settings: &ModelSettings,
    transport: &dyn Transport,
) -> Result<String, Problem> {
    let client = Client { settings, transport, patience: PATIENCE };
    let tool = ToolSpec {
        name: "ready".to_owned(),
        description: "Says that everything is ready.".to_owned(),
        parameters: serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {"word": {"type": "string", "description": "A word"}},
            "required": ["word"],
        }),
    };
    let request = ModelRequest {
        system: Some("You test a connection. Call the tool.".to_owned()),
        messages: vec![Message::User {
            text: "Call the tool `ready` with the word \"yes\".".to_owned(),
        }],
        tools: vec![tool],
    };
    match client.reply(&request, &mut |_| ()).await {
        Ok(ModelReply::Calls { .. }) => Ok(format!("{} answers and calls tools.", settings.model)),
        Ok(_) => Ok(format!(
            "{} answers, but it wrote words where a tool call was asked for. It may work less well.",
            settings.model
        )),
        Err(error) if error.kind == ModelErrorKind::Network => {
            let address = usher_llm::request(settings, &request).map(|http| http.url);
            let address = address.as_ref().unwrap_or(&settings.base_url);
            Err(transport.diagnose(address).await)
        }
        Err(error) => Err(words::problem(&error, settings)),
    }
}
