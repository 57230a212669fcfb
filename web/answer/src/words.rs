//! What the page says, in the person's language (`messages.js`). English stands in the
//! code; a test sees to it that each text is in the other languages' catalogues.

#[cfg(target_arch = "wasm32")]
mod js {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(raw_module = "./messages.js")]
    extern "C" {
        pub(super) fn t(english: &str) -> String;
    }
}

/// A text in the person's language.
#[must_use]
pub fn t(english: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js::t(english);
    // Only the page has a person before it.
    #[cfg(not(target_arch = "wasm32"))]
    return english.to_owned();
}

/// A text whose places, `{0}` and so on, are filled.
#[must_use]
pub fn filled(english: &str, values: &[&str]) -> String {
    let text = t(english);
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((place, rest)) => {
                let value = place.parse().ok().and_then(|place: usize| values.get(place));
                filled += value.copied().unwrap_or_default();
                filled += rest;
            }
            None => filled += part,
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in_any_order_and_values_stay_as_they_are() {
        assert_eq!(filled("{1} of {0}.", &["a", "{1}"]), "{1} of a.");
        assert_eq!(filled("{0}{9}", &["x"]), "x");
    }
}
