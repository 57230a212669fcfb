//! Bodies, no longer than is allowed.

use futures::TryStreamExt;
use usher_gateway::Refusal;
use worker::{ByteStream, Request};

/// Reads a body. One that is too long is refused before all of it has come.
pub(crate) async fn read(request: &mut Request, most: usize) -> Result<Vec<u8>, Refusal> {
    let too_long = || {
        Refusal::new(
            413,
            "body_too_large",
            format!(
                "The body is longer than {most} bytes. Send a shorter one; the worker's owner can \
                 raise USHER_MOST_BODY_BYTES."
            ),
        )
    };
    let told = request.headers().get("Content-Length").ok().flatten();
    if told.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > most) {
        return Err(too_long());
    }
    let cut = |_| Refusal::new(400, "body_cut", "The body did not come whole. Send it again.");
    let Ok(mut stream) = request.stream() else { return Ok(Vec::new()) };
    let mut body = Vec::new();
    while let Some(some) = stream.try_next().await.map_err(cut)? {
        if body.len() + some.len() > most {
            return Err(too_long());
        }
        body.extend(some);
    }
    Ok(body)
}

/// A whole body; nothing if it is cut or too long.
pub(crate) async fn whole(mut stream: ByteStream, most: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(some) = stream.try_next().await.ok()? {
        body.extend(some);
        if body.len() > most {
            return None;
        }
    }
    Some(body)
}
