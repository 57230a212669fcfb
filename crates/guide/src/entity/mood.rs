//! Moods of people, and the tone that they wish a movie to have.

use usher_protocol::Mood;

use crate::entity::negation;
use crate::lexicon::{PLAIN, RECOMMEND, is_item_noun};
use crate::request::Search;
use crate::text::Text;

/// What tells of a mood without naming it.
const SIGNS: &[(&[&str], &str)] = &[
    (
        &[
            "cheer up", "cheer him up", "cheer her up", "cheer them up", "cheer me up",
            "cheering up", "bad day", "terrible day", "hard day", "rough day", "awful day",
            "bad mood", "bad week", "awful week", "terrible week", "hard week", "rough week",
            "having a hard time", "has a hard time", "having an awful time", "broke up",
            "break up", "lost his job", "lost her job", "lost my job", "in tears",
            "heart is broken", "feels awful", "feel awful", "feels terrible", "feel terrible",
            "failed an exam", "failed his exam", "misses his", "misses her",
        ],
        "sad",
    ),
    (
        &[
            "high spirits", "good spirits", "full of energy", "full of joy", "good mood",
            "great mood", "great day", "good day", "on cloud nine", "got promoted",
            "over the moon", "on top of the world", "has a birthday", "is having a birthday",
            "got married", "got engaged", "overjoyed", "passed his exam", "passed her exam",
            "passed all her exams", "passed all his exams", "passed an exam", "got the job",
            "won the lottery",
        ],
        "happy",
    ),
    (
        &[
            "stressful day", "stressful week", "long day", "long week", "under pressure",
            "calm down",
        ],
        "stressed",
    ),
    (&["in love", "first date", "date night", "valentine's day"], "romantic"),
    (&["can't sleep", "cannot sleep"], "tired"),
    (
        &[
            "needs motivation", "need motivation", "some motivation", "more motivation",
            "gave up hope", "lost hope",
        ],
        "unmotivated",
    ),
];

/// What a movie is to be like or to do, and a text that such movies are near to.
const TONES: &[(&[&str], &str)] = &[
    (
        &[
            "uplifting", "heartwarming", "heart - warming", "feel - good", "feelgood", "cheerful",
            "inspiring", "inspirational", "hopeful", "joyful", "happy", "happier", "sweet",
            "lift the spirits", "lifts the spirits", "lift his spirits", "lift her spirits",
            "lift their spirits", "raise the spirits", "feel better", "cheering",
        ],
        "an uplifting, heartwarming comedy or drama of friendship and hope",
    ),
    (
        &[
            "relaxing", "light", "lighter", "light - hearted", "lighthearted", "easy", "calming",
            "gentle", "cozy", "cosy", "relax", "unwind", "switch off",
        ],
        "a light, gentle comedy or romance of friends and family",
    ),
    (
        &[
            "sad", "sadder", "tearjerker", "tear - jerker", "moving", "touching", "emotional",
            "cry", "heartbreaking", "melancholic",
        ],
        "a sad and moving drama of love, loss, death and grief",
    ),
    (
        &["be scared", "get scared", "being scared", "scares", "be frightened", "goosebumps"],
        "a terrifying horror of ghosts, monsters and a killer",
    ),
    (&["laugh", "laughs", "giggle", "have fun"], "a very funny comedy of jokes and mishaps"),
    (
        &["exciting", "gripping", "fast - paced", "action - packed", "adrenaline"],
        "a thrilling action adventure full of danger",
    ),
    (
        &["dark", "darker", "gritty", "bleak", "disturbing", "grim"],
        "a dark crime thriller of murder, violence and obsession",
    ),
    (
        &["mind - bending", "mindbending", "weird", "surreal", "strange", "bizarre"],
        "a strange, surreal fantasy or mystery of dreams and madness",
    ),
    (&["serious", "mature", "grown - up"], "a serious drama of life, conscience and hard choices"),
    (
        &["thoughtful", "thought - provoking", "deep", "philosophical", "intelligent", "clever"],
        "a thoughtful drama or documentary of life, truth and the mind",
    ),
];

