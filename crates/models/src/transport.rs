use futures::future::LocalBoxFuture;
use futures::stream::LocalBoxStream;
use usher_llm::HttpRequest;
use usher_protocol::Problem;

/// How a face sends requests: the engine has no network of its own.
///
/// Dropping a future or a body that is not done ends its request at once.
pub trait Transport {
    /// Sends a request, and waits for the head of the response.
    fn send<'a>(
        &'a self,
        request: &'a HttpRequest,
    ) -> LocalBoxFuture<'a, Result<Response, Unreachable>>;

    /// Waits so many milliseconds.
    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()>;

    /// Why an address cannot be reached, and what to type, as well as this face can
    /// find out.
    fn diagnose<'a>(&'a self, url: &'a str) -> LocalBoxFuture<'a, Problem>;
}

/// The head of a response, and its body as it arrives.
pub struct Response {
    /// HTTP's status.
    pub status: u16,
    /// The header `Retry-After`, where it is to be seen.
    pub retry_after: Option<String>,
    /// Pieces of the body.
    pub body: LocalBoxStream<'static, Result<Vec<u8>, Unreachable>>,
}

/// The server could not be reached, or the connection broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable {
    /// What the network said; empty where it says nothing.
    pub detail: String,
}
