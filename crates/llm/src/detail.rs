//! What an error may tell of a server's words.

use usher_protocol::{Key, ModelError};

use crate::http::token;

/// Characters that an error's detail may have.
pub(crate) const MOST_DETAIL: usize = 300;

/// The error as it may be shown: short, in one line, without keys.
pub(crate) fn without_key(mut error: ModelError, key: Option<&Key>) -> ModelError {
    let detail = match key.map_or("", token) {
        "" => error.detail,
        key => error.detail.replace(key, "[key]"),
    };
    error.detail = shortened(&without_likely_keys(&in_one_line(&detail)));
    error
}

/// The words of a page, less its tags, styles and scripts.
pub(crate) fn text_of_html(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let title = lower.find("<title>").zip(lower.find("</title>"));
    if let Some(title) = title.and_then(|(from, to)| html.get(from + "<title>".len()..to))
        && !title.trim().is_empty()
    {
        return in_one_line(title);
    }
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
        text.push(' ');
    }
    in_one_line(&text)
}

fn in_one_line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_DETAIL {
        return text.to_owned();
    }
    text.chars().take(MOST_DETAIL - 1).chain(['\u{2026}']).collect()
}

/// How keys begin.
const KEYS: [&str; 10] =
    ["sk-", "sk_", "pk-", "gsk_", "xai-", "hf_", "AIza", "nvapi-", "key-", "Bearer "];

/// Hides what looks like a key. Servers repeat the one that they refuse.
fn without_likely_keys(text: &str) -> String {
    let mut safe = String::new();
    let mut rest = text;
    loop {
        let at = KEYS.iter().filter_map(|prefix| Some((rest.find(prefix)?, prefix.len()))).min();
        let Some((at, prefix)) = at else { break };
        let (before, key) = rest.split_at(at);
        let in_key = |letter: char| letter.is_ascii_alphanumeric() || "-_.*".contains(letter);
        let prefix_and_rest = key.get(prefix..).unwrap_or_default();
        let end = prefix + prefix_and_rest.find(|c| !in_key(c)).unwrap_or(prefix_and_rest.len());
        let (key, after) = key.split_at(end);
        // "task-based" has no key in it.
        let begins_a_word = !before.ends_with(|letter: char| letter.is_ascii_alphanumeric());
        safe.push_str(before);
        if begins_a_word && end > prefix + 3 {
            safe.push_str("[key]");
            // The full stop is the sentence's.
            safe.push_str(if key.ends_with('.') { "." } else { "" });
        } else {
            safe.push_str(key);
        }
        rest = after;
    }
    safe.push_str(rest);
    safe
}
