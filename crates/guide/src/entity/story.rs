//! Storylines to search for.

use std::ops::Range;

use usher_names::{Field, Mention, Names};

use crate::entity::negation;
use crate::entity::numbers::is_decade;
use crate::entity::titles;
use crate::lexicon::{PLAIN, SOMETHING, is_item_noun};
use crate::text::Text;

/// Nouns that a story belongs to.
const STORY_NOUNS: &[&str] = &[
    "storyline", "story", "plot", "description", "synopsis", "premise", "summary", "theme",
    "script", "screenplay", "pitch", "outline",
];
/// Verbs after "that" or "which" that tell of a story.
const TELLING: &[&str] = &[
    "talk", "talks", "tell", "tells", "take", "takes", "feature", "features", "involve",
    "involves", "deal", "deals", "explore", "explores", "depict", "depicts", "focus", "focuses",
    "contain", "contains", "include", "includes", "revolve", "revolves", "center", "centers",
    "follow", "follows", "describe", "describes", "speak", "speaks", "happen", "happens", "start",
    "starts", "end", "ends", "portray", "portrays", "has", "have",
];
/// What a condition is on, and no story.
const FIELDS: &[&str] = &[
    "duration", "length", "runtime", "rating", "imdb", "director", "producer", "release",
    "country", "score", "title",
];
/// What leads in a story after "which films".
const STORY_OF: &[&str] = &[
    "tell the story of", "tell of", "tell about", "talk about", "deal with", "speak of",
    "speak about", "take place in", "focus on", "revolve around", "center on", "involve",
];
/// What ends a story within a sentence: another condition or the user.
const ENDS: &[&str] = &[
    "to user", "for user", "to customer", "for customer", "to the user", "for the user", "to him",
    "for him", "to her", "for her", "to them", "for them", "released", "starring", "directed by",
    "produced by", "written by", "with an imdb", "with imdb", "with a rating", "with rating",
    "with a duration", "rated", "shorter than", "longer than", "popular among", "popular in",
    "that are popular", "and that are", "that were released", "and released", "among", "please",
    "that user", "which user", "that customer", "that he", "that she", "that they", "who user",
];

/// A story that is told: where "where the main character is kidnapped" goes.
pub(crate) fn told(
    text: &mut Text<'_>,
    mentions: &[Mention],
    unused: &mut Vec<String>,
) -> Option<String> {
    if let Some(range) = after_colon(text) {
        return take(text, 0, range);
    }
    for at in 0..text.len() {
        let Some(length) = cue(text, mentions, at) else { continue };
        let start = at + length;
        let end = end_of_story(text, start);
        // What a story is not to be about cannot be searched for.
        if let Some(from) = negation::lead(text, at) {
            unused.push(text.slice(&(from..end)).to_owned());
            text.claim(from..end);
            continue;
        }
        if tells_of_a_role(text, mentions, start, end) {
            continue;
        }

        let words = (start..end).any(|i| {
            text.is_word(i) && (!PLAIN.contains(&text.word(i)) || text.word(i).len() >= 4)
        });
        if words {
            return take(text, at, start..end);
        }
    }
    None
}

/// A whole sentence in quotation marks that is no title.
pub(crate) fn quoted(text: &mut Text<'_>, names: &Names) -> Option<String> {
    const LEAST_WORDS: usize = 5;
    let (quoted, range) = titles::quoted_at(text)?;
    let words = range.clone().filter(|at| text.is_word(*at)).count();
    // What somebody said is no story: "give me a comedy".
    let said = range.clone().any(|at| text.is(at, &["i", "i'm", "me", "my", "we", "you"]));
    let is_story = words >= LEAST_WORDS && !said && text.is_free(&range);
    (is_story && names.ids_titled(quoted).is_empty()).then(|| take(text, range.start, range))?
}

