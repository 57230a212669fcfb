//! Item-based neighbours: an item's score is the sum of its likeness to each item of the
//! history. A reference: its matrix is items × items, and no bundle holds it.
//!
//! Sarwar, Karypis, Konstan, Riedl: "Item-Based Collaborative Filtering Recommendation
//! Algorithms", WWW 2001. Likeness is the cosine of the sets of users.

use std::cmp::Reverse;

use nalgebra::DMatrix;

use crate::Interactions;
use crate::ease::co_occurrences;

/// Neighbours an item where nothing is said: the best of a few on MovieLens-100k, without
/// its test part.
pub const NEIGHBOURS: usize = 100;

/// Fits the likenesses: in column i those of item i to its nearest neighbours. Equal ones
/// by row.
#[must_use]
pub fn fit(interactions: &Interactions, neighbours: usize) -> DMatrix<f32> {
    let mut likeness = co_occurrences(interactions);
    let lengths: Vec<f64> = interactions
        .item_counts()
        .iter()
        .map(|count| libm::sqrt(f64::from(*count).max(1.0)))
        .collect();
    for (to, (mut column, length)) in likeness.column_iter_mut().zip(&lengths).enumerate() {
        for (value, other) in column.iter_mut().zip(&lengths) {
            *value /= length * other;
        }
        column[to] = 0.0;
        let mut order: Vec<usize> = (0..column.len()).collect();
        order.sort_by_key(|row| Reverse(column[*row].to_bits()));
        for far in order.into_iter().skip(neighbours) {
            column[far] = 0.0;
        }
    }
    likeness.map(|value| value as f32)
}

#[cfg(test)]
mod tests {
    use usher_bundle::{ItemRow, UserRow};

    use super::*;

    #[test]
    fn an_item_keeps_its_nearest_neighbours() {
        let pairs = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2)];
        let taken = Interactions::new(3, 3, pairs.map(|(u, i)| (UserRow(u), ItemRow(i))));
        let likeness = fit(&taken, 1);
        assert!((likeness[(1, 0)] - 1.0).abs() < 1e-6);
        assert_eq!(likeness[(2, 0)], 0.0);
        assert!((likeness[(0, 2)] - 0.5).abs() < 1e-6);
        assert_eq!(likeness[(0, 0)], 0.0);
    }
}
