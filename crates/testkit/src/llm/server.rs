use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use futures::channel::oneshot;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde_json::{Value, json};
use usher_protocol::Api;

use super::exchange::{self, Answer, Exchange};
use super::failure::{self, Failure, FailureBody};
use super::fault::Fault;
use super::path::Route;
use super::refusal::Refusal;
use super::script::Script;
use super::{cors, delivery, ollama};

/// Nobody sends so long a conversation; the real servers take a little more.
const BODY_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// What the server was sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Received {
    /// GET, POST or OPTIONS.
    pub method: String,
    /// The path, with the fault in it.
    pub path: String,
    /// The headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body: JSON, or else the text as it came; `null` if there was none.
    pub body: Value,
}

/// A model's server on a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct ScriptedLlm {
    address: SocketAddr,
    state: Arc<State>,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    script: Script,
    received: Mutex<Vec<Received>>,
    counts: Mutex<HashMap<String, u64>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ScriptedLlm {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// There is no free port, or no thread.
    pub fn start(script: Script) -> io::Result<Self> {
        Self::start_at(script, 0)
    }

    /// Starts a server on this port of 127.0.0.1; 0 takes a free one.
    ///
    /// # Errors
    /// The port is taken, or there is no thread.
    pub fn start_at(script: Script, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state =
            Arc::new(State { script, received: Mutex::default(), counts: Mutex::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&state);
        let thread = thread::Builder::new().name("scripted-llm".into()).spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                // Dropping the sender ends the server, open streams too.
                futures::future::select(Box::pin(accept(listener, served)), stopped).await;
            });
        })?;
        Ok(Self { address, state, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:PORT`: the base address for Ollama's format; with `/v1` behind,
    /// for OpenAI's.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base address at which this fault happens, in this format; `times` of times,
    /// or always. `client` tells those apart that count for themselves.
    #[must_use]
    pub fn with_fault(&self, fault: Fault, times: Option<u64>, client: &str, api: Api) -> String {
        let times = times.map(|times| format!(":{times}")).unwrap_or_default();
        let client = if client.is_empty() { String::new() } else { format!("/{client}") };
        let version = if api == Api::Ollama { "" } else { "/v1" };
        format!("{}/fault/{fault}{times}{client}{version}", self.address())
    }

    /// What the server was sent so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.state.received).clone()
    }
}

impl Drop for ScriptedLlm {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A server that panicked has nothing more to stop.
            let _ = thread.join();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, state: Arc<State>) {
    loop {
        // A connection that is gone before it is taken is no reason to end.
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Pieces of a stream go out one by one.
        let _ = stream.set_nodelay(true);
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                let state = Arc::clone(&state);
                async move { state.respond(request.map(Body::new)).await }
            });
            // It ends with an error when the client leaves or a fault closes it.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The connection is closed without an answer.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed without an answer")
    }
}

impl std::error::Error for Closed {}

impl State {
    async fn respond(&self, request: Request<Body>) -> Result<Response<Body>, Closed> {
        let (head, body) = request.into_parts();
        let path = head.uri.path();
        if path == "/requests" {
            return Ok(respond_json(200, &json!(*lock(&self.received))));
        }
        if path == "/sign-in" {
            let page = "<!doctype html><title>Sign in</title><form>Password: <input></form>";
            return Ok(respond_text(200, "text/html; charset=utf-8", page.to_owned()));
        }
        let bytes = to_bytes(body, BODY_LIMIT_BYTES).await.map_err(|_| Closed)?;
        self.record(&head.method, path, &head.headers, &bytes);
        let route: Route = match path.parse() {
            Ok(route) => route,
            Err(wrong) => return Ok(respond_json(501, &json!({"error": {"message": wrong}}))),
        };
        let api = match route.endpoint.as_str() {
            "v1/responses" => Api::Responses,
            endpoint if endpoint.starts_with("api") => Api::Ollama,
            _ => Api::Chat,
        };
        let fault = route.fault.filter(|fault| fault.formats().contains(&api));
        let origin = head.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        if cors::is_refused(api, fault, origin) {
            return Ok(respond_text(403, "text/plain", String::new()));
        }
        let preflight = head.method == Method::OPTIONS;
        let mut response = if preflight {
            respond_text(204, "text/plain", String::new())
        } else {
            self.answer(&route, fault, api, &head.method, &head.headers, &bytes).await?
        };
        cors::allow(response.headers_mut(), api, fault, origin, preflight);
        if api != Api::Ollama {
            let id = HeaderValue::from_static("req_scripted");
            response.headers_mut().insert("x-request-id", id);
        }
        Ok(response)
    }

    fn record(&self, method: &Method, path: &str, headers: &HeaderMap, bytes: &[u8]) {
        let header = |(name, value): (&header::HeaderName, &HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let text = || match bytes {
            [] => Value::Null,
            _ => String::from_utf8_lossy(bytes).into(),
        };
        lock(&self.received).push(Received {
            method: method.to_string(),
            path: path.to_owned(),
            headers: headers.iter().map(header).collect(),
            body: serde_json::from_slice(bytes).unwrap_or_else(|_| text()),
        });
    }

    /// Whether the fault still happens; if so, it has happened once more.
    fn strikes(&self, route: &Route) -> bool {
        let mut counts = lock(&self.counts);
        let count = counts.entry(route.counter.clone()).or_default();
        let strikes = route.times.is_none_or(|times| *count < times);
        *count += u64::from(strikes);
        strikes
    }

    /// Whether the fault would still happen.
    fn would_strike(&self, route: &Route) -> bool {
        let count = lock(&self.counts).get(&route.counter).copied().unwrap_or_default();
        route.times.is_none_or(|times| count < times)
    }

    async fn answer(
        &self,
        route: &Route,
        fault: Option<Fault>,
        api: Api,
        method: &Method,
        headers: &HeaderMap,
        bytes: &[u8],
    ) -> Result<Response<Body>, Closed> {
        let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = sent.and_then(|sent| sent.strip_prefix("Bearer "));
        let asks_model =
            ["v1/responses", "v1/chat/completions", "api/chat"].contains(&route.endpoint.as_str());
        // Looking at the list of models does not use up a fault.
        let strike = || if asks_model { self.strikes(route) } else { self.would_strike(route) };
        match fault {
            Some(Fault::ConnectionClosed) if strike() => return Err(Closed),
            Some(Fault::NoReply) if strike() => futures::future::pending::<()>().await,
            Some(fault) => {
                if let Some(failure) = failure::of_server(fault, api, key)
                    && strike()
                {
                    return Ok(respond_failure(failure));
                }
            }
            None => {}
        }
        if let Some(refusal) = self.check_key(api, key) {
            return Ok(respond_failure(Failure::new(&refusal, api)));
        }
        let script = &self.script;
        let json = |value: Result<Value, Refusal>| match value {
            Ok(value) => Answer::Json(value),
            Err(refusal) => Answer::Failure(Failure::new(&refusal, api)),
        };
        let answer = match (method.as_str(), route.endpoint.as_str()) {
            ("POST", _) if asks_model => {
                Exchange { api, script, fault, strike: &strike }.answer(headers, bytes)
            }
            ("GET", "v1/models") => json(Ok(exchange::models(script))),
            ("GET", "api/tags") => json(Ok(ollama::tags(script))),
            ("GET", "api/version") => json(Ok(json!({"version": "0.40.12"}))),
            ("POST", "api/show") => {
                let body = serde_json::from_slice(bytes);
                let missing = Refusal::new(400, "api_error", "missing request body");
                json(body.map_err(|_| missing).and_then(|body| ollama::show(&body, script)))
            }
            _ if api == Api::Ollama => {
                let text = "404 page not found".to_owned();
                return Ok(respond_text(404, "text/plain", text));
            }
            (method, endpoint) => {
                let message = format!("Invalid URL ({method} /{endpoint})");
                json(Err(Refusal::new(404, "invalid_request_error", message)))
            }
        };
        Ok(match answer {
            Answer::Failure(failure) => respond_failure(failure),
            Answer::Json(value) => respond_json(200, &value),
            Answer::Sent { content_type, steps } => {
                respond(200, content_type, delivery::body(steps))
            }
        })
    }

    /// OpenAI's formats ask for the key if the script has one.
    fn check_key(&self, api: Api, key: Option<&str>) -> Option<Refusal> {
        let wanted = self.script.key.as_deref().filter(|_| api != Api::Ollama)?;
        let refusal = |message: String| Refusal::new(401, "invalid_request_error", message);
        match key {
            Some(key) if key == wanted => None,
            Some(key) => {
                let shown: String = key.chars().take(7).collect();
                let message = format!("Incorrect API key provided: {shown}***. You can find your API key at https://platform.openai.com/account/api-keys.");
                Some(refusal(message).with_code("invalid_api_key"))
            }
            None => Some(refusal(
                "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).".to_owned(),
            )),
        }
    }
}

fn respond(status: u16, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn respond_text(status: u16, content_type: &'static str, text: String) -> Response<Body> {
    respond(status, content_type, text.into())
}

fn respond_json(status: u16, value: &Value) -> Response<Body> {
    respond_text(status, "application/json", value.to_string())
}

fn respond_failure(failure: Failure) -> Response<Body> {
    let mut response = match failure.body {
        FailureBody::Json(value) => respond_json(failure.status, &value),
        FailureBody::Page(page) => respond_text(failure.status, "text/html", page),
        FailureBody::Text(text) => respond_text(failure.status, "text/plain", text),
    };
    for (name, value) in failure.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    fn ask(server: &ScriptedLlm, path: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let body = json!({"model": "scripted", "input": "Hi"}).to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        // A letter is cut between two chunks of the body.
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn a_fault_is_over_after_its_times_for_each_client() {
        let server = ScriptedLlm::start(Script::default()).unwrap();
        for client in ["a", "b"] {
            let base = server.with_fault(Fault::ServerError, Some(2), client, Api::Responses);
            let path = format!("{}/responses", base.strip_prefix(&server.address()).unwrap());
            let statuses = [(); 3].map(|()| ask(&server, &path)[9..12].to_owned());
            assert_eq!(statuses, ["500", "500", "200"]);
        }
        let sent = server.requests();
        assert_eq!((sent.len(), &sent[5].body["input"]), (6, &json!("Hi")));
    }

    #[test]
    fn a_dropped_server_leaves_open_connections_too() {
        let server = ScriptedLlm::start(Script::default()).unwrap();
        let address = server.address;
        let open = thread::spawn({
            let mut stream = TcpStream::connect(address).unwrap();
            stream
                .write_all(b"POST /fault/no-reply/v1/responses HTTP/1.1\r\nhost: x\r\n\r\n")
                .unwrap();
            move || stream.read(&mut [0; 16])
        });
        while server.requests().is_empty() {
            thread::yield_now();
        }
        drop(server);
        assert!(matches!(open.join().unwrap(), Ok(0) | Err(_)));
        assert!(TcpStream::connect(address).is_err());
    }
}
