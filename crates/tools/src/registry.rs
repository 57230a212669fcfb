use std::pin::Pin;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use usher_protocol::{ErrorKind, ToolResult, ToolSpec};

use crate::arguments;
use crate::outcome::{Outcome, failure};
use crate::ports::Ports;
use crate::tool;

/// A tool: one file in `tool/`.
#[allow(async_fn_in_trait, reason = "the futures are driven on one thread everywhere")]
pub trait Tool {
    /// The arguments. Their schema is made from this type.
    type Arguments: JsonSchema + DeserializeOwned + Serialize;
    /// The name that a call uses; also the name of the file.
    const NAME: &'static str;
    /// What it does and when to use it, for the model.
    const DESCRIPTION: &'static str;
    /// The schema of the arguments, as JSON: what a model is sent, and what its
    /// arguments are checked against. A file, so that a change in it is seen and
    /// the page need not carry what makes it; a test holds it to the type.
    const SCHEMA: &'static str;
    /// Computes the result. Names in the arguments are replaced by the catalogue's
    /// spelling, so that the arguments afterwards are those that were executed.
    async fn run<P: Ports>(arguments: &mut Self::Arguments, ports: &P) -> Outcome;
}

type Running<'a> = Pin<Box<dyn Future<Output = (Value, ToolResult)> + 'a>>;

pub(crate) struct Entry<P> {
    spec: ToolSpec,
    run: for<'a> fn(Value, &'a P) -> Running<'a>,
    #[cfg(test)]
    schema_of_type: fn() -> Value,
}

/// A call as it was executed.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// The arguments as executed.
    pub arguments: Value,
    /// The arguments as asked, where they differ from those executed.
    pub requested: Option<Value>,
    /// The result.
    pub result: ToolResult,
}

/// All tools over one kind of port.
pub struct Registry<P> {
    entries: Vec<Entry<P>>,
}

impl<P> std::fmt::Debug for Registry<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|entry| &entry.spec.name)).finish()
    }
}

impl<P: Ports> Default for Registry<P> {
    fn default() -> Self {
        Self { entries: tool::entries() }
    }
}

pub(crate) fn entry<T: Tool + 'static, P: Ports>() -> Entry<P> {
    Entry {
        spec: ToolSpec {
            name: T::NAME.to_owned(),
            description: T::DESCRIPTION.to_owned(),
            // It is JSON: the same test reads it.
            parameters: serde_json::from_str(T::SCHEMA).unwrap_or_default(),
        },
        run: |asked, ports| Box::pin(run::<T, P>(asked, ports)),
        #[cfg(test)]
        schema_of_type: arguments::schema_of::<T::Arguments>,
    }
}

async fn run<T: Tool, P: Ports>(asked: Value, ports: &P) -> (Value, ToolResult) {
    let mut arguments: T::Arguments = match serde_json::from_value(asked.clone()) {
        Ok(arguments) => arguments,
        Err(error) => {
            let result = failure(
                ErrorKind::InvalidArguments,
                format!("The arguments of {} do not fit: {error}.", T::NAME),
                "Follow the schema of the tool.",
            );
            return (asked, result.into());
        }
    };
    let outcome = T::run(&mut arguments, ports).await;
    let executed = serde_json::to_value(&arguments).unwrap_or(asked);
    (executed, outcome.map_or_else(ToolResult::from, ToolResult::from))
}

impl<P: Ports> Registry<P> {
    /// With one more tool. It takes the place of one of the same name.
    #[must_use]
    pub fn with<T: Tool + 'static>(mut self) -> Self {
        self.entries.retain(|entry| entry.spec.name != T::NAME);
        self.entries.push(entry::<T, P>());
        self
    }

    /// The tools as a model is told of them, always in the same order.
    pub fn specs(&self) -> impl Iterator<Item = &ToolSpec> {
        self.entries.iter().map(|entry| &entry.spec)
    }

    /// Normalises and checks the arguments, and runs the tool. Whatever the
    /// arguments are, the answer is a result.
    pub async fn call(&self, name: &str, requested: &Value, ports: &P) -> Called {
        let refused = |result: crate::outcome::Failure| Called {
            arguments: requested.clone(),
            requested: None,
            result: result.into(),
        };
        let Some(entry) = self.entries.iter().find(|entry| entry.spec.name == name) else {
            let names: Vec<&str> = self.specs().map(|spec| spec.name.as_str()).collect();
            return refused(failure(
                ErrorKind::UnknownTool,
                format!("There is no tool {:?}.", arguments::shortened(name)),
                format!("The tools are {}.", names.join(", ")),
            ));
        };
        let normal = match arguments::normalise_and_check(requested, &entry.spec.parameters) {
            Ok(normal) => normal,
            Err(problem) => {
                return refused(failure(
                    ErrorKind::InvalidArguments,
                    problem.message,
                    problem.hint,
                ));
            }
        };
        let (arguments, result) = (entry.run)(normal, ports).await;
        let requested = arguments::differ(requested, &arguments).then(|| requested.clone());
        Called { arguments, requested, result }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BundlePorts;

    /// With `USHER_WRITE_SCHEMAS=1` the files are written instead.
    #[test]
    fn each_schema_file_is_what_its_type_says() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");
        for entry in Registry::<BundlePorts>::default().entries {
            let schema = (entry.schema_of_type)();
            if std::env::var_os("USHER_WRITE_SCHEMAS").is_some() {
                let json = serde_json::to_string_pretty(&schema).unwrap() + "\n";
                std::fs::write(format!("{folder}/{}.json", entry.spec.name), json).unwrap();
            } else {
                assert_eq!(entry.spec.parameters, schema, "{}", entry.spec.name);
            }
        }
    }
}