/// "in which Tom Cruise plays" and "that features Tom Hanks with Meg Ryan" tell of people in
/// their roles, not of a story.
fn tells_of_a_role(text: &Text<'_>, mentions: &[Mention], start: usize, end: usize) -> bool {
    const SHOWING: &[&str] = &["feature", "features", "include", "includes", "has", "have"];
    const ROLES: &[&str] = &[
        "play", "plays", "played", "act", "acts", "acted", "star", "stars", "starred", "appear",
        "appears", "appeared", "is", "are", "was", "were",
    ];
    const TOGETHER: &[&str] = &["together", "along", "alongside", "with", "opposite"];
    // "In which Clint Eastwood acts and which Clint Eastwood directed".
    let names = |at: usize| {
        mentions
            .iter()
            .any(|mention| mention.field.is_person() && text.tokens_of(&mention.span).start == at)
    };
    let does =
        |at: usize| text.is(at, &["acts", "plays", "stars", "appears", "directed", "directs"]);
    if names(start) && (start..end).any(|at| text.is(at, &["which"]) && names(at + 1)) {
        return (start..end).filter(|at| does(*at)).count() > 1;
    }
    let shows = text.is(start, SHOWING);
    let start = start + usize::from(shows);
    let start = start + usize::from(text.is(start, &["both"]));
    let mut at = start;
    while at < end {
        let person = mentions
            .iter()
            .filter(|mention| mention.field.is_person())
            .map(|mention| text.tokens_of(&mention.span))
            .find(|range| range.start == at);
        at = match person {
            Some(range) => range.end,
            None if at > start && text.is(at, &["and", "or", ",", "both"]) => at + 1,
            None if at > start && shows && text.is(at, TOGETHER) => at + 1,
            None => break,
        };
    }
    at > start
        && (text.is(at, ROLES) || shows)
        && (at + 1..end).all(|i| {
            text.is(
                i,
                &[
                    "together", "in", "it", "both", "a", "an", "the", "role", "actor", "actress",
                    "star", "stars", "lead", "leading", "main", "cast", "part", "of",
                ],
            )
        })
}

fn take(text: &mut Text<'_>, from: usize, range: Range<usize>) -> Option<String> {
    let story = text.slice(&range).trim_matches(['"', '“', '”', '\'', ' ', '.', '?']).to_owned();
    text.claim(from.max(range.start.saturating_sub(3))..range.end);
    (!story.is_empty()).then_some(story)
}

/// "… this storyline? A marine is sent to a moon." and "… this description: …".
fn after_colon(text: &Text<'_>) -> Option<Range<usize>> {
    let (mut announced, mut pointed) = (false, false);
    for at in 0..text.len() {
        announced |= text.is(at, STORY_NOUNS) || text.is(at, &["following"]);
        pointed |= text.is(at, &["this", "following", "such"])
            && (at + 1..at + 3).any(|i| text.is(i, STORY_NOUNS));
        let mark = text.is(at, &[":"]) || pointed && text.is(at, &["?", "."]);
        let start = at + 1;
        // At least a few words must follow.
        if announced && mark && text.len() >= start + 3 {
            return Some(start..before_the_question(text, start));
        }
    }
    None
}

/// Where a story that was announced ends: before "What share of our users would like it?"
fn before_the_question(text: &Text<'_>, start: usize) -> usize {
    const ASKING: &[&str] = &["what", "how", "which", "would", "could", "can", "do"];
    (start + 3..text.len())
        .rfind(|at| text.is(*at, &[".", "!"]) && text.is(at + 1, ASKING))
        .unwrap_or(text.len())
}

