//! One user's three years: when, what, and with how many stars.

use fastrand::Rng;

use crate::Settings;
use crate::calendar::{DAY_S, DAYS, Day, FIRST_DAY_S, FIRST_YEAR};
use crate::chance::{bell, draw};
use crate::film::Catalogue;
use crate::story::Story;
use crate::taste::Taste;
use crate::user::User;

/// The stars of a film that moves nobody.
pub(crate) const MIDDLE: f64 = 3.0;
/// How much the liking of a film, in stars, moves the choice of it.
const CHOICE: f64 = 1.8;
/// Deviation of what one user gives above or below another.
const HABIT: f64 = 0.3;
/// Deviation of what one user would give on another day.
const NOISE: f64 = 0.6;
/// Deviation of the logarithm of how much users watch.
const ACTIVITY: f64 = 0.7;
/// The fewest films that anybody rates, and the largest share of the catalogue.
const FEWEST: f64 = 8.0;
const LARGEST_SHARE: f64 = 0.7;
/// How much rarer a film is that an age rating forbids, and one that is for
/// somewhat older ones.
const FORBIDDEN: f64 = 0.02;
const SOMEWHAT_OLDER: f64 = 0.25;
/// The most films of a workday and of a day at the weekend, and the break between two.
const MOST_A_DAY: [usize; 2] = [2, 4];
const BREAK_S: u64 = 600;

/// A rating that a user gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating {
    /// The item's place in the catalogue.
    pub item: usize,
    /// 1 to 5.
    pub stars: u8,
    /// When, in Unix seconds.
    pub timestamp_s: u64,
}

/// What a user's days are made from.
pub(crate) struct Viewer<'a> {
    pub(crate) user: &'a User,
    pub(crate) story: Option<&'a Story>,
    pub(crate) catalogue: &'a Catalogue,
    /// How much more each film is watched in each month.
    pub(crate) seasons: &'a [Vec<f64>],
    /// One or more.
    pub(crate) tastes: &'a [Taste],
}

