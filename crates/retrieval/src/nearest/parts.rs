//! A graph on its way from a bundle's section into the library, which takes it through
//! serde alone. One type for all parts, and errors without words: the page carries each
//! line of this.

use std::fmt;

use rkyv::rend::u32_le;
use serde::de::{DeserializeSeed, Error, Expected, SeqAccess, Unexpected, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use usher_bundle::ArchivedLists;
use usher_bundle::sections::{ArchivedIndex, ArchivedVectors, Index};

/// What stands in place of neighbours that a point has not.
const NO_NEIGHBOUR: u32 = u32::MAX;

/// A part of the graph, in the form in which the library's types are made.
#[derive(Clone, Copy)]
pub(super) enum Part<'v, 'i> {
    /// The fields of the library's graph, in their order: how many points a search keeps
    /// in view, the points, the graph of all of them, the coarser ones.
    Graph(u32, &'v ArchivedVectors, &'i ArchivedIndex),
    Points(&'v ArchivedVectors, &'i [u32_le]),
    /// The vector of an item's whole text: its values and their scale.
    Point(&'v ArchivedVectors, usize),
    Layers(&'i [ArchivedLists]),
    /// Per point, its neighbours; so many at most.
    Nodes(&'i ArchivedLists, usize),
    /// An array of that length.
    Node(&'i [u32_le], usize),
    Number(u32),
    Scale(f32),
    Values(&'v [i8]),
}

/// A part is no such thing. What is wrong it does not say: the section was checked.
#[derive(Debug)]
pub(super) struct NoSuchPart;

/// The parts of a part, one after the other.
struct Parts<'v, 'i> {
    of: Part<'v, 'i>,
    next: usize,
}

impl<'v, 'i> Parts<'v, 'i> {
    /// Not repeated at every place where the library reads one: it reads the neighbours
    /// of a point in 32 places.
    #[inline(never)]
    fn take(&mut self) -> Option<Part<'v, 'i>> {
        let at = self.next;
        self.next += 1;
        Some(match (self.of, at) {
            (Part::Graph(in_view, ..), 0) => Part::Number(in_view),
            (Part::Graph(_, vectors, index), 1) => Part::Points(vectors, &index.items),
            (Part::Graph(_, _, index), 2) => Part::Nodes(&index.neighbours, Index::MOST_NEIGHBOURS),
            (Part::Graph(_, _, index), 3) => Part::Layers(&index.layers),
            (Part::Points(vectors, items), at) => {
                Part::Point(vectors, vectors.of(items.get(at)?.to_native() as usize).start)
            }
            (Part::Point(vectors, at), 0) => Part::Values(vectors.get(at..at + 1).0),
            (Part::Point(vectors, at), 1) => {
                Part::Scale(vectors.get(at..at + 1).1.first()?.to_native())
            }
            (Part::Layers(layers), at) => Part::Nodes(layers.get(at)?, Index::MOST_ABOVE),
            (Part::Nodes(graph, width), at) if at < graph.rows() => {
                Part::Node(graph.row(at), width)
            }
            (Part::Node(neighbours, width), at) if at < width => {
                Part::Number(neighbours.get(at).map_or(NO_NEIGHBOUR, |id| id.to_native()))
            }
            _ => return None,
        })
    }
}

impl<'v> SeqAccess<'v> for Parts<'v, '_> {
    type Error = NoSuchPart;

    fn next_element_seed<T: DeserializeSeed<'v>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, NoSuchPart> {
        self.take().map(|part| seed.deserialize(part)).transpose()
    }
}

impl<'de> Deserializer<'de> for Part<'de, '_> {
    type Error = NoSuchPart;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoSuchPart> {
        match self {
            Self::Number(number) => visitor.visit_u32(number),
            Self::Scale(scale) => visitor.visit_f32(scale),
            Self::Values(values) => visitor.visit_borrowed_bytes(bytemuck::cast_slice(values)),
            of => visitor.visit_seq(Parts { of, next: 0 }),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, NoSuchPart> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl Error for NoSuchPart {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    // Serde would put these into words.
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }
}

impl std::error::Error for NoSuchPart {}

impl fmt::Display for NoSuchPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such part")
    }
}
