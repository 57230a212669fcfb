//! Numbers as a person reads them.

/// A whole number with thousands separated: `1,682`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 step`, `3 steps`.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// A time in microseconds, as milliseconds or seconds.
pub(crate) fn elapsed(us: u64) -> String {
    match us {
        0..50 => "< 0.1 ms".to_owned(),
        50..10_000 => format!("{:.1} ms", us as f64 / 1e3),
        10_000..1_000_000 => format!("{:.0} ms", us as f64 / 1e3),
        _ => format!("{:.1} s", us as f64 / 1e6),
    }
}

/// A size in bytes, as kilobytes or megabytes.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.0} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
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
    fn sizes_are_in_the_unit_that_fits() {
        assert_eq!(size(81_300), "81 KB");
        assert_eq!(size(2_345_678), "2.3 MB");
    }
}
