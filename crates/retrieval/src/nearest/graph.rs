use std::fmt;

use instant_distance::{Hnsw, Point, Search};
use self_cell::self_cell;
use serde::{Deserialize, Serialize, Serializer};
use usher_bundle::sections::{ArchivedIndex, Vectors};
use usher_bundle::{BundleError, ItemRow, Section, SectionKind};

use super::parts::{NoSuchPart, Part};
use super::scan::cosine;
use super::vectors::Query;

/// Points that a search keeps in view; so many items it finds at most. More find
/// nearer items, and take longer.
const IN_VIEW: u32 = 200;

/// The items nearest to a query, most of them: found in a graph, where looking at all
/// would take longer. Only whole texts count. It reads the vectors where they are.
pub struct Graph {
    graph: OverVectors,
    /// Per point, its item.
    items: Vec<u32>,
}

type Points<'a> = Hnsw<TextPoint<'a>>;

self_cell!(
    struct OverVectors {
        owner: Section<Vectors>,
        #[covariant]
        dependent: Points,
    }
);

impl Graph {
    /// Opens a bundle's graph over its vectors.
    ///
    /// # Errors
    /// The two do not belong together.
    pub fn open(vectors: Section<Vectors>, index: &ArchivedIndex) -> Result<Self, BundleError> {
        let damaged = |reason: &str| BundleError::Damaged {
            file: SectionKind::Index.name().to_owned(),
            reason: reason.to_owned(),
        };
        let items: Vec<u32> = index.items.iter().map(|item| item.to_native()).collect();
        if items.iter().any(|item| vectors.get().of(*item as usize).is_empty()) {
            return Err(damaged("it has an item without a vector"));
        }
        let graph = OverVectors::try_new(vectors, |vectors| {
            Hnsw::deserialize(Part::Graph(IN_VIEW, vectors.get(), index))
        });
        let graph = graph.map_err(|NoSuchPart| damaged("it is no graph"))?;
        Ok(Self { graph, items })
    }

    /// The nearest items and the cosines of their whole texts, nearest first: up to
    /// two hundred.
    #[must_use]
    pub fn search(&self, query: &Query) -> Vec<(ItemRow, f32)> {
        let point = TextPoint { values: bytemuck::cast_slice(&query.values), scale: query.scale };
        let mut search = Search::default();
        let found = self.graph.borrow_dependent().search(&point, &mut search);
        let found = found.filter_map(|found| {
            let item = self.items.get(found.pid.into_inner() as usize)?;
            Some((ItemRow(*item), -found.distance))
        });
        found.collect()
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Graph({} items)", self.items.len())
    }
}

/// A text as the library knows it: its vector, which lies in the bundle.
#[derive(Clone, Deserialize)]
pub(super) struct TextPoint<'a> {
    /// Signed; as plain bytes they can be lent through serde.
    pub(super) values: &'a [u8],
    pub(super) scale: f32,
}

impl Point for TextPoint<'_> {
    fn distance(&self, other: &Self) -> f32 {
        let a = (bytemuck::cast_slice(self.values), self.scale);
        let b = (bytemuck::cast_slice(other.values), other.scale);
        -cosine(a, b)
    }
}

