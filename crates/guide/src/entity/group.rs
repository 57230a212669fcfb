//! Groups of users, and popularity among them.

use usher_protocol::Id;

use crate::entity::age::ages_at;
use crate::lexicon::{ITEMS, is_item_noun};
use crate::request::{LikeUser, Popular};
use crate::text::Text;

const POPULAR: &[&str] = &[
    "popular", "popularity", "trending", "famous", "well-known", "mainstream", "blockbuster",
    "blockbusters", "hits", "viral",
];
const MOST: &[&str] = &[
    "most watched", "most rated", "most viewed", "most seen", "most liked", "most loved",
    "best loved", "well known", "widely watched", "highly watched", "best selling",
    "everyone watches", "everybody watches", "everyone is watching", "everybody is watching",
    "everyone likes", "everybody likes", "everyone loves", "everybody loves", "most people like",
    "most people watch", "most engaging", "crazy about", "people like most", "talk of the town",
    "big hit", "big hits", "biggest hits", "other users like", "others like", "others watch",
    "other users watch", "most ratings", "hot right now", "what's hot", "in fashion",
    "most bankable", "most often", "most votes", "other people like", "other people watch",
    "crowd - pleaser", "crowd - pleasers", "crowd pleasers", "crowd favourites", "crowd favorites",
    "well - known",
];

const GROUPS: &[(&str, &str)] = &[
    ("teenager", "teenager"),
    ("teenagers", "teenager"),
    ("teenage", "teenager"),
    ("teen", "teenager"),
    ("teens", "teenager"),
    ("adolescent", "teenager"),
    ("adolescents", "teenager"),
    ("kid", "kid"),
    ("kids", "kid"),
    ("child", "kid"),
    ("children", "kid"),
    ("senior", "senior"),
    ("seniors", "senior"),
    ("elderly", "senior"),
    ("pensioners", "senior"),
    ("retirees", "senior"),
    ("adult", "adult"),
    ("adults", "adult"),
    ("grown-ups", "adult"),
    ("female", "female"),
    ("females", "female"),
    ("woman", "female"),
    ("women", "female"),
    ("girl", "female"),
    ("girls", "female"),
    ("ladies", "female"),
    ("male", "male"),
    ("males", "male"),
    ("man", "male"),
    ("men", "male"),
    ("boy", "male"),
    ("boys", "male"),
    ("guys", "male"),
    ("gentlemen", "male"),
];

/// What leads in a group: "popular among kids".
const AMONG: &[&str] = &[
    "among", "amongst", "with", "by", "within", "between", "in", "to", "for", "do", "that", "of",
    "and", "or", "what", "female", "male", "young", "older",
];
/// What a group does: "kids like".
const LIKES: &[&str] = &[
    "like", "love", "enjoy", "watch", "watched", "prefer", "rated", "loved", "liked", "audience",
    "audiences", "users", "viewers",
];
/// Groups that are a genre too, or a word in a story.
const AMBIGUOUS: &[&str] = &["kid", "kids", "child", "children", "man", "woman", "boy", "girl"];

/// Whether a word is a group's.
pub(crate) fn is_group(word: &str) -> bool {
    GROUPS.iter().any(|(group, _)| *group == word)
}

/// What nobody likes or knows: how it is said, if it is. Claims the words.
pub(crate) fn least(text: &mut Text<'_>) -> Option<String> {
    const LEAST: &[&str] = &[
        "unpopular", "least popular", "less popular", "not popular", "not so popular",
        "not very popular", "least watched", "least rated", "least liked", "least known",
        "less known", "lesser known", "lesser - known", "obscure", "hidden gem", "hidden gems",
        "underrated", "hated by", "disliked by", "unknown movies", "unknown films",
        "least successful", "least engaging", "fewest ratings", "least seen", "nobody rated",
        "nobody has rated", "nobody watched", "nobody has watched", "nobody has seen",
        "nobody liked", "nobody likes", "no ratings", "without ratings", "without any ratings",
        "never watched by anybody", "no one has watched", "no one has rated",
    ];
    let (at, length) =
        (0..text.len()).find_map(|at| text.phrases(at, LEAST).map(|length| (at, length)))?;
    text.claim(at..at + length);
    Some(text.slice(&(at..at + length)).to_owned())
}

