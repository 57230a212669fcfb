//! What the simulation makes of an item.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use crate::chance::bell;
use crate::themes::themes_of;

/// An item of the catalogue, as far as tastes depend on it. What is not known is
/// empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    /// Year of release.
    pub year: Option<u16>,
    /// Genres by name.
    pub genres: Vec<String>,
    /// Directors and actors by name.
    pub people: Vec<String>,
    /// Country by name.
    pub country: Option<String>,
    /// Running time.
    pub duration_minutes: Option<u16>,
    /// Age rating as in the United States (G, PG, PG-13, R, NC-17); others are taken
    /// as free for all.
    pub age_rating: Option<String>,
    /// Score, 0 to 10.
    pub score: Option<f64>,
    /// How many voted for that score.
    pub votes: Option<u32>,
    /// Description and storyline: themes are found in it.
    pub text: String,
}

/// The catalogue, with what is hidden in it.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) films: Vec<Film>,
    /// By name.
    pub(crate) genres: Names,
    /// By name.
    pub(crate) people: Names,
    /// Of each person, how many items they made.
    pub(crate) works: Vec<u32>,
}

/// Names in order; a place stands for each.
#[derive(Debug)]
pub(crate) struct Names(Vec<String>);

impl Names {
    fn of<'a>(names: impl Iterator<Item = &'a String>) -> Self {
        Self(names.collect::<BTreeSet<_>>().into_iter().cloned().collect())
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.0.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The places of some names, in order and each once; unknown ones are left out.
    fn places(&self, names: &[String]) -> Vec<usize> {
        let places = names.iter().filter_map(|name| self.place(name));
        places.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// An item with what is hidden in it.
#[derive(Debug)]
pub(crate) struct Film {
    pub(crate) year: Option<f64>,
    pub(crate) genre_names: Vec<String>,
    pub(crate) genres: Vec<usize>,
    /// Places in the theme table.
    pub(crate) themes: Vec<usize>,
    pub(crate) people: Vec<usize>,
    pub(crate) country: Option<String>,
    /// Not from the country that most of the catalogue is from.
    pub(crate) is_from_abroad: bool,
    pub(crate) minutes: u64,
    /// Younger ones hardly ever see it.
    pub(crate) from_age: u8,
    /// Stars above or below the middle for everyone.
    pub(crate) quality: f64,
    /// How likely it is met.
    pub(crate) fame: f64,
}

/// Running time where none is known.
const USUAL_MINUTES: u16 = 105;

impl Catalogue {
    /// Takes over the items and draws what is not known: quality and fame.
    pub(crate) fn new(items: &[Item], rng: &mut Rng) -> Self {
        let genres = Names::of(items.iter().flat_map(|item| &item.genres));
        let people = Names::of(items.iter().flat_map(|item| &item.people));
        let mut works = vec![0; people.len()];
        for item in items {
            for place in people.places(&item.people) {
                if let Some(works) = works.get_mut(place) {
                    *works += 1;
                }
            }
        }
        let home = home(items);
        let mean_score = mean(items.iter().filter_map(|item| item.score));
        let film = |item: &Item| Film {
            year: item.year.map(f64::from),
            genre_names: item.genres.clone(),
            genres: genres.places(&item.genres),
            themes: themes_of(&item.text),
            people: people.places(&item.people),
            country: item.country.clone(),
            is_from_abroad: item.country.is_some() && item.country != home,
            minutes: u64::from(item.duration_minutes.unwrap_or(USUAL_MINUTES)),
            from_age: match item.age_rating.as_deref() {
                Some("R" | "NC-17") => 17,
                Some("PG-13") => 11,
                _ => 0,
            },
            quality: 0.0,
            fame: 0.0,
        };
        let mut films: Vec<Film> = items.iter().map(film).collect();
        for (film, item) in films.iter_mut().zip(items) {
            // Drawn in any case, so that a score that becomes known changes one item only.
            let drawn = bell(rng);
            let quality = item.score.map_or(0.18 * drawn, |score| 0.4 * (score - mean_score));
            film.quality = quality.clamp(-1.2, 0.8);
        }
        let votes: Vec<Option<u32>> = items.iter().map(|item| item.votes).collect();
        make_famous(&mut films, &votes, &works, rng);
        Self { films, genres, people, works }
    }
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    values.clone().sum::<f64>() / (values.count().max(1) as f64)
}

/// The country that most items are from.
fn home(items: &[Item]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for country in items.iter().filter_map(|item| item.country.as_deref()) {
        *counts.entry(country).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(name, _)| name.to_owned())
}

/// Says how likely each item is met: a long tail. The item at place n of N meets
/// people in proportion to (n + N / 24) to the power of -1.3 (Zipf and Mandelbrot).
///
/// The places go by points between 0 and about 1: the share of items with fewer
/// votes, where votes are known; else points for being from home, for how many other
/// items its people have made, and for being new. Some luck is added to both.
fn make_famous(films: &mut [Film], votes: &[Option<u32>], works: &[u32], rng: &mut Rng) {
    let n = films.len() as f64;
    let mut known: Vec<u32> = votes.iter().copied().flatten().collect();
    known.sort_unstable();
    let other_works = |film: &Film| -> f64 {
        let of = |person: &usize| works.get(*person).map_or(0.0, |works| f64::from(works - 1));
        film.people.iter().map(of).sum()
    };
    let most = films.iter().map(other_works).fold(1.0, f64::max);
    let guessed = |film: &Film| {
        let home = if film.country.is_some() && !film.is_from_abroad { 0.35 } else { 0.0 };
        let new = film.year.map_or(0.0, |year| (year - 1930.0) / 300.0).clamp(0.0, 0.3);
        home + new + 0.4 * (other_works(film) / most).sqrt()
    };
    let mut places: Vec<(f64, usize)> = Vec::with_capacity(films.len());
    for (place, (film, votes)) in films.iter().zip(votes).enumerate() {
        let share = votes.map(|own| {
            known.partition_point(|other| *other < own) as f64 / known.len().max(1) as f64
        });
        places.push((share.unwrap_or_else(|| guessed(film)) + 0.08 * bell(rng), place));
    }
    places.sort_by(|(a, at), (b, other)| b.total_cmp(a).then(at.cmp(other)));
    for (rank, (_, place)) in places.into_iter().enumerate() {
        if let Some(film) = films.get_mut(place) {
            film.fame = libm::pow(rank as f64 + 1.0 + n / 24.0, -1.3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::source;

    fn catalogue(items: &[Item]) -> Catalogue {
        Catalogue::new(items, &mut source(7, 0))
    }

    fn item(country: &str, person: &str) -> Item {
        Item { country: Some(country.into()), people: vec![person.into()], ..Item::default() }
    }

    #[test]
    fn home_is_where_most_items_are_from() {
        let items = [item("France", "A"), item("Italy", "A"), item("France", "B"), Item::default()];
        let films = catalogue(&items).films;
        let abroad: Vec<bool> = films.iter().map(|film| film.is_from_abroad).collect();
        assert_eq!(abroad, [false, true, false, false]);
    }

    #[test]
    fn many_votes_make_fame_and_fame_has_a_long_tail() {
        let item = |votes: u32| Item { votes: Some(votes), ..Item::default() };
        let items: Vec<Item> = (0..300).map(|n| item(1000 * n)).collect();
        let films = catalogue(&items).films;
        let sum = |some: &[Film]| some.iter().map(|film| film.fame).sum::<f64>();
        let (tail, head) = films.split_at(200);
        assert!(sum(head) > sum(tail), "{} {}", sum(head), sum(tail));
        assert!(films.iter().all(|film| film.fame > 0.0));
    }

    #[test]
    fn an_empty_catalogue_has_no_films() {
        assert!(catalogue(&[]).films.is_empty());
    }
}
