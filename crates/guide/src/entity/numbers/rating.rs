//! Ratings from 0 to 10.

use super::compare::{before, compared, range_from};
use super::{Notes, add, value};
use crate::lexicon::is_item_noun;
use crate::request::{Comparison, Conditions, Scale};
use crate::text::Text;

pub(super) fn ratings(text: &mut Text<'_>, conditions: &mut Conditions, notes: &mut Notes) {
    const CUES: &[&str] =
        &["imdb", "rating", "ratings", "rated", "score", "scored", "scores", "scoring"];
    const OUT_OF: &[&str] =
        &["/ 10", "out of 10", "out of ten", "stars", "on imdb", "imdb", "points"];
    // Where the last condition on a rating ended.
    let mut last = None;
    for at in 0..text.len() {
        let Some((number, length)) = value(text, at) else { continue };
        if !(0.0..=10.0).contains(&number) || text.is_claimed(at) {
            continue;
        }
        let mut end = at + length;
        let mut cued = (at.saturating_sub(7)..at)
            .rev()
            .take_while(|i| !is_item_noun(text.word(*i)) && !text.is(*i, &[".", "?", "user"]))
            .find(|i| text.is(*i, CUES));
        if let Some(length) = text.phrases(end, OUT_OF) {
            end += length;
            cued = cued.or(Some(at));
            if let Some(length) = text.phrase(end, "on imdb") {
                end += length;
            }
        }
        // "over 6 and under 8": the second number is of what the first is of.
        let opens = before(text, at).map_or(at, |(_, start)| start);
        if last.is_some_and(|last: usize| {
            last < opens && (last..opens).all(|i| text.is(i, &["and", "but", ","]))
        }) {
            cued = Some(at);
        }
        let Some(mut cue) = cued else { continue };
        if text.is_claimed(cue) && cue != at
            || is_item_noun(text.word(end))
            || text.is(end, crate::lexicon::SUGGESTIONS)
            || text.is(end, &["users", "user", "people"])
        {
            continue;
        }
        if cue > 0 && text.before_is(cue, 1, &["imdb", "average"]) {
            cue -= 1;
        }
        if let Some((second, start)) = range_from(text, at, at + length)
            && let Some((upper, length)) = value(text, second)
            && (number..=10.0).contains(&upper)
        {
            let both = Comparison::Between(number, upper);
            let read = (both, cue.min(start)..second + length);
            add(text, &mut conditions.imdb_rating, read, (Scale::Rating, false), notes);
            last = Some(second + length);
            continue;
        }
        let (comparison, range) = compared(text, number, (at, end), 0.5);
        let comparison = match comparison {
            Comparison::Between(from, to) => Comparison::Between(from, to.min(10.0)),
            other => other,
        };
        last = Some(range.end);
        let read = (comparison, cue.min(range.start)..range.end);
        add(text, &mut conditions.imdb_rating, read, (Scale::Rating, false), notes);
    }
}
