//! The run: from a question to an answer, as a state machine without I/O.
//!
//! A run is given events (what the model said, what the tools answered) and says
//! what to do next. It knows no provider, no tool's inside, no clock and no
//! network; it can be stored as JSON at any point and go on elsewhere. The same
//! run drives the page, the command line and the tests.
//!
//! Models err. Calls that come as text are found, arguments are repaired where
//! their meaning is certain, loops are cut off, and an answer that names what no
//! tool returned is sent back once.

mod answerer;
mod brief;
mod draft;
mod grounding;
mod limits;
mod plan;
mod rescue;
mod resume;
mod run;
mod stop;
mod window;

pub use answerer::{Answered, Answerer, Task, Tools, Waiting, run_tool};
pub use brief::{
    Brief, Example, ExampleCall, Instruct, Instructions, Nothing, PROMPTS, worked_examples,
};
pub use draft::Draft;
pub use limits::Limits;
pub use resume::resumed;
pub use run::{Next, Run};
pub use stop::Stop;
