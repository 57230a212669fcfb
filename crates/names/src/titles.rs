//! Titles of items, in the forms in which people write them.

use std::ops::Range;

use rkyv::rend::u32_le;
use usher_bundle::sections::{ArchivedTitleForms, Catalog, NameIndex};
use usher_bundle::{ArchivedLists, ItemRow, Section};

use crate::near::{Slips, letter_set, letters};
use crate::normalise::{Word, join, normalise};

/// Articles that a catalogue puts at the end of a title ("Godfather, The").
const ARTICLES: &[&str] = &[
    "a", "an", "the", "le", "la", "les", "l", "il", "lo", "i", "gli", "el", "los", "las", "der",
    "die", "das", "det", "den", "o", "os", "as", "un", "une", "una", "ein", "eine",
];
/// Articles that people leave out.
const LEFT_OUT: &[&str] = &["a", "an", "the"];
/// Numbers that people write in digits or in words, from one.
const NUMBERS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
/// A near title must have at least this many letters: short ones are near to too much.
const LEAST_LETTERS: usize = 5;

/// The titles of a catalogue, read in place from the bundle.
#[derive(Debug)]
pub(crate) struct Titles {
    catalog: Section<Catalog>,
    index: Section<NameIndex>,
    /// Per form, its letters as a set.
    letters: Vec<u64>,
    most_words: usize,
    slips: Slips,
}

impl Titles {
    pub(crate) fn new(catalog: Section<Catalog>, index: Section<NameIndex>, slips: Slips) -> Self {
        let forms = &index.get().titles.forms;
        let letters = forms.iter().map(|form| letter_set(letters(form))).collect();
        let most_words = forms.iter().map(|form| form.split(' ').count()).max();
        Self { catalog, index, letters, most_words: most_words.unwrap_or_default(), slips }
    }

    fn forms(&self) -> &ArchivedTitleForms {
        &self.index.get().titles
    }

    fn year(&self, row: u32) -> Option<u16> {
        self.catalog.get().year(ItemRow(row))
    }

    /// The rows of a title in any of its forms, with or without a year behind it,
    /// numbers in digits or in words.
    pub(crate) fn rows(&self, title: &str) -> Vec<u32> {
        let rows = self.rows_as_written(title);
        // A number alone is more often an id than a title.
        if rows.is_empty() && title.trim().contains(' ') {
            return self.rows_as_written(&other_numbers(title));
        }
        rows
    }

    fn rows_as_written(&self, title: &str) -> Vec<u32> {
        let normal = normalise(title);
        let rows = self.by_form(&normal);
        if !rows.is_empty() {
            return rows;
        }
        let form = forms(title);
        if let Some(rows) = form.iter().map(|form| self.by_form(form)).find(|rows| !rows.is_empty())
            && !ends_in_year(&normal)
        {
            return rows;
        }
        let Some((head, year)) = normal.rsplit_once(' ') else { return Vec::new() };
        let Some(year) = as_year(year) else { return Vec::new() };
        let head = forms(head_of(title)).into_iter().next().unwrap_or_else(|| head.to_owned());
        self.of_year(&self.by_form(&head), year)
    }

    fn of_year(&self, rows: &[u32], year: u16) -> Vec<u32> {
        let of = |row: &u32| self.year(*row);
        let exact: Vec<u32> = rows.iter().copied().filter(|row| of(row) == Some(year)).collect();
        if !exact.is_empty() {
            return exact;
        }
        // Sources differ by a year, depending on what they call the release.
        rows.iter()
            .copied()
            .filter(|row| of(row).is_none_or(|known| known.abs_diff(year) <= 1))
            .collect()
    }

    fn by_form(&self, normal: &str) -> Vec<u32> {
        let forms = self.forms();
        let rows = |lists: &ArchivedLists, form: &str| -> Option<Vec<u32>> {
            let rows = lists.row(forms.form(form)?);
            (!rows.is_empty()).then(|| rows.iter().map(|row| row.to_native()).collect())
        };
        rows(&forms.whole, normal)
            .or_else(|| rows(&forms.bare, without_article(normal).unwrap_or(normal)))
            .or_else(|| rows(&forms.short, normal))
            .unwrap_or_default()
    }

