use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use futures::executor::block_on;
use usher_engine::{Engine, GUIDE};
use usher_protocol::{RunEvent, Status};

use super::{argument_or_input, log, print};
use crate::bundle_folder;
use crate::clock::MachineClock;

#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// The question; `-` reads standard input
    question: String,
    /// A further question of the same conversation; may be given several times
    #[arg(long, value_name = "QUESTION")]
    then: Vec<String>,
    /// Folder of the bundle; without it, the demo
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
    /// The model that plans and answers: `guide`, the built-in one
    #[arg(long, default_value = GUIDE, value_parser = [GUIDE])]
    model: String,
    /// Print one JSON object a turn
    #[arg(long)]
    json: bool,
}

impl Ask {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let first = argument_or_input(&self.question)?;
        let mut engine = Engine::new(bundle_folder::open(self.bundle.as_deref())?);
        let clock = MachineClock::new();
        let mut code = ExitCode::SUCCESS;
        for question in std::iter::once(first).chain(self.then) {
            let mut on_event = |event: RunEvent| {
                if !self.json {
                    tell(&event);
                }
            };
            let turn = block_on(engine.ask(&question, &clock, &mut on_event));
            if turn.status == Status::Failed {
                code = ExitCode::FAILURE;
            }
            if self.json {
                print(format_args!("{}", serde_json::to_string(&turn)?));
            } else {
                print(format_args!("{}\n", turn.answer));
            }
        }
        Ok(code)
    }
}

/// Tells the plan and the steps as they happen.
fn tell(event: &RunEvent) {
    match event {
        RunEvent::Planned { plan: Some(plan), .. } => log(format_args!("{plan}")),
        RunEvent::ToolFinished { step, .. } => log(format_args!(
            "  {} {} — {} ({:.1} ms)",
            step.tool,
            step.arguments,
            step.result.message(),
            step.elapsed_us as f64 / 1000.0,
        )),
        RunEvent::Planned { plan: None, .. }
        | RunEvent::ToolStarted { .. }
        | RunEvent::Finished { .. } => {}
    }
}
