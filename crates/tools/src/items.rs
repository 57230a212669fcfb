//! The `items` argument: ids, or the handle of a set.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Error, Value, json};
use usher_bundle::ItemRow;
use usher_protocol::{ErrorKind, FromJson, Id, readable};

use crate::arguments::shortened;
use crate::outcome::{Failure, failure};
use crate::ports::{Catalogue, Ports};
use crate::sets::PREFIX;

/// Items, as a model names them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Items {
    /// External ids.
    Ids(Vec<Id>),
    /// The handle of a set that an earlier call returned.
    Handle(String),
}

impl FromJson for Items {
    fn from_json(value: Value) -> Result<Self, Error> {
        match value {
            Value::String(handle) => Ok(Self::Handle(handle)),
            list => Vec::from_json(list).map(Self::Ids),
        }
    }
}

readable!(Items);

impl JsonSchema for Items {
    fn schema_name() -> Cow<'static, str> {
        "Items".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Items: the handle of a set that an earlier call returned (set:…), or a list of ids",
            "anyOf": [
                {"type": "string", "pattern": "^set:"},
                {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1, "maxItems": 1000},
            ],
        })
    }
}

/// An id in a schema.
pub fn id_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["integer", "string"]})
}

/// Items that were found, and ids that were not.
#[derive(Debug, Default)]
pub struct Found {
    /// Rows in the order asked (of a handle: rising), each once.
    pub rows: Vec<ItemRow>,
    /// Ids that no item has.
    pub unknown: Vec<Id>,
    /// They came from a handle.
    pub from_handle: bool,
}

impl Items {
    /// The rows that are meant.
    ///
    /// # Errors
    /// The handle is unknown, or so are all ids.
    pub fn find<P: Ports>(&self, ports: &P) -> Result<Found, Failure> {
        let ids = match self {
            Self::Handle(handle) => return set(handle, ports),
            Self::Ids(ids) => match ids.as_slice() {
                [Id(only)] if only.starts_with(PREFIX) => return set(only, ports),
                ids => ids,
            },
        };
        let mut found = Found::default();
        let mut seen = std::collections::HashSet::new();
        for id in ids {
            match ports.catalogue().item(id) {
                Some(row) if seen.insert(row) => found.rows.push(row),
                Some(_) => {}
                None if found.unknown.contains(id) => {}
                None => found.unknown.push(id.clone()),
            }
        }
        if found.rows.is_empty() {
            return Err(failure(
                ErrorKind::UnknownItem,
                match found.unknown.as_slice() {
                    [id] => format!("There is no item {}.", shortened(&id.0)),
                    ids => format!("None of these {} items exists.", ids.len()),
                },
                ports.catalogue().known_items(),
            ));
        }
        Ok(found)
    }
}

fn set<P: Ports>(handle: &str, ports: &P) -> Result<Found, Failure> {
    let rows = ports.sets().get(handle).ok_or_else(|| {
        failure(
            ErrorKind::UnknownSet,
            format!("There is no set {}.", shortened(handle)),
            "Use a handle that an earlier call of this conversation returned, or a list of item ids.",
        )
    })?;
    Ok(Found { rows: rows.to_vec(), unknown: Vec::new(), from_handle: true })
}

/// Data with the ids that were left out, if any.
pub(crate) fn with_unknown(mut data: Value, unknown: &[Id]) -> Value {
    if !unknown.is_empty()
        && let Some(data) = data.as_object_mut()
    {
        data.insert("unknown".to_owned(), json!(unknown));
    }
    data
}

/// A sentence about ids that were left out, if any.
pub(crate) fn about_unknown(unknown: &[Id]) -> String {
    match unknown {
        [] => String::new(),
        [id] => format!(" Item {} does not exist and was left out.", shortened(&id.0)),
        ids => {
            let shown: Vec<String> = ids.iter().take(10).map(|id| shortened(&id.0)).collect();
            let more = if ids.len() > 10 { ", …" } else { "" };
            format!(
                " {} items do not exist and were left out: {}{more}.",
                ids.len(),
                shown.join(", ")
            )
        }
    }
}
