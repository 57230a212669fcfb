use usher_protocol::{Api, Key, Message, ModelError, ModelErrorKind, ModelEvent, ModelSettings};

use crate::calls::CallIds;
use crate::chat::Chat;
use crate::detail::without_key;
use crate::failure::{error, malformed};
use crate::frames::{Frame, Frames};
use crate::lines::Lines;
use crate::ollama::Ollama;
use crate::reply::Reply;
use crate::responses::Responses;

/// Bytes of a stream. A model's word costs some three hundred in the most talkative
/// format.
const MOST_STREAM_BYTES: usize = 64 << 20;

/// Makes events of the bytes of an answer with status 200, wherever they are cut.
///
/// After [`ModelEvent::Done`] whatever comes is ignored. A connection that breaks
/// may have brought all: [`end`](Self::end) knows.
#[derive(Debug)]
pub struct Decoder {
    lines: Lines,
    frames: Frames,
    format: Format,
    reply: Reply,
    key: Option<Key>,
    read_bytes: usize,
    has_failed: bool,
}

#[derive(Debug)]
enum Format {
    Responses(Responses),
    Chat(Chat),
    Ollama(Ollama),
}

impl Decoder {
    /// For the answer to one request. The messages are those of the request: calls
    /// get ids that none of them has.
    #[must_use]
    pub fn new(settings: &ModelSettings, messages: &[Message]) -> Self {
        Self {
            lines: Lines::default(),
            frames: Frames::of(settings.api),
            format: match settings.api {
                Api::Responses => Format::Responses(Responses::default()),
                Api::Chat => Format::Chat(Chat::default()),
                Api::Ollama => Format::Ollama(Ollama),
            },
            reply: Reply::new(CallIds::after(messages)),
            key: settings.key.clone(),
            read_bytes: 0,
            has_failed: false,
        }
    }

    /// Reads on, and puts what the bytes say behind `events`.
    ///
    /// # Errors
    ///
    /// Fails if the server tells of an error amid the stream, or if the bytes are
    /// not what the format allows. What came before is in `events` all the same;
    /// nothing comes after.
    pub fn push(&mut self, bytes: &[u8], events: &mut Vec<ModelEvent>) -> Result<(), ModelError> {
        if self.is_over() {
            return Ok(());
        }
        self.lines.push(bytes);
        let outcome = self.read();
        self.hand_over(outcome, events)
    }

    /// Says that no more bytes come.
    ///
    /// # Errors
    ///
    /// Fails with [`ModelErrorKind::Cut`] if the model was not done, and as
    /// [`push`](Self::push) does.
    pub fn end(&mut self, events: &mut Vec<ModelEvent>) -> Result<(), ModelError> {
        if self.is_over() {
            return Ok(());
        }
        let outcome = self.read_rest();
        self.hand_over(outcome, events)
    }