impl Viewer<'_> {
    /// The expected liking of a film, 1 to 5: what the user would give on the last day
    /// without the own habit and without chance. Of several tastes, that of whoever
    /// likes the film best.
    pub(crate) fn liking(&self, film: usize) -> f64 {
        let quality = self.catalogue.films.get(film).map_or(0.0, |film| film.quality);
        let is_last = |taste: &Taste| taste.is_of_year(FIRST_YEAR + 2);
        let has_last = self.tastes.iter().any(is_last);
        let best = self
            .tastes
            .iter()
            .filter(|taste| is_last(taste) || !has_last)
            .map(|taste| taste.at(film, 1.0))
            .fold(f64::NEG_INFINITY, f64::max);
        (MIDDLE + best + quality).clamp(1.0, 5.0)
    }

    /// The user's ratings, by time.
    pub(crate) fn ratings(&self, settings: &Settings, rng: &mut Rng) -> Vec<Rating> {
        let count = self.count(settings, rng);
        let habit = self.story.and_then(|story| story.habit).unwrap_or(HABIT * bell(rng));
        let mut is_seen = vec![false; self.catalogue.films.len()];
        let mut ratings = Vec::with_capacity(count);
        for (number, films) in self.evenings(count, rng) {
            let day = Day::number(number);
            let of_the_day: Vec<&Taste> =
                self.tastes.iter().filter(|taste| taste.is_of(day)).collect();
            let Some(taste) = rng.choice(of_the_day) else { continue };
            let time = number as f64 / DAYS as f64;
            let weights = self.weights(taste, day, time, &is_seen);
            let hours = taste.hours.unwrap_or_else(|| self.hours(day));
            let hour = u64::from(rng.u8(hours[0]..=hours[1]));
            let mut timestamp_s =
                FIRST_DAY_S + number as u64 * DAY_S + hour * 3600 + rng.u64(0..3600);
            for item in choose(weights, films, rng) {
                let Some(film) = self.catalogue.films.get(item) else { continue };
                if let Some(is_seen) = is_seen.get_mut(item) {
                    *is_seen = true;
                }
                timestamp_s += film.minutes * 60;
                let stars =
                    MIDDLE + taste.at(item, time) + film.quality + habit + NOISE * bell(rng);
                let stars = stars.round().clamp(1.0, 5.0) as u8;
                let stars = self.story.and_then(|story| story.always).unwrap_or(stars);
                ratings.push(Rating { item, stars, timestamp_s });
                timestamp_s += rng.u64(0..BREAK_S);
            }
        }
        ratings.sort_by_key(|rating| (rating.timestamp_s, rating.item));
        ratings
    }

    /// How many films are rated: few rate many, many rate few.
    fn count(&self, settings: &Settings, rng: &mut Rng) -> usize {
        // The mean of such numbers is their middle times exp(deviation² / 2).
        let factor = libm::exp(ACTIVITY * bell(rng) - ACTIVITY * ACTIVITY / 2.0);
        let most = (self.catalogue.films.len() as f64 * LARGEST_SHARE).max(1.0);
        let drawn = (f64::from(settings.ratings_per_user) * factor).max(FEWEST).min(most);
        let told = self.story.and_then(|story| story.ratings);
        told.map_or(drawn.round() as usize, |count| count as usize)
    }

    /// Days on which films are watched, in order, and how many.
    fn evenings(&self, count: usize, rng: &mut Rng) -> Vec<(usize, usize)> {
        let (joined, left) = self.span(count, rng);
        let is_allowed = |day: Day| {
            let months = self.story.map_or(&[][..], |story| &story.months);
            (months.is_empty() || months.contains(&day.month))
                && self.tastes.iter().any(|taste| taste.is_of(day))
        };
        // The last day is left free, for nights that go on after midnight.
        let mut weights: Vec<f64> = (0..DAYS - 1)
            .map(|number| {
                let day = Day::number(number);
                let is_open = (joined..=left).contains(&number) && is_allowed(day);
                if is_open { day.weight() } else { 0.0 }
            })
            .collect();
        // Some always watch one film, some often a few in a row.
        let another = 0.6 * rng.f64();
        let mut evenings = Vec::new();
        let mut rest = count;
        while rest > 0 {
            let Some(day) = draw(&weights, rng) else { break };
            if let Some(weight) = weights.get_mut(day) {
                *weight = 0.0;
            }
            let most = MOST_A_DAY[usize::from(Day::number(day).is_weekend)];
            let mut films = 1;
            while films < most && rng.f64() < another {
                films += 1;
            }
            let films = films.min(rest);
            rest -= films;
            evenings.push((day, films));
        }
        evenings.sort_unstable();
        evenings
    }

    /// The first and the last day. Most are there from the beginning and stay; some
    /// join later, some leave. Nobody with a story does.
    fn span(&self, count: usize, rng: &mut Rng) -> (usize, usize) {
        let last = DAYS - 2;
        let (joins_late, leaves) = (rng.f64() < 0.4, rng.f64() < 0.2);
        let joined = if joins_late { rng.usize(0..DAYS * 3 / 4) } else { rng.usize(0..60) };
        let left = if leaves { rng.usize(joined..=last) } else { last };
        // A film every other day is the most that most people watch.
        let needed = 2 * count + 30;
        let joined = joined.min(last.saturating_sub(needed));
        let left = left.max((joined + needed).min(last));
        if self.story.is_some() { (0, last) } else { (joined, left) }
    }

    /// The hours at which the first film of a day is begun.
    fn hours(&self, day: Day) -> [u8; 2] {
        match (self.user.age, day.is_weekend) {
            (..=12, false) => [15, 18],
            (..=12, true) => [9, 18],
            (61.., _) => [13, 20],
            (_, false) => [18, 22],
            (_, true) => [13, 22],
        }
    }

    /// How likely each film is chosen on a day.
    fn weights(&self, taste: &Taste, day: Day, time: f64, is_seen: &[bool]) -> Vec<f64> {
        let season = self.seasons.get(usize::from(day.month) - 1);
        let ignores = self.story.is_some_and(|story| story.ignores_age_ratings);
        let films = self.catalogue.films.iter().zip(is_seen).enumerate();
        films
            .map(|(place, (film, is_seen))| {
                if *is_seen || !taste.allows(place) {
                    return 0.0;
                }
                let season = season.and_then(|films| films.get(place)).copied().unwrap_or(1.0);
                let permission = match film.from_age {
                    from if ignores || self.user.age >= from => 1.0,
                    17 => FORBIDDEN,
                    _ => SOMEWHAT_OLDER,
                };
                film.fame * libm::exp(CHOICE * taste.at(place, time)) * season * permission
            })
            .collect()
    }
}

/// Some places, in proportion to the weights and each once.
fn choose(mut weights: Vec<f64>, count: usize, rng: &mut Rng) -> Vec<usize> {
    let mut chosen = Vec::with_capacity(count);
    while chosen.len() < count {
        let Some(place) = draw(&weights, rng) else { break };
        if let Some(weight) = weights.get_mut(place) {
            *weight = 0.0;
        }
        chosen.push(place);
    }
    chosen
}
