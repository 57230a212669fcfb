//! Bodies, no longer than is allowed.

use futures::TryStreamExt;
use usher_gateway::Refusal;
use worker::{ByteStream, Request};

/// Bytes of a body that are read, and not kept, so that its sender hears why it is refused.
const MOST_READ: usize = 64 << 20;

/// Reads a body.
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
    let mut length = 0_usize;
    while let Some(some) = stream.try_next().await.map_err(cut)? {
        length += some.len();
        if length <= most {
            body.extend(some);
        } else if length > MOST_READ {
            break;
        }
    }
    // A client that is answered before it has sent all sees a broken connection alone.
    if length > most { Err(too_long()) } else { Ok(body) }
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
