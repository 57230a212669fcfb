use std::sync::LazyLock;

const MOODS: &str = include_str!("../moods.tsv");

/// A mood of a person, and what helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mood {
    names: &'static str,
    /// A text that movies for this mood are near to.
    pub helps: &'static str,
}

impl Mood {
    /// The mood that a word tells of.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        static BY_WORD: LazyLock<Vec<(&str, Mood)>> = LazyLock::new(|| {
            let mut words: Vec<(&str, Mood)> =
                moods().flat_map(|mood| mood.words().map(move |word| (word, mood))).collect();
            words.sort_unstable_by_key(|(word, _)| *word);
            words
        });
        let place = BY_WORD.binary_search_by_key(&word, |(word, _)| word).ok()?;
        BY_WORD.get(place).map(|(_, mood)| *mood)
    }

    /// The words for it.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.names.split(", ")
    }
}

/// The moods that are known, in English: `moods.tsv`, which the guide and the prompts of
/// language models share.
pub fn moods() -> impl Iterator<Item = Mood> {
    MOODS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(names, helps)| Mood { names, helps })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_word_is_of_one_mood_and_not_in_what_helps() {
        let mut seen = HashSet::new();
        for mood in moods() {
            for word in mood.words() {
                assert!(
                    word.chars().all(|letter| letter.is_lowercase() || letter == '-'),
                    "{word}"
                );
                assert!(seen.insert(word), "{word} is of two moods");
            }
        }
        let lines = MOODS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(moods().count(), lines);
        let sad = Mood::of("sad").unwrap();
        assert_eq!(Mood::of("so"), None);
        assert!(sad.helps.contains("uplifting") && !sad.helps.contains("sad"));
    }
}
