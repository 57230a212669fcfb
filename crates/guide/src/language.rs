//! Questions in other languages than English: which one it is, and the words that
//! are known of it. Names are names in any language.

use crate::lexicon::{PLAIN, RECOMMEND, USER, is_item_noun};
use crate::text::Text;

/// A language and words of it with their English ones, as `own=English` and a comma
/// between them.
type Vocabulary = (&'static str, &'static str);

#[rustfmt::skip]
const LANGUAGES: &[Vocabulary] = &[
    ("German", "\
        empfiehl=recommend,empfehle=recommend,empfehlen=recommend,empfehlung=recommendation,\
        schlage=suggest,zeige=show,zeig=show,benutzer=user,nutzer=user,kunde=user,kunden=user,\
        filme=movies,filmen=movies,welche=which,welcher=which,was=what,wer=who,mit=with,von=by,\
        für=for,dem=,der=the,das=the,den=the,einen=a,eine=a,ein=a,einige=some,mir=me,und=and,\
        oder=or,nach=after,vor=before,über=about,hat=has,gesehen=watched,ist=is,gedreht=,\
        regie=directed,ähnlich=similar to,wie=like,beliebte=popular,komödie=comedy,\
        komödien=comedies,horrorfilme=horror movies,actionfilme=action movies,dramen=dramas,\
        zwei=2,drei=3,vier=4,fünf=5,zehn=10,aus=from,alt=old,lange=long,bitte=please,jahre=years,\
        nicht=not"),
    ("French", "\
        recommande=recommend,recommandez=recommend,recommander=recommend,conseille=recommend,\
        propose=suggest,montre=show,moi=me,utilisateur=user,l'utilisateur=user,utilisatrice=user,\
        quels=which,quel=which,quelle=which,quelles=which,qui=who,avec=with,pour=for,à=to,au=to,\
        des=some,les=the,le=the,la=the,un=a,une=a,du=of,de=of,et=and,ou=or,après=after,\
        avant=before,réalisés=directed,par=by,est=is,comédie=comedy,comédies=comedies,\
        d'horreur=horror,drames=dramas,d'action=action,populaires=popular,similaires=similar,\
        comme=like,vus=watched,vu=watched,deux=2,trois=3,quatre=4,cinq=5,dix=10,dans=in,sur=about,\
        quoi=what"),
    ("Spanish", "\
        recomienda=recommend,recomiéndame=recommend me,recomendar=recommend,recomiende=recommend,\
        sugiere=suggest,muestra=show,usuario=user,usuaria=user,película=movie,películas=movies,\
        peliculas=movies,qué=which,que=which,cuáles=which,quién=who,con=with,para=for,al=to,\
        el=the,la=the,los=the,las=the,un=a,una=a,unas=some,algunas=some,de=of,del=of the,y=and,\
        o=or,después=after,antes=before,por=by,es=is,comedia=comedy,comedias=comedies,\
        terror=horror,acción=action,dramas=dramas,populares=popular,similares=similar,como=like,\
        visto=watched,dirigidas=directed,dirigió=directed,dos=2,tres=3,cuatro=4,cinco=5,diez=10,\
        sobre=about,ha=has"),
    ("Italian", "\
        consiglia=recommend,consigliami=recommend me,raccomanda=recommend,suggerisci=suggest,\
        mostra=show,utente=user,all'utente=to user,l'utente=user,quali=which,quale=which,chi=who,\
        con=with,per=for,al=to,il=the,lo=the,gli=the,le=the,un=a,una=a,alcuni=some,dei=some,di=of,\
        del=of the,e=and,dopo=after,prima=before,da=by,è=is,commedia=comedy,commedie=comedies,\
        d'azione=action,azione=action,popolari=popular,simili=similar,come=like,visto=watched,\
        diretti=directed,ha=has,due=2,tre=3,quattro=4,cinque=5,dieci=10,che=which,cosa=what"),
    ("Portuguese", "\
        recomende=recommend,recomenda=recommend,sugira=suggest,mostre=show,usuário=user,\
        utilizador=user,filmes=movies,filme=movie,quais=which,qual=which,quem=who,com=with,\
        para=for,ao=to,os=the,um=a,uma=a,alguns=some,de=of,do=of the,e=and,ou=or,depois=after,\
        antes=before,comédia=comedy,comédias=comedies,terror=horror,ação=action,populares=popular,\
        como=like,dois=2,três=3,cinco=5"),
    ("Dutch", "\
        raad=recommend,beveel=recommend,aanbevelen=recommend,aan=to,toon=show,gebruiker=user,\
        welke=which,wie=who,wat=what,met=with,voor=for,het=the,een=a,enkele=some,van=by,en=and,\
        na=after,komedie=comedy,komedies=comedies,populaire=popular,zoals=like,heeft=has,\
        gezien=watched,twee=2,drie=3,vier=4,vijf=5,tien=10,uit=from"),
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

/// The beginnings of words of other scripts, with their English ones.
#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("рекоменд", "recommend"), ("порекоменд", "recommend"), ("посовет", "recommend"),
    ("пользовател", "user"), ("фильм", "movies"), ("комеди", "comedy"), ("драм", "drama"),
    ("ужас", "horror"), ("推荐", "recommend"), ("推薦", "recommend"), ("用户", "user"),
    ("用戶", "user"), ("电影", "movies"), ("電影", "movies"), ("喜剧", "comedy"), ("恐怖", "horror"),
    ("おすすめ", "recommend"), ("ユーザー", "user"), ("映画", "movies"), ("コメディ", "comedy"),
    ("ホラー", "horror"), ("추천", "recommend"), ("사용자", "user"), ("영화", "movies"),
    ("코미디", "comedy"), ("पयोगकर्ता", "user"), ("फिल्म", "movies"), ("कॉमेडी", "comedy"),
    ("المستخدم", "user"), ("أفلام", "movies"), ("فيلم", "movie"), ("χρήστη", "user"),
    ("ταινί", "movies"), ("κωμωδί", "comedy"),
];

