use nalgebra::DMatrix;

/// The directions in which vectors differ most, as rows, the strongest first: principal
/// components, not centred, since cosines are compared.
pub(crate) fn principal(vectors: &[Vec<f32>], most: usize) -> Vec<Vec<f32>> {
    let width = vectors.first().map_or(0, Vec::len);
    let mut products = DMatrix::<f64>::zeros(width, width);
    for vector in vectors {
        for (i, a) in vector.iter().enumerate() {
            for (j, b) in vector.iter().enumerate().take(i + 1) {
                products[(i, j)] += f64::from(*a) * f64::from(*b);
            }
        }
    }
    products.fill_upper_triangle_with_lower_triangle();
    let eigen = products.symmetric_eigen();
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    order
        .into_iter()
        .take(most)
        .map(|at| eigen.eigenvectors.column(at).iter().map(|x| *x as f32).collect())
        .collect()
}

/// A vector seen in some directions.
pub(crate) fn into(directions: &[Vec<f32>], vector: &[f32]) -> Vec<f32> {
    directions
        .iter()
        .map(|direction| direction.iter().zip(vector).map(|(a, b)| a * b).sum())
        .collect()
}
