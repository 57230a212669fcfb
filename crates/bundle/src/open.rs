use crate::error::BundleError;
use crate::manifest::{Manifest, SectionKind};
use crate::section::Section;
use crate::sections::{
    ArchivedAudience, ArchivedCatalog, ArchivedFactors, ArchivedHistory, ArchivedSearch,
    ArchivedText, Audience, Catalog, Factors, History, Search, Text,
};

/// An open bundle: every section checked, and all of them against each other.
#[derive(Debug)]
pub struct Bundle {
    manifest: Manifest,
    catalog: Section<Catalog>,
    factors: Section<Factors>,
    history: Section<History>,
    audience: Section<Audience>,
    search: Section<Search>,
    text: Section<Text>,
}

impl Bundle {
    /// Opens a bundle from its manifest and its section files, each with its kind,
    /// in any order.
    ///
    /// # Errors
    /// A section is missing or damaged, or two of them do not belong together.
    pub fn open(manifest: Manifest, files: &[(SectionKind, Vec<u8>)]) -> Result<Self, BundleError> {
        let part = |kind: SectionKind| {
            let entry = manifest.section(kind)?;
            files
                .iter()
                .find(|(of, _)| *of == kind)
                .map(|(_, bytes)| (entry, bytes.as_slice()))
                .ok_or(BundleError::Missing { section: kind.name() })
        };
        macro_rules! open {
            ($kind:ident) => {{
                let (entry, bytes) = part(SectionKind::$kind)?;
                Section::<$kind>::open(entry, bytes)?
            }};
        }
        let bundle = Self {
            catalog: open!(Catalog),
            factors: open!(Factors),
            history: open!(History),
            audience: open!(Audience),
            search: open!(Search),
            text: open!(Text),
            manifest,
        };
        bundle.check_together()?;
        Ok(bundle)
    }

    fn check_together(&self) -> Result<(), BundleError> {
        let items = self.catalog().n_items();
        let users = self.catalog().users.n_users();
        let factors = self.factors();
        let dim = factors.dim.to_native() as usize;
        let rows = |kind: SectionKind, fits: bool| {
            (kind, if fits { Ok(()) } else { Err("its rows are not the catalogue's".to_owned()) })
        };
        for (kind, outcome) in [
            rows(
                SectionKind::Factors,
                factors.item_bias.len() == items && factors.users.len() == users * dim,
            ),
            (SectionKind::History, self.history().check_rows(users, items)),
            (SectionKind::Audience, self.audience().check_rows(items, users)),
            rows(SectionKind::Search, self.search().lengths.len() == items),
            rows(SectionKind::Text, self.text().descriptions.len() == items),
        ] {
            outcome.map_err(|reason| BundleError::Damaged {
                file: self
                    .manifest
                    .section(kind)
                    .map_or_else(|_| kind.name().to_owned(), |entry| entry.file.clone()),
                reason,
            })?;
        }
        Ok(())
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

    /// Factors of users and items.
    #[must_use]
    pub fn factors(&self) -> &ArchivedFactors {
        self.factors.get()
    }

    /// What each user rated.
    #[must_use]
    pub fn history(&self) -> &ArchivedHistory {
        self.history.get()
    }

    /// Who rated each item.
    #[must_use]
    pub fn audience(&self) -> &ArchivedAudience {
        self.audience.get()
    }

    /// Postings for text search.
    #[must_use]
    pub fn search(&self) -> &ArchivedSearch {
        self.search.get()
    }

    /// Descriptions and storylines.
    #[must_use]
    pub fn text(&self) -> &ArchivedText {
        self.text.get()
    }
}
