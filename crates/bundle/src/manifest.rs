use serde::Serialize;
use serde_json::Value;
use usher_protocol::{Example, Fields, FromJson, readable};

use crate::error::BundleError;

/// The bundle format that is written and read here.
pub const FORMAT: u32 = 4;

/// What a bundle's `manifest.json` says.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// Questions that whoever made the dataset would have people begin with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// The section files.
    pub sections: Vec<SectionEntry>,
}

readable!(struct Manifest {
    format, name, counts, like_threshold, made, quality, examples: default, sections
});

/// How much a bundle holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Items in the catalogue.
    pub items: u64,
    /// Users.
    pub users: u64,
    /// Interactions of users with items.
    pub interactions: u64,
}

readable!(struct Counts { items, users, interactions });

/// How a bundle was made. Holds no time and no path, so that packing twice gives
/// the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Made {
    /// Program and version.
    pub by: String,
    /// Kind of dataset that was read.
    pub from: String,
    /// The seed that everything random came from.
    pub seed: u64,
    /// The ranking model and its settings, in words.
    pub model: String,
    /// What whoever made the dataset wants people to know of it, in a sentence or two:
    /// that its audience is simulated, say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

readable!(struct Made { by, from, seed, model, note });

/// Ranking quality of the model's settings on an internal split: fitted on the
/// larger part, measured on the part held out. The bundle's own factors are then
/// fitted on everything.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// How the split was made, in words.
    pub split: String,
    /// NDCG@10 on the held-out part.
    pub ndcg_at_10: f64,
    /// Recall@10 on the held-out part.
    pub recall_at_10: f64,
    /// NDCG@10 of the most popular items on the same part, for comparison.
    pub most_popular_ndcg_at_10: f64,
    /// The models that were compared on the same part, each at its best. The one of the
    /// highest NDCG@10 was chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
}

readable!(struct Quality {
    split, ndcg_at_10, recall_at_10, most_popular_ndcg_at_10, compared: default
});

/// A model that was compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// Its name and settings, in words.
    pub model: String,
    /// NDCG@10 on the held-out part.
    pub ndcg_at_10: f64,
}

readable!(struct Compared { model, ndcg_at_10 });

/// The kinds of section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// Columns for filtering, dictionaries, titles; users.
    Catalog,
    /// How names and titles are found.
    Names,
    /// Factors of the items.
    Factors,
    /// Factors of the users, in shards.
    Tastes,
    /// Per user: items, ratings, times; in shards.
    History,
    /// Descriptions and storylines, in shards.
    Text,
    /// Per item: ratings by each group of users.
    Groups,
    /// Per item: who rated it, who liked it; in shards.
    Audience,
    /// Postings for BM25.
    Search,
    /// What the items' texts mean. A catalogue without text has none.
    Vectors,
    /// A graph over the vectors, for catalogues too large to look at every item.
    Index,
    /// How a question becomes such a vector.
    Embedder,
}

readable!(enum SectionKind {
    catalog => Catalog,
    names => Names,
    factors => Factors,
    tastes => Tastes,
    history => History,
    text => Text,
    groups => Groups,
    audience => Audience,
    search => Search,
    vectors => Vectors,
    index => Index,
    embedder => Embedder,
});

impl SectionKind {
    /// All kinds, in the order in which their files are listed.
    pub const ALL: [Self; 12] = [
        Self::Catalog,
        Self::Names,
        Self::Factors,
        Self::Tastes,
        Self::History,
        Self::Text,
        Self::Groups,
        Self::Audience,
        Self::Search,
        Self::Vectors,
        Self::Index,
        Self::Embedder,
    ];

    /// Those that are read when a bundle is opened. The others are read when they
    /// are needed.
    pub const AT_ONCE: [Self; 3] = [Self::Catalog, Self::Names, Self::Factors];

    /// Those that a search of texts reads: its words first, then what they mean.
    pub const TEXT_SEARCH: [Self; 4] = [Self::Search, Self::Vectors, Self::Index, Self::Embedder];

