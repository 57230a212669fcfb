use std::time::Instant;

use proptest::prelude::*;

use super::*;

fn names() -> Names {
    let people = |list: &[(&str, u32)]| {
        list.iter().map(|(name, items)| ((*name).to_owned(), *items)).collect::<Vec<_>>()
    };
    Names::from_dictionaries(
        [
            (
                Field::Actor,
                people(&[
                    ("Tom Hanks", 12),
                    ("Tom Cruise", 9),
                    ("Andrew Tombes", 2),
                    ("Tom Sizemore", 5),
                    ("John Cusack", 7),
                    ("Joan Cusack", 6),
                    ("Jon Voight", 6),
                    ("Robert De Niro", 18),
                    ("Robert Downey Jr.", 6),
                    ("Helena Bonham Carter", 4),
                    ("Samuel L. Jackson", 19),
                    ("Wilfred Jackson", 1),
                    ("Leonardo DiCaprio", 5),
                    ("Renée Zellweger", 3),
                    ("Keanu Reeves", 13),
                    ("Arnold Schwarzenegger", 11),
                    ("Woody Allen", 9),
                    ("Joan Allen", 5),
                    ("Madonna", 6),
                    ("Clint Eastwood", 8),
                ]),
            ),
            (
                Field::Director,
                people(&[
                    ("Steven Spielberg", 8),
                    ("Stanley Kubrick", 6),
                    ("Woody Allen", 9),
                    ("Clint Eastwood", 5),
                    ("F.W. Murnau", 1),
                    ("Martin Scorsese", 6),
                    ("Stephen Herek", 3),
                ]),
            ),
            (Field::Producer, people(&[("Stephen King", 10), ("Steven Spielberg", 4)])),
            (
                Field::Genre,
                people(&[
                    ("Action", 251),
                    ("Animation", 42),
                    ("Children's", 122),
                    ("Comedy", 505),
                    ("Documentary", 50),
                    ("Drama", 725),
                    ("Film-Noir", 24),
                    ("Horror", 92),
                    ("Musical", 56),
                    ("Mystery", 61),
                    ("Romance", 247),
                    ("Sci-Fi", 101),
                    ("Thriller", 251),
                    ("War", 71),
                    ("Western", 27),
                    ("unknown", 2),
                ]),
            ),
            (
                Field::Country,
                people(&[
                    ("United States", 332),
                    ("United Kingdom", 1134),
                    ("France", 30),
                    ("Italy", 11),
                    ("Hong Kong", 4),
                    ("South Korea", 1),
                    ("Germany", 8),
                    ("West Germany", 2),
                ]),
            ),
            (
                Field::AgeRating,
                people(&[("R", 683), ("PG-13", 265), ("PG", 222), ("G", 59), ("Not Rated", 86)]),
            ),
        ],
        vec![Titled {
            id: "m1".into(),
            title: "Godfather, The".into(),
            year: Some(1972),
            n_ratings: 413,
        }],
    )
    .unwrap()
}

