//! What a model's server sends.

use std::collections::HashSet;

use usher_llm::{Decoder, failure, read_abilities, read_models};
use usher_protocol::{Api, Mode, ModelError, ModelEvent, ModelSettings};

const APIS: [Api; 3] = [Api::Responses, Api::Chat, Api::Ollama];

/// Reads the input as a stream of each format, whole and cut into pieces of the size
/// that the first byte tells; and as the body of other answers.
pub(super) fn read(input: &[u8]) {
    let Some((size, stream)) = input.split_first() else { return };
    for api in APIS {
        let settings = settings(api);
        let (events, end) = decode(&settings, [stream]);
        check(&events, &end);
        let cut = decode(&settings, stream.chunks(usize::from(*size) + 1));
        assert_eq!(cut, (events, end), "{api:?} in pieces of {size} and one");
        if let Err(error) = failure(&settings, 400 + u16::from(*size), None, stream) {
            check_error(&error);
        }
        if let Err(error) = read_models(api, stream) {
            check_error(&error);
        }
    }
    if let Err(error) = read_abilities(stream) {
        check_error(&error);
    }
}

fn decode<'a>(
    settings: &ModelSettings,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<ModelEvent>, Result<(), ModelError>) {
    let mut decoder = Decoder::new(settings, &[]);
    let mut events = Vec::new();
    for chunk in chunks {
        if let Err(error) = decoder.push(chunk, &mut events) {
            return (events, Err(error));
        }
    }
    let end = decoder.end(&mut events);
    (events, end)
}

/// A reply ends once, and its calls can be told apart.
fn check(events: &[ModelEvent], end: &Result<(), ModelError>) {
    let is_done = |event: &&ModelEvent| matches!(event, ModelEvent::Done(_));
    assert_eq!(events.iter().filter(is_done).count(), usize::from(end.is_ok()));
    assert_eq!(events.last().as_ref().is_some_and(is_done), end.is_ok());
    let mut ids = HashSet::new();
    for event in events {
        match event {
            ModelEvent::Call(call) => assert!(ids.insert(&call.id), "{} twice", call.id),
            ModelEvent::Text(text) | ModelEvent::Thinking(text) => assert!(!text.is_empty()),
            ModelEvent::Usage(_) | ModelEvent::Done(_) => {}
        }
    }
    if let Err(error) = end {
        check_error(error);
    }
}

fn check_error(error: &ModelError) {
    assert!(error.detail.chars().count() <= 300, "{error:?}");
    assert!(!error.detail.contains(char::is_control), "{error:?}");
}

fn settings(api: Api) -> ModelSettings {
    ModelSettings {
        api,
        base_url: "http://localhost".to_owned(),
        model: "a-model".to_owned(),
        key: None,
        temperature: None,
        context_tokens: 16_384,
        mode: Mode::StepByStep,
        small: false,
    }
}
