//! Users whose lives are told beforehand: stories worth finding in the data.

use serde::Deserialize;

use crate::calendar::FIRST_YEAR;
use crate::film::{Catalogue, Film};
use crate::themes;
use crate::user::Gender;

/// One user with a story. What it does not say is drawn as for everybody.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Which user it is: a number from 1 to the size of the audience.
    pub user: u32,
    /// What it is called.
    pub name: String,
    /// What somebody who looks may find, in words. The simulation does not read it.
    pub tells: String,
    /// Years.
    pub age: Option<u8>,
    /// `F` or `M`.
    pub gender: Option<Gender>,
    /// In a word.
    pub occupation: Option<String>,
    /// How many films are rated; fewer, if no more fit.
    pub ratings: Option<u32>,
    /// Stars above or below what others would give.
    pub habit: Option<f64>,
    /// Every film is given these stars, 1 to 5.
    pub always: Option<u8>,
    /// Months in which films are watched, 1 to 12; all if empty.
    #[serde(default)]
    pub months: Vec<u8>,
    /// Whether age ratings are ignored.
    #[serde(default)]
    pub ignores_age_ratings: bool,
    /// Tastes. Each evening follows one of those that fit the day; with several that
    /// fit, one by chance. Without any, the tastes are drawn as for everybody.
    #[serde(default)]
    pub taste: Vec<StoryTaste>,
}

/// A taste: what is named is liked, the more of it the better.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StoryTaste {
    /// Any of these genres.
    #[serde(default)]
    pub genres: Vec<String>,
    /// None of these genres.
    #[serde(default)]
    pub without: Vec<String>,
    /// Any of these themes.
    #[serde(default)]
    pub themes: Vec<String>,
    /// Any of these directors and actors.
    #[serde(default)]
    pub people: Vec<String>,
    /// Any of these countries.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Made between these years, both included.
    pub made: Option<[u16; 2]>,
    /// How much it counts beside what was drawn: 1 rules nearly every evening.
    #[serde(default = "full")]
    pub strength: f64,
    /// Nothing else is watched.
    #[serde(default)]
    pub only: bool,
    /// The years in which this is the taste; all if empty.
    #[serde(default)]
    pub in_years: Vec<u16>,
    /// The days on which it is.
    #[serde(default)]
    pub on: Days,
    /// The hours of the day at which a film is begun, first and last, 0 to 23.
    pub hours: Option<[u8; 2]>,
}

fn full() -> f64 {
    1.0
}

/// A taste that names nothing.
impl Default for StoryTaste {
    fn default() -> Self {
        Self {
            genres: Vec::new(),
            without: Vec::new(),
            themes: Vec::new(),
            people: Vec::new(),
            countries: Vec::new(),
            made: None,
            strength: full(),
            only: false,
            in_years: Vec::new(),
            on: Days::Any,
            hours: None,
        }
    }
}

/// Days of the week.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Days {
    /// All of them.
    #[default]
    Any,
    /// Monday to Friday.
    Workdays,
    /// Saturday and Sunday.
    Weekends,
}

/// A story that cannot be told over a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoryError {
    /// The user is not in the audience.
    #[error(
        "the story {story:?} is of user {user}, and there are users 1 to {users}: make the audience larger, or give the story another user"
    )]
    NoSuchUser {
        /// The story.
        story: String,
        /// Its user.
        user: u32,
        /// How many there are.
        users: u32,
    },
    /// Two stories are of one user.
    #[error(
        "the stories {first:?} and {second:?} are of the same user {user}: give one of them another user"
    )]
    SameUser {
        /// One of them.
        first: String,
        /// The other.
        second: String,
        /// Their user.
        user: u32,
    },
    /// A name that the catalogue does not have.
    #[error(
        "the story {story:?} names the {what} {name:?}, and no item has it: write it as the catalogue does"
    )]
    Unknown {
        /// The story.
        story: String,
        /// Kind of name.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A number that cannot be.
    #[error("the story {story:?} has an impossible {what}: give {takes}")]
    Impossible {
        /// The story.
        story: String,
        /// The field.
        what: &'static str,
        /// What it takes.
        takes: &'static str,
    },
}

