//! The conditions of the catalogue's form, as an address and as a tool's arguments.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Names, with commas between them.
    Names,
    /// One name.
    Name,
    /// A whole number between two.
    Whole { least: u32, most: u32 },
    /// A number with decimals between two.
    Decimal { least: u32, most: u32 },
}

/// The fields: what the tool calls it, what the form calls it, and what it takes.
pub(crate) const FIELDS: [(&str, &str, Kind); 10] = [
    ("genres", "Genres", Kind::Names),
    ("actors", "Actors", Kind::Names),
    ("director", "Directors", Kind::Names),
    ("producer", "Producers", Kind::Names),
    ("country", "Country", Kind::Name),
    ("age_rating", "Age rating", Kind::Name),
    ("release_date", "Year", Kind::Whole { least: 1870, most: 2100 }),
    ("release_month", "Month", Kind::Whole { least: 1, most: 12 }),
    ("duration", "Minutes", Kind::Whole { least: 1, most: 1_000 }),
    ("imdb_rating", "IMDb rating", Kind::Decimal { least: 0, most: 10 }),
];
/// The field for a text to search by.
pub(crate) const TEXT: &str = "text";
/// The longest value that is taken from an address, in bytes.
const LONGEST: usize = 400;

/// What stands in the form, by name: the fields above, `…-from` and `…-to` for those that
/// are numbers, and the text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Filter(Vec<(String, String)>);

impl Filter {
    /// A filter of these entries; what is empty or unknown is left out.
    pub(crate) fn of(entries: impl IntoIterator<Item = (String, String)>) -> Self {
        let is_known = |name: &str| names().any(|known| known == name);
        let mut filter = Self::default();
        for (name, value) in entries {
            let value = value.trim();
            let fits = !value.is_empty() && value.len() <= LONGEST;
            if fits && is_known(&name) && filter.value(&name).is_empty() {
                filter.0.push((name, value.to_owned()));
            }
        }
        filter
    }

    /// Reads a query string.
    pub(crate) fn read(query: &str) -> Self {
        Self::of(query.split('&').filter_map(|entry| {
            let (name, value) = entry.split_once('=')?;
            let value = value.replace('+', " ");
            let value = percent_decode_str(&value).decode_utf8().ok()?;
            Some((name.to_owned(), value.into_owned()))
        }))
    }

    /// The query string.
    pub(crate) fn written(&self) -> String {
        let entries = self.0.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        entries.collect::<Vec<_>>().join("&")
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What stands in a field; empty if nothing does.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The arguments of `item_filter`; nothing if there is no condition.
    pub(crate) fn arguments(&self) -> Option<Value> {
        let mut arguments = Map::new();
        for (name, _, kind) in FIELDS {
            let argument = match kind {
                Kind::Names => {
                    let names = self.value(name).split(',').map(str::trim);
                    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
                    (!names.is_empty()).then(|| json!(names))
                }
                Kind::Name => {
                    let name = self.value(name);
                    (!name.is_empty()).then(|| json!(name))
                }
                Kind::Whole { least, most } | Kind::Decimal { least, most } => {
                    self.between(name, least, most)
                }
            };
            if let Some(argument) = argument {
                arguments.insert(name.to_owned(), argument);
            }
        }
        (!arguments.is_empty()).then_some(Value::Object(arguments))
    }

    fn between(&self, name: &str, least: u32, most: u32) -> Option<Value> {
        let end = |which: &str, otherwise: u32| {
            let value = self.value(&format!("{name}-{which}"));
            let number = serde_json::from_str::<serde_json::Number>(value);
            // What is no number is left to the tool, which says what it takes.
            if value.is_empty() {
                json!(otherwise)
            } else {
                number.map_or(json!(value), Value::Number)
            }
        };
        let stands = |which: &str| !self.value(&format!("{name}-{which}")).is_empty();
        (stands("from") || stands("to")).then(
            || json!({"request": "between", "threshold": end("from", least), "upper": end("to", most)}),
        )
    }
}

/// A text as it stands in an address.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn names() -> impl Iterator<Item = String> {
    let of_field = |(name, _, kind): (&str, &str, Kind)| match kind {
        Kind::Names | Kind::Name => vec![name.to_owned()],
        Kind::Whole { .. } | Kind::Decimal { .. } => {
            vec![format!("{name}-from"), format!("{name}-to")]
        }
    };
    FIELDS.into_iter().flat_map(of_field).chain([TEXT.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(entries: &[(&str, &str)]) -> Filter {
        Filter::of(entries.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn conditions_are_what_the_tool_takes() {
        let filter = filter(&[
            ("genres", "Comedy, Romance,"),
            ("release_date-from", "1990"),
            ("imdb_rating-to", "7.5"),
            ("country", " France "),
            ("duration-to", "short"),
        ]);
        assert_eq!(
            filter.arguments(),
            Some(json!({
                "genres": ["Comedy", "Romance"],
                "country": "France",
                "release_date": {"request": "between", "threshold": 1990, "upper": 2100},
                "duration": {"request": "between", "threshold": 1, "upper": "short"},
                "imdb_rating": {"request": "between", "threshold": 0, "upper": 7.5},
            }))
        );
    }

    #[test]
    fn what_is_unknown_empty_double_or_endless_is_left_out() {
        let long = "x".repeat(LONGEST + 1);
        let filter = filter(&[
            ("genres", "Comedy"),
            ("genres", "War"),
            ("colour", "red"),
            ("actors", "  "),
            ("director", &long),
        ]);
        assert_eq!(filter, super::Filter(vec![("genres".into(), "Comedy".into())]));
        assert_eq!(Filter::default().arguments(), None);
    }
}