    /// The titles in running text, the longest at each place.
    pub(crate) fn mentions(&self, words: &[Word]) -> Vec<(Range<usize>, Vec<u32>)> {
        let mut found = Vec::new();
        let mut start = 0;
        while start < words.len() {
            let longest = (1..=self.most_words.min(words.len() - start)).rev().find_map(|length| {
                let taken = words.get(start..start + length)?;
                let rows = self.by_form(&join(taken.iter().map(|word| word.text.as_str())));
                let rows = if rows.is_empty() { self.by_form(&possessive(taken)?) } else { rows };
                (!rows.is_empty()).then_some((length, rows))
            });
            let Some((mut length, mut rows)) = longest else {
                start += 1;
                continue;
            };
            // A year behind the title says which item is meant.
            if let Some(year) = words.get(start + length).and_then(|word| as_year(&word.text)) {
                let of_year = self.of_year(&rows, year);
                if !of_year.is_empty() {
                    rows = of_year;
                    length += 1;
                }
            }
            if let (Some(first), Some(last)) = (words.get(start), words.get(start + length - 1)) {
                found.push((first.span.start..last.span.end, rows));
            }
            start += length;
        }
        found
    }

    /// The one title that this is a slip of the pen for, or the beginning of.
    pub(crate) fn near(&self, title: &str) -> Option<Vec<u32>> {
        let normal = normalise(title);
        let asked = without_article(&normal).unwrap_or(&normal);
        self.slip(asked).or_else(|| self.beginning(asked))
    }

    fn slip(&self, asked: &str) -> Option<Vec<u32>> {
        if asked.chars().count() < LEAST_LETTERS {
            return None;
        }
        let asked_letters = letter_set(letters(asked));
        let mut best: Option<(usize, &[u32_le])> = None;
        let mut tied = false;
        for (place, own_letters) in self.letters.iter().enumerate() {
            if (asked_letters ^ own_letters).count_ones() > 8 {
                continue;
            }
            let rows = self.forms().bare.row(place);
            let Some(form) = self.forms().forms.get(place).map(|form| form.as_str()) else { break };
            if rows.is_empty() || form.len().abs_diff(asked.len()) > 4 {
                continue;
            }
            let Some(changes) = self.slips.title_changes(asked, form) else { continue };
            match best {
                Some((least, _)) if changes > least => {}
                Some((least, same)) if changes == least => tied |= same != rows,
                _ => {
                    best = Some((changes, rows));
                    tied = false;
                }
            }
        }
        best.filter(|_| !tied).map(|(_, rows)| rows.iter().map(|row| row.to_native()).collect())
    }

    fn beginning(&self, asked: &str) -> Option<Vec<u32>> {
        let word_alone = !asked.contains(' ');
        if asked.is_empty() || word_alone && asked.chars().count() < self.slips.alone {
            return None;
        }
        let start = format!("{asked} ");
        let forms = self.forms();
        let first = forms.forms.partition_point(|form| form.as_str() < start.as_str());
        let mut longer = (first..forms.forms.len())
            .take_while(|place| {
                forms.forms.get(*place).is_some_and(|form| form.starts_with(start.as_str()))
            })
            .map(|place| forms.bare.row(place))
            .filter(|rows| !rows.is_empty());
        let rows = longer.next()?;
        longer.all(|other| other == rows).then(|| rows.iter().map(|row| row.to_native()).collect())
    }
}

