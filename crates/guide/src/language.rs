//! Questions in other languages than English: which one it is, and the words that
//! are known of it. Names are names in any language.

use crate::lexicon::{PLAIN, RECOMMEND, USER, is_item_noun};
use crate::text::Text;

/// A language and words of it with their English ones.
type Vocabulary = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const LANGUAGES: &[Vocabulary] = &[
    ("German", &[
        ("empfiehl", "recommend"), ("empfehle", "recommend"), ("empfehlen", "recommend"),
        ("empfehlung", "recommendation"), ("schlage", "suggest"), ("zeige", "show"), ("zeig", "show"),
        ("benutzer", "user"), ("nutzer", "user"), ("kunde", "user"), ("kunden", "user"),
        ("filme", "movies"), ("filmen", "movies"), ("welche", "which"), ("welcher", "which"),
        ("was", "what"), ("wer", "who"), ("mit", "with"), ("von", "by"), ("für", "for"), ("dem", ""),
        ("der", "the"), ("das", "the"), ("den", "the"), ("einen", "a"), ("eine", "a"), ("ein", "a"),
        ("einige", "some"), ("mir", "me"), ("und", "and"), ("oder", "or"), ("nach", "after"),
        ("vor", "before"), ("über", "about"), ("hat", "has"), ("gesehen", "watched"), ("ist", "is"),
        ("gedreht", ""), ("regie", "directed"), ("ähnlich", "similar to"), ("wie", "like"),
        ("beliebte", "popular"), ("komödie", "comedy"), ("komödien", "comedies"),
        ("horrorfilme", "horror movies"), ("actionfilme", "action movies"), ("dramen", "dramas"),
        ("zwei", "2"), ("drei", "3"), ("vier", "4"), ("fünf", "5"), ("zehn", "10"), ("aus", "from"),
        ("alt", "old"), ("lange", "long"), ("bitte", "please"), ("jahre", "years"), ("nicht", "not"),
    ]),
    ("French", &[
        ("recommande", "recommend"), ("recommandez", "recommend"), ("recommander", "recommend"),
        ("conseille", "recommend"), ("propose", "suggest"), ("montre", "show"), ("moi", "me"),
        ("utilisateur", "user"), ("l'utilisateur", "user"), ("utilisatrice", "user"), ("quels", "which"),
        ("quel", "which"), ("quelle", "which"), ("quelles", "which"), ("qui", "who"), ("avec", "with"),
        ("pour", "for"), ("à", "to"), ("au", "to"), ("des", "some"), ("les", "the"), ("le", "the"),
        ("la", "the"), ("un", "a"), ("une", "a"), ("du", "of"), ("de", "of"), ("et", "and"), ("ou", "or"),
        ("après", "after"), ("avant", "before"), ("réalisés", "directed"), ("par", "by"), ("est", "is"),
        ("comédie", "comedy"), ("comédies", "comedies"), ("d'horreur", "horror"), ("drames", "dramas"),
        ("d'action", "action"), ("populaires", "popular"), ("similaires", "similar"), ("comme", "like"),
        ("vus", "watched"), ("vu", "watched"), ("deux", "2"), ("trois", "3"), ("quatre", "4"),
        ("cinq", "5"), ("dix", "10"), ("dans", "in"), ("sur", "about"), ("quoi", "what"),
    ]),
    ("Spanish", &[
        ("recomienda", "recommend"), ("recomiéndame", "recommend me"), ("recomendar", "recommend"),
        ("recomiende", "recommend"), ("sugiere", "suggest"), ("muestra", "show"), ("usuario", "user"),
        ("usuaria", "user"), ("película", "movie"), ("películas", "movies"), ("peliculas", "movies"),
        ("qué", "which"), ("que", "which"), ("cuáles", "which"), ("quién", "who"), ("con", "with"),
        ("para", "for"), ("al", "to"), ("el", "the"), ("la", "the"), ("los", "the"), ("las", "the"),
        ("un", "a"), ("una", "a"), ("unas", "some"), ("algunas", "some"), ("de", "of"), ("del", "of the"),
        ("y", "and"), ("o", "or"), ("después", "after"), ("antes", "before"), ("por", "by"), ("es", "is"),
        ("comedia", "comedy"), ("comedias", "comedies"), ("terror", "horror"), ("acción", "action"),
        ("dramas", "dramas"), ("populares", "popular"), ("similares", "similar"), ("como", "like"),
        ("visto", "watched"), ("dirigidas", "directed"), ("dirigió", "directed"), ("dos", "2"),
        ("tres", "3"), ("cuatro", "4"), ("cinco", "5"), ("diez", "10"), ("sobre", "about"), ("ha", "has"),
    ]),
    ("Italian", &[
        ("consiglia", "recommend"), ("consigliami", "recommend me"), ("raccomanda", "recommend"),
        ("suggerisci", "suggest"), ("mostra", "show"), ("utente", "user"), ("all'utente", "to user"),
        ("l'utente", "user"), ("quali", "which"), ("quale", "which"), ("chi", "who"), ("con", "with"),
        ("per", "for"), ("al", "to"), ("il", "the"), ("lo", "the"), ("gli", "the"), ("le", "the"),
        ("un", "a"), ("una", "a"), ("alcuni", "some"), ("dei", "some"), ("di", "of"), ("del", "of the"),
        ("e", "and"), ("dopo", "after"), ("prima", "before"), ("da", "by"), ("è", "is"),
        ("commedia", "comedy"), ("commedie", "comedies"), ("d'azione", "action"), ("azione", "action"),
        ("popolari", "popular"), ("simili", "similar"), ("come", "like"), ("visto", "watched"),
        ("diretti", "directed"), ("ha", "has"), ("due", "2"), ("tre", "3"), ("quattro", "4"),
        ("cinque", "5"), ("dieci", "10"), ("che", "which"), ("cosa", "what"),
    ]),
    ("Portuguese", &[
        ("recomende", "recommend"), ("recomenda", "recommend"), ("sugira", "suggest"), ("mostre", "show"),
        ("usuário", "user"), ("utilizador", "user"), ("filmes", "movies"), ("filme", "movie"),
        ("quais", "which"), ("qual", "which"), ("quem", "who"), ("com", "with"), ("para", "for"),
        ("ao", "to"), ("os", "the"), ("um", "a"), ("uma", "a"), ("alguns", "some"), ("de", "of"),
        ("do", "of the"), ("e", "and"), ("ou", "or"), ("depois", "after"), ("antes", "before"),
        ("comédia", "comedy"), ("comédias", "comedies"), ("terror", "horror"), ("ação", "action"),
        ("populares", "popular"), ("como", "like"), ("dois", "2"), ("três", "3"), ("cinco", "5"),
    ]),
    ("Dutch", &[
        ("raad", "recommend"), ("beveel", "recommend"), ("aanbevelen", "recommend"), ("aan", "to"),
        ("toon", "show"), ("gebruiker", "user"), ("welke", "which"), ("wie", "who"), ("wat", "what"),
        ("met", "with"), ("voor", "for"), ("het", "the"), ("een", "a"), ("enkele", "some"), ("van", "by"),
        ("en", "and"), ("na", "after"), ("komedie", "comedy"), ("komedies", "comedies"),
        ("populaire", "popular"), ("zoals", "like"), ("heeft", "has"), ("gezien", "watched"),
        ("twee", "2"), ("drie", "3"), ("vier", "4"), ("vijf", "5"), ("tien", "10"), ("uit", "from"),
    ]),
];

