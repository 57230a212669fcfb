//! How near two normalised names are.

use strsim::{jaro_winkler, osa_distance};

/// Names without spaces are compared as one word from this length, in bytes.
const LEAST_WHOLE: usize = 7;

/// How far what is written may be from the catalogue's name for it. The default is
/// chosen on data: [see there](crate#how-near-is-near).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slips {
    /// A word of at least this many letters may differ in one change: a letter
    /// added, left out, replaced, or swapped with its neighbour.
    pub one_change: usize,
    /// A word of at least this many letters may differ in two changes.
    pub two_changes: usize,
    /// A surname that stands alone may be misspelt, and a word may be the beginning
    /// of a title, from this many letters.
    pub alone: usize,
    /// A title of one word may differ in one change from this many letters; a
    /// shorter one only if it sounds the same.
    pub title: usize,
    /// Of several people who may be meant, it is the one with at least this many
    /// items and this many times as many as the next.
    pub stands_out: u32,
}

impl Default for Slips {
    fn default() -> Self {
        Self { one_change: 4, two_changes: 10, alone: 6, title: 9, stands_out: 2 }
    }
}

impl Slips {
    /// How many changes a slip of the pen may make in a word of so many letters.
    fn most_changes(&self, length: usize) -> usize {
        usize::from(length >= self.one_change) + usize::from(length >= self.two_changes)
    }

    /// Whether the first of some people is clearly the one meant: the only one, or
    /// one with many more items than the next.
    pub(crate) fn stands_out(&self, first: u32, next: Option<u32>) -> bool {
        let least = self.stands_out;
        next.is_none_or(|next| first >= least && first >= next.saturating_mul(least))
    }

    /// The number of changes between two words if they may be one word with a slip
    /// of the pen, and `None` if they are two words.
    ///
    /// Words that sound alike ("Hanx", "Hanks") are one change apart, however they
    /// are spelled.
    pub(crate) fn word_changes(&self, a: &str, b: &str) -> Option<usize> {
        if a == b {
            return Some(0);
        }
        // A number with another digit is another number.
        if a.chars().chain(b.chars()).any(|c| c.is_ascii_digit()) {
            return None;
        }
        let length = a.chars().count().max(b.chars().count());
        let most = self.most_changes(length);
        if most == 0 {
            return None;
        }
        if sound_alike(a, b) {
            return Some(1);
        }
        if length <= 5 && sounds(a).next() != sounds(b).next() {
            return None;
        }
        if length < self.two_changes && is_ending(a, b) {
            return None;
        }
        Some(osa_distance(a, b)).filter(|changes| *changes <= most)
    }

    /// Whether two words are worth comparing: all others are told apart by a glance.
    pub(crate) fn may_be_alike(&self, a: Shape, b: Shape) -> bool {
        let most = self.most_changes(a.length.max(b.length).into());
        let lacks = |a: Shape, b: Shape| (a.letters & !b.letters).count_ones() as usize;
        // A change takes one letter away at most, and adds one at most.
        a.sound == b.sound
            || usize::from(a.length.abs_diff(b.length)) <= most
                && lacks(a, b) <= most
                && lacks(b, a) <= most
    }

    /// The number of changes between two names word by word; where they part words
    /// differently, a single one between the names without spaces.
    pub(crate) fn name_changes(&self, a: &str, b: &str) -> Option<usize> {
        if a.split(' ').count() == b.split(' ').count() {
            return a.split(' ').zip(b.split(' ')).map(|(a, b)| self.word_changes(a, b)).sum();
        }
        // An initial or a number more makes another name.
        let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
        if [a, b].iter().any(|name| name.split(' ').any(|word| word.chars().count() == 1))
            || digits(a) != digits(b)
        {
            return None;
        }
        let (joined_a, joined_b) = (a.replace(' ', ""), b.replace(' ', ""));
        if joined_a.len().min(joined_b.len()) < LEAST_WHOLE
            || joined_a.len().abs_diff(joined_b.len()) > 1
        {
            return None;
        }
        Some(osa_distance(&joined_a, &joined_b)).filter(|changes| *changes <= 1)
    }

    /// The number of changes between two titles. A title of one word has nothing
    /// beside it that tells a slip from another title.
    pub(crate) fn title_changes(&self, a: &str, b: &str) -> Option<usize> {
        let changes = self.name_changes(a, b)?;
        let one_word = !a.contains(' ') && !b.contains(' ');
        let may_be_a_slip = || sound_alike(a, b) || changes <= 1 && a.chars().count() >= self.title;
        (!one_word || may_be_a_slip()).then_some(changes)
    }
}

/// What a word looks like at a glance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// See [`letters`].
    letters: u64,
    /// A hash of how it sounds.
    sound: u32,
    /// Its length in letters; longer ones are as long as can be told.
    length: u8,
}

impl Shape {
    pub(crate) fn new(word: &str) -> Self {
        // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/.
        let hash = |hash: u32, sound: u8| (hash ^ u32::from(sound)).wrapping_mul(0x0100_0193);
        Self {
            letters: letters(word),
            sound: sounds(word).fold(0x811c_9dc5, hash),
            length: word.chars().count().try_into().unwrap_or(u8::MAX),
        }
    }

