use usher_bundle::sections::{Embedder, Pieces};

/// Largest number of a piece's vector; the same on both sides of zero.
const MOST: f32 = 7.0;

/// Makes the section of an embedder from pieces, in rising byte order, and the vector
/// of each, which must have `dimensions` numbers: a multiple of 16 up to 1,024.
#[must_use]
pub fn embedder<'a>(
    pieces: Pieces,
    dimensions: u32,
    vectors: impl IntoIterator<Item = (String, &'a [f32])>,
) -> Embedder {
    let mut made = Embedder {
        pieces: pieces.code(),
        dimensions,
        vocabulary: Vec::new(),
        scales: Vec::new(),
        halves: Vec::new(),
    };
    for (piece, vector) in vectors {
        let largest = vector.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
        let scale = largest / MOST;
        let half = |x: &f32| {
            // 0 / 0 is cast to 0.
            let value = (x / scale).round_ties_even().clamp(-MOST, MOST) as i8;
            (value + 8) as u8
        };
        made.vocabulary.push(piece);
        made.scales.push(scale);
        made.halves.extend(vector.chunks(2).map(|pair| match pair {
            [low, high] => half(low) | half(high) << 4,
            _ => pair.iter().map(half).sum(),
        }));
    }
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use usher_bundle::Section;

    use super::*;

    proptest! {
        #[test]
        fn a_vector_comes_back_nearly(vector in prop::collection::vec(-9.0_f32..9.0, 16)) {
            let rows = [("owl".to_owned(), vector.as_slice())];
            let made = Section::of(&embedder(Pieces::Terms, 16, rows)).unwrap();
            let mut back = vec![0.0; 16];
            made.get().add(0, 1.0, &mut back);
            let largest = vector.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
            for (x, y) in vector.iter().zip(back) {
                prop_assert!((x - y).abs() <= largest / 13.9, "{x} {y}");
            }
        }
    }
}
