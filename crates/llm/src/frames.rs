//! The JSON documents in a stream: server-sent events, or one a line.

use serde_json::{Value, json};
use usher_protocol::{Api, ModelError};

use crate::failure::{malformed, web_page};
use crate::lines::MOST_LINE_BYTES;

/// Lines that one event's data may have.
const MOST_EVENT_LINES: usize = 64;
/// Bytes of an answer that comes in one piece.
const MOST_BODY_BYTES: usize = 8 << 20;

/// A document in a stream.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame {
    /// One of many.
    Part(Value),
    /// The only one: the server did not stream.
    Whole(Value),
    /// `[DONE]`: there are no more.
    End,
}

/// How documents lie in the bytes.
#[derive(Debug)]
pub(crate) enum Frames {
    /// One a line.
    Lines,
    /// Server-sent events, as far as can be told: no line has come yet.
    Undecided,
    /// Server-sent events.
    Events {
        /// The data of an event that goes on.
        data: String,
        lines: usize,
    },
    /// Not a stream: the server did not care that one was asked for.
    Body(Vec<u8>),
}

impl Frames {
    pub(crate) fn of(api: Api) -> Self {
        match api {
            Api::Ollama => Self::Lines,
            Api::Responses | Api::Chat => Self::Undecided,
        }
    }

    pub(crate) fn line(&mut self, line: &[u8]) -> Result<Option<Frame>, ModelError> {
        if line.len() > MOST_LINE_BYTES {
            return Err(malformed("a line is too long", &String::from_utf8_lossy(line)));
        }
        if matches!(self, Self::Undecided) {
            match line.iter().find(|byte| !byte.is_ascii_whitespace()) {
                None => return Ok(None),
                Some(b'{' | b'[' | b'<') => *self = Self::Body(Vec::new()),
                Some(_) => *self = Self::Events { data: String::new(), lines: 0 },
            }
        }
        match self {
            Self::Lines => line_frame(&String::from_utf8_lossy(line)),
            Self::Undecided => Ok(None),
            Self::Events { data, lines } => {
                let line = String::from_utf8_lossy(line);
                if line.is_empty() {
                    *lines = 0;
                    return end_event(data);
                }
                // An error may come without the field's name before it.
                let is_bare = line.starts_with('{');
                if let Some(error) = line.strip_prefix("error:") {
                    return Ok(Some(error_field(error)));
                }
                let Some(more) = line.strip_prefix("data:").or(is_bare.then_some(&line)) else {
                    // A comment, or a field that says nothing that the data does not.
                    return Ok(None);
                };
                let more = more.strip_prefix(' ').unwrap_or(more);
                if more.trim() == "[DONE]" {
                    return Ok(Some(Frame::End));
                }
                *lines += 1;
                if *lines > MOST_EVENT_LINES || data.len() + more.len() > MOST_LINE_BYTES {
                    return Err(malformed("an event is too long", data));
                }
                if !data.is_empty() {
                    data.push('\n');
                }
                data.push_str(more);
                // Almost every event is one line. Not waiting for the empty line
                // after it is quicker, and right where a server leaves that out.
                match serde_json::from_str(data) {
                    Ok(value) => {
                        data.clear();
                        *lines = 0;
                        Ok(Some(Frame::Part(value)))
                    }
                    Err(_) => Ok(None),
                }
            }
            Self::Body(body) => {
                if body.len() + line.len() > MOST_BODY_BYTES {
                    return Err(malformed("the answer is too long", ""));
                }
                body.extend_from_slice(line);
                body.push(b'\n');
                Ok(None)
            }
        }
    }

    /// The last line, which nothing ended. Half a document says nothing: the stream
    /// was cut.
    pub(crate) fn last_line(&mut self, line: &[u8]) -> Result<Option<Frame>, ModelError> {
        if matches!(self, Self::Lines) && is_half(&String::from_utf8_lossy(line)) {
            return Ok(None);
        }
        self.line(line)
    }

    /// What is left when no more lines come.
    pub(crate) fn end(&mut self) -> Result<Option<Frame>, ModelError> {
        let Self::Body(body) = self else { return Ok(None) };
        let body = String::from_utf8_lossy(body);
        match serde_json::from_str(&body) {
            Ok(whole) => Ok(Some(Frame::Whole(whole))),
            Err(_) if is_half(&body) => Ok(None),
            Err(_) => Err(not_json(&body)),
        }
    }
}

fn line_frame(line: &str) -> Result<Option<Frame>, ModelError> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    serde_json::from_str(line).map(|value| Some(Frame::Part(value))).map_err(|_| not_json(line))
}

/// llama.cpp has a field of its own for errors.
fn error_field(error: &str) -> Frame {
    let error = serde_json::from_str(error).unwrap_or_else(|_| Value::from(error.trim()));
    Frame::Part(json!({"error": error}))
}

fn end_event(data: &mut String) -> Result<Option<Frame>, ModelError> {
    let data = std::mem::take(data);
    if data.trim().is_empty() { Ok(None) } else { Err(not_json(&data)) }
}

/// Whether a document breaks off.
fn is_half(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_err_and(|error| error.is_eof())
}

fn not_json(text: &str) -> ModelError {
    if text.trim_start().starts_with('<') {
        web_page(text)
    } else {
        malformed("what came is not JSON", text)
    }
}
