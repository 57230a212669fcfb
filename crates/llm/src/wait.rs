//! How long a server asks to be left alone.

/// "Please try again in 1.242s", "in 6m0s", "retry in 32s".
pub(crate) fn wait_in_words(message: &str) -> Option<u64> {
    let message = message.to_ascii_lowercase();
    let (_, after) = message.split_once("again in ").or_else(|| message.split_once("retry in "))?;
    let mut total = 0_u64;
    let mut rest = after;
    loop {
        let is_number = |letter: char| letter.is_ascii_digit() || letter == '.';
        let unit = rest.trim_start_matches(is_number).trim_start();
        let after = unit.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        let number = rest.get(..rest.len() - unit.len()).unwrap_or_default();
        let unit = unit.get(..unit.len() - after.len()).unwrap_or_default();
        let Some(part) = milliseconds(number, unit) else { break };
        total = total.saturating_add(part);
        rest = after;
    }
    (total > 0).then_some(total)
}

/// A number that may have decimals, in milliseconds. Without floating point, whose
/// formatter and parser are large.
pub(crate) fn milliseconds(number: &str, unit: &str) -> Option<u64> {
    let unit_ms: u64 = match unit {
        "ms" => 1,
        "s" | "sec" | "second" | "seconds" => 1000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        _ => return None,
    };
    let (whole, decimals) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
    let whole: u64 = whole.parse().ok()?;
    let decimals: String = decimals.chars().chain("000".chars()).take(3).collect();
    let thousandths: u64 = decimals.parse().ok()?;
    Some(whole.saturating_mul(unit_ms).saturating_add(thousandths.saturating_mul(unit_ms) / 1000))
}
