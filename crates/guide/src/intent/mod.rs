//! What kind of thing a question asks for, by its words.

mod courtesy;

use crate::entity::group::is_group;
use crate::lexicon::{PRONOUN_OF_USER, RECOMMEND, SUGGESTIONS, is_item_noun};
use crate::request::{Conditions, Selection};
use crate::text::Text;

use courtesy::{COURTESY, WHY, YES, all_words};
pub(crate) use courtesy::{agrees, saying, without_courtesy};

/// "Which tools did you use?", "How did you get this?"
pub(crate) fn asks_for_steps(text: &Text<'_>) -> bool {
    text.says(&[
        "which tools", "what tools", "which tool", "what tool", "tools did you", "tools you",
        "tool calls", "the tools", "your tools", "how did you get", "how did you find",
        "how did you come", "how did you arrive", "how did you do", "how did you choose",
        "how did you select", "how did you pick", "how did you know", "how did you compute",
        "how did you calculate", "how did you obtain", "how did you reach", "how did you produce",
        "what did you do", "which steps", "what steps", "your steps", "the steps", "step by step",
        "how were these", "how was this", "how was that", "how were they",
        "where does this come from", "where did you get", "how do you know", "how did that work",
    ])
}

/// "Why these?", "Explain the recommendations."
pub(crate) fn asks_why(text: &Text<'_>) -> bool {
    const THESE: &[&str] = &[
        "these", "those", "them", "this", "that", "recommendation", "recommendations",
        "recommended", "recommend", "suggested", "suggest", "suggestions", "it", "choices",
        "choice", "chosen", "choose", "you", "they", "first", "second", "third", "fourth", "fifth",
        "last", "one", "ones",
    ];
    let told = text.says(&["the explanation", "an explanation", "your explanation", "the reasons"]);
    told && !text.has(RECOMMEND)
        || text.find(WHY).is_some_and(|at| {
            let opening = text.is(at, &["why"]) || at <= 4;
            opening && (text.has(THESE) || all_words(text, &[WHY, YES, COURTESY, &["can"]]))
        })
}

/// A question for a reason, whatever it is of.
pub(crate) fn says_why(text: &Text<'_>) -> bool {
    text.find(WHY).is_some_and(|at| at <= 4)
}

/// "The third one": which place, from 0.
pub(crate) fn place(text: &Text<'_>) -> Option<usize> {
    const ORDINALS: &[(&[&str], usize)] = &[
        (&["first", "1st"], 0),
        (&["second", "2nd"], 1),
        (&["third", "3rd"], 2),
        (&["fourth", "4th"], 3),
        (&["fifth", "5th"], 4),
        (&["sixth", "6th"], 5),
        (&["seventh", "7th"], 6),
        (&["eighth", "8th"], 7),
        (&["ninth", "9th"], 8),
        (&["tenth", "10th"], 9),
    ];
    let by_word = ORDINALS.iter().find(|(words, _)| text.has(words)).map(|(_, place)| *place);
    by_word.or_else(|| {
        (0..text.len()).find_map(|at| {
            let number =
                text.number(at).filter(|n| n.fract() == 0.0 && (1.0..=100.0).contains(n))?;
            let ordinal = text.is(at + 1, &["st", "nd", "rd", "th"]) && text.touches_next(at);
            let numbered = text.before_is(at, 1, &["number", "no", "#"]);
            (ordinal || numbered).then_some(number as usize - 1)
        })
    })
}

/// A wish of somebody who is named, without a word of recommending.
pub(crate) fn wishes(text: &Text<'_>) -> bool {
    text.has(&[
        "surprise", "interesting", "ideas", "idea", "tips", "tip", "fit", "fits", "suit", "suits",
        "match", "matches", "wants", "want", "needs", "need", "likes", "loves", "enjoy", "enjoys",
        "predict", "entertain", "entertainment", "pick", "choose", "tonight", "evening", "weekend",
        "next", "good", "top", "best", "favourite", "fan", "offer", "propose", "bored", "watching",
        "offered", "offers", "offering", "serve", "served", "serving", "surface", "surfaced",
        "pitch", "pitched", "queue", "queued", "select", "curate", "curated", "treat", "feed",
        "present", "presented", "assign", "matched", "matching", "tailor", "tailored",
        "personalise", "personalize", "personalised", "personalized", "promote", "promoted",
        "push", "pushed", "advertise", "entertaining", "enjoyable", "taste", "tastes", "viewing",
        "playlist", "binge", "delight", "thrill", "amuse", "amused", "entertained", "programme",
        "program", "lineup", "marathon", "interest", "interested", "appeal", "appeals", "pleased",
        "worth", "stream", "tempt", "hook", "chosen", "selected", "picked", "hit", "perfect",
        "ideal", "love", "target", "nudge", "inspire", "inspiration", "candidates", "shortlist",
        "cinema", "picks",
    ]) || text.says(&[
        "for me", "in the mood", "have for", "got for", "in stock", "movie night", "line up",
        "lined up", "put in front", "put before", "put on", "be shown", "be given", "get shown",
        "get to see", "line - up", "dish up", "come up with", "set up with", "on the menu",
        "down well", "over well", "go for", "goes for", "up for", "looking for", "look for",
        "sit down", "start with",
    ]) || gives(text)
}

