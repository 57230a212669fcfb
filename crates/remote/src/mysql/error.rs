use std::io;

use usher_tools::Unavailable;

/// A question that a database did not answer. No message has a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MySqlError {
    /// Nobody answers at the address.
    #[error("the database cannot be reached ({detail})")]
    Unreachable {
        /// What the network says.
        detail: String,
    },
    /// The connection ended before the answer did.
    #[error("the connection to the database was lost ({detail})")]
    Lost {
        /// What the network says.
        detail: String,
    },
    /// User or password are wrong, or the user may not do this.
    #[error("the database refuses the user")]
    AccessDenied,
    /// There is no database of that name.
    #[error("there is no database of that name on the server")]
    NoDatabase,
    /// There is no such table in the database.
    #[error("the database holds no catalogue")]
    NoTable,
    /// The database holds other versions of the catalogue, or none.
    #[error("the database holds another version of the catalogue")]
    NoVersion,
    /// The version is not complete yet.
    #[error("this version of the catalogue is not loaded to its end yet")]
    HalfLoaded,
    /// The tables have another form than is read here.
    #[error("the database's tables have form {found}, and form {known} is read here")]
    OtherSchema {
        /// The number of theirs.
        found: u32,
        /// The number of ours.
        known: u32,
    },
    /// The database takes no changes.
    #[error("the database is read-only")]
    ReadOnly,
    /// The server has too much to do, or two changes stood in each other's way.
    #[error("the database is too busy")]
    Busy,
    /// The server asks for a way to log in that is not spoken here.
    #[error("the database asks for the login method {method}")]
    Login {
        /// As the server names it.
        method: String,
    },
    /// The server does not know a part of SQL that is used here.
    #[error("the database does not understand the question")]
    TooOld,
    /// Any other refusal of the server.
    #[error("the database refuses (error {code}: {message})")]
    Refused {
        /// MySQL's number.
        code: u16,
        /// What the server says, shortened.
        message: String,
    },
    /// What came is not what a MySQL server says.
    #[error("what answers is no MySQL server, or a damaged one ({detail})")]
    Protocol {
        /// What is wrong with it.
        detail: String,
    },
    /// The answer is larger than is read here.
    #[error("the database's answer is too large")]
    TooLarge,
}

/// How much of a server's message is told.
const SHOWN: usize = 200;

impl MySqlError {
    #[expect(clippy::needless_pass_by_value, reason = "errors are handed on whole")]
    pub(super) fn protocol(detail: impl ToString) -> Self {
        Self::Protocol { detail: detail.to_string() }
    }

    pub(super) fn lost(error: &io::Error) -> Self {
        Self::Lost { detail: error.to_string() }
    }

    /// What a server's error number means.
    ///
    /// Source: <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
    /// <https://mariadb.com/kb/en/mariadb-error-codes/>.
    pub(super) fn of_server(code: u16, message: &str) -> Self {
        match code {
            1044 | 1045 | 1130 | 1142 | 1143 | 1227 | 1698 | 3118 | 4151 => Self::AccessDenied,
            1049 => Self::NoDatabase,
            1146 => Self::NoTable,
            1290 | 1792 | 1836 => Self::ReadOnly,
            1040 | 1203 | 1205 | 1213 | 1226 => Self::Busy,
            1053 | 1077 | 1152 | 1317 | 1927 | 3169 | 4031 => {
                Self::Lost { detail: "the server ended it".to_owned() }
            }
            1064 | 1305 => Self::TooOld,
            _ => Self::Refused { code, message: message.chars().take(SHOWN).collect() },
        }
    }

    /// The same question may be answered over a fresh connection.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost { .. })
    }

    /// What to do: a sentence.
    #[must_use]
    pub fn next(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "See that the database runs, and that its address and port are right."
            }
            Self::Lost { .. } => "Try again; if it stays so, look at the database's log.",
            Self::AccessDenied => {
                "Look at user and password in the database's address, and at what the user is granted."
            }
            Self::NoDatabase => {
                "Make it with CREATE DATABASE, or look at the name in the database's address."
            }
            Self::NoTable => "Fill the database with `usher load mysql`.",
            Self::NoVersion => "Load the bundle that is used here with `usher load mysql`.",
            Self::HalfLoaded => "Wait until `usher load mysql` is done, or run it again.",
            Self::OtherSchema { .. } => {
                "Load the bundle with the `usher load mysql` of the version that reads it."
            }
            Self::ReadOnly => "Name the server that takes changes, or end its read-only mode.",
            Self::Busy => "Try again in a moment.",
            Self::Login { .. } => "Give the user caching_sha2_password or mysql_native_password.",
            Self::TooOld => "MariaDB 10.6 or MySQL 8 is needed.",
            Self::Refused { .. } => "Look at the database's log.",
            Self::Protocol { .. } => "See that the address is that of a MySQL or MariaDB server.",
            Self::TooLarge => "Ask for fewer items.",
        }
    }
}

impl From<MySqlError> for Unavailable {
    fn from(error: MySqlError) -> Self {
        let text = error.to_string();
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        let retryable = matches!(
            error,
            MySqlError::Unreachable { .. }
                | MySqlError::Lost { .. }
                | MySqlError::Busy
                | MySqlError::HalfLoaded
        );
        Self {
            what: format!("{}.", first.into_iter().chain(letters).collect::<String>()),
            next: error.next().to_owned(),
            retryable,
        }
    }
}
