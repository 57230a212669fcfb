//! Numbers as a person reads them.

use crate::words::{filled, t};

/// A whole number with thousands separated: `1,682`, or as the person's language has it.
pub fn grouped(n: u64) -> String {
    grouped_by(n, t("1,000").chars().nth(1).unwrap_or(','))
}

/// A whole number with thousands separated.
pub fn grouped_by(n: u64, separator: char) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 step`, `3 steps`. Each noun is a text of its own in the
/// catalogues of messages, as `1 step` and `{0} steps`.
pub fn counted(n: u64, noun: &str) -> String {
    match n {
        1 => t(&["1 ", noun].concat()),
        _ => filled(&["{0} ", noun, "s"].concat(), &[&grouped(n)]),
    }
}

/// A number with the decimals that it has: `61`, `92.5`. As JSON writes it: the
/// standard library's way would be one more to carry.
pub fn plain(x: f64) -> String {
    let text = serde_json::Number::from_f64(x).map_or_else(String::new, |x| x.to_string());
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// One decimal, of a number given in tenths.
pub fn tenths(n: u64) -> String {
    format!("{}.{}", n / 10, n % 10)
}

/// A time in microseconds, as milliseconds or seconds.
pub fn elapsed(us: u64) -> String {
    match us {
        0..50 => "< 0.1 ms".to_owned(),
        50..10_000 => format!("{} ms", tenths((us + 50) / 100)),
        10_000..1_000_000 => format!("{} ms", (us + 500) / 1_000),
        _ => format!("{} s", tenths(us.saturating_add(50_000) / 100_000)),
    }
}

/// A size in bytes, as kilobytes or megabytes.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => format!("{} MB", tenths(bytes.saturating_add(50_000) / 100_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (n, text) in [(0, "0"), (999, "999"), (1682, "1,682"), (20_000_000, "20,000,000")] {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1, "step"), "1 step");
        assert_eq!(counted(3, "step"), "3 steps");
    }

    #[test]
    fn times_keep_the_digits_that_matter() {
        for (us, text) in [
            (0, "< 0.1 ms"),
            (120, "0.1 ms"),
            (940, "0.9 ms"),
            (74_000, "74 ms"),
            (1_200_000, "1.2 s"),
        ] {
            assert_eq!(elapsed(us), text);
        }
    }

    #[test]
    fn a_number_has_the_decimals_that_it_has() {
        for (x, text) in [(61.0, "61"), (92.5, "92.5"), (0.0, "0"), (f64::NAN, "")] {
            assert_eq!(plain(x), text);
        }
    }

    #[test]
    fn sizes_are_in_the_unit_that_fits() {
        assert_eq!(size(81_300), "81 KB");
        assert_eq!(size(2_345_678), "2.3 MB");
    }
}
