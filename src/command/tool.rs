use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use futures::executor::block_on;
use serde_json::Value;
use usher_engine::Engine;
use usher_protocol::{ErrorKind, ToolError, ToolResult};

use super::{argument_or_input, print};
use crate::bundle_folder;
use crate::clock::MachineClock;

#[derive(Debug, Args)]
pub(crate) struct Tool {
    /// Name of the tool, such as `item_filter`
    name: String,
    /// Its arguments as a JSON object, or several for several calls; `-` reads standard input
    json: String,
    /// Folder of the bundle; without it, the demo
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
}

impl Tool {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let json = argument_or_input(&self.json)?;
        let calls: Result<Vec<Value>, _> =
            serde_json::Deserializer::from_str(&json).into_iter().collect();
        let results = match calls {
            Ok(calls) if calls.is_empty() => vec![not_json("there is nothing")],
            Ok(calls) => {
                let engine = Engine::new(bundle_folder::open(self.bundle.as_deref())?);
                let clock = MachineClock::new();
                let call = |arguments| block_on(engine.tool(&self.name, arguments, &clock)).result;
                calls.into_iter().map(call).collect()
            }
            // Nothing is called: it was meant otherwise.
            Err(error) => vec![not_json(&error.to_string())],
        };
        for result in &results {
            print(format_args!("{}", serde_json::to_string(result)?));
        }
        let all_well = results.iter().all(|result| result.error().is_none());
        Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn not_json(why: &str) -> ToolResult {
    ToolResult::Failure {
        message: format!("The arguments are not JSON: {why}."),
        error: ToolError {
            kind: ErrorKind::InvalidArguments,
            retryable: false,
            hint: "Give one JSON object, such as {\"items\":[1],\"get\":[\"title\"]}.".to_owned(),
        },
    }
}
