//! What a text is about, by its words.
//!
//! Each theme has a list of words. A text is about a theme if at least two of its
//! words stand in that list (the same one twice is enough). A word counts with and
//! without an `s` at its end; letters' case does not matter. Themes whose words mean
//! nothing else need one word.

/// A theme, and the words by which it is found.
pub(crate) struct Theme {
    pub(crate) name: &'static str,
    words: &'static [&'static str],
    /// How many words a text needs.
    needed: usize,
}

const fn theme(name: &'static str, words: &'static [&'static str]) -> Theme {
    Theme { name, words, needed: 2 }
}

/// The name of the theme whose films are watched in December.
pub(crate) const CHRISTMAS: &str = "christmas";

/// All themes.
pub(crate) const THEMES: [Theme; 19] = [
    Theme { name: CHRISTMAS, words: &["christmas", "santa"], needed: 1 },
    theme(
        "animals",
        &[
            "animal", "bear", "bird", "cat", "dog", "elephant", "fish", "fox", "horse", "lion",
            "monkey", "penguin", "pig", "puppy", "rabbit", "rat", "sheep", "wolf", "wolves",
        ],
    ),
    theme(
        "childhood",
        &[
            "boy",
            "child",
            "children",
            "childhood",
            "classmate",
            "girl",
            "kid",
            "orphan",
            "orphanage",
            "pupil",
            "school",
            "schoolboy",
            "schoolgirl",
            "teacher",
            "toy",
        ],
    ),
    theme(
        "court and prison",
        &[
            "cell",
            "court",
            "courtroom",
            "guilty",
            "innocent",
            "judge",
            "jail",
            "jury",
            "lawyer",
            "prison",
            "prisoner",
            "prosecutor",
            "sentence",
            "trial",
            "verdict",
            "warden",
        ],
    ),
    theme(
        "detection",
        &[
            "clue",
            "corpse",
            "detective",
            "evidence",
            "inspector",
            "investigate",
            "investigation",
            "killer",
            "murder",
            "murdered",
            "murderer",
            "suspect",
            "witness",
        ],
    ),
    theme(
        "family",
        &[
            "aunt",
            "brother",
            "daughter",
            "family",
            "father",
            "grandfather",
            "grandmother",
            "husband",
            "mother",
            "parent",
            "sister",
            "son",
            "uncle",
            "wife",
        ],
    ),
    theme(
        "ghosts and monsters",
        &[
            "beast",
            "cursed",
            "curse",
            "dead",
            "demon",
            "devil",
            "evil",
            "ghost",
            "haunt",
            "haunted",
            "monster",
            "possessed",
            "spirit",
            "undead",
            "vampire",
            "witch",
            "zombie",
        ],
    ),
    theme(
        "heist",
        &[
            "bank", "burglar", "con", "cash", "diamond", "gang", "gangster", "getaway", "heist",
            "jewel", "loot", "rob", "robber", "robbery", "safe", "swindle", "thief", "thieves",
            "vault",
        ],
    ),
    theme(
        "journey",
        &[
            "adventure",
            "crossing",
            "desert",
            "drive",
            "expedition",
            "highway",
            "journey",
            "jungle",
            "mountain",
            "quest",
            "road",
            "route",
            "travel",
            "traveller",
            "trek",
            "voyage",
        ],
    ),
    theme(
        "love",
        &[
            "affair",
            "bride",
            "fiancé",
            "fiancée",
            "heart",
            "kiss",
            "love",
            "lover",
            "marriage",
            "marry",
            "married",
            "romance",
            "sweetheart",
            "wedding",
        ],
    ),
    theme(
        "machines",
        &[
            "android",
            "artificial",
            "computer",
            "cyborg",
            "experiment",
            "inventor",
            "invention",
            "laboratory",
            "machine",
            "robot",
            "scientist",
            "technology",
        ],
    ),
    theme(
        "memory and dreams",
        &[
            "dream",
            "dreaming",
            "forget",
            "hallucination",
            "memory",
            "memories",
            "mind",
            "nightmare",
            "past",
            "recall",
            "remember",
            "sleep",
        ],
    ),
    theme(
        "newsroom and power",
        &[
            "campaign",
            "company",
            "corporation",
            "editor",
            "election",
            "government",
            "journalist",
            "minister",
            "newspaper",
            "politician",
            "president",
            "reporter",
            "senator",
            "strike",
            "tycoon",
            "union",
        ],
    ),
    Theme {
        name: "revenge",
        words: &["avenge", "betrayal", "betrayed", "feud", "grudge", "revenge", "vengeance"],
        needed: 1,
    },
    theme(
        "sea",
        &[
            "aboard",
            "boat",
            "captain",
            "coast",
            "island",
            "ocean",
            "pirate",
            "port",
            "sail",
            "sailor",
            "sea",
            "shark",
            "ship",
            "shore",
            "submarine",
            "whale",
        ],
    ),
    theme(
        "space",
        &[
            "alien",
            "asteroid",
            "astronaut",
            "crew",
            "earth",
            "galaxy",
            "moon",
            "orbit",
            "planet",
            "rocket",
            "space",
            "spacecraft",
            "spaceship",
            "star",
        ],
    ),
    theme(
        "stage",
        &[
            "actor",
            "actress",
            "audience",
            "ballet",
            "band",
            "concert",
            "dance",
            "dancer",
            "hollywood",
            "music",
            "musical",
            "opera",
            "orchestra",
            "piano",
            "play",
            "rehearsal",
            "show",
            "sing",
            "singer",
            "song",
            "stage",
            "theatre",
        ],
    ),
    theme(
        "swords and crowns",
        &[
            "castle", "crown", "duke", "emperor", "empire", "king", "kingdom", "knight", "lord",
            "prince", "princess", "queen", "samurai", "sword", "throne", "warrior", "wizard",
        ],
    ),
    theme(
        "war",
        &[
            "army",
            "battle",
            "battlefield",
            "bomb",
            "camp",
            "colonel",
            "front",
            "general",
            "german",
            "invasion",
            "lieutenant",
            "nazi",
            "occupation",
            "officer",
            "resistance",
            "sergeant",
            "soldier",
            "troop",
            "war",
        ],
    ),
];

/// Which of [`THEMES`] a text is about, by place.
pub(crate) fn themes_of(text: &str) -> Vec<usize> {
    let text = text.to_lowercase();
    let mut found = [0_usize; THEMES.len()];
    for word in text.split(|letter: char| !letter.is_alphabetic()) {
        let singular = word.strip_suffix('s').unwrap_or(word);
        for (theme, found) in THEMES.iter().zip(&mut found) {
            *found += usize::from(theme.words.contains(&word) || theme.words.contains(&singular));
        }
    }
    (0..THEMES.len()).filter(|place| found[*place] >= THEMES[*place].needed).collect()
}

/// The place of a theme in [`THEMES`].
pub(crate) fn place(name: &str) -> Option<usize> {
    THEMES.iter().position(|theme| theme.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        themes_of(text).into_iter().map(|place| THEMES[place].name).collect()
    }

    #[test]
    fn two_words_make_a_theme_and_one_does_not() {
        assert_eq!(names("The robbers blow the vault."), ["heist"]);
        assert_eq!(names("A dog chases another dog."), ["animals"]);
        assert_eq!(names("He sits in a vault."), Vec::<&str>::new());
        assert_eq!(names(""), Vec::<&str>::new());
    }

    #[test]
    fn one_word_makes_christmas() {
        assert_eq!(names("On CHRISTMAS Eve nothing stirs."), ["christmas"]);
    }

    #[test]
    fn names_and_words_are_told_apart_and_in_small_letters() {
        let unique: BTreeSet<_> = THEMES.iter().map(|theme| theme.name).collect();
        assert_eq!(unique.len(), THEMES.len());
        for theme in &THEMES {
            let unique: BTreeSet<_> = theme.words.iter().collect();
            assert_eq!(unique.len(), theme.words.len(), "{}", theme.name);
            assert!(theme.words.iter().all(|word| word.to_lowercase() == **word));
            assert_eq!(place(theme.name).map(|place| THEMES[place].name), Some(theme.name));
        }
        assert_eq!(place("knitting"), None);
    }
}
