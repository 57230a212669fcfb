//! The run: from a question to an answer, as a state machine without I/O.
//!
//! A run is given events (what the model said, what the tools answered) and says
//! what to do next. It knows no provider, no tool's inside, no clock and no
//! network; it can be stored as JSON at any point and go on elsewhere. The same
//! run drives the page, the command line and the tests.

mod limits;
mod run;

pub use limits::Limits;
pub use run::{Next, Run};
