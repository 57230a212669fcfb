//! The run: a sans-IO state machine from a question to an answer.