/// A title with its numbers in words instead of digits, and in digits instead of
/// words.
fn other_numbers(title: &str) -> String {
    let normal = normalise(title);
    let words = normal.split(' ').map(|word| {
        let in_digits = NUMBERS.iter().position(|number| *number == word);
        let in_words = || NUMBERS.get(word.parse::<usize>().ok()?.checked_sub(1)?);
        match in_digits {
            Some(place) => (place + 1).to_string(),
            None => in_words().map_or(word, |number| number).to_owned(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

/// The words with the possessive ending of the last one left out ("Fargo's").
fn possessive(words: &[Word]) -> Option<String> {
    let (last, before) = words.split_last()?;
    last.possessive.then(|| {
        join(before.iter().map(|word| word.text.as_str()).chain(std::iter::once(last.base())))
    })
}

/// The forms of a title: as it is, without brackets, and each alternative title,
/// with its article in front.
pub(crate) fn forms(title: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut rest = title.trim();
    let mut alternatives = Vec::new();
    while let Some((head, last)) = rest.strip_suffix(')').and_then(|inside| inside.rsplit_once('('))
    {
        if as_year(last.trim()).is_none() {
            alternatives.push(last);
        }
        rest = head.trim();
    }
    for part in std::iter::once(rest).chain(alternatives) {
        forms.push(normalise(&article_in_front(part)));
    }
    forms.push(normalise(title));
    forms.retain(|form| !form.is_empty());
    forms.dedup();
    forms
}

/// "Godfather, The" as "The Godfather".
fn article_in_front(title: &str) -> String {
    match title.rsplit_once(',') {
        Some((head, last)) if ARTICLES.contains(&normalise(last).as_str()) => {
            format!("{} {head}", last.trim())
        }
        _ => title.to_owned(),
    }
}

pub(crate) fn without_article(normal: &str) -> Option<&str> {
    let (first, rest) = normal.split_once(' ')?;
    LEFT_OUT.contains(&first).then_some(rest)
}

fn ends_in_year(normal: &str) -> bool {
    normal.rsplit_once(' ').is_some_and(|(_, last)| as_year(last).is_some())
}

/// A title without the year behind it.
fn head_of(title: &str) -> &str {
    title.trim_end_matches(|c: char| c.is_ascii_digit() || c == ')').trim_end_matches('(')
}

fn as_year(text: &str) -> Option<u16> {
    let year: u16 = (text.len() == 4).then(|| text.parse().ok())??;
    (1870..2100).contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use crate::{Names, Titled};

    fn titles() -> Names {
        let items = [
            ("1", "Godfather, The", Some(1972)),
            ("2", "Seven (Se7en)", Some(1995)),
            ("3", "Heat", Some(1995)),
            ("4", "Heat", Some(1986)),
            ("5", "The Net", Some(1995)),
            ("6", "Double vie de Véronique, La (Double Life of Veronique, The)", Some(1991)),
            ("7", "2001: A Space Odyssey", Some(1968)),
            ("8", "Terminator 2: Judgment Day", Some(1991)),
            ("9", "Fargo", None),
            ("10", "Pulp Fiction", Some(1994)),
        ];
        let titles = items.map(|(id, title, year)| Titled {
            id: id.into(),
            title: title.into(),
            year,
            n_ratings: 10,
        });
        Names::from_dictionaries([], titles.into()).unwrap()
    }

    #[test]
    fn a_title_is_found_in_each_of_its_forms() {
        let titles = titles();
        for (asked, expected) in [
            ("The Godfather", vec!["1"]),
            ("Godfather, The", vec!["1"]),
            ("Godfather, The (1972)", vec!["1"]),
            ("godfather", vec!["1"]),
            ("The Godfather 1972", vec!["1"]),
            ("The Godfather (1973)", vec!["1"]),
            ("The Godfather (1990)", vec![]),
            ("Seven", vec!["2"]),
            ("Se7en", vec!["2"]),
            ("Seven (Se7en) (1995)", vec!["2"]),
            ("Heat", vec!["3", "4"]),
            ("Heat (1986)", vec!["4"]),
            ("heat 1995", vec!["3"]),
            ("net", vec!["5"]),
            ("The Double Life of Véronique", vec!["6"]),
            ("La double vie de Veronique", vec!["6"]),
            ("2001", vec!["7"]),
            ("Terminator Two", vec!["8"]),
            ("7", vec![]),
            ("Terminator 2", vec!["8"]),
            ("Fargo (1996)", vec!["9"]),
            ("", vec![]),
            ("(", vec![]),
            ("1995", vec![]),
        ] {
            assert_eq!(titles.ids_titled(asked), expected, "{asked}");
        }
    }

    #[test]
    fn titles_are_found_in_running_text() {
        let titles = titles();
        let text = "Who directed Heat (1986), The Godfather, and what is Fargo's length?";
        let found: Vec<(&str, Vec<String>)> = titles
            .title_mentions(text)
            .into_iter()
            .map(|mention| (text.get(mention.span).unwrap(), mention.items))
            .collect();
        assert_eq!(
            found,
            [
                ("Heat (1986", vec!["4".to_owned()]),
                ("The Godfather", vec!["1".to_owned()]),
                ("Fargo's", vec!["9".to_owned()]),
            ]
        );
    }

    #[test]
    fn a_slip_of_the_pen_is_forgiven() {
        let titles = titles();
        for (asked, id) in [("Pulp Ficton", "10"), ("The Godfater", "1"), ("Double Life", "6")] {
            let (_, ids) = titles.near_title(asked).unwrap();
            assert_eq!(ids, [id], "{asked}");
        }
        assert_eq!(titles.near_title("Purple Fiction"), None);
        assert_eq!(titles.near_title("Hear"), None);
        assert_eq!(titles.near_title("Pulp Fiction 2"), None);
        assert_eq!(titles.near_title("Pulp"), None);
    }
}
