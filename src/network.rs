use std::time::Duration;

use anyhow::{Context, Result};
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use usher_models::{HttpRequest, Method, Response, Transport, Unreachable};
use usher_protocol::Problem;

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// The machine's network. It must be used within tokio's runtime.
pub(crate) struct Network(reqwest::Client);

impl Network {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(builder().build().context("the network cannot be used")?))
    }

    async fn response(&self, request: &HttpRequest) -> Result<reqwest::Response, reqwest::Error> {
        let mut builder = match request.method {
            Method::Get => self.0.get(&request.url),
            Method::Post => self.0.post(&request.url),
        };
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        builder.send().await
    }
}

fn builder() -> reqwest::ClientBuilder {
    // Whoever installs a second one has the first one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        // A redirect would carry the key to another server.
        .redirect(reqwest::redirect::Policy::none())
}

/// A client whose requests end after this time.
pub(crate) fn client(patience: Duration) -> reqwest::Result<reqwest::Client> {
    builder().timeout(patience).build()
}

impl Transport for Network {
    fn send<'a>(
        &'a self,
        request: &'a HttpRequest,
    ) -> LocalBoxFuture<'a, Result<Response, Unreachable>> {
        async move {
            let response = self.response(request).await.map_err(|error| unreachable(&error))?;
            let retry_after = response.headers().get("retry-after");
            let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
            Ok(Response {
                status: response.status().as_u16(),
                retry_after,
                body: response
                    .bytes_stream()
                    .map(|piece| match piece {
                        Ok(bytes) => Ok(bytes.to_vec()),
                        Err(error) => Err(unreachable(&error)),
                    })
                    .boxed_local(),
            })
        }
        .boxed_local()
    }

    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        tokio::time::sleep(Duration::from_millis(ms)).boxed_local()
    }

    fn diagnose<'a>(&'a self, url: &'a str) -> LocalBoxFuture<'a, Problem> {
        async move {
            let reason = match self.0.get(url).send().await {
                Ok(_) => return Problem {
                    what: format!("{url} was out of reach, and is there now."),
                    next: "Try again.".to_owned(),
                },
                Err(error) => reason(&error),
            };
            let next = if reason.contains("dns") || reason.contains("lookup") {
                "There is no machine of that name: look at the address."
            } else if reason.contains("certificate") {
                "The server's certificate is not trusted here: look at the address, or use http:// for a server on this machine."
            } else if reason.contains("refused") {
                "Nothing listens there: start the server (for Ollama: `ollama serve`), and look at the port."
            } else {
                "See that the server runs and that this machine may reach it."
            };
            Problem { what: format!("{url} cannot be reached: {reason}."), next: next.to_owned() }
        }
        .boxed_local()
    }
}

fn unreachable(error: &reqwest::Error) -> Unreachable {
    Unreachable { detail: reason(error) }
}

/// The innermost cause. The outer ones repeat the address.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
