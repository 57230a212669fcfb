//! How well the product does on what is known to be right.

mod question;
mod rank;
mod report;
mod retrieval;
mod score;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use futures::executor::block_on;
use usher_agent::Stop;
use usher_engine::{Clock, Engine};
use usher_protocol::RunEvent;

use super::print;
use crate::bundle_folder;
use crate::clock::MachineClock;

use question::Question;
use report::{Failed, Report};

#[derive(Debug, Args)]
pub(crate) struct Eval {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Ask the questions of a file, and compare calls, arguments and answers
    Questions(Questions),
    /// Fit ranking models to a split and measure them, make such a split, or compare a bundle's
    /// ranking with the best possible one of a simulated audience
    Rank(Box<rank::Rank>),
    /// Search for known items, by each way of searching
    Retrieval(retrieval::Retrieval),
}

#[derive(Debug, Args)]
struct Questions {
    /// The questions with what is expected of each, one JSON object a line
    file: PathBuf,
    /// Folder of the bundle; without it, the demo
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Eval {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Questions(questions) => questions.run(),
            What::Rank(rank) => rank.run(),
            What::Retrieval(retrieval) => retrieval.run(),
        }
    }
}

impl Questions {
    fn run(self) -> Result<ExitCode> {
        let path = self.file.display();
        let text = fs::read_to_string(&self.file)
            .with_context(|| format!("the questions in {path} cannot be read"))?;
        let questions = question::read(&text).with_context(|| path.to_string())?;
        let mut engine = Engine::new(bundle_folder::open(self.bundle.as_deref())?);
        let clock = MachineClock::new();
        let mut report = Report::default();
        for question in &questions {
            ask(&mut engine, question, &clock, &mut report);
        }
        if self.json {
            print(format_args!("{}", report.json()));
        } else {
            for failed in &report.failed {
                print(format_args!("{failed}\n"));
            }
            print(format_args!("{report}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Asks the turns of a question in a conversation of their own.
fn ask(engine: &mut Engine, question: &Question, clock: &MachineClock, report: &mut Report) {
    engine.start_over();
    report.begin(&question.cls);
    for (place, expected) in question.turns().enumerate() {
        // The model is at work from the question, or from a tool's result, until it
        // has planned the next call or given the answer.
        let mut since = clock.now_us();
        let planning_us = &mut report.planning_us;
        let mut on_event = |event: RunEvent| match event {
            RunEvent::Planned { .. } | RunEvent::Finished { .. } => {
                planning_us.push(clock.now_us().saturating_sub(since));
            }
            RunEvent::ToolFinished { .. } => since = clock.now_us(),
            _ => {}
        };
        let turn = block_on(engine.ask(&expected.question, clock, &Stop::default(), &mut on_event));
        let problems = score::problems(expected, &turn);
        let failed = (!problems.is_empty()).then(|| Failed {
            id: question.id.clone(),
            turn: place + 1,
            question: expected.question.clone(),
            problems,
            answer: turn.answer,
        });
        report.add(failed);
    }
}
