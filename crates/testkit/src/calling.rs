use futures::executor::block_on;
use serde_json::Value;
use usher_bundle::Bundle;
use usher_protocol::ErrorKind;
use usher_tools::{BundlePorts, Called, Registry};

/// The tools over one catalogue, in one conversation.
#[derive(Debug)]
pub struct Tools {
    /// The tools.
    pub registry: Registry<BundlePorts>,
    /// What they read.
    pub ports: BundlePorts,
}

impl Tools {
    /// The tools over a bundle.
    #[must_use]
    pub fn over(bundle: Bundle) -> Self {
        Self { registry: Registry::default(), ports: BundlePorts::new(bundle) }
    }

    /// Calls a tool.
    #[must_use]
    pub fn call(&self, name: &str, arguments: &Value) -> Called {
        block_on(self.registry.call(name, arguments, &self.ports))
    }

    /// The data of a call that must succeed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    #[track_caller]
    pub fn data(&self, name: &str, arguments: &Value) -> Value {
        let called = self.call(name, arguments);
        called.result.data().cloned().unwrap_or_else(|| unexpected(name, arguments, &called))
    }

    /// The message of a call that must succeed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    #[track_caller]
    pub fn message(&self, name: &str, arguments: &Value) -> String {
        let called = self.call(name, arguments);
        if called.result.data().is_none() {
            unexpected(name, arguments, &called)
        }
        called.result.message().to_owned()
    }

    /// Kind, message and hint of a call that must fail.
    ///
    /// # Panics
    /// It succeeds.
    #[must_use]
    #[track_caller]
    pub fn error(&self, name: &str, arguments: &Value) -> (ErrorKind, String, String) {
        let called = self.call(name, arguments);
        match called.result.error() {
            Some(error) => (error.kind, called.result.message().to_owned(), error.hint.clone()),
            None => unexpected(name, arguments, &called),
        }
    }

    /// The numeric ids of the items that a call names, in its order.
    ///
    /// # Panics
    /// It fails, or an id is not a number.
    #[must_use]
    #[track_caller]
    pub fn ids(&self, name: &str, arguments: &Value) -> Vec<u64> {
        ids(&self.data(name, arguments))
    }
}

/// The numeric ids of the items in a tool's data, in its order.
///
/// # Panics
/// There are no items, or an id is not a number.
#[must_use]
#[track_caller]
pub fn ids(data: &Value) -> Vec<u64> {
    let items = data["items"].as_array().into_iter().flatten();
    let id = |item: &Value| match item["item_id"].as_u64() {
        Some(id) => id,
        None => panic!("{item} has no numeric id"),
    };
    items.map(id).collect()
}

#[track_caller]
fn unexpected(name: &str, arguments: &Value, called: &Called) -> ! {
    panic!("{name} {arguments}: {:?}", called.result)
}
