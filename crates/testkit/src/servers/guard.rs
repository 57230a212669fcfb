use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server's process. It is killed when this is dropped, and also when the test's own
/// process ends in whatever way: a shell waits for that end at its standard input.
#[derive(Debug)]
pub(super) struct Guard(Child);

const WAIT: &str = r#""$@" </dev/null & server=$!; read -r _; kill -9 $server; wait $server"#;

impl Guard {
    /// Starts a program; what it says goes to a file.
    pub(super) fn start<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        log: &Path,
    ) -> std::io::Result<Self> {
        let log = std::fs::File::create(log)?;
        let child = Command::new("sh")
            .args(["-c", WAIT, "sh"])
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        Ok(Self(child))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A port of loopback on which nobody listens now.
pub(super) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
