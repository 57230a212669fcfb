//! What the tools compute, computed from the plain rows as slowly and obviously as
//! can be, after the words of the tools' contract. Items and users are places in
//! the [`Dataset`], which is the order of their ids.

use usher_tools::{Bounds, Conditions, Match};

use crate::dataset::{Dataset, Item, LIKE_THRESHOLD};

/// The groups of users that there are, each with whom it holds: ages in years from
/// and to, or a gender.
pub const GROUPS: [(&str, Member); 7] = [
    ("kid", Member::Aged(0, 12)),
    ("teenager", Member::Aged(13, 19)),
    ("young_adult", Member::Aged(20, 30)),
    ("adult", Member::Aged(31, 60)),
    ("senior", Member::Aged(61, u8::MAX)),
    ("male", Member::Of("male")),
    ("female", Member::Of("female")),
];

/// Whom a group holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// Users from this age to that one, in years.
    Aged(u8, u8),
    /// Users of this gender.
    Of(&'static str),
}

/// The items that fulfil all conditions, rising.
#[must_use]
pub fn filter(dataset: &Dataset, conditions: &Conditions) -> Vec<usize> {
    let places = 0..dataset.items.len();
    places.filter(|at| fulfils(&dataset.items[*at], conditions)).collect()
}

/// Conditions on different fields are joined by *and*; the names of a list by what
/// is asked.
fn fulfils(item: &Item, conditions: &Conditions) -> bool {
    let mut fulfilled = Vec::new();
    for (asked, has) in [
        (&conditions.actors, &item.actors),
        (&conditions.genres, &item.genres),
        (&conditions.directors, &item.directors),
        (&conditions.producers, &item.producers),
    ] {
        let hits = asked.iter().filter(|name| has.contains(name)).count();
        fulfilled.push(match conditions.matching {
            _ if asked.is_empty() => true,
            Match::All => hits == asked.len(),
            Match::Any => hits > 0,
        });
    }
    if conditions.country.is_some() {
        fulfilled.push(item.country == conditions.country);
    }
    if conditions.age_rating.is_some() {
        fulfilled.push(item.age_rating == conditions.age_rating);
    }
    for (bounds, value) in [
        (conditions.year, item.year.map(f64::from)),
        (conditions.month, item.month.map(f64::from)),
        (conditions.duration_minutes, item.duration_minutes.map(f64::from)),
        (conditions.imdb_rating, item.imdb_rating_hundredths.map(|x| f64::from(x) / 100.0)),
    ] {
        fulfilled.push(match (bounds, value) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(Bounds::Higher(than)), Some(x)) => x > than,
            (Some(Bounds::Lower(than)), Some(x)) => x < than,
            (Some(Bounds::Exact(y)), Some(x)) => x == y,
            (Some(Bounds::Between(from, to)), Some(x)) => x >= from && x <= to,
        });
    }
    fulfilled.iter().all(|it| *it)
}

/// Whether a user belongs to groups: those of one kind are united, those of two
/// kinds intersected. No groups: everyone does.
#[must_use]
pub fn belongs(dataset: &Dataset, user: usize, groups: &[&str]) -> bool {
    let user = &dataset.users[user];
    let (mut ages, mut genders) = (Vec::new(), Vec::new());
    for (name, member) in GROUPS {
        if groups.contains(&name) {
            match member {
                Member::Aged(from, to) => {
                    ages.push(user.age.is_some_and(|age| age >= from && age <= to));
                }
                Member::Of(gender) => genders.push(user.gender.as_deref() == Some(gender)),
            }
        }
    }
    (ages.is_empty() || ages.contains(&true)) && (genders.is_empty() || genders.contains(&true))
}

/// How many users of the groups rated an item.
#[must_use]
pub fn n_ratings(dataset: &Dataset, item: usize, groups: &[&str]) -> u32 {
    let mut count = 0;
    for interaction in &dataset.interactions {
        if interaction.item == item && belongs(dataset, interaction.user, groups) {
            count += 1;
        }
    }
    count
}

