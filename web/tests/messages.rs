//! Whatever the page says is said in each of its languages.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The calls that take a text in English.
const CALLS: [&str; 3] = ["t(", "filled(", "say("];

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The page's sources with this ending, without tests.
fn sources(ending: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // The widget has languages of its own, and what shows it has one.
            let is_apart = ["tests", "widget", "examples", "package"];
            if path.is_dir() && !is_apart.iter().any(|apart| path.ends_with(apart)) {
                walk(&path, ending, found);
            } else if path.extension().is_some_and(|is| is == ending) {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder(), ending, &mut found);
    assert!(!found.is_empty());
    found
}

/// A literal at the start of a text, without its quotes and escapes.
fn literal(text: &str) -> Option<String> {
    let mut letters = text.trim_start().chars();
    let quote = letters.next().filter(|quote| "\"'".contains(*quote))?;
    let mut read = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                'u' => {
                    let rest: String = letters.clone().take(8).collect();
                    let digits: String = rest.trim_start_matches('{').chars().take(4).collect();
                    let point = u32::from_str_radix(&digits, 16).unwrap();
                    read.push(char::from_u32(point).unwrap());
                    letters.nth(if rest.starts_with('{') { 5 } else { 3 });
                }
                other => read.push(other),
            },
            end if end == quote => return Some(read),
            letter => read.push(letter),
        }
    }
    None
}

/// The texts that stand in the code's calls and in the page's document.
fn said() -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for (_, text) in sources("rs").into_iter().chain(sources("js")) {
        for call in CALLS {
            for (at, _) in text.match_indices(call) {
                let before = text.get(..at).unwrap().chars().next_back().unwrap_or(' ');
                if !before.is_alphanumeric() && before != '_' {
                    said.extend(literal(&text[at + call.len()..]));
                }
            }
        }
        for (at, _) in text.match_indices("counted(") {
            // Its last argument is the noun.
            let arguments = text[at..].split([';', '{']).next().unwrap();
            let noun = arguments.find('"').and_then(|quote| literal(&arguments[quote..]));
            if let Some(noun) = noun {
                said.extend([format!("1 {noun}"), format!("{{0}} {noun}s")]);
            }
        }
    }
    let document = fs::read_to_string(folder().join("static/index.html")).unwrap();
    let mut markup = document.split_once("<body>").unwrap().1.to_owned();
    // What a script writes as markup is translated as the document is.
    for (_, code) in sources("js") {
        for part in code.split("innerHTML = `").skip(1) {
            markup += part.split_once('`').unwrap().0;
        }
    }
    let markup = markup.replace("&#8217;", "\u{2019}").replace("\\u2019", "\u{2019}");
    for part in markup.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        // Comments, the names of keys and of languages are what they are.
        let is_said = !tag.starts_with("!--") && tag != "kbd" && !tag.contains("lang=");
        if is_said {
            said.extend(Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        }
        for name in ["aria-label=\"", "placeholder=\"", "title=\"", "data-problem=\""] {
            let value = tag.split_once(name).and_then(|(_, rest)| rest.split_once('"'));
            said.extend(value.map(|(value, _)| value.to_owned()));
        }
    }
    said.retain(|text| text == "1,000" || text.chars().any(char::is_alphabetic));
    // The name is the same in every language.
    said.remove("Usher");
    said
}

fn catalogue(language: &str) -> BTreeMap<String, String> {
    let file = folder().join(format!("static/messages-{language}.json"));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[test]
fn every_text_is_in_every_catalogue() {
    let known = catalogue("de");
    let missing: Vec<_> = said().into_iter().filter(|text| !known.contains_key(text)).collect();
    assert!(missing.is_empty(), "messages-de.json lacks {missing:#?}");
}

#[test]
fn no_catalogue_holds_what_nobody_says() {
    let said = said();
    let sources: Vec<_> = sources("rs").into_iter().chain(sources("js")).collect();
    let stands = |text: &str| {
        said.contains(text)
            || sources.iter().any(|(_, source)| {
                source.contains(&text.replace('\u{2019}', "\\u2019")) || source.contains(text)
            })
    };
    let idle: Vec<_> = catalogue("de").into_keys().filter(|text| !stands(text)).collect();
    assert!(idle.is_empty(), "nobody says {idle:#?}");
}

#[test]
fn a_translation_fills_the_same_places() {
    for (english, translated) in catalogue("de") {
        assert!(!translated.trim().is_empty(), "{english}");
        assert_eq!(places(&english), places(&translated), "{english}");
    }
}