/// "Give user 9 …", "find our customer 9 …": what somebody is given is a
/// recommendation; not "show user 9's age".
fn gives(text: &Text<'_>) -> bool {
    (0..text.len()).any(|at| {
        let verb = text.is(at, &["give", "find", "get", "bring", "hand", "send", "throw", "fetch"]);
        let noun = at + 1 + usize::from(text.is(at + 1, &["our", "the", "my", "this"]));
        let end = (noun..text.len()).find(|i| !text.is_claimed(*i)).unwrap_or(text.len());
        verb && text.is(noun, crate::lexicon::USER) && end > noun + 1 && text.is_word(end)
    })
}

/// "Pick two films for me": who asks wishes for recommendations.
pub(crate) fn wishes_for_oneself(text: &Text<'_>) -> bool {
    (text.has(&["me", "us", "i", "i'd", "i'm", "my", "we"])
        || text.is(0, &["any", "anything", "something"]))
        && wishes(text)
        && ((0..text.len()).any(|at| text.is(at, SUGGESTIONS)) || speaks_of_items(text))
}

/// Conditions that are said of anything, such as a year, select movies only where
/// the question speaks of them.
pub(crate) fn may_list(text: &Text<'_>, what: &Selection) -> bool {
    let said_of_anything = Conditions {
        country: None,
        release_date: None,
        release_month: None,
        any: false,
        ..what.conditions.clone()
    };
    !said_of_anything.is_empty()
        || what.popular.is_some()
        || what.search.is_some()
        || speaks_of_items(text)
        || text.len() <= 4
        || text.has(&["released", "release", "came", "cinema", "watch", "catalogue", "made"])
}

/// Asking for recommendations: where the word stands.
pub(crate) fn recommends(text: &Text<'_>) -> Option<usize> {
    // "I would like to see what user 9 has watched", "to see the history".
    const LOOKED_UP: &[&str] =
        &["what", "how", "if", "whether", "who", "history", "interactions", "ratings", "profile"];
    text.find(RECOMMEND).or_else(|| {
        (0..text.len()).find(|at| {
            let looks_up = text.is(*at + 2, LOOKED_UP) || text.is(*at + 3, LOOKED_UP);
            text.phrases(*at, &["to see"]).is_some() && !looks_up
                || text
                    .phrases(
                        *at,
                        &[
                            "to watch", "watch next", "see next", "next movie", "next film",
                            "put in front of", "what next for", "what's next for",
                        ],
                    )
                    .is_some()
                || text.is(*at, &["should", "could", "can", "would", "might", "will"])
                    && (*at + 1..(*at + 8).min(text.len())).any(|i| {
                        text.is(
                            i,
                            &[
                                "watch", "see", "like", "enjoy", "offer", "propose", "love",
                                "rewatch", "offered", "shown", "served", "given", "pick", "serve",
                                "surface", "pitch", "queue", "try", "choose", "present", "view",
                            ],
                        )
                    })
                    && text.has(&["what", "which", "something", "anything"])
        })
    })
}