/// Items with their counts, the highest first, ties by id.
#[must_use]
pub fn most_rated(dataset: &Dataset, items: &[usize], groups: &[&str]) -> Vec<(usize, u32)> {
    let mut counted: Vec<(usize, u32)> =
        items.iter().map(|item| (*item, n_ratings(dataset, *item, groups))).collect();
    counted.sort();
    // Stable: among equals the order of ids remains.
    counted.sort_by_key(|(_, count)| u32::MAX - count);
    counted
}

/// The popular ones of some candidates, most rated first: those without a rating
/// are left out, and then a count must reach the .75 quantile of what remains.
#[must_use]
pub fn popular(dataset: &Dataset, candidates: &[usize], groups: &[&str]) -> Vec<(usize, u32)> {
    let mut rated = most_rated(dataset, candidates, groups);
    rated.retain(|(_, count)| *count > 0);
    let mut counts: Vec<f64> = rated.iter().map(|(_, count)| f64::from(*count)).collect();
    counts.sort_by(f64::total_cmp);
    if counts.is_empty() {
        return rated;
    }
    // The quantile lies at this place of the rising counts, on the line between the
    // two around it.
    let place = 0.75 * (counts.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(counts.len() - 1);
    let quantile = counts[below] + (counts[above] - counts[below]) * (place - below as f64);
    rated.retain(|(_, count)| f64::from(*count) >= quantile);
    rated
}

/// How many users rated any of some items, and how many of them liked any.
#[must_use]
pub fn interested(dataset: &Dataset, items: &[usize]) -> (usize, usize) {
    let with = |least: f32| {
        let users = 0..dataset.users.len();
        let did = |user: &usize| {
            let mut all = dataset.interactions.iter();
            all.any(|it| it.user == *user && items.contains(&it.item) && it.rating >= least)
        };
        users.filter(did).count()
    };
    (with(f32::MIN), with(LIKE_THRESHOLD))
}

/// A part of the users in percent, with two decimals.
#[must_use]
pub fn percentage(dataset: &Dataset, users: usize) -> f64 {
    let all = dataset.users.len();
    let hundredths = (2 * 10_000 * users + all) / (2 * all);
    hundredths as f64 / 100.0
}

/// A user's ratings as places in [`Dataset::interactions`]: newest first, then
/// those whose time is not known; ties by item.
#[must_use]
pub fn history(dataset: &Dataset, user: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..dataset.interactions.len()).collect();
    places.retain(|at| dataset.interactions[*at].user == user);
    places.sort_by_key(|at| {
        let interaction = &dataset.interactions[*at];
        (interaction.time.is_none(), interaction.time.map(|time| -time), interaction.item)
    });
    places
}

/// Whether a user rated an item.
#[must_use]
pub fn has_seen(dataset: &Dataset, user: usize, item: usize) -> bool {
    dataset.interactions.iter().any(|it| it.user == user && it.item == item)
}

/// The `k` candidates with the best scores, best first, ties by id: the best is
/// taken again and again.
#[must_use]
pub fn top_k(scores: &[f64], candidates: &[usize], k: usize) -> Vec<usize> {
    let mut left = candidates.to_vec();
    left.sort_unstable();
    let mut best: Vec<usize> = Vec::new();
    while best.len() < k && !left.is_empty() {
        let mut first = 0;
        for at in 1..left.len() {
            if scores[left[at]] > scores[left[first]] {
                first = at;
            }
        }
        best.push(left.remove(first));
    }
    best
}

/// The share of a user's unseen items that score lower, in whole percent, rounded
/// down.
#[must_use]
pub fn fit(dataset: &Dataset, user: usize, scores: &[f64], score: f64) -> usize {
    let mut unseen: Vec<usize> = (0..dataset.items.len()).collect();
    unseen.retain(|item| !has_seen(dataset, user, *item));
    let lower = unseen.iter().filter(|item| scores[**item] < score).count();
    if unseen.is_empty() { 0 } else { 100 * lower / unseen.len() }
}
