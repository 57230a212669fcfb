use serde::{Deserialize, Serialize};

use crate::error::BundleError;

/// The bundle format that is written here, and the newest that is read.
pub const FORMAT: u32 = 1;

/// What a bundle's `manifest.json` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the bundle format.
    pub format: u32,
    /// The catalogue's name, for people.
    pub name: String,
    /// How much the bundle holds.
    pub counts: Counts,
    /// A rating at or above this is a like.
    pub like_threshold: f32,
    /// How the bundle was made.
    pub made: Made,
    /// How good the ranking is, as measured; absent if there was too little to measure on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// The section files.
    pub sections: Vec<SectionEntry>,
}

/// How much a bundle holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Items in the catalogue.
    pub items: u64,
    /// Users.
    pub users: u64,
    /// Interactions of users with items.
    pub interactions: u64,
}

/// How a bundle was made. Holds no time and no path, so that packing twice gives
/// the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Program and version.
    pub by: String,
    /// Kind of dataset that was read.
    pub from: String,
    /// The seed that everything random came from.
    pub seed: u64,
    /// The ranking model and its settings, in words.
    pub model: String,
}

/// Ranking quality of the model's settings on an internal split: fitted on the
/// larger part, measured on the part held out. The bundle's own factors are then
/// fitted on everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// How the split was made, in words.
    pub split: String,
    /// NDCG@10 on the held-out part.
    pub ndcg_at_10: f64,
    /// Recall@10 on the held-out part.
    pub recall_at_10: f64,
    /// NDCG@10 of the most popular items on the same part, for comparison.
    pub most_popular_ndcg_at_10: f64,
}

/// The kinds of section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// Columns for filtering, dictionaries, titles; users.
    Catalog,
    /// Factors of users and items.
    Factors,
    /// Per user: items, ratings, times.
    History,
    /// Per item: who rated it, who liked it.
    Audience,
    /// Postings for BM25.
    Search,
    /// Descriptions and storylines.
    Text,
}

impl SectionKind {
    /// All kinds, in the order in which a page should load them.
    pub const ALL: [Self; 6] =
        [Self::Catalog, Self::Factors, Self::History, Self::Audience, Self::Search, Self::Text];

    /// The name as in the manifest and in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Factors => "factors",
            Self::History => "history",
            Self::Audience => "audience",
            Self::Search => "search",
            Self::Text => "text",
        }
    }

    /// The number in a section file's header.
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Catalog => 1,
            Self::Factors => 2,
            Self::History => 3,
            Self::Audience => 4,
            Self::Search => 5,
            Self::Text => 6,
        }
    }
}

/// One section file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionEntry {
    /// What it holds.
    pub kind: SectionKind,
    /// File name beside the manifest. Compressed forms add `.br` and `.gz`.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Size of the brotli form in bytes.
    pub brotli_bytes: u64,
    /// Size of the gzip form in bytes.
    pub gzip_bytes: u64,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// Not JSON, not a manifest, a newer format, or a file name that leaves the
    /// bundle's folder.
    pub fn parse(json: &[u8]) -> Result<Self, BundleError> {
        // The format first: a newer manifest may have another shape.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let unreadable =
            |error: serde_json::Error| BundleError::Manifest { reason: error.to_string() };
        let version: Version = serde_json::from_slice(json).map_err(unreadable)?;
        if version.format > FORMAT {
            return Err(BundleError::NewerFormat { found: version.format, known: FORMAT });
        }
        let manifest: Self = serde_json::from_slice(json).map_err(unreadable)?;
        for section in &manifest.sections {
            let plain = !section.file.is_empty()
                && !section.file.starts_with('.')
                && section
                    .file
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
            if !plain {
                return Err(BundleError::Manifest {
                    reason: format!("{:?} is not a file name within the bundle", section.file),
                });
            }
        }
        Ok(manifest)
    }

    /// The entry of a section.
    ///
    /// # Errors
    /// The manifest lists none.
    pub fn section(&self, kind: SectionKind) -> Result<&SectionEntry, BundleError> {
        self.sections
            .iter()
            .find(|entry| entry.kind == kind)
            .ok_or(BundleError::Missing { section: kind.name() })
    }

    /// Size of all sections in bytes, uncompressed.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.sections.iter().fold(0, |sum, section| sum.saturating_add(section.bytes))
    }
}
