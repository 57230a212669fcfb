//! The interactions of a dataset in three parts: to fit on, to choose settings on, and to
//! measure on.

use std::fmt::Write as _;
use std::ops::Range;

use crate::clean::{self, Catalogue, Interaction};
use crate::progress::Progress;
use crate::read::{self, Wanted};
use crate::report::{Log, Report};
use crate::{InputFile, PackError};

/// One interaction in so many goes to valid, and as many to test.
const OF_EACH: usize = 10;

/// By what interactions go to the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitBy {
    /// Of each user, drawn at random: 8 to train, 1 to valid, 1 to test. Of fewer than ten,
    /// one to test, then one to valid, as long as one stays in train. These are the counts of
    /// RecBole's ratio split.
    Random,
    /// Of each user the last to test, the last but one to valid, as long as one stays in train.
    Last,
    /// Of all interactions the last tenth to test, the tenth before to valid, whoever's they are.
    Time,
}

/// The parts, and what was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// `train.tsv`, `valid.tsv` and `test.tsv`: TAB-separated, with a header of `user_id`,
    /// `item_id`, `rating` and, where every interaction has one, `timestamp` (Unix seconds).
    pub files: [InputFile; 3],
    /// How many interactions each has.
    pub interactions: [usize; 3],
    /// What was read, cleaned and left out.
    pub report: Report,
}

