//! MCP over HTTP, without HTTP: the revision 2026-07-28, which keeps no state, and those
//! of 2025, which begin with a handshake. The worker keeps no sessions in either.
//!
//! <https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use usher_protocol::{ToolResult, ToolSpec};

/// The revision without handshakes.
const MODERN: &str = "2026-07-28";
/// Revisions with a handshake, the newest first.
const LEGACY: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];
/// Most messages in one body, where a revision knows such bodies.
const MOST_MESSAGES: usize = 20;
/// How long a list of tools stays as it is, in milliseconds.
const LIST_FRESH_MS: u64 = 300_000;

const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;
const METHOD_NOT_FOUND: i32 = -32_601;
const INVALID_PARAMS: i32 = -32_602;
const HEADER_MISMATCH: i32 = -32_020;
const UNSUPPORTED_VERSION: i32 = -32_022;

/// The headers of a request that MCP gives a meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// `MCP-Protocol-Version`
    pub version: Option<String>,
    /// `Mcp-Method`
    pub method: Option<String>,
    /// `Mcp-Name`
    pub name: Option<String>,
}

/// An answer: its status, and its body if it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The JSON-RPC message, or several.
    pub body: Option<Value>,
}

impl Reply {
    fn of(body: Value) -> Self {
        Self { status: 200, body: Some(body) }
    }

    fn error(status: u16, id: Option<&Value>, code: i32, message: &str) -> Self {
        let mut body = json!({"jsonrpc": "2.0", "error": {"code": code, "message": message}});
        // Without an id none is told: `null` is no id in MCP.
        if let (Some(id), Some(body)) = (id, body.as_object_mut()) {
            body.insert("id".to_owned(), id.clone());
        }
        Self { status, body: Some(body) }
    }
}

/// What a message asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// It is answered so.
    Reply(Reply),
    /// A tool is to be run, and its result given to [`Call::done`].
    Call(Call),
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    id: Value,
    is_modern: bool,
    /// Name of the tool: one that there is.
    pub name: String,
    /// The arguments as the client wrote them: unchecked.
    pub arguments: Value,
}

/// Who answers.
#[derive(Debug, Clone, Copy)]
pub struct Server<'a> {
    /// The tools.
    pub tools: &'a [ToolSpec],
    /// A sentence on the catalogue, for the model.
    pub instructions: &'a str,
}

/// The messages of a body; whether it was a list of them.
///
/// # Errors
/// It holds none.
pub fn messages(body: &[u8]) -> Result<(Vec<Value>, bool), Reply> {
    match serde_json::from_slice(body) {
        Ok(Value::Array(messages)) if messages.is_empty() || messages.len() > MOST_MESSAGES => {
            let message = format!("A list must hold 1 to {MOST_MESSAGES} messages.");
            Err(Reply::error(400, None, INVALID_REQUEST, &message))
        }
        Ok(Value::Array(messages)) => Ok((messages, true)),
        Ok(message) => Ok((vec![message], false)),
        Err(_) => Err(Reply::error(400, None, PARSE_ERROR, "The body is not JSON.")),
    }
}

/// One answer of those to the messages of a list: they are told together, and
/// notifications have none.
#[must_use]
pub fn together(replies: Vec<Reply>) -> Reply {
    let bodies: Vec<Value> = replies.into_iter().filter_map(|reply| reply.body).collect();
    match bodies.is_empty() {
        true => Reply { status: 202, body: None },
        false => Reply::of(Value::Array(bodies)),
    }
}

/// What a message asks for.
#[must_use]
pub fn asked(message: &Value, headers: &Headers, server: Server<'_>) -> Asked {
    read(message, headers, server).unwrap_or_else(Asked::Reply)
}

