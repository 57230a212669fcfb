use crate::Refusal;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `POST /v1/chat/completions`
    Chat,
    /// `POST /v1/responses`
    Responses,
    /// `GET /v1/models`
    Models,
    /// `POST /api/chat`, as Ollama's
    OllamaChat,
    /// `GET /api/tags`, as Ollama's
    OllamaTags,
    /// `GET /tools`
    Tools,
    /// `POST /tools/{name}`, the name undecoded
    Tool(String),
    /// `POST /mcp`
    Mcp,
    /// `GET /health`: the worker runs
    Health,
    /// `GET /ready`: what it needs is there
    Ready,
    /// `OPTIONS` of any of these
    Preflight,
    /// A file of the page or of the bundle, where no route of ours is
    File,
}

/// The route of a method and a path.
///
/// # Errors
/// The path is one of ours and takes another method (405), or begins like ours and is
/// none (404).
pub fn route(method: &str, path: &str) -> Result<Route, Refusal> {
    let (allowed, route) = match path {
        "/v1/chat/completions" => ("POST", Route::Chat),
        "/v1/responses" => ("POST", Route::Responses),
        "/v1/models" => ("GET", Route::Models),
        "/api/chat" => ("POST", Route::OllamaChat),
        "/api/tags" => ("GET", Route::OllamaTags),
        "/tools" => ("GET", Route::Tools),
        "/mcp" => ("POST", Route::Mcp),
        "/health" => ("GET", Route::Health),
        "/ready" => ("GET", Route::Ready),
        _ => match path.strip_prefix("/tools/") {
            Some(name) if !name.is_empty() && !name.contains('/') => {
                ("POST", Route::Tool(name.to_owned()))
            }
            _ => {
                let is_ours = ["/v1/", "/api/", "/tools/", "/mcp/"];
                if is_ours.iter().any(|start| path.starts_with(start)) {
                    return Err(Refusal::new(
                        404,
                        "unknown_path",
                        "There is nothing at this path. The worker answers /v1/chat/completions, \
                         /v1/responses, /v1/models, /api/chat, /api/tags, /tools, /tools/{name}, \
                         /mcp, /health and /ready.",
                    ));
                }
                ("GET", Route::File)
            }
        },
    };
    match method {
        "OPTIONS" if route != Route::File => Ok(Route::Preflight),
        "HEAD" if allowed == "GET" => Ok(route),
        method if method == allowed => Ok(route),
        _ => Err(Refusal {
            allow: Some(if allowed == "GET" { "GET, HEAD, OPTIONS" } else { "POST, OPTIONS" }),
            ..Refusal::new(
                405,
                "method_not_allowed",
                format!("This path takes {allowed} only. Send the request with {allowed}."),
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_has_its_route_and_method() {
        assert_eq!(route("POST", "/v1/chat/completions"), Ok(Route::Chat));
        assert_eq!(route("POST", "/tools/item_filter"), Ok(Route::Tool("item_filter".to_owned())));
        assert_eq!(route("OPTIONS", "/mcp"), Ok(Route::Preflight));
        assert_eq!(route("GET", "/index.html"), Ok(Route::File));
        assert_eq!(route("GET", "/"), Ok(Route::File));
        let wrong = route("GET", "/mcp").unwrap_err();
        assert_eq!((wrong.status, wrong.allow), (405, Some("POST, OPTIONS")));
        for path in ["/v1/embeddings", "/tools/", "/tools/a/b", "/api/pull"] {
            assert_eq!(route("POST", path).unwrap_err().status, 404, "{path}");
        }
        assert_eq!(route("DELETE", "/").unwrap_err().status, 405);
    }
}
