use std::future::Future;
use std::pin::pin;

use futures::StreamExt;
use futures::future::{Either, select};
use usher_llm::{Decoder, HttpRequest};
use usher_protocol::{
    ModelError, ModelErrorKind, ModelEvent, ModelReply, ModelRequest, ModelSettings, StopReason,
    ToolCall, Usage,
};

use super::patience::Patience;
use super::transport::{Response, Transport, Unreachable};

/// The most bytes of an error's body that are read.
const MOST_ERROR_BYTES: usize = 64 << 10;
/// The most bytes of a list that is read.
const MOST_LIST_BYTES: usize = 16 << 20;

/// What is told while a model replies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    Text(String),
    Thinking(String),
    Usage(Usage),
    /// What has been said so far does not count: the request is sent again.
    Again {
        error: ModelError,
        wait_ms: u64,
    },
}

/// A model on a server.
#[derive(Clone, Copy)]
pub(crate) struct Client<'a> {
    pub(crate) settings: &'a ModelSettings,
    pub(crate) transport: &'a dyn Transport,
    pub(crate) patience: Patience,
}

impl Client<'_> {
    /// Asks the model, again where that may help.
    ///
    /// # Errors
    /// The last failure.
    pub(crate) async fn reply(
        &self,
        request: &ModelRequest,
        tell: &mut dyn FnMut(Heard),
    ) -> Result<ModelReply, ModelError> {
        let http = usher_llm::request(self.settings, request).map_err(|error| unusable(&error))?;
        let mut retry = 0;
        loop {
            let error = match self.attempt(&http, request, tell).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let Some(wait_ms) = self.patience.wait_ms(retry, &error) else { return Err(error) };
            tell(Heard::Again { error, wait_ms });
            self.transport.sleep(wait_ms).await;
            retry += 1;
        }
    }

    /// Fetches what is small and comes at once, such as the list of models.
    ///
    /// # Errors
    /// The server's failure.
    pub(crate) async fn fetch(&self, http: &HttpRequest) -> Result<Vec<u8>, ModelError> {
        let mut response = self.head(http).await?;
        let is_ok = (200..300).contains(&response.status);
        let most = if is_ok { MOST_LIST_BYTES } else { MOST_ERROR_BYTES };
        let body = self.body(&mut response, most).await?;
        if is_ok {
            return Ok(body);
        }
        let retry_after = response.retry_after.as_deref();
        match usher_llm::failure(self.settings, response.status, retry_after, &body) {
            Err(error) => Err(error),
            Ok(_) => Err(failure(ModelErrorKind::Malformed, "")),
        }
    }

    async fn attempt(
        &self,
        http: &HttpRequest,
        request: &ModelRequest,
        tell: &mut dyn FnMut(Heard),
    ) -> Result<ModelReply, ModelError> {
        let mut response = self.head(http).await?;
        let mut said = Said::default();
        let mut events = Vec::new();
        if !(200..300).contains(&response.status) {
            let body = self.body(&mut response, MOST_ERROR_BYTES).await?;
            let retry_after = response.retry_after.as_deref();
            for event in usher_llm::failure(self.settings, response.status, retry_after, &body)? {
                said.take(event, tell);
            }
            return said.reply();
        }
        let mut decoder = Decoder::new(self.settings, &request.messages);
        let mut wait_ms = self.patience.first_byte_ms;
        loop {
            let next = match self.in_time(wait_ms, response.body.next()).await {
                Ok(next) => next,
                // All may be said, and the connection just stays open.
                Err(silence) => {
                    let ended = decoder.end(&mut events);
                    for event in events.drain(..) {
                        said.take(event, tell);
                    }
                    return ended.map_err(|_| silence).and_then(|()| said.reply());
                }
            };
            let outcome = match next {
                Some(Ok(bytes)) => decoder.push(&bytes, &mut events).map(|()| true),
                // What came may have been all; if not, that it broke off says it better.
                Some(Err(Unreachable { detail })) => {
                    decoder.end(&mut events).map(|()| false).map_err(|error| {
                        if error.detail.is_empty() { ModelError { detail, ..error } } else { error }
                    })
                }
                None => decoder.end(&mut events).map(|()| false),
            };
            for event in events.drain(..) {
                said.take(event, tell);
            }
            if !outcome? || said.stopped.is_some() {
                return said.reply();
            }
            wait_ms = self.patience.silence_ms;
        }
    }

    async fn head(&self, http: &HttpRequest) -> Result<Response, ModelError> {
        self.in_time(self.patience.first_byte_ms, self.transport.send(http)).await?.map_err(
            |Unreachable { detail }| ModelError {
                kind: ModelErrorKind::Network,
                detail,
                retry_after_ms: None,
            },
        )
    }

    async fn body(&self, response: &mut Response, most: usize) -> Result<Vec<u8>, ModelError> {
        let mut body = Vec::new();
        // A body that breaks off has said what it could.
        while let Some(Ok(bytes)) =
            self.in_time(self.patience.silence_ms, response.body.next()).await?
        {
            body.extend_from_slice(&bytes);
            if body.len() > most {
                body.truncate(most);
                break;
            }
        }
        Ok(body)
    }

    async fn in_time<T>(&self, ms: u64, work: impl Future<Output = T>) -> Result<T, ModelError> {
        match select(pin!(work), self.transport.sleep(ms)).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => Err(failure(ModelErrorKind::Timeout, "")),
        }
    }
}

/// What a model has said in one reply.
#[derive(Debug, Default)]
struct Said {
    text: String,
    calls: Vec<ToolCall>,
    stopped: Option<StopReason>,
}

impl Said {
    fn take(&mut self, event: ModelEvent, tell: &mut dyn FnMut(Heard)) {
        match event {
            ModelEvent::Text(text) => {
                self.text.push_str(&text);
                tell(Heard::Text(text));
            }
            ModelEvent::Thinking(text) => tell(Heard::Thinking(text)),
            ModelEvent::Call(call) => self.calls.push(call),
            ModelEvent::Usage(usage) => tell(Heard::Usage(usage)),
            ModelEvent::Done(reason) => self.stopped = Some(reason),
        }
    }

    fn reply(self) -> Result<ModelReply, ModelError> {
        if self.stopped == Some(StopReason::Filtered)
            && self.calls.is_empty()
            && self.text.is_empty()
        {
            return Err(failure(ModelErrorKind::Refused, ""));
        }
        let text = self.text.trim();
        if self.calls.is_empty() {
            let end = match self.stopped {
                _ if text.is_empty() => "",
                Some(StopReason::Length) => {
                    "\n\n*It ends here: the answer grew too long for the model.*"
                }
                Some(StopReason::Filtered) => {
                    "\n\n*It ends here: the server's filter cut the answer off.*"
                }
                Some(StopReason::Finished) | None => "",
            };
            return Ok(ModelReply::Answer { markdown: format!("{text}{end}") });
        }
        let plan = (!text.is_empty()).then(|| text.to_owned());
        Ok(ModelReply::Calls { plan, calls: self.calls })
    }
}

fn failure(kind: ModelErrorKind, detail: &str) -> ModelError {
    ModelError { kind, detail: detail.to_owned(), retry_after_ms: None }
}

pub(crate) fn unusable(error: &usher_llm::SettingsError) -> ModelError {
    failure(ModelErrorKind::Settings, &error.to_string())
}