/// The words of other scripts that are known put into English. What is left of a
/// word, such as its ending, is no word of its own.
fn transcribed(raw: &str) -> String {
    let mut told = String::with_capacity(raw.len());
    let mut rest = raw;
    // Whether what comes next is the ending of a word that was known.
    let mut ending = false;
    while let Some(first) = rest.chars().next() {
        let begins = |word: &str| {
            word.chars().eq(rest.chars().flat_map(char::to_lowercase).take(word.chars().count()))
        };
        let known = WORDS.iter().find(|(word, _)| begins(word));
        if let Some((word, english)) = known {
            told.push(' ');
            told.push_str(english);
            told.push(' ');
            let end = rest.char_indices().nth(word.chars().count());
            rest = end.map_or("", |(at, _)| rest.get(at..).unwrap_or_default());
            ending = true;
            continue;
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        ending &= first.is_alphabetic() && !first.is_ascii();
        if !ending {
            told.push(first);
        }
        // In "9에게" a number ends.
        let next = rest.chars().next().unwrap_or(' ');
        if first.is_ascii_digit() && next.is_alphabetic() && !next.is_ascii() {
            told.push(' ');
        }
    }
    told
}

/// The language of a question that is not English, and the question with the words
/// that are known put into English.
pub(crate) fn foreign(text: &Text<'_>) -> Option<(&'static str, String)> {
    if let Some(language) = by_script(text.raw) {
        return Some((language, transcribed(text.raw)));
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

fn known(vocabulary: &'static str, word: &str) -> Option<&'static str> {
    // An English word that the other language has too says nothing.
    let english = PLAIN.contains(&word) || is_item_noun(word);
    let (_, found) = vocabulary
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .find(|(own, _)| *own == word)?;
    (!english).then_some(found)
}

/// More than half of the letters are of other scripts: the language of the one that
/// most are of.
fn by_script(raw: &str) -> Option<&'static str> {
    let letters = raw.chars().filter(|c| c.is_alphabetic()).count();
    let of = |(first, last, _): &&(char, char, &str)| {
        raw.chars().filter(|c| c.is_alphabetic() && (*first..=*last).contains(c)).count()
    };
    // Some languages are written in two of them.
    let all: usize = SCRIPTS.iter().map(|script| of(&script)).sum();
    let script = SCRIPTS.iter().max_by_key(of)?;
    (all * 2 > letters).then_some(script.2)
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
            ("посоветуй фильм", Some(("Russian or a language near to it", "recommend movies"))),
            ("用户9推荐电影", Some(("Chinese", "user 9 recommend movies"))),
            ("사용자 9에게 영화", Some(("Korean", "user 9 에게 movies"))),
            ("", None),
        ] {
            let found = foreign(&Text::new(raw)).map(|(name, text)| {
                (name, text.split_whitespace().collect::<Vec<&str>>().join(" "))
            });
            let expected = expected.map(|(name, text)| (name, text.to_owned()));
            assert_eq!(found, expected, "{raw}");
        }
    }
}
