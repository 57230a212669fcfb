//! What is said around questions: greetings, thanks, yes and no.

use crate::request::Saying;
use crate::text::Text;

/// Greeting.
const HELLO: &[&str] =
    &["hello", "hi", "hey", "greetings", "howdy", "morning", "afternoon", "evening"];
/// Thanking and taking leave.
const THANKS: &[&str] = &[
    "thanks", "thank", "bye", "goodbye", "great", "perfect", "cool", "nice", "excellent",
    "awesome", "wonderful", "lovely",
];
/// Declining.
const NO: &[&str] = &["no", "nope", "nah", "not", "never", "nevermind"];
/// Agreeing.
pub(super) const YES: &[&str] = &[
    "yes", "yeah", "yep", "yup", "sure", "please", "ok", "okay", "absolutely", "definitely",
    "certainly", "course", "go", "alright",
];
/// What such short messages are filled up with.
pub(super) const COURTESY: &[&str] = &[
    "a", "again", "ahead", "all", "and", "be", "dear", "do", "don't", "fine", "for", "good",
    "guide", "help", "i", "i'd", "is", "it", "like", "lot", "me", "mind", "much", "need", "needed",
    "now", "of", "see", "so", "that", "that's", "the", "there", "this", "to", "usher", "very",
    "want", "was", "would", "you", "your",
];
/// Asking for reasons.
pub(super) const WHY: &[&str] = &[
    "why", "explain", "explanation", "explanations", "reason", "reasons", "justify", "motivate",
    "rationale",
];

/// Greetings and the like: questions that hold nothing else.
pub(crate) fn saying(text: &Text<'_>) -> Option<Saying> {
    const START_OVER: &[&str] = &[
        "start over", "start again", "new conversation", "new chat", "reset", "restart",
        "forget everything", "clear the conversation", "begin again", "start from scratch",
    ];
    const HELP: &[&str] = &[
        "what can you do", "what can i ask", "what do you do", "who are you", "what are you",
        "how do you work", "how does this work", "how does this thing work", "what is this",
        "what questions", "which questions", "what can this do", "your capabilities",
        "how can you help", "what are your", "how do i use", "are you an ai", "are you a",
        "are you an",
    ];
    // What a language model would write.
    const ASKED_TO: &[&str] = &["write", "compose", "sing", "tell", "make", "create", "please"];
    const WRITTEN: &[&str] = &["poem", "joke", "song", "essay", "haiku", "limerick", "sonnet"];
    if changes_something(text) {
        return Some(Saying::ReadOnly);
    }
    if text.is(0, ASKED_TO) && text.has(WRITTEN) {
        return Some(Saying::OutOfReach);
    }
    if text.says(START_OVER) {
        return Some(Saying::StartOver);
    }
    if text.says(HELP) || all_words(text, &[&["help", "me", "please", "i", "need"]]) {
        return Some(Saying::Help);
    }
    if text.is(0, NO) && all_words(text, &[NO, THANKS, COURTESY, &["ok", "okay"]]) {
        return Some(Saying::NoThanks);
    }
    if text.has(HELLO) && all_words(text, &[HELLO, COURTESY]) {
        return Some(Saying::Hello);
    }
    if text.has(THANKS) && !text.has(YES) && all_words(text, &[THANKS, COURTESY]) {
        return Some(Saying::Thanks);
    }
    None
}

/// The part of a question that asks, in bytes: without a greeting before it and
/// thanks behind it.
pub(crate) fn without_courtesy(text: &Text<'_>) -> std::ops::Range<usize> {
    const OPENING: &[&str] = &["hello", "hi", "hey", "greetings", "howdy"];
    const AFTER: &[&str] = &["there", "usher", "guide", "again", "dear", "everyone", "all"];
    const MARKS: &[&str] = &[",", ".", "!", "…"];
    let mut start = 0;
    if text.is(0, OPENING) && !text.is(1, &["-"]) {
        start = 1;
        while text.is(start, AFTER) || text.is(start, MARKS) {
            start += 1;
        }
    }
    let thanking = |at: &usize| {
        text.is(*at, &["thanks", "thank", "cheers"])
            && (*at..text.len()).all(|i| {
                !text.is_word(i) && text.number(i).is_none()
                    || text.is(i, THANKS)
                    || text.is(i, COURTESY)
                    || text.is(i, &["cheers", "advance", "in"])
            })
    };
    let end = (start + 1..text.len()).find(thanking).unwrap_or(text.len());
    let from = text.token(start).map_or(0, |token| token.span.start);
    let to = end.checked_sub(1).and_then(|last| text.token(last)).map(|token| token.span.end);
    from..to.unwrap_or(text.raw.len()).max(from)
}

/// "Delete all movies", "please remove user 9": nothing here can be changed.
fn changes_something(text: &Text<'_>) -> bool {
    const POLITE: &[&str] =
        &["please", "can", "could", "would", "you", "now", "just", "i", "want", "to", "and"];
    const CHANGE: &[&str] = &[
        "delete", "erase", "wipe", "destroy", "insert", "update", "rename", "modify", "edit",
        "overwrite", "truncate", "buy", "purchase",
    ];
    // These may be said of conditions too.
    const MAY_CHANGE: &[&str] = &["remove", "drop", "add", "change", "set", "register", "create"];
    const STORED: &[&str] = &[
        "user", "users", "database", "table", "rating", "ratings", "account", "everything", "data",
        "catalogue", "catalog", "customer", "record", "records",
    ];
    let verb = (0..text.len()).find(|at| !text.is(*at, POLITE)).unwrap_or(0);
    text.is(verb, CHANGE)
        || text.is(verb, MAY_CHANGE) && (verb + 1..verb + 5).any(|at| text.is(at, STORED))
}

/// All words of a text are among some, and there is one.
pub(crate) fn all_words(text: &Text<'_>, lists: &[&[&str]]) -> bool {
    let mut any = false;
    for at in 0..text.len() {
        let listed = lists.iter().any(|words| text.is(at, words));
        if text.number(at).is_some() || text.is_word(at) && !listed {
            return false;
        }
        any |= text.is_word(at);
    }
    any
}

/// "Yes, explain": the words of agreeing, and nothing else.
pub(crate) fn agrees(text: &Text<'_>) -> bool {
    text.has(YES)
        && all_words(text, &[YES, COURTESY, THANKS, WHY, &["an", "not", "tell", "them", "these"]])
}
