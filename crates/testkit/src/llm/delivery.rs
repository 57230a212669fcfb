//! How an answer goes over the wire, and how that goes wrong.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::stream;
use serde_json::json;
use usher_protocol::Api;

use super::fault::Fault;
use super::frame::{Frame, Part};
use super::misbehave::NOT_UTF8;

/// What is done to send a body.
#[derive(Debug)]
pub(crate) enum Step {
    Send(Bytes),
    Wait(Duration),
    /// Nothing comes any more; the connection stays open.
    Hang,
    /// The connection breaks.
    Break,
}

/// Between the halves of a letter, so that they come apart.
const HALF_LETTER: Duration = Duration::from_millis(3);
const DRIP: Duration = Duration::from_millis(20);
const ENDLESS_BYTES: usize = 10 * 1024 * 1024;

/// The steps that send an answer of these frames.
pub(crate) fn steps(
    api: Api,
    mut frames: Vec<Frame>,
    streamed: bool,
    fault: Option<Fault>,
    pace: Duration,
) -> Vec<Step> {
    match fault {
        Some(Fault::EmptyBody | Fault::CutAfterHeaders | Fault::SilentAfterHeaders) => {
            frames.clear();
        }
        Some(Fault::ErrorAtOnce) => frames = error_at_once(api, &frames, streamed),
        Some(Fault::ErrorMidStream) => error_within(api, &mut frames, Part::Text, streamed),
        Some(Fault::ErrorMidCall) => error_within(api, &mut frames, Part::Call, streamed),
        Some(Fault::CutMidText | Fault::BrokenMidText | Fault::StallMidText) => {
            frames.truncate(middle(&frames, Part::Text));
        }
        Some(Fault::CutMidCall | Fault::BrokenMidCall | Fault::StallMidCall) => {
            frames.truncate(middle(&frames, Part::Call));
        }
        Some(Fault::CutBeforeEnd) => {
            frames.retain(|frame| !matches!(frame.part, Part::End | Part::Done));
        }
        Some(Fault::GarbageMidStream) => {
            let garbage = if api == Api::Ollama { "{\"mod\n" } else { "data: {\"cho\n\n" };
            frames.insert(frames.len() / 2, Frame { part: Part::Start, wire: garbage.into() });
        }
        Some(Fault::KeepAlives) => frames = with_keep_alives(api, frames, streamed),
        Some(Fault::LineEnds) => {
            frames.iter_mut().for_each(|frame| frame.wire = frame.wire.replace('\n', "\r\n"));
        }
        Some(Fault::UnknownEvents) if streamed => {
            let at = frames.len() / 2;
            frames.insert(at, unknown_event(api));
        }
        _ => {}
    }
    let mut steps = match fault {
        Some(Fault::Garbage) => vec![Step::Send(garbage())],
        Some(Fault::EndlessLine) => vec![Step::Send(endless_line(api, streamed))],
        Some(Fault::SlowDrip) => drip(&frames),
        _ => paced(&frames, pace),
    };
    steps.extend(match fault {
        Some(Fault::CutAfterHeaders | Fault::BrokenMidText | Fault::BrokenMidCall) => {
            Some(Step::Break)
        }
        Some(
            Fault::SilentAfterHeaders
            | Fault::StallMidText
            | Fault::StallMidCall
            | Fault::StallAtEnd,
        ) => Some(Step::Hang),
        _ => None,
    });
    steps
}

/// A body that is sent in these steps.
pub(crate) fn body(steps: Vec<Step>) -> Body {
    Body::from_stream(stream::unfold(VecDeque::from(steps), |mut steps| async move {
        loop {
            match steps.pop_front()? {
                Step::Send(bytes) => return Some((Ok(bytes), steps)),
                Step::Wait(time) => tokio::time::sleep(time).await,
                Step::Hang => futures::future::pending().await,
                Step::Break => {
                    // What was sent before must arrive before the end does.
                    tokio::time::sleep(HALF_LETTER).await;
                    return Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), steps));
                }
            }
        }
    }))
}

/// One frame after the other; the first letter of several bytes is cut in its middle.
fn paced(frames: &[Frame], pace: Duration) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut whole = true;
    for frame in frames {
        let letter = frame.wire.bytes().position(|byte| !byte.is_ascii());
        let bytes = wire_bytes(&frame.wire);
        match letter.filter(|_| whole && !frame.wire.contains(NOT_UTF8)) {
            Some(at) => {
                whole = false;
                let (front, back) = bytes.split_at(at + 1);
                steps.push(Step::Send(Bytes::copy_from_slice(front)));
                steps.push(Step::Wait(HALF_LETTER));
                steps.push(Step::Send(Bytes::copy_from_slice(back)));
            }
            None => steps.push(Step::Send(bytes.into())),
        }
        if !pace.is_zero() {
            steps.push(Step::Wait(pace));
        }
    }
    steps
}

fn wire_bytes(wire: &str) -> Vec<u8> {
    let Some(at) = wire.find(NOT_UTF8) else { return wire.as_bytes().to_vec() };
    let mut bytes = wire.as_bytes().to_vec();
    bytes.splice(at..at + NOT_UTF8.len_utf8(), [0xff]);
    bytes
}