/// A share of users: "what percentage", "how many users".
pub(crate) fn asks_for_share(text: &Text<'_>) -> bool {
    let share = text.has(&[
        "percentage", "percent", "%", "likelihood", "probability", "chance", "chances", "share",
        "proportion", "fraction", "ratio", "portion", "percentages", "pct", "proportions",
    ]) || text.says(&[
        "how many people", "how many of", "number of users", "what part of", "which part of",
        "how likely", "how large a part", "how big a part", "how much of our", "how much of the",
    ]) || (0..text.len())
        .any(|at| text.is(at, crate::lexicon::USER) && text.before_is(at, 1, &["many"]));
    let liking = text.has(&[
        "interested", "interest", "like", "likes", "liked", "enjoy", "enjoyed", "appreciate",
        "love", "watch", "watched", "loved", "appeal", "appreciated", "attract", "attracted",
        "engaged", "seen", "interesting", "loves", "enjoys", "appreciates", "watches", "interests",
        "attracts", "appeals", "audience", "popular", "fans", "appealing", "into", "prefer",
        "prefers", "fond", "keen", "enjoying", "liking", "adore", "adores", "favour", "favor",
    ]) || text.says(&["go for", "care for", "care about", "sit through", "fall for"]);
    share && liking
}

/// "Recommend some movies and explain why": reasons with the recommendations.
pub(crate) fn asks_why_too(text: &Text<'_>) -> bool {
    let verb = text.find(RECOMMEND).filter(|verb| *verb <= 4 && !text.is(0, &["why", "explain"]));
    verb.is_some_and(|verb| {
        (verb + 1..text.len()).any(|at| {
            text.is(at, WHY)
                && text.before_is(
                    at,
                    1,
                    &["and", "me", "with", "also", ",", "say", "including", "your", "the", "an"],
                )
        })
    })
}

/// What has to do with no catalogue of movies.
pub(crate) fn is_elsewhere(text: &Text<'_>) -> bool {
    text.has(&[
        "weather", "joke", "jokes", "poem", "poetry", "song", "recipe", "news", "president",
        "translate", "translation", "code", "python", "math", "football", "bitcoin", "horoscope",
        "essay", "email", "homework", "instructions", "prompt", "jailbreak", "password",
        "politics", "flight", "hotel", "restaurant", "temperature", "weekday", "o'clock",
    ]) || text.is(0, &["ignore", "disregard", "forget", "pretend", "act", "write", "sing"])
        || text.says(&[
            "of life", "what time", "how are you", "your name", "do you like", "do you love",
        ])
}

/// What a user has watched.
pub(crate) fn asks_for_history(text: &Text<'_>) -> bool {
    let rated = (0..text.len()).any(|at| text.is(at, &["rated"]) && rates(text, at));
    let said = rated
        || text.has(&[
            "history", "historical", "interactions", "interaction", "interacted", "watched",
            "seen", "viewed", "watchlist", "consumed", "histories", "interact",
        ])
        || text.says(&[
            "did user", "has user", "have liked", "has liked", "liked so far", "liked most",
            "been up to", "been watching",
        ])
        || done(text)
        || text.has(&["liked", "ratings", "rate"]) && !text.has(&["imdb"]);
    // "I have seen all the new stuff, give me a comedy."
    let gives = text.says(&["give me a", "give me an", "give me some", "give us a"])
        && !text.has(&["history", "interactions", "ratings", "list"]);
    said && !gives && !looks_ahead(text) && !unseen(text)
}

/// "What did I watch lately?", "did user 9 and his wife like it?"
fn done(text: &Text<'_>) -> bool {
    const SEE: &[&str] =
        &["watch", "see", "rate", "view", "like", "enjoy", "finish", "love", "consume", "review"];
    (0..text.len()).any(|at| {
        let who = text.is(at + 1, &["i", "we", "he", "she", "they", "my", "our"])
            || text.is(at + 1, crate::lexicon::USER);
        text.is(at, &["did", "didn't"]) && who && (at + 2..at + 7).any(|i| text.is(i, SEE))
            || text.is(at, &["i", "he", "she", "they", "we"])
                && text.is(at + 1, &["saw", "watched", "rated", "viewed", "finished"])
    })
}

/// What comes is asked for, not what was.
pub(crate) fn looks_ahead(text: &Text<'_>) -> bool {
    // "Could you show me the history?" asks for what was.
    let ahead = |at: usize| {
        text.is(at, &["will", "would", "could"]) && !text.is(at + 1, &["you", "i", "we"])
    };
    text.has(&["should", "next", "recommend", "suggest"]) || (0..text.len()).any(ahead)
}

