//! A simulated audience for any catalogue.
//!
//! Nobody in it is real, and nobody rated anything. Since it is made, the truth about
//! it is known: what each user would really like. This is all that is put in.
//!
//! - **People.** An age (8 to 84), a gender and an occupation that the age allows.
//! - **Tastes.** A mixture of three of fourteen profiles that people share (a profile
//!   likes and dislikes genres, themes, times, films from abroad); age, gender and
//!   occupation make some profiles likelier. A fourth profile takes over up to a third
//!   until the last day: tastes drift. Besides, everybody has small likings of their
//!   own for each genre and theme, for the films of their youth, and for five
//!   directors or actors.
//! - **Themes** ("heist", "sea", "christmas") are found in an item's texts by words.
//! - **Quality.** An item's score counts for everyone; where none is known, it is drawn.
//! - **Fame.** A long tail: the item at place n of N is met in proportion to
//!   (n + N / 24) to the power of -1.3. Places go by votes where they are known, else by country, by
//!   how much else its people have made, and by year, with some luck.
//! - **Choice.** An item is chosen in proportion to fame × exp(1.8 × liking) × season,
//!   each once. Age ratings keep most children away.
//! - **Rating.** 3 + liking + quality + the user's habit + noise (deviation 0.6),
//!   rounded, from 1 to 5.
//! - **Activity.** Few watch much, many little (log-normal). Most are there for all of
//!   2023, 2024 and 2025; some join late, some leave.
//! - **Time.** Evenings with one to four films; more in winter and at weekends. Films
//!   with Christmas in them are for December, horror is for October.
//! - **Stories.** A few users may be told beforehand ([`Story`]).
//!
//! The **truth** ([`Simulated::likings`]) is 3 + liking + quality on the last day,
//! between 1 and 5: the rating to expect, less habit and noise. It says nothing of what
//! the user will choose, for that depends on fame and season as well.
//!
//! Everything follows from the catalogue, the settings and the seed, by arithmetic that
//! every processor does alike. Each user has a source of chance of their own: a larger
//! audience begins with the smaller one. The time that one user takes grows with the
//! number of items.

mod calendar;
mod chance;
mod film;
mod profiles;
mod story;
mod taste;
mod themes;
mod truth;
mod user;
mod viewer;

pub use calendar::{DAYS, FIRST_DAY_S};
pub use film::Item;
pub use story::{Days, Story, StoryError, StoryTaste};
pub use truth::closeness;
pub use user::{Gender, User};
pub use viewer::Rating;

use crate::film::Catalogue;
use crate::profiles::PROFILES;
use crate::taste::Taste;
use crate::viewer::Viewer;

/// What an audience is made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many users.
    pub users: u32,
    /// How many items a user rates, in the mean; fewer where the catalogue is small.
    pub ratings_per_user: u32,
    /// What everything random comes from.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { users: 1000, ratings_per_user: 80, seed: 42 }
    }
}

/// An audience, made user by user.
#[derive(Debug)]
pub struct Audience<'a> {
    settings: Settings,
    stories: &'a [Story],
    catalogue: Catalogue,
    /// Of each profile, for each item.
    affinities: Vec<Vec<f64>>,
    /// Of each month, for each item.
    seasons: Vec<Vec<f64>>,
}

/// A user with all that is known of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// Who it is.
    pub user: User,
    /// By time, ties by item. Each item once.
    pub ratings: Vec<Rating>,
    /// The expected liking of every item, 1 to 5.
    pub likings: Vec<f64>,
}

impl<'a> Audience<'a> {
    /// Prepares an audience for these items.
    ///
    /// # Errors
    /// A story cannot be told over this catalogue.
    pub fn new(
        items: &[Item],
        stories: &'a [Story],
        settings: Settings,
    ) -> Result<Self, StoryError> {
        let catalogue = Catalogue::new(items, &mut chance::source(settings.seed, 0));
        story::check(stories, settings.users, &catalogue)?;
        let affinities =
            PROFILES.iter().map(|profile| profile.affinities(&catalogue.films)).collect();
        let seasons = (1..=12).map(|month| calendar::season(&catalogue, month)).collect();
        Ok(Self { settings, stories, catalogue, affinities, seasons })
    }

    /// The users, from the first to the last.
    pub fn users(&self) -> impl ExactSizeIterator<Item = Simulated> {
        // A range of u32 with its end included has no exact size.
        (0..self.settings.users).map(|place| self.user(place + 1))
    }

    /// The user with this number, from 1.
    fn user(&self, id: u32) -> Simulated {
        let rng = &mut chance::source(self.settings.seed, u64::from(id));
        let story = self.stories.iter().find(|story| story.user == id);
        let user = user::user(id, story, rng);
        let drawn = Taste::drawn(&user, &self.catalogue, &self.affinities, rng);
        let told = story.map_or(&[][..], |story| &story.taste);
        let mut tastes: Vec<Taste> =
            told.iter().map(|story| drawn.told(story, &self.catalogue)).collect();
        if tastes.is_empty() {
            tastes.push(drawn);
        }
        let viewer = Viewer {
            user: &user,
            story,
            catalogue: &self.catalogue,
            seasons: &self.seasons,
            tastes: &tastes,
        };
        let ratings = viewer.ratings(&self.settings, rng);
        let likings = (0..self.catalogue.films.len()).map(|film| viewer.liking(film)).collect();
        Simulated { ratings, likings, user }
    }
}

#[cfg(test)]
mod tests;
