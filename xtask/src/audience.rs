//! A simulated audience for the demo's films.
//!
//! Nobody here is real, and nobody rated anything. The rules, in full:
//!
//! - **People.** 300 users with an age (8 to 80), a gender and an occupation that
//!   the age allows. A user's tastes are a number for each genre (that of the age
//!   group, plus one of the user's own), a favourite time of film-making, a few
//!   favourite directors and actors, and a habit of rating high or low.
//! - **Fame.** Films have a long tail: the film at place *n* of the ranking by IMDb
//!   votes is met in proportion to 1 / (n + 6). A film whose votes are not known
//!   takes a random place outside the first third.
//! - **Choice.** A user sees 10 to 60 films, drawn without repetition in proportion
//!   to fame and to how well the film suits the user. Under 17, films rated R or
//!   above are hardly ever seen.
//! - **Rating.** One to five stars: a middle, plus the user's taste for the film,
//!   plus the film's quality (its IMDb score), plus the user's habit, plus noise.
//! - **Time.** 2024 and 2025. More is watched in winter than in summer, most in the
//!   evening; some genres have their month (horror in October).
//!
//! All of it follows from one seed, and only from arithmetic that every processor
//! does alike: no logarithm, no exponential.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

const SEED: u64 = 20_240_101;
const USERS: u32 = 300;
/// 2024-01-01T00:00:00Z, in seconds.
const FIRST_DAY_S: u64 = 1_704_067_200;
const DAY_S: u64 = 86_400;
/// Days of the months of 2024 and of 2025.
const MONTH_DAYS: [[u64; 12]; 2] = [
    [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
    [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
];
/// How much is watched in each month, January first.
const MONTH_WEIGHTS: [f64; 12] = [1.4, 1.2, 1.0, 0.9, 0.8, 0.7, 0.7, 0.8, 0.9, 1.1, 1.3, 1.6];
/// Genres that have their month (1 to 12), and how much more they are watched then.
const GENRE_SEASONS: [(&str, usize, f64); 4] =
    [("Horror", 10, 5.0), ("Romance", 2, 3.0), ("Children's", 12, 2.5), ("Action", 7, 2.0)];

/// Ages from and to (both included), the share of all users, and the tastes that
/// go with the age, in stars.
struct AgeGroup {
    youngest: u8,
    oldest: u8,
    share: f64,
    tastes: &'static [(&'static str, f64)],
}

const AGE_GROUPS: [AgeGroup; 5] = [
    AgeGroup {
        youngest: 8,
        oldest: 12,
        share: 0.07,
        tastes: &[
            ("Animation", 1.2),
            ("Children's", 1.3),
            ("Adventure", 0.6),
            ("Horror", -1.2),
            ("War", -0.8),
        ],
    },
    AgeGroup {
        youngest: 13,
        oldest: 19,
        share: 0.15,
        tastes: &[("Action", 0.6), ("Sci-Fi", 0.5), ("Horror", 0.3), ("Musical", -0.3)],
    },
    AgeGroup {
        youngest: 20,
        oldest: 30,
        share: 0.34,
        tastes: &[("Thriller", 0.4), ("Sci-Fi", 0.4), ("Comedy", 0.3), ("Children's", -0.5)],
    },
    AgeGroup {
        youngest: 31,
        oldest: 60,
        share: 0.34,
        tastes: &[("Drama", 0.4), ("Crime", 0.3), ("Mystery", 0.2), ("Animation", -0.2)],
    },
    AgeGroup {
        youngest: 61,
        oldest: 80,
        share: 0.1,
        tastes: &[("Western", 0.7), ("Musical", 0.6), ("Film-Noir", 0.6), ("Horror", -0.6)],
    },
];
const OCCUPATIONS: [&str; 14] = [
    "administrator",
    "artist",
    "doctor",
    "educator",
    "engineer",
    "executive",
    "homemaker",
    "lawyer",
    "librarian",
    "marketing",
    "programmer",
    "salesman",
    "technician",
    "writer",
];

/// What the simulation knows of a film.
pub(crate) struct Film {
    pub(crate) id: u32,
    pub(crate) year: u16,
    pub(crate) genres: Vec<String>,
    /// Directors and actors.
    pub(crate) people: Vec<String>,
    /// Rated R or above.
    pub(crate) is_for_grown_ups: bool,
    /// IMDb score, 0 to 10.
    pub(crate) score: Option<f64>,
    /// IMDb votes.
    pub(crate) votes: Option<u32>,
}

