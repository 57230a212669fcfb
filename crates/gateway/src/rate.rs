use std::collections::HashMap;

/// Length of a window, in milliseconds.
const WINDOW_MS: u64 = 60_000;
/// Most callers that are counted at once.
const MOST_CALLERS: usize = 10_000;

/// Requests of each caller in the minute that runs: what is counted where the platform
/// counts nothing. Each instance of the worker counts for itself.
#[derive(Debug, Default)]
pub struct Windows {
    began_ms: u64,
    counts: HashMap<String, u32>,
}

impl Windows {
    /// Counts a request; `Err` holds the seconds until the next may come.
    ///
    /// # Errors
    /// The caller has had `most` requests in this window.
    pub fn count(&mut self, caller: &str, now_ms: u64, most: u32) -> Result<(), u32> {
        // A clock that went back begins anew, too.
        if now_ms < self.began_ms || now_ms - self.began_ms >= WINDOW_MS {
            self.began_ms = now_ms - now_ms % WINDOW_MS;
            self.counts.clear();
        }
        if self.counts.len() >= MOST_CALLERS && !self.counts.contains_key(caller) {
            // Memory is bounded; who comes so late waits for the next window.
            return Err(self.left_seconds(now_ms));
        }
        let count = self.counts.entry(caller.to_owned()).or_default();
        *count = count.saturating_add(1);
        if *count > most { Err(self.left_seconds(now_ms)) } else { Ok(()) }
    }

    fn left_seconds(&self, now_ms: u64) -> u32 {
        let left_ms = (self.began_ms + WINDOW_MS).saturating_sub(now_ms);
        u32::try_from(left_ms.div_ceil(1_000)).unwrap_or(60).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_its_own_count_until_the_window_ends() {
        let mut windows = Windows::default();
        for _ in 0..3 {
            assert_eq!(windows.count("ann", 120_000, 3), Ok(()));
        }
        assert_eq!(windows.count("ann", 150_000, 3), Err(30));
        assert_eq!(windows.count("bob", 150_000, 3), Ok(()));
        assert_eq!(windows.count("ann", 180_000, 3), Ok(()));
        assert_eq!(windows.count("ann", 5, 3), Ok(()), "a clock may go back");
    }

    #[test]
    fn however_many_callers_come_memory_is_bounded() {
        let mut windows = Windows::default();
        for caller in 0..2 * MOST_CALLERS {
            let _ = windows.count(&caller.to_string(), 0, 1);
        }
        assert_eq!(windows.counts.len(), MOST_CALLERS);
        assert_eq!(windows.count("late", 0, 1), Err(60));
    }
}
