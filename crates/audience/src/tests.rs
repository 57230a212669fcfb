//! What an audience looks like as a whole, over a catalogue made for the purpose.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const GENRES: [&str; 6] = ["Comedy", "Horror", "Drama", "Western", "Documentary", "Animation"];

/// Items that differ in every way that tastes know.
fn items(n: usize) -> Vec<Item> {
    (0..n)
        .map(|at| Item {
            year: Some(1925 + (at * 7 % 100) as u16),
            genres: vec![GENRES[at % 6].into(), GENRES[at / 6 % 6].into()],
            people: vec![format!("Director {}", at % 31), format!("Actor {}", at % 17)],
            country: Some(if at.is_multiple_of(4) { "France" } else { "United States" }.into()),
            duration_minutes: (!at.is_multiple_of(9)).then_some(80 + (at % 60) as u16),
            age_rating: at.is_multiple_of(3).then(|| "R".into()),
            score: at.is_multiple_of(2).then_some(6.0 + (at % 30) as f64 / 10.0),
            votes: at.is_multiple_of(2).then_some(1000 + 37 * at as u32),
            text: if at % 20 == 7 { "It is Christmas Eve." } else { "A dog and a ship." }.into(),
        })
        .collect()
}

fn settings(users: u32) -> Settings {
    Settings { users, ratings_per_user: 40, seed: 7 }
}

fn simulated(items: &[Item], stories: &[Story], settings: Settings) -> Vec<Simulated> {
    Audience::new(items, stories, settings).unwrap().users().collect()
}

fn month(rating: &Rating) -> u8 {
    calendar::Day::number(((rating.timestamp_s - FIRST_DAY_S) / 86_400) as usize).month
}

#[test]
fn the_same_seed_gives_the_same_audience_and_a_larger_one_begins_with_it() {
    let items = items(120);
    let audience = simulated(&items, &[], settings(30));
    assert_eq!(audience, simulated(&items, &[], settings(30)));
    assert_eq!(audience, simulated(&items, &[], settings(60))[..30]);
    assert_ne!(audience, simulated(&items, &[], Settings { seed: 8, ..settings(30) }));
}

#[test]
fn few_watch_much_and_few_items_are_watched_by_many() {
    let items = items(300);
    let audience = simulated(&items, &[], settings(400));
    let mut per_user: Vec<usize> = audience.iter().map(|user| user.ratings.len()).collect();
    per_user.sort_unstable();
    let mean = per_user.iter().sum::<usize>() as f64 / 400.0;
    assert!((32.0..48.0).contains(&mean), "{mean}");
    assert!(per_user[200] < mean as usize, "half of the users watch less than the mean");
    assert!(per_user[399] > 3 * per_user[200], "{}", per_user[399]);

    let mut per_item = vec![0_usize; 300];
    for rating in audience.iter().flat_map(|user| &user.ratings) {
        per_item[rating.item] += 1;
    }
    per_item.sort_unstable();
    let all: usize = per_item.iter().sum();
    let most_watched: usize = per_item[225..].iter().sum();
    assert!(most_watched * 2 > all, "a quarter of the items has over half of the ratings");
}

#[test]
fn stars_use_the_whole_scale_and_lean_to_the_good_side() {
    let audience = simulated(&items(200), &[], settings(300));
    let mut share = [0.0; 6];
    let all = audience.iter().map(|user| user.ratings.len()).sum::<usize>() as f64;
    for rating in audience.iter().flat_map(|user| &user.ratings) {
        share[usize::from(rating.stars)] += 1.0 / all;
    }
    assert!(share[1..].iter().all(|share| *share > 0.01), "{share:?}");
    assert!(share[4] + share[5] > share[1] + share[2], "{share:?}");
}

#[test]
fn what_is_liked_is_rated_higher_and_watched_more() {
    let audience = simulated(&items(200), &[], settings(200));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mut watched, mut not_watched) = (Vec::new(), Vec::new());
    let (mut liked, mut disliked) = (Vec::new(), Vec::new());
    for user in &audience {
        let seen: BTreeSet<usize> = user.ratings.iter().map(|rating| rating.item).collect();
        for (item, liking) in user.likings.iter().enumerate() {
            if seen.contains(&item) { watched.push(*liking) } else { not_watched.push(*liking) }
        }
        for rating in &user.ratings {
            let liking = user.likings[rating.item];
            let stars = f64::from(rating.stars);
            if liking > 3.5 { liked.push(stars) } else { disliked.push(stars) }
        }
    }
    assert!(mean(&watched) > mean(&not_watched) + 0.2);
    assert!(mean(&liked) > mean(&disliked) + 0.8);
}

#[test]
fn christmas_films_are_for_december_and_horror_is_for_october() {
    let items = items(200);
    let audience = simulated(&items, &[], settings(300));
    let share = |of_month: u8, is_it: &dyn Fn(&Item) -> bool| {
        let of_it = || {
            let all = audience.iter().flat_map(|user| &user.ratings);
            all.filter(|rating| is_it(&items[rating.item]))
        };
        of_it().filter(|rating| month(rating) == of_month).count() as f64 / of_it().count() as f64
    };
    assert!(share(12, &|item| item.text.contains("Christmas")) > 0.3);
    let horror = |item: &Item| item.genres.iter().any(|genre| genre == "Horror");
    assert!(share(10, &horror) > 1.5 * share(10, &|_| true));
}

