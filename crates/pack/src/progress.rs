use std::fmt;

/// How far packing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// How much of this phase is done: files, rounds, sections, or hundredths of a model's
    /// fit.
    pub done: u32,
    /// How much there is to do in this phase.
    pub total: u32,
}

/// A step of packing. Shown as "reading items.csv".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// A file is read.
    Reading {
        /// Its name.
        file: String,
    },
    /// Values are cleaned.
    Cleaning,
    /// Models are fitted on a part and measured on the rest.
    Measuring {
        /// The highest NDCG@10 so far, in ten-thousandths, and the model that has it.
        best: Option<(u32, &'static str)>,
    },
    /// The model is fitted on everything.
    Training,
    /// The text is indexed.
    Indexing,
    /// A section is compressed.
    Writing {
        /// Its name.
        section: &'static str,
    },
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading { file } => write!(f, "reading {file}"),
            Self::Cleaning => f.write_str("cleaning"),
            Self::Measuring { best: None } => f.write_str("measuring the model"),
            Self::Measuring { best: Some((ndcg, model)) } => {
                let (whole, rest) = (ndcg / 10_000, ndcg % 10_000);
                write!(f, "measuring the model: best {model}, NDCG@10 {whole}.{rest:04}")
            }
            Self::Training => f.write_str("training the model"),
            Self::Indexing => f.write_str("indexing the text"),
            Self::Writing { section } => write!(f, "writing {section}"),
        }
    }
}