/// Users and what they rated.
pub(crate) struct Audience {
    /// By id.
    pub(crate) users: Vec<User>,
    /// By user, then time, then film.
    pub(crate) ratings: Vec<Rating>,
}

pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) age: u8,
    pub(crate) gender: &'static str,
    pub(crate) occupation: &'static str,
}

pub(crate) struct Rating {
    pub(crate) user: u32,
    pub(crate) film: u32,
    /// 1 to 5.
    pub(crate) stars: u8,
    /// Seconds since 1970.
    pub(crate) timestamp_s: u64,
}

impl Audience {
    /// How many films have a rating.
    pub(crate) fn films_rated(&self) -> usize {
        self.ratings.iter().map(|rating| rating.film).collect::<BTreeSet<_>>().len()
    }
}

/// Simulates the audience of these films. Same films, same audience.
pub(crate) fn simulate(films: &[Film]) -> Audience {
    let mut rng = Rng::with_seed(SEED);
    let fame = fame(films, &mut rng);
    let genres: BTreeSet<&str> =
        films.iter().flat_map(|film| film.genres.iter().map(String::as_str)).collect();
    let mut audience = Audience { users: Vec::new(), ratings: Vec::new() };
    for id in 1..=USERS {
        let (user, tastes) = user(id, &genres, films, &mut rng);
        let mut ratings = ratings(&user, &tastes, films, &fame, &mut rng);
        ratings.sort_by_key(|rating| (rating.timestamp_s, rating.film));
        audience.ratings.append(&mut ratings);
        audience.users.push(user);
    }
    audience
}

/// How likely each film is met: a long tail over the ranking by votes.
fn fame(films: &[Film], rng: &mut Rng) -> Vec<f64> {
    let mut votes: Vec<u32> = films.iter().filter_map(|film| film.votes).collect();
    votes.sort_unstable_by(|a, b| b.cmp(a));
    let place = |film: &Film, rng: &mut Rng| match film.votes {
        // Scaled up to all films, of which only some have votes.
        Some(own) => votes.partition_point(|&other| other > own) * films.len() / votes.len(),
        None => rng.usize(films.len() / 3..films.len()),
    };
    films.iter().map(|film| 1.0 / (place(film, rng) as f64 + 6.0)).collect()
}

/// What a user likes. All in stars: how much it moves a rating.
struct Tastes<'a> {
    genres: BTreeMap<&'a str, f64>,
    people: Vec<&'a str>,
    year: f64,
    habit: f64,
}

impl Tastes<'_> {
    /// How a film suits the user, in stars above or below the middle.
    fn suits(&self, film: &Film) -> f64 {
        let liking = |genre: &String| self.genres.get(genre.as_str()).copied().unwrap_or(0.0);
        let genres = film.genres.iter().map(liking).sum::<f64>() / film.genres.len().max(1) as f64;
        let is_favourite = |person: &&String| self.people.contains(&person.as_str());
        let people = film.people.iter().filter(is_favourite).count().min(2) as f64;
        // Half a star for the favourite time, falling to nothing over thirty years.
        let era = (0.5 - (f64::from(film.year) - self.year).abs() / 60.0).max(-0.4);
        1.3 * genres + 0.6 * people + era
    }
}

fn user<'a>(
    id: u32,
    genres: &BTreeSet<&'a str>,
    films: &'a [Film],
    rng: &mut Rng,
) -> (User, Tastes<'a>) {
    let shares: Vec<f64> = AGE_GROUPS.iter().map(|group| group.share).collect();
    let group = &AGE_GROUPS[draw(&shares, rng)];
    let age = rng.u8(group.youngest..=group.oldest);
    let gender = if rng.f64() < 0.54 { "M" } else { "F" };
    let occupation = match age {
        ..=18 => "student",
        19..=24 if rng.f64() < 0.5 => "student",
        66.. if rng.f64() < 0.85 => "retired",
        _ => OCCUPATIONS[rng.usize(0..OCCUPATIONS.len())],
    };
    let genres = genres.iter().map(|&genre| {
        let of_the_group = group.tastes.iter().find(|taste| taste.0 == genre);
        (genre, of_the_group.map_or(0.0, |taste| taste.1) + bell(rng))
    });
    let genres = genres.collect();
    let people = (0..4).filter_map(|_| {
        let film = &films[rng.usize(0..films.len())];
        (!film.people.is_empty()).then(|| film.people[rng.usize(0..film.people.len())].as_str())
    });
    let people = people.collect();
    // The time of one's youth, give or take.
    let year = 2010.0 - f64::from(age) * 0.6 + 12.0 * bell(rng);
    let tastes = Tastes { genres, people, year, habit: 0.3 * bell(rng) };
    (User { id, age, gender, occupation }, tastes)
}

