use serde_json::Value;
use usher_protocol::{ModelError, ModelEvent, StopReason, ToolCall, Usage};

use crate::calls::{CallIds, meant_name, unfolded, unwrapped};
use crate::failure::malformed;
use crate::thinking::{Piece, ThinkTags};

/// Bytes of text, thoughts and arguments together: some ten times what the most
/// talkative models may write.
const MOST_WRITTEN_BYTES: usize = 4 << 20;
/// Calls in one reply.
const MOST_CALLS: usize = 64;

/// What a model has said so far, as events that nobody has taken yet. The formats'
/// decoders write into it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) events: Vec<ModelEvent>,
    ids: CallIds,
    tags: ThinkTags,
    usage: Option<Usage>,
    written: usize,
    calls: usize,
    pub(crate) has_text: bool,
    pub(crate) is_done: bool,
}

impl Reply {
    pub(crate) fn new(ids: CallIds) -> Self {
        Self {
            events: Vec::new(),
            ids,
            tags: ThinkTags::default(),
            usage: None,
            written: 0,
            calls: 0,
            has_text: false,
            is_done: false,
        }
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<(), ModelError> {
        self.wrote(text.len())?;
        self.has_text |= !text.is_empty();
        self.tags.push(text).into_iter().for_each(|piece| self.piece(piece));
        Ok(())
    }

    pub(crate) fn thinking(&mut self, text: &str) -> Result<(), ModelError> {
        self.wrote(text.len())?;
        if !text.is_empty() {
            self.events.push(ModelEvent::Thinking(text.to_owned()));
        }
        Ok(())
    }

    pub(crate) fn call(
        &mut self,
        id: &str,
        name: &str,
        arguments: Value,
    ) -> Result<(), ModelError> {
        self.flush();
        let name = meant_name(name);
        let arguments = unwrapped(arguments);
        if let Some(calls) = unfolded(name, &arguments) {
            let mut calls = calls.into_iter();
            return calls.try_for_each(|(name, arguments)| {
                self.one_call("", meant_name(&name), unwrapped(arguments))
            });
        }
        self.one_call(id, name, arguments)
    }

    fn one_call(&mut self, id: &str, name: &str, arguments: Value) -> Result<(), ModelError> {
        self.calls += 1;
        if self.calls > MOST_CALLS {
            return Err(malformed("the model calls more than 64 tools at once", name));
        }
        self.events.push(ModelEvent::Call(ToolCall {
            id: self.ids.take(id),
            name: name.to_owned(),
            arguments,
            why: None,
        }));
        Ok(())
    }

    /// Counts what the decoder keeps until it is whole.
    pub(crate) fn wrote(&mut self, bytes: usize) -> Result<(), ModelError> {
        self.written += bytes;
        if self.written > MOST_WRITTEN_BYTES {
            return Err(malformed("the model writes without end", ""));
        }
        Ok(())
    }

    pub(crate) fn usage(&mut self, input: &Value, output: &Value) {
        if let (Some(input_tokens), Some(output_tokens)) = (input.as_u64(), output.as_u64()) {
            self.usage = Some(Usage { input_tokens, output_tokens });
        }
    }

    pub(crate) fn done(&mut self, reason: StopReason) {
        self.flush();
        self.events.extend(self.usage.map(ModelEvent::Usage));
        self.events.push(ModelEvent::Done(reason));
        self.is_done = true;
    }

    /// Gives out what may have been a part of a tag.
    pub(crate) fn flush(&mut self) {
        if let Some(piece) = self.tags.end() {
            self.piece(piece);
        }
    }

    fn piece(&mut self, piece: Piece) {
        self.events.push(match piece {
            Piece::Text(text) => ModelEvent::Text(text),
            Piece::Thinking(text) => ModelEvent::Thinking(text),
        });
    }
}
