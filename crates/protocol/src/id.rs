use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Error, Value};

use crate::read::{FromJson, unlike};
use crate::readable;

/// An id of a user or an item, as the owner of the catalogue writes it.
///
/// A string inside. JSON takes a number or a string, and gives a number where
/// the text is the plain decimal form of one (`"42"` but not `"042"`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub String);

impl Id {
    /// The id as a number, if its text is exactly how that number is written.
    #[must_use]
    pub fn as_number(&self) -> Option<u64> {
        let number = self.0.parse::<u64>().ok()?;
        // Above 2^53 a JavaScript number would become another id.
        (number < (1 << 53) && number.to_string() == self.0).then_some(number)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_number() {
            Some(number) => serializer.serialize_u64(number),
            None => serializer.serialize_str(&self.0),
        }
    }
}

impl FromJson for Id {
    fn from_json(value: Value) -> Result<Self, Error> {
        match value {
            Value::Number(number) if number.is_u64() || number.is_i64() => {
                Ok(Self(number.to_string()))
            }
            Value::String(text) => Ok(Self(text.trim().to_owned())),
            other => Err(unlike(&other, "an id: a whole number or a string")),
        }
    }
}

readable!(Id);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_takes_numbers_and_strings_and_gives_plain_numbers_back() {
        for (json, back) in [
            ("42", "42"),
            ("\"42\"", "42"),
            ("\"042\"", "\"042\""),
            ("\"tt0111161\"", "\"tt0111161\""),
            ("-1", "\"-1\""),
            ("\"9007199254740993\"", "\"9007199254740993\""),
        ] {
            let id: Id = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), back);
        }
        for bad in ["1.5", "null", "[1]", "true"] {
            assert!(serde_json::from_str::<Id>(bad).is_err(), "{bad}");
        }
    }
}
