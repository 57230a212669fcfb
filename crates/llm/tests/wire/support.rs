//! Fixtures and how their events are written down.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use usher_llm::Decoder;
use usher_protocol::{
    Api, Message, Mode, ModelError, ModelEvent, ModelSettings, StopReason, ToolCall,
};

pub(crate) fn settings(api: Api) -> ModelSettings {
    let base_url = match api {
        Api::Responses => "https://api.openai.com/v1",
        Api::Chat => "http://localhost:1234/v1",
        Api::Ollama => "http://localhost:11434",
    };
    ModelSettings {
        api,
        base_url: base_url.to_owned(),
        model: "a-model".to_owned(),
        key: None,
        temperature: None,
        context_tokens: 16_384,
        mode: Mode::StepByStep,
        small: false,
    }
}

pub(crate) const APIS: [(Api, &str); 3] =
    [(Api::Responses, "responses"), (Api::Chat, "chat"), (Api::Ollama, "ollama")];

/// A stream of a provider's true shape.
#[derive(Debug)]
pub(crate) struct Fixture {
    pub(crate) api: Api,
    /// Without its endings.
    pub(crate) path: PathBuf,
    /// What comes over the network, in pieces.
    pub(crate) chunks: Vec<Vec<u8>>,
}

impl Fixture {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.chunks.concat()
    }
}

/// All fixtures, by format and name.
pub(crate) fn fixtures() -> Vec<Fixture> {
    let mut found = BTreeMap::new();
    for (api, folder) in APIS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if let Some(name) = path.to_str().unwrap().strip_suffix(".chunks.txt") {
                let text = fs::read_to_string(&path).unwrap();
                let chunk = |line: &str| line.replace('\u{240a}', "\n").replace('\u{240d}', "\r");
                let chunks = text.lines().map(|line| chunk(line).into_bytes()).collect();
                let path = PathBuf::from(name);
                found.insert(path.clone(), Fixture { api, path, chunks });
            }
        }
    }
    found.into_values().collect()
}

/// What a decoder says of chunks, and how that ends.
pub(crate) fn decode<'a>(
    api: Api,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<ModelEvent>, Result<(), ModelError>) {
    let earlier = ToolCall {
        id: "earlier".to_owned(),
        name: "item_filter".to_owned(),
        arguments: serde_json::Value::Null,
        why: None,
    };
    let messages = [Message::Calls { plan: None, calls: vec![earlier] }];
    let mut decoder = Decoder::new(&settings(api), &messages);
    let mut events = Vec::new();
    for chunk in chunks {
        if let Err(error) = decoder.push(chunk, &mut events) {
            // Nothing comes after an error.
            let before = events.len();
            assert_eq!(decoder.push(b"data: {}\n\n", &mut events), Ok(()));
            assert_eq!(decoder.end(&mut events), Ok(()));
            assert_eq!(events.len(), before);
            return (events, Err(error));
        }
    }
    let end = decoder.end(&mut events);
    assert_eq!(end.is_ok(), decoder.is_done());
    (events, end)
}

/// Events as they are kept in a file: one a line.
pub(crate) fn written(events: &[ModelEvent], end: &Result<(), ModelError>) -> String {
    let mut lines: Vec<String> = events
        .iter()
        .map(|event| match event {
            ModelEvent::Text(text) => format!("text {text:?}"),
            ModelEvent::Thinking(text) => format!("thinking {text:?}"),
            ModelEvent::Call(call) => format!("call {} {} {}", call.id, call.name, call.arguments),
            ModelEvent::Usage(usage) => {
                format!("usage {} {}", usage.input_tokens, usage.output_tokens)
            }
            ModelEvent::Done(StopReason::Finished) => "done".to_owned(),
            ModelEvent::Done(reason) => format!("done {reason:?}"),
        })
        .collect();
    if let Err(error) = end {
        let wait = error.retry_after_ms.map(|wait| format!(" wait {wait} ms"));
        lines.push(format!(
            "error {:?} {:?}{}",
            error.kind,
            error.detail,
            wait.unwrap_or_default()
        ));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// Compares with a file; with `USHER_WRITE_GOLDEN=1` writes it instead.
pub(crate) fn assert_golden(path: &Path, text: &str) {
    if std::env::var_os("USHER_WRITE_GOLDEN").is_some() {
        fs::write(path, text).unwrap();
    } else {
        let golden = fs::read_to_string(path).unwrap_or_default();
        assert_eq!(golden, text, "{}", path.display());
    }
}
