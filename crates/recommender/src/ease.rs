//! EASE: a linear model from items to items, in closed form. A reference: its matrix is
//! items × items, and no bundle holds it.
//!
//! Steck: "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019. With
//! P = (XᵀX + λI)⁻¹, the weight from item j to item i is −Pⱼᵢ / Pᵢᵢ, and 0 from an item to
//! itself.

use nalgebra::DMatrix;

use crate::Interactions;

/// Larger catalogues are refused: the matrix of this many items takes 200 MB, and its
/// inverse minutes.
pub const MOST_ITEMS: usize = 5_000;

/// λ where none is given: the best on MovieLens-100k, without its test part.
pub const REGULARIZATION: f64 = 300.0;

/// Fits the weights: in column i those that add up to the score of item i. Zeros where λ
/// is not above 0.
#[must_use]
pub fn fit(interactions: &Interactions, regularization: f64) -> DMatrix<f32> {
    let n_items = interactions.n_items();
    let mut gram = co_occurrences(interactions);
    for item in 0..n_items {
        gram[(item, item)] += regularization;
    }
    let Some(cholesky) = gram.cholesky() else { return DMatrix::zeros(n_items, n_items) };
    let inverse = cholesky.inverse();
    DMatrix::from_fn(n_items, n_items, |from, to| match from == to {
        true => 0.0,
        false => (-inverse[(from, to)] / inverse[(to, to)]) as f32,
    })
}

/// XᵀX: how many users took both items.
pub(crate) fn co_occurrences(interactions: &Interactions) -> DMatrix<f64> {
    let mut gram = DMatrix::zeros(interactions.n_items(), interactions.n_items());
    for user in interactions.users() {
        let items = interactions.of(user);
        for a in items {
            let mut column = gram.column_mut(a.index());
            for b in items {
                column[b.index()] += 1.0;
            }
        }
    }
    gram
}

#[cfg(test)]
mod tests {
    use usher_bundle::{ItemRow, UserRow};

    use super::*;

    #[test]
    fn the_weights_are_where_the_loss_is_flat() {
        let pairs = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 1)];
        let taken = Interactions::new(3, 3, pairs.map(|(u, i)| (UserRow(u), ItemRow(i))));
        let weights = fit(&taken, 0.5).map(f64::from);
        let gram = co_occurrences(&taken);
        // The slope of ‖X − XB‖² + λ‖B‖² is zero but on the diagonal.
        let slope = &gram * &weights - &gram + &weights * 0.5;
        for (from, to) in (0..3).flat_map(|a| (0..3).map(move |b| (a, b))) {
            match from == to {
                true => assert_eq!(weights[(from, to)], 0.0),
                false => assert!(slope[(from, to)].abs() < 1e-6, "{slope}"),
            }
        }
    }
}