/// The mood somebody is in.
pub(crate) fn mood(text: &mut Text<'_>) -> Option<Search> {
    const VERBS: &[&str] = &[
        "is", "am", "are", "was", "i'm", "he's", "she's", "they're", "feels", "feel", "feeling",
        "felt", "mood", "state", "been", "seems", "looks", "getting", "gets", "s",
    ];
    const LEADS: &[&str] = &[
        "is", "am", "are", "was", "i'm", "he's", "she's", "they're", "feels", "feel", "feeling",
        "felt", "mood", "so", "very", "really", "bit", "little", "quite", "extremely", "too",
        "rather", "gets", "getting", "been", "emotionally", "today", "currently", ":", "and",
        "seems", "looks", "just", "pretty", "totally", "somewhat", "all",
    ];
    for at in 0..text.len() {
        if text.is_claimed(at) {
            continue;
        }
        if let Some((length, mood)) = sign(text, at) {
            text.claim(at..at + length);
            return of(mood);
        }
        if Mood::of(text.word(at)).is_none() {
            // "In a contemplative mood".
            let named = text.is(at + 1, &["mood"]) && text.before_is(at, 1, &["a", "an"]);
            if named && text.is_word(at) && !text.is(at, PLAIN) {
                text.claim(at..at + 2);
                return Some(Search::Text(text.word(at).to_owned()));
            }
            continue;
        }
        let led =
            text.before_is(at, 1, LEADS) && (at.saturating_sub(5)..at).any(|i| text.is(i, VERBS));
        let of_item = (at + 1..at + 4)
            .take_while(|i| text.is_word(*i) && !text.is(*i, &["and", "so", "today", "tonight"]))
            .any(|i| is_item_noun(text.word(i)))
            || text.is(at, &["content"]) && !led;
        let wished = text.before_is(at, 1, &["be", "get"]);
        let mood_noun = text.is(at + 1, &["mood", "user", "person", "customer"]);
        if of_item || wished || !(led || mood_noun) {
            continue;
        }
        // Whoever is not sad is in no mood that is known.
        if negation::lead(text, at).is_some() {
            continue;
        }
        let mood = of(text.word(at));
        text.claim(at..at + 1);
        return mood;
    }
    None
}

fn sign(text: &Text<'_>, at: usize) -> Option<(usize, &'static str)> {
    SIGNS.iter().find_map(|(phrases, mood)| Some((text.phrases(at, phrases)?, *mood)))
}

fn of(mood: &str) -> Option<Search> {
    let query = Mood::of(mood)?.helps;
    Some(Search::Mood { mood: mood.to_owned(), query })
}

/// The tone that a movie is wished to have: "something uplifting", "wants to laugh".
/// Not where the word belongs to a person or a story.
pub(crate) fn tone(text: &mut Text<'_>) -> Option<&'static str> {
    const LEADS: &[&str] = &[
        "something", "anything", "a", "an", "some", "to", "good", "really", "very", "more", "and",
        ",", "any", "for", "with", "few", "the", "movie", "movies", "film", "films", "most",
        "that", "which",
    ];
    for at in 0..text.len() {
        let found =
            TONES.iter().find_map(|(words, query)| Some((text.phrases(at, words)?, *query)));
        let Some((length, query)) = found.filter(|_| !text.is_claimed(at)) else { continue };
        let end = at + length;
        // "a moving target", "a dark knight": only what describes movies, or is wished for.
        let goes_on = is_item_noun(text.word(end)) || (end..end + 4).any(|i| text.is_claimed(i));
        let ends = end >= text.len()
            || !text.is_word(end)
            || text.is(end, &["to", "for", "and", "tonight", "today", "enough", "please", "again"]);
        let led = text.before_is(at, 1, LEADS)
            || text.before_is(at, 1, RECOMMEND)
            || text.before_is(at, 1, &["show", "find", "list", "which", "what"])
            || at > 0 && (text.is_claimed(at - 1) || text.number(at - 1).is_some());
        if led && (goes_on || ends) && negation::lead(text, at).is_none() {
            text.claim(at..end);
            return Some(query);
        }
    }
    None
}
