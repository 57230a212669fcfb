//! `about.toml`: what a dataset is, for people.

use serde::Deserialize;

use crate::InputFile;
use crate::error::PackError;

/// The name of the file.
pub(super) const FILE: &str = "about.toml";

/// What the file says. Other keys are for other programs.
#[derive(Debug, Default, Deserialize)]
pub(super) struct About {
    /// The catalogue's name.
    pub(super) name: Option<String>,
    /// What people should know of the data.
    pub(super) note: Option<String>,
}

pub(super) fn read(file: &InputFile) -> Result<About, PackError> {
    let unreadable = |reason: String| PackError::About { file: file.name.clone(), reason };
    let text = std::str::from_utf8(&file.bytes).map_err(|error| unreadable(error.to_string()))?;
    toml::from_str(text).map_err(|error| unreadable(error.message().to_owned()))
}