/// Scripts that are a language's own, by the first and last of their letters.
const SCRIPTS: &[(char, char, &str)] = &[
    ('\u{370}', '\u{3ff}', "Greek"),
    ('\u{400}', '\u{4ff}', "Russian or a language near to it"),
    ('\u{590}', '\u{5ff}', "Hebrew"),
    ('\u{600}', '\u{6ff}', "Arabic"),
    ('\u{900}', '\u{97f}', "Hindi"),
    ('\u{3040}', '\u{30ff}', "Japanese"),
    ('\u{4e00}', '\u{9fff}', "Chinese"),
    ('\u{ac00}', '\u{d7af}', "Korean"),
];

/// The language of a question that is not English, and the question with the words
/// that are known put into English.
pub(crate) fn foreign(text: &Text<'_>) -> Option<(&'static str, String)> {
    if let Some(language) = by_script(text.raw) {
        return Some((language, text.raw.to_owned()));
    }
    let words = || (0..text.len()).filter(|at| text.is_word(*at)).map(|at| text.word(at));
    let english =
        words().filter(|w| PLAIN.contains(w) || RECOMMEND.contains(w) || USER.contains(w)).count();
    let (count, (language, vocabulary)) = LANGUAGES
        .iter()
        .map(|language| {
            (words().filter(|word| known(language.1, word).is_some()).count(), language)
        })
        .max_by_key(|(count, _)| *count)?;
    if count < 2 || count <= english {
        return None;
    }
    let mut translated = String::new();
    let mut end = 0;
    for at in 0..text.len() {
        let Some(token) = text.token(at) else { continue };
        translated += text.raw.get(end..token.span.start).unwrap_or_default();
        let written = text.raw.get(token.span.clone()).unwrap_or_default();
        // "Recommande" was mended already; what is as written keeps its capitals.
        let meant = if written.to_lowercase() == token.lower { written } else { &token.lower };
        translated += known(vocabulary, &token.lower).unwrap_or(meant);
        end = token.span.end;
    }
    Some((language, translated))
}

fn known(vocabulary: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    // An English word that the other language has too says nothing.
    let english = PLAIN.contains(&word) || is_item_noun(word);
    let found = vocabulary.iter().find(|(own, _)| *own == word)?;
    (!english).then_some(found.1)
}

/// More than half of the letters are of one script.
fn by_script(raw: &str) -> Option<&'static str> {
    let letters = raw.chars().filter(|c| c.is_alphabetic()).count();
    let of = |(first, last, _): &&(char, char, &str)| {
        raw.chars().filter(|c| c.is_alphabetic() && (*first..=*last).contains(c)).count()
    };
    let script = SCRIPTS.iter().max_by_key(of)?;
    (of(&script) * 2 > letters).then_some(script.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart_and_known_words_translated() {
        for (raw, expected) in [
            ("Empfiehl Benutzer 9 drei Komödien", Some(("German", "recommend user 9 3 comedies"))),
            (
                "Recommande des films à l'utilisateur 12",
                Some(("French", "recommend some films to user 12")),
            ),
            (
                "Consiglia una commedia all'utente 3",
                Some(("Italian", "recommend a comedy to user 3")),
            ),
            ("Recommend movies like La vita è bella to user 4", None),
            ("Who directed Das Boot?", None),
            ("Il Postino", None),
            ("посоветуй фильм", Some(("Russian or a language near to it", "посоветуй фильм"))),
            ("", None),
        ] {
            let found = foreign(&Text::new(raw));
            let found = found.as_ref().map(|(name, text)| (*name, text.as_str()));
            assert_eq!(found, expected, "{raw}");
        }
    }
}
