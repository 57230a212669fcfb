use mysql_common::Value;

use super::error::MySqlError;

/// One row of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    /// A column's value, by its place; NULL past the last one.
    #[must_use]
    pub fn get(&self, at: usize) -> &Value {
        self.0.get(at).unwrap_or(&Value::NULL)
    }

    /// A whole number that is not negative, or NULL.
    ///
    /// # Errors
    /// It is something else, or does not fit.
    pub fn number<N: TryFrom<u64>>(&self, at: usize) -> Result<Option<N>, MySqlError> {
        let number = match self.get(at) {
            Value::NULL => return Ok(None),
            Value::UInt(number) => Some(*number),
            Value::Int(number) => u64::try_from(*number).ok(),
            _ => None,
        };
        number.and_then(|number| N::try_from(number).ok()).map(Some).ok_or_else(|| wrong(at))
    }

    /// A whole number that is not negative; NULL counts as zero.
    ///
    /// # Errors
    /// It is something else, or does not fit.
    pub fn count<N: TryFrom<u64> + Default>(&self, at: usize) -> Result<N, MySqlError> {
        Ok(self.number(at)?.unwrap_or_default())
    }

    /// A whole number, or NULL.
    ///
    /// # Errors
    /// It is something else.
    pub fn signed(&self, at: usize) -> Result<Option<i64>, MySqlError> {
        match self.get(at) {
            Value::NULL => Ok(None),
            Value::Int(number) => Ok(Some(*number)),
            Value::UInt(number) => i64::try_from(*number).map(Some).map_err(|_| wrong(at)),
            _ => Err(wrong(at)),
        }
    }

    /// A number with a fraction, as a column of the type FLOAT holds it.
    ///
    /// # Errors
    /// It is something else.
    pub fn float(&self, at: usize) -> Result<f32, MySqlError> {
        match self.get(at) {
            Value::Float(number) => Ok(*number),
            _ => Err(wrong(at)),
        }
    }

    /// A text, or NULL.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&self, at: usize) -> Result<Option<String>, MySqlError> {
        match self.get(at) {
            Value::NULL => Ok(None),
            Value::Bytes(bytes) => {
                String::from_utf8(bytes.clone()).map(Some).map_err(|_| wrong(at))
            }
            _ => Err(wrong(at)),
        }
    }
}

fn wrong(at: usize) -> MySqlError {
    MySqlError::protocol(format_args!("column {at} holds something else than it should"))
}