/// Fifty single bytes, then small pieces.
fn drip(frames: &[Frame]) -> Vec<Step> {
    let bytes: Vec<u8> = frames.iter().flat_map(|frame| wire_bytes(&frame.wire)).collect();
    let (slow, rest) = bytes.split_at(bytes.len().min(50));
    let pieces = slow.chunks(1).chain(rest.chunks(64));
    let send = |piece: &[u8]| [Step::Send(Bytes::copy_from_slice(piece)), Step::Wait(DRIP)];
    pieces.flat_map(send).collect()
}

/// Where to cut, so that something of a part has come and something is missing.
fn middle(frames: &[Frame], part: Part) -> usize {
    let of_part = |frame: &Frame| frame.part == part;
    match (frames.iter().position(of_part), frames.iter().rposition(of_part)) {
        // What comes in one piece, as Ollama's calls do, does not come at all.
        (Some(first), Some(last)) if first < last => first + (last - first).div_ceil(2),
        (Some(first), _) => first,
        _ => frames.len() / 2,
    }
}

const FAILED: &str = "The server had an error while processing your request. Sorry about that!";

fn error_at_once(api: Api, frames: &[Frame], streamed: bool) -> Vec<Frame> {
    let error = json!({"message": FAILED, "type": "server_error", "param": null, "code": null});
    if !streamed {
        let error = if api == Api::Ollama { FAILED.into() } else { error };
        return vec![Frame { part: Part::End, wire: json!({"error": error}).to_string() }];
    }
    let mut before: Vec<Frame> = frames.iter().take(2).cloned().collect();
    match api {
        Api::Ollama => vec![Frame::line(Part::End, &json!({"error": FAILED}))],
        Api::Chat => vec![Frame::data(Part::End, &json!({"error": error}))],
        Api::Responses => {
            let error = json!({"type": "server_error", "code": "server_error", "message": FAILED,
                "param": null});
            let event = json!({"type": "error", "sequence_number": 2, "error": error});
            before.push(Frame::event(Part::End, "error", &event));
            before
        }
    }
}

fn error_within(api: Api, frames: &mut Vec<Frame>, part: Part, streamed: bool) {
    if !streamed {
        *frames = error_at_once(api, frames, streamed);
        return;
    }
    let number = middle(frames, part);
    frames.truncate(number);
    frames.push(match api {
        Api::Ollama => Frame::line(Part::End, &json!({"error": "an error was encountered while running the model: unexpected EOF"})),
        // OpenRouter's shape: a chunk like the others, with an error beside the choices.
        Api::Chat => Frame::data(
            Part::End,
            &json!({"id": "gen-scripted", "object": "chat.completion.chunk", "created": super::CREATED,
                "model": "scripted", "error": {"code": 502, "message": "Provider returned error"},
                "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]}),
        ),
        Api::Responses => {
            let response = json!({"id": "resp_scripted", "object": "response",
                "created_at": super::CREATED, "status": "failed", "output": [], "usage": null,
                "error": {"code": "server_error", "message": FAILED}});
            let event = json!({"type": "response.failed", "sequence_number": number,
                "response": response});
            Frame::event(Part::End, "response.failed", &event)
        }
    });
}

fn with_keep_alives(api: Api, frames: Vec<Frame>, streamed: bool) -> Vec<Frame> {
    let wire = match api {
        _ if !streamed => "\n         \n",
        Api::Ollama => "\n",
        Api::Chat | Api::Responses => ": OPENROUTER PROCESSING\n\n",
    };
    let comment = || Frame { part: Part::Start, wire: wire.to_owned() };
    if !streamed {
        return std::iter::once(comment()).chain(frames).collect();
    }
    frames.into_iter().flat_map(|frame| [comment(), frame]).collect()
}

fn unknown_event(api: Api) -> Frame {
    match api {
        Api::Ollama => Frame::line(
            Part::Start,
            &json!({"model": "scripted", "weather": {"sun": true}, "done": false,
                "message": {"role": "assistant", "content": "", "mood": "bright"}}),
        ),
        // Azure's first chunk.
        Api::Chat => Frame::data(
            Part::Start,
            &json!({"id": "", "object": "", "created": 0, "model": "", "choices": [],
                "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]}),
        ),
        Api::Responses => Frame::event(
            Part::Start,
            "response.weather.delta",
            &json!({"type": "response.weather.delta", "sequence_number": 0, "delta": "sun"}),
        ),
    }
}

/// The same random bytes each time.
fn garbage() -> Bytes {
    let mut chance = fastrand::Rng::with_seed(7);
    (0..4096).map(|_| chance.u8(..)).collect::<Vec<u8>>().into()
}

fn endless_line(api: Api, streamed: bool) -> Bytes {
    let start = match api {
        Api::Chat | Api::Responses if streamed => "data: {\"x\":\"",
        _ => "{\"x\":\"",
    };
    let mut line = start.as_bytes().to_vec();
    line.resize(ENDLESS_BYTES, b'x');
    line.into()
}
