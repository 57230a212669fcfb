//! Reading what tools answered. Nothing is taken for granted: a result of another
//! shape reads as an empty one.

use serde_json::Value;
use usher_protocol::{Id, Step, ToolError};

/// The results of one turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Results<'a> {
    steps: &'a [&'a Step],
}

impl<'a> Results<'a> {
    pub(crate) fn new(steps: &'a [&'a Step]) -> Self {
        Self { steps }
    }

    pub(crate) fn steps(&self) -> &'a [&'a Step] {
        self.steps
    }

    /// The last call of a tool.
    pub(crate) fn step(&self, tool: &str) -> Option<&'a Step> {
        self.steps.iter().rev().find(|step| step.tool == tool).copied()
    }

    /// The data of the last call of a tool.
    pub(crate) fn data(&self, tool: &str) -> Option<&'a Value> {
        self.step(tool)?.result.data()
    }

    /// The items of the last call of a tool.
    pub(crate) fn items(&self, tool: &str) -> &'a [Value] {
        self.data(tool)
            .and_then(|data| data.get("items"))
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The ids of the items of the last call of a tool, in its order.
    pub(crate) fn ids(&self, tool: &str) -> Vec<Id> {
        self.items(tool).iter().filter_map(|item| id_of(item.get("item_id")?)).collect()
    }

    /// The handle that the last call of a tool returned.
    pub(crate) fn set(&self, tool: &str) -> Option<&'a str> {
        self.data(tool)?.get("set")?.as_str()
    }

    /// How many items the last call of a tool found.
    pub(crate) fn count(&self, tool: &str) -> Option<u64> {
        self.data(tool)?.get("count")?.as_u64()
    }

    /// The call that failed, if one did.
    pub(crate) fn failure(&self) -> Option<(&'a Step, &'a ToolError)> {
        self.steps.iter().find_map(|step| Some((*step, step.result.error()?)))
    }

    /// The first items whose metadata was read last.
    pub(crate) fn shown(&self) -> Vec<Id> {
        self.ids("get_item_metadata").into_iter().take(10).collect()
    }

    /// What is known of an item, from any call.
    pub(crate) fn metadata(&self, id: &Id) -> Option<&'a Value> {
        self.steps
            .iter()
            .rev()
            .filter(|step| step.tool == "get_item_metadata")
            .filter_map(|step| step.result.data()?.get("items")?.as_array())
            .flatten()
            .find(|item| item.get("item_id").and_then(id_of).as_ref() == Some(id))
    }
}

/// An id as JSON writes it.
pub(crate) fn id_of(value: &Value) -> Option<Id> {
    match value {
        Value::Number(number) => Some(Id(number.to_string())),
        Value::String(text) => Some(Id(text.clone())),
        _ => None,
    }
}

/// The names in a field that is a list, or one name.
pub(crate) fn names_of<'a>(item: &'a Value, field: &str) -> Vec<&'a str> {
    match item.get(field) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name],
        _ => Vec::new(),
    }
}
