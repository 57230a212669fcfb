//! A model's server on loopback that speaks the three wire formats, follows a
//! [`Script`], and goes wrong on demand.
//!
//! It listens on `http://127.0.0.1:PORT`; a client is given `…/v1` as base address for
//! OpenAI's formats (`responses`, `chat/completions`, `models`), and the address itself
//! for Ollama's (`/api/chat`, `/api/tags`, `/api/show`, `/api/version`). A request is
//! checked as the real servers check theirs, or more strictly, so that a wrong client
//! is found out.
//!
//! A [`Fault`] is a part of the address: `/fault/rate-limit/v1`. `/fault/NAME:2` goes
//! wrong twice and then right; what is between that and `v1` or `api` names a client
//! that is counted by itself: `/fault/rate-limit:2/first-test/v1`. A fault of the calls
//! or the answer is counted only where there is one.
//!
//! `GET /requests` lists what the server was sent, as [`ScriptedLlm::requests`] does.

mod chat;
mod check;
mod conversation;
mod cors;
mod delivery;
mod exchange;
mod failure;
mod fault;
mod fill;
mod frame;
mod misbehave;
mod ollama;
mod path;
mod refusal;
mod responses;
mod said;
mod script;
mod server;

pub use fault::{Fault, Stage, UnknownFault};
pub use script::{Call, Model, Reply, Script, Turn};
pub use server::{Received, ScriptedLlm};

/// When everything was made: the server has no clock, so that its streams are always
/// the same.
const CREATED: u64 = 1_793_534_400;
/// The same in Ollama's form.
const CREATED_AT: &str = "2026-11-01T12:00:00.000000Z";