    /// Whether the model said that it is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.reply.is_done
    }

    fn is_over(&self) -> bool {
        self.reply.is_done || self.has_failed
    }

    fn hand_over(
        &mut self,
        outcome: Result<(), ModelError>,
        events: &mut Vec<ModelEvent>,
    ) -> Result<(), ModelError> {
        if outcome.is_err() {
            self.has_failed = true;
            self.reply.flush();
        }
        events.append(&mut self.reply.events);
        outcome.map_err(|error| without_key(error, self.key.as_ref()))
    }

    fn read(&mut self) -> Result<(), ModelError> {
        while let Some(line) = self.lines.next_line() {
            self.read_line(&line)?;
            if self.reply.is_done {
                break;
            }
        }
        Ok(())
    }

    fn read_rest(&mut self) -> Result<(), ModelError> {
        let line = self.lines.take_rest();
        let frame = self.frames.last_line(&line)?;
        frame.map_or(Ok(()), |frame| self.read_frame(&frame))?;
        if !self.reply.is_done
            && let Some(frame) = self.frames.end()?
        {
            self.read_frame(&frame)?;
        }
        if self.reply.is_done {
            return Ok(());
        }
        let is_finished = match &mut self.format {
            Format::Chat(chat) => chat.end(&mut self.reply)?,
            Format::Responses(_) | Format::Ollama(_) => false,
        };
        if is_finished { Ok(()) } else { Err(error(ModelErrorKind::Cut, "")) }
    }

    fn read_line(&mut self, line: &[u8]) -> Result<(), ModelError> {
        self.read_bytes += line.len() + 1;
        if self.read_bytes > MOST_STREAM_BYTES {
            return Err(malformed("the stream is too long", ""));
        }
        match self.frames.line(line)? {
            Some(frame) => self.read_frame(&frame),
            None => Ok(()),
        }
    }

    fn read_frame(&mut self, frame: &Frame) -> Result<(), ModelError> {
        let reply = &mut self.reply;
        match (&mut self.format, frame) {
            (Format::Chat(chat), Frame::Part(value)) => chat.part(value, reply),
            (Format::Chat(chat), Frame::Whole(value)) => chat.whole(value, reply),
            (Format::Chat(chat), Frame::End) => chat.done(reply),
            (Format::Responses(responses), Frame::Part(value)) => responses.part(value, reply),
            (Format::Responses(responses), Frame::Whole(value)) => responses.whole(value, reply),
            // Some servers add it; the event before it was the last one.
            (Format::Responses(_) | Format::Ollama(_), Frame::End) => Ok(()),
            (Format::Ollama(ollama), Frame::Part(value) | Frame::Whole(value)) => {
                ollama.part(value, reply)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::tests::settings;

    /// Feeds a piece again and again until the decoder has enough. Gives the bytes
    /// that it took and the error.
    fn flood(api: Api, piece: &[u8]) -> (usize, ModelError) {
        let mut decoder = Decoder::new(&settings(api, "http://localhost"), &[]);
        let mut events = Vec::new();
        let mut fed = 0;
        loop {
            fed += piece.len();
            assert!(fed < 2 * MOST_STREAM_BYTES, "{piece:?} goes on for ever");
            if let Err(error) = decoder.push(piece, &mut events) {
                return (fed, error);
            }
            events.clear();
        }
    }

    #[test]
    fn what_does_not_end_is_cut_off() {
        let sixteen_kib = "x".repeat(1 << 14);
        let text =
            format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{sixteen_kib}\"}}}}]}}\n\n");
        let arguments = text
            .replace("\"content\":", "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":")
            .replace("\"}}]}", "\"}}]}}]}");
        let said = format!("{{\"message\":{{\"content\":\"{sixteen_kib}\"}}}}\n");
        let waiting = format!(": {sixteen_kib}\n\n");
        let nothing = format!("data: {{\"{sixteen_kib}\":1}}\n\n");
        let empty = format!("{{\"{sixteen_kib}\":1}}\n");
        for (api, piece, most) in [
            (Api::Chat, text.as_str(), 5 << 20),
            (Api::Chat, arguments.as_str(), 5 << 20),
            (Api::Chat, "data: x", 5 << 20),
            (Api::Chat, "data: [\n", 1 << 20),
            (Api::Chat, "{\"a\":1}\n", 9 << 20),
            (Api::Chat, waiting.as_str(), 65 << 20),
            (Api::Responses, nothing.as_str(), 65 << 20),
            (Api::Ollama, said.as_str(), 5 << 20),
            (Api::Ollama, "[", 5 << 20),
            (Api::Ollama, empty.as_str(), 65 << 20),
        ] {
            // In larger pieces, to be quick.
            let large = piece.repeat((1 << 16) / piece.len() + 1);
            let (fed, error) = flood(api, large.as_bytes());
            assert_eq!(error.kind, ModelErrorKind::Malformed, "{error:?}");
            assert!(fed <= most, "{} took {fed}", &piece[..piece.len().min(40)]);
        }
    }

    #[test]
    fn an_error_in_the_stream_does_not_repeat_the_key() {
        let mut settings = settings(Api::Chat, "http://localhost");
        settings.key = Some(Key("Bearer unusual-secret\n".to_owned()));
        let mut decoder = Decoder::new(&settings, &[]);
        let said = b"data: {\"error\":{\"message\":\"unusual-secret is wrong\"}}\n\n";
        let error = decoder.push(said, &mut Vec::new()).unwrap_err();
        assert_eq!(error.detail, "[key] is wrong");
    }
}
