//! A retrieval set of known items: documents, and for each of some items a query whose
//! answer is that item's document.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

/// Where the set is.
#[derive(Debug, Args)]
pub(crate) struct Files {
    /// Documents: item_id and text, TAB-separated, with a header
    #[arg(long, value_name = "FILE")]
    docs: PathBuf,
    /// Queries: item_id and query, TAB-separated, with a header
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,
    /// Items that nothing was trained or tuned on: an item_id a line
    #[arg(long, value_name = "FILE")]
    held_out: PathBuf,
}

/// The set, read.
pub(crate) struct KnownItems {
    places: HashMap<String, usize>,
    /// The texts of all documents.
    pub(crate) docs: Vec<Text>,
    /// The queries.
    pub(crate) queries: Vec<Text>,
}

/// A text of an item.
pub(crate) struct Text {
    /// The item's place among the documents.
    pub(crate) item: usize,
    /// What it says.
    pub(crate) text: String,
    /// Nothing was trained or tuned on it.
    pub(crate) is_held_out: bool,
}

impl Files {
    pub(crate) fn read(&self) -> Result<KnownItems> {
        let held_out = read(&self.held_out)?;
        let held_out: HashSet<&str> = held_out.lines().map(str::trim).collect();
        let docs = read(&self.docs)?;
        let docs = rows(&self.docs, &docs)?;
        let mut places = HashMap::new();
        for (place, (id, _)) in docs.iter().enumerate() {
            if places.insert((*id).to_owned(), place).is_some() {
                bail!("{} has item {id} twice", self.docs.display());
            }
        }
        let queries = read(&self.queries)?;
        let queries = rows(&self.queries, &queries)?;
        let texts = |rows: Vec<(&str, &str)>, path: &Path| -> Result<Vec<Text>> {
            rows.into_iter()
                .map(|(id, text)| {
                    let item = places.get(id).copied();
                    let item = item.with_context(|| {
                        format!("{}: item {id} has no document", path.display())
                    })?;
                    Ok(Text { item, text: text.to_owned(), is_held_out: held_out.contains(id) })
                })
                .collect()
        };
        let queries = texts(queries, &self.queries)?;
        let docs = texts(docs, &self.docs)?;
        Ok(KnownItems { places, docs, queries })
    }
}

impl KnownItems {
    /// Where an item stands among the documents.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The rows after the header: an id and a text.
fn rows<'t>(path: &Path, text: &'t str) -> Result<Vec<(&'t str, &'t str)>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty());
    let header = lines.next().is_some_and(|(_, line)| line.starts_with("item_id\t"));
    if !header {
        bail!("{} does not begin with a line of item_id and a text, TAB-separated", path.display());
    }
    lines
        .map(|(at, line)| {
            let row = line.split_once('\t');
            row.with_context(|| format!("{}, line {}: no TAB in it", path.display(), at + 1))
        })
        .collect()
}
