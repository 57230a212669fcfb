//! The three years in which the audience watches, and its seasons.

use crate::film::{Catalogue, Film};
use crate::themes;

/// 2023-01-01T00:00:00Z, a Sunday, in Unix seconds.
pub const FIRST_DAY_S: u64 = 1_672_531_200;
/// Days of 2023, 2024 and 2025.
pub const DAYS: usize = 1096;
/// Seconds of a day.
pub(crate) const DAY_S: u64 = 86_400;
/// The first of the three years.
pub(crate) const FIRST_YEAR: u16 = 2023;

const MONTH_DAYS: [[usize; 12]; 3] = [
    [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
    [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
    [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
];
/// How much is watched in each month, January first.
const MONTH_WEIGHTS: [f64; 12] = [1.3, 1.2, 1.1, 0.9, 0.8, 0.7, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5];
/// How much more is watched on a Saturday or Sunday.
const WEEKEND: f64 = 2.0;

/// A day of the three years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) year: u16,
    /// 1 to 12.
    pub(crate) month: u8,
    pub(crate) is_weekend: bool,
}

impl Day {
    /// The day with this number, from 0.
    pub(crate) fn number(number: usize) -> Self {
        let is_weekend = matches!(number % 7, 0 | 6);
        let mut left = number;
        for (year, months) in (FIRST_YEAR..).zip(MONTH_DAYS) {
            for (month, days) in (1..).zip(months) {
                if left < days {
                    return Self { year, month, is_weekend };
                }
                left -= days;
            }
        }
        Self { year: FIRST_YEAR + 2, month: 12, is_weekend }
    }

    /// How much is watched on a day like this.
    pub(crate) fn weight(self) -> f64 {
        let month = MONTH_WEIGHTS.get(usize::from(self.month) - 1).copied().unwrap_or(1.0);
        if self.is_weekend { WEEKEND * month } else { month }
    }
}

/// Genres that have their month, and how much more they are watched then.
const GENRE_MONTHS: [(&str, u8, f64); 6] = [
    ("Horror", 10, 4.0),
    ("Romance", 2, 1.8),
    ("Action", 7, 1.5),
    ("Adventure", 8, 1.5),
    ("Children's", 12, 1.6),
    ("Animation", 12, 1.4),
];
/// How much more a film with Christmas in it is watched in December, and in every
/// other month.
const CHRISTMAS: (f64, f64) = (7.0, 0.5);

/// How much more each film is watched in a month than in the mean of the year.
pub(crate) fn season(catalogue: &Catalogue, month: u8) -> Vec<f64> {
    let christmas = themes::place(themes::CHRISTMAS);
    let of_film = |film: &Film| {
        let has_month = |genre: &&String| {
            GENRE_MONTHS.iter().find(|(name, its, _)| *its == month && name == genre)
        };
        let genres: f64 = film
            .genre_names
            .iter()
            .filter_map(|genre| has_month(&genre))
            .map(|entry| entry.2)
            .product();
        let is_of_christmas = christmas.is_some_and(|theme| film.themes.contains(&theme));
        let theme = match (is_of_christmas, month) {
            (true, 12) => CHRISTMAS.0,
            (true, _) => CHRISTMAS.1,
            _ => 1.0,
        };
        genres * theme
    };
    catalogue.films.iter().map(of_film).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_months_years_and_weekends() {
        let day = |year, month, is_weekend| Day { year, month, is_weekend };
        assert_eq!(Day::number(0), day(2023, 1, true));
        assert_eq!(Day::number(1), day(2023, 1, false));
        assert_eq!(Day::number(6), day(2023, 1, true));
        assert_eq!(Day::number(31), day(2023, 2, false));
        // 29 February 2024 was a Thursday.
        assert_eq!(Day::number(365 + 31 + 28), day(2024, 2, false));
        assert_eq!(Day::number(DAYS - 1), day(2025, 12, false));
        assert_eq!(MONTH_DAYS.as_flattened().iter().sum::<usize>(), DAYS);
    }

    #[test]
    fn the_names_of_seasonal_themes_are_themes() {
        assert!(themes::place(themes::CHRISTMAS).is_some());
    }
}
