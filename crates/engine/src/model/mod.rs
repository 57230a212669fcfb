//! Language models on servers: asking them, waiting for them, giving up on them.

mod cache;
mod client;
mod connection;
mod patience;
mod stop;
mod transport;
mod words;

use std::rc::Rc;

use usher_agent::{Brief, Instructions, worked_examples};
use usher_protocol::ModelSettings;

pub(crate) use cache::{Cache, Key};
pub(crate) use client::{Client, Heard};
pub use connection::{list_models, test_connection};
pub use patience::Patience;
pub use stop::Stop;
pub use transport::{Response, Transport, Unreachable};
pub(crate) use words::problem;

/// How many worked examples a model is shown.
const EXAMPLES: usize = 3;

/// A model on a server, and the way to it.
#[derive(Clone)]
pub struct Remote {
    /// The model and how to use it.
    pub settings: ModelSettings,
    /// How its server is reached.
    pub transport: Rc<dyn Transport>,
    /// How long it is waited for.
    pub patience: Patience,
}

impl Remote {
    pub(crate) fn client(&self) -> Client<'_> {
        Client {
            settings: &self.settings,
            transport: self.transport.as_ref(),
            patience: self.patience,
        }
    }

    /// What the model is told, for a question over this catalogue.
    pub(crate) fn brief(&self, question: &str, catalogue: String) -> Brief {
        let examples = worked_examples();
        let questions: Vec<&str> =
            examples.iter().map(|example| example.question.as_str()).collect();
        let nearest = usher_retrieval::nearest_of(question, &questions, EXAMPLES);
        Brief {
            model: self.settings.model.clone(),
            instructions: Some(Instructions {
                mode: self.settings.mode,
                small: self.settings.small,
                context_tokens: self.settings.context_tokens as usize,
                catalogue,
                examples: nearest
                    .into_iter()
                    .filter_map(|place| examples.get(place).cloned())
                    .collect(),
            }),
        }
    }
}
