use rkyv::{Archive, Serialize};

use crate::lists::{ArchivedLists, Lists};
use crate::section::Check;

/// How the catalogue's names and titles are found. The names themselves stand in
/// the catalogue's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct NameIndex {
    /// Actors.
    pub actors: NameWords,
    /// Directors.
    pub directors: NameWords,
    /// Producers or writers.
    pub producers: NameWords,
    /// Genres.
    pub genres: NameWords,
    /// Countries.
    pub countries: NameWords,
    /// Age ratings.
    pub age_ratings: NameWords,
    /// Titles.
    pub titles: TitleForms,
}

/// The names of one column by their words, in the form in which they are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct NameWords {
    /// All words, in rising byte order.
    pub words: Vec<String>,
    /// Per name, in the order of the column's dictionary: its words.
    pub names: Lists,
    /// The names by their letters without spaces, in rising byte order.
    pub by_letters: Vec<u32>,
}

/// The titles in all forms in which people write them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct TitleForms {
    /// All forms, in rising byte order.
    pub forms: Vec<String>,
    /// Per form, the items that it is a whole title of, the most rated first.
    pub whole: Lists,
    /// Per form, the items whose title it is without a leading article.
    pub bare: Lists,
    /// Per form, the items whose title it is without what follows a colon.
    pub short: Lists,
}

impl ArchivedNameWords {
    /// The place of a word.
    #[must_use]
    pub fn word(&self, word: &str) -> Option<u32> {
        self.words.binary_search_by(|probe| probe.as_str().cmp(word)).ok().map(|at| at as u32)
    }

    /// The words of a name.
    pub fn words_of(&self, name: u32) -> impl DoubleEndedIterator<Item = &str> + Clone {
        let words = self.names.row(name as usize).iter();
        words.filter_map(|word| self.words.get(word.to_native() as usize)).map(|word| word.as_str())
    }

    fn check(&self, what: &str) -> Result<(), String> {
        if !self.words.is_sorted_by(|a, b| a.as_str() < b.as_str()) {
            return Err(format!("the words of {what} are out of order"));
        }
        let names = self.names.rows();
        self.names.check(what, names, self.words.len())?;
        if self.by_letters.len() == names
            && self.by_letters.iter().all(|name| (name.to_native() as usize) < names)
        {
            Ok(())
        } else {
            Err(format!("the order of {what} points outside its table"))
        }
    }
}

impl ArchivedTitleForms {
    /// The place of a form.
    #[must_use]
    pub fn form(&self, form: &str) -> Option<usize> {
        self.forms.binary_search_by(|probe| probe.as_str().cmp(form)).ok()
    }

    fn lists(&self) -> [&ArchivedLists; 3] {
        [&self.whole, &self.bare, &self.short]
    }
}

impl ArchivedNameIndex {
    /// The columns fit those of the catalogue: so many names each, and so many items.
    pub(crate) fn check_rows(&self, names: [usize; 6], items: usize) -> Result<(), String> {
        let rows = self.columns().map(|(_, column)| column.names.rows());
        if rows != names {
            return Err("its names are not the catalogue's".into());
        }
        for list in self.titles.lists() {
            list.check("titles", self.titles.forms.len(), items)?;
        }
        Ok(())
    }

    fn columns(&self) -> [(&'static str, &ArchivedNameWords); 6] {
        [
            ("actors", &self.actors),
            ("directors", &self.directors),
            ("producers", &self.producers),
            ("genres", &self.genres),
            ("countries", &self.countries),
            ("age ratings", &self.age_ratings),
        ]
    }
}

impl Check for ArchivedNameIndex {
    fn check(&self) -> Result<(), String> {
        for (what, column) in self.columns() {
            column.check(what)?;
        }
        if !self.titles.forms.is_sorted_by(|a, b| a.as_str() < b.as_str()) {
            return Err("the forms of titles are out of order".into());
        }
        for list in self.titles.lists() {
            list.check("titles", self.titles.forms.len(), usize::MAX)?;
        }
        Ok(())
    }
}
