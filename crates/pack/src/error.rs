use usher_bundle::BundleError;

/// Why a dataset cannot be packed. Each message names the thing and the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// None of the files belongs to a kind of dataset that is read.
    #[error(
        "There is no dataset here ({found}). Give a folder with items.csv and interactions.csv, with MovieLens as published, with RecBole atomic files (NAME.inter, NAME.item, NAME.user), or with a mapping.toml that says which file is which."
    )]
    NothingKnown {
        /// What there is instead.
        found: String,
    },
    /// A file that is needed is not there.
    #[error("{file} is missing. Put it beside {beside}: {what}.")]
    MissingFile {
        /// The file.
        file: String,
        /// A file of the dataset that is there.
        beside: String,
        /// What it should hold.
        what: &'static str,
    },
    /// A file's first line does not name the columns.
    #[error(
        "{file} has no column {column} (its first line names: {found}). Name it in the first line of the file."
    )]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The columns that there are.
        found: String,
    },
    /// The interactions files hold no usable row.
    #[error("{file} holds no interactions{because}. Fill it with one row for each interaction.")]
    NoInteractions {
        /// The file, or the files.
        file: String,
        /// Why, where something is known.
        because: String,
    },
    /// A row is broken, and the packing is strict.
    #[error(
        "{file}, line {line}: {reason}. Mend the row, or leave out `--strict` to go on without it."
    )]
    BrokenRow {
        /// The file.
        file: String,
        /// The line at which the row begins, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The file that says what the dataset is cannot be read.
    #[error("{file} cannot be read: {reason}. Mend it, or take it away: a dataset needs none.")]
    About {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file that says what files and columns are called cannot be used.
    #[error(
        "{file} cannot be used: {reason}. Mend it, or take it away and name files and columns as Usher does."
    )]
    Mapping {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A line of the file with the questions to begin with cannot be used.
    #[error(
        "{file}, line {line}: {reason}. Mend the line, or take the file away: a dataset needs none."
    )]
    Tour {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// No model was given whose scores a bundle can hold.
    #[error("There is no model to fit. Give one that has factors: bpr, ials or spectral.")]
    NoModel,
    /// A fit gave what is no number, or a larger one than a bundle holds.
    #[error(
        "{model} gave factors that are too large, or no numbers. Choose another model, or other settings."
    )]
    NotANumber {
        /// The model and its settings.
        model: String,
    },
    /// Factors that were trained elsewhere cannot be used.
    #[error("{file} cannot be used: {reason}.")]
    Factors {
        /// The file of the factors or of their ids.
        file: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// A split goes by time, and there are interactions without one.
    #[error(
        "{without} of {interactions} interactions have no timestamp, by which this split goes. Give each its timestamp, or split at random."
    )]
    NoTimes {
        /// How many have none.
        without: usize,
        /// How many there are.
        interactions: usize,
    },
    /// New items are ranked by their texts, and there is too little to learn from.
    #[error(
        "Too few items have both a text and interactions for factors to be learned from texts. Give the items descriptions, or more interactions."
    )]
    TooLittleText,
    /// The bundle cannot be written.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}
