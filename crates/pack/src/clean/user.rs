use usher_bundle::sections::Gender;

use super::User;
use super::value::{known, number};
use crate::dataset::RawUser;
use crate::report::{Log, Rule};

/// Ages that a person can have, in years.
const AGES: std::ops::RangeInclusive<f64> = 0.0..=120.0;

pub(super) fn clean(id: String, raw: &RawUser, log: &mut Log) -> User {
    if !raw.listed {
        log.cleaned(Rule::UserAdded, &id);
    }
    let age = known(&raw.age).and_then(|age| {
        let years = number(age, AGES).map(|years| years as u8);
        if years.is_none() {
            log.cleaned(Rule::ImpossibleAge, &id);
        }
        years
    });
    User {
        age,
        gender: gender(&raw.gender),
        occupation: known(&raw.occupation).map(str::to_owned),
        id,
    }
}

fn gender(text: &str) -> Gender {
    match known(text).map(str::to_lowercase).as_deref() {
        None => Gender::Unknown,
        Some("m" | "male" | "man") => Gender::Male,
        Some("f" | "female" | "woman") => Gender::Female,
        Some(_) => Gender::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_and_impossible_ages_are_missing() {
        let mut log = Log::new(false);
        let user = |age: &str, gender: &str, occupation: &str, log: &mut Log| {
            let raw = RawUser {
                listed: true,
                age: age.into(),
                gender: gender.into(),
                occupation: occupation.into(),
            };
            clean("7".into(), &raw, log)
        };
        let known = user("24", "F", "none", &mut log);
        assert_eq!((known.age, known.gender), (Some(24), Gender::Female));
        assert_eq!(known.occupation.as_deref(), Some("none"));
        let odd = user("1970", "x", "nan", &mut log);
        assert_eq!((odd.age, odd.gender, odd.occupation), (None, Gender::Other, None));
        assert_eq!(user("", "", "", &mut log).gender, Gender::Unknown);
        let report = log.into_report(usher_bundle::Counts::default(), None);
        assert_eq!((report.cleaned.len(), report.cleaned[0].count), (1, 1));
    }
}
