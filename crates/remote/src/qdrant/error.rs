use usher_tools::Unavailable;

/// A question that Qdrant did not answer. No message has a key in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QdrantError {
    /// Nobody answers at the address.
    #[error("Qdrant cannot be reached ({detail})")]
    Unreachable {
        /// What the network says.
        detail: String,
    },
    /// The key is missing or wrong, or may not do this.
    #[error("Qdrant refuses the key")]
    AccessDenied,
    /// There is no such collection.
    #[error("Qdrant holds no collection, or another version of the catalogue")]
    NoVersion,
    /// The collection's vectors are not such as the bundle's.
    #[error("Qdrant's collection holds other vectors than the bundle's ({message})")]
    OtherVectors {
        /// What Qdrant says, shortened.
        message: String,
    },
    /// It has too much to do, or goes wrong inside.
    #[error("Qdrant fails for now (status {status})")]
    Failing {
        /// The status of HTTP.
        status: u16,
    },
    /// Any other refusal.
    #[error("Qdrant refuses (status {status}: {message})")]
    Refused {
        /// The status of HTTP.
        status: u16,
        /// What Qdrant says, shortened.
        message: String,
    },
    /// What came is not what Qdrant says.
    #[error("what answers is not Qdrant, or a damaged one")]
    Protocol,
}

/// How much of a server's message is told.
const SHOWN: usize = 200;

impl QdrantError {
    pub(super) fn of_status(status: u16, message: &str) -> Self {
        let message: String = message.chars().take(SHOWN).collect();
        let is_of_vectors = || {
            let message = message.to_ascii_lowercase();
            message.contains("vector") && (message.contains("dim") || message.contains("name"))
        };
        match status {
            401 | 403 => Self::AccessDenied,
            404 => Self::NoVersion,
            408 | 429 | 500.. => Self::Failing { status },
            400 | 422 if is_of_vectors() => Self::OtherVectors { message },
            _ => Self::Refused { status, message },
        }
    }

    /// What to do: a sentence.
    #[must_use]
    pub fn next(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "See that Qdrant runs, and that its address and port are right."
            }
            Self::AccessDenied => "Look at the key for Qdrant, and at what it may do.",
            Self::NoVersion => "Load the bundle that is used here with `usher load qdrant`.",
            Self::OtherVectors { .. } => {
                "Delete the collection, and load the bundle with `usher load qdrant`."
            }
            Self::Failing { .. } => "Try again in a moment; if it stays so, look at Qdrant's log.",
            Self::Refused { .. } => "Look at Qdrant's log.",
            Self::Protocol => "See that the address is that of Qdrant's REST interface.",
        }
    }
}

impl From<QdrantError> for Unavailable {
    fn from(error: QdrantError) -> Self {
        let retryable =
            matches!(error, QdrantError::Unreachable { .. } | QdrantError::Failing { .. });
        let text = error.to_string();
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        Self {
            what: format!("{}.", first.into_iter().chain(letters).collect::<String>()),
            next: error.next().to_owned(),
            retryable,
        }
    }
}
