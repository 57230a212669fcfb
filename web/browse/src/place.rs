use percent_encoding::percent_decode_str;
use usher_protocol::Id;

use crate::filter::{Filter, encoded};

/// What an address of the page asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    /// The catalogue: `#/items`, `#/items?genres=Comedy`.
    Items(Filter),
    /// An item: `#/item/50`.
    Item(Id),
    /// A user: `#/user/9`.
    User(Id),
    /// The conversations that are kept: `#/chats`.
    Chats,
    /// Nothing that is known.
    Nowhere,
}

impl Place {
    /// Reads the part of an address from `#` on.
    pub(crate) fn of(address: &str) -> Self {
        let address = address.strip_prefix("#/").unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        match path.split_once('/') {
            None if path == "chats" => Self::Chats,
            None if path == "items" => Self::Items(Filter::read(query)),
            Some(("item", id)) => id_of(id).map_or(Self::Nowhere, Self::Item),
            Some(("user", id)) => id_of(id).map_or(Self::Nowhere, Self::User),
            _ => Self::Nowhere,
        }
    }

    /// The address, from `#` on.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Items(filter) if filter.is_empty() => "#/items".to_owned(),
            Self::Items(filter) => format!("#/items?{}", filter.written()),
            Self::Item(id) => format!("#/item/{}", encoded(&id.to_string())),
            Self::User(id) => format!("#/user/{}", encoded(&id.to_string())),
            Self::Chats => "#/chats".to_owned(),
            Self::Nowhere => "#".to_owned(),
        }
    }
}

fn id_of(text: &str) -> Option<Id> {
    let id = percent_decode_str(text).decode_utf8().ok()?;
    let id = id.trim();
    (!id.is_empty()).then(|| Id::from(id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_leads_back_to_its_place(id in "\\PC*[a-z0-9]", genres in "\\PC*[a-z]") {
            let filter = Filter::of([("genres".to_owned(), genres)]);
            let id = Id::from(id.trim());
            for place in [Place::Item(id.clone()), Place::User(id), Place::Items(filter)] {
                prop_assert_eq!(Place::of(&place.address()), place);
            }
        }

        #[test]
        fn any_address_leads_somewhere(address in any::<String>()) {
            let place = Place::of(&format!("#/{address}"));
            prop_assert_eq!(Place::of(&place.address()), place);
        }
    }

    #[test]
    fn addresses_are_as_people_share_them() {
        assert_eq!(Place::of("#/user/9"), Place::User(Id::from("9")));
        assert_eq!(Place::of("#/items"), Place::Items(Filter::default()));
        assert_eq!(Place::of(&Place::Chats.address()), Place::Chats);
        for address in ["", "#", "#/", "#/user/", "#/user/%FF", "#/film/3", "user/9"] {
            assert_eq!(Place::of(address), Place::Nowhere, "{address}");
        }
    }
}
