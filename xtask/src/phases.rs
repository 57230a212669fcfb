//! Named phases of a chore, each with the time it took.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};

/// The phases of one chore, in the order in which they ran.
pub(crate) struct Phases {
    ended: Vec<Ended>,
}

struct Ended {
    name: &'static str,
    took: Duration,
    well: bool,
}

impl Phases {
    pub(crate) fn new() -> Self {
        Self { ended: Vec::new() }
    }

    /// Runs a phase, and prints its name before and its time after.
    ///
    /// # Errors
    /// The phase's own, with its name in front.
    pub(crate) fn run<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        eprintln!("── {name}");
        let begun = Instant::now();
        let outcome = work();
        let ended = Ended { name, took: begun.elapsed(), well: outcome.is_ok() };
        let word = if ended.well { "done in" } else { "FAILED after" };
        eprintln!("── {name}: {word} {}", seconds(ended.took));
        self.ended.push(ended);
        outcome.with_context(|| format!("phase `{name}` failed"))
    }

    /// Prints the table of all phases.
    pub(crate) fn summary(&self) {
        if self.ended.is_empty() {
            return;
        }
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(["phase", "time", ""]);
        for phase in &self.ended {
            let word = if phase.well { "ok" } else { "failed" };
            table.add_row([phase.name, &seconds(phase.took), word]);
        }
        let total = self.ended.iter().map(|phase| phase.took).sum();
        table.add_row(["in all", &seconds(total), ""]);
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        eprintln!("{table}");
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
