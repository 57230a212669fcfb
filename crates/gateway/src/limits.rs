/// What one request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Tokens that a model may write to one request.
    pub tokens: u64,
    /// Tool calls that may stand in a request since the person last spoke.
    pub steps: usize,
    /// Seconds until an upstream's last byte, or a tool's result.
    pub seconds: u32,
    /// Requests a minute, for each token and each address.
    pub a_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body_bytes: 1 << 20, tokens: 4_096, steps: 24, seconds: 60, a_minute: 120 }
    }
}
