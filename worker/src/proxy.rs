//! Requests to language models, passed on with the key and streamed back as they come.

use std::time::Duration;

use futures::future::{Either, LocalBoxFuture, Shared, select};
use futures::{FutureExt, Stream, StreamExt};
use serde_json::Value;
use usher_gateway::proxy::{self, Api, Upstream};
use usher_gateway::{Refusal, Settings};
use worker::{
    AbortController, ByteStream, Delay, Fetch, Headers, Method, Request, RequestInit,
    RequestRedirect, Response,
};

use crate::body;

/// Most bytes of an upstream's error that are passed on.
const MOST_ERROR_BYTES: usize = 65_536;
/// Most bytes of an upstream's list of models.
const MOST_LIST_BYTES: usize = 4 << 20;

/// The path of a request to a server of this kind, below its address.
fn endpoint(api: Api, upstream: &Upstream) -> String {
    let base = &upstream.base;
    match api {
        Api::Chat => format!("{base}/chat/completions"),
        Api::Responses => format!("{base}/responses"),
        Api::Ollama => format!("{base}/api/chat"),
    }
}

fn upstream(api: Api, settings: &Settings) -> Result<&Upstream, Refusal> {
    let set = if api == Api::Ollama { &settings.ollama } else { &settings.openai };
    set.as_ref().ok_or_else(|| proxy::no_upstream(api))
}

/// Passes a request on, and its answer back.
pub(crate) async fn chat(api: Api, body: &[u8], settings: &Settings) -> Result<Response, Refusal> {
    let upstream = upstream(api, settings)?;
    let body = proxy::checked(api, body, upstream, &settings.models, &settings.limits)?;
    let address = endpoint(api, upstream);
    let deadline = deadline(settings);
    let (mut answer, request) =
        send(Method::Post, &address, Some(&body), upstream, &deadline).await?;
    let status = answer.status_code();
    if status >= 400 {
        return failed(&mut answer, upstream, deadline).await;
    }
    let headers = Headers::new();
    let kind = answer.headers().get("Content-Type").ok().flatten();
    let _ = headers.set("Content-Type", kind.as_deref().unwrap_or("application/json"));
    // Nothing between here and the page collects what should come word by word.
    let _ = headers.set("X-Accel-Buffering", "no");
    let body = answer.stream().map_err(|_| proxy::unreachable(false))?;
    let response = Response::from_stream(until(body, deadline, request))
        .map_err(|_| proxy::unreachable(false))?;
    Ok(response.with_status(status).with_headers(headers))
}

/// The moment at which an upstream is given up, for any number of waiters.
type Deadline = Shared<LocalBoxFuture<'static, ()>>;

fn deadline(settings: &Settings) -> Deadline {
    let after = Duration::from_secs(u64::from(settings.limits.seconds));
    Delay::from(after).boxed_local().shared()
}

/// An upstream's words as they come, until the deadline. Who stops reading drops this,
/// and with it the upstream's request.
fn until(
    body: ByteStream,
    deadline: Deadline,
    request: Upstreaming,
) -> impl Stream<Item = worker::Result<Vec<u8>>> {
    let begun = Some((body, deadline, request));
    futures::stream::unfold(begun, |state| async {
        let (mut body, mut deadline, request) = state?;
        let next = match select(body.next(), &mut deadline).await {
            Either::Left((next, _)) => next?,
            Either::Right(_) => return Some((Err("the upstream was too slow".into()), None)),
        };
        Some((next, Some((body, deadline, request))))
    })
}

/// A request to an upstream, which ends with this.
struct Upstreaming(Option<AbortController>);

impl Drop for Upstreaming {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

/// The models that may be asked, of those that a server has.
pub(crate) async fn models(api: Api, settings: &Settings) -> Result<Value, Refusal> {
    let upstream = upstream(api, settings)?;
    let path = if api == Api::Ollama { "api/tags" } else { "models" };
    let address = format!("{}/{path}", upstream.base);
    let deadline = deadline(settings);
    let (mut answer, _request) = send(Method::Get, &address, None, upstream, &deadline).await?;
    let list: Option<Value> = match answer.status_code() {
        200 => gathered(&mut answer, MOST_LIST_BYTES, deadline)
            .await
            .and_then(|bytes| serde_json::from_slice(&bytes).ok()),
        _ => None,
    };
    list.map(|list| settings.models.among(api, list)).ok_or_else(|| {
        Refusal::new(
            502,
            "no_list",
            "The model's server does not list its models. Write a model's name instead.",
        )
    })
}

async fn send(
    method: Method,
    address: &str,
    body: Option<&[u8]>,
    upstream: &Upstream,
    deadline: &Deadline,
) -> Result<(Response, Upstreaming), Refusal> {
    let headers = Headers::new();
    let mut set = vec![("Accept", "application/json, text/event-stream, application/x-ndjson")];
    let key = upstream.authorization();
    if let Some(key) = &key {
        set.push(("Authorization", key));
    }
    if body.is_some() {
        set.push(("Content-Type", "application/json"));
    }
    // A key with letters that no header takes is a wrong key.
    let set = set.into_iter().try_for_each(|(name, value)| headers.set(name, value));
    if set.is_err() {
        return Err(proxy::refusal_of(401).unwrap_or_else(|| proxy::unreachable(false)));
    }
    let mut init = RequestInit::new();
    // A redirect would carry the key elsewhere.
    init.with_method(method).with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_body(body.map(|body| js_sys::Uint8Array::from(body).into()));
    let request = Request::new_with_init(address, &init).map_err(|_| proxy::unreachable(false))?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let upstreaming = Upstreaming(Some(controller));
    let request = Fetch::Request(request);
    let sent = request.send_with_signal(&signal);
    let answer = match select(Box::pin(sent), deadline.clone()).await {
        Either::Left((answer, _)) => answer.map_err(|_| proxy::unreachable(false))?,
        Either::Right(_) => return Err(proxy::unreachable(true)),
    };
    match proxy::refusal_of(answer.status_code()) {
        Some(refusal) => Err(refusal),
        None => Ok((answer, upstreaming)),
    }
}

/// A whole body; nothing if it is too long, too slow, or cut.
async fn gathered(answer: &mut Response, most: usize, deadline: Deadline) -> Option<Vec<u8>> {
    let whole = Box::pin(body::whole(answer.stream().ok()?, most));
    match select(whole, deadline).await {
        Either::Left((bytes, _)) => bytes,
        Either::Right(_) => None,
    }
}

/// An upstream's error as it tells it, unless it tells of the key.
async fn failed(
    answer: &mut Response,
    upstream: &Upstream,
    deadline: Deadline,
) -> Result<Response, Refusal> {
    let status = answer.status_code();
    let refused = || {
        Refusal::new(
            status,
            "upstream_error",
            "The model's server refused the request and did not say why. Try again in a moment.",
        )
    };
    let retry = answer.headers().get("Retry-After").ok().flatten();
    let bytes = gathered(answer, MOST_ERROR_BYTES, deadline).await.unwrap_or_default();
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let told: Option<Value> = serde_json::from_str(text).ok().filter(Value::is_object);
    let Some(told) = told.filter(|_| !upstream.is_told_in(text)) else { return Err(refused()) };
    let response = crate::respond::json(status, &told).map_err(|_| refused())?;
    if let Some(seconds) = retry {
        let _ = response.headers().set("Retry-After", &seconds);
    }
    Ok(response)
}
