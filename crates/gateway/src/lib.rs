//! What the edge worker decides, without HTTP, clock or chance: which route a request
//! takes, who may ask, how often, what of a request goes on to a language model, and
//! what MCP answers. The worker gives it strings and bytes and does what it says.

pub mod access;
pub mod guard;
mod limits;
pub mod mcp;
pub mod proxy;
mod rate;
mod refusal;
mod route;
mod settings;

pub use limits::Limits;
pub use rate::Windows;
pub use refusal::Refusal;
pub use route::{Route, route};
pub use settings::{Settings, SettingsError};
