//! One request, from its arrival to its answer.

use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{Either, select};
use serde_json::{Value, json};
use usher_gateway::proxy::Api;
use usher_gateway::{Refusal, Route, Settings, mcp, route};
use usher_protocol::ToolSpec;
use worker::{Delay, Env, Request, Response, Result};

use crate::ports::EdgePorts;
use crate::{access, body, proxy, ready, respond, state, tools};

/// Answers a request, and logs that it did: never what was asked or answered.
pub(crate) async fn answer(mut request: Request, env: Env) -> Result<Response> {
    let started_ms = js_sys::Date::now();
    let id = request_id();
    let mut log = Log::default();
    let outcome = match state::settings(&env) {
        Ok(settings) => settled(&mut request, &env, &settings, &mut log).await,
        Err(refusal) => Err(refusal),
    };
    let response = match outcome {
        Ok(response) => response,
        Err(refusal) => {
            log.refused = Some(refusal.code);
            respond::refusal(&refusal, &id)?
        }
    };
    let response = respond::finish(response, &id, log.origin.as_deref())?;
    worker::console_log!(
        "{}",
        json!({
            "event": "request",
            "id": id,
            "route": log.route,
            "tool": log.tool,
            "who": log.who,
            "status": response.status_code(),
            "refused": log.refused,
            "ms": (js_sys::Date::now() - started_ms).round(),
        })
    );
    Ok(response)
}

/// What is logged of a request.
#[derive(Default)]
struct Log {
    route: Option<&'static str>,
    tool: Option<String>,
    who: Option<String>,
    refused: Option<&'static str>,
    /// The page's origin, which may read the answer.
    origin: Option<String>,
}

async fn settled(
    request: &mut Request,
    env: &Env,
    settings: &Rc<Settings>,
    log: &mut Log,
) -> std::result::Result<Response, Refusal> {
    let broken = |_| internal();
    let url = request.url().map_err(broken)?;
    let own = url.origin().ascii_serialization();
    let header = |name: &str| request.headers().get(name).ok().flatten();
    // Even a refusal may be read by the pages that may ask.
    let origin = header("Origin");
    log.origin = settings.origins.check(origin.as_deref(), &own)?.map(str::to_owned);
    let route = route(request.method().as_ref(), url.path())?;
    log.route = Some(name_of(&route));
    match route {
        Route::Preflight => {
            let asked = header("Access-Control-Request-Headers");
            return respond::preflight(asked.as_deref()).map_err(broken);
        }
        Route::Health => return respond::json(200, &json!({"ok": true})).map_err(broken),
        Route::File => {
            return Err(Refusal::new(
                404,
                "no_such_file",
                "The worker has no such file. The page is at /.",
            ));
        }
        _ => {}
    }
    let address = header("CF-Connecting-IP").unwrap_or_else(|| "unknown".to_owned());
    // By address first: who guesses tokens has none.
    limit_rate(env, settings, &format!("address {address}")).await?;
    if route == Route::Ready {
        let (is_ready, told) = ready::ready(env, settings).await;
        return respond::json(if is_ready { 200 } else { 503 }, &told).map_err(broken);
    }
    let host = url.host_str().unwrap_or_default();
    settings.somebody_may_ask(host)?;
    let who = access::who(request.headers(), host, settings).await?;
    log.who = Some(who.clone());
    limit_rate(env, settings, &format!("token {who}")).await?;
    let most = settings.limits.body_bytes;
    match route {
        Route::Chat | Route::Responses | Route::OllamaChat => {
            let api = match route {
                Route::Chat => Api::Chat,
                Route::Responses => Api::Responses,
                _ => Api::Ollama,
            };
            let body = body::read(request, most).await?;
            proxy::chat(api, &body, settings).await
        }
        Route::Models | Route::OllamaTags => {
            let api = if route == Route::Models { Api::Chat } else { Api::Ollama };
            respond::json(200, &proxy::models(api, settings).await?).map_err(broken)
        }
        Route::Tools => respond::json(200, &tools::list()).map_err(broken),
        Route::Tool(name) => {
            let body = body::read(request, most).await?;
            let arguments: Value = serde_json::from_slice(&body).map_err(|_| {
                Refusal::new(
                    400,
                    "malformed_json",
                    "The body is not JSON. Send the tool's arguments as a JSON object.",
                )
            })?;
            // Only a known name: the others are whatever somebody wrote.
            log.tool =
                tools::registry().specs().find(|tool| tool.name == name).map(|_| name.clone());
            let call = async {
                let ports = EdgePorts::open(env, settings).await?;
                Ok(tools::call(env, &ports, &name, arguments).await)
            };
            let step = in_time(call, settings).await?;
            let told = serde_json::to_value(&step).map_err(|_| internal())?;
            respond::json(tools::status(&step), &told).map_err(broken)
        }
        Route::Mcp => {
            let headers = mcp::Headers {
                version: header("MCP-Protocol-Version"),
                method: header("Mcp-Method"),
                name: header("Mcp-Name"),
            };
            let body = body::read(request, most).await?;
            let reply = in_time(talk(env, settings, &body, &headers), settings).await?;
            match reply.body {
                Some(told) => respond::json(reply.status, &told).map_err(broken),
                None => Response::empty()
                    .map(|response| response.with_status(reply.status))
                    .map_err(broken),
            }
        }
        // They were answered above, since they want no token.
        Route::Preflight | Route::Health | Route::Ready | Route::File => Err(internal()),
    }
}

