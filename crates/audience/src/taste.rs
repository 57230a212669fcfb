//! What a user likes, in stars above or below the middle.

use fastrand::Rng;

use crate::calendar::Day;
use crate::chance::{bell, draw};
use crate::film::{Catalogue, Film};
use crate::profiles::PROFILES;
use crate::story::{Days, StoryTaste};
use crate::themes::THEMES;
use crate::user::{Gender, User, age_group};

/// How far the shared profiles move a rating: the deviation over the catalogue.
const SHARED: f64 = 0.8;
/// The same of the user's own liking of each genre and of each theme.
const OWN_GENRE: f64 = 0.35;
const OWN_THEME: f64 = 0.12;
/// For each favourite director or actor in a film; no more than two count.
const FAVOURITE: f64 = 0.6;
const FAVOURITES: usize = 5;
/// For the time of the user's youth, give or take; falling to the same below zero,
/// forty years away.
const ERA: f64 = 0.25;
/// What a story's taste gives for all that it names, and takes where nothing fits.
const STORY: (f64, f64) = (1.6, -1.3);
/// How much of the drawn taste is left beside a story's.
const BESIDE_STORY: f64 = 0.35;

/// A taste over the films of a catalogue.
#[derive(Debug, Clone)]
pub(crate) struct Taste {
    /// On the first day, for each film.
    first: Vec<f64>,
    /// On the last day: tastes drift evenly from one to the other.
    last: Vec<f64>,
    /// Films that are watched at all; `None`: any.
    only: Option<Vec<bool>>,
    in_years: Vec<u16>,
    on: Days,
    pub(crate) hours: Option<[u8; 2]>,
}

impl Taste {
    /// Stars above or below the middle. `time` from 0, the first day, to 1, the last.
    pub(crate) fn at(&self, film: usize, time: f64) -> f64 {
        let of = |stars: &[f64]| stars.get(film).copied().unwrap_or(0.0);
        (1.0 - time) * of(&self.first) + time * of(&self.last)
    }

    /// Whether the film is watched at all.
    pub(crate) fn allows(&self, film: usize) -> bool {
        self.only.as_ref().is_none_or(|only| only.get(film).copied().unwrap_or(false))
    }

    /// Whether it is the taste of this day.
    pub(crate) fn is_of(&self, day: Day) -> bool {
        let on = match self.on {
            Days::Any => true,
            Days::Workdays => !day.is_weekend,
            Days::Weekends => day.is_weekend,
        };
        on && self.is_of_year(day.year)
    }

    pub(crate) fn is_of_year(&self, year: u16) -> bool {
        self.in_years.is_empty() || self.in_years.contains(&year)
    }

    /// Draws a taste.
    ///
    /// Three profiles make it, the first one most; a fourth one takes up to a third
    /// of it by the last day. Then come the user's own: each genre and theme a little,
    /// the films of one's youth, and favourite directors and actors, who are found in
    /// films that are well known and that suit the user.
    pub(crate) fn drawn(
        user: &User,
        catalogue: &Catalogue,
        affinities: &[Vec<f64>],
        rng: &mut Rng,
    ) -> Self {
        let (group, is_woman) = (age_group(user.age), user.gender == Gender::F);
        let mut shares =
            PROFILES.each_ref().map(|profile| profile.share(group, is_woman, &user.occupation));
        let mut drawn = || {
            let place = draw(&shares, rng).unwrap_or(0);
            if let Some(share) = shares.get_mut(place) {
                *share = 0.0;
            }
            place
        };
        let profiles = [drawn(), drawn(), drawn()];
        let later = drawn();
        let most = 0.5 + 0.4 * rng.f64();
        let second = (1.0 - most) * (0.5 + 0.5 * rng.f64());
        let drift = if rng.f64() < 0.5 { 0.35 * rng.f64() } else { 0.0 };
        let weights = [most, second, 1.0 - most - second];
        let norm = weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt();

        let genres: Vec<f64> = (0..catalogue.genres.len()).map(|_| OWN_GENRE * bell(rng)).collect();
        let themes = THEMES.each_ref().map(|_| OWN_THEME * bell(rng));
        let youth = 2024.0 - f64::from(user.age) + 18.0 + 8.0 * bell(rng);
        let affinity = |profile: usize, film: usize| {
            affinities.get(profile).and_then(|films| films.get(film)).copied().unwrap_or(0.0)
        };
        let mut first = Vec::with_capacity(catalogue.films.len());
        let mut last = Vec::with_capacity(catalogue.films.len());
        for (place, film) in catalogue.films.iter().enumerate() {
            let mixed: f64 = profiles
                .iter()
                .zip(weights)
                .map(|(profile, weight)| weight * affinity(*profile, place) / norm)
                .sum();
            let own = own(film, &genres, &themes, youth);
            first.push(SHARED * mixed + own);
            last.push(SHARED * ((1.0 - drift) * mixed + drift * affinity(later, place)) + own);
        }
        let favourites = favourites(catalogue, &first, rng);
        for (film, (first, last)) in
            catalogue.films.iter().zip(first.iter_mut().zip(last.iter_mut()))
        {
            let some = film.people.iter().filter(|person| favourites.contains(person)).count();
            let stars = FAVOURITE * some.min(2) as f64;
            *first += stars;
            *last += stars;
        }
        Self { first, last, only: None, in_years: Vec::new(), on: Days::Any, hours: None }
    }

    /// The taste that a story tells, over the drawn one of its user.
    pub(crate) fn told(&self, story: &StoryTaste, catalogue: &Catalogue) -> Self {
        let shares: Vec<f64> =
            catalogue.films.iter().map(|film| story.share(film, catalogue)).collect();
        let mix = |drawn: &[f64]| {
            let told = |(drawn, share): (&f64, &f64)| {
                BESIDE_STORY * drawn + story.strength * (STORY.1 + share * (STORY.0 - STORY.1))
            };
            drawn.iter().zip(&shares).map(told).collect()
        };
        Self {
            first: mix(&self.first),
            last: mix(&self.last),
            only: story.only.then(|| shares.iter().map(|share| *share >= 1.0).collect()),
            in_years: story.in_years.clone(),
            on: story.on,
            hours: story.hours,
        }
    }
}

/// What a user's own liking of genres, themes and times says of a film.
fn own(film: &Film, genres: &[f64], themes: &[f64], youth: f64) -> f64 {
    let sum = |places: &[usize], of: &[f64]| -> f64 {
        places.iter().filter_map(|place| of.get(*place)).sum()
    };
    let genre = sum(&film.genres, genres) / film.genres.len().max(1) as f64;
    let era = film.year.map_or(0.0, |year| (1.0 - (year - youth).abs() / 20.0).max(-1.0));
    genre + sum(&film.themes, themes) + ERA * era
}

/// Favourite people: of films in proportion to fame and liking, those with at least
/// two works if a few draws find one.
fn favourites(catalogue: &Catalogue, liking: &[f64], rng: &mut Rng) -> Vec<usize> {
    let weights: Vec<f64> = catalogue
        .films
        .iter()
        .zip(liking)
        .map(|(film, liking)| film.fame * libm::exp(*liking))
        .collect();
    let works = |person: &usize| catalogue.works.get(*person).copied().unwrap_or(0);
    let mut favourites = Vec::new();
    for _ in 0..FAVOURITES {
        let drawn = (0..3).filter_map(|_| {
            let film = catalogue.films.get(draw(&weights, rng)?)?;
            rng.choice(&film.people).copied()
        });
        let best = drawn.max_by_key(|person| works(person).min(2));
        favourites.extend(best.filter(|person| !favourites.contains(person)));
    }
    favourites
}
