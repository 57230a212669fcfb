//! Words and what they stand for.

/// One item.
pub(crate) const ITEM: &[&str] =
    &["movie", "film", "item", "title", "show", "flick", "picture", "video", "feature"];
/// Several items.
pub(crate) const ITEMS: &[&str] = &[
    "movies", "films", "items", "titles", "shows", "flicks", "pictures", "videos", "content",
    "contents", "features", "stuff", "blockbusters", "classics", "cinema",
];
/// What a recommendation may be called.
pub(crate) const SUGGESTION: &[&str] =
    &["recommendation", "suggestion", "pick", "option", "choice", "idea", "proposal"];
/// What recommendations may be called.
pub(crate) const SUGGESTIONS: &[&str] = &[
    "recommendations", "suggestions", "picks", "options", "choices", "ones", "results", "ideas",
    "proposals",
];
/// What stands for items that are not named.
pub(crate) const SOMETHING: &[&str] = &["something", "anything", "one", "ones"];

pub(crate) fn is_item_noun(word: &str) -> bool {
    ITEM.contains(&word) || ITEMS.contains(&word)
}

/// Those who use the platform.
pub(crate) const USER: &[&str] = &[
    "user", "users", "usr", "customer", "customers", "subscriber", "subscribers", "viewer",
    "viewers", "client", "clients", "member", "members", "userid", "spectator", "spectators",
    "uid", "account", "accounts", "profile", "profiles", "person", "watcher", "watchers", "patron",
    "patrons",
];
/// Of those, the ones that an id without a digit may stand after.
pub(crate) const NAMED_USER: &[&str] =
    &["user", "usr", "customer", "subscriber", "viewer", "client", "member"];

/// What people do with items that they like.
pub(crate) const LIKES: &[&str] = &[
    "likes", "loves", "enjoys", "wants", "hates", "prefers", "prefer", "appreciates", "appreciate",
    "enjoy", "enjoyed", "adore", "adores", "hate", "dislike", "dislikes", "watches", "preferred",
];

/// Someone named before.
pub(crate) const PRONOUN_OF_USER: &[&str] =
    &["him", "her", "he", "she", "his", "them", "their", "they"];

/// Asking for recommendations.
pub(crate) const RECOMMEND: &[&str] = &[
    "recommend", "recommends", "recommended", "recommending", "suggest", "suggests", "suggested",
    "suggesting", "propose", "advise", "advice", "recommendation", "recommendations", "suggestion",
    "suggestions",
];

/// Words without a meaning of their own beside an item: they never describe one.
pub(crate) const PLAIN: &[&str] = &[
    "a", "an", "the", "some", "any", "all", "more", "other", "another", "few", "several", "many",
    "good", "great", "nice", "best", "better", "top", "new", "old", "older", "newer", "recent",
    "latest", "interesting", "cool", "amazing", "awesome", "excellent", "perfect", "suitable",
    "right", "similar", "different", "same", "such", "these", "those", "this", "that", "his",
    "her", "their", "its", "my", "our", "your", "me", "us", "him", "them", "it", "favourite",
    "favorite", "popular", "famous", "known", "well", "most", "least", "very", "really", "just",
    "only", "also", "which", "what", "whose", "is", "are", "be", "was", "were", "do", "does",
    "did", "has", "have", "had", "and", "or", "of", "to", "for", "in", "on", "at", "with", "from",
    "by", "list", "show", "find", "give", "provide", "tell", "name", "recommend", "suggest",
    "rated", "release", "released", "made", "produced", "directed", "starring", "featuring",
    "watched", "seen", "liked", "loved", "like", "love", "watch", "see", "want", "wants", "need",
    "needs", "i", "we", "you", "he", "she", "they", "user", "users", "number", "couple", "bunch",
    "selection", "handful", "set", "lot", "lots", "kind", "type", "sort", "genre", "genres",
    "full", "length", "high", "highly", "highest", "low", "lowest", "own", "next", "first", "last",
    "second", "third", "single", "whole", "quality", "worth", "must", "available", "catalogue",
    "catalog", "please", "about", "not", "no", "how", "when", "where", "who", "why", "can",
    "could", "should", "would", "will", "may", "might", "search", "look", "looking", "get",
    "random", "possible", "additional", "extra", "further", "related", "matching", "appropriate",
    "relevant", "personalized", "personalised", "trending", "unseen", "unwatched", "time",
    "feature", "motion", "streaming", "tv", "content", "if", "than", "then", "there", "as", "into",
    "between", "within", "during", "since", "until", "under", "over", "above", "below", "after",
    "before", "around", "s", "t", "likely", "enjoyable", "decent", "fine", "solid", "hit", "hits",
    "big", "today", "tonight", "now", "again", "too", "both", "either", "long", "short", "shorter",
    "longer", "imdb", "actor", "actors", "actress", "director", "directors", "producer",
    "producers", "writer", "every", "each", "per", "out", "up", "so", "but", "ok", "okay", "yes",
    "hi", "hello", "dear", "hey", "let", "lets", "let's", "what's", "i'd", "i'm", "he's", "she's",
    "proper", "real", "lovely", "fantastic", "wonderful", "brilliant", "terrific", "superb",
    "exciting", "engaging", "entertaining", "worthwhile", "up-to-date", "english-language", "age",
    "group", "category", "percentage", "share", "title", "titles", "description", "descriptions",
    "movie", "film", "movies", "films", "starred", "stars", "star", "include", "including",
    "contain", "containing", "ideal", "average", "typical", "common", "display", "offer", "fetch",
    "print", "return", "present", "select", "choose", "retrieve", "check", "query", "identify",
    "enumerate", "bring", "pick", "propose", "put", "make", "use", "help", "kindly", "maybe",
    "perhaps", "instead", "here", "today's", "tonight's", "weekend", "longest", "shortest",
    "newest", "oldest", "among", "amongst", "through", "across", "without", "because", "while",
    "though", "via", "despite", "near", "whom", "according", "depending", "successful", "total",
    "count", "top-rated", "else", "worst", "bad", "compare", "contrast", "difference",
];

/// What describes items and is a genre by another word.
pub(crate) const GENRE_ADJECTIVES: &[(&str, &str)] = &[
    ("scifi", "Sci-Fi"),
    ("funny", "Comedy"),
    ("funnier", "Comedy"),
    ("scarier", "Horror"),
    ("hilarious", "Comedy"),
    ("humorous", "Comedy"),
    ("scary", "Horror"),
    ("frightening", "Horror"),
    ("creepy", "Horror"),
    ("spooky", "Horror"),
    ("suspenseful", "Thriller"),
    ("thrilling", "Thriller"),
];

/// Words that look like a person before "movies" and are a theme.
pub(crate) const THEMES: &[&str] = &[
    "christmas", "xmas", "halloween", "easter", "thanksgiving", "disney", "pixar", "marvel",
    "bond", "oscar", "batman", "superman", "nazi", "jewish", "christian", "biblical",
    "shakespearean", "victorian", "vietnam", "netflix", "imax",
];

/// Number words up to twenty, and tens.
pub(crate) const NUMBERS: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("dozen", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
];

/// Months and feasts, as numbers of months.
pub(crate) const MONTHS: &[(&str, u8)] = &[
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("christmas", 12),
    ("xmas", 12),
    ("halloween", 10),
    ("thanksgiving", 11),
    ("valentine's", 2),
    ("easter", 4),
];

/// The English name of a month.
pub(crate) fn month_name(month: u8) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}
