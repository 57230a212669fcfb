//! What is known of a run while it goes on and when it is over.

use usher_protocol::{RunEvent, Status, Step};

/// A run as its events have told it so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Progress {
    /// The plans told, in order.
    pub(crate) plans: Vec<String>,
    /// The tools that were run.
    pub(crate) steps: Vec<Step>,
    /// The tool that runs now.
    pub(crate) running: Option<String>,
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
}

impl Progress {
    /// Takes in an event. Those after the end are ignored.
    pub(crate) fn apply(&mut self, event: RunEvent) {
        if self.end.is_some() {
            return;
        }
        match event {
            RunEvent::Planned { plan, .. } => self.plans.extend(plan),
            RunEvent::ToolStarted { call } => self.running = Some(call.name),
            RunEvent::ToolFinished { step, .. } => {
                self.running = None;
                self.steps.push(step);
            }
            RunEvent::Said { .. }
            | RunEvent::Thought { .. }
            | RunEvent::Withdrawn
            | RunEvent::Retrying { .. }
            | RunEvent::FellBack { .. } => {}
            RunEvent::Finished { turn } => {
                self.running = None;
                self.steps = turn.steps;
                self.end =
                    Some(End { status: turn.status, answer: turn.answer, model: turn.model });
            }
        }
    }

    /// Ends a run whose engine is gone.
    pub(crate) fn abandon(&mut self, answer: &str) {
        if self.end.is_none() {
            self.running = None;
            self.end = Some(End {
                status: Status::Failed,
                answer: answer.to_owned(),
                model: String::new(),
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
    use usher_protocol::{ToolCall, ToolResult, Turn};

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
        assert_eq!(progress.running.as_deref(), Some("item_filter"));
        progress.apply(RunEvent::ToolFinished { call: "1".into(), step: step() });
        assert_eq!((progress.running.as_deref(), progress.steps.len()), (None, 1));
        progress.apply(finished(Status::Answered));
        assert_eq!((progress.steps.len(), progress.elapsed_us()), (2, 80));
        assert_eq!(progress.plans, ["Two steps."]);
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
