use rkyv::{Archive, Serialize};

use super::Bounds;
use crate::lists::{ArchivedLists, Lists};
use crate::section::Check;
use crate::shards::Sharded;

/// A graph in which the items nearest to a query are found while few are looked at: a
/// hierarchical navigable small world (Malkov and Yashunin, "Efficient and robust
/// approximate nearest neighbor search using hierarchical navigable small world
/// graphs", 2016). Its points are the items with text, their vectors those of the
/// whole texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Index {
    /// Per point, the item's row; each item at most once.
    pub items: Vec<u32>,
    /// Per point, its neighbours among the points, nearest first; at most
    /// [`Self::MOST_NEIGHBOURS`].
    pub neighbours: Lists,
    /// Coarser and coarser graphs over fewer and fewer of the first points; of
    /// neighbours they have half as many at most.
    pub layers: Vec<Lists>,
}

impl Index {
    /// Neighbours of a point.
    pub const MOST_NEIGHBOURS: usize = 64;
    /// Neighbours of a point in one of the coarser graphs.
    pub const MOST_ABOVE: usize = Self::MOST_NEIGHBOURS / 2;
}

impl Check for ArchivedIndex {
    fn check(&self) -> Result<(), String> {
        let mut points = self.items.len();
        check_graph(&self.neighbours, points, Index::MOST_NEIGHBOURS)?;
        for layer in self.layers.iter() {
            // The first point, where each search begins, is in every graph.
            if !(1..=points).contains(&layer.rows()) {
                return Err("its graphs do not become smaller".into());
            }
            points = layer.rows();
            check_graph(layer, points, Index::MOST_ABOVE)?;
        }
        Ok(())
    }
}

/// As many lists as points, each of points, none too long.
fn check_graph(graph: &ArchivedLists, points: usize, most: usize) -> Result<(), String> {
    graph.check("its graph", points, points)?;
    if (0..points).all(|point| graph.range(point).len() <= most) {
        Ok(())
    } else {
        Err("a point of its graph has too many neighbours".into())
    }
}

impl Sharded for Index {
    fn check_rows(archived: &ArchivedIndex, rows: usize, bounds: Bounds) -> Result<(), String> {
        super::same_rows("its graph", rows, bounds.items)?;
        let mut is_point = vec![false; bounds.items];
        for item in archived.items.iter() {
            match is_point.get_mut(item.to_native() as usize) {
                Some(is_point) if !*is_point => *is_point = true,
                _ => return Err("its graph has an item twice, or one that is none".into()),
            }
        }
        Ok(())
    }

    /// It stays in one piece: a search may go anywhere.
    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        0
    }

    #[cfg(feature = "write")]
    fn slice(&self, _: std::ops::Range<usize>) -> Self {
        self.clone()
    }
}
