//! One request and its answer, from body to body.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use serde_json::{Value, json};
use usher_protocol::Api;

use super::conversation::Asked;
use super::delivery::{self, Step};
use super::failure::{self, Failure};
use super::fault::{Fault, Stage};
use super::frame::{Frame, Part};
use super::misbehave::misbehave;
use super::refusal::Refusal;
use super::said::Said;
use super::script::Script;
use super::{chat, ollama, responses};

/// What is answered.
#[derive(Debug)]
pub(crate) enum Answer {
    Failure(Failure),
    Json(Value),
    Sent { content_type: &'static str, steps: Vec<Step> },
}

/// Where a request to the model stands. `strike` says, once it is known that the
/// fault has something to befall, whether it does so this time.
pub(crate) struct Exchange<'a> {
    pub(crate) api: Api,
    pub(crate) script: &'a Script,
    pub(crate) fault: Option<Fault>,
    pub(crate) strike: &'a dyn Fn() -> bool,
}

impl Exchange<'_> {
    pub(crate) fn answer(&self, headers: &HeaderMap, bytes: &[u8]) -> Answer {
        match self.try_answer(headers, bytes) {
            Ok(answer) => answer,
            Err(refusal) => Answer::Failure(Failure::new(&refusal, self.api)),
        }
    }

    fn try_answer(&self, headers: &HeaderMap, bytes: &[u8]) -> Result<Answer, Refusal> {
        let api = self.api;
        let body = read_body(headers, bytes, api)?;
        let asked = match api {
            Api::Chat => chat::read(&body, bytes.len()),
            Api::Responses => responses::read(&body, bytes.len()),
            Api::Ollama => ollama::read(&body, bytes.len(), self.script),
        }?;
        if self.script.model(&asked.model).is_none() {
            return Err(failure::model_missing(&asked.model, api));
        }
        if api == Api::Ollama && asked.conversation.0.is_empty() {
            return Ok(Answer::Json(ollama::loaded(&asked.model)));
        }
        let fault = self.fault;
        if let Some(failure) = fault.and_then(|fault| failure::of_request(fault, api, &asked))
            && (self.strike)()
        {
            return Ok(Answer::Failure(failure));
        }
        let (said, fault, pace) = self.say(&asked)?;
        Ok(match fault {
            Some(Fault::ToolUseFailed) => Answer::Failure(failure::tool_use_failed(&said.calls)),
            Some(Fault::ToolUseFailedStream) if !asked.stream => {
                Answer::Failure(failure::tool_use_failed(&said.calls))
            }
            _ => send(api, &said, asked.stream, fault, pace),
        })
    }

    /// What the model says, and the fault if it befalls this reply.
    fn say(&self, asked: &Asked) -> Result<(Said, Option<Fault>, Duration), Refusal> {
        // The script is wrong, not the client: nothing that could be taken for a fault.
        let wrong = |message| Refusal::new(501, "script_error", message);
        let place = asked.conversation.place(self.fault.is_some());
        let reply = self.script.reply(&place.user, place.index);
        let mut said = Said::new(&reply, asked, &place.results).map_err(wrong)?;
        let befalls = |fault: &Fault| {
            // Endless calls end where no tools are offered.
            let possible = fault.stage() != Stage::Reply || !asked.tools.is_empty();
            let conditional = matches!(fault.stage(), Stage::Server | Stage::Request);
            let befalls = fault.befalls(!said.calls.is_empty(), !said.text.is_empty());
            possible && !conditional && befalls && (self.strike)()
        };
        let fault = self.fault.filter(befalls);
        if let Some(fault) = fault {
            let turn = self.script.turn(&place.user);
            let call = turn.and_then(|turn| turn.replies.iter().find_map(|r| r.calls.first()));
            let round = asked.conversation.place(false).index;
            misbehave(fault, &mut said, asked, &place.results, call, round);
        }
        Ok((said, fault, Duration::from_millis(reply.pace_ms)))
    }
}

fn read_body(headers: &HeaderMap, bytes: &[u8], api: Api) -> Result<Value, Refusal> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // Ollama does not look at it.
    if api != Api::Ollama && !content_type.is_some_and(|kind| kind.starts_with("application/json"))
    {
        let kind = content_type.unwrap_or_default();
        let message = format!(
            "Unsupported content type: '{kind}'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: {kind}'."
        );
        return Err(Refusal::new(415, "invalid_request_error", message)
            .with_code("unsupported_content_type"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("We could not parse the JSON body of your request. ({error})");
        Refusal::new(400, "invalid_request_error", message)
    })
}

fn send(api: Api, said: &Said, stream: bool, fault: Option<Fault>, pace: Duration) -> Answer {
    let streamed = match fault {
        Some(Fault::WholeInstead) => false,
        Some(Fault::StreamInstead) => true,
        _ => stream,
    };
    let frames = if streamed { frames(api, said, fault) } else { whole(api, said, fault) };
    let content_type = match api {
        _ if fault == Some(Fault::TypePlain) => "text/plain; charset=utf-8",
        Api::Ollama if streamed => "application/x-ndjson",
        Api::Ollama => "application/json; charset=utf-8",
        Api::Chat | Api::Responses if streamed => "text/event-stream; charset=utf-8",
        Api::Chat | Api::Responses => "application/json",
    };
    Answer::Sent { content_type, steps: delivery::steps(api, frames, streamed, fault, pace) }
}

fn frames(api: Api, said: &Said, fault: Option<Fault>) -> Vec<Frame> {
    if fault == Some(Fault::ToolUseFailedStream) {
        let event = failure::tool_use_failed_event(&said.calls);
        return vec![Frame::event(Part::End, "error", &event)];
    }
    match api {
        Api::Chat => chat::stream(said, fault),
        Api::Responses => responses::stream(said),
        Api::Ollama => ollama::stream(said),
    }
}

/// The whole answer in two halves, so that it can be cut between them.
fn whole(api: Api, said: &Said, fault: Option<Fault>) -> Vec<Frame> {
    let object = match api {
        Api::Chat => chat::whole(said, fault),
        Api::Responses => responses::whole(said),
        Api::Ollama => ollama::whole(said),
    };
    let json = object.to_string();
    let half = json.char_indices().nth(json.chars().count() / 2).map_or(0, |(at, _)| at);
    let (front, back) = json.split_at(half);
    let frame = |part, wire: &str| Frame { part, wire: wire.to_owned() };
    vec![frame(Part::Start, front), frame(Part::End, back)]
}

/// `GET /v1/models`.
pub(crate) fn models(script: &Script) -> Value {
    let entry = |model: &super::Model| {
        let mut entry = json!({"id": model.name, "object": "model", "created": super::CREATED,
            "owned_by": "usher"});
        if let Some(date) = &model.shutdown_date {
            entry["shutdown_date"] = date.as_str().into();
        }
        entry
    };
    json!({"object": "list", "data": script.models.iter().map(entry).collect::<Vec<_>>()})
}