/// "The last 3 films of user 9", "what did he watch last": whether one is meant.
pub(crate) fn asks_for_last(text: &Text<'_>) -> Option<bool> {
    const LAST: &[&str] = &["last", "latest", "recent", "newest", "previous", "recently", "lately"];
    let user = |at: usize| text.is_claimed(at) || text.is(at, PRONOUN_OF_USER);
    let plural = (0..text.len()).any(|at| crate::lexicon::ITEMS.contains(&text.word(at)));
    if looks_ahead(text) || unseen(text) {
        return None;
    }
    (0..text.len()).filter(|at| text.is(*at, LAST)).find_map(|at| {
        let of_user = (at + 1..at + 5).any(|i| text.is(i, &["of", "by"]) && user(i + 1))
            || text.before_is(at, 1, &["s", "his", "her", "their", "my"]);
        let item = (at + 1..at + 4).any(|i| is_item_noun(text.word(i)));
        let done = text.has(&["watched", "seen", "saw", "rated", "viewed", "interacted"])
            || text.has(&["did"]) && text.has(&["watch", "see", "rate", "view"]);
        let one = !plural && !text.is(at, &["recently", "lately"]);
        (of_user && item || done).then_some(one)
    })
}

/// "Rated" tells of what a user did, not of "rated PG" or "highly rated".
fn rates(text: &Text<'_>, at: usize) -> bool {
    const PRAISE: &[&str] = &[
        "highly", "best", "top", "well", "high", "highest", "lowest", "worst", "low", "-", "r",
        "g", "pg",
    ];
    const VALUE: &[&str] = &["above", "below", "over", "under", "higher", "lower", "at", "highest"];
    let condition = text.is_claimed(at)
        || text.is(at + 1, VALUE)
        || text.is_claimed(at + 1) && text.is_word(at + 1);
    !condition && !text.before_is(at, 1, PRAISE)
}

/// "not seen", "hasn't watched", "unseen".
pub(crate) fn unseen(text: &Text<'_>) -> bool {
    text.has(&["unseen", "unwatched", "hasn't", "haven't"])
        || (0..text.len()).any(|at| {
            text.is(at, &["not", "never", "yet"])
                && (at.saturating_sub(3)..at + 4)
                    .any(|i| text.is(i, &["seen", "watched", "rated", "see", "watch"]))
        })
}

/// "Movies that he has already seen", "even if seen before", "to watch again".
pub(crate) fn seen_too(text: &Text<'_>) -> bool {
    const SEEN: &[&str] = &["seen", "watched", "viewed", "rated"];
    const ALLOWED: &[&str] = &[
        "fine if", "ok if", "okay if", "alright if", "all right if", "even if", "no matter if",
        "not mind if", "don't mind if", "seen or not", "watched or not",
    ];
    if unseen(text) {
        return false;
    }
    let is_allowed = text.says(ALLOWED);
    (0..text.len()).any(|at| {
        let seen = text.is(at, SEEN);
        // "Movies (that) he has seen": of the movies, not of a reason.
        let have = at.checked_sub(1).filter(|have| text.is(*have, &["has", "have"]));
        let of_items = have.is_some_and(|have| {
            let subject = (have.saturating_sub(4)..have)
                .rev()
                .find(|i| is_item_noun(text.word(*i)) || text.is(*i, SUGGESTIONS));
            subject.is_some_and(|noun| {
                (noun + 1..have).all(|i| {
                    text.is(i, &["that", "which", "i"])
                        || text.is(i, PRONOUN_OF_USER)
                        || text.is_claimed(i)
                })
            })
        });
        seen && (of_items
            || is_allowed
            || text.before_is(at, 1, &["already", "including", "include"])
            || text.is(at + 1, &["before", "already"]))
            || text.is(at, &["rewatch", "rewatching"])
            || text.is(at, &["watch", "see"]) && (at + 1..at + 3).any(|i| text.is(i, &["again"]))
    })
}

/// Items without any condition: "the best movies", "some films".
pub(crate) fn asks_for_any(text: &Text<'_>) -> bool {
    text.has(&[
        "best", "top", "greatest", "longest", "shortest", "newest", "oldest", "latest", "recent",
        "some", "list", "show", "rated", "all",
    ]) && !text.has(&["history", "watched", "seen", "user", "users"])
}

/// "How many users do we have?", "how many women are there?"
pub(crate) fn counts_users(text: &Text<'_>) -> bool {
    (0..text.len()).any(|at| {
        let length = text.phrases(at, &["how many", "number of", "count of"]).unwrap_or(0);
        let who = at + length + usize::from(text.is(at + length, &["of", "our", "the", "active"]));
        let noun = crate::lexicon::USER.contains(&text.word(who)) || is_group(text.word(who));
        let ends = text
            .is(who + 1, &["", "?", ".", "are", "do", "does", "in", "on", "use", "have", "among"]);
        length > 0 && noun && ends
    })
}