    /// Its letters as a set.
    pub(crate) fn letter_set(self) -> u64 {
        letter_set(self.letters)
    }
}

/// Whether one word is the other with a letter behind it: "Psych" and "Psycho" are
/// two words more often than one with a slip.
fn is_ending(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|ending| ending.chars().count() == 1)
}

/// Whether two words are said the same way.
pub(crate) fn sound_alike(a: &str, b: &str) -> bool {
    sounds(a).eq(sounds(b))
}

/// Roughly how an English reader would say a word, one letter a sound. Letters of
/// other alphabets stay as they are, in bytes.
fn sounds(word: &str) -> impl Iterator<Item = u8> {
    let mut letters = word.bytes().peekable();
    let mut behind = None;
    let mut last = None;
    std::iter::from_fn(move || {
        loop {
            let sound = match behind.take() {
                Some(sound) => sound,
                None => match (letters.next()?, letters.peek()) {
                    (b'p', Some(b'h')) => {
                        letters.next();
                        b'f'
                    }
                    (b'c', Some(b'k')) => {
                        letters.next();
                        b'k'
                    }
                    (b'e', Some(b'y')) | (b'i', Some(b'e')) => {
                        letters.next();
                        b'i'
                    }
                    (b'x', _) => {
                        behind = Some(b's');
                        b'k'
                    }
                    (b'e', None) | (b'h', _) if last.is_some() => continue,
                    (b'c', Some(b'e' | b'i' | b'y')) | (b'z', _) => b's',
                    (b'c' | b'q', _) => b'k',
                    (b'v', _) => b'f',
                    (b'y', _) => b'i',
                    (other, _) => other,
                },
            };
            let before = last.replace(sound);
            if before != Some(sound) || !sound.is_ascii() {
                return Some(sound);
            }
        }
    })
}

/// Likeness of two names, 0 to 1, for naming the nearest ones.
pub(crate) fn likeness(a: &str, b: &str) -> f64 {
    jaro_winkler(a, b)
}

/// The letters of a text, two bits each: it has the letter, and has it again. All
/// that is no letter from a to z shares the bits above.
pub(crate) fn letters(text: &str) -> u64 {
    text.chars().filter(|c| *c != ' ').fold(0, |letters, c| {
        let place = match c {
            'a'..='z' => c as u32 - 'a' as u32,
            other => 26 + other as u32 % 6,
        };
        let once = 1 << (2 * place);
        letters | if letters & once == 0 { once } else { once << 1 }
    })
}

/// Of letters, those that a text has at all.
pub(crate) fn letter_set(letters: u64) -> u64 {
    letters & 0x5555_5555_5555_5555
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_near_and_other_names_are_not() {
        for (a, b) in [
            ("tom hanx", "tom hanks"),
            ("tom kruise", "tom cruise"),
            ("steven spielburg", "steven spielberg"),
            ("martin scorcese", "martin scorsese"),
            ("arnold schwarzeneger", "arnold schwarzenegger"),
            ("leonardo di caprio", "leonardo dicaprio"),
            ("brus willis", "bruce willis"),
            ("stephen spielberg", "steven spielberg"),
            ("jim carey", "jim carrey"),
            ("horor", "horror"),
            ("untied states", "united states"),
        ] {
            assert!(Slips::default().name_changes(a, b).is_some(), "{a} / {b}");
        }
        for (a, b) in [
            ("tom", "tombes"),
            ("tom", "andrew tombes"),
            ("tim cruise", "tom cruise"),
            ("tom hardy", "tom hanks"),
            ("emma watson", "emily watson"),
            ("war", "car"),
            ("pg 13", "pg 14"),
            ("die hard 4", "die hard"),
            ("psych", "psycho"),
            ("the rocky", "the rock"),
            ("western", "romance"),
            ("hill", "bill"),
        ] {
            assert_eq!(Slips::default().name_changes(a, b), None, "{a} / {b}");
        }
    }

    #[test]
    fn a_title_of_one_word_is_long_or_sounds_the_same() {
        let changes = |a, b| Slips::default().title_changes(a, b);
        assert_eq!(changes("braveheat", "braveheart"), Some(1));
        assert_eq!(changes("clerx", "clerks"), Some(1));
        assert_eq!(changes("pulp ficton", "pulp fiction"), Some(1));
        for (a, b) in [("heart", "heat"), ("contract", "contact"), ("godmother", "godfather")] {
            assert_eq!(changes(a, b), None, "{a} / {b}");
        }
    }

    proptest! {
        #[test]
        fn a_glance_misses_nothing(a in "[a-ehkx]{0,10}", b in "[a-ehkx]{0,10}") {
            let slips = Slips::default();
            let near = slips.word_changes(&a, &b).is_some_and(|changes| changes > 0);
            prop_assert!(!near || slips.may_be_alike(Shape::new(&a), Shape::new(&b)));
        }

        #[test]
        fn nearness_goes_both_ways(a in "[a-e ]{0,10}", b in "[a-e ]{0,10}") {
            prop_assert_eq!(Slips::default().name_changes(&a, &b), Slips::default().name_changes(&b, &a));
        }

        #[test]
        fn any_text_has_a_sound(a in "\\PC{0,12}", b in "\\PC{0,12}") {
            Slips::default().name_changes(&a, &b);
            Shape::new(&a);
        }
    }
}