fn known(list: &[&str]) -> Resolution {
    Resolution::Known(list.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn a_name_is_known_in_any_spelling_of_it() {
    let names = names();
    for (field, asked, expected) in [
        (Field::Actor, "tom cruise", "Tom Cruise"),
        (Field::Actor, "Cruise, Tom", "Tom Cruise"),
        (Field::Actor, "RENEE ZELLWEGER", "Renée Zellweger"),
        (Field::Actor, "Leonardo di Caprio", "Leonardo DiCaprio"),
        (Field::Actor, "Robert DeNiro", "Robert De Niro"),
        (Field::Actor, "Tom Cruise's", "Tom Cruise"),
        (Field::Director, "F. W. Murnau", "F.W. Murnau"),
        (Field::Genre, "childrens", "Children's"),
        (Field::Genre, "scifi", "Sci-Fi"),
        (Field::Genre, "science fiction", "Sci-Fi"),
        (Field::Genre, "Science-Fiction movies", "Sci-Fi"),
        (Field::Genre, "comedies", "Comedy"),
        (Field::Genre, "musicals", "Musical"),
        (Field::Genre, "mysteries", "Mystery"),
        (Field::Genre, "kids", "Children's"),
        (Field::Genre, "family", "Children's"),
        (Field::Genre, "animated", "Animation"),
        (Field::Genre, "cartoons", "Animation"),
        (Field::Genre, "noir", "Film-Noir"),
        (Field::Genre, "documentary films", "Documentary"),
        (Field::Country, "USA", "United States"),
        (Field::Country, "U.S.", "United States"),
        (Field::Country, "us", "United States"),
        (Field::Country, "America", "United States"),
        (Field::Country, "the United States of America", "United States"),
        (Field::Country, "UK", "United Kingdom"),
        (Field::Country, "England", "United Kingdom"),
        (Field::Country, "French", "France"),
        (Field::Country, "Korean", "South Korea"),
        (Field::Country, "West Germany", "West Germany"),
        (Field::Country, "german", "Germany"),
        (Field::AgeRating, "pg13", "PG-13"),
        (Field::AgeRating, "rated R", "R"),
        (Field::AgeRating, "R-rated", "R"),
        (Field::AgeRating, "not rated", "Not Rated"),
    ] {
        let found = names.resolve(field, asked);
        assert_eq!(found, known(&[expected]), "{asked}");
    }
    assert_eq!(names.resolve(Field::Genre, "rom-com"), known(&["Romance", "Comedy"]));
    assert_eq!(names.resolve(Field::Genre, "romantic comedies"), known(&["Romance", "Comedy"]));
}

#[test]
fn a_near_name_is_corrected() {
    let names = names();
    for (field, asked, expected) in [
        (Field::Actor, "Tom Hanx", "Tom Hanks"),
        (Field::Actor, "Tom Kruise", "Tom Cruise"),
        (Field::Actor, "Arnold Schwarzeneger", "Arnold Schwarzenegger"),
        (Field::Actor, "Schwarzenegger", "Arnold Schwarzenegger"),
        (Field::Actor, "Jon Cusack", "John Cusack"),
        (Field::Actor, "Keanu", "Keanu Reeves"),
        (Field::Actor, "de niro", "Robert De Niro"),
        (Field::Actor, "Helena Carter", "Helena Bonham Carter"),
        (Field::Actor, "Robert Downey", "Robert Downey Jr."),
        (Field::Actor, "Samuel Jackson", "Samuel L. Jackson"),
        (Field::Actor, "Jackson", "Samuel L. Jackson"),
        (Field::Actor, "Samuel Leroy Jackson", "Samuel L. Jackson"),
        (Field::Actor, "T. Hanks", "Tom Hanks"),
        (Field::Director, "Spielburg, Steven", "Steven Spielberg"),
        (Field::Director, "Spielberg", "Steven Spielberg"),
        (Field::Director, "Spielburg", "Steven Spielberg"),
        (Field::Director, "Stephen Spielberg", "Steven Spielberg"),
        (Field::Director, "Scorcese", "Martin Scorsese"),
        (Field::Genre, "horor", "Horror"),
        (Field::Genre, "sience fiction", "Sci-Fi"),
        (Field::Country, "Untied States", "United States"),
        (Field::Country, "Frence", "France"),
    ] {
        let found = names.resolve(field, asked);
        assert_eq!(found, Resolution::Corrected(expected.to_owned()), "{asked}");
    }
}

#[test]
fn a_name_that_could_be_several_is_not_corrected() {
    let names = names();
    for (field, asked, nearest) in [
        (Field::Actor, "Tom", Some("Tom Hanks")),
        (Field::Actor, "Tom Hardy", Some("Tom Hanks")),
        (Field::Actor, "Joan", None),
        (Field::Actor, "Cusack", Some("John Cusack")),
        (Field::Actor, "Tim Cruise", Some("Tom Cruise")),
        (Field::Actor, "Tom B. Hanks", Some("Tom Hanks")),
        (Field::Actor, "Lewis Jackson", None),
        (Field::Director, "Christopher Nolan", None),
        (Field::Genre, "car", None),
        (Field::Country, "Atlantis", None),
        (Field::AgeRating, "PG-14", Some("PG-13")),
        (Field::Genre, "", None),
        (Field::Genre, "'", None),
    ] {
        let Resolution::Unknown { nearest: found } = names.resolve(field, asked) else {
            panic!("{asked} was taken for something: {:?}", names.resolve(field, asked))
        };
        assert!(found.len() <= 3);
        if nearest.is_some() {
            assert_eq!(found.first().map(String::as_str), nearest, "{asked}");
        }
    }
}

#[test]
fn names_that_the_catalogue_lacks_have_no_other_names() {
    let names =
        Names::from_dictionaries([(Field::Genre, vec![("Family".into(), 3)])], vec![]).unwrap();
    assert_eq!(names.resolve(Field::Genre, "kids"), known(&["Family"]));
    assert!(matches!(names.resolve(Field::Genre, "sci-fi"), Resolution::Unknown { .. }));
    assert!(matches!(names.resolve(Field::Country, "USA"), Resolution::Unknown { .. }));
}

#[test]
fn what_the_catalogue_lacks_is_no_slip_of_what_it_has() {
    let countries = ["Australia", "Ireland"].map(|name| (name.to_owned(), 3));
    let names = Names::from_dictionaries([(Field::Country, countries.into())], Vec::new()).unwrap();
    for asked in ["Austria", "Austrian", "Iceland"] {
        let found = names.resolve(Field::Country, asked);
        assert!(matches!(found, Resolution::Unknown { .. }), "{asked}: {found:?}");
    }
    let found = names.resolve(Field::Country, "Austrailia");
    assert_eq!(found, Resolution::Corrected("Australia".to_owned()));
}

#[test]
fn an_odd_spelling_that_somebody_hardly_known_bears_may_be_a_slip() {
    let people =
        [("Michael Douglas", 5), ("Micheal Kelly", 1), ("Emma Douglas", 3), ("Emma Kelly", 1)];
    let people = people.map(|(name, items)| (name.to_owned(), items));
    let names = Names::from_dictionaries([(Field::Actor, people.into())], Vec::new()).unwrap();
    let found = names.resolve(Field::Actor, "Micheal Douglas");
    assert_eq!(found, Resolution::Corrected("Michael Douglas".to_owned()));
    let found = names.resolve(Field::Actor, "Michael Kelly");
    assert!(matches!(found, Resolution::Unknown { .. }), "{found:?}");
}

#[test]
fn names_are_found_in_running_text() {
    let names = names();
    let text = "Tell us of French and U.S. science fiction by Clint Eastwood, no unknown ones";
    let found: Vec<(&str, Field, String)> = names
        .mentions(text)
        .into_iter()
        .map(|mention| (&text[mention.span], mention.field, mention.names.join("+")))
        .collect();
    assert_eq!(
        found,
        [
            ("French", Field::Country, "France".to_owned()),
            ("U.S", Field::Country, "United States".to_owned()),
            ("science fiction", Field::Genre, "Sci-Fi".to_owned()),
            ("Clint Eastwood", Field::Actor, "Clint Eastwood".to_owned()),
            ("Clint Eastwood", Field::Director, "Clint Eastwood".to_owned()),
        ]
    );
    assert_eq!(names.title_mentions("is the Godfather good?")[0].items, ["m1"]);
}

#[test]
fn very_long_text_is_no_trouble() {
    let names = names();
    let text = "Tom Cruise é ".repeat(8_000);
    let start = Instant::now();
    assert_eq!(names.mentions(&text).len(), 8_000);
    let _ = names.title_mentions(&text);
    assert!(matches!(names.resolve(Field::Actor, &text), Resolution::Unknown { .. }));
    eprintln!("{} characters in {:?}", text.len(), start.elapsed());
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let names = names();
        for field in Field::ALL {
            let _ = names.resolve(field, &text);
        }
        for mention in names.mentions(&text) {
            prop_assert!(text.get(mention.span).is_some());
        }
        for mention in names.title_mentions(&text) {
            prop_assert!(text.get(mention.span).is_some());
        }
        let _ = names.ids_titled(&text);
        let _ = names.near_title(&text);
    }

    #[test]
    fn every_name_resolves_to_itself(at in 0_usize..20) {
        let names = names();
        let dictionary = &names.vocabulary(Field::Actor).unwrap().dictionary;
        if let Some(name) = dictionary.names().nth(at) {
            let name = dictionary.spelling(name).to_owned();
            prop_assert_eq!(names.resolve(Field::Actor, &name), Resolution::Known(vec![name]));
        }
    }
}