/// Users by what they like or are: no tool finds users.
pub(crate) fn asks_for_users(text: &Text<'_>) -> bool {
    text.says(&[
        "which users", "what users", "which user", "who likes", "who like", "who loves",
        "who watched", "which customers", "list users", "list the users", "list all users",
        "find users", "show users", "users who", "users that",
    ])
}

/// A user is spoken of by pronoun.
pub(crate) fn speaks_of_user(text: &Text<'_>) -> bool {
    text.has(PRONOUN_OF_USER)
        || text.says(&[
            "this user", "that user", "the user", "same user", "the customer", "this customer",
        ])
}

/// Many items are asked for: a noun in the plural, or "something".
pub(crate) fn speaks_of_items(text: &Text<'_>) -> bool {
    // "Show user 9" is no show.
    (0..text.len()).any(|at| {
        is_item_noun(text.word(at)) && !(at == 0 && text.is(at, &["show"]))
            || text.is(at, crate::lexicon::SOMETHING)
    })
}

/// A message that goes on from what was asked before, by how it begins.
pub(crate) fn goes_on(text: &Text<'_>) -> bool {
    text.is(
        0,
        &[
            "and", "but", "only", "just", "now", "instead", "also", "then", "or", "with",
            "without", "from", "same", "again",
        ],
    ) || (0..2).any(|at| {
        text.phrases(
            at,
            &[
                "what about", "how about", "make it", "make them", "make that", "of these",
                "of those", "of them", "which of", "limit", "restrict", "narrow", "filter",
                "show only", "the same",
            ],
        )
        .is_some()
    }) || text.says(&["of these", "of those", "of them", "instead"])
}

/// "more", "another three", "I have seen that": the ones after those shown.
pub(crate) fn asks_for_more(text: &Text<'_>) -> bool {
    const MORE: &[&str] = &["more", "another", "others", "different", "else"];
    const REFUSING: &[&str] = &[
        "seen that", "seen it", "seen those", "seen these", "seen them", "seen this", "know that",
        "know it", "know those", "know these", "know them", "don't like it", "don't like that",
        "don't like them", "don't like these", "don't like those", "don't like this", "not these",
        "not this", "not that",
    ];
    const FILLING: &[&str] = &[
        "other", "some", "give", "show", "me", "please", "can", "you", "any", "i", "i've", "want",
        "and", "a", "few", "ones", "one", "recommend", "suggest", "recommendations", "suggestions",
        "something", "anything", "what", "movies", "films", "items", "movie", "film", "to", "him",
        "her", "them", "for", "same", "the", "user", "yes", "ok", "couple", "of", "two", "three",
        "four", "five", "six", "seven", "eight", "nine", "ten", "already", "have", "has", "seen",
        "know", "knows", "like", "likes", "don't", "doesn't", "it", "that", "this", "these",
        "those", "not", "no", "all", "he", "she", "hmm", "next", "are", "there", "like", "list",
        "page", "do", "got", "results", "how", "about", "further", "additional", "but",
    ];
    let asked = text.has(MORE) || text.says(REFUSING) || text.says(&["next page", "next ones"]);
    asked
        && (0..text.len()).all(|at| {
            !text.is_word(at) || text.is_claimed(at) || text.is(at, MORE) || text.is(at, FILLING)
        })
}

/// Words that add nothing to "the same for user 12".
pub(crate) fn is_filler(word: &str) -> bool {
    const FILLERS: &[&str] = &[
        "and", "also", "what", "about", "for", "to", "now", "same", "do", "the", "please", "how",
        "try", "again", "it", "this", "that", "instead", "with", "can", "you", "then", "next",
        "ok", "okay", "is", "his", "her", "my", "id", "user", "it's", "its", "i", "am", "i'm",
        "them", "sure", "yes", "recommend", "suggest", "thing", "too", "s", "as", "well", "of",
        "a", "an", "one", "sorry", "mean", "meant", "actually", "use", "let", "us", "let's", "say",
        "take", "in", "on", "these", "those", "show", "give", "me", "him", "no", "wrong", "rather",
        "just", "only", "but",
    ];
    FILLERS.contains(&word)
}
