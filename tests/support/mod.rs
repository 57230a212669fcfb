//! What the whole-product tests share: running the program, and datasets to give it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What the program left behind.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Standard output as one JSON object.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not one JSON object ({error}): {self}"))
    }

    /// Standard output as one JSON object a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
        };
        self.stdout.lines().map(parse).collect()
    }

    /// Itself, if it ended well.
    #[track_caller]
    pub(crate) fn well(self) -> Self {
        assert!(self.code == 0, "{self}");
        self
    }

    /// Itself, if it ended with this exit code, without a panic, and with a message
    /// that holds each of these words.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, words: &[&str]) -> Self {
        assert!(self.code == code, "exit code {code} expected: {self}");
        assert!(!self.stderr.contains("panicked"), "{self}");
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is not in the message: {self}");
        }
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A message that swallows a 100,000-character question helps nobody.
        let short = |text: &str| text.chars().take(4000).collect::<String>();
        let (stdout, stderr) = (short(&self.stdout), short(&self.stderr));
        write!(f, "exit code {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}", self.code)
    }
}

/// Runs `usher` with these arguments.
pub(crate) fn usher<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Outcome {
    usher_reading("", arguments)
}

/// Runs `usher` with these arguments and this on standard input.
pub(crate) fn usher_reading<A: AsRef<OsStr>>(
    input: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without reading: a broken pipe is no failure of the test.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A turn of `ask --json`, and the tools that it called.
pub(crate) fn tools_called(turn: &Value) -> Vec<&str> {
    turn["steps"].as_array().unwrap().iter().map(|step| step["tool"].as_str().unwrap()).collect()
}

/// MovieLens-100k: the folder that `USHER_ML100K` names, or `data/ml-100k`. Says
/// loudly that a test is skipped where there is neither.
pub(crate) fn movielens() -> Option<PathBuf> {
    let folder = std::env::var_os("USHER_ML100K")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("data/ml-100k"), PathBuf::from);
    if folder.join("ml-100k.inter").is_file() {
        return Some(folder);
    }
    // Past the test harness, which holds back what a passing test prints.
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: {}: no MovieLens-100k in {}; set USHER_ML100K to its folder",
        std::thread::current().name().unwrap_or("a test"),
        folder.display()
    );
    None
}

/// All files of a folder with their contents, by name.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Copies a flat folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (name, bytes) in files(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}
