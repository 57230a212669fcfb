//! How near two normalised names are.

use strsim::{jaro_winkler, osa_distance};

/// Names without spaces are compared as one word from this length, in bytes.
const LEAST_WHOLE: usize = 7;
/// Two changes swap at most four letters of a word's set; its sound may be one more.
const MOST_LETTERS_APART: u32 = 5;

/// The number of changes between two words if they may be one word with a slip of
/// the pen, and `None` if they are two words.
///
/// A change is a letter added, left out, replaced or swapped with its neighbour.
/// Short words must agree; words of at least four letters may differ in one
/// change, of at least eight in two. Words that sound alike ("Hanx", "Hanks")
/// count by their sound if that is nearer.
pub(crate) fn word_changes(a: &str, b: &str) -> Option<usize> {
    if a == b {
        return Some(0);
    }
    // A number with another digit is another number.
    if a.chars().chain(b.chars()).any(|c| c.is_ascii_digit()) {
        return None;
    }
    if !may_be_alike(letters(a), a, letters(b), b) {
        return None;
    }
    let length = a.chars().count().max(b.chars().count());
    let most = most_changes(length);
    let (sound_a, sound_b) = (sound(a), sound(b));
    if length <= 5 && sound_a.chars().next() != sound_b.chars().next() {
        return None;
    }
    // Words that sound the same are still spelled otherwise: a change.
    let changes = osa_distance(a, b).min(osa_distance(&sound_a, &sound_b).max(1));
    (changes <= most).then_some(changes)
}

/// Whether two words, given with their letters as sets, are worth comparing: all
/// others are told apart by a glance.
pub(crate) fn may_be_alike(letters_a: u32, a: &str, letters_b: u32, b: &str) -> bool {
    if (letters_a ^ letters_b).count_ones() > MOST_LETTERS_APART {
        return false;
    }
    if a == b {
        return true;
    }
    let (length_a, length_b) = (a.chars().count(), b.chars().count());
    let most = most_changes(length_a.max(length_b));
    most > 0 && length_a.abs_diff(length_b) <= most + 1
}

/// How many changes a slip of the pen may make in a word of so many letters.
fn most_changes(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The number of changes between two names word by word; where they part words
/// differently, a single one between the names without spaces.
pub(crate) fn name_changes(a: &str, b: &str) -> Option<usize> {
    if a.split(' ').count() == b.split(' ').count() {
        return a.split(' ').zip(b.split(' ')).map(|(a, b)| word_changes(a, b)).sum();
    }
    let (a, b) = (a.replace(' ', ""), b.replace(' ', ""));
    if a.len().min(b.len()) < LEAST_WHOLE || a.len().abs_diff(b.len()) > 1 {
        return None;
    }
    Some(osa_distance(&a, &b)).filter(|changes| *changes <= 1)
}

/// Whether two words are said the same way.
pub(crate) fn sound_alike(a: &str, b: &str) -> bool {
    sound(a) == sound(b)
}

/// Roughly how an English reader would say a word, one letter a sound.
fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let say = match c {
            'p' if next == Some('h') => {
                chars.next();
                "f"
            }
            'c' if next == Some('k') => {
                chars.next();
                "k"
            }
            'c' if matches!(next, Some('e' | 'i' | 'y')) => "s",
            'c' | 'q' => "k",
            'x' => "ks",
            'z' => "s",
            'w' => "v",
            'y' => "i",
            'h' if !sound.is_empty() => "",
            other => {
                if !sound.ends_with(other) {
                    sound.push(other);
                }
                continue;
            }
        };
        if !sound.ends_with(say) {
            sound.push_str(say);
        }
    }
    sound
}

/// Likeness of two names, 0 to 1, for naming the nearest ones.
pub(crate) fn likeness(a: &str, b: &str) -> f64 {
    jaro_winkler(a, b)
}

/// The letters of a text as a set, one bit each; all that is no letter from a to z
/// shares the bits above.
pub(crate) fn letters(text: &str) -> u32 {
    text.chars().filter(|c| *c != ' ').fold(0, |set, c| {
        set | match c {
            'a'..='z' => 1 << (c as u32 - 'a' as u32),
            other => 1 << (26 + other as u32 % 6),
        }
    })
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
            assert!(name_changes(a, b).is_some(), "{a} / {b}");
        }
        for (a, b) in [
            ("tom", "tombes"),
            ("tom", "andrew tombes"),
            ("tim cruise", "tom cruise"),
            ("tom hardy", "tom hanks"),
            ("emma watson", "emily watson"),
            ("war", "car"),
            ("pg 13", "pg 14"),
            ("western", "romance"),
            ("hill", "bill"),
        ] {
            assert_eq!(name_changes(a, b), None, "{a} / {b}");
        }
    }

    proptest! {
        #[test]
        fn nearness_goes_both_ways(a in "[a-e ]{0,10}", b in "[a-e ]{0,10}") {
            prop_assert_eq!(name_changes(&a, &b), name_changes(&b, &a));
        }

        #[test]
        fn any_text_has_a_sound(a in "\\PC{0,12}", b in "\\PC{0,12}") {
            name_changes(&a, &b);
            letters(&a);
        }
    }
}
