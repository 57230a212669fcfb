use futures::future::LocalBoxFuture;
use futures::stream::unfold;
use futures::{FutureExt, StreamExt};
use js_sys::{Promise, Reflect, Uint8Array};
use usher_models::{HttpRequest, Method, Response, Transport, Unreachable};
use usher_protocol::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestCredentials, RequestInit,
    RequestRedirect,
};

use crate::{diagnosis, scope};

/// The browser's network, as a worker has it.
pub(crate) struct Network;

impl Transport for Network {
    fn send<'a>(
        &'a self,
        request: &'a HttpRequest,
    ) -> LocalBoxFuture<'a, Result<Response, Unreachable>> {
        fetch(request).boxed_local()
    }

    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let waited = Promise::new(&mut |done, _| {
            // A worker that is being ended has no timers: it waits for nothing.
            let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
        });
        async move {
            // It never fails.
            let _ = JsFuture::from(waited).await;
        }
        .boxed_local()
    }

    fn diagnose<'a>(&'a self, url: &'a str) -> LocalBoxFuture<'a, Problem> {
        diagnosis::of(url).boxed_local()
    }
}

/// Ends a request when nobody waits for it any more.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn fetch(request: &HttpRequest) -> Result<Response, Unreachable> {
    let abort = Abort(AbortController::new().map_err(|error| unreachable(&error))?);
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_signal(Some(&abort.0.signal()));
    // A redirect would carry the key to another server.
    init.set_redirect(RequestRedirect::Error);
    init.set_credentials(RequestCredentials::Omit);
    let headers = Headers::new().map_err(|error| unreachable(&error))?;
    for (name, value) in &request.headers {
        headers.append(name, value).map_err(|error| unreachable(&error))?;
    }
    init.set_headers(&headers);
    if let (Method::Post, Some(body)) = (request.method, &request.body) {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    if let Some(space) = diagnosis::address_space(&request.url) {
        // Chrome asks the person before a page may reach the machine it runs on.
        let _ = Reflect::set(&init, &"targetAddressSpace".into(), &space.into());
    }
    let response = JsFuture::from(scope().fetch_with_str_and_init(&request.url, &init))
        .await
        .map_err(|error| unreachable(&error))?;
    let response: web_sys::Response = response.dyn_into().map_err(|error| unreachable(&error))?;
    let retry_after = response.headers().get("retry-after").ok().flatten();
    let reader = response
        .body()
        .map(|body| body.get_reader().unchecked_into::<ReadableStreamDefaultReader>());
    let body = unfold((reader, abort), |(reader, abort)| async move {
        let read = JsFuture::from(reader.as_ref()?.read()).await;
        match read {
            Ok(read) => {
                let piece: Uint8Array =
                    Reflect::get(&read, &"value".into()).ok()?.dyn_into().ok()?;
                Some((Ok(piece.to_vec()), (reader, abort)))
            }
            Err(error) => Some((Err(unreachable(&error)), (None, abort))),
        }
    });
    Ok(Response { status: response.status(), retry_after, body: body.boxed_local() })
}

/// Browsers tell no reason, so that a page cannot look into networks.
fn unreachable(_: &JsValue) -> Unreachable {
    Unreachable { detail: String::new() }
}
