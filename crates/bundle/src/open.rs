use std::rc::Rc;

use crate::error::BundleError;
use crate::files::{Files, read_all};
use crate::ids::{ItemRow, UserRow};
use crate::manifest::{Manifest, SectionKind};
use crate::section::Section;
use crate::sections::{
    ArchivedCatalog, ArchivedFactors, Audience, Bounds, Catalog, Embedder, Factors, Groups,
    History, Index, Interaction, NameIndex, Search, Tastes, Text, Vectors,
};
use crate::shards::Shards;

/// An open bundle. What every question needs is in memory; the rest is read when
/// it is needed. Whatever is in memory was checked, also against the catalogue.
#[derive(Debug)]
pub struct Bundle {
    manifest: Manifest,
    catalog: Section<Catalog>,
    names: Section<NameIndex>,
    factors: Section<Factors>,
    tastes: Shards<Tastes>,
    history: Shards<History>,
    text: Shards<Text>,
    groups: Shards<Groups>,
    audience: Shards<Audience>,
    search: Shards<Search>,
    vectors: Shards<Vectors>,
    index: Shards<Index>,
    embedder: Shards<Embedder>,
}

/// The long texts of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// One or two sentences.
    pub description: Option<String>,
    /// The story at more length.
    pub storyline: Option<String>,
}

impl Bundle {
    /// Opens a bundle: reads the sections of [`SectionKind::AT_ONCE`], and keeps
    /// `files` for the others.
    ///
    /// # Errors
    /// A section is missing or damaged, or two of them do not belong together.
    pub async fn open(manifest: Manifest, files: Rc<dyn Files>) -> Result<Self, BundleError> {
        let entry = |kind: SectionKind| {
            let mut entries = manifest.sections.iter();
            let missing = BundleError::Missing { section: kind.name() };
            entries.find(|entry| entry.kind == kind).ok_or(missing)
        };
        let catalog = entry(SectionKind::Catalog)?;
        let names = entry(SectionKind::Names)?;
        let factors = entry(SectionKind::Factors)?;
        let read = read_all(&*files, [catalog, names, factors].into_iter()).await?;
        let [in_catalog, in_names, in_factors] = read.as_slice() else {
            return Err(BundleError::Missing { section: "first" });
        };
        let catalog = Section::<Catalog>::open(catalog, in_catalog)?;
        let names = Section::<NameIndex>::open(names, in_names)?;
        let factors = Section::<Factors>::open(factors, in_factors)?;
        let items = catalog.get().n_items();
        let users = catalog.get().users.n_users();
        let dim = factors.get().dim.to_native() as usize;
        let fits = |kind: SectionKind, outcome: Result<(), String>| {
            outcome.map_err(|reason| BundleError::Damaged {
                file: manifest
                    .sections
                    .iter()
                    .find(|entry| entry.kind == kind)
                    .map_or_else(|| kind.name().to_owned(), |entry| entry.file.clone()),
                reason,
            })
        };
        let columns = catalog.get().name_columns().map(|column| column.names.len());
        fits(SectionKind::Names, names.get().check_rows(columns, items))?;
        let same = factors.get().item_bias.len() == items;
        let wrong = || "its rows are not the catalogue's".to_owned();
        fits(SectionKind::Factors, same.then_some(()).ok_or_else(wrong))?;

        let bounds = Bounds { items, users, dim };
        macro_rules! shards {
            ($kind:ident, $rows:expr) => {
                Shards::<$kind>::new(
                    manifest.shards(SectionKind::$kind, $rows)?,
                    bounds,
                    Rc::clone(&files),
                )
            };
        }
        Ok(Self {
            tastes: shards!(Tastes, users),
            history: shards!(History, users),
            text: shards!(Text, items),
            groups: shards!(Groups, items),
            audience: shards!(Audience, items),
            search: shards!(Search, items),
            vectors: shards!(Vectors, items),
            index: shards!(Index, items),
            embedder: shards!(Embedder, items),
            catalog,
            names,
            factors,
            manifest,
        })
    }

