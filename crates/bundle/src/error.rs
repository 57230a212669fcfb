/// Why a bundle cannot be read. Each message names the file and the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// `manifest.json` is not a manifest.
    #[error("manifest.json cannot be read: {reason}. Pack the bundle again with `usher pack`.")]
    Manifest {
        /// What the parser says.
        reason: String,
    },
    /// The bundle was made by a newer Usher.
    #[error(
        "The bundle has format {found}, and this Usher reads up to {known}. Update Usher, or pack the bundle again with this one."
    )]
    NewerFormat {
        /// The manifest's format.
        found: u32,
        /// The newest format that is read here.
        known: u32,
    },
    /// The bundle was made by an older Usher.
    #[error(
        "The bundle has format {found}, and this Usher reads {known}. Make the bundle again with `usher pack`."
    )]
    OlderFormat {
        /// The manifest's format.
        found: u32,
        /// The format that is read here.
        known: u32,
    },
    /// A file cannot be read now.
    #[error("{what} {next}")]
    Unreadable {
        /// Which file, and why: a sentence.
        what: String,
        /// What to do: a sentence.
        next: String,
    },
    /// A section that is needed is not listed, or its file was not there.
    #[error(
        "The bundle's {section} section is missing. Copy the whole bundle folder again, or pack it again with `usher pack`."
    )]
    Missing {
        /// Name of the section.
        section: &'static str,
    },
    /// A file is not what the manifest says.
    #[error(
        "{file} is damaged: {reason}. Copy the whole bundle folder again, or pack it again with `usher pack`."
    )]
    Damaged {
        /// Name of the file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}
