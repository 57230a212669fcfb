//! `tour.jsonl`: the questions to begin with.

use usher_protocol::Example;

use crate::InputFile;
use crate::error::PackError;

/// The name of the file.
pub(super) const FILE: &str = "tour.jsonl";

/// One question a line; empty lines are overlooked.
pub(super) fn read(file: &InputFile) -> Result<Vec<Example>, PackError> {
    let broken = |line: usize, reason: String| PackError::Tour {
        file: file.name.clone(),
        line: line as u64,
        reason,
    };
    let text = std::str::from_utf8(&file.bytes).map_err(|error| {
        let before = file.bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        broken(line, "it is not UTF-8".to_owned())
    })?;
    let mut examples = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let example: Example =
            serde_json::from_str(text).map_err(|error| broken(line, error.to_string()))?;
        example.check().map_err(|reason| broken(line, reason))?;
        if examples.len() == Example::MOST {
            return Err(broken(line, format!("there are more than {} questions", Example::MOST)));
        }
        examples.push(example);
    }
    Ok(examples)
}