#[test]
fn children_hardly_see_what_is_not_for_them() {
    let items = items(200);
    let audience = simulated(&items, &[], settings(400));
    let share = |is_young: bool| {
        let users = audience.iter().filter(|user| (user.user.age < 17) == is_young);
        let ratings: Vec<&Rating> = users.flat_map(|user| &user.ratings).collect();
        let forbidden = ratings.iter().filter(|rating| items[rating.item].age_rating.is_some());
        forbidden.count() as f64 / ratings.len() as f64
    };
    assert!(share(true) < 0.1 && share(false) > 0.25, "{} {}", share(true), share(false));
}

/// A story about user 3 with a taste.
fn story(taste: Vec<StoryTaste>) -> Story {
    Story {
        user: 3,
        name: "somebody".into(),
        tells: String::new(),
        age: Some(15),
        gender: Some(Gender::F),
        occupation: Some("student".into()),
        ratings: Some(30),
        habit: None,
        always: None,
        months: Vec::new(),
        ignores_age_ratings: true,
        taste,
    }
}

fn genre(name: &str) -> StoryTaste {
    StoryTaste { genres: vec![name.into()], ..StoryTaste::default() }
}

#[test]
fn a_story_is_told_and_leaves_the_others_as_they_were() {
    let items = items(200);
    let plain = simulated(&items, &[], settings(5));
    let told = simulated(&items, &[story(vec![genre("Horror")])], settings(5));
    for at in [0, 1, 3, 4] {
        assert_eq!(plain[at], told[at]);
    }
    let user = &told[2];
    assert_eq!((user.user.age, user.user.gender), (15, Gender::F));
    assert_eq!((user.user.occupation.as_str(), user.ratings.len()), ("student", 30));
    let horror = user.ratings.iter().filter(|r| items[r.item].genres.contains(&"Horror".into()));
    assert!(horror.count() > 20);
}

#[test]
fn only_always_and_months_hold_without_exception() {
    let items = items(200);
    let only = Story {
        always: Some(5),
        months: vec![12],
        ..story(vec![StoryTaste { only: true, ..genre("Western") }])
    };
    let user = simulated(&items, &[only], settings(3)).remove(2);
    assert!(user.ratings.len() > 10);
    for rating in &user.ratings {
        assert!(items[rating.item].genres.contains(&"Western".into()));
        // An evening may go on after midnight, into the next month.
        assert_eq!(
            (rating.stars, month(&Rating { timestamp_s: rating.timestamp_s - 43_200, ..*rating })),
            (5, 12)
        );
    }
}

#[test]
fn two_tastes_share_the_week() {
    let items = items(200);
    let of = |name, on| StoryTaste { on, only: true, hours: Some([9, 10]), ..genre(name) };
    let shared = story(vec![of("Comedy", Days::Workdays), of("Western", Days::Weekends)]);
    let user = simulated(&items, &[shared], settings(3)).remove(2);
    for rating in &user.ratings {
        let day = (rating.timestamp_s - FIRST_DAY_S) / 86_400;
        let expected = if matches!(day % 7, 0 | 6) { "Western" } else { "Comedy" };
        assert!(items[rating.item].genres.contains(&expected.into()));
    }
}

#[test]
fn stories_that_cannot_be_told_are_named() {
    let items = items(50);
    let with = |taste| story(vec![taste]);
    let person = StoryTaste { people: vec!["Nobody".into()], ..StoryTaste::default() };
    let theme = StoryTaste { themes: vec!["knitting".into()], ..StoryTaste::default() };
    let hours = StoryTaste { hours: Some([20, 25]), ..StoryTaste::default() };
    for (stories, word) in [
        (vec![Story { user: 9, ..story(vec![]) }], "users 1 to 5"),
        (vec![Story { user: 0, ..story(vec![]) }], "users 1 to 5"),
        (vec![story(vec![]), story(vec![])], "same user 3"),
        (vec![with(genre("Horrorr"))], "Horrorr"),
        (vec![with(person)], "Nobody"),
        (vec![with(theme)], "knitting"),
        (vec![with(hours)], "hours"),
        (vec![with(StoryTaste { strength: f64::NAN, ..genre("Horror") })], "strength"),
        (vec![Story { months: vec![13], ..story(vec![]) }], "month"),
        (vec![Story { always: Some(6), ..story(vec![]) }], "always"),
    ] {
        let error = Audience::new(&items, &stories, settings(5)).unwrap_err().to_string();
        assert!(error.contains(word) && error.contains("somebody"), "{word}: {error}");
    }
}

#[test]
fn an_empty_catalogue_has_an_audience_that_rates_nothing() {
    assert!(simulated(&[], &[], settings(3)).iter().all(|user| user.ratings.is_empty()));
    assert_eq!(simulated(&items(3), &[], settings(0)).len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn nobody_rates_an_item_twice_and_all_is_within_its_range(
        n in 0..60_usize,
        users in 0..12_u32,
        ratings_per_user in 0..500_u32,
        seed in any::<u64>(),
    ) {
        let settings = Settings { users, ratings_per_user, seed };
        let last = FIRST_DAY_S + DAYS as u64 * 86_400;
        for user in simulated(&items(n), &[], settings) {
            let items: BTreeSet<usize> = user.ratings.iter().map(|rating| rating.item).collect();
            prop_assert_eq!(items.len(), user.ratings.len());
            prop_assert!(items.iter().all(|item| *item < n));
            prop_assert!(user.ratings.iter().all(|rating| (1..=5).contains(&rating.stars)));
            prop_assert!(user.ratings.iter().all(|r| (FIRST_DAY_S..last).contains(&r.timestamp_s)));
            prop_assert!(user.ratings.is_sorted_by_key(|rating| rating.timestamp_s));
            prop_assert_eq!(user.likings.len(), n);
            prop_assert!(user.likings.iter().all(|liking| (1.0..=5.0).contains(liking)));
        }
    }
}
