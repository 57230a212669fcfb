//! Titles as catalogues write them, turned into titles as people say them.

use super::value::year;

/// Articles that catalogues put behind a title, as they are written there.
const ARTICLES: [&str; 23] = [
    "The", "A", "An", // English
    "La", "Le", "Les", "L'", "Un", "Une", // French
    "Il", "Lo", "Gli", // Italian
    "El", "Los", "Las", // Spanish
    "Der", "Die", "Das", "Ein", "Eine", // German
    "Den", "Det", // Scandinavian
    "O",   // Portuguese
];

/// What a title gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Title {
    /// As people say it, without the year.
    pub(super) text: String,
    /// The year that stood behind it.
    pub(super) year: Option<u16>,
    /// An article was put before it, or before its other name.
    pub(super) turned: bool,
}

/// Takes "(1995)" off the end, and what marks videos and television there, and
/// puts articles before: "Postino, Il (1994)" is "Il Postino". Other names in
/// parentheses stay: "Seven (Se7en)".
pub(super) fn clean(text: &str) -> Title {
    let (text, year) = split_year(text.trim());
    let (main, other) = match text.strip_suffix(')').and_then(|text| text.split_once(" (")) {
        Some((main, other)) => (main, Some(other)),
        None => (text, None),
    };
    let (main_turned, other_turned) = (turn(main), other.and_then(turn));
    let turned = main_turned.is_some() || other_turned.is_some();
    let main = main_turned.unwrap_or_else(|| main.to_owned());
    let other = other_turned.or_else(|| other.map(str::to_owned));
    let text = other.map_or_else(|| main.clone(), |other| format!("{main} ({other})"));
    Title { text, year, turned }
}

/// Splits "Heat (1995)" and "Heat (1995) (V)".
fn split_year(text: &str) -> (&str, Option<u16>) {
    let unmarked = ["(V)", "(TV)", "(VG)"].iter().find_map(|mark| text.strip_suffix(mark));
    let parts = |text: &'_ str| -> Option<(usize, u16)> {
        let (title, in_parentheses) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
        let title = title.trim_end();
        let year = year(in_parentheses).filter(|_| in_parentheses.len() == 4)?;
        (!title.is_empty()).then_some((title.len(), year))
    };
    match parts(unmarked.unwrap_or(text)) {
        Some((end, year)) => (&text[..end], Some(year)),
        None => (text, None),
    }
}

/// "Godfather, The" turned; `None` if no article stands behind.
fn turn(title: &str) -> Option<String> {
    let (rest, article) = title.rsplit_once(", ")?;
    if rest.is_empty() || !ARTICLES.contains(&article) {
        return None;
    }
    Some(if article.ends_with('\'') {
        format!("{article}{rest}")
    } else {
        format!("{article} {rest}")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn articles_come_first_and_years_go() {
        for (text, expected, year, turned) in [
            ("Heat", "Heat", None, false),
            ("Heat (1995)", "Heat", Some(1995), false),
            ("Godfather, The (1972)", "The Godfather", Some(1972), true),
            ("Postino, Il", "Il Postino", None, true),
            ("Enfants du paradis, Les", "Les Enfants du paradis", None, true),
            ("Avventura, L'", "L'Avventura", None, true),
            ("Seven (Se7en)", "Seven (Se7en)", None, false),
            ("Stranger, The (Étranger, L') (1967)", "The Stranger (L'Étranger)", Some(1967), true),
            ("Ring, The (1995) (V)", "The Ring", Some(1995), true),
            ("2001 (1968)", "2001", Some(1968), false),
            ("Good, The Bad, The", "The Good, The Bad", None, true),
            ("Hello, the World", "Hello, the World", None, false),
            ("Now, or Never", "Now, or Never", None, false),
            ("(1984)", "(1984)", None, false),
            ("Area (51)", "Area (51)", None, false),
            (", The", ", The", None, false),
            ("", "", None, false),
        ] {
            let expected = Title { text: expected.to_owned(), year, turned };
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_title_is_cleaned_once(any in any::<String>(), title in "[A-C ,()'19]{0,12}(, The)?( \\(1995\\))?( \\(V\\))?") {
            let _ = clean(&any);
            let once = clean(&title).text;
            prop_assert_eq!(once.is_empty(), title.trim().is_empty());
        }
    }
}