/// What popularity is asked for, if any is.
///
/// In a question on statistics, "for kids" is a group; otherwise it is a genre.
pub(crate) fn read(text: &mut Text<'_>, statistics: bool) -> Option<Popular> {
    let like_user = like_user(text, statistics);
    let unclaimed = |at: usize| !text.is_claimed(at);
    let said = (0..text.len())
        .any(|at| unclaimed(at) && (text.is(at, POPULAR) || text.phrases(at, MOST).is_some()));
    let mut groups: Vec<&'static str> = Vec::new();
    for at in 0..text.len() {
        if text.is_claimed(at) {
            continue;
        }
        if let Some((aged, range)) = ages_at(text, at) {
            text.claim(range);
            groups.extend(aged);
            continue;
        }
        let young = text.phrases(at, &["young adult", "young adults", "twenty - somethings"]);
        let (group, length) = match (young, GROUPS.iter().find(|(word, _)| *word == text.word(at)))
        {
            (Some(length), _) => ("young_adult", length),
            (None, Some((_, group))) => (*group, 1),
            (None, None) => continue,
        };
        // "User 5 is a teenager" tells of that user.
        let told =
            text.before_is(at, 1, &["a", "an", "old"]) && (text.before_is(at, 2, &["is", "a"]));
        let told = told
            || text.is(0, &["is", "was"]) && text.before_is(at, 1, &["a", "an", "or", "young"]);
        let ambiguous = text.is(at, AMBIGUOUS)
            && !(said && text.before_is(at, 1, AMONG)
                || text.before_is(at, 1, &["popular", "among", "amongst"])
                || statistics
                    && text.before_is(at, 1, &["for", "among", "by", "with"])
                    && !text.before_is(at, 2, ITEMS)
                    && !is_item_noun(text.word(at + 1))
                || text.is(at + 1, LIKES));
        if told || ambiguous {
            continue;
        }
        text.claim(at..at + length);
        groups.push(group);
    }
    groups.sort_unstable();
    groups.dedup();
    (said || like_user.is_some() || !groups.is_empty()).then_some(Popular { groups, like_user })
}

/// "in his age group", "in the age category of user 4", "people of the same gender".
fn like_user(text: &mut Text<'_>, statistics: bool) -> Option<LikeUser> {
    const OWN: &[&str] = &["his", "her", "their", "its", "same", "own", "my"];
    // "Are users 4 and 5 the same age?" asks about them.
    if text.is(0, &["is", "are"]) {
        return None;
    }
    for at in 0..text.len() {
        let what = if text.is(at, &["age"]) {
            (true, false)
        } else if text.is(at, &["gender", "sex"]) {
            (false, true)
        } else {
            continue;
        };
        let group = text
            .is(at + 1, &["group", "category", "range", "bracket", "class", "groups", "segment"]);
        // "his/her age group"
        let owned = (at.saturating_sub(3)..at)
            .any(|i| text.is(i, OWN) || text.word(i).ends_with("'s") || text.is(i, &["s"]));
        let among = (at.saturating_sub(8)..at).any(|i| {
            text.is(
                i,
                &[
                    "in", "among", "within", "popular", "amongst", "by", "with", "people", "users",
                    "for",
                ],
            )
        });
        let end = at + 1 + usize::from(group);
        let of_user = text.is(end, &["of", "as"]) && text.is_claimed(end + 1)
            || text.is(end, &["of", "as"])
                && text.is(end + 1, &["the", "this", "that"])
                && text.is(end + 2, &["user"]);
        let of_pronoun = text.is(end, &["as"]) && text.is(end + 1, crate::lexicon::PRONOUN_OF_USER);
        if (among || statistics && group) && (owned || of_user || of_pronoun) {
            // "His age and gender", "her gender and age group".
            let other = |i: usize| text.is(i, &["age", "gender", "sex"]) && i != at;
            let both = text.is(end, &["and"]) && other(end + 1)
                || at > 1 && text.before_is(at, 1, &["and"]) && other(at - 2);
            let what = if both { (true, true) } else { what };
            let user = of_user.then(|| named(text, end + 1)).flatten();
            text.claim(at..end + if both && text.is(end, &["and"]) { 2 } else { 0 });
            return Some(LikeUser { user, age: what.0, gender: what.1 });
        }
    }
    None
}

fn named(text: &Text<'_>, at: usize) -> Option<Id> {
    (at..at + 5)
        .find(|i| text.word(*i).bytes().any(|byte| byte.is_ascii_digit()))
        .map(|i| Id(text.word(i).to_owned()))
}
