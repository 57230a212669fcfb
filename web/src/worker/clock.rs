use usher_engine::Clock;
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
