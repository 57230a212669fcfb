use rkyv::{Archive, Serialize};

use super::{Bounds, Vectors};
use crate::section::Check;
use crate::shards::Sharded;

/// How a text becomes a vector: one for each piece of text that is known, added up.
///
/// A number of a vector is its four bits less 8, times the piece's scale; two stand
/// in a byte, the first one in the lower half.
#[derive(Debug, Clone, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Embedder {
    /// What the pieces are, by its [`Pieces::code`].
    pub pieces: u8,
    /// Length of each vector: as those of [`Vectors`].
    pub dimensions: u32,
    /// The pieces, in rising byte order.
    pub vocabulary: Vec<String>,
    /// Per piece, what the numbers of its vector are multiplied with.
    pub scales: Vec<f32>,
    /// Pieces × half the dimensions.
    pub halves: Vec<u8>,
}

/// What a text is cut into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pieces {
    /// Word pieces as BERT has them; those within a word begin with `##`.
    WordPieces,
    /// The search's own terms.
    Terms,
}

impl Pieces {
    /// The number in a section.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::WordPieces => 0,
            Self::Terms => 1,
        }
    }
}

impl ArchivedEmbedder {
    /// What a text is cut into.
    #[must_use]
    pub fn pieces(&self) -> Pieces {
        // The check admits no third.
        if self.pieces == Pieces::Terms.code() { Pieces::Terms } else { Pieces::WordPieces }
    }

    /// The place of a piece.
    #[must_use]
    pub fn piece(&self, piece: &str) -> Option<usize> {
        self.vocabulary.binary_search_by(|probe| probe.as_str().cmp(piece)).ok()
    }

    /// The same, out of its archive.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn to_owned(&self) -> Embedder {
        Embedder {
            pieces: self.pieces,
            dimensions: self.dimensions.to_native(),
            vocabulary: self.vocabulary.iter().map(|piece| piece.as_str().to_owned()).collect(),
            scales: self.scales.iter().map(|scale| scale.to_native()).collect(),
            halves: self.halves.to_vec(),
        }
    }

    /// Adds the vector of a piece to a sum.
    pub fn add(&self, piece: usize, times: f32, sum: &mut [f32]) {
        let half = self.dimensions.to_native() as usize / 2;
        let halves = self.halves.get(piece * half..(piece + 1) * half).unwrap_or_default();
        let scale = self.scales.get(piece).map_or(0.0, |scale| scale.to_native()) * times;
        for (numbers, byte) in sum.chunks_exact_mut(2).zip(halves) {
            if let [low, high] = numbers {
                *low += (f32::from(byte & 15) - 8.0) * scale;
                *high += (f32::from(byte >> 4) - 8.0) * scale;
            }
        }
    }
}

impl Check for ArchivedEmbedder {
    fn check(&self) -> Result<(), String> {
        let dimensions = self.dimensions.to_native();
        Vectors::check_dimensions(dimensions)?;
        if self.pieces > Pieces::Terms.code() {
            return Err("it cuts texts in an unknown way".into());
        }
        if !self.vocabulary.is_sorted_by(|a, b| a.as_str() < b.as_str()) {
            return Err("its pieces are out of order".into());
        }
        super::same_rows("scales", self.scales.len(), self.vocabulary.len())?;
        let half = dimensions as usize / 2;
        if self.vocabulary.len().checked_mul(half) != Some(self.halves.len()) {
            return Err("its vectors have a wrong number of values".into());
        }
        // A sum over the longest text stays a number.
        if self.scales.iter().all(|scale| (0.0..=1e6).contains(&scale.to_native())) {
            Ok(())
        } else {
            Err("a scale is not between 0 and a million".into())
        }
    }
}

impl Sharded for Embedder {
    fn check_rows(_: &ArchivedEmbedder, _: usize, _: Bounds) -> Result<(), String> {
        Ok(())
    }

    /// It stays in one piece.
    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        0
    }

    #[cfg(feature = "write")]
    fn slice(&self, _: std::ops::Range<usize>) -> Self {
        self.clone()
    }
}