    /// Reads and checks every file.
    ///
    /// # Errors
    /// A file cannot be read, or is damaged.
    pub async fn check(&self) -> Result<(), BundleError> {
        self.tastes.check().await?;
        self.history.check().await?;
        self.text.check().await?;
        self.groups.check().await?;
        self.audience.check().await?;
        self.search.check().await?;
        self.vectors.check().await?;
        self.index.check().await?;
        self.embedder.check().await
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Items and users as columns.
    #[must_use]
    pub fn catalog(&self) -> &ArchivedCatalog {
        self.catalog.get()
    }

    /// The catalogue, to be shared.
    #[must_use]
    pub fn catalog_section(&self) -> Section<Catalog> {
        self.catalog.clone()
    }

    /// How names are found, to be shared.
    #[must_use]
    pub fn names_section(&self) -> Section<NameIndex> {
        self.names.clone()
    }

    /// Factors of the items.
    #[must_use]
    pub fn factors(&self) -> &ArchivedFactors {
        self.factors.get()
    }

    /// The factors of a user; empty for one outside the catalogue.
    ///
    /// # Errors
    /// The shard cannot be read, or is damaged.
    pub async fn taste(&self, user: UserRow) -> Result<Vec<f32>, BundleError> {
        let mut taste = Vec::new();
        self.tastes
            .visit(&[user.0], |_, shard, row| {
                taste = shard.of(row).collect();
            })
            .await?;
        Ok(taste)
    }

    /// What a user rated: newest first, ties by item.
    ///
    /// # Errors
    /// The shard cannot be read, or is damaged.
    pub async fn history(&self, user: UserRow) -> Result<Vec<Interaction>, BundleError> {
        let mut history = Vec::new();
        self.history.visit(&[user.0], |_, shard, row| history = shard.of(row).collect()).await?;
        Ok(history)
    }

    /// The long texts of some items, in their order.
    ///
    /// # Errors
    /// A shard cannot be read, or is damaged.
    pub async fn texts(&self, items: &[ItemRow]) -> Result<Vec<Texts>, BundleError> {
        let mut texts = vec![Texts::default(); items.len()];
        self.text
            .visit(&rows(items), |position, shard, row| {
                if let Some(of_item) = texts.get_mut(position) {
                    of_item.description = shard.description(row).map(str::to_owned);
                    of_item.storyline = shard.storyline(row).map(str::to_owned);
                }
            })
            .await?;
        Ok(texts)
    }

    /// Tells of each rating of some items: who gave it, and whether it is a like.
    ///
    /// # Errors
    /// A shard cannot be read, or is damaged.
    pub async fn audience(
        &self,
        items: &[ItemRow],
        mut each: impl FnMut(UserRow, bool),
    ) -> Result<(), BundleError> {
        self.audience
            .visit(&rows(items), |_, shard, row| {
                for (user, liked) in shard.of(row) {
                    each(user, liked);
                }
            })
            .await
    }

    /// Counts of ratings by group of users.
    ///
    /// # Errors
    /// The section cannot be read, or is damaged.
    pub async fn groups(&self) -> Result<Section<Groups>, BundleError> {
        needed(SectionKind::Groups, self.groups.first().await)
    }

    /// Postings for text search.
    ///
    /// # Errors
    /// The section cannot be read, or is damaged.
    pub async fn search(&self) -> Result<Section<Search>, BundleError> {
        needed(SectionKind::Search, self.search.first().await)
    }

    /// What the items' texts mean; nothing if the bundle does not say.
    ///
    /// # Errors
    /// The section cannot be read, or is damaged.
    pub async fn vectors(&self) -> Result<Option<Section<Vectors>>, BundleError> {
        self.vectors.first().await
    }

    /// A graph over the vectors; nothing if the bundle has none.
    ///
    /// # Errors
    /// The section cannot be read, or is damaged.
    pub async fn index(&self) -> Result<Option<Section<Index>>, BundleError> {
        self.index.first().await
    }

    /// How a question becomes a vector; nothing if the bundle has no vectors.
    ///
    /// # Errors
    /// The section cannot be read, or is damaged.
    pub async fn embedder(&self) -> Result<Option<Section<Embedder>>, BundleError> {
        self.embedder.first().await
    }
}

/// A section that every bundle has.
fn needed<T>(
    kind: SectionKind,
    first: Result<Option<Section<T>>, BundleError>,
) -> Result<Section<T>, BundleError> {
    first?.ok_or(BundleError::Missing { section: kind.name() })
}

fn rows(items: &[ItemRow]) -> Vec<u32> {
    items.iter().map(|item| item.0).collect()
}
