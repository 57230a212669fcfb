//! What is timed: opening the sections, and searching them. `cargo xtask bench nearest`
//! calls it in a browser.

use itertools::Itertools;
use usher_bundle::sections::{Index, Vectors};
use usher_bundle::{BundleError, ItemRow, Manifest, Section, SectionEntry, SectionKind};
use usher_retrieval::nearest::{Graph, Query, score};
use wasm_bindgen::prelude::wasm_bindgen;

/// How many items a search finds.
const K: usize = 10;

/// Vectors, and a graph over them once it is opened.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Nearest {
    manifest: Manifest,
    vectors: Section<Vectors>,
    graph: Option<Graph>,
}

#[wasm_bindgen]
impl Nearest {
    /// Opens the section of vectors: its hash, its structure and its content are
    /// checked.
    ///
    /// # Errors
    /// It is damaged.
    pub fn open(manifest: &[u8], vectors: &[u8]) -> Result<Self, String> {
        let manifest = Manifest::parse(manifest).map_err(in_words)?;
        let entry = entry(&manifest, SectionKind::Vectors)?;
        let vectors = Section::<Vectors>::open(entry, vectors).map_err(in_words)?;
        Ok(Self { manifest, vectors, graph: None })
    }

    /// Opens the section of the graph in the same way, and hands it to the library.
    ///
    /// # Errors
    /// It is damaged.
    pub fn open_graph(&mut self, index: &[u8]) -> Result<(), String> {
        let entry = entry(&self.manifest, SectionKind::Index)?;
        let index = Section::<Index>::open(entry, index).map_err(in_words)?;
        let graph = Graph::open(self.vectors.clone(), index.get()).map_err(in_words)?;
        self.graph = Some(graph);
        Ok(())
    }

    /// The nearest ten items, out of all.
    #[must_use]
    pub fn exact(&self, query: &[f32]) -> Vec<u32> {
        let query = Query::new(query);
        let vectors = self.vectors.get();
        let scored = (0..vectors.n_items() as u32)
            .filter_map(|item| Some((item, score(vectors, &query, ItemRow(item))?.whole)));
        let best = scored.k_smallest_by(K, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.map(|(item, _)| item).collect()
    }

    /// The nearest ten items, out of those that the graph's search meets.
    #[must_use]
    pub fn through_graph(&self, query: &[f32]) -> Vec<u32> {
        let found = self.graph.as_ref().map(|graph| graph.search(&Query::new(query)));
        found.unwrap_or_default().into_iter().take(K).map(|(item, _)| item.0).collect()
    }
}

fn entry(manifest: &Manifest, kind: SectionKind) -> Result<&SectionEntry, String> {
    let entry = manifest.sections.iter().find(|entry| entry.kind == kind);
    entry.ok_or_else(|| format!("there is no {} section", kind.name()))
}

#[allow(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn in_words(error: BundleError) -> String {
    error.to_string()
}