/// The length of words that lead in a story, if they stand here.
fn cue(text: &Text<'_>, mentions: &[Mention], at: usize) -> Option<usize> {
    if text.is_claimed(at) {
        return None;
    }
    let previous = text.before(at);
    let of_item = is_item_noun(previous)
        || SOMETHING.contains(&previous)
        || in_the_catalogue(text, at)
        || matches!(
            previous,
            "stories"
                | "story"
                | "plot"
                | "storyline"
                | ","
                | "ones"
                | "and"
                | "adventure"
                | "talk"
                | "talks"
                | "talking"
                | "tale"
                | "tales"
        )
        || ends_genre(text, mentions, at)
        || links_to_item(text, at)
        || follows_years(text, at);
    if let Some(length) = text.phrases(
        at,
        &[
            "in which", "where", "whose", "set in", "set during", "set on", "dealing with",
            "that is about", "that are about", "which is about", "with a plot about",
            "with a story about", "with a storyline about", "with a plot where",
            "with a story where", "based on", "revolving around", "centered on", "focusing on",
            "involving", "on the subject of", "on the topic of", "related to", "that talk about",
            "centred on", "centering on", "centred around", "centered around",
            "that have to do with", "having to do with", "to do with", "concerning", "portraying",
            "depicting", "that is set in", "that are set in", "telling of", "telling the story of",
            "on the theme of", "exploring", "inspired by", "which are about", "that's about",
            "built around", "about how", "stories of", "tales of", "for the story of",
            "with the story of", "in the story of",
        ],
    ) {
        // "Whose duration is under …" is a condition.
        let field = (at + length..at + length + 3).any(|i| text.is(i, FIELDS));
        let own = (!text.is(at, &["where", "whose"]) || of_item) && !field;
        // What is told of includes the place and the time.
        let kept = usize::from(text.is(at, &["whose", "set"]));
        return (own && at > 0).then_some(if kept == 1 {
            usize::from(text.is(at, &["whose"]))
        } else {
            length
        });
    }
    if text.is(at, &["about"]) {
        let counted = text.number(at + 1).is_some();
        let oneself = text.is(at + 1, &["you", "yourself", "me", "myself"]);
        return (of_item && previous != "," && !counted && !oneself).then_some(1);
    }
    if text.is(at, &["that", "which"]) && of_item && text.is(at + 1, TELLING) {
        return Some(1);
    }
    // "Which films tell the story of …"
    let alone = !text.is(at, &["has", "have", "start", "starts", "end", "ends", "feature"]);
    if is_item_noun(previous) && text.is(at, TELLING) && alone {
        return Some(text.phrases(at, STORY_OF).unwrap_or(1));
    }
    None
}

/// "Films in our catalogue whose …".
fn in_the_catalogue(text: &Text<'_>, at: usize) -> bool {
    text.before_is(at, 1, &["catalogue", "catalog", "collection", "library"])
        && (at.saturating_sub(4)..at).any(|i| is_item_noun(text.word(i)))
}

/// A genre ends before this token: "a western about …".
fn ends_genre(text: &Text<'_>, mentions: &[Mention], at: usize) -> bool {
    mentions
        .iter()
        .filter(|mention| mention.field == Field::Genre)
        .any(|mention| text.tokens_of(&mention.span).end == at)
}

/// "Movies from the 1990s about …", "dramas released before 1990 are about …".
fn follows_years(text: &Text<'_>, at: usize) -> bool {
    let end = at - usize::from(text.before_is(at, 1, &["are", "is", "were", "was"]));
    let end = end - usize::from(text.before_is(end, 1, &["s"]));
    end.checked_sub(1).is_some_and(|year| text.number(year).is_some() || is_decade(text.word(year)))
}

/// "Which films are about …", "any title that is mostly about …".
fn links_to_item(text: &Text<'_>, at: usize) -> bool {
    const LINKS: &[&str] = &[
        "are", "is", "be", "all", "mostly", "mainly", "really", "also", "only", "partly", "made",
        "was", "were", "out", "there", "that", "which", "you", "have", "do", "we", "good", "from",
    ];
    let mut noun = at;
    while noun > 0 && text.is(noun - 1, LINKS) {
        noun -= 1;
    }
    noun < at
        && noun.checked_sub(1).is_some_and(|noun| {
            is_item_noun(text.word(noun)) || text.is(noun, SOMETHING) || text.is(noun, &["else"])
        })
}

fn end_of_story(text: &Text<'_>, start: usize) -> usize {
    (start..text.len())
        .find(|at| {
            let sentence_ends = text.is(*at, &["?", "!", ";"])
                || text.is(*at, &["."])
                    && (*at + 1 >= text.len()
                        || text.token(*at + 1).is_some_and(|next| next.opens));
            let before_user = text.is(*at, &["to", "for"]) && text.is_claimed(*at + 1);
            let another = text.phrases(*at, ENDS).is_some()
                || text.is(*at, &["and", ","])
                    && (text.phrases(*at + 1, ENDS).is_some()
                        || crate::lexicon::RECOMMEND.contains(&text.word(*at + 1)));
            sentence_ends || before_user || another || text.is_claimed(*at)
        })
        .unwrap_or(text.len())
}

