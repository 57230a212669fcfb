use rkyv::rend::f32_le;
use rkyv::{Archive, Serialize};

use super::Bounds;
use crate::section::Check;
use crate::shards::Sharded;

/// Matrix factors of the items: a user's score for an item is the dot product of
/// their factors plus the item's bias.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Factors {
    /// Length of each factor.
    pub dim: u32,
    /// Items × dim, row after row, in units of the item's scale.
    pub items: Vec<i8>,
    /// One number an item: what its factors are multiplied by.
    pub scales: Vec<f32>,
    /// One number an item, added to every score.
    pub item_bias: Vec<f32>,
    /// One number an item: how often its factors are in those of a user who took it, which
    /// are the sum over their history. Empty where users' factors are no such sum.
    pub history_weights: Vec<f32>,
}

/// Matrix factors of the users.
#[derive(Debug, Clone, Default, PartialEq, Archive, Serialize)]
#[rkyv(derive(Debug))]
pub struct Tastes {
    /// Length of each factor.
    pub dim: u32,
    /// Users × dim, row after row, in units of the user's scale. A user without history
    /// has zeros. In eight bits the leading numbers, which are alike for everyone, would
    /// leave too little of the others.
    pub users: Vec<i16>,
    /// One number a user: what their factors are multiplied by.
    pub scales: Vec<f32>,
}

/// Rows of `dim` numbers, each in eight bits, and the scale of each row: the largest
/// number of a row becomes ±127. What is not a number makes a scale that is not.
#[must_use]
pub fn in_eight_bits(dim: usize, numbers: &[f32]) -> (Vec<i8>, Vec<f32>) {
    let (units, scales) = in_units(dim, numbers, f32::from(i8::MAX));
    (units.map(|x| x as i8).collect(), scales)
}

/// The same in sixteen bits: the largest number of a row becomes ±32,767.
#[must_use]
pub fn in_sixteen_bits(dim: usize, numbers: &[f32]) -> (Vec<i16>, Vec<f32>) {
    let (units, scales) = in_units(dim, numbers, f32::from(i16::MAX));
    (units.map(|x| x as i16).collect(), scales)
}

/// Whole numbers up to ± `most`, and the scale of each row.
fn in_units(dim: usize, numbers: &[f32], most: f32) -> (impl Iterator<Item = f32>, Vec<f32>) {
    let scale = move |row: &[f32]| {
        let is_number = row.iter().all(|x| x.is_finite());
        let largest = row.iter().fold(0.0, |largest: f32, x| largest.max(x.abs()));
        if is_number { largest / most } else { f32::NAN }
    };
    let rows = numbers.chunks_exact(dim.max(1));
    let scales: Vec<f32> = rows.clone().map(scale).collect();
    let units = rows.flat_map(move |row| {
        let scale = scale(row);
        row.iter().map(move |x| if scale > 0.0 { (x / scale).round() } else { 0.0 })
    });
    (units, scales)
}

impl ArchivedFactors {
    /// The numbers, row after row.
    pub fn numbers(&self) -> impl Iterator<Item = f32> {
        let rows = self.items.chunks_exact((self.dim.to_native() as usize).max(1));
        rows.zip(self.scales.iter()).flat_map(|(row, scale)| {
            let scale = scale.to_native();
            row.iter().map(move |x| f32::from(*x) * scale)
        })
    }
}

impl ArchivedTastes {
    /// The factors of a row; none past the last row.
    pub fn of(&self, row: usize) -> impl Iterator<Item = f32> {
        let dim = self.dim.to_native() as usize;
        let scale = self.scales.get(row).map_or(0.0, |scale| scale.to_native());
        let row = self.users.get(row * dim..(row + 1) * dim).unwrap_or_default();
        row.iter().map(move |x| f32::from(x.to_native()) * scale)
    }
}

impl Check for ArchivedFactors {
    fn check(&self) -> Result<(), String> {
        let items = self.item_bias.len();
        check_rows(self.dim.to_native(), items, self.items.len(), &self.scales)?;
        if !self.history_weights.is_empty() && self.history_weights.len() != items {
            return Err("its weights have a wrong number of rows".into());
        }
        check_numbers(&self.history_weights)?;
        check_numbers(&self.item_bias)
    }
}

impl Check for ArchivedTastes {
    fn check(&self) -> Result<(), String> {
        check_rows(self.dim.to_native(), self.scales.len(), self.users.len(), &self.scales)
    }
}

impl Sharded for Tastes {
    fn check_rows(archived: &ArchivedTastes, rows: usize, bounds: Bounds) -> Result<(), String> {
        let dim = archived.dim.to_native() as usize;
        if dim == bounds.dim && archived.scales.len() == rows {
            Ok(())
        } else {
            Err("its factors have a wrong number of rows".into())
        }
    }

    #[cfg(feature = "write")]
    fn bytes(&self) -> usize {
        self.users.len() * size_of::<i16>() + self.scales.len() * size_of::<f32>()
    }

    #[cfg(feature = "write")]
    fn slice(&self, rows: std::ops::Range<usize>) -> Self {
        let dim = self.dim as usize;
        let users = self.users.get(rows.start * dim..rows.end * dim).unwrap_or_default();
        let scales = self.scales.get(rows).unwrap_or_default();
        Self { dim: self.dim, users: users.to_vec(), scales: scales.to_vec() }
    }
}

fn check_rows(dim: u32, rows: usize, numbers: usize, scales: &[f32_le]) -> Result<(), String> {
    if !(1..=MOST_FACTORS).contains(&dim) {
        return Err(format!("its factors have {dim} numbers"));
    }
    if rows.checked_mul(dim as usize) != Some(numbers) || scales.len() != rows {
        return Err("its factors have a wrong number of rows".into());
    }
    check_numbers(scales)
}

/// The most factors of an item or a user.
pub const MOST_FACTORS: u32 = 4096;

/// No scale, bias or weight is larger than this, so that no score overflows: as many
/// products as there are factors, of at most 128 such units with at most 32,768, and a bias,
/// are far below what an `f32` holds. A number up to this has a scale below it.
pub const LARGEST_FACTOR: f32 = 1e12;

fn check_numbers(numbers: &[f32_le]) -> Result<(), String> {
    // What is not a number is not below anything.
    if numbers.iter().all(|x| x.to_native().abs() <= LARGEST_FACTOR) {
        Ok(())
    } else {
        Err("a factor is too large, or not a number".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bits_keep_a_row_to_half_a_unit() {
        let numbers = [1.0, -0.5, 0.004, 0.0, 0.0, 0.0, -2e-9, 1e-9, 2e-9];
        let (rounded, scales) = in_eight_bits(3, &numbers);
        assert_eq!(rounded, [127, -64, 1, 0, 0, 0, -127, 64, 127]);
        for ((number, rounded), scale) in
            numbers.iter().zip(rounded).zip(scales.iter().flat_map(|scale| [*scale; 3]))
        {
            assert!((number - f32::from(rounded) * scale).abs() <= scale * 0.5001);
        }
        assert_eq!(in_sixteen_bits(2, &[-3.0, 1.5]).0, [-32_767, 16_384]);
        assert!(in_eight_bits(2, &[1.0, f32::NAN]).1[0].is_nan());
        assert!(in_eight_bits(2, &[1.0, f32::INFINITY]).1[0].is_nan());
    }
}
