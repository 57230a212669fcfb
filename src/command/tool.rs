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
    /// Its arguments as a JSON object; `-` reads standard input
    json: String,
    /// Folder of the bundle; without it, the demo
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
}

impl Tool {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let json = argument_or_input(&self.json)?;
        let result = match serde_json::from_str::<Value>(&json) {
            Ok(arguments) => {
                let engine = Engine::new(bundle_folder::open(self.bundle.as_deref())?);
                block_on(engine.tool(&self.name, arguments, &MachineClock::new())).result
            }
            Err(error) => ToolResult::Failure {
                message: format!("The arguments are not JSON: {error}."),
                error: ToolError {
                    kind: ErrorKind::InvalidArguments,
                    retryable: false,
                    hint: "Give one JSON object, such as {\"items\":[1],\"get\":[\"title\"]}."
                        .to_owned(),
                },
            },
        };
        print(format_args!("{}", serde_json::to_string(&result)?));
        Ok(if result.error().is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
