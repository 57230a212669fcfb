//! Moods.

use crate::lexicon::{MOODS, is_item_noun};
use crate::request::Search;
use crate::text::Text;

/// The mood somebody is in.
pub(crate) fn mood(text: &mut Text<'_>) -> Option<Search> {
    const LEADS: &[&str] = &[
        "is", "am", "are", "was", "i'm", "he's", "she's", "they're", "feels", "feel", "feeling",
        "felt", "mood", "so", "very", "really", "a", "bit", "little", "quite", "extremely", "too",
        "rather", "gets", "getting", "been", "emotionally", "today", "currently", ":", "and",
        "seems", "looks",
    ];
    for at in 0..text.len() {
        let Some((_, query)) = MOODS.iter().find(|(words, _)| text.is(at, words)) else { continue };
        let verb = (at.saturating_sub(5)..at).any(|i| {
            text.is(
                i,
                &[
                    "is", "am", "are", "was", "i'm", "he's", "she's", "they're", "feels", "feel",
                    "feeling", "felt", "mood", "state", "been", "seems", "looks", "getting",
                    "gets", "'s", "s",
                ],
            )
        });
        let led = at > 0 && text.before_is(at, 1, LEADS);
        let of_item = is_item_noun(text.word(at + 1)) || text.is(at, &["content"]) && !led;
        let mood_noun = text.is(at + 1, &["mood", "user", "person"]);
        if text.is_claimed(at) || of_item || !(verb && led || mood_noun) {
            continue;
        }
        let mood = text.word(at).to_owned();
        text.claim(at..at + 1);
        return Some(Search::Mood { mood, query });
    }
    None
}
