//! What a bundle holds for text search, made of its documents.

use std::fmt;

use usher_bundle::sections::{ArchivedEmbedder, Embedder, Index, Search, Vectors};
use usher_bundle::{BundleError, Section};

use crate::embed::{embed, lsa};
use crate::nearest::{IndexChoice, index_of, vectors};
use crate::tokens::words;
use crate::{index, sentences};

/// Vectors of sentences that are kept in all; a larger catalogue has its items' whole
/// texts alone, since the vectors are all loaded before the first of them is compared.
const MOST_SENTENCES: usize = 100_000;

/// Words that make up a fifth of English text, and next to nothing of any other. Sorted.
const ENGLISH: [&str; 14] = [
    "and", "by", "from", "has", "his", "of", "that", "the", "their", "they", "to", "when", "who",
    "with",
];
/// From this share of them among all words a catalogue is English enough.
const ENGLISH_SHARE: f64 = 0.08;

/// Which embedder a bundle has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmbedderChoice {
    /// The token table if the catalogue is English enough, else LSA.
    #[default]
    Auto,
    /// The token table.
    Table,
    /// LSA, from the catalogue's own text.
    Lsa,
    /// None: words alone are compared.
    None,
}

/// What text search reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Postings for BM25.
    pub search: Search,
    /// How a query becomes a vector.
    pub embedder: Option<Embedder>,
    /// The documents' vectors.
    pub vectors: Option<Vectors>,
    /// A graph over them.
    pub index: Option<Index>,
    /// What was chosen, and why.
    pub chosen: Chosen,
}

/// Which embedder was chosen, and why. Shown as a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chosen {
    /// It was asked for, or is all there is.
    Asked(EmbedderChoice),
    /// By the share of common English words, from 0 to 1.
    ByLanguage(EmbedderChoice, f64),
    /// The catalogue has too little text for any.
    TooLittleText,
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |choice: &EmbedderChoice| match choice {
            EmbedderChoice::Auto | EmbedderChoice::Table => "the token table",
            EmbedderChoice::Lsa => "LSA, from the catalogue's own text",
            EmbedderChoice::None => "none: words alone are compared",
        };
        match self {
            Self::Asked(choice) => f.write_str(name(choice)),
            Self::ByLanguage(choice, share) => {
                let percent = (share * 100.0).round();
                let least = (ENGLISH_SHARE * 100.0).round();
                write!(
                    f,
                    "{}: {percent} of 100 words are common English ones, and from {least} on a catalogue is taken as English",
                    name(choice)
                )
            }
            Self::TooLittleText => {
                f.write_str("none: fewer than 32 texts, or too few words that stand in two of them, to tell what is alike; words alone are compared")
            }
        }
    }
}

/// Makes everything that text search reads; the first document belongs to item row 0.
/// `table` is the token table; where there is none, LSA stands in for it.
///
/// # Errors
/// The vectors are more than an archive holds.
pub fn prepare(
    documents: &[impl AsRef<str>],
    table: Option<&Section<Embedder>>,
    choice: EmbedderChoice,
    graph: IndexChoice,
) -> Result<Prepared, BundleError> {
    let search = index(documents.iter());
    let (choice, mut chosen) = match choice {
        EmbedderChoice::Auto if table.is_some() => {
            let share = english_share(documents);
            let choice =
                if share < ENGLISH_SHARE { EmbedderChoice::Lsa } else { EmbedderChoice::Table };
            (choice, Chosen::ByLanguage(choice, share))
        }
        EmbedderChoice::Auto | EmbedderChoice::Table if table.is_none() => {
            (EmbedderChoice::Lsa, Chosen::Asked(EmbedderChoice::Lsa))
        }
        asked => (asked, Chosen::Asked(asked)),
    };
    let embedder = match choice {
        EmbedderChoice::None => None,
        EmbedderChoice::Table => table.cloned(),
        _ => lsa(documents).map(|made| Section::of(&made)).transpose()?,
    };
    let Some(embedder) = embedder else {
        if choice != EmbedderChoice::None {
            chosen = Chosen::TooLittleText;
        }
        return Ok(Prepared { search, embedder: None, vectors: None, index: None, chosen });
    };
    let vectors = vectors_of(documents, embedder.get());
    Ok(Prepared {
        search,
        index: index_of(&vectors, graph),
        vectors: Some(vectors),
        embedder: Some(embedder.get().to_owned()),
        chosen,
    })
}

fn vectors_of(documents: &[impl AsRef<str>], embedder: &ArchivedEmbedder) -> Vectors {
    let n_sentences: usize =
        documents.iter().map(|document| sentences(document.as_ref()).count()).sum();
    vectors(
        embedder.dimensions.to_native(),
        documents.iter().map(|document| {
            let document = document.as_ref();
            let own = sentences(document).filter(|sentence| {
                n_sentences <= MOST_SENTENCES && sentence.len() < document.len()
            });
            let own = own.filter_map(|sentence| embed(embedder, sentence));
            // What has no direction as a whole has none in parts that could be told apart.
            embed(embedder, document).map_or_else(Vec::new, |whole| {
                std::iter::once(whole).chain(own).collect::<Vec<_>>()
            })
        }),
    )
}

/// The share of common English words among all.
fn english_share(documents: &[impl AsRef<str>]) -> f64 {
    let (mut english, mut all) = (0usize, 0usize);
    for word in documents.iter().flat_map(|document| words(document.as_ref())) {
        all += 1;
        english += usize::from(ENGLISH.binary_search(&word.as_str()).is_ok());
    }
    english as f64 / all.max(1) as f64
}
