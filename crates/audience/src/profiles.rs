//! The tastes that people share: each user's is a mixture of a few of these.
//!
//! A profile gives an item so many points for each of its genres (their mean), for
//! each of its themes, for the time it was made in, and for coming from abroad. Over
//! a catalogue the points of a profile are then brought to mean 0 and deviation 1,
//! so that no profile is louder than another.

use crate::film::Film;
use crate::themes;

/// A taste that people share.
pub(crate) struct Profile {
    genres: &'static [(&'static str, f64)],
    themes: &'static [(&'static str, f64)],
    era: Era,
    abroad: f64,
    /// How common it is among kids (up to 12), teenagers, young adults (20–30),
    /// adults and seniors (from 61).
    ages: [f64; 5],
    /// How much more common it is among women than among men.
    women: f64,
    /// Occupations in which it is three times as common.
    occupations: &'static [&'static str],
}

/// The time of film-making that a profile likes.
enum Era {
    Any,
    /// Points for films up to the first year, fewer to none at the second.
    Before(f64, f64),
    /// Points for films from the second year, fewer to none at the first.
    After(f64, f64),
}

impl Era {
    fn points(&self, year: f64) -> f64 {
        let share = match self {
            Self::Any => 0.0,
            Self::Before(full, none) => (none - year) / (none - full),
            Self::After(none, full) => (year - none) / (full - none),
        };
        share.clamp(0.0, 1.0)
    }
}

/// All profiles.
pub(crate) const PROFILES: [Profile; 14] = [
    // Thrills.
    Profile {
        genres: &[
            ("Action", 1.3),
            ("Thriller", 0.7),
            ("Adventure", 0.4),
            ("Romance", -0.5),
            ("Musical", -0.7),
        ],
        themes: &[("revenge", 0.3), ("heist", 0.2)],
        era: Era::Any,
        abroad: -0.2,
        ages: [0.3, 1.6, 1.5, 1.0, 0.4],
        women: 0.7,
        occupations: &["salesman", "technician"],
    },
    // Other worlds.
    Profile {
        genres: &[("Sci-Fi", 1.4), ("Fantasy", 0.6), ("Adventure", 0.3), ("Drama", -0.3)],
        themes: &[("space", 0.5), ("machines", 0.5)],
        era: Era::Any,
        abroad: 0.0,
        ages: [0.8, 1.5, 1.4, 0.9, 0.3],
        women: 0.8,
        occupations: &["programmer", "engineer", "student"],
    },
    // Family evening.
    Profile {
        genres: &[
            ("Animation", 1.0),
            ("Children's", 1.2),
            ("Fantasy", 0.3),
            ("Adventure", 0.3),
            ("Horror", -1.2),
            ("Crime", -0.6),
        ],
        themes: &[("animals", 0.4), ("christmas", 0.3)],
        era: Era::Any,
        abroad: 0.0,
        ages: [6.0, 0.5, 0.3, 1.2, 0.5],
        women: 1.1,
        occupations: &["homemaker", "educator"],
    },
    // Romance.
    Profile {
        genres: &[
            ("Romance", 1.4),
            ("Comedy", 0.3),
            ("Drama", 0.2),
            ("Horror", -0.8),
            ("War", -0.5),
            ("Action", -0.4),
        ],
        themes: &[("love", 0.4)],
        era: Era::Any,
        abroad: 0.0,
        ages: [0.1, 1.0, 1.2, 1.0, 0.9],
        women: 1.6,
        occupations: &["marketing"],
    },
    // Laughter.
    Profile {
        genres: &[("Comedy", 1.4), ("War", -0.4), ("Horror", -0.3), ("Drama", -0.3)],
        themes: &[],
        era: Era::Any,
        abroad: -0.1,
        ages: [1.2, 1.3, 1.2, 1.0, 0.8],
        women: 1.0,
        occupations: &["salesman", "marketing"],
    },
    // Dread.
    Profile {
        genres: &[
            ("Horror", 1.6),
            ("Thriller", 0.4),
            ("Mystery", 0.3),
            ("Children's", -0.6),
            ("Musical", -0.5),
        ],
        themes: &[("ghosts and monsters", 0.4)],
        era: Era::Any,
        abroad: 0.1,
        ages: [0.0, 1.3, 1.1, 0.5, 0.15],
        women: 0.9,
        occupations: &["student"],
    },
    // Crime.
    Profile {
        genres: &[
            ("Crime", 1.1),
            ("Film-Noir", 0.8),
            ("Mystery", 0.7),
            ("Thriller", 0.4),
            ("Children's", -0.5),
        ],
        themes: &[("detection", 0.5), ("heist", 0.4), ("court and prison", 0.2)],
        era: Era::Any,
        abroad: 0.0,
        ages: [0.0, 0.4, 1.0, 1.3, 1.2],
        women: 1.1,
        occupations: &["lawyer", "librarian"],
    },
    // The old masters.
    Profile {
        genres: &[("Film-Noir", 0.4), ("Musical", 0.2), ("Sci-Fi", -0.3), ("Action", -0.3)],
        themes: &[],
        era: Era::Before(1955.0, 1980.0),
        abroad: 0.1,
        ages: [0.0, 0.1, 0.4, 0.9, 2.2],
        women: 1.0,
        occupations: &["librarian", "writer", "retired"],
    },
    // From abroad.
    Profile {
        genres: &[("Drama", 0.4), ("Action", -0.4)],
        themes: &[],
        era: Era::Any,
        abroad: 1.6,
        ages: [0.0, 0.2, 1.0, 1.0, 0.7],
        women: 1.1,
        occupations: &["artist", "writer", "educator"],
    },
    // The frontier.
    Profile {
        genres: &[("Western", 1.4), ("War", 0.7), ("Adventure", 0.4), ("Romance", -0.3)],
        themes: &[("war", 0.3), ("revenge", 0.2), ("journey", 0.2)],
        era: Era::Any,
        abroad: 0.0,
        ages: [0.1, 0.3, 0.4, 0.9, 1.8],
        women: 0.5,
        occupations: &["retired", "executive"],
    },
    // Serious matters.
    Profile {
        genres: &[
            ("Drama", 1.1),
            ("War", 0.4),
            ("Action", -0.5),
            ("Sci-Fi", -0.4),
            ("Comedy", -0.3),
        ],
        themes: &[("family", 0.4), ("court and prison", 0.4), ("newsroom and power", 0.3)],
        era: Era::Any,
        abroad: 0.2,
        ages: [0.0, 0.4, 1.0, 1.4, 1.2],
        women: 1.2,
        occupations: &["doctor", "educator", "lawyer"],
    },
    // What is real.
    Profile {
        genres: &[("Documentary", 1.8), ("War", 0.2), ("Fantasy", -0.6)],
        themes: &[("newsroom and power", 0.3)],
        era: Era::Any,
        abroad: 0.1,
        ages: [0.1, 0.2, 0.6, 0.9, 1.0],
        women: 1.0,
        occupations: &["educator", "scientist", "retired"],
    },
    // Song and dance.
    Profile {
        genres: &[("Musical", 1.5), ("Romance", 0.3), ("Animation", 0.2), ("Crime", -0.3)],
        themes: &[("stage", 0.6)],
        era: Era::Any,
        abroad: 0.0,
        ages: [1.0, 0.7, 0.7, 0.8, 1.2],
        women: 1.5,
        occupations: &["artist", "homemaker"],
    },
    // What is new.
    Profile {
        genres: &[("Thriller", 0.2), ("Western", -0.3), ("Film-Noir", -0.4)],
        themes: &[],
        era: Era::After(1985.0, 2010.0),
        abroad: 0.0,
        ages: [1.5, 2.0, 1.6, 0.7, 0.1],
        women: 1.0,
        occupations: &["student"],
    },
];