fn ratings(
    user: &User,
    tastes: &Tastes<'_>,
    films: &[Film],
    fame: &[f64],
    rng: &mut Rng,
) -> Vec<Rating> {
    let weight = |film: &Film, fame: f64| {
        let suits = (1.5 + tastes.suits(film)).max(0.15);
        let allowed = if film.is_for_grown_ups && user.age < 17 { 0.02 } else { 1.0 };
        fame * suits * suits * allowed
    };
    let mut weights: Vec<f64> =
        films.iter().zip(fame).map(|(film, &fame)| weight(film, fame)).collect();
    // Few see many films, many see few; nobody sees more than three in five.
    let share = rng.f64();
    let count = (10.0 + 50.0 * (0.6 * share + 0.4 * share * share)) as usize;
    let count = count.min(films.len() * 3 / 5);
    (0..count)
        .map(|_| {
            let chosen = draw(&weights, rng);
            weights[chosen] = 0.0;
            let film = &films[chosen];
            let quality = film.score.map_or(0.0, |score| 0.4 * (score - 7.6));
            let stars = 2.8 + tastes.suits(film) + quality + tastes.habit + 0.6 * bell(rng);
            Rating {
                user: user.id,
                film: film.id,
                stars: stars.round().clamp(1.0, 5.0) as u8,
                timestamp_s: time(film, rng),
            }
        })
        .collect()
}

/// When a film is watched: a month by season, a day of it, mostly an evening.
fn time(film: &Film, rng: &mut Rng) -> u64 {
    let weights: Vec<f64> = (0..24)
        .map(|month| {
            let of_the_genre = GENRE_SEASONS.iter().filter(|(genre, its_month, _)| {
                *its_month == month % 12 + 1 && film.genres.iter().any(|own| own == genre)
            });
            MONTH_WEIGHTS[month % 12] * of_the_genre.map(|season| season.2).product::<f64>()
        })
        .collect();
    let month = draw(&weights, rng);
    let days = MONTH_DAYS.as_flattened();
    let day = days[..month].iter().sum::<u64>() + rng.u64(0..days[month]);
    let hour = if rng.f64() < 0.8 { rng.u64(18..24) } else { rng.u64(9..18) };
    FIRST_DAY_S + day * DAY_S + hour * 3600 + rng.u64(0..3600)
}

/// An index, in proportion to the weights.
fn draw(weights: &[f64], rng: &mut Rng) -> usize {
    let mut left = rng.f64() * weights.iter().sum::<f64>();
    for (index, &weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return index;
        }
    }
    // Rounding can leave a hair: the last that may be drawn at all.
    weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0)
}

/// A number around zero with a deviation of one, bell-shaped: the sum of twelve
/// even ones (Irwin–Hall).
fn bell(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn films() -> Vec<Film> {
        let film = |id: u32| Film {
            id,
            year: 1990,
            genres: vec![if id.is_multiple_of(2) { "Comedy" } else { "Horror" }.to_owned()],
            people: vec![format!("Person {}", id % 7)],
            is_for_grown_ups: id.is_multiple_of(3),
            score: (id > 5).then_some(7.0),
            votes: (id > 5).then_some(1000 * id),
        };
        (1..=100).map(film).collect()
    }

    #[test]
    fn every_age_group_and_both_genders_are_there() {
        let audience = simulate(&films());
        for group in AGE_GROUPS {
            for gender in ["F", "M"] {
                let is_one = |user: &&User| {
                    (group.youngest..=group.oldest).contains(&user.age) && user.gender == gender
                };
                let count = audience.users.iter().filter(is_one).count();
                assert!(count >= 3, "{count} {gender} from {} years", group.youngest);
            }
        }
    }

    #[test]
    fn nobody_rates_a_film_twice_and_all_times_are_of_the_two_years() {
        let audience = simulate(&films());
        let mut seen = BTreeSet::new();
        for rating in &audience.ratings {
            assert!(seen.insert((rating.user, rating.film)));
            assert!((1..=5).contains(&rating.stars));
            assert!((FIRST_DAY_S..FIRST_DAY_S + 731 * DAY_S).contains(&rating.timestamp_s));
        }
    }
}
