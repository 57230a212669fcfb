//! Long texts.

/// How the notice begins that a site shows where it has no text.
const NOTICE_START: &str = "It looks like we don't have any";
/// And how it ends. A text may follow.
const NOTICE_END: &str = "submission guide.";
/// Letters of the longest name of an author.
const LONGEST_AUTHOR: usize = 100;

/// The text on one line, with single blanks.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What follows a notice that there is no text; `None` if there is no notice.
pub(super) fn after_notice(text: &str) -> Option<&str> {
    let notice = text.strip_prefix(NOTICE_START)?;
    Some(notice.split_once(NOTICE_END).map_or("", |(_, rest)| rest.trim_start()))
}

/// The text before its author's name ("… to the end. —Ann Lee"); `None` if it
/// names none.
pub(super) fn before_author(text: &str) -> Option<&str> {
    let (before, author) = text.rsplit_once(" —")?;
    let fits = !author.trim().is_empty() && author.chars().count() <= LONGEST_AUTHOR;
    // A dash within a sentence has a blank behind it.
    (fits && !author.starts_with(' ')).then(|| before.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_no_text_and_what_follows_is() {
        let notice = "It looks like we don't have any Plots yet. Read the submission guide.";
        assert_eq!(after_notice(notice), Some(""));
        assert_eq!(after_notice(&format!("{notice} A dog runs.")), Some("A dog runs."));
        assert_eq!(after_notice("It looks like we don't have any"), Some(""));
        assert_eq!(after_notice("A dog runs."), None);
    }

    #[test]
    fn an_author_at_the_end_goes_and_a_dash_stays() {
        assert_eq!(before_author("A dog runs. —Ann Lee, Rome"), Some("A dog runs."));
        assert_eq!(before_author("A dog — a good one — runs."), None);
        assert_eq!(before_author("A dog runs."), None);
        assert_eq!(before_author(&format!("A dog —{}", "runs ".repeat(40))), None);
    }

    #[test]
    fn line_breaks_become_blanks() {
        assert_eq!(one_line(" A dog\r\n runs.\n"), "A dog runs.");
    }
}
