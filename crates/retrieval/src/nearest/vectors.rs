use std::iter::repeat;

use usher_bundle::sections::Vectors;

/// Largest value of a quantised vector; the same on both sides of zero.
const MOST: f32 = 127.0;

/// A query's vector, quantised as those in the bundle are.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(super) values: Vec<i8>,
    pub(super) scale: f32,
}

impl Query {
    /// The direction of a vector. One of another length than the bundle's is compared
    /// as far as both go.
    #[must_use]
    pub fn new(vector: &[f32]) -> Self {
        let mut values = Vec::with_capacity(vector.len());
        let scale = quantise(vector, vector.len(), &mut values);
        Self { values, scale }
    }

    /// Its numbers, for whoever compares it elsewhere.
    pub fn numbers(&self) -> impl Iterator<Item = f32> {
        self.values.iter().map(|value| f32::from(*value) * self.scale)
    }
}

/// Makes the section of the items' vectors: per item, in the order of rows, the vector
/// of its whole text and then those of its sentences; none for an item without text.
/// Vectors are made as long as `dimensions`, a multiple of 16 up to 1,024, and to unit
/// length.
#[must_use]
pub fn vectors<V: AsRef<[f32]>>(
    dimensions: u32,
    items: impl IntoIterator<Item = impl IntoIterator<Item = V>>,
) -> Vectors {
    let mut made = Vectors { dimensions, offsets: vec![0], scales: Vec::new(), values: Vec::new() };
    for vectors in items {
        for vector in vectors {
            let scale = quantise(vector.as_ref(), dimensions as usize, &mut made.values);
            made.scales.push(scale);
        }
        // Far fewer than 2^32: the archive's own offsets refuse more bytes than that.
        made.offsets.push(u32::try_from(made.scales.len()).unwrap_or(u32::MAX));
    }
    made
}

/// Appends a vector of unit length as integers of one byte, and gives what they are
/// multiplied with. Numbers that are none are zeros, and so is all of a vector without
/// a direction.
fn quantise(vector: &[f32], dimensions: usize, values: &mut Vec<i8>) -> f32 {
    let numbers = || {
        let finite = vector.iter().map(|x| if x.is_finite() { *x } else { 0.0 });
        finite.chain(repeat(0.0)).take(dimensions)
    };
    let largest = numbers().fold(0.0, |largest: f32, x| largest.max(x.abs()));
    // Relative to the largest first, so that no square is too large or too small.
    let length = numbers().map(|x| (x / largest) * (x / largest)).sum::<f32>().sqrt();
    // Of zeros alone, 0 / 0 is cast to 0.
    values.extend(numbers().map(|x| (x / largest * MOST).round_ties_even() as i8));
    if largest > 0.0 { 1.0 / (MOST * length) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unquantised(query: &Query) -> Vec<f32> {
        query.numbers().collect()
    }

    #[test]
    fn items_without_text_have_no_vectors() {
        let one = vec![vec![3.0, 4.0]];
        let two = vec![vec![1.0, 0.0], vec![0.0, -1.0]];
        let made = vectors(16, [one, Vec::new(), two]);
        assert_eq!(made.offsets, [0, 1, 1, 3]);
        assert_eq!(made.scales.len(), 3);
        assert_eq!(made.values.len(), 3 * 16);
        assert_eq!(made.values[..3], [95, 127, 0]);
    }

    #[test]
    fn a_vector_without_direction_is_zeros() {
        for vector in [[0.0; 16], [f32::NAN; 16], [f32::INFINITY; 16]] {
            assert_eq!(Query::new(&vector), Query { values: vec![0; 16], scale: 0.0 });
        }
        assert_eq!(vectors(16, [[[]; 1]; 1]).values, [0; 16]);
    }

    proptest! {
        #[test]
        fn quantising_keeps_the_direction(
            vector in prop::collection::vec(-1e3_f32..1e3, 16),
            times in prop::sample::select(vec![1e-30_f32, 1.0, 1e30]),
        ) {
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            prop_assume!(length > 1.0);
            let scaled: Vec<f32> = vector.iter().map(|x| x * times).collect();
            let query = Query::new(&scaled);
            prop_assert!((0.0..=1.0).contains(&query.scale));
            for (x, y) in vector.iter().zip(unquantised(&query)) {
                prop_assert!((x / length - y).abs() < 0.005, "{x} {length} {y}");
            }
        }
    }
}
