//! The edge worker: keeps the keys of language models, and serves the tools over HTTP
//! and MCP. What it decides stands in `usher-gateway`; here are the platform's requests,
//! answers, files and sockets.

#![cfg(target_arch = "wasm32")]

mod access;
mod answer;
mod body;
mod database;
mod files;
mod ports;
mod proxy;
mod ready;
mod respond;
mod search_service;
mod state;
mod tools;

use worker::{Context, Env, Request, Response, Result, event};

#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    answer::answer(request, env).await
}