/// What follows "about" in a question that nothing else was made of: "anything there
/// about submarines".
pub(crate) fn spoken_of(text: &mut Text<'_>) -> Option<String> {
    const NOBODY: &[&str] = &["you", "your", "yourself", "me", "my", "it", "that", "this", "them"];
    let at = text.find(&["about"])?;
    let end = end_of_story(text, at + 1);
    let asks = text.before_is(at, 1, &["what", "how", "and"]);
    let telling = (at + 1..end).any(|i| text.is_word(i) && !text.is(i, PLAIN));
    let nobody = text.is(at + 1, NOBODY) || (at + 1..end).any(|i| text.is_claimed(i));
    (telling && !asks && !nobody).then(|| take(text, at, at + 1..end))?
}

/// "A nun counsels a man on death row. Which film is that?": a story, and then the question
/// for it.
pub(crate) fn before_a_question(text: &mut Text<'_>) -> Option<String> {
    const LEAST_WORDS: usize = 4;
    const ASKING: &[&str] = &[
        "can", "could", "you", "i", "we", "find", "that", "this", "the", "one", "which", "what",
        "is", "was", "it", "its", "it's", "called", "do", "have", "please", "know", "name", "of",
        "me", "tell", "there", "a", "like", "such", "s", "'",
    ];
    let mark = (0..text.len())
        .rfind(|at| text.is(*at, &[".", "?", "!", ";", "-", ","]) && text.is_word(at + 1))?;
    let asks = (mark + 1..text.len())
        .all(|at| !text.is_word(at) || text.is(at, ASKING) || is_item_noun(text.word(at)))
        && (mark + 1..text.len()).any(|at| is_item_noun(text.word(at)) || text.is(at, &["it"]));
    let words = (0..mark).filter(|at| text.is_word(*at)).count();
    (asks && words >= LEAST_WORDS && text.is_free(&(0..mark))).then(|| take(text, 0, 0..mark))?
}

/// "a heist gone wrong", "time travel", "boxing films": a few words that ask nothing and
/// order nothing, as one types them into a search.
pub(crate) fn bare(text: &mut Text<'_>) -> Option<String> {
    const MOST_WORDS: usize = 10;
    const SPEAKING: &[&str] = &[
        "?", "who", "what", "which", "whose", "how", "why", "when", "i", "me", "my", "we", "us",
        "our", "you", "your", "it", "this", "that", "these", "those", "they", "them", "he", "she",
        "can", "could", "should", "would", "will", "do", "does", "did", "please", "tell", "give",
        "show", "write", "make", "explain", "delete", "hello", "hi", "user", "users", "yes", "no",
    ];
    let words: Vec<usize> = (0..text.len()).filter(|at| text.is_word(*at)).collect();
    let of_items = |at: &usize| is_item_noun(text.word(*at));
    let first = *words.iter().find(|at| !of_items(at))?;
    let last = *words.iter().rfind(|at| !of_items(at))?;
    let tells = words.iter().any(|at| !of_items(at) && !text.is(*at, PLAIN));
    let is_bare = words.len() <= MOST_WORDS
        && !text.has(SPEAKING)
        && (0..text.len()).all(|at| text.number(at).is_none() && !text.is_claimed(at));
    (tells && is_bare).then(|| take(text, first, first..last + 1))?
}

/// "movies with dinosaurs": what "with" leads in when it is nothing else.
pub(crate) fn with(text: &mut Text<'_>) -> Option<String> {
    for at in 1..text.len() {
        if !text.is(at, &["with", "featuring", "including"])
            || text.is_claimed(at)
            || !(is_item_noun(text.before(at)) || SOMETHING.contains(&text.before(at)))
        {
            continue;
        }
        let start = at + 1;
        let end = end_of_story(text, start);
        let field = [
            "title", "titles", "description", "descriptions", "id", "ids", "genre", "genres",
            "length", "duration", "rating", "imdb", "director", "directors", "actors", "year",
            "high", "good", "highest", "best", "great", "low", "user", "similar", "their", "its",
            "running", "runtime", "run",
        ];
        let telling = (start..end).any(|i| text.is_word(i) && !PLAIN.contains(&text.word(i)));
        let of_fields = (start..(start + 3).min(end)).any(|i| text.is(i, &field));
        if telling && !of_fields && text.is_free(&(start..end)) {
            return take(text, at, start..end);
        }
    }
    None
}
