//! What is known of a run while it goes on and when it is over.

use usher_protocol::{Cost, Problem, RunEvent, Status, Step, Turn};

use usher_web_answer::quantity::tenths;
use usher_web_answer::words::filled;

/// A run as its events have told it so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Progress {
    /// The plans told, in order.
    pub(crate) plans: Vec<String>,
    /// The tools that were run.
    pub(crate) steps: Vec<Step>,
    /// What is done now, where there is more to say than that it is worked.
    pub(crate) doing: Option<String>,
    /// Why the chosen model does not answer, where another does in its place.
    pub(crate) problem: Option<Problem>,
    /// What the model has said so far, which is not yet its answer; Markdown.
    pub(crate) said: String,
    /// What the model has thought.
    pub(crate) thought: String,
    /// How the run ended, once it has.
    pub(crate) end: Option<End>,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct End {
    pub(crate) status: Status,
    /// Markdown.
    pub(crate) answer: String,
    /// The model that answered; empty if none did.
    pub(crate) model: String,
    /// What the model's requests cost, if they cost anything.
    pub(crate) cost: Option<Cost>,
}

impl Progress {
    /// A run that is over.
    pub(crate) fn of(turn: Turn) -> Self {
        let mut progress = Self::default();
        progress.apply(RunEvent::Finished { turn });
        progress
    }

    /// Takes in an event. Those after the end are ignored.
    pub(crate) fn apply(&mut self, event: RunEvent) {
        if self.end.is_some() {
            return;
        }
        self.doing = None;
        match event {
            RunEvent::Planned { plan, .. } => {
                // What was said was the plan.
                self.said.clear();
                self.plans.extend(plan);
            }
            RunEvent::ToolStarted { call } => {
                self.doing = Some(filled("Working: {0}", &[&call.name]));
            }
            RunEvent::ToolFinished { step, .. } => self.steps.push(step),
            RunEvent::Said { text } => self.said += &text,
            RunEvent::Thought { text } => self.thought += &text,
            RunEvent::Withdrawn => self.said.clear(),
            RunEvent::Retrying { problem, wait_ms } => {
                let wait = tenths(wait_ms.div_ceil(100));
                self.doing =
                    Some(filled("{0} It is asked again in {1} s.", &[&problem.what, &wait]));
            }
            // The other one begins anew.
            RunEvent::FellBack { problem, .. } => {
                *self = Self { problem: Some(problem), ..Self::default() };
            }
            RunEvent::Finished { turn } => {
                self.steps = turn.steps;
                self.problem = turn.problem;
                self.end = Some(End {
                    status: turn.status,
                    answer: turn.answer,
                    model: turn.model,
                    cost: turn.cost,
                });
            }
        }
    }

    /// Ends a run whose engine is gone.
    pub(crate) fn abandon(&mut self, answer: &str) {
        if self.end.is_none() {
            self.doing = None;
            self.end = Some(End {
                status: Status::Failed,
                answer: answer.to_owned(),
                model: String::new(),
                cost: None,
            });
        }
    }

    /// Time in all tools together, in microseconds.
    pub(crate) fn elapsed_us(&self) -> u64 {
        self.steps.iter().fold(0, |sum, step| sum.saturating_add(step.elapsed_us))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_protocol::{ToolCall, ToolResult};

    use super::*;

    fn step() -> Step {
        Step {
            tool: "item_filter".into(),
            arguments: json!({}),
            requested: None,
            why: None,
            result: ToolResult::Success { message: String::new(), data: json!({}) },
            elapsed_us: 40,
        }
    }

    fn finished(status: Status) -> RunEvent {
        RunEvent::Finished {
            turn: Turn {
                question: "q".into(),
                status,
                steps: vec![step(), step()],
                answer: "a".into(),
                model: "guide".into(),
                problem: None,
                cost: None,
            },
        }
    }

    #[test]
    fn a_run_is_followed_from_plan_to_answer() {
        let call = ToolCall {
            id: "1".into(),
            name: "item_filter".into(),
            arguments: json!({}),
            why: None,
        };
        let mut progress = Progress::default();
        progress.apply(RunEvent::Planned { plan: Some("Two steps.".into()), calls: vec![] });
        progress.apply(RunEvent::ToolStarted { call });
        assert_eq!(progress.doing.as_deref(), Some("Working: item_filter"));
        progress.apply(RunEvent::ToolFinished { call: "1".into(), step: step() });
        assert_eq!((progress.doing.as_deref(), progress.steps.len()), (None, 1));
        progress.apply(finished(Status::Answered));
        assert_eq!((progress.steps.len(), progress.elapsed_us()), (2, 80));
        assert_eq!(progress.plans, ["Two steps."]);
    }

    fn problem() -> Problem {
        Problem { what: "The server is busy.".into(), next: "Wait.".into() }
    }

    #[test]
    fn a_failing_model_is_waited_for_and_then_replaced() {
        let mut progress = Progress::default();
        progress.apply(RunEvent::Planned { plan: Some("Mine.".into()), calls: vec![] });
        progress.apply(RunEvent::Retrying { problem: problem(), wait_ms: 1_350 });
        assert_eq!(
            progress.doing.as_deref(),
            Some("The server is busy. It is asked again in 1.4 s.")
        );
        progress.apply(RunEvent::Said { text: "Well".into() });
        assert_eq!(progress.doing, None);
        progress.apply(RunEvent::FellBack { problem: problem(), model: "guide".into() });
        assert_eq!((progress.plans.len(), progress.problem), (0, Some(problem())));
    }

    #[test]
    fn what_is_said_grows_until_it_is_withdrawn_or_was_the_plan() {
        let said = |text: &str| RunEvent::Said { text: text.into() };
        for event in [RunEvent::Withdrawn, RunEvent::Planned { plan: None, calls: vec![] }] {
            let mut progress = Progress::default();
            progress.apply(RunEvent::Thought { text: "Hm".into() });
            progress.apply(said("Top "));
            progress.apply(said("Gun"));
            assert_eq!(progress.said, "Top Gun");
            progress.apply(event);
            assert_eq!((progress.said.as_str(), progress.thought.as_str()), ("", "Hm"));
        }
    }

    #[test]
    fn what_ended_stays_ended() {
        let mut progress = Progress::default();
        progress.apply(finished(Status::NeedsInput));
        let before = progress.clone();
        progress.abandon("gone");
        progress.apply(RunEvent::Planned { plan: Some("x".into()), calls: vec![] });
        assert_eq!(progress, before);
    }
}