/// Answers the messages of a client of MCP.
async fn talk(
    env: &Env,
    settings: &Settings,
    body: &[u8],
    headers: &mcp::Headers,
) -> std::result::Result<mcp::Reply, Refusal> {
    let (messages, is_list) = match mcp::messages(body) {
        Ok(messages) => messages,
        Err(reply) => return Ok(reply),
    };
    let specs: Vec<ToolSpec> = tools::registry().specs().cloned().collect();
    let ports = EdgePorts::open(env, settings).await?;
    let instructions = tools::instructions(ports.of_bundle().bundle());
    let server = mcp::Server { tools: &specs, instructions: &instructions };
    let mut replies = Vec::with_capacity(messages.len());
    for message in &messages {
        replies.push(match mcp::asked(message, headers, server) {
            mcp::Asked::Reply(reply) => reply,
            mcp::Asked::Call(call) => {
                let arguments = call.arguments.clone();
                call.done(&tools::call(env, &ports, &call.name, arguments).await.result)
            }
        });
    }
    match replies.pop() {
        Some(only) if !is_list => Ok(only),
        last => Ok(mcp::together(replies.into_iter().chain(last).collect())),
    }
}

/// A result, unless it takes longer than is allowed.
async fn in_time<T>(
    work: impl Future<Output = std::result::Result<T, Refusal>>,
    settings: &Settings,
) -> std::result::Result<T, Refusal> {
    let late = Delay::from(Duration::from_secs(u64::from(settings.limits.seconds)));
    match select(work.boxed_local(), late.boxed_local()).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(Refusal::new(
            504,
            "tool_timeout",
            "The tool took too long. Try again, or ask for less.",
        )
        .after(5)),
    }
}

/// The platform's count where it is bound, else the instance's own.
async fn limit_rate(
    env: &Env,
    settings: &Settings,
    caller: &str,
) -> std::result::Result<(), Refusal> {
    let wait = match env.rate_limiter("RATE") {
        Ok(limiter) => match limiter.limit(caller.to_owned()).await {
            Ok(outcome) if !outcome.success => Some(60),
            // A count that fails stops nobody.
            _ => None,
        },
        Err(_) => state::with(|state| {
            let now_ms = js_sys::Date::now() as u64;
            let most = settings.limits.a_minute;
            state.windows.borrow_mut().count(caller, now_ms, most).err()
        }),
    };
    match wait {
        None => Ok(()),
        Some(seconds) => Err(Refusal::new(
            429,
            "too_many_requests",
            format!("There were too many requests in this minute. Wait {seconds} seconds."),
        )
        .after(seconds)),
    }
}

fn internal() -> Refusal {
    Refusal::new(500, "internal", "Something went wrong in the worker. Try again in a moment.")
}

fn name_of(route: &Route) -> &'static str {
    match route {
        Route::Chat => "chat",
        Route::Responses => "responses",
        Route::Models => "models",
        Route::OllamaChat => "ollama_chat",
        Route::OllamaTags => "ollama_tags",
        Route::Tools => "tools",
        Route::Tool(_) => "tool",
        Route::Mcp => "mcp",
        Route::Health => "health",
        Route::Ready => "ready",
        Route::Preflight => "preflight",
        Route::File => "file",
    }
}

/// A random name for a request, by which its owner finds it in the log.
fn request_id() -> String {
    use wasm_bindgen::JsCast;
    let global: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    global.crypto().map_or_else(|_| String::from("unknown"), |crypto| crypto.random_uuid())
}
