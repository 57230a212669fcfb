use js_sys::{Function, Reflect, global};
use usher_engine::Clock;
use wasm_bindgen::{JsCast, JsValue};

/// JavaScript's own clock: it never runs backwards.
pub(crate) struct MonotonicClock(Option<(JsValue, Function)>);

impl MonotonicClock {
    pub(crate) fn new() -> Self {
        let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
        let found = of(&global(), "performance").and_then(|clock| {
            let now = of(&clock, "now")?.dyn_into().ok()?;
            Some((clock, now))
        });
        Self(found)
    }
}

impl Clock for MonotonicClock {
    fn now_us(&self) -> u64 {
        let ms = self.0.as_ref().and_then(|(clock, now)| now.call0(clock).ok()?.as_f64());
        (ms.unwrap_or_default() * 1e3) as u64
    }
}
