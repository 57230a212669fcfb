//! Who they are.

use fastrand::Rng;
use serde::Deserialize;

use crate::chance::draw;
use crate::story::Story;

/// A user of the audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// From 1.
    pub id: u32,
    /// Years.
    pub age: u8,
    /// Woman or man.
    pub gender: Gender,
    /// In a word.
    pub occupation: String,
}

/// Woman or man, as the datasets of the field have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Gender {
    /// Female.
    F,
    /// Male.
    M,
}

impl Gender {
    /// As it is written in files.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
        }
    }
}

/// Youngest, oldest, and the share of all users.
const AGE_GROUPS: [(u8, u8, f64); 5] =
    [(8, 12, 0.06), (13, 19, 0.14), (20, 30, 0.32), (31, 60, 0.36), (61, 84, 0.12)];

const OCCUPATIONS: [&str; 15] = [
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
    "scientist",
    "technician",
    "writer",
];

/// Which of the age groups an age is of, from 0.
pub(crate) fn age_group(age: u8) -> usize {
    AGE_GROUPS.iter().position(|(_, oldest, _)| age <= *oldest).unwrap_or(AGE_GROUPS.len() - 1)
}

/// Draws a user; what a story says stands.
pub(crate) fn user(id: u32, story: Option<&Story>, rng: &mut Rng) -> User {
    let shares = AGE_GROUPS.map(|(_, _, share)| share);
    let (youngest, oldest, _) = draw(&shares, rng)
        .and_then(|group| AGE_GROUPS.get(group))
        .copied()
        .unwrap_or((31, 60, 1.0));
    let drawn = rng.u8(youngest..=oldest);
    let age = story.and_then(|story| story.age).unwrap_or(drawn);
    let drawn = if rng.f64() < 0.52 { Gender::M } else { Gender::F };
    let gender = story.and_then(|story| story.gender).unwrap_or(drawn);
    let (student, retired) = (rng.f64() < 0.5, rng.f64() < 0.85);
    let occupation = match age {
        ..=18 => "student",
        19..=24 if student => "student",
        66.. if retired => "retired",
        _ => rng.choice(OCCUPATIONS).unwrap_or("administrator"),
    };
    let occupation =
        story.and_then(|story| story.occupation.clone()).unwrap_or_else(|| occupation.to_owned());
    User { id, age, gender, occupation }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::source;

    #[test]
    fn every_age_group_and_both_genders_are_there_and_children_are_students() {
        let users: Vec<User> =
            (1..=500).map(|id| user(id, None, &mut source(1, u64::from(id)))).collect();
        for group in 0..AGE_GROUPS.len() {
            for gender in [Gender::F, Gender::M] {
                let is_one = |user: &&User| age_group(user.age) == group && user.gender == gender;
                assert!(users.iter().filter(is_one).count() >= 5, "{group} {gender:?}");
            }
        }
        assert!(users.iter().all(|user| user.age > 18 || user.occupation == "student"));
    }
}
