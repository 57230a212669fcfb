//! Questions to click on: those that the bundle brings, or made of what it holds.

use std::cmp::Reverse;

use itertools::Itertools;
use usher_bundle::sections::ArchivedCatalog;
use usher_bundle::{ArchivedColumn, Bundle, UserRow};
use usher_protocol::Example;

/// A few questions of different kinds that this bundle can answer.
pub(crate) fn of(bundle: &Bundle) -> Vec<Example> {
    let brought = &bundle.manifest().examples;
    if !brought.is_empty() {
        return brought.clone();
    }
    let made = made_up(bundle).into_iter();
    made.map(|question| Example { question, kind: None }).collect()
}

fn made_up(bundle: &Bundle) -> Vec<String> {
    let catalog = bundle.catalog();
    let mut questions = Vec::new();
    let users = lively_users(bundle, 4);
    let user = |n: usize| users.get(n).or(users.first()).copied();
    if let Some(user) = user(0) {
        questions.push(format!("Recommend some movies to user {user}"));
    }
    if let (Some(user), Some(actor)) = (user(1), best_known(catalog, &catalog.actors)) {
        questions.push(format!("Recommend a {actor} movie to user {user}"));
    }
    let genre = best_known(catalog, &catalog.genres);
    if let (Some(user), Some(genre)) = (user(2), genre) {
        questions.push(format!("Recommend 3 {} movies to user {user}", genre.to_lowercase()));
    }
    if let Some(director) = best_known(catalog, &catalog.directors) {
        questions.push(format!("Which movies are directed by {director}?"));
    }
    if let Some(user) = user(3) {
        questions.push(format!("What has user {user} watched?"));
    }
    if let Some(genre) = genre {
        questions.push(format!("What is the ideal length for {} movies?", genre.to_lowercase()));
    }
    questions
}

/// Ids of the first users with enough of a history to be interesting; in a small
/// catalogue, of those with the longest.
fn lively_users(bundle: &Bundle, n: usize) -> Vec<&str> {
    const ENOUGH: u32 = 10;
    let users = &bundle.catalog().users;
    let history = |user: &UserRow| users.n_ratings(*user);
    let some = (0..users.n_users() as u32).map(UserRow).filter(|user| history(user) > 0);
    // Among those with enough, the first ones.
    some.k_smallest_by_key(n, |user| (Reverse(history(user).min(ENOUGH)), *user))
        .map(|user| users.id(user))
        .collect()
}

/// The name whose items have the most ratings: one that people know.
fn best_known<'a>(catalog: &ArchivedCatalog, column: &'a ArchivedColumn) -> Option<&'a str> {
    let mut ratings = vec![0_u64; column.names.len()];
    for item in catalog.rows() {
        for name in column.rows.row(item.index()) {
            if let Some(sum) = ratings.get_mut(name.to_native() as usize) {
                *sum += u64::from(catalog.n_ratings(item));
            }
        }
    }
    let most = ratings.iter().copied().max().filter(|most| *most > 0)?;
    let first = ratings.iter().position(|sum| *sum == most)?;
    column.name(first as u32)
}
