use serde::{Deserialize, Serialize};

/// Where a run stops by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The longest question that is taken, in characters.
    pub question_chars: usize,
    /// The most tool calls in one turn. After these the model must answer.
    pub calls: usize,
    /// The most times a model is called in one turn.
    pub model_calls: usize,
    /// How often a model is told that its call did not fit, or was made before.
    /// After that it must answer.
    pub repairs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // The longest chain of tools has four calls; three times that leaves room
        // for a model that errs.
        Self { question_chars: 4_000, calls: 12, model_calls: 16, repairs: 2 }
    }
}
