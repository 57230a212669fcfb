//! Requests to Qdrant.

use std::time::Duration;

use futures::future::{Either, select};
use usher_gateway::proxy::Upstream;
use usher_remote::qdrant::{Fetch, Method, Unreachable};
use worker::{Delay, Headers, Request, RequestInit, RequestRedirect};

use crate::body;

/// Most bytes of an answer: the scores of ten thousand items are a tenth of it.
const MOST_BYTES: usize = 16 << 20;

/// How long it may take before words alone are searched.
const PATIENCE: Duration = Duration::from_secs(5);

/// A Qdrant server.
pub(crate) struct SearchService(pub(crate) Upstream);

impl Fetch for SearchService {
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(u16, Vec<u8>), Unreachable> {
        let sent = async {
            let headers = Headers::new();
            headers.set("Content-Type", "application/json")?;
            if let Some(key) = self.0.key() {
                headers.set("api-key", key)?;
            }
            let mut init = RequestInit::new();
            init.with_method(method.name().to_owned().into())
                .with_headers(headers)
                .with_redirect(RequestRedirect::Manual)
                .with_body(body.map(|body| js_sys::Uint8Array::from(body.as_slice()).into()));
            let request = Request::new_with_init(&format!("{}{path}", self.0.base), &init)?;
            worker::Fetch::Request(request).send().await
        };
        let unreachable = |error: worker::Error| Unreachable(error.to_string());
        let answered = async {
            let mut answer = sent.await.map_err(unreachable)?;
            let stream = answer.stream().map_err(unreachable)?;
            match body::whole(stream, MOST_BYTES).await {
                Some(bytes) => Ok((answer.status_code(), bytes)),
                None => Err(Unreachable("its answer was cut or is too long".to_owned())),
            }
        };
        match select(Box::pin(answered), Delay::from(PATIENCE)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(Unreachable("it did not answer in time".to_owned())),
        }
    }
}
