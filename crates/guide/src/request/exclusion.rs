//! Items that are not wanted. The tools find what is wanted only: what is not is
//! left out when a result is shown.

use serde_json::Value;
use usher_protocol::Id;

use super::{Comparison, ItemField};
use crate::results::{id_of, names_of};

/// Items that are not wanted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Exclusion {
    /// Those that have all of these names in a field.
    Names(ItemField, Vec<String>),
    /// Those of these years.
    Years(Comparison),
    /// These, as they were named.
    Items(Vec<Id>, String),
}

impl Exclusion {
    /// Whether an item is known to be one of them.
    pub(crate) fn holds(&self, item: &Value) -> bool {
        match self {
            Self::Names(field, names) => {
                let has = names_of(item, field.name());
                names.iter().all(|name| has.iter().any(|own| own.eq_ignore_ascii_case(name)))
            }
            Self::Years(years) => item
                .get(ItemField::ReleaseDate.name())
                .and_then(Value::as_f64)
                .is_some_and(|year| years.holds(year)),
            Self::Items(items, _) => {
                item.get("item_id").and_then(id_of).is_some_and(|id| items.contains(&id))
            }
        }
    }

    /// What must be known of an item to tell.
    pub(crate) fn field(&self) -> ItemField {
        match self {
            Self::Names(field, _) => *field,
            Self::Years(_) => ItemField::ReleaseDate,
            Self::Items(..) => ItemField::Title,
        }
    }
}
