use std::collections::VecDeque;

use serde::Serialize;
use sha2::{Digest, Sha256};
use usher_agent::PROMPTS;
use usher_protocol::{Conversation, ModelSettings, Status, Turn};

/// The most answers that are kept.
const MOST: usize = 64;

/// Answers of this bundle's models, by what was asked of whom under which prompts.
/// A turn that failed, was stopped, or was answered by another model is not kept.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    answers: VecDeque<(Key, Turn, Conversation)>,
}

/// What an answer depends on, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key to the model's server is no part of it.
    pub(crate) fn of(
        settings: &ModelSettings,
        conversation: &Conversation,
        question: &str,
    ) -> Self {
        let settings = ModelSettings { key: None, ..settings.clone() };
        let mut hash = Sha256::new();
        hash.update(PROMPTS);
        add(&mut hash, &settings);
        add(&mut hash, conversation);
        hash.update(question.trim());
        Self(hash.finalize().into())
    }
}

fn add(hash: &mut Sha256, part: &impl Serialize) {
    let text = serde_json::to_string(part).unwrap_or_default();
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

impl Cache {
    pub(crate) fn get(&self, key: Key) -> Option<(Turn, Conversation)> {
        let (_, turn, conversation) = self.answers.iter().find(|(kept, ..)| *kept == key)?;
        Some((turn.clone(), conversation.clone()))
    }

    pub(crate) fn keep(&mut self, key: Key, turn: &Turn, conversation: &Conversation) {
        let is_whole = turn.status == Status::Answered && turn.problem.is_none();
        if !is_whole
            || turn
                .steps
                .iter()
                .any(|step| step.result.error().is_some_and(|error| error.retryable))
        {
            return;
        }
        self.answers.truncate(MOST - 1);
        // It cost what it cost the first time.
        let turn = Turn { cost: None, ..turn.clone() };
        self.answers.push_front((key, turn, conversation.clone()));
    }
}
