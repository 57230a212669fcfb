//! Factors as a matrix, whatever file they come from.

use usher_bundle::sections::{LARGEST_FACTOR, MOST_FACTORS};

/// Rows × columns, none of them 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Row after row; each is finite.
    pub(crate) numbers: Vec<f32>,
}

impl Matrix {
    /// Checks that a bundle can hold these numbers, given row after row.
    ///
    /// # Errors
    /// What is wrong, and what to do, for people.
    pub(crate) fn new(columns: usize, numbers: Vec<f32>) -> Result<Self, String> {
        let rows = numbers.len().checked_div(columns).unwrap_or(0);
        if rows == 0 {
            return Err(format!("it is empty ({rows} × {columns}). Save the fitted factors"));
        }
        if columns > MOST_FACTORS as usize {
            return Err(format!(
                "it has {columns} columns, and a bundle holds at most {MOST_FACTORS} factors. Fit fewer"
            ));
        }
        if rows * columns != numbers.len() {
            return Err(format!(
                "its {} numbers are no rows of {columns}. Write it again",
                numbers.len()
            ));
        }
        if numbers.iter().all(|number| *number == 0.0) {
            return Err("all its numbers are 0. Save the fitted factors".to_owned());
        }
        let fits = |number: &f32| number.abs() <= LARGEST_FACTOR;
        if let Some(place) = numbers.iter().position(|number| !fits(number)) {
            return Err(format!(
                "row {}, column {} (from 0) is not a finite number up to {LARGEST_FACTOR:e}. Leave the row out and name the others by their ids, or fit again",
                place / columns,
                place % columns
            ));
        }
        Ok(Self { rows, columns, numbers })
    }

    /// A row; empty past the last one.
    pub(crate) fn row(&self, row: usize) -> &[f32] {
        let start = row.saturating_mul(self.columns);
        self.numbers.get(start..start.saturating_add(self.columns)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_fill_their_rows_are_a_matrix_and_others_are_refused() {
        let matrix = Matrix::new(2, vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_eq!((matrix.rows, matrix.row(1), matrix.row(2)), (2, &[3.0, 4.0][..], &[][..]));
        for (columns, numbers, said) in [
            (0, vec![1.0], "it is empty (0 × 0)"),
            (3, vec![], "it is empty (0 × 3)"),
            (2, vec![0.0; 4], "all its numbers are 0"),
            (2, vec![1.0; 3], "its 3 numbers are no rows of 2"),
            (4097, vec![1.0; 4097], "at most 4096 factors"),
            (2, vec![1.0, 2.0, 3.0, f32::NAN], "row 1, column 1 (from 0) is not a finite number"),
            (1, vec![2e12], "up to 1e12"),
        ] {
            let message = Matrix::new(columns, numbers).unwrap_err();
            assert!(message.contains(said), "{message}");
        }
    }
}
