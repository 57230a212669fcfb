use usher_protocol::{ModelError, ModelErrorKind};

/// How long a model's server is waited for, and how often it is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From sending a request to the first byte of the answer. Long, since a local
    /// server may have to load the model first.
    pub first_byte_ms: u64,
    /// Between two pieces of the answer.
    pub silence_ms: u64,
    /// How often a request is sent again.
    pub retries: u32,
    /// The wait before the first retry; doubled for each further one.
    pub backoff_ms: u64,
    /// A server that asks for a longer wait than this is not waited for.
    pub longest_wait_ms: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first_byte_ms: 120_000,
            silence_ms: 45_000,
            retries: 2,
            backoff_ms: 700,
            longest_wait_ms: 20_000,
        }
    }
}

impl Patience {
    /// How long to wait before this retry (the first is 0); nothing if asking again
    /// cannot help, or takes too long.
    pub(crate) fn wait_ms(&self, retry: u32, error: &ModelError) -> Option<u64> {
        if retry >= self.retries || !can_pass(error.kind) {
            return None;
        }
        let backoff_ms = self.backoff_ms.saturating_mul(1 << retry.min(16));
        let wait_ms = error.retry_after_ms.unwrap_or(0).max(backoff_ms);
        (wait_ms <= self.longest_wait_ms).then_some(wait_ms)
    }
}

/// Whether a failure may be gone when the same request is sent again.
fn can_pass(kind: ModelErrorKind) -> bool {
    match kind {
        ModelErrorKind::RateLimit
        | ModelErrorKind::Server
        | ModelErrorKind::Cut
        | ModelErrorKind::Network => true,
        // A server that was silent for so long would be so again.
        ModelErrorKind::Timeout
        | ModelErrorKind::Authentication
        | ModelErrorKind::Quota
        | ModelErrorKind::ContextTooLong
        | ModelErrorKind::ModelMissing
        | ModelErrorKind::Rejected
        | ModelErrorKind::Settings
        | ModelErrorKind::Refused
        | ModelErrorKind::Malformed => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ModelErrorKind, retry_after_ms: Option<u64>) -> ModelError {
        ModelError { kind, detail: String::new(), retry_after_ms }
    }

    #[test]
    fn what_may_pass_is_tried_again_after_longer_and_longer_waits() {
        let patience = Patience::default();
        let waits: Vec<_> = (0..4)
            .map(|retry| patience.wait_ms(retry, &error(ModelErrorKind::Server, None)))
            .collect();
        assert_eq!(waits, [Some(700), Some(1_400), None, None]);
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_kept_unless_it_is_too_long() {
        let limited =
            |ms| Patience::default().wait_ms(0, &error(ModelErrorKind::RateLimit, Some(ms)));
        assert_eq!(limited(3_000), Some(3_000));
        assert_eq!(limited(60_000), None);
    }

    #[test]
    fn what_asking_again_cannot_change_is_not_tried_again() {
        for kind in
            [ModelErrorKind::Authentication, ModelErrorKind::Quota, ModelErrorKind::ModelMissing]
        {
            assert_eq!(Patience::default().wait_ms(0, &error(kind, None)), None);
        }
    }
}
