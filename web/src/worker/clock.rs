use js_sys::Promise;
use usher_engine::Clock;
use wasm_bindgen_futures::JsFuture;
use web_sys::Performance;

/// The worker's own clock: it never runs backwards.
pub(super) struct WorkerClock(Option<Performance>);

impl WorkerClock {
    pub(super) fn new() -> Self {
        Self(super::scope().performance())
    }
}

impl Clock for WorkerClock {
    fn now_us(&self) -> u64 {
        self.0.as_ref().map_or(0, |performance| (performance.now() * 1e3) as u64)
    }
}

/// Waits so many milliseconds.
pub(super) async fn sleep(ms: i32) {
    let waited = Promise::new(&mut |done, _| {
        // A worker that is being ended has no timers: it waits for nothing.
        let _ = super::scope().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
    });
    // It never fails.
    let _ = JsFuture::from(waited).await;
}
