use std::collections::BTreeMap;

use nalgebra::DMatrix;
use usher_bundle::sections::{Embedder, Pieces, Vectors};

use super::quantise::embedder;
use crate::tokens::tokens;

/// Numbers of each vector, at most: fewer where there are few documents.
const DIMENSIONS: usize = 128;
/// What the numbers of a vector are a multiple of.
const STEP: usize = Vectors::STEP as usize;
/// Directions that are looked for beyond those kept, and times that they are turned
/// towards the right ones: what Halko et al. found enough for such matrices.
const MORE: usize = 16;
const TURNS: usize = 3;

/// Makes an embedder of documents alone: latent semantic analysis (Deerwester et al.,
/// "Indexing by Latent Semantic Analysis", 1990). Terms that stand in the same
/// documents point in the same direction. Nothing if too little stands there twice.
///
/// The singular vectors come from a randomised subspace iteration (Halko, Martinsson
/// and Tropp, "Finding Structure with Randomness", 2011), so that time and memory are
/// linear in the text; the same documents give the same bytes.
#[must_use]
pub fn lsa(documents: impl IntoIterator<Item = impl AsRef<str>>) -> Option<Embedder> {
    let counted = Counted::of(documents);
    let idf: Vec<f64> = counted
        .frequencies
        .iter()
        .map(|n| libm::log(1.0 + (counted.rows.len() as f64 - n + 0.5) / (n + 0.5)))
        .collect();
    let rows: Vec<Vec<(usize, f64)>> = counted.rows.iter().map(|row| weighted(row, &idf)).collect();
    let room = idf.len().min(rows.len()).saturating_sub(MORE);
    let dimensions = room.min(DIMENSIONS) / STEP * STEP;
    if dimensions == 0 {
        return None;
    }
    let wide = dimensions + MORE;
    let mut random = fastrand::Rng::with_seed(1);
    let mut basis = DMatrix::from_fn(idf.len(), wide, |_, _| random.f64() - 0.5);
    for _ in 0..TURNS {
        basis = orthonormal(&transposed_product(&rows, &product(&rows, &basis), idf.len()))?;
    }
    // In the subspace the matrix is small: its own singular vectors turn the basis.
    let inside = product(&rows, &basis);
    let eigen = (inside.transpose() * &inside).symmetric_eigen();
    let mut order: Vec<usize> = (0..wide).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    let turned = basis * eigen.eigenvectors.select_columns(order.iter().take(dimensions));
    let vectors: Vec<Vec<f32>> = (turned.row_iter().zip(&idf))
        .map(|(row, idf)| row.iter().map(|x| (x * idf) as f32).collect())
        .collect();
    let pieces = counted.terms.into_iter().zip(vectors.iter().map(Vec::as_slice));
    Some(embedder(Pieces::Terms, dimensions as u32, pieces))
}

/// Documents as counts of terms.
struct Counted {
    /// The terms that stand in two documents or more, in rising byte order.
    terms: Vec<String>,
    /// Per term, in how many documents it stands.
    frequencies: Vec<f64>,
    /// Per document, its terms and how often each stands there.
    rows: Vec<Vec<(usize, f64)>>,
}

impl Counted {
    fn of(documents: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut rows: Vec<BTreeMap<String, f64>> = Vec::new();
        let mut frequencies: BTreeMap<String, f64> = BTreeMap::new();
        for document in documents {
            let mut row = BTreeMap::new();
            for term in tokens(document.as_ref()) {
                *row.entry(term).or_default() += 1.0;
            }
            for term in row.keys() {
                *frequencies.entry(term.clone()).or_default() += 1.0;
            }
            rows.push(row);
        }
        // What stands in one document is like nothing else.
        frequencies.retain(|_, n| *n > 1.0);
        let (terms, frequencies): (Vec<String>, Vec<f64>) = frequencies.into_iter().unzip();
        let place = |term: &String| terms.binary_search(term).ok();
        let rows = rows.iter().map(|row| {
            row.iter().filter_map(|(term, count)| Some((place(term)?, *count))).collect()
        });
        Self { rows: rows.collect(), frequencies, terms }
    }
}

/// A document's terms by weight: how often they stand there, damped, times how rare
/// they are; together of unit length, so that long documents count no more than others.
fn weighted(row: &[(usize, f64)], idf: &[f64]) -> Vec<(usize, f64)> {
    let weigh = |(term, count): &(usize, f64)| {
        (*term, (1.0 + libm::log(*count)) * idf.get(*term).copied().unwrap_or_default())
    };
    let weights: Vec<(usize, f64)> = row.iter().map(weigh).collect();
    let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
    weights
        .into_iter()
        .map(|(term, weight)| (term, weight / length.max(f64::MIN_POSITIVE)))
        .collect()
}

/// Rows × matrix.
fn product(rows: &[Vec<(usize, f64)>], matrix: &DMatrix<f64>) -> DMatrix<f64> {
    // Columns are contiguous, so each is gone through by itself.
    let mut product = DMatrix::zeros(rows.len(), matrix.ncols());
    for (mut to, from) in product.column_iter_mut().zip(matrix.column_iter()) {
        for (sum, row) in to.iter_mut().zip(rows) {
            *sum = row.iter().map(|(term, weight)| weight * from[*term]).sum();
        }
    }
    product
}

/// Rows, transposed, × matrix.
fn transposed_product(
    rows: &[Vec<(usize, f64)>],
    matrix: &DMatrix<f64>,
    terms: usize,
) -> DMatrix<f64> {
    let mut product = DMatrix::zeros(terms, matrix.ncols());
    for (mut to, from) in product.column_iter_mut().zip(matrix.column_iter()) {
        for (row, value) in rows.iter().zip(from.iter()) {
            for (term, weight) in row {
                to[*term] += weight * value;
            }
        }
    }
    product
}

/// An orthonormal basis of the columns; nothing if they do not span enough.
fn orthonormal(matrix: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let q = matrix.clone().qr().q();
    (q.ncols() == matrix.ncols() && q.iter().all(|x| x.is_finite())).then_some(q)
}
