//! Judged queries: what people type who look for an idea, and how well items fit it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The best grade; 1 is a loose fit, 0 none.
const BEST: u8 = 2;

/// A query, and the grades of the items that somebody has looked at. All others count as
/// not fitting.
#[derive(Debug, PartialEq)]
pub(crate) struct Judged {
    pub(crate) query: String,
    /// By the item's place among the documents.
    grades: HashMap<usize, u8>,
}

impl Judged {
    /// Reads TAB-separated lines of query, item_id and grade after a header; the grades of
    /// one query stand together. `place` tells where an item's document stands.
    pub(crate) fn read(path: &Path, place: impl Fn(&str) -> Option<usize>) -> Result<Vec<Self>> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text, place).with_context(|| path.display().to_string())
    }

    fn parse(text: &str, place: impl Fn(&str) -> Option<usize>) -> Result<Vec<Self>> {
        let mut lines = text.lines().zip(1..);
        if lines.next().is_none_or(|(header, _)| header != "query\titem_id\tgrade") {
            bail!("it does not begin with a line of query, item_id and grade, TAB-separated");
        }
        let mut judged: Vec<Self> = Vec::new();
        for (line, at) in lines {
            let fields: Vec<&str> = line.split('\t').collect();
            let [query, item, grade] = fields[..] else {
                bail!("line {at}: {} fields, not query, item_id and grade", fields.len());
            };
            let item = place(item).with_context(|| format!("line {at}: no document {item}"))?;
            let grade = grade.parse().ok().filter(|grade| *grade <= BEST);
            let grade = grade.with_context(|| format!("line {at}: the grade is not 0, 1 or 2"))?;
            if judged.last().is_none_or(|last| last.query != query) {
                judged.push(Self { query: query.to_owned(), grades: HashMap::new() });
            }
            if let Some(last) = judged.last_mut() {
                last.grades.insert(item, grade);
            }
        }
        Ok(judged)
    }

    /// NDCG at `k` of the items found, from 0 to 1, with gains of 2^grade − 1 (Burges et
    /// al., "Learning to Rank Using Gradient Descent", 2005); nothing if no item fits.
    pub(crate) fn ndcg_at(&self, k: usize, found: impl Iterator<Item = usize>) -> Option<f64> {
        let gains = |grades: &mut dyn Iterator<Item = u8>| -> f64 {
            let places = grades.take(k).zip(2..);
            places.map(|(grade, at)| f64::from((1 << grade) - 1) / libm::log2(f64::from(at))).sum()
        };
        let mut best: Vec<u8> = self.grades.values().copied().collect();
        best.sort_by_key(|grade| std::cmp::Reverse(*grade));
        let ideal = gains(&mut best.into_iter());
        let mut grades = found.map(|item| self.grades.get(&item).copied().unwrap_or(0));
        (ideal > 0.0).then(|| gains(&mut grades) / ideal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(lines: &str) -> Result<Vec<Judged>> {
        Judged::parse(&format!("query\titem_id\tgrade\n{lines}"), |item| item.parse().ok())
    }

    #[test]
    fn what_fits_best_first_is_one_and_what_is_not_judged_is_nothing() {
        let judged = parse("heist\t1\t2\nheist\t2\t1\nheist\t3\t0\nrobot\t3\t0\n").unwrap();
        let [heist, robot] = &judged[..] else { panic!("{judged:?}") };
        assert_eq!(heist.query, "heist");
        assert_eq!(heist.ndcg_at(10, [1, 2, 3].into_iter()), Some(1.0));
        assert_eq!(heist.ndcg_at(1, [9, 1, 2].into_iter()), Some(0.0));
        let swapped = heist.ndcg_at(10, [2, 1].into_iter()).unwrap();
        let ratio = (1.0 + 3.0 / libm::log2(3.0)) / (3.0 + 1.0 / libm::log2(3.0));
        assert!((swapped - ratio).abs() < 1e-12);
        assert_eq!(robot.ndcg_at(10, [3].into_iter()), None);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (lines, said) in [
            ("heist\t1\n", "line 2: 2 fields"),
            ("heist\tx\t1\n", "line 2: no document x"),
            ("heist\t1\t2\nheist\t2\t3\n", "line 3: the grade is not 0, 1 or 2"),
        ] {
            let error = parse(lines).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
        assert!(Judged::parse("", |_| None).is_err());
    }
}