    /// Those that not every bundle has.
    pub const OPTIONAL: [Self; 3] = [Self::Vectors, Self::Index, Self::Embedder];

    /// The name as in the manifest and in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Names => "names",
            Self::Factors => "factors",
            Self::Tastes => "tastes",
            Self::History => "history",
            Self::Text => "text",
            Self::Groups => "groups",
            Self::Audience => "audience",
            Self::Search => "search",
            Self::Vectors => "vectors",
            Self::Index => "index",
            Self::Embedder => "embedder",
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
            Self::Names => 7,
            Self::Tastes => 8,
            Self::Groups => 9,
            Self::Vectors => 10,
            Self::Index => 11,
            Self::Embedder => 12,
        }
    }
}

/// One section file: a whole section, or one shard of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionEntry {
    /// What it holds.
    pub kind: SectionKind,
    /// The first row (of a user or an item) that the file holds.
    pub first_row: u32,
    /// How many rows it holds: those of one shard, or all.
    pub rows: u32,
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

readable!(struct SectionEntry {
    kind, first_row, rows, file, bytes, sha256, brotli_bytes, gzip_bytes
});

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// Not JSON, not a manifest, another format, a threshold that is not a number, or
    /// a file name that leaves the bundle's folder.
    pub fn parse(json: &[u8]) -> Result<Self, BundleError> {
        let unreadable =
            |error: serde_json::Error| BundleError::Manifest { reason: error.to_string() };
        // As text: the page reads all its JSON as text, and carries one reader.
        let json = std::str::from_utf8(json)
            .map_err(|error| BundleError::Manifest { reason: error.to_string() })?;
        let json: Value = serde_json::from_str(json).map_err(unreadable)?;
        // The format first: a newer manifest may have another shape.
        let mut fields = Fields::of(json.clone()).map_err(unreadable)?;
        let format: u32 = fields.take("format").map_err(unreadable)?;
        if format > FORMAT {
            return Err(BundleError::NewerFormat { found: format, known: FORMAT });
        }
        if format < FORMAT {
            return Err(BundleError::OlderFormat { found: format, known: FORMAT });
        }
        let mut manifest = Self::from_json(json).map_err(unreadable)?;
        // Others could not be shown, and a bundle does not need them.
        manifest.examples.retain(|example| example.check().is_ok());
        manifest.examples.truncate(Example::MOST);
        // A number too large for 32 bits is read as infinity.
        if !manifest.like_threshold.is_finite() {
            return Err(BundleError::Manifest {
                reason: "like_threshold is not a finite number".to_owned(),
            });
        }
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

    /// The files of a section, in the order of their rows; none of one that not every
    /// bundle has, if this one has not.
    ///
    /// # Errors
    /// There is none of one that is needed, or they do not hold `rows` rows without gap and overlap.
    pub(crate) fn shards(
        &self,
        kind: SectionKind,
        rows: usize,
    ) -> Result<Vec<SectionEntry>, BundleError> {
        let entries: Vec<SectionEntry> =
            self.sections.iter().filter(|entry| entry.kind == kind).cloned().collect();
        if entries.is_empty() {
            return match SectionKind::OPTIONAL.contains(&kind) {
                true => Ok(entries),
                false => Err(BundleError::Missing { section: kind.name() }),
            };
        }
        let mut next = 0_u64;
        for entry in &entries {
            if u64::from(entry.first_row) != next {
                return Err(BundleError::Manifest {
                    reason: format!("the rows of {} are not complete and in order", kind.name()),
                });
            }
            next += u64::from(entry.rows);
        }
        if next != rows as u64 {
            return Err(BundleError::Manifest {
                reason: format!("{} has {next} rows, not {rows}", kind.name()),
            });
        }
        Ok(entries)
    }

    /// The files that are read when the bundle is opened.
    pub fn at_once(&self) -> impl Iterator<Item = &SectionEntry> {
        self.sections.iter().filter(|entry| SectionKind::AT_ONCE.contains(&entry.kind))
    }
}
