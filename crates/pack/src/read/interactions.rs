use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use super::delimited::{Layout, Table};
use crate::InputFile;
use crate::dataset::{Dataset, RawInteraction};
use crate::error::PackError;
use crate::report::Log;

pub(super) const WHAT: &str = "interactions";
/// The rating of an interaction in a file without ratings.
const LIKE: f32 = 1.0;

/// Reads a file of interactions.
pub(super) fn read(
    file: &InputFile,
    layout: Layout<'_>,
    dataset: &mut Dataset,
    log: &mut Log,
) -> Result<(), PackError> {
    log.file(&file.name, WHAT);
    let table = Table::open(file, layout)?;
    let user = table.needed("user_id")?;
    let item = table.needed("item_id")?;
    let rating = table.place(&["rating"]);
    let time = table.place(&["timestamp"]);
    dataset.has_ratings |= rating.is_some();
    table.each(log, |row| {
        let user = row.id(user, "user_id")?;
        let item = row.id(item, "item_id")?;
        let rating = match rating {
            Some(_) => parse_rating(row.get(rating))?,
            None => LIKE,
        };
        let time = parse_time(row.get(time))?;
        dataset.interactions.push(RawInteraction {
            user: dataset.users.place(user),
            item: dataset.items.place(item),
            rating,
            time,
        });
        Ok(())
    })
}

fn parse_rating(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(rating) if rating.is_finite() => Ok(rating),
        _ => Err(format!("its rating {} is not a number", quoted(text))),
    }
}

/// Unix seconds, or an ISO date with or without a time (UTC unless it says).
fn parse_time(text: &str) -> Result<Option<i64>, String> {
    /// The years 0 to 9999.
    const SECONDS: std::ops::RangeInclusive<f64> = -62_167_219_200.0..=253_402_300_799.0;
    if text.is_empty() {
        return Ok(None);
    }
    let time = match text.parse::<f64>() {
        Ok(seconds) => SECONDS.contains(&seconds).then_some(seconds as i64),
        Err(_) => iso_time(text),
    };
    time.map(Some).ok_or_else(|| {
        format!("its timestamp {} is neither Unix seconds nor an ISO date", quoted(text))
    })
}

fn iso_time(text: &str) -> Option<i64> {
    let text = text.replacen(' ', "T", 1);
    let format = &Iso8601::DEFAULT;
    let exact = OffsetDateTime::parse(&text, format).ok();
    let utc = || PrimitiveDateTime::parse(&text, format).ok().map(PrimitiveDateTime::assume_utc);
    let midnight = || Date::parse(&text, format).ok().map(|date| date.midnight().assume_utc());
    Some(exact.or_else(utc).or_else(midnight)?.unix_timestamp())
}

/// A value as a message shows it.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    format!("{:?}", text.chars().take(SHOWN).collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_unix_seconds_or_iso_dates() {
        for (text, expected) in [
            ("881250949", Some(881_250_949)),
            ("881250949.0", Some(881_250_949)),
            ("1997-12-04", Some(881_193_600)),
            ("1997-12-04T15:55:49Z", Some(881_250_949)),
            ("1997-12-04 15:55:49", Some(881_250_949)),
            ("1997-12-04T16:55:49+01:00", Some(881_250_949)),
            ("", None),
        ] {
            assert_eq!(parse_time(text), Ok(expected), "{text}");
        }
        for bad in ["soon", "NaN", "1e300", "881250949000", "1997-13-04"] {
            assert!(parse_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ratings_are_finite_numbers() {
        assert_eq!(parse_rating("4.5"), Ok(4.5));
        for bad in ["", "NaN", "inf", "four", "1e60"] {
            assert!(parse_rating(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_not(text in any::<String>(), dateish in "[-0-9T: .Z+]{0,24}") {
            let _ = parse_time(&text);
            let _ = parse_time(&dateish);
        }
    }
}
