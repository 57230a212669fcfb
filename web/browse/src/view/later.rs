use std::future::Future;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// What comes later: a skeleton until then, and words where nothing can come.
pub(super) fn later<T: Send + Sync + 'static>(
    coming: impl Future<Output = Result<T, String>> + 'static,
    draw: impl Fn(&T) -> AnyView + Send + 'static,
) -> AnyView {
    let come = RwSignal::new(None);
    spawn_local(async move {
        let outcome = coming.await;
        // Whoever waited may have gone to another address.
        let _ = come.try_set(Some(outcome));
    });
    let drawn = move || {
        come.with(|come| match come {
            None => view! {
                <div aria-busy="true">
                    <div class="skeleton line"></div>
                    <div class="skeleton line short"></div>
                </div>
            }
            .into_any(),
            Some(Ok(come)) => draw(come),
            Some(Err(why)) => view! { <p class="quiet" role="status">{why.clone()}</p> }.into_any(),
        })
    };
    view! { {drawn} }.into_any()
}
