//! How messages are read: first as JSON in general, then each type takes its fields.
//!
//! Serde's derived readers write every type's fields out several times over, and the
//! page would carry all of it. Here the code that all types share does the work. The
//! form is that of serde's derived writers: objects by field name, enums tagged
//! externally. Fields that are not known are overlooked; an optional field may be absent.

use serde::de::Error as _;
use serde_json::{Error, Map, Number, Value};

/// A type that is read from JSON.
pub trait FromJson: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// The value has another form.
    fn from_json(value: Value) -> Result<Self, Error>;

    /// What a field is that is not there; nothing where it must be there.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

/// The fields of an object that have not been taken.
#[derive(Debug, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// The fields of an object.
    ///
    /// # Errors
    /// The value is not an object.
    pub fn of(value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(unlike(&other, "an object")),
        }
    }

    /// The name and the fields of an enum's variant. One without fields may be its
    /// name alone.
    ///
    /// # Errors
    /// The value is not a variant.
    pub fn of_variant(value: Value) -> Result<(String, Self), Error> {
        match single(value)? {
            (name, Value::Null) => Ok((name, Self::default())),
            (name, content) => Ok((name, Self::of(content)?)),
        }
    }

    /// Takes a field.
    ///
    /// # Errors
    /// It is not there and must be, or has another form.
    pub fn take<T: FromJson>(&mut self, name: &str) -> Result<T, Error> {
        match self.remove(name) {
            Some(value) => T::from_json(value).map_err(|error| within(name, &error)),
            None => T::absent().ok_or_else(|| missing(name)),
        }
    }

    /// Takes a field that has a default.
    ///
    /// # Errors
    /// It is there and has another form.
    pub fn take_or<T: FromJson>(&mut self, name: &str, default: fn() -> T) -> Result<T, Error> {
        match self.remove(name) {
            Some(value) => T::from_json(value).map_err(|error| within(name, &error)),
            None => Ok(default()),
        }
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.swap_remove(name)
    }
}

/// The one entry of an object; a string is a name without content.
fn single(value: Value) -> Result<(String, Value), Error> {
    match value {
        Value::String(name) => Ok((name, Value::Null)),
        Value::Object(fields) if fields.len() == 1 => {
            fields.into_iter().next().ok_or_else(|| Error::custom("an object without fields"))
        }
        other => Err(unlike(&other, "a name, or an object with one field")),
    }
}

/// The error of a value that is not what was expected.
pub(crate) fn unlike(value: &Value, expected: &str) -> Error {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Error::custom(["expected ", expected, ", found ", kind].concat())
}

fn missing(name: &str) -> Error {
    Error::custom(["missing field `", name, "`"].concat())
}

fn within(name: &str, error: &Error) -> Error {
    Error::custom([name, ": ", &error.to_string()].concat())
}

/// The error of a variant that an enum does not have.
#[must_use]
pub fn unknown_variant(name: &str) -> Error {
    Error::custom(["unknown variant `", name, "`"].concat())
}

impl FromJson for Value {
    fn from_json(value: Value) -> Result<Self, Error> {
        Ok(value)
    }
}

impl FromJson for String {
    fn from_json(value: Value) -> Result<Self, Error> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(unlike(&other, "a string")),
        }
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Result<Self, Error> {
        value.as_bool().ok_or_else(|| unlike(&value, "a boolean"))
    }
}

impl FromJson for u64 {
    fn from_json(value: Value) -> Result<Self, Error> {
        value.as_u64().ok_or_else(|| unlike(&value, "a whole number"))
    }
}

impl FromJson for u8 {
    fn from_json(value: Value) -> Result<Self, Error> {
        let number = u64::from_json(value)?;
        number.try_into().map_err(|_| Error::custom("a whole number that is too large"))
    }
}

impl FromJson for Number {
    fn from_json(value: Value) -> Result<Self, Error> {
        match value {
            Value::Number(number) => Ok(number),
            other => Err(unlike(&other, "a number")),
        }
    }
}

impl FromJson for u32 {
    fn from_json(value: Value) -> Result<Self, Error> {
        let number = u64::from_json(value)?;
        number.try_into().map_err(|_| Error::custom("a whole number that is too large"))
    }
}

impl FromJson for f32 {
    fn from_json(value: Value) -> Result<Self, Error> {
        f64::from_json(value).map(|number| number as f32)
    }
}

impl FromJson for f64 {
    fn from_json(value: Value) -> Result<Self, Error> {
        value.as_f64().ok_or_else(|| unlike(&value, "a number"))
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Value) -> Result<Self, Error> {
        match value {
            Value::Null => Ok(None),
            value => T::from_json(value).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, Error> {
        match value {
            Value::Array(values) => values.into_iter().map(T::from_json).collect(),
            other => Err(unlike(&other, "a list")),
        }
    }
}

impl<T: FromJson, E: FromJson> FromJson for Result<T, E> {
    fn from_json(value: Value) -> Result<Self, Error> {
        let (name, content) = single(value)?;
        match name.as_str() {
            "Ok" => T::from_json(content).map(Ok),
            "Err" => E::from_json(content).map(Err),
            other => Err(unknown_variant(other)),
        }
    }
}

/// Makes a type readable from JSON, by [`FromJson`](crate::FromJson) and by serde's
/// `Deserialize`.
///
/// Three forms: `readable!(struct Point { x, y, unit: default, scale: one })` with the
/// fields' names and, where one may be absent, its type's default or a function; `readable!(enum Event { moved => Moved { by },
/// stopped => Stopped })` with the variants' names as they are written; and
/// `readable!(Point)` for a type with a `FromJson` of its own.
#[macro_export]
macro_rules! readable {
    (struct $name:ident { $($field:ident $(: $default:ident)?),* $(,)? }) => {
        impl $crate::FromJson for $name {
            fn from_json(value: ::serde_json::Value) -> Result<Self, ::serde_json::Error> {
                let mut fields = $crate::Fields::of(value)?;
                Ok(Self { $($field: $crate::readable!(@take fields $field $($default)?)),* })
            }
        }
        $crate::readable!($name);
    };
    (enum $name:ident {
        $($written:ident => $variant:ident $({ $($field:ident),* })?),* $(,)?
    }) => {
        impl $crate::FromJson for $name {
            fn from_json(value: ::serde_json::Value) -> Result<Self, ::serde_json::Error> {
                #[allow(unused_mut, unused_variables, reason = "variants may have no fields")]
                let (name, mut fields) = $crate::Fields::of_variant(value)?;
                match name.as_str() {
                    $(stringify!($written) => {
                        Ok(Self::$variant $({ $($field: fields.take(stringify!($field))?),* })?)
                    })*
                    other => Err($crate::unknown_variant(other)),
                }
            }
        }
        // A variant that is not named above does not compile.
        const _: fn(&$name) = |value| match value {
            $($name::$variant { .. } => {})*
        };
        $crate::readable!($name);
    };
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let value = ::serde_json::Value::deserialize(from)?;
                $crate::FromJson::from_json(value).map_err(::serde::de::Error::custom)
            }
        }
    };
    (@take $fields:ident $field:ident) => {
        $fields.take(stringify!($field))?
    };
    (@take $fields:ident $field:ident default) => {
        $fields.take_or(stringify!($field), Default::default)?
    };
    (@take $fields:ident $field:ident $default:ident) => {
        $fields.take_or(stringify!($field), $default)?
    };
}