/// Looks whether all stories can be told.
pub(crate) fn check(
    stories: &[Story],
    users: u32,
    catalogue: &Catalogue,
) -> Result<(), StoryError> {
    for (place, story) in stories.iter().enumerate() {
        let name = || story.name.clone();
        if !(1..=users).contains(&story.user) {
            return Err(StoryError::NoSuchUser { story: name(), user: story.user, users });
        }
        if let Some(other) = stories.iter().take(place).find(|other| other.user == story.user) {
            let first = other.name.clone();
            return Err(StoryError::SameUser { first, second: name(), user: story.user });
        }
        let impossible = |what, takes| StoryError::Impossible { story: name(), what, takes };
        if story.months.iter().any(|month| !(1..=12).contains(month)) {
            return Err(impossible("month", "numbers from 1 to 12"));
        }
        if story.always.is_some_and(|stars| !(1..=5).contains(&stars)) {
            return Err(impossible("always", "stars from 1 to 5"));
        }
        if story.habit.is_some_and(|habit| !(-4.0..=4.0).contains(&habit)) {
            return Err(impossible("habit", "stars from -4 to 4"));
        }
        if story.age.is_some_and(|age| age > 120) {
            return Err(impossible("age", "years from 0 to 120"));
        }
        story.taste.iter().try_for_each(|taste| taste.check(story, catalogue))?;
    }
    Ok(())
}

impl StoryTaste {
    fn check(&self, story: &Story, catalogue: &Catalogue) -> Result<(), StoryError> {
        let impossible =
            |what, takes| StoryError::Impossible { story: story.name.clone(), what, takes };
        if self.hours.is_some_and(|[first, last]| first > last || last > 23) {
            return Err(impossible("hours", "the first and the last, from 0 to 23"));
        }
        if !(0.0..=2.0).contains(&self.strength) {
            return Err(impossible("strength", "a number from 0 to 2"));
        }
        if self.made.is_some_and(|[first, last]| first > last) {
            return Err(impossible("made", "the first year and the last"));
        }
        if self.in_years.iter().any(|year| !(FIRST_YEAR..FIRST_YEAR + 3).contains(year)) {
            return Err(impossible("in_years", "years from 2023 to 2025"));
        }
        let has_country =
            |name: &str| catalogue.films.iter().any(|film| film.country.as_deref() == Some(name));
        let unknown = |what: &'static str, names: &[String], is_known: &dyn Fn(&str) -> bool| {
            let name = names.iter().find(|name| !is_known(name))?.clone();
            Some(StoryError::Unknown { story: story.name.clone(), what, name })
        };
        let is_genre = |name: &str| catalogue.genres.place(name).is_some();
        let problem = unknown("genre", &self.genres, &is_genre)
            .or_else(|| unknown("genre", &self.without, &is_genre))
            .or_else(|| unknown("theme", &self.themes, &|name| themes::place(name).is_some()))
            .or_else(|| {
                unknown("person", &self.people, &|name| catalogue.people.place(name).is_some())
            })
            .or_else(|| unknown("country", &self.countries, &has_country));
        problem.map_or(Ok(()), Err)
    }

    /// How much of what is named a film has, from 0 to 1.
    pub(crate) fn share(&self, film: &Film, catalogue: &Catalogue) -> f64 {
        if self.without.iter().any(|genre| film.genre_names.contains(genre)) {
            return 0.0;
        }
        let is_of = |names: &[String], has: &dyn Fn(&String) -> bool| {
            (!names.is_empty()).then(|| names.iter().any(has))
        };
        let person = |name: &String| {
            catalogue.people.place(name).is_some_and(|place| film.people.contains(&place))
        };
        let theme =
            |name: &String| themes::place(name).is_some_and(|place| film.themes.contains(&place));
        let made = self.made.map(|[first, last]| {
            film.year.is_some_and(|year| (f64::from(first)..=f64::from(last)).contains(&year))
        });
        let answers = [
            is_of(&self.genres, &|genre| film.genre_names.contains(genre)),
            is_of(&self.themes, &theme),
            is_of(&self.people, &person),
            is_of(&self.countries, &|country| film.country.as_ref() == Some(country)),
            made,
        ];
        let asked = answers.iter().flatten().count();
        let fulfilled = answers.iter().flatten().filter(|answer| **answer).count();
        if asked == 0 { 1.0 } else { fulfilled as f64 / asked as f64 }
    }
}