fn read(message: &Value, headers: &Headers, server: Server<'_>) -> Result<Asked, Reply> {
    let id = message.get("id");
    let method = message.get("method").and_then(Value::as_str);
    let (Some("2.0"), Some(method)) = (message.get("jsonrpc").and_then(Value::as_str), method)
    else {
        let what = "The body is not a JSON-RPC 2.0 request.";
        return Err(Reply::error(400, None, INVALID_REQUEST, what));
    };
    let nothing = json!({});
    let params = message.get("params").unwrap_or(&nothing);
    let meta = params.get("_meta").unwrap_or(&nothing);
    let version = meta.get("io.modelcontextprotocol/protocolVersion").and_then(Value::as_str);
    let Some(id) = id else {
        // There is nothing to do for any of them.
        return Ok(Asked::Reply(Reply { status: 202, body: None }));
    };
    if !id.is_string() && !id.is_i64() && !id.is_u64() {
        let what = "The id must be a string or a whole number.";
        return Err(Reply::error(400, None, INVALID_REQUEST, what));
    }
    let is_modern = version.is_some() || headers.version.as_deref() == Some(MODERN);
    match is_modern {
        true => {
            modern(id, method, params, version, headers)?;
            let capabilities = "io.modelcontextprotocol/clientCapabilities";
            if !meta.get(capabilities).is_some_and(Value::is_object) {
                let what = format!("_meta lacks {capabilities}: an object.");
                return Err(Reply::error(400, Some(id), INVALID_PARAMS, &what));
            }
        }
        false => {
            let known = |version: &str| method == "initialize" || LEGACY.contains(&version);
            if let Some(version) = headers.version.as_deref().filter(|version| !known(version)) {
                return Err(unsupported(id, version));
            }
        }
    }
    answer(id, method, params, is_modern, server)
}

/// Whether the headers say what the body says.
fn modern(
    id: &Value,
    method: &str,
    params: &Value,
    version: Option<&str>,
    headers: &Headers,
) -> Result<(), Reply> {
    let mismatch = |what: &str| Reply::error(400, Some(id), HEADER_MISMATCH, what);
    if version.is_none() || headers.version.as_deref() != version {
        return Err(mismatch(
            "The header MCP-Protocol-Version and _meta's \
             io.modelcontextprotocol/protocolVersion must say the same.",
        ));
    }
    if let Some(version) = version.filter(|version| *version != MODERN) {
        return Err(unsupported(id, version));
    }
    if headers.method.as_deref() != Some(method) {
        return Err(mismatch("The header Mcp-Method must say the body's method."));
    }
    if method == "tools/call" {
        let name = headers.name.as_deref().and_then(plain);
        if name.is_none() || name.as_deref() != params.get("name").and_then(Value::as_str) {
            return Err(mismatch("The header Mcp-Name must say the name of the tool."));
        }
    }
    Ok(())
}

/// The value of a header in which what is no plain text is written as Base64.
fn plain(value: &str) -> Option<String> {
    match value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(value.to_owned()),
    }
}

fn unsupported(id: &Value, requested: &str) -> Reply {
    let supported: Vec<&str> = std::iter::once(MODERN).chain(LEGACY).collect();
    // No more of it than a version has.
    let requested: String = requested.chars().take(40).collect();
    let mut reply = Reply::error(
        400,
        Some(id),
        UNSUPPORTED_VERSION,
        &format!("Unsupported protocol version. This server speaks {}.", supported.join(", ")),
    );
    if let Some(error) = reply.body.as_mut().and_then(|body| body.get_mut("error")) {
        error["data"] = json!({"supported": supported, "requested": requested});
    }
    reply
}

fn answer(
    id: &Value,
    method: &str,
    params: &Value,
    is_modern: bool,
    server: Server<'_>,
) -> Result<Asked, Reply> {
    let result = |result: Value| Ok(Asked::Reply(result_of(id, is_modern, result)));
    let info = json!({
        "name": "usher",
        "title": "Usher",
        "version": env!("CARGO_PKG_VERSION"),
    });
    match (method, is_modern) {
        ("initialize", false) => {
            let asked = params.get("protocolVersion").and_then(Value::as_str);
            let version = LEGACY.into_iter().find(|known| asked == Some(known));
            result(json!({
                "protocolVersion": version.unwrap_or(LEGACY[0]),
                "capabilities": {"tools": {}},
                "serverInfo": info,
                "instructions": server.instructions,
            }))
        }
        ("ping", false) => result(json!({})),
        ("server/discover", true) => {
            let versions: Vec<&str> = std::iter::once(MODERN).chain(LEGACY).collect();
            result(json!({
                "supportedVersions": versions,
                "capabilities": {"tools": {}},
                "instructions": server.instructions,
                "ttlMs": LIST_FRESH_MS,
                "cacheScope": "public",
                "_meta": {"io.modelcontextprotocol/serverInfo": info},
            }))
        }
        ("tools/list", _) => {
            let tools: Vec<Value> = server.tools.iter().map(described).collect();
            let mut list = json!({"tools": tools});
            if is_modern {
                list["ttlMs"] = LIST_FRESH_MS.into();
                list["cacheScope"] = "public".into();
            }
            result(list)
        }
        ("tools/call", _) => {
            let name = params.get("name").and_then(Value::as_str).unwrap_or_default();
            if !server.tools.iter().any(|tool| tool.name == name) {
                let names: Vec<&str> = server.tools.iter().map(|tool| tool.name.as_str()).collect();
                let what = format!("There is no such tool. The tools are {}.", names.join(", "));
                return Err(Reply::error(
                    if is_modern { 400 } else { 200 },
                    Some(id),
                    INVALID_PARAMS,
                    &what,
                ));
            }
            Ok(Asked::Call(Call {
                id: id.clone(),
                is_modern,
                name: name.to_owned(),
                arguments: params.get("arguments").cloned().unwrap_or_else(|| json!({})),
            }))
        }
        _ => {
            let what = "This server has tools only: server/discover, tools/list, tools/call, and \
                        for revisions of 2025 initialize and ping.";
            let status = if is_modern { 404 } else { 200 };
            Err(Reply::error(status, Some(id), METHOD_NOT_FOUND, what))
        }
    }
}

