use std::future::pending;
use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;

use anyhow::Result;
use clap::Args;
use futures::future::{Either, select};
use usher_agent::{Answerer, Stop};
use usher_engine::Engine;
use usher_protocol::{RunEvent, Status, Turn};

use super::{argument_or_input, log, print};
use crate::bundle_folder;
use crate::clock::MachineClock;
use crate::model::ModelChoice;

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
    #[command(flatten)]
    model: ModelChoice,
    /// Print one JSON object a turn
    #[arg(long)]
    json: bool,
}

impl Ask {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let first = argument_or_input(&self.question)?;
        let remote = self.model.remote()?;
        let mut engine = Engine::new(bundle_folder::open(self.bundle.as_deref())?);
        engine.use_model(remote.map(|remote| Rc::new(remote) as Rc<dyn Answerer>));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut code = ExitCode::SUCCESS;
        for question in std::iter::once(first).chain(self.then) {
            let turn = runtime.block_on(answer(&mut engine, &question, self.json));
            if turn.status == Status::Failed {
                code = ExitCode::FAILURE;
            }
            if self.json {
                print(format_args!("{}", serde_json::to_string(&turn)?));
            } else {
                print(format_args!("{}\n", turn.answer));
            }
            if turn.status == Status::Stopped {
                return Ok(ExitCode::from(130));
            }
        }
        Ok(code)
    }
}

/// Answers one question; Ctrl-C ends it with what has been said by then.
async fn answer(engine: &mut Engine, question: &str, is_quiet: bool) -> Turn {
    let clock = MachineClock::new();
    let stop = Stop::default();
    let mut on_event = |event: RunEvent| {
        if !is_quiet {
            tell(&event);
        }
    };
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.press();
        }
        pending::<()>().await;
    };
    let asked = pin!(engine.ask(question, &clock, &stop, &mut on_event));
    match select(asked, pin!(interrupted)).await {
        Either::Left((turn, _)) => turn,
        // It never ends.
        Either::Right(((), asked)) => asked.await,
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
        RunEvent::Retrying { problem, wait_ms } => log(format_args!(
            "{} It is asked again in {:.1} s.",
            problem.what,
            *wait_ms as f64 / 1000.0
        )),
        RunEvent::FellBack { problem, model } => {
            log(format_args!("{} {}\nThe {model} answers instead.", problem.what, problem.next));
        }
        RunEvent::Planned { plan: None, .. }
        | RunEvent::ToolStarted { .. }
        | RunEvent::Said { .. }
        | RunEvent::Thought { .. }
        | RunEvent::Withdrawn
        | RunEvent::Finished { .. } => {}
    }
}
