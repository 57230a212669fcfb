use instant_distance::{Builder, Heuristic};
use rayon::ThreadPoolBuilder;
use serde::Deserialize;
use usher_bundle::Lists;
use usher_bundle::sections::{Index, Vectors};

use super::graph::TextPoint;

/// From so many items with text a graph is worth its bytes: `docs/nearest.md` has the
/// measurements.
pub const INDEX_FROM: usize = 50_000;
/// Where the graph's shape comes from: the same vectors give the same graph.
const SEED: u64 = 1;
/// Points kept in view while the graph is built. More make a better graph.
const IN_VIEW: usize = 100;

/// When a bundle has a graph over its vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IndexChoice {
    /// From [`INDEX_FROM`] items with text.
    #[default]
    Auto,
    /// Whenever there is text.
    Always,
    /// Not at all.
    Never,
}

/// Makes the section of the graph over the vectors of whole texts, if it is wanted. It
/// is made on one thread: with more, its bytes would not repeat.
#[must_use]
pub fn index_of(vectors: &Vectors, choice: IndexChoice) -> Option<Index> {
    let mut items = Vec::new();
    let mut points = Vec::new();
    let dimensions = vectors.dimensions as usize;
    for (span, item) in vectors.offsets.windows(2).zip(0..) {
        let [start, end] = span else { continue };
        let whole = *start as usize;
        let values = vectors.values.get(whole * dimensions..(whole + 1) * dimensions);
        if let (true, Some(values), Some(scale)) = (start < end, values, vectors.scales.get(whole))
        {
            items.push(item);
            points.push(TextPoint { values: bytemuck::cast_slice(values), scale: *scale });
        }
    }
    let from = match choice {
        IndexChoice::Auto => INDEX_FROM,
        IndexChoice::Always => 1,
        IndexChoice::Never => return None,
    };
    if items.len() < from {
        return None;
    }
    // Neighbours behind a nearer neighbour are left out: with them the graph is three
    // times as large, and a search finds hardly more in twice the time.
    let neighbours_kept = Heuristic { extend_candidates: false, keep_pruned: false };
    let builder = Builder::default()
        .seed(SEED)
        .ef_construction(IN_VIEW)
        .select_heuristic(Some(neighbours_kept));
    let build = || builder.build_hnsw(points);
    let (graph, places) = match ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(build),
        // Where there are no threads, it takes the one there is.
        Err(_) => build(),
    };
    // What the library makes it shows through serde alone.
    let graph = serde_json::to_vec(&graph).ok()?;
    let graph: Built = serde_json::from_slice(&graph).ok()?;
    let mut by_place: Vec<_> = places.into_iter().zip(items).collect();
    by_place.sort_unstable();
    Some(Index {
        items: by_place.into_iter().map(|(_, item)| item).collect(),
        neighbours: neighbours(graph.zero),
        layers: graph.layers.into_iter().map(neighbours).collect(),
    })
}

/// The library's graph: per point, an array of its neighbours.
#[derive(Deserialize)]
struct Built {
    zero: Vec<Vec<u32>>,
    layers: Vec<Vec<Vec<u32>>>,
}

/// Arrays end with numbers that are no points.
fn neighbours(arrays: Vec<Vec<u32>>) -> Lists {
    let points = arrays.len() as u32;
    let lists = arrays.into_iter().map(|mut array| {
        array.retain(|neighbour| *neighbour < points);
        array
    });
    lists.collect()
}