fn result_of(id: &Value, is_modern: bool, mut result: Value) -> Reply {
    if is_modern {
        result["resultType"] = "complete".into();
    }
    Reply::of(json!({"jsonrpc": "2.0", "id": id, "result": result}))
}

fn described(tool: &ToolSpec) -> Value {
    json!({
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.parameters,
        "annotations": {"readOnlyHint": true, "openWorldHint": false},
    })
}

impl Call {
    /// The answer, once the tool has run.
    #[must_use]
    pub fn done(&self, result: &ToolResult) -> Reply {
        let told = serde_json::to_value(result).unwrap_or_default();
        let content = json!([{"type": "text", "text": told.to_string()}]);
        let is_error = result.error().is_some();
        let result = json!({"content": content, "structuredContent": told, "isError": is_error});
        result_of(&self.id, self.is_modern, result)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use usher_protocol::{ErrorKind, ToolError};

    use super::*;

    fn tools() -> Vec<ToolSpec> {
        vec![ToolSpec {
            name: "item_filter".to_owned(),
            description: "Filters.".to_owned(),
            parameters: json!({"type": "object"}),
        }]
    }

    fn ask(message: &Value, headers: &Headers) -> Asked {
        asked(message, headers, Server { tools: &tools(), instructions: "Films." })
    }

    fn reply(message: &Value, headers: &Headers) -> Reply {
        match ask(message, headers) {
            Asked::Reply(reply) => reply,
            Asked::Call(call) => panic!("{call:?}"),
        }
    }

    fn code(reply: &Reply) -> i64 {
        reply.body.as_ref().unwrap()["error"]["code"].as_i64().unwrap()
    }

    #[allow(clippy::needless_pass_by_value, reason = "what `json!` makes is passed on")]
    fn request(method: &str, params: Value) -> Value {
        json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
    }

    fn modern_request(method: &str, mut params: Value) -> (Value, Headers) {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let headers = Headers {
            version: Some(MODERN.to_owned()),
            method: Some(method.to_owned()),
            name: params.get("name").and_then(Value::as_str).map(str::to_owned),
        };
        (request(method, params), headers)
    }

    #[test]
    fn a_handshake_settles_on_a_version_of_2025() {
        for (asked, settled) in [
            ("2025-11-25", "2025-11-25"),
            ("2025-03-26", "2025-03-26"),
            ("2026-07-28", "2025-11-25"),
            ("1999-01-01", "2025-11-25"),
        ] {
            let message = request("initialize", json!({"protocolVersion": asked}));
            let body = reply(&message, &Headers::default()).body.unwrap();
            assert_eq!(body["result"]["protocolVersion"], settled);
            assert_eq!((&body["id"], &body["result"]["resultType"]), (&json!(7), &Value::Null));
        }
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(reply(&initialized, &Headers::default()), Reply { status: 202, body: None });
    }

    #[test]
    fn a_client_without_handshakes_discovers_lists_and_calls() {
        let (message, headers) = modern_request("server/discover", json!({}));
        let body = reply(&message, &headers).body.unwrap();
        assert_eq!(body["result"]["supportedVersions"][0], MODERN);
        assert_eq!(body["result"]["resultType"], "complete");
        let (message, headers) = modern_request("tools/list", json!({}));
        let body = reply(&message, &headers).body.unwrap();
        assert_eq!(body["result"]["tools"][0]["name"], "item_filter");
        assert_eq!(body["result"]["cacheScope"], "public");
        let call = json!({"name": "item_filter", "arguments": {"year": 1995}});
        let (message, headers) = modern_request("tools/call", call);
        let Asked::Call(call) = ask(&message, &headers) else { panic!() };
        assert_eq!((call.name.as_str(), &call.arguments["year"]), ("item_filter", &json!(1995)));
        let failure = ToolResult::Failure {
            message: "None.".to_owned(),
            error: ToolError {
                kind: ErrorKind::NoMatch,
                retryable: false,
                hint: "Widen it.".to_owned(),
            },
        };
        let body = call.done(&failure).body.unwrap();
        assert_eq!(body["result"]["isError"], true);
        assert_eq!(body["result"]["structuredContent"]["error"]["kind"], "no_match");
    }

    #[test]
    fn headers_that_say_otherwise_than_the_body_are_refused() {
        let call = json!({"name": "item_filter"});
        let (message, right) = modern_request("tools/call", call);
        for wrong in [
            Headers { version: None, ..right.clone() },
            Headers { version: Some("2025-11-25".to_owned()), ..right.clone() },
            Headers { method: None, ..right.clone() },
            Headers { method: Some("tools/list".to_owned()), ..right.clone() },
            Headers { name: None, ..right.clone() },
            Headers { name: Some("other".to_owned()), ..right.clone() },
        ] {
            let reply = reply(&message, &wrong);
            assert_eq!((reply.status, code(&reply)), (400, i64::from(HEADER_MISMATCH)));
        }
        let encoded = Headers { name: Some("=?base64?aXRlbV9maWx0ZXI=?=".to_owned()), ..right };
        assert!(matches!(ask(&message, &encoded), Asked::Call(_)));
        let bare = request("tools/list", json!({}));
        let headers = Headers { version: Some(MODERN.to_owned()), ..Headers::default() };
        assert_eq!(code(&reply(&bare, &headers)), i64::from(HEADER_MISMATCH));
    }

    #[test]
    fn other_versions_and_methods_are_told_what_there_is() {
        let headers = Headers { version: Some("1900-01-01".to_owned()), ..Headers::default() };
        let told = reply(&request("tools/list", json!({})), &headers);
        assert_eq!((told.status, code(&told)), (400, i64::from(UNSUPPORTED_VERSION)));
        assert_eq!(told.body.unwrap()["error"]["data"]["supported"][0], MODERN);
        let (message, headers) = modern_request("resources/list", json!({}));
        let told = reply(&message, &headers);
        assert_eq!((told.status, code(&told)), (404, i64::from(METHOD_NOT_FOUND)));
        let told = reply(&request("resources/list", json!({})), &Headers::default());
        assert_eq!((told.status, code(&told)), (200, i64::from(METHOD_NOT_FOUND)));
        let told = reply(&request("tools/call", json!({"name": "drop"})), &Headers::default());
        assert_eq!(code(&told), i64::from(INVALID_PARAMS));
    }

    #[test]
    fn bodies_that_are_no_messages_are_refused() {
        assert_eq!(messages(b"{").unwrap_err().status, 400);
        assert_eq!(messages(b"[]").unwrap_err().status, 400);
        for message in [json!(3), json!({}), json!({"jsonrpc": "1.0", "method": "ping", "id": 1})] {
            assert_eq!(code(&reply(&message, &Headers::default())), i64::from(INVALID_REQUEST));
        }
        let message = json!({"jsonrpc": "2.0", "method": "ping", "id": null});
        assert_eq!(code(&reply(&message, &Headers::default())), i64::from(INVALID_REQUEST));
        let (several, is_list) = messages(br#"[{"a":1},{"b":2}]"#).unwrap();
        assert_eq!((several.len(), is_list), (2, true));
        let nothing = Reply { status: 202, body: None };
        assert_eq!(together(vec![nothing.clone()]), nothing);
        let answers = together(vec![nothing, Reply::of(json!(1)), Reply::of(json!(2))]);
        assert_eq!(answers.body, Some(json!([1, 2])));
    }

    proptest! {
        #[test]
        fn any_body_is_answered(body in any::<Vec<u8>>(), version in any::<Option<String>>()) {
            let headers = Headers { version, ..Headers::default() };
            for message in messages(&body).map_or_else(|_| Vec::new(), |(messages, _)| messages) {
                let _ = ask(&message, &headers);
            }
        }
    }
}