impl Profile {
    /// The points of an item, before they are brought to one scale.
    fn points(&self, film: &Film) -> f64 {
        let of = |genre: &String| self.genres.iter().find(|(name, _)| name == genre);
        let genres: f64 = film.genre_names.iter().filter_map(of).map(|(_, points)| points).sum();
        let themes: f64 = self
            .themes
            .iter()
            .filter(|(name, _)| themes::place(name).is_some_and(|at| film.themes.contains(&at)))
            .map(|(_, points)| points)
            .sum();
        let era = film.year.map_or(0.0, |year| self.era.points(year));
        let abroad = if film.is_from_abroad { self.abroad } else { 0.0 };
        genres / (film.genre_names.len().max(1) as f64) + themes + era + abroad
    }

    /// The points of every item, with mean 0 and deviation 1 over the catalogue.
    pub(crate) fn affinities(&self, films: &[Film]) -> Vec<f64> {
        let mut points: Vec<f64> = films.iter().map(|film| self.points(film)).collect();
        let n = points.len().max(1) as f64;
        let mean = points.iter().sum::<f64>() / n;
        points.iter_mut().for_each(|points| *points -= mean);
        let deviation = (points.iter().map(|points| points * points).sum::<f64>() / n).sqrt();
        // A profile that sees no difference between the items has none to add.
        let scale = if deviation > 1e-9 { 1.0 / deviation } else { 0.0 };
        points.iter_mut().for_each(|points| *points *= scale);
        points
    }

    /// How common it is among people like these.
    pub(crate) fn share(&self, age_group: usize, is_woman: bool, occupation: &str) -> f64 {
        let age = self.ages.get(age_group).copied().unwrap_or(1.0);
        let gender = if is_woman { self.women } else { 1.0 };
        let occupation = if self.occupations.contains(&occupation) { 3.0 } else { 1.0 };
        age * gender * occupation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_of_profiles_are_themes() {
        for profile in &PROFILES {
            for (name, _) in profile.themes {
                assert!(themes::place(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn every_age_has_several_profiles() {
        for group in 0..5 {
            let common = PROFILES.iter().filter(|profile| profile.share(group, true, "") > 0.2);
            assert!(common.count() >= 4, "group {group}");
        }
    }

    #[test]
    fn eras_end_softly() {
        let old = Era::Before(1950.0, 1980.0);
        assert_eq!([1920.0, 1965.0, 1990.0].map(|year| old.points(year)), [1.0, 0.5, 0.0]);
        let new = Era::After(1980.0, 2000.0);
        assert_eq!([1970.0, 1990.0, 2020.0].map(|year| new.points(year)), [0.0, 0.5, 1.0]);
        assert_eq!(Era::Any.points(2000.0), 0.0);
    }
}