/// The vectors lie beside the graph.
impl Serialize for TextPoint<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use usher_bundle::Lists;
    use usher_bundle::sections::Index;

    use super::*;
    use crate::nearest::{IndexChoice, index_of, score, vectors};

    const ITEMS: usize = 400;

    /// A vector that a number stands for; near numbers have no near vectors.
    fn vector(number: usize) -> Vec<f32> {
        (1..=32).map(|n| libm::sinf((number * n * n) as f32 + n as f32)).collect()
    }

    /// Every seventh item has no text; the others have one sentence besides.
    fn made() -> Vectors {
        vectors(
            32,
            (0..ITEMS).map(|item| {
                let n = if item % 7 == 0 { 0 } else { 2 };
                (0..n).map(move |n| vector(item + n * ITEMS))
            }),
        )
    }

    static INDEX: LazyLock<Index> =
        LazyLock::new(|| index_of(&made(), IndexChoice::Always).unwrap());

    /// As a bundle opens it: checked.
    fn open(index: &Index) -> Result<Graph, BundleError> {
        Graph::open(Section::of(&made())?, Section::of(index)?.get())
    }

    #[test]
    fn nearly_all_of_the_nearest_are_found_with_their_exact_scores() {
        let graph = open(&INDEX).unwrap();
        let section = Section::of(&made()).unwrap();
        let (mut found, mut wanted) = (0, 0);
        for query in 0..50 {
            let query = Query::new(&vector(10_000 + query));
            let whole = |row| Some((score(section.get(), &query, ItemRow(row))?.whole, row));
            let mut exact: Vec<(f32, u32)> = (0..ITEMS as u32).filter_map(whole).collect();
            exact.sort_by(|a, b| b.0.total_cmp(&a.0));
            let near = graph.search(&query);
            assert_eq!(near.len(), IN_VIEW as usize);
            assert!(near.is_sorted_by(|a, b| a.1 >= b.1));
            for (item, cosine) in &near {
                assert_eq!(whole(item.0).unwrap().0, *cosine);
            }
            wanted += 10;
            let is_found = |row: u32| near.iter().take(10).any(|(item, _)| item.0 == row);
            found += exact.iter().take(10).filter(|(_, row)| is_found(*row)).count();
        }
        assert!(found * 100 >= wanted * 98, "{found} of {wanted}");
    }

    #[test]
    fn the_same_vectors_give_the_same_graph() {
        assert_eq!(index_of(&made(), IndexChoice::Always).as_ref(), Some(&*INDEX));
        assert!(!INDEX.layers.is_empty());
    }

    #[test]
    fn a_graph_is_made_where_it_is_wanted() {
        assert_eq!(index_of(&made(), IndexChoice::Never), None);
        assert_eq!(index_of(&made(), IndexChoice::Auto), None);
        let without_text = vectors::<[f32; 16]>(16, [[]; 3]);
        assert_eq!(index_of(&without_text, IndexChoice::Always), None);
        let one = index_of(&vectors(16, [[[1.0; 16]]]), IndexChoice::Always).unwrap();
        assert_eq!((one.items.len(), one.layers.len()), (1, 0));
    }

    #[test]
    fn a_graph_of_no_points_finds_nothing() {
        assert_eq!(open(&Index::default()).unwrap().search(&Query::new(&vector(1))), []);
        assert_eq!(open(&INDEX).unwrap().search(&Query::new(&[])).len(), IN_VIEW as usize);
    }

    #[test]
    fn a_graph_over_other_vectors_is_refused() {
        let mut index = INDEX.clone();
        index.items[0] = 7;
        let error = open(&index).unwrap_err().to_string();
        assert!(error.contains("index is damaged: it has an item without a vector"), "{error}");
    }

    proptest! {
        /// What the checks let through, the library must be able to walk.
        #[test]
        fn an_edited_graph_is_searched_or_refused(
            edits in prop::collection::vec((0..4_u8, any::<prop::sample::Index>(), any::<u32>()), 1..40),
            to_end in any::<bool>(),
        ) {
            let mut index = INDEX.clone();
            for (what, at, value) in edits {
                // Small ones are points as a rule.
                let value = if to_end { value } else { value % (ITEMS as u32 + 2) };
                let numbers = match (what, index.layers.first_mut()) {
                    (0, _) => &mut index.items,
                    (1, Some(layer)) => &mut layer.values,
                    (2, Some(layer)) => &mut layer.offsets,
                    _ => &mut index.neighbours.values,
                };
                let at = at.index(numbers.len());
                numbers[at] = value;
            }
            if let Ok(graph) = open(&index) {
                let found = graph.search(&Query::new(&vector(20_000)));
                prop_assert!(found.len() <= IN_VIEW as usize);
            }
        }

        #[test]
        fn any_graph_of_points_is_searched(
            neighbours in prop::collection::vec(prop::collection::vec(0..20_u32, 0..64), 20),
            above in prop::collection::vec(prop::collection::vec(0..5_u32, 0..32), 5),
        ) {
            let index = Index {
                items: (1..7).chain(8..14).chain(15..21).chain(22..24).collect(),
                neighbours: neighbours.iter().collect(),
                layers: vec![above.iter().collect::<Lists>()],
            };
            let graph = open(&index).unwrap();
            prop_assert!(graph.search(&Query::new(&vector(20_000))).len() <= 20);
        }
    }
}
