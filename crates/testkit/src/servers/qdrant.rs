use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use tempfile::TempDir;

use super::guard::Guard;

/// How long the engine may take to start.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where the engine lies, and how to come by it.
const PROGRAM: &str = "USHER_QDRANT_ENGINE";
const GET_IT: &str = "Qdrant's engine is missing: `cargo xtask test` builds it, or `cargo build --manifest-path tests/qdrant/Cargo.toml --target-dir target/qdrant`, or name the program in USHER_QDRANT_ENGINE";

/// Qdrant's own engine behind its REST interface, on 127.0.0.1.
#[derive(Debug)]
pub struct QdrantEngine {
    folder: TempDir,
    program: PathBuf,
    key: String,
    port: u16,
    server: Option<Guard>,
}

impl QdrantEngine {
    /// Starts an engine that asks for this key; for none if it is empty.
    ///
    /// # Panics
    /// It cannot be started; says what is missing.
    #[must_use]
    pub fn start(key: &str) -> Self {
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/qdrant/debug/qdrant-engine");
        let program = env::var_os(PROGRAM).map_or_else(|| PathBuf::from(built), PathBuf::from);
        assert!(program.is_file(), "{GET_IT}");
        let folder = TempDir::with_prefix("usher-qdrant-").unwrap();
        let mut engine = Self { folder, program, key: key.to_owned(), port: 0, server: None };
        engine.restart();
        engine
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Ends it if it runs, and starts it on the same port, with nothing in it.
    pub fn restart(&mut self) {
        self.stop();
        let log = self.folder.path().join("log");
        let mut arguments = vec![self.port.to_string()];
        arguments.extend((!self.key.is_empty()).then(|| self.key.clone()));
        self.server = Some(Guard::start(&self.program, arguments, &log).unwrap());
        let begun = Instant::now();
        loop {
            let told = fs::read_to_string(&log).unwrap_or_default();
            let address =
                told.lines().next().and_then(|line| line.strip_prefix("http://127.0.0.1:"));
            if let Some(port) =
                address.filter(|_| told.contains('\n')).and_then(|port| port.parse().ok())
            {
                self.port = port;
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "Qdrant's engine does not start:\n{told}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sends a request with its key, and waits for the answer's status and body.
    ///
    /// # Errors
    /// Nobody answers.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&[u8]>,
    ) -> std::io::Result<(u16, Vec<u8>)> {
        send(self.port, &self.key, method, path, body)
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Sends a request to a port of 127.0.0.1, and waits for the answer's status and body.
///
/// # Errors
/// Nobody answers, or not as HTTP does.
pub fn send(
    port: u16,
    key: &str,
    method: &str,
    path: &str,
    body: Option<&[u8]>,
) -> std::io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let body = body.unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\napi-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let no_http = || std::io::Error::other("this is no HTTP");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(no_http)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(no_http)?, answer.split_off(end + 4)))
}
