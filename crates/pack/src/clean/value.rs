//! Single values: words for missing, and numbers as people write them.

use std::ops::RangeInclusive;

/// Years in which a film can have come out.
const YEARS: RangeInclusive<f64> = 1870.0..=2100.0;
/// Lengths of a film in minutes. Above, the number is a year.
const MINUTES: RangeInclusive<f64> = 1.0..=1_000.0;

/// The value, unless it is a word for a missing one.
pub(super) fn known(text: &str) -> Option<&str> {
    let text = text.trim();
    let missing = matches!(text, "" | "None" | "\\N")
        || ["nan", "null", "n/a", "unknown", "unkonwn"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word));
    (!missing).then_some(text)
}

/// A number within a range.
pub(super) fn number(text: &str, range: RangeInclusive<f64>) -> Option<f64> {
    text.parse().ok().filter(|number| range.contains(number))
}

/// The year of "1977" or "1977-05-25".
pub(super) fn year(date: &str) -> Option<u16> {
    let year = date.split('-').next().unwrap_or_default();
    number(year, YEARS).filter(|year| year.fract() == 0.0).map(|year| year as u16)
}

/// The month of "1977-05-25" or "1977-05".
pub(super) fn month_of_date(date: &str) -> Option<u8> {
    year(date)?;
    month(date.split('-').nth(1)?)
}

/// A month as a number.
pub(super) fn month(text: &str) -> Option<u8> {
    text.parse().ok().filter(|month| (1..=12).contains(month))
}

/// Minutes of "101", "101 min", "1h 41min" or "2h".
pub(super) fn minutes(text: &str) -> Option<u16> {
    let text = text.to_lowercase();
    let (hours, rest) = match text.split_once('h') {
        Some((hours, rest)) => (number(hours.trim(), 0.0..=24.0)?, rest.trim()),
        None => (0.0, text.trim()),
    };
    let rest = rest.strip_suffix("min").or(rest.strip_suffix('m')).unwrap_or(rest).trim();
    let minutes = if rest.is_empty() { 0.0 } else { number(rest, 0.0..=2_000.0)? };
    let all = hours * 60.0 + minutes;
    MINUTES.contains(&all).then_some(all.round() as u16)
}

/// A rating of 0–10, in hundredths.
pub(super) fn rating_hundredths(text: &str) -> Option<u16> {
    number(text, 0.0..=10.0).map(|rating| (rating * 100.0).round() as u16)
}

/// A count such as "511", "1,234", "139K" or "1.2M".
pub(super) fn count(text: &str) -> Option<u32> {
    let (number_text, times) = match text.to_uppercase().as_bytes() {
        [.., b'K'] => (&text[..text.len() - 1], 1e3),
        [.., b'M'] => (&text[..text.len() - 1], 1e6),
        _ => (text, 1.0),
    };
    let number = number(&number_text.trim().replace(',', ""), 0.0..=4e9)? * times;
    (0.0..f64::from(u32::MAX)).contains(&number).then_some(number.round() as u32)
}

/// An age rating: a short text that is neither a year, a span of years nor a
/// duration.
pub(super) fn age_rating(text: &str) -> Option<&str> {
    const LONGEST: usize = 24;
    let starts_with_year = year(text.split(['–', '-']).next().unwrap_or_default()).is_some();
    let fits = text.chars().count() <= LONGEST && !starts_with_year;
    (fits && !(text.contains("min") && minutes(text).is_some())).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_for_missing_are_missing() {
        for text in ["", " ", "nan", "NaN", "unknown", "unkonwn", "N/A", "None"] {
            assert_eq!(known(text), None, "{text}");
        }
        assert_eq!(known(" none "), Some("none"));
        assert_eq!(known("Unknown Pleasures"), Some("Unknown Pleasures"));
    }

    #[test]
    fn durations_are_minutes_and_a_year_is_none() {
        for (text, expected) in [
            ("1h 41min", Some(101)),
            ("44min", Some(44)),
            ("3h", Some(180)),
            ("2h5m", Some(125)),
            ("101", Some(101)),
            ("101 min", Some(101)),
            ("1983", None),
            ("2018–", None),
            ("Unrated", None),
            ("0", None),
            ("-5", None),
            ("NaN", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_give_years_and_months() {
        assert_eq!((year("1977"), month_of_date("1977")), (Some(1977), None));
        assert_eq!((year("1977-05-25"), month_of_date("1977-05-25")), (Some(1977), Some(5)));
        for bad in ["V", "77", "3000", "1977.5", "unknown", "", "-1977"] {
            assert_eq!((year(bad), month_of_date(bad)), (None, None), "{bad}");
        }
        assert_eq!(
            (month("05"), month("13"), month("0"), month("May")),
            (Some(5), None, None, None)
        );
    }

    #[test]
    fn counts_may_be_short_for_thousands_and_millions() {
        for (text, expected) in [
            ("511", Some(511)),
            ("139K", Some(139_000)),
            ("5.9k", Some(5_900)),
            ("1.2M", Some(1_200_000)),
            ("1,234", Some(1_234)),
            ("9999M", None),
            ("K", None),
            ("-1", None),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
        assert_eq!(rating_hundredths("8.1"), Some(810));
        assert_eq!(rating_hundredths("10.5"), None);
    }

    #[test]
    fn years_and_durations_are_no_age_ratings() {
        for text in ["1994–1997", "1995–", "1992", "2018-", "1h 31min"] {
            assert_eq!(age_rating(text), None, "{text}");
        }
        for text in ["PG-13", "TV-Y7", "M/PG", "16", "12A", "Not Rated"] {
            assert_eq!(age_rating(text), Some(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_value_or_not(any in any::<String>(), numberish in "[0-9hminKM.,–\u{130} -]{0,9}") {
            for text in [any, numberish] {
                let _ = (known(&text), year(&text), month_of_date(&text), age_rating(&text));
                let _ = (minutes(&text), count(&text), rating_hundredths(&text));
            }
        }
    }
}
