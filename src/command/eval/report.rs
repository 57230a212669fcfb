//! What came of asking, for people and for programs.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

/// Counts of all turns, and what was not as expected.
#[derive(Debug, Default)]
pub(super) struct Report {
    questions: usize,
    /// By kind of question, in the order met.
    classes: Vec<Class>,
    /// Which of the classes the turns that come next belong to.
    class: usize,
    pub(super) failed: Vec<Failed>,
    /// How long the model took, for each time that it was called.
    pub(super) planning_us: Vec<u64>,
}

#[derive(Debug, Default)]
struct Class {
    name: String,
    turns: usize,
    right: usize,
}

/// A turn that was not as expected.
#[derive(Debug, Serialize)]
pub(super) struct Failed {
    pub(super) id: String,
    /// Which turn of the conversation, from 1.
    pub(super) turn: usize,
    pub(super) question: String,
    pub(super) problems: Vec<String>,
    pub(super) answer: String,
}

impl Report {
    /// A question of a class follows.
    pub(super) fn begin(&mut self, class: &str) {
        self.questions += 1;
        self.class =
            self.classes.iter().position(|known| known.name == class).unwrap_or_else(|| {
                self.classes.push(Class { name: class.to_owned(), ..Class::default() });
                self.classes.len() - 1
            });
    }

    /// A turn was right, or failed.
    pub(super) fn add(&mut self, failed: Option<Failed>) {
        if let Some(class) = self.classes.get_mut(self.class) {
            class.turns += 1;
            class.right += usize::from(failed.is_none());
        }
        self.failed.extend(failed);
    }

    fn total(&self) -> Class {
        Class {
            name: "all".to_owned(),
            turns: self.classes.iter().map(|class| class.turns).sum(),
            right: self.classes.iter().map(|class| class.right).sum(),
        }
    }

    /// The 95th percentile (nearest rank) of how long the model took, in µs.
    fn planning_us_p95(&self) -> u64 {
        let mut sorted = self.planning_us.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * 95).div_ceil(100);
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
    }

    pub(super) fn json(&self) -> Value {
        let classes: serde_json::Map<String, Value> =
            self.classes.iter().map(|class| (class.name.clone(), class.json())).collect();
        let total = self.total();
        json!({
            "questions": self.questions,
            "turns": total.turns,
            "right": total.right,
            "score": total.score(),
            "classes": classes,
            "planning_us_p95": self.planning_us_p95(),
            "failures": self.failed,
        })
    }
}

impl Class {
    /// The share of turns that were right, in percent with two decimals.
    fn score(&self) -> f64 {
        (self.right as f64 * 10_000.0 / self.turns.max(1) as f64).round() / 100.0
    }

    fn json(&self) -> Value {
        json!({"turns": self.turns, "right": self.right, "score": self.score()})
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        for class in self.classes.iter().chain(std::iter::once(&total)) {
            let counted = format!("{} of {}", class.right, class.turns);
            writeln!(f, "{:<14} {counted:>12} {:>7.2} %", class.name, class.score())?;
        }
        write!(
            f,
            "planning p95 {:>14.2} ms in {} calls of the model",
            self.planning_us_p95() as f64 / 1000.0,
            self.planning_us.len()
        )
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} turn {}: {}", self.id, self.turn, self.question)?;
        for problem in &self.problems {
            writeln!(f, "  {problem}")?;
        }
        let answer: String = self.answer.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = answer.chars().take(200).collect();
        write!(f, "  answered: {short}")
    }
}