/// Splits a dataset in any of the forms that [`pack`](crate::pack) reads. The same input
/// and seed give the same bytes.
///
/// # Errors
/// No dataset with interactions among the files, or interactions without a time where the
/// split goes by it.
pub fn split(
    files: Vec<InputFile>,
    by: SplitBy,
    seed: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<Split, PackError> {
    let mut log = Log::new(false);
    let dataset = read::read(files, Wanted::Everything, &mut log, progress)?;
    let catalogue = clean::clean(dataset, None, &mut log);
    let without_time = catalogue.interactions.iter().filter(|x| x.time.is_none()).count();
    if by != SplitBy::Random && without_time > 0 {
        return Err(PackError::NoTimes {
            without: without_time,
            interactions: catalogue.interactions.len(),
        });
    }
    let parts = match by {
        SplitBy::Random => random(&catalogue.interactions, seed),
        SplitBy::Last => last(&catalogue.interactions),
        SplitBy::Time => time(&catalogue.interactions),
    };
    let interactions = parts.each_ref().map(Vec::len);
    let [train, valid, test] = parts;
    let file = |name: &str, part: Vec<Interaction>| InputFile {
        name: name.to_owned(),
        bytes: text(&catalogue, part, without_time == 0).into_bytes(),
    };
    let files = [file("train.tsv", train), file("valid.tsv", valid), file("test.tsv", test)];
    Ok(Split { files, interactions, report: log.into_report(catalogue.counts(), None) })
}

/// Train, valid and test.
type Parts = [Vec<Interaction>; 3];

fn random(interactions: &[Interaction], seed: u64) -> Parts {
    let mut rng = fastrand::Rng::with_seed(seed);
    of_each_user(interactions, |of_user| {
        rng.shuffle(of_user);
        let n = of_user.len();
        // Below ten, so that a tenth is less than one, it is one.
        let test = (n / OF_EACH).max(1).min(n.saturating_sub(1));
        let valid = (n / OF_EACH).max(1).min(n.saturating_sub(test + 1));
        [test, valid]
    })
}

fn last(interactions: &[Interaction]) -> Parts {
    // The latest come first.
    of_each_user(interactions, |of_user| match of_user.len() {
        0 | 1 => [0, 0],
        2 => [1, 0],
        _ => [1, 1],
    })
}

/// `first` puts the interactions of a user into the order in which they are taken, and says
/// how many of them go to test, and after these to valid.
fn of_each_user(
    interactions: &[Interaction],
    mut first: impl FnMut(&mut [Interaction]) -> [usize; 2],
) -> Parts {
    let mut parts = [const { Vec::new() }; 3];
    for of_user in interactions.chunk_by(|a, b| a.user == b.user) {
        let mut of_user = of_user.to_vec();
        let [n_test, n_valid] = first(&mut of_user);
        cut(&of_user, n_test, n_valid, &mut parts);
    }
    parts
}

fn time(interactions: &[Interaction]) -> Parts {
    let mut latest_first = interactions.to_vec();
    latest_first.sort_by_key(|x| (std::cmp::Reverse(x.time), x.user, x.item));
    let n = interactions.len() / OF_EACH;
    let mut parts = [const { Vec::new() }; 3];
    cut(&latest_first, n, n, &mut parts);
    parts
}

/// The first go to test, those after them to valid, and the rest to train.
fn cut(interactions: &[Interaction], n_test: usize, n_valid: usize, parts: &mut Parts) {
    let [train, valid, test] = parts;
    let some = |range: Range<usize>| interactions.get(range).unwrap_or_default();
    test.extend_from_slice(some(0..n_test));
    valid.extend_from_slice(some(n_test..n_test + n_valid));
    train.extend_from_slice(some(n_test + n_valid..interactions.len()));
}

/// A part as a file, by user and item. No id holds a TAB or the end of a line.
fn text(catalogue: &Catalogue, mut part: Vec<Interaction>, with_time: bool) -> String {
    part.sort_by_key(|x| (x.user, x.item));
    let mut text = String::from("user_id\titem_id\trating");
    text.push_str(if with_time { "\ttimestamp\n" } else { "\n" });
    for Interaction { user, item, rating, time } in part {
        let user = catalogue.users.get(user as usize).map_or("", |user| &user.id);
        let item = catalogue.items.get(item as usize).map_or("", |item| &item.id);
        // Writing to a text does not fail.
        let _ = write!(text, "{user}\t{item}\t{rating}");
        let _ = match time {
            Some(time) if with_time => writeln!(text, "\t{time}"),
            _ => writeln!(text),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Interactions in the order of the history, with a time each.
    fn interactions(per_user: &[usize]) -> Vec<Interaction> {
        let of_user = |(user, n): (u32, &usize)| {
            let n = *n as u32;
            (0..n).map(move |item| {
                let time = Some(i64::from(1_000 * (n - item) + user));
                Interaction { user, item, rating: 1.0, time }
            })
        };
        (0..).zip(per_user).flat_map(of_user).collect()
    }

    fn counts(parts: &Parts, user: u32) -> [usize; 3] {
        parts.each_ref().map(|part| part.iter().filter(|x| x.user == user).count())
    }

    fn input(interactions: &str) -> Vec<InputFile> {
        [("items.csv", "item_id\n1\n"), ("interactions.csv", interactions)]
            .map(|(name, text)| InputFile { name: name.to_owned(), bytes: text.into() })
            .into()
    }

    #[test]
    fn a_tenth_of_each_user_goes_to_valid_and_to_test() {
        let parts = random(&interactions(&[1, 2, 3, 9, 10, 29, 100]), 1);
        let counts: Vec<[usize; 3]> = (0..7).map(|user| counts(&parts, user)).collect();
        let expected: [[usize; 3]; 7] =
            [[1, 0, 0], [1, 0, 1], [1, 1, 1], [7, 1, 1], [8, 1, 1], [25, 2, 2], [80, 10, 10]];
        assert_eq!(counts, expected);
        assert_ne!(random(&interactions(&[100]), 1), random(&interactions(&[100]), 2));
    }

    #[test]
    fn the_last_of_each_user_go_to_test_and_valid() {
        let parts = last(&interactions(&[1, 2, 3, 5]));
        let items = parts
            .map(|part| -> Vec<(u32, u32)> { part.iter().map(|x| (x.user, x.item)).collect() });
        assert_eq!(items[2], [(1, 0), (2, 0), (3, 0)]);
        assert_eq!(items[1], [(2, 1), (3, 1)]);
        assert_eq!(items[0], [(0, 0), (1, 1), (2, 2), (3, 2), (3, 3), (3, 4)]);
    }

    #[test]
    fn by_time_no_part_is_before_an_earlier_one() {
        let [train, valid, test] = time(&interactions(&[10, 3, 7]));
        assert_eq!([train.len(), valid.len(), test.len()], [16, 2, 2]);
        let latest = |part: &[Interaction]| part.iter().map(|x| x.time).max();
        let earliest = |part: &[Interaction]| part.iter().map(|x| x.time).min();
        assert!(latest(&train) <= earliest(&valid) && latest(&valid) <= earliest(&test));
    }

    #[test]
    fn files_hold_the_dataset_own_ids() {
        let rows =
            "user_id,item_id,rating,timestamp\nb,10,3.5,300\nb,9,4,200\nb,1,5,100\n7,9,1,50\n";
        let split = split(input(rows), SplitBy::Last, 1, &mut |_| {}).unwrap();
        assert_eq!(split.interactions, [2, 1, 1]);
        let texts = split.files.map(|file| String::from_utf8(file.bytes).unwrap());
        assert_eq!(texts[0], "user_id\titem_id\trating\ttimestamp\n7\t9\t1\t50\nb\t1\t5\t100\n");
        assert_eq!(texts[1], "user_id\titem_id\trating\ttimestamp\nb\t9\t4\t200\n");
        assert_eq!(texts[2], "user_id\titem_id\trating\ttimestamp\nb\t10\t3.5\t300\n");
    }

    #[test]
    fn what_a_split_cannot_do_is_said_with_the_next_step() {
        let rows = "user_id,item_id,timestamp\n1,1,100\n1,2,\n";
        for by in [SplitBy::Last, SplitBy::Time] {
            let message = split(input(rows), by, 1, &mut |_| {}).unwrap_err().to_string();
            assert!(message.starts_with("1 of 2 interactions have no timestamp"), "{message}");
            assert!(message.contains("random"), "{message}");
        }
        let parts = split(input(rows), SplitBy::Random, 1, &mut |_| {}).unwrap();
        let header = "user_id\titem_id\trating\n";
        assert!(parts.files.iter().all(|file| file.bytes.starts_with(header.as_bytes())));
    }

    proptest! {
        #[test]
        fn every_interaction_is_in_one_part_and_every_user_in_train(
            per_user in prop::collection::vec(1usize..40, 1..12),
            seed in any::<u64>(),
        ) {
            let all = interactions(&per_user);
            for parts in [random(&all, seed), last(&all), time(&all)] {
                let mut together: Vec<(u32, u32)> =
                    parts.iter().flatten().map(|x| (x.user, x.item)).collect();
                together.sort_unstable();
                let expected: Vec<(u32, u32)> = all.iter().map(|x| (x.user, x.item)).collect();
                prop_assert_eq!(together, expected);
            }
            for parts in [random(&all, seed), last(&all)] {
                for user in 0..per_user.len() as u32 {
                    let [train, valid, test] = counts(&parts, user);
                    prop_assert!(train >= 1 && test >= valid);
                }
            }
            prop_assert_eq!(random(&all, seed), random(&all, seed));
        }
    }
}
