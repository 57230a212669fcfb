use js_sys::{Reflect, Uint8Array};
use usher_bundle::{BundleError, SectionEntry};
use usher_protocol::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

use crate::face::Face;

/// The folder of a bundle on a server.
pub(crate) struct Folder {
    /// Ends with a slash.
    pub(crate) address: String,
    /// How the browser's own cache is used, as `fetch` knows it.
    pub(crate) cache: &'static str,
    pub(crate) face: Face,
}

impl Folder {
    /// Fetches a section file, telling the size of each piece as it arrives.
    ///
    /// # Errors
    /// As [`download`].
    pub(crate) async fn fetch(
        &self,
        entry: &SectionEntry,
        on_bytes: &dyn Fn(u64),
    ) -> Result<Vec<u8>, BundleError> {
        let address = format!("{}{}", self.address, entry.file);
        download(&self.face, &address, self.cache, entry.bytes, on_bytes)
            .await
            .map_err(|Problem { what, next }| BundleError::Unreadable { what, next })
    }
}

/// Fetches a file, telling the size of each piece as it arrives.
///
/// # Errors
/// No connection, no such file, or more than `most_bytes`; says which file, and
/// what to do.
pub(crate) async fn download(
    face: &Face,
    url: &str,
    cache: &str,
    most_bytes: u64,
    on_bytes: &dyn Fn(u64),
) -> Result<Vec<u8>, Problem> {
    let response = fetched(face, url, cache).await.map_err(|_| unreachable_at(url))?;
    if !response.ok() {
        let status = response.status();
        return Err(match status {
            _ if url.starts_with("own:") => Problem {
                what: "This catalogue is not kept in this browser.".to_owned(),
                next: "Open it again from its files.".to_owned(),
            },
            404 | 410 => Problem {
                what: format!("{url} is not there (status {status})."),
                next: "Put the whole bundle folder there (`usher pack` makes one), then try again."
                    .to_owned(),
            },
            _ => Problem {
                what: format!("{url} cannot be loaded: the server answers with status {status}."),
                next: "Look at the server that holds the bundle, then try again.".to_owned(),
            },
        });
    }
    let mut bytes = Vec::new();
    let Some(body) = response.body() else { return Ok(bytes) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|_| broken_off(url))?;
        let Some(piece) = piece_of(&piece) else { return Ok(bytes) };
        let start = bytes.len();
        let end = start + piece.length() as usize;
        if end as u64 > most_bytes {
            // The rest is of no use, whatever it is.
            let _ = reader.cancel();
            return Err(Problem {
                what: format!("{url} is larger than its manifest says."),
                next: "Copy the whole bundle folder again, then try again.".to_owned(),
            });
        }
        if bytes.try_reserve(end - start).is_err() {
            return Err(Problem {
                what: format!("{url} does not fit into the memory that this tab has."),
                next: "Close other tabs, or open a smaller catalogue.".to_owned(),
            });
        }
        bytes.resize(end, 0);
        if let Some(place) = bytes.get_mut(start..end) {
            piece.copy_to(place);
        }
        on_bytes(piece.length().into());
    }
}

async fn fetched(face: &Face, url: &str, cache: &str) -> Result<Response, JsValue> {
    JsFuture::from(face.0.fetch(url, cache)?).await?.dyn_into()
}

/// The bytes of what a reader gave; nothing at the end.
fn piece_of(read: &JsValue) -> Option<Uint8Array> {
    Reflect::get(read, &"value".into()).ok()?.dyn_into().ok()
}

fn unreachable_at(url: &str) -> Problem {
    Problem {
        what: format!("{url} cannot be reached."),
        next: "Check the connection and that the server runs (one on another site must allow \
               this page, by CORS), then try again."
            .to_owned(),
    }
}

fn broken_off(url: &str) -> Problem {
    Problem {
        what: format!("Not all of {url} came: the connection ended early, or the file is damaged."),
        next: "Try again. If it stays so, copy the whole bundle folder to the server again."
            .to_owned(),
    }
}
